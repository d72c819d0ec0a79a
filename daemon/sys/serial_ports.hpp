// SPDX-License-Identifier: LGPL-2.1-or-later
// The machine's ttys with something behind them, and who has locked one.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <sys/types.h>

namespace ppp::sys {

/// Where to look; tests have folders of their own.
struct SerialPaths {
    std::string ttys = "/sys/class/tty";
    std::string devices = "/dev";
    std::string locks = "/run/lock";
    std::string processes = "/proc";
};

/// Full paths of the devices, sorted: those with a device behind them (a UART whose type is unknown to the
/// kernel is none), and what is called like a USB, on-chip or Bluetooth tty.
std::vector<std::string> listTtys(const SerialPaths& paths);

/// The node itself where the path is a link to it (/dev/serial/by-id/…).
std::string nodeOf(const std::string& path);

/// "process 1234 (minicom)" that holds the UUCP lock of this device, by its path or its last part; empty
/// where nobody does.
std::string whoLocked(const SerialPaths& paths, const std::string& device);

/// Who sits at a tty, as things stand when this is made: a tty at which somebody is logged in, or waits for
/// it, is some session's controlling terminal, and what is written to a console goes to the kernel's
/// messages.
class TtyUsers {
public:
    explicit TtyUsers(const SerialPaths& paths);
    /// "process 12 (agetty), whose terminal it is"; empty where nobody does.
    std::string of(const std::string& device) const;

private:
    std::map<std::uint32_t, pid_t> sessions_; ///< by device number, as proc(5) has it
    std::set<std::string> consoles_;          ///< names below /dev
};

} // namespace ppp::sys
