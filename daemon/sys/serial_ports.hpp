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

/// "minicom (pid 1234)" of the process that holds the UUCP lock of this device (FHS 3.0, 5.9: LCK..NAME with
/// the pid in ten columns; older programs write it in binary); empty where there is no lock or its process is
/// gone.
std::string lockHolder(const SerialPaths& paths, const std::string& device);

} // namespace ppp::sys
