// SPDX-License-Identifier: LGPL-2.1-or-later
// Keys of the profile contract that are checked but have no effect yet; they must never be silent. Shrinks to
// nothing.
#pragma once

#include <string>
#include <vector>

#include "core/profile.hpp"

namespace ppp::core {

/// The keys that this profile sets to something else than their default and that do nothing yet, as
/// "redial-at", "ipv4.vrf" ….
std::vector<std::string> keysWithoutEffect(const Profile& profile);

} // namespace ppp::core
