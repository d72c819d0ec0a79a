// SPDX-License-Identifier: LGPL-2.1-or-later
// Which secrets a profile cannot do without.
#pragma once

#include "core/profile.hpp"

namespace ppp::core {

/// Whether "$password" is in what a login sends.
bool loginSendsPassword(const Profile& profile);
/// Whether a password has to be stored for it: for a user, or for a login.
bool needsPassword(const Profile& profile);

} // namespace ppp::core
