// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the engine lies on this machine, and the check that everything it needs is there before it is
// started.
#pragma once

#include <string>
#include <vector>

#include "core/profile.hpp"

namespace ppp::sys {

/// Absolute paths; tests put their own here.
struct EnginePaths {
    std::string pppd;   ///< the program
    std::string plugin; ///< our plugin for it; the folder above it is named after pppd's version
    std::string pppDevice = "/dev/ppp";           ///< pppd's door to the kernel; empty: not looked at
    std::string pidFiles = "/run";                ///< where pppd leaves them
    std::string serial;                           ///< our engine program for serial lines
    std::string l2tp;                             ///< and for L2TP tunnels
    std::string hooks;                            ///< our program that runs hooks
    std::string locks = "/run/lock";              ///< lock files of ttys
    std::string lines = "/run/ppp-manager/lines"; ///< where programs keep what a killed one has to give back
    /// What is run for links of this type.
    const std::string& program(core::LinkType type) const;
    /// All that are needed: when one of them changes, an engine that could not be started may be tried again.
    std::vector<std::string> files() const;
};

/// As configured when the daemon was built.
EnginePaths installedEnginePaths();

/// For links of this type. Throws core::EngineUnavailable with a sentence for a person: EngineMissing where
/// pppd, the plugin or our own program is missing or cannot be used, KernelSupportMissing where the kernel
/// does not do PPP. Opening the device makes the kernel load ppp_generic where it is a module (its node
/// carries the module's alias, char-major-108-0).
void requireEngine(const EnginePaths& paths, core::LinkType type);

} // namespace ppp::sys
