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

/// Bytes of a peer, a modem or a file made fit for the bus, a log and a terminal: at most `limit` bytes of
/// input are looked at, broken UTF-8 becomes U+FFFD, control characters (C0, DEL, C1, line and paragraph
/// separators, bidirectional controls) and noncharacters (which sd-bus refuses to send) become \n, \r, \t,
/// \xNN or \u{NNNN}, a backslash stays. A character that `limit` cuts in two is left out. White space and
/// NULs at both ends are cut. Never fails.
std::string harmless(std::string_view bytes, std::size_t limit);

/// Well-formed UTF-8 (RFC 3629) without noncharacters (U+FDD0–FDEF, U+nFFFE, U+nFFFF): what sd-bus takes as a
/// string, but for NUL.
bool isUtf8(std::string_view bytes);

/// How many bytes at the start are UTF-8 as isUtf8() means it.
std::size_t utf8Prefix(std::string_view bytes);

/// Whether there is a control character (C0, DEL, C1) or a line or paragraph separator among the characters.
bool hasControl(std::string_view bytes);

/// The least number of inserted, deleted, replaced bytes and swapped neighbours that makes b of a.
std::size_t editDistance(std::string_view a, std::string_view b);

/// The candidate with the least edit distance (insert, delete, replace, swap of neighbours), if that is at
/// most a third of the word's length (at least 1, at most 3); the first of equals. Nothing for words of more
/// than 64 bytes.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

/// A duration for a person: "0.35 s", "12 s", "3 min 20 s", "2 h 5 min", "4 d 3 h". Argument in µs.
std::string duration(long long microseconds);

} // namespace ppp::core::text
