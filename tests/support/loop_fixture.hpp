// SPDX-License-Identifier: LGPL-2.1-or-later
// The daemon's loop and bus connection in a test, and waiting in it for something to become true.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "child_process.hpp"
#include "core/ports.hpp"
#include "private_bus.hpp"
#include "sys/bus_event_source.hpp"
#include "sys/event_loop.hpp"

namespace ppp::test {

/// Runs the loop until the condition holds, asked anew after each turn; false where it does not in time or
/// the loop was told to exit.
inline bool eventually(sys::EventLoop& loop, const std::function<bool()>& condition,
                       std::chrono::milliseconds limit = kPatience) {
    bool late = false;
    const auto timer = loop.after(limit, [&] { late = true; });
    while (!condition()) {
        if (late || !loop.turn(UINT64_MAX)) {
            return false;
        }
    }
    return true;
}

/// Runs the loop until nothing of what is under way now can still come: one round trip on the bus, answered
/// in order.
void settle(sys::EventLoop& loop, sdbus::IConnection& bus);

class RecordingJournal final : public core::Journal {
public:
    void log(core::Severity, const std::string& connection, const std::string& text,
             const std::vector<std::string>&) override {
        lines.push_back(connection + "|" + text);
    }
    std::vector<std::string> lines;
};

/// Members in the order in which they depend on each other.
struct BusLoop {
    PrivateBus dbus;
    sys::EventLoop loop;
    RecordingJournal journal;
    std::unique_ptr<sdbus::IConnection> bus = sdbus::createSystemBusConnection();
    sys::BusEventSource source{loop, *bus, journal};

    bool eventually(const std::function<bool()>& condition) { return test::eventually(loop, condition); }
    void settle() { test::settle(loop, *bus); }
};

} // namespace ppp::test
