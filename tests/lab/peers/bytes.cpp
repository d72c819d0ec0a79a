// SPDX-License-Identifier: LGPL-2.1-or-later
// Text that can hold any byte, written in printable characters.
#include "bytes.hpp"

#include <stdexcept>

namespace ppp::lab {

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

std::uint8_t hexDigit(char digit) {
    const auto value = kDigits.find(digit);
    if (value == std::string_view::npos) {
        throw std::invalid_argument("a hexadecimal digit (0-9, a-f) is expected after \\x");
    }
    return static_cast<std::uint8_t>(value);
}

} // namespace

std::string printable(View view) {
    std::string text;
    for (const std::uint8_t byte : view) {
        if (byte >= 0x20 && byte < 0x7f && byte != '\\') {
            text += static_cast<char>(byte);
        } else {
            text += "\\x";
            text += kDigits[byte >> 4];
            text += kDigits[byte & 0xf];
        }
    }
    return text;
}

std::string unescape(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\\') {
            result += text[at];
            continue;
        }
        const char kind = ++at < text.size() ? text[at] : '\0';
        if (kind == 'x' && at + 2 < text.size()) {
            result += static_cast<char>((hexDigit(text[at + 1]) << 4) | hexDigit(text[at + 2]));
            at += 2;
        } else if (kind == 'n') {
            result += '\n';
        } else if (kind == 't') {
            result += '\t';
        } else if (kind == '\\') {
            result += '\\';
        } else {
            throw std::invalid_argument("after a backslash only xNN, n, t or a backslash");
        }
    }
    return result;
}

} // namespace ppp::lab
