// SPDX-License-Identifier: LGPL-2.1-or-later
// Asks one tty whether a modem is behind it: AT, and ATI for its name.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <termios.h>

#include "core/modem_line.hpp"
#include "core/services.hpp"
#include "sys/event_loop.hpp"
#include "sys/line_lock.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {

/// Has the line's lock from before the open to the close, which comes as soon as the answer is there: whoever
/// dials finds it busy meanwhile, and nobody's settings are changed but those that were found.
///
/// Never waits: the line is opened without waiting for a carrier, settings change at once, and what the line
/// has not taken is thrown away before it is closed (a close may else wait half a minute for it). The
/// settings are given back; a DTR that was down goes down again with the last close, by those settings. Line
/// noise between AT and OK does no harm; AT is repeated every second, a modem may have to find its speed.
class SerialProbe {
public:
    /// done() once, from the loop, at `until` (CLOCK_BOOTTIME, µs) at the latest; the port is then complete.
    /// `locks`: the folder of the lock files.
    SerialProbe(EventLoop& loop, core::SerialPort& port, const std::string& locks, std::uint32_t speed,
                std::uint64_t until, std::function<void()> done);
    ~SerialProbe() { giveBack(); }
    SerialProbe(const SerialProbe&) = delete;
    SerialProbe& operator=(const SerialProbe&) = delete;

private:
    bool take(const std::string& locks, std::uint32_t speed);
    bool open(const std::string& node, std::uint32_t speed);
    void giveBack();
    void ask();
    void send(std::string_view text);
    void readable();
    void onLine(const std::string& line);
    void finish();

    EventLoop& loop_;
    core::SerialPort& port_;
    std::uint64_t until_;
    std::function<void()> done_;
    LineLock lock_;
    UniqueFd line_;
    termios before_{};
    bool changed_ = false;
    core::ModemLines lines_;
    std::unique_ptr<EventSource> readable_, repeat_, end_;
};

} // namespace ppp::sys
