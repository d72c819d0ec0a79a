// SPDX-License-Identifier: LGPL-2.1-or-later
// The look of standard output, and words made to fit it.
#include "cli/look.hpp"

#include <langinfo.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <cstdlib>

#include "cli/terminal.hpp"

namespace ppp::cli {

namespace {

struct Sign {
    std::string_view utf8, ascii;
};

constexpr std::array kSigns{Sign{"→", "->"}, Sign{"›", ">"}, Sign{"…", "..."}, Sign{"●", "*"},
                            Sign{"○", "-"},  Sign{"×", "x"}, Sign{"↻", "~"},   Sign{"·", "-"},
                            Sign{"–", "-"},  Sign{"—", "-"}, Sign{"’", "'"},   Sign{"“", "\""},
                            Sign{"”", "\""}, Sign{"µ", "u"}};

bool saysUtf8(std::string_view name) {
    std::string plain;
    for (const char c : name) {
        if (c != '-') {
            plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    return plain.find("utf8") != std::string::npos;
}

std::size_t lengthAt(std::string_view utf8, std::size_t at) {
    std::size_t end = at + 1;
    while (end < utf8.size() && (static_cast<unsigned char>(utf8[end]) & 0xc0U) == 0x80U) {
        ++end;
    }
    return end - at;
}

} // namespace

bool meansUtf8(const char* all, const char* type, const char* lang, std::string_view codeset) {
    for (const char* variable : {all, type, lang}) {
        if (variable != nullptr && *variable != '\0') {
            return saysUtf8(variable) || saysUtf8(codeset);
        }
    }
    return true;
}

Look standardLook() {
    std::setlocale(LC_CTYPE, "");
    return {
        terminalWidth(), wantsColours(),
        meansUtf8(std::getenv("LC_ALL"), std::getenv("LC_CTYPE"), std::getenv("LANG"), nl_langinfo(CODESET))};
}

std::string toAscii(std::string_view utf8) {
    std::string out;
    for (std::size_t i = 0; i < utf8.size();) {
        const std::size_t length = lengthAt(utf8, i);
        const std::string_view one = utf8.substr(i, length);
        i += length;
        if (length == 1 && static_cast<unsigned char>(one.front()) < 0x80) {
            out += one;
            continue;
        }
        const auto* sign =
            std::find_if(kSigns.begin(), kSigns.end(), [&](const Sign& known) { return known.utf8 == one; });
        out += sign != kSigns.end() ? sign->ascii : "?";
    }
    return out;
}

std::string shown(std::string_view utf8, const Look& look) {
    return look.utf8 ? std::string(utf8) : toAscii(utf8);
}

std::string_view ellipsis(const Look& look) {
    return look.utf8 ? "…" : "...";
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    std::vector<std::string> out{""};
    if (width == 0) {
        out.front() = text;
        return out;
    }
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word.empty()) {
            continue;
        }
        if (!out.back().empty() && columns(out.back()) + 1 + columns(word) > width) {
            out.emplace_back();
        }
        out.back() += (out.back().empty() ? "" : " ");
        while (columns(word) > width) {
            const std::string head = fit(word, width, "");
            if (head.empty()) { // not even one character finds room
                break;
            }
            out.back() += head;
            out.emplace_back();
            word.remove_prefix(head.size());
        }
        out.back() += word;
    }
    if (out.size() > 1 && out.back().empty()) {
        out.pop_back();
    }
    return out;
}

std::size_t longestWord(std::string_view text) {
    std::size_t longest = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        longest = std::max(longest, columns(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return longest;
}

} // namespace ppp::cli
