// SPDX-License-Identifier: LGPL-2.1-or-later
// Delegated prefixes without a DHCPv6 client: they come and go as a test says.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/ports_prefix.hpp"

namespace ppp::test {

class FakePrefixes final : public core::PrefixClients {
public:
    std::unique_ptr<core::PrefixClient> run(const Session& session, std::function<void()> changed) override {
        class One final : public core::PrefixClient {
        public:
            One(FakePrefixes& from, std::string connection, std::function<void()> changed)
                : from_(from), connection_(std::move(connection)) {
                from_.watching[connection_] = std::move(changed);
            }
            ~One() override { from_.watching.erase(connection_); }
            std::vector<core::DelegatedPrefix> prefixes() override { return from_.reports[connection_]; }
            std::string trouble() const override { return from_.trouble; }

        private:
            FakePrefixes& from_;
            std::string connection_;
        };
        running[session.connection] = session;
        return std::make_unique<One>(*this, session.connection, std::move(changed));
    }
    void end(const Session& session) override {
        running.erase(session.connection);
        reports.erase(session.connection);
    }
    bool guard(const std::string& prefix, std::string& error) override {
        error = refusal;
        if (refusal.empty()) {
            guarded.insert(prefix);
        }
        return refusal.empty();
    }
    void unguard(const std::string& prefix) override { guarded.erase(prefix); }

    /// The client of this connection reports these from now on.
    void report(const std::string& connection, std::vector<core::DelegatedPrefix> now) {
        reports[connection] = std::move(now);
        if (const auto found = watching.find(connection); found != watching.end()) {
            found->second();
        }
    }

    std::map<std::string, Session> running; ///< clients outlive the daemon
    std::map<std::string, std::vector<core::DelegatedPrefix>> reports;
    std::map<std::string, std::function<void()>> watching;
    std::set<std::string> guarded;
    std::string trouble, refusal;
};

} // namespace ppp::test
