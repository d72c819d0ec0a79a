// SPDX-License-Identifier: LGPL-2.1-or-later
// The words for a DHCPv6 client of one session: dhcpcd's configuration, and the transient unit that it runs
// in.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dbus/sdbus_compat.hpp"

namespace ppp::sys::dhcp6 {

using Property = sdbus::Struct<std::string, sdbus::Variant>;

struct Site {
    std::string dhcpcd = "/usr/sbin/dhcpcd";
    std::string reporter; ///< ppp-manager-dhcp6
    /// As dhcpcd takes it, "00:04:…"; empty: dhcpcd makes one. installed(): a DUID-UUID (RFC 6355) of this
    /// machine for this service, so that it needs no file and tells nobody the machine's id.
    std::string duid;
};

/// As this package and the distribution install it.
Site installed();

/// ppp-manager-dhcp6-NAME-PID.service, written as UnitManager::scopeName().
std::string unitName(const std::string& connection, std::uint32_t enginePid);

/// dhcpcd.conf(5): one prefix, no address, nothing of the system is touched. `session` and `report` go to the
/// reporter through its environment.
std::string configuration(const Site& site, const std::string& interface, const std::string& session,
                          const std::string& report);

/// For StartTransientUnit. dhcpcd runs outside the daemon's sandbox, whose /proc/sys it could not use, in one
/// of its own: `folder`, with the configuration and the report, is all that it can write. systemd starts it
/// again when it dies, and ends it with the engine's scope.
std::vector<Property> properties(const Site& site, const std::string& connection,
                                 const std::string& interface, const std::string& folder,
                                 const std::string& scope);

} // namespace ppp::sys::dhcp6
