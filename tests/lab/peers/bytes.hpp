// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading and writing of big-endian bytes for the lab's scripted peers. A reader never reads past its end: it
// says so.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ppp::lab {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

inline std::uint16_t get16(View view, std::size_t at) {
    return static_cast<std::uint16_t>((view[at] << 8) | view[at + 1]);
}

inline void put8(Bytes& bytes, std::size_t value) {
    bytes.push_back(static_cast<std::uint8_t>(value));
}

inline void put16(Bytes& bytes, std::size_t value) {
    put8(bytes, (value >> 8) & 0xff);
    put8(bytes, value & 0xff);
}

inline void put32(Bytes& bytes, std::size_t value) {
    put16(bytes, (value >> 16) & 0xffff);
    put16(bytes, value & 0xffff);
}

inline void putAll(Bytes& bytes, View view) {
    bytes.insert(bytes.end(), view.begin(), view.end());
}

inline Bytes toBytes(std::string_view text) {
    return {text.begin(), text.end()};
}

// The bytes as printable ASCII: everything else, and the backslash, as \xNN. For log lines.
std::string printable(View view);

// The other way round, for texts of the command line: \xNN, \n, \t and \\ are understood. Throws
// std::invalid_argument for any other backslash.
std::string unescape(std::string_view text);

} // namespace ppp::lab
