// SPDX-License-Identifier: LGPL-2.1-or-later
// Base64 both ways, three bytes at a time.
#include "sys/base64.hpp"

#include <cstdint>

namespace ppp::sys::base64 {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

std::vector<char> encode(std::string_view bytes) {
    std::vector<char> out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    while (!bytes.empty()) {
        const std::size_t count = bytes.size() < 3 ? bytes.size() : 3;
        std::uint32_t group = 0;
        for (std::size_t n = 0; n < 3; ++n)
            group = group << 8 | (n < count ? static_cast<std::uint8_t>(bytes[n]) : 0U);
        for (std::size_t n = 0; n < 4; ++n)
            out.push_back(n <= count ? kAlphabet[group >> (18 - 6 * n) & 0x3f] : '=');
        bytes.remove_prefix(count);
    }
    return out;
}

std::optional<std::vector<char>> decode(std::string_view text) {
    if (text.size() % 4 != 0)
        return std::nullopt;
    std::vector<char> out;
    out.reserve(text.size() / 4 * 3);
    while (!text.empty()) {
        const bool last = text.size() == 4;
        const std::size_t padding = !last || text[3] != '=' ? 0 : text[2] == '=' ? 2 : 1;
        std::uint32_t group = 0;
        for (std::size_t n = 0; n < 4 - padding; ++n) {
            const std::size_t digit = kAlphabet.find(text[n]);
            if (digit == std::string_view::npos)
                return std::nullopt;
            group |= static_cast<std::uint32_t>(digit) << (18 - 6 * n);
        }
        if ((padding == 1 && (group & 0xff) != 0) || (padding == 2 && (group & 0xffff) != 0))
            return std::nullopt;
        for (std::size_t n = 0; n < 3 - padding; ++n)
            out.push_back(static_cast<char>(group >> (16 - 8 * n) & 0xff));
        text.remove_prefix(4);
    }
    return out;
}

} // namespace ppp::sys::base64
