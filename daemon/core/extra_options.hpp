// SPDX-License-Identifier: LGPL-2.1-or-later
// The options of pppd(8) that a profile may pass on as they are, and where those belong that it may not.
#pragma once

#include "core/profile_faults.hpp"

namespace ppp::core {

/// Checks /ppp/extra-options: each option is on the allow-list and has its arguments, in range. What names a
/// file, a command, a secret or a plugin, or what the daemon owns, is refused with the key to use instead.
/// The allow-list holds only what pppd 2.4.9 and 2.5.x both know and what concerns nothing but the
/// negotiation of this link.
void checkExtraOptions(const Profile& profile, Faults& faults);

} // namespace ppp::core
