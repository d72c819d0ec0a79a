// SPDX-License-Identifier: LGPL-2.1-or-later
// What somebody can do who was not authorised.
#pragma once

#include <string>
#include <string_view>

namespace ppp::cli {

enum class Membership {
    None,
    Waiting, ///< in the group by now, but not when this session began
    Member,
};

/// Of this process' user in the group dip.
Membership membership();

/// `refusal`: the daemon's words, which name polkit's action.
std::string rightsHint(std::string_view refusal, Membership dip);

} // namespace ppp::cli
