// SPDX-License-Identifier: LGPL-2.1-or-later
// Changing one member of a profile as a person would in an editor: comments, order and blanks stay.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ppp::cli {

/// The text with `value` (as JSON) for `key` in the outermost object; a key that is not there becomes its
/// last one, set in as those before it. Nothing where the text is no object with // and /* */ comments, or
/// has the key twice.
std::optional<std::string> putMember(std::string_view text, std::string_view key, std::string_view value);

/// What `key` of the outermost object holds, as JSON; empty where it is not there. Nothing as putMember.
std::optional<std::string> memberOf(std::string_view text, std::string_view key);

} // namespace ppp::cli
