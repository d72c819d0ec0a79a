// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells when a client of the bus has gone, for what is kept on its behalf; wakes us for the watched clients
// only.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/services.hpp"
#include "dbus/sdbus_compat.hpp"
#include "sys/event_loop.hpp"

namespace ppp::sys {

class NameWatcher {
public:
    /// Makes one blocking call to the bus; for start-up. Loop and bus outlive it, it outlives all watches.
    NameWatcher(EventLoop& loop, sdbus::IConnection& bus);
    ~NameWatcher();
    NameWatcher(const NameWatcher&) = delete;
    NameWatcher& operator=(const NameWatcher&) = delete;

    /// gone comes at most once, from the loop, when the owner of the unique name has left the bus, also where
    /// it had left before the call. Destroying the answer, also within gone, ends the watch.
    std::unique_ptr<core::Pending> watch(const std::string& uniqueName, std::function<void()> gone);

private:
    class Watch;
    using Watches = std::map<std::uint64_t, std::function<void()>>;
    void vanished(const std::string& name);
    void subscribe(const std::string& name);
    void unsubscribe(const std::string& name);
    void forget(const std::string& name, std::uint64_t id);

    EventLoop& loop_;
    std::unique_ptr<sdbus::IProxy> driver_;
    sdbus::Slot slot_;
    std::map<std::string, Watches> watches_;
    std::uint64_t lastId_ = 0;
};

} // namespace ppp::sys
