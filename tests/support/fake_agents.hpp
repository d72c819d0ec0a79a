// SPDX-License-Identifier: LGPL-2.1-or-later
// Secret agents that answer what a test says.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/ports_agents.hpp"

namespace ppp::test {

using namespace core;

class FakeAgents final : public AgentBus {
public:
    struct Call {
        AgentAddress agent;
        AgentQuestion question;
        std::function<void(AgentReply)> done; ///< empty: nobody waits any more
    };

    std::unique_ptr<Pending> ask(const AgentAddress& agent, const AgentQuestion& question,
                                 std::function<void(AgentReply)> done) override {
        const auto call = std::make_shared<Call>(Call{agent, question, std::move(done)});
        calls.push_back(call);
        return std::make_unique<Waiting>(call);
    }
    void cancel(const AgentAddress& agent, const std::string& connection) override {
        cancelled.push_back(agent.owner + " " + connection);
    }
    void forget(const AgentAddress& agent) override { forgotten.push_back(agent.owner); }
    std::unique_ptr<Pending> watch(const std::string& owner, std::function<void()> gone) override {
        watches[owner] = std::move(gone);
        return std::make_unique<Watch>(*this, owner);
    }
    std::unique_ptr<Pending> whoIs(const std::string& owner,
                                   std::function<void(std::optional<std::uint32_t>)> done) override {
        const auto look = std::make_shared<Look>(Look{owner, std::move(done)});
        looks.push_back(look);
        return std::make_unique<Looking>(look);
    }
    bool active(std::uint32_t uid) override { return activeUsers.contains(uid); }

    /// The bus says who they are.
    void tellWho() {
        for (const auto& look : std::exchange(looks, {})) {
            if (look->done) {
                const auto found = users.find(look->owner);
                look->done(found == users.end() ? std::nullopt : std::optional(found->second));
            }
        }
    }
    /// Somebody leaves the bus.
    void leave(const std::string& owner) {
        if (const auto found = watches.find(owner); found != watches.end()) {
            const auto gone = std::move(found->second);
            watches.erase(found);
            gone();
        }
    }
    Call& last() { return *calls.back(); }
    /// What was asked last is answered; false where nobody waits for it any more.
    bool reply(AgentReply answer) {
        const auto call = calls.back();
        const auto done = std::exchange(call->done, nullptr);
        if (done) {
            done(std::move(answer));
        }
        return done != nullptr;
    }
    bool give(const std::string& key, const std::string& secret) {
        AgentReply answer;
        answer.secrets.emplace(key, Secret(secret));
        return reply(std::move(answer));
    }
    bool decline() { return reply({{}, "the dialogue was closed", true}); }

    std::map<std::string, std::uint32_t> users; ///< by unique name
    std::set<std::uint32_t> activeUsers;
    std::vector<std::shared_ptr<Call>> calls;
    std::vector<std::string> cancelled; ///< "owner connection"
    std::vector<std::string> forgotten;
    std::map<std::string, std::function<void()>> watches;

private:
    struct Look {
        std::string owner;
        std::function<void(std::optional<std::uint32_t>)> done;
    };
    struct Waiting final : Pending {
        explicit Waiting(std::shared_ptr<Call> what) : call(std::move(what)) {}
        ~Waiting() override { call->done = nullptr; }
        std::shared_ptr<Call> call;
    };
    struct Looking final : Pending {
        explicit Looking(std::shared_ptr<Look> what) : look(std::move(what)) {}
        ~Looking() override { look->done = nullptr; }
        std::shared_ptr<Look> look;
    };
    struct Watch final : Pending {
        Watch(FakeAgents& from, std::string name) : owner(from), of(std::move(name)) {}
        ~Watch() override { owner.watches.erase(of); }
        FakeAgents& owner;
        std::string of;
    };
    std::vector<std::shared_ptr<Look>> looks;
};

} // namespace ppp::test
