// SPDX-License-Identifier: LGPL-2.1-or-later
// The ids of our journal messages (MESSAGE_ID=, systemd.journal-fields(7)): fixed for ever, explained in the
// catalog (data/ppp-manager.catalog.in).
#pragma once

#include <string_view>

#include "core/reason.hpp"

namespace ppp::core::message {

inline constexpr std::string_view kState = "fa9f7b902ece4c109af4982d642191cd"; ///< every change of state
inline constexpr std::string_view kSessionEnd =
    "93c66435e09243799e64777d9558a658"; ///< a link that was up has ended
inline constexpr std::string_view kRedialled =
    "5d0c41a8f0a54e2a9f1be7c3d2864b97"; ///< a redial is over: the link is up again

/// An attempt or a link failed for this reason: an id for each, from the table of reasons. Empty for None.
std::string_view failure(Reason reason);

} // namespace ppp::core::message
