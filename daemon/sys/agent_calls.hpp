// SPDX-License-Identifier: LGPL-2.1-or-later
// Calls to secret agents on the bus, none of which blocks, and what the bus and logind know about their
// owners.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/ports_agents.hpp"
#include "dbus/sdbus_compat.hpp"
#include "sys/event_loop.hpp"
#include "sys/name_watcher.hpp"

namespace ppp::sys {

/// org.ppp.SecretAgent (dbus/org.ppp.SecretAgent.xml). An answer of another type than a{sv}, or with a value
/// that is neither s nor ay, is an error. What an agent calls its error is cut and made harmless; errors of
/// the bus itself (org.freedesktop.DBus.Error) are nobody's no.
class AgentCalls final : public core::AgentBus {
public:
    /// Whether a user has an active session.
    using Active = std::function<bool(std::uint32_t uid)>;
    /// Loop, bus and watcher outlive this object; it outlives all that is pending.
    AgentCalls(EventLoop& loop, sdbus::IConnection& bus, NameWatcher& watcher);
    AgentCalls(EventLoop& loop, sdbus::IConnection& bus, NameWatcher& watcher, Active active);
    ~AgentCalls() override;
    AgentCalls(const AgentCalls&) = delete;
    AgentCalls& operator=(const AgentCalls&) = delete;

    std::unique_ptr<core::Pending> ask(const core::AgentAddress& agent, const core::AgentQuestion& question,
                                       std::function<void(core::AgentReply)> done) override;
    void cancel(const core::AgentAddress& agent, const std::string& connection) override;
    void forget(const core::AgentAddress& agent) override;
    std::unique_ptr<core::Pending> watch(const std::string& owner, std::function<void()> gone) override;
    std::unique_ptr<core::Pending> whoIs(const std::string& owner,
                                         std::function<void(std::optional<std::uint32_t> uid)> done) override;
    bool active(std::uint32_t uid) override { return active_(uid); }

private:
    class Call;
    sdbus::IProxy& proxy(const core::AgentAddress& agent);

    EventLoop& loop_;
    sdbus::IConnection& bus_;
    NameWatcher& watcher_;
    Active active_;
    std::unique_ptr<sdbus::IProxy> driver_;
    /// Kept until forget(): a proxy must not go within the answer to one of its calls.
    std::map<core::AgentAddress, std::unique_ptr<sdbus::IProxy>> proxies_;
};

} // namespace ppp::sys
