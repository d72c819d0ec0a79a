// SPDX-License-Identifier: LGPL-2.1-or-later
// A PPPoE session that is confirmed after its engine has gone.
#pragma once

#include <cstdint>
#include <vector>

#include "core/clock.hpp"
#include "core/profile.hpp"

namespace ppp::core {

/// How long a concentrator may take to confirm a session that nobody waits for any more: pppd's own patience
/// with it at the longest (PADR after 5, 10 and 20 s; discovery.c of pppd's pppoe plugin).
inline constexpr Duration kLateSession = std::chrono::seconds(35);

/// The Host-Uniq tag (RFC 2516 appendix A) that pppd sends: the profile's, else its process id as it lies in
/// memory. Empty where there is no way to know.
std::vector<std::uint8_t> sentHostUniq(const Profile& profile, std::uint32_t enginePid);

} // namespace ppp::core
