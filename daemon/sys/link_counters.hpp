// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's 64-bit counters of one interface.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace ppp::sys {

/// rx-bytes tx-bytes rx-packets tx-packets rx-errors tx-errors (sysfs-class-net-statistics); what cannot be
/// read is left out, so an interface that is gone has none.
std::map<std::string, std::uint64_t> linkCounters(const std::string& interface);

} // namespace ppp::sys
