// SPDX-License-Identifier: LGPL-2.1-or-later
// Timers and secret agents that the daemon dies before telling or asking.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/ports.hpp"
#include "support/fate.hpp"

namespace ppp::test {

class DyingRedials final : public core::RedialTimers {
public:
    DyingRedials(Fate& fate, core::RedialTimers& timers) : fate_(fate), timers_(timers) {}
    void set(const std::string& connection, const std::string& at) override {
        if (!at.empty()) {
            fate_.step("set the redial timer of " + connection);
        }
        timers_.set(connection, at);
    }
    std::uint64_t next(const std::string& connection) const override { return timers_.next(connection); }
    std::string trouble(const std::string& connection) const override { return timers_.trouble(connection); }
    void onChange(std::function<void(const std::string&)> changed) override {
        timers_.onChange(std::move(changed));
    }

private:
    Fate& fate_;
    core::RedialTimers& timers_;
};

class DyingAgents final : public core::AgentBus {
public:
    DyingAgents(Fate& fate, core::AgentBus& agents) : fate_(fate), agents_(agents) {}
    std::unique_ptr<core::Pending> ask(const core::AgentAddress& agent, const core::AgentQuestion& question,
                                       std::function<void(core::AgentReply)> done) override {
        fate_.step("ask the secret agent " + agent.owner);
        return agents_.ask(agent, question, std::move(done));
    }
    void cancel(const core::AgentAddress& agent, const std::string& connection) override {
        fate_.step("call off the question for " + connection);
        agents_.cancel(agent, connection);
    }
    void forget(const core::AgentAddress& agent) override { agents_.forget(agent); }
    std::unique_ptr<core::Pending> watch(const std::string& owner, std::function<void()> gone) override {
        return agents_.watch(owner, std::move(gone));
    }
    std::unique_ptr<core::Pending> whoIs(const std::string& owner,
                                         std::function<void(std::optional<std::uint32_t>)> done) override {
        return agents_.whoIs(owner, std::move(done));
    }
    bool active(std::uint32_t uid) override { return agents_.active(uid); }

private:
    Fate& fate_;
    core::AgentBus& agents_;
};

} // namespace ppp::test
