// SPDX-License-Identifier: LGPL-2.1-or-later
// What the core needs of the machine for redials at a time of day: a timer for each connection that outlives
// the daemon and asks it for the redial. As in ports.hpp: one loop, nothing blocks.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace ppp::core {

class RedialTimers {
public:
    virtual ~RedialTimers() = default;
    /// The connection is to be redialled every day at this time ("HH:MM", local time), and some minutes
    /// later; empty: not at all. The one before it goes; the same again changes nothing, but starts a timer
    /// anew that somebody has stopped. A timer that nobody has set by the first turn of the loop goes.
    virtual void set(const std::string& connection, const std::string& at) = 0;
    /// When it runs out next, µs since 1970; 0: there is none, or that is not known yet.
    virtual std::uint64_t next(const std::string& connection) const = 0;
    /// Why there is none though it is wanted; empty: it runs, or is about to.
    virtual std::string trouble(const std::string& connection) const = 0;
    /// Told from the loop when next() or trouble() of a connection may differ. One; an empty one ends it.
    virtual void onChange(std::function<void(const std::string& connection)> changed) = 0;
};

} // namespace ppp::core
