// SPDX-License-Identifier: LGPL-2.1-or-later
// The port to secret agents: programs of people that answer org.ppp.SecretAgent on the bus.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/pending.hpp"
#include "core/secret.hpp"

namespace ppp::core {

struct AgentAddress {
    std::string owner; ///< the unique name of its bus connection
    std::string path;  ///< of its object
    auto operator<=>(const AgentAddress&) const = default;
};

struct AgentQuestion {
    std::string connection;        ///< name
    std::vector<std::string> keys; ///< "password", "tunnel-secret"
    std::string user;              ///< whose password; empty: not known
    std::string reason;            ///< the word of the failure that makes us ask; empty: nothing is stored
    std::string text;              ///< that failure as a sentence, with the server's own words
};

/// What came back, not looked at yet.
struct AgentReply {
    Secrets secrets;
    std::string error;     ///< why there are none; harmless; empty: `secrets` counts
    bool declined = false; ///< the agent said so itself
};

class AgentBus {
public:
    virtual ~AgentBus() = default;
    /// Calls GetSecrets. done comes once, from the loop, unless the Pending is gone before: what is answered
    /// then is thrown away. The Pending may be destroyed inside done. The caller sets the time limit.
    virtual std::unique_ptr<Pending> ask(const AgentAddress& agent, const AgentQuestion& question,
                                         std::function<void(AgentReply)> done) = 0;
    /// Calls Cancel and waits for nothing.
    virtual void cancel(const AgentAddress& agent, const std::string& connection) = 0;
    /// Nothing is asked of this agent any more.
    virtual void forget(const AgentAddress& agent) = 0;
    /// gone comes at most once, from the loop, when the owner of the unique name has left the bus, also where
    /// it had left before the call.
    virtual std::unique_ptr<Pending> watch(const std::string& owner, std::function<void()> gone) = 0;
    /// Whose bus connection that is; nothing where it has left. done comes once, from the loop.
    virtual std::unique_ptr<Pending> whoIs(const std::string& owner,
                                           std::function<void(std::optional<std::uint32_t> uid)> done) = 0;
    /// Whether the user has a session that is active now (sd_uid_get_sessions(3)).
    virtual bool active(std::uint32_t uid) = 0;
};

} // namespace ppp::core
