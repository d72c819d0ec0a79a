// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether a link that is up has to be redialled for a changed profile to count.
#pragma once

#include <string_view>

namespace ppp::core {

/// Whether a link is the same with both texts: they differ in comments, order and blanks alone, and in what
/// is not of a session (redial-at, autoconnect). A text that is no JSON is like none.
bool dialsAlike(std::string_view one, std::string_view other);

} // namespace ppp::core
