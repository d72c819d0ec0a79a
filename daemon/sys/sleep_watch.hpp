// SPDX-License-Identifier: LGPL-2.1-or-later
// The machine's sleep as systemd-logind announces it, and the delay that it grants us before. Without logind
// nothing ever comes, and that is no error.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/ports.hpp"
#include "dbus/sdbus_compat.hpp"
#include "sys/event_loop.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {

/// org.freedesktop.login1(5): holds an inhibitor of mode "delay" for "sleep" while the machine is awake, and
/// closes it when what is to be done before the sleep is done. logind is never started by us: calls go to the
/// owner of its name. One that comes, or comes back, is asked how things stand; one that goes while the
/// machine sleeps takes its announcement of the end along, so that end is assumed then.
class SleepWatch {
public:
    /// `ready` may be called at once, later or never; it is without effect once the machine woke.
    using Prepare = std::function<void(std::function<void()> ready)>;

    /// Makes short blocking calls to the bus and to logind, for start-up. Loop, bus and journal outlive it.
    SleepWatch(EventLoop& loop, sdbus::IConnection& bus, core::Journal& journal);
    ~SleepWatch();
    SleepWatch(const SleepWatch&) = delete;
    SleepWatch& operator=(const SleepWatch&) = delete;

    /// Once. On a machine that is about to sleep already, prepare is called from within.
    void listen(Prepare prepare, std::function<void()> resumed);

private:
    void ownerIs(const std::string& owner);
    void askState();
    void stateIs(bool asleep);
    void inhibit();
    bool askedAtStart();

    EventLoop& loop_;
    sdbus::IConnection& bus_;
    core::Journal& journal_;
    std::string owner_;
    std::unique_ptr<sdbus::IProxy> logind_;
    sdbus::Slot ownerMatch_, signalMatch_;
    Prepare prepare_;
    std::function<void()> resumed_;
    UniqueFd inhibitor_;
    sdbus::PendingAsyncCall inhibiting_;
    std::uint64_t sleeps_ = 0; ///< raised by each change, so that a late `ready` touches no later inhibitor
    bool asleep_ = false;
};

} // namespace ppp::sys
