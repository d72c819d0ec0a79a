// SPDX-License-Identifier: LGPL-2.1-or-later
// Zones by firewalld, over D-Bus, and interface groups by rtnetlink.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "dbus/sdbus_compat.hpp"
#include "sys/event_loop.hpp"
#include "sys/netlink_socket.hpp"

namespace ppp::sys {

/// firewalld.dbus(5), interface org.fedoraproject.FirewallD1.zone: changeZoneOfInterface, removeInterface,
/// getZoneOfInterface; the runtime configuration alone. Never started by us: calls go to the owner of its
/// name, not to the name. firewalld takes its name before it is able to answer: a call that is late is an
/// error to whoever asked, and to all that wait behind it; its answer is then the sign that all has to be
/// told again. It answers one call after the other, and so is asked: the next is sent when the one before is
/// answered or late, and the deadline counts from then.
class FirewallZones final : public core::FirewallZones {
public:
    static constexpr std::chrono::seconds kDeadline{3}; ///< as core::FirewallZones promises

    /// Asks the bus who is there, blocking; for start-up. `groups`: iproute2's tables, the first that has a
    /// name counts; files that are missing are empty. Throws std::system_error.
    FirewallZones(EventLoop& loop, sdbus::IConnection& bus,
                  std::vector<std::string> groups = {"/etc/iproute2/group", "/usr/share/iproute2/group",
                                                     "/usr/lib/iproute2/group"},
                  std::chrono::microseconds deadline = kDeadline);
    ~FirewallZones() override;
    FirewallZones(const FirewallZones&) = delete;
    FirewallZones& operator=(const FirewallZones&) = delete;

    bool running() const override { return firewall_ != nullptr; }
    void bind(const std::string& interface, const std::string& zone, Done done) override;
    void unbind(const std::string& interface, const std::string& zone, Done done) override;
    void zoneOf(const std::string& interface,
                std::function<void(const std::string& error, const std::string& zone)> done) override;
    void onFirewallChanged(std::function<void()> changed) override { changed_ = std::move(changed); }
    std::optional<std::uint32_t> groupNumber(const std::string& name) override;
    bool setGroup(std::uint32_t interface, std::uint32_t group, std::string& error) override;

private:
    using Answer = std::function<void(const std::string& error, const std::string& value)>;
    struct Call {
        std::string method;             // sdbus-c++ 1 keeps a reference
        std::vector<std::string> words; ///< its arguments
        /// firewalld's errors are all of one name; the first word of their text tells them apart. The one
        /// that says that there is nothing to be done; empty: none does.
        std::string nothing;
        Answer done; ///< empty: was told that it is late
    };
    struct Sent {
        Answer done; ///< as above
        std::unique_ptr<EventSource> deadline;
        sdbus::PendingAsyncCall pending;
    };
    void ask(Call call);
    void sendNext();
    void send(Call call);
    void replied(std::uint64_t id, const std::string& error, const std::string& value);
    void late(std::uint64_t id);
    void ownerIs(const std::string& owner);
    void changed() {
        if (changed_) {
            changed_();
        }
    }

    EventLoop& loop_;
    sdbus::IConnection& bus_;
    const std::vector<std::string> groups_;
    const std::chrono::microseconds deadline_;
    NetlinkClient client_;
    std::function<void()> changed_;
    sdbus::Slot owners_, reloads_;
    std::unique_ptr<sdbus::IProxy> firewall_;
    std::deque<Call> waiting_;
    std::map<std::uint64_t, Sent> sent_; ///< all but `current_` are late
    std::uint64_t lastCall_ = 0;
    std::uint64_t current_ = 0; ///< 0: none
    bool wasLate_ = false;      ///< one was answered late, which is still to be told
};

} // namespace ppp::sys
