// SPDX-License-Identifier: LGPL-2.1-or-later
// The machine's ttys with something behind them, and who has locked one.
#pragma once

#include <string>
#include <vector>

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

} // namespace ppp::sys
