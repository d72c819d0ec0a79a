// SPDX-License-Identifier: LGPL-2.1-or-later
// IPv6 of interfaces without a kernel: settings, advertisements and addresses as a test says.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/ports_ip6.hpp"

namespace ppp::test {

class FakeIp6 final : public core::Ip6 {
public:
    bool configure(const std::string& interface, bool acceptRa, std::string& error) override {
        ++settings;
        if (!refusal.empty()) {
            error = refusal;
            return false;
        }
        accepts[interface] = acceptRa;
        return true;
    }
    void release(const std::string& interface, std::uint32_t index) override {
        accepts.erase(interface);
        addresses.erase(index);
    }
    std::unique_ptr<core::Ip6Watch> watch(const std::string& /*interface*/, std::uint32_t index, bool routers,
                                          core::Ip6Listener& listener) override {
        class Watching final : public core::Ip6Watch {
        public:
            Watching(FakeIp6& from, std::uint32_t of, bool asks, core::Ip6Listener& who)
                : from_(from), of_(of), asks_(asks) {
                from_.listeners[of_] = &who;
            }
            ~Watching() override { from_.listeners.erase(of_); }
            bool solicit() override {
                (from_.canSend && asks_ ? from_.solicitations : from_.failures) += 1;
                return from_.canSend && asks_;
            }
            std::vector<std::string> addresses() override { return from_.addresses[of_]; }
            std::string trouble() const override { return from_.deaf; }

        private:
            FakeIp6& from_;
            std::uint32_t of_;
            bool asks_;
        };
        return std::make_unique<Watching>(*this, index, routers, listener);
    }

    void advertise(std::uint32_t index, std::chrono::seconds lifetime,
                   std::vector<core::RouterAdvert::Server> servers = {}) {
        listeners.at(index)->routerAdvertised({lifetime, std::move(servers)});
    }
    /// The addresses of the interface are these from now on.
    void give(std::uint32_t index, std::vector<std::string> now) {
        addresses[index] = std::move(now);
        if (const auto found = listeners.find(index); found != listeners.end()) {
            found->second->addressesChanged();
        }
    }

    std::map<std::string, bool> accepts; ///< by interface: as it was configured
    std::map<std::uint32_t, core::Ip6Listener*> listeners;
    std::map<std::uint32_t, std::vector<std::string>> addresses;
    int settings = 0; ///< configure()
    int solicitations = 0, failures = 0;
    bool canSend = true;
    std::string refusal, deaf;
};

} // namespace ppp::test
