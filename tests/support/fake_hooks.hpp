// SPDX-License-Identifier: LGPL-2.1-or-later
// Hooks that are not run: what was ordered, and the answers that a test gives.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/ports_hooks.hpp"

namespace ppp::test {

using namespace core;

class FakeHooks final : public Hooks {
public:
    using Done = std::function<void(const HookReport&)>;
    bool any(const std::string& folder) override { return folders.contains(folder); }
    void run(const HookOrder& order, Done done) override {
        if (begun[order.connection] < order.number) { // else it was begun before
            begun[order.connection] = order.number;
            ran.push_back(order);
        }
        pending.push_back(std::move(done));
    }
    void forget(const std::string& connection) override { begun.erase(connection); }

    /// All that are asked for end well, one after the other.
    void answer(const HookReport& report = {1, {}}) {
        while (!pending.empty() && !hangs) {
            auto next = std::move(pending.front());
            pending.erase(pending.begin());
            next(report);
        }
    }
    /// The ends of their folders' names, "ip-up.d" or "dispatcher.d/up", in the order in which they were
    /// begun.
    std::vector<std::string> events() const {
        std::vector<std::string> out;
        for (const HookOrder& order : ran) {
            const std::string folder = order.folder.substr(order.folder.rfind('/') + 1);
            out.push_back(folder == "dispatcher.d" ? folder + '/' + order.arguments.front() : folder);
        }
        return out;
    }
    void fillAll() {
        folders = {"/etc/ppp/ip-pre-up.d", "/etc/ppp/ip-up.d",     "/etc/ppp/ip-down.d",
                   "/etc/ppp/ipv6-up.d",   "/etc/ppp/ipv6-down.d", "/etc/ppp-manager/dispatcher.d"};
    }

    std::set<std::string> folders; ///< that have hooks in them
    std::vector<HookOrder> ran;
    std::map<std::string, std::uint64_t> begun; ///< as on disk: kept from one life to the next
    std::vector<Done> pending;
    bool hangs = false;
};

} // namespace ppp::test
