// SPDX-License-Identifier: LGPL-2.1-or-later
// The secret agents that have registered, and the questions that are open: who is asked, in which order, for
// how long, and what counts as an answer.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/pending.hpp"
#include "core/ports.hpp"
#include "core/waiters.hpp"

namespace ppp::core {

/// How a question ended.
struct AgentOutcome {
    std::optional<Secrets> secrets; ///< all that was asked for, checked
    std::string why;                ///< else: why nobody gave them, for a person
    bool declined = false;          ///< else: somebody answered, with a no
};

/// Agents live in memory only: after a restart of the daemon they register again.
class SecretAgents {
public:
    /// `came` is called when there is one more. The ports outlive this object, and this object its questions.
    SecretAgents(Clock& clock, AgentBus& bus, Journal& journal, std::function<void()> came);
    ~SecretAgents();
    SecretAgents(const SecretAgents&) = delete;
    SecretAgents& operator=(const SecretAgents&) = delete;

    /// Until its bus name goes: one for each sender (the same path again changes nothing),
    /// limits::kAgentsOfUser for each user, limits::kAgents in all; else Error{LimitExceeded}. done comes
    /// once, unless the daemon ends first.
    void enroll(const AgentAddress& agent, Done done);
    /// Throws Error{Failed} where there is no such agent.
    void dismiss(const AgentAddress& agent);

    bool has(const std::string& owner) const;
    /// Whether ask() would ask somebody.
    bool anybody(const std::string& caller) const;
    /// Asks one after the other until one answers well: the agent of `caller` (a unique name, may be empty)
    /// first, then those of users with an active session, in the order in which they came. An agent that
    /// dies, says no, answers with anything else than what was asked, or is silent for kPatience has refused.
    /// done comes once, from the loop, and not at all once the Pending is gone; whoever is being asked then
    /// is told by Cancel.
    std::unique_ptr<Pending> ask(AgentQuestion question, std::string caller,
                                 std::function<void(AgentOutcome)> done);

    static constexpr Duration kPatience = std::chrono::seconds(120);

private:
    class Question;
    struct Agent {
        AgentAddress address;
        std::uint32_t uid = 0;
        std::unique_ptr<Pending> watch;
    };
    void requireRoom(const AgentAddress& agent, std::optional<std::uint32_t> uid) const;
    void add(const AgentAddress& agent, std::uint32_t uid);
    void gone(const std::string& owner);
    const Agent* next(const std::string& caller, const std::set<AgentAddress>& asked) const;

    Clock& clock_;
    AgentBus& bus_;
    Journal& journal_;
    std::function<void()> came_;
    std::vector<Agent> agents_; ///< in the order in which they came
    std::set<Question*> open_;
    std::map<std::uint64_t, std::unique_ptr<Pending>> lookups_;
    std::uint64_t lastLookup_ = 0;
};

} // namespace ppp::core
