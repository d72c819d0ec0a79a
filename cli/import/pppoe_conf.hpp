// SPDX-License-Identifier: LGPL-2.1-or-later
// Settings of rp-pppoe's pppoe.conf, which Red Hat's ifcfg-ppp0 has too.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/import/settings.hpp"

namespace ppp::cli::importing::pppoe_conf {

/// pppoe.conf(5) and what the script pppoe-connect of rp-pppoe 3.15 does with each.
std::span<const Rule> rules();

/// Decides what takes several settings: DNS, on demand, MSS, the interface's name. `peerDnsAnyway`: what
/// counts where neither DNSTYPE nor PEERDNS says anything (Red Hat's scripts: yes; rp-pppoe's own: no).
void finish(Work& work, bool peerDnsAnyway);

/// DNS1, DNS2 … as the profile's servers; whether there is any.
bool takeServers(Work& work);

/// What `pppoe -W VALUE` says, as /pppoe/host-uniq has it: the digits behind 0x, or the bytes as such.
std::string hostUniq(std::string_view value);

} // namespace ppp::cli::importing::pppoe_conf
