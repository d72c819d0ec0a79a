// SPDX-License-Identifier: LGPL-2.1-or-later
// A round trip to the bus as a fence.
#include "loop_fixture.hpp"

#include <stdexcept>

namespace ppp::test {

void settle(sys::EventLoop& loop, sdbus::IConnection& bus) {
    const auto driver = sdbus::createProxy(bus, bus::ServiceName{"org.freedesktop.DBus"},
                                           sdbus::ObjectPath{"/org/freedesktop/DBus"});
    bool answered = false;
    driver->callMethodAsync("GetId")
        .onInterface("org.freedesktop.DBus")
        .uponReplyInvoke([&](bus::CallError, const std::string&) { answered = true; });
    if (!eventually(loop, [&] { return answered; })) {
        throw std::runtime_error("the bus does not answer");
    }
}

} // namespace ppp::test
