// SPDX-License-Identifier: LGPL-2.1-or-later
// Base64 (RFC 4648 §4, with padding), for secrets that are not UTF-8.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace ppp::sys::base64 {

/// The caller wipes the bytes where they are secret; no copy is left behind.
std::vector<char> encode(std::string_view bytes);
/// Nothing where there is a character outside the alphabet, wrong padding, or bits beyond the last byte.
std::optional<std::vector<char>> decode(std::string_view text);

} // namespace ppp::sys::base64
