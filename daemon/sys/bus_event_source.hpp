// SPDX-License-Identifier: LGPL-2.1-or-later
// A D-Bus connection of sdbus-c++ in our loop, the same for its versions 1 and 2.
#pragma once

#include <memory>

#include "core/ports.hpp"
#include "dbus/sdbus_compat.hpp"
#include "sys/event_loop.hpp"

namespace ppp::sys {

/// While it lives, the loop reads, writes and dispatches the connection. Losing the bus is logged and ends
/// the loop with EXIT_FAILURE: the service manager starts us again, engines live on meanwhile. A call that
/// the library itself cannot answer (GetMachineId on a machine without an id) gets none, and is no loss.
/// Handlers must let nothing out but sdbus::Error: version 1 passes other exceptions through C frames. Loop,
/// bus and journal outlive it.
class BusEventSource {
public:
    BusEventSource(EventLoop& loop, sdbus::IConnection& bus, core::Journal& journal);

private:
    void prepare();
    void process();
    void lost(const char* what);

    EventLoop& loop_;
    sdbus::IConnection& bus_;
    core::Journal& journal_;
    std::unique_ptr<EventSource> io_;
    std::unique_ptr<EventSource> timer_;
    std::unique_ptr<EventSource> wake_; // version 2 only
    bool lost_ = false;
};

} // namespace ppp::sys
