// SPDX-License-Identifier: LGPL-2.1-or-later
// Small helpers for text: joining, harmless display of hostile bytes, the nearest known word.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>

namespace ppp::core::text {

/// All arguments, one behind the other, as operator<< writes them.
template <typename... Parts> std::string cat(const Parts&... parts) {
    std::ostringstream out;
    (out << ... << parts);
    return out.str();
}

/// Bytes of a peer, a modem or a file made fit for the bus, a log and a terminal: at most `limit` bytes of input are
/// looked at, broken UTF-8 becomes U+FFFD, control characters (C0, DEL, C1, line and paragraph separators, bidirectional
/// controls) become \n, \r, \t, \xNN or \u{NNNN}, a backslash stays. Blanks at both ends are cut. Never fails.
std::string harmless(std::string_view bytes, std::size_t limit);

bool isUtf8(std::string_view bytes);

/// The candidate with the least edit distance (insert, delete, replace, swap of neighbours), if that is at most a third of
/// the word's length (at least 1, at most 3); the first of equals.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

/// A duration for a person: "0.35 s", "12 s", "3 min 20 s", "2 h 5 min", "4 d 3 h". Argument in µs.
std::string duration(long long microseconds);

} // namespace ppp::core::text
