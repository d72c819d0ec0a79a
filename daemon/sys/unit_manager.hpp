// SPDX-License-Identifier: LGPL-2.1-or-later
// systemd as our manager: a scope unit per engine, whether a stop is half of a restart, and what it is told
// of our state. Without systemd as PID 1 everything here is a polite no-op.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/ports.hpp"
#include "dbus/sdbus_compat.hpp"
#include "sys/event_loop.hpp"
#include "sys/scope_queue.hpp"

namespace ppp::sys {

class UnitManager {
public:
    /// `ownUnit`: the unit this process runs in, ownUnitName() but in tests; empty: there is no systemd.
    /// `ours`: whether a process is still in that unit. Loop, bus and journal outlive this object.
    UnitManager(EventLoop& loop, sdbus::IConnection& bus, core::Journal& journal, std::string ownUnit,
                ScopeQueue::Ours ours, ScopeQueue::Times times = {});
    ~UnitManager();
    UnitManager(const UnitManager&) = delete;
    UnitManager& operator=(const UnitManager&) = delete;

    /// The unit of this process (sd_pid_get_unit(3)), empty where systemd is not PID 1 (sd_booted(3)) or has
    /// no unit for it.
    static std::string ownUnitName();
    /// sd_pid_get_unit(3); true as well where we have no descriptor or memory left to find out.
    static bool isIn(std::uint32_t pid, const std::string& unit);
    /// What may not stand in a unit's name (systemd.unit(5)) becomes \xNN.
    static std::string escaped(const std::string& text);
    /// ppp-manager-NAME-PID.scope, escaped.
    static std::string scopeName(const std::string& connection, std::uint32_t pid);

    /// Moves a child of ours that is not reaped into a scope of its own (StartTransientUnit,
    /// org.freedesktop.systemd1(5)), and with it what it has begun; what it begins while systemd has not come
    /// to that gets a scope beside it, ppp-manager-NAME-PID-CHILD.scope. Where systemd does not answer, or
    /// does not do it, it is asked again for some minutes; a refusal is logged as a warning, and the engine
    /// then simply stays in our own control group. Nothing is asked or logged for an engine that has ended.
    /// done, where it is not empty: once, when the process is in its scope, or it will not be, or systemd
    /// does not do it, after 10 s at the latest; from this call where there is no systemd.
    void moveToScope(const std::string& connection, std::uint32_t pid, std::function<void()> done = {});

    /// Asks whether the running job of our own unit is a restart, so that engines are to be left running.
    /// done comes once, from the loop, within 2 s; false where there is no job, no systemd or no answer. One
    /// question at a time.
    void stopIsRestart(std::function<void(bool)> done);

    /// sd_notify(3): READY=1, STOPPING=1, STATUS=. The status is cut at its first line break.
    static void notifyReady(const std::string& status);
    static void notifyStopping(const std::string& status);
    static void notifyStatus(const std::string& status);

private:
    void askJob(const std::string& unitPath);
    void askJobType(const std::string& jobPath);
    void answer(bool restart);

    EventLoop& loop_;
    sdbus::IConnection& bus_;
    std::string ownUnit_;
    std::unique_ptr<sdbus::IProxy> manager_;
    std::unique_ptr<ScopeQueue> scopes_;
    std::unique_ptr<sdbus::IProxy> unit_, job_; // of the question under way
    std::unique_ptr<EventSource> patience_;
    std::function<void(bool)> question_;
};

} // namespace ppp::sys
