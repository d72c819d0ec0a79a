// SPDX-License-Identifier: LGPL-2.1-or-later
// From a profile to pppd's command line. No secret ever passes through here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/profile.hpp"

namespace ppp::core {

/// What only the machine knows and pppd must be told.
struct EngineSite {
    std::string plugin; ///< absolute path of ppp-manager.so
    int socket = 3;     ///< descriptor number of the engine socket in pppd
    int lifeline = 4;   ///< descriptor number of the lifeline's read end in pppd
    std::string device; ///< interface to dial on (may differ from the profile's: VLAN, own MAC)
    std::string missingPath = "/nonexistent"; ///< stands for scripts that must not run
};

/// pppd's arguments without argv[0], in an order that 2.4.9 and 2.5.x understand (the pppoe-* options stand
/// before nic-…). Every argument is either an option word of ours or a value that pppd cannot take for an
/// option. The profile must be valid.
std::vector<std::string> engineArguments(std::string_view connection, const Profile& profile,
                                         const EngineSite& site);

} // namespace ppp::core
