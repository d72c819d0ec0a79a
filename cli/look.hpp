// SPDX-License-Identifier: LGPL-2.1-or-later
// How words have to look where they go: how wide, in colour or not, in UTF-8 or in ASCII.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ppp::cli {

struct Look {
    std::size_t width = 0; ///< columns; 0: any
    bool colours = false;
    bool utf8 = true;
};

/// What locale(7) makes of these three variables, each nullptr where it is not set; `codeset` is what
/// nl_langinfo(CODESET) says of the locale that is in force. An environment that says nothing means UTF-8, as
/// every console and terminal of today has it; a locale that is not installed is believed by its name.
bool meansUtf8(const char* all, const char* type, const char* lang, std::string_view codeset);

/// Of standard output: its terminal, NO_COLOR and the locale, which is taken from the environment here.
Look standardLook();

/// Every sign of ours as ASCII ("→" as "->"), any other character beyond ASCII as a question mark.
std::string toAscii(std::string_view utf8);
/// The above where this look has no UTF-8.
std::string shown(std::string_view utf8, const Look& look);
/// The sign for something cut off.
std::string_view ellipsis(const Look& look);

/// Broken at blanks into lines of at most `width` columns; a word that is longer is cut. 0: one line. Never
/// empty.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);
/// The columns of the longest word.
std::size_t longestWord(std::string_view text);

} // namespace ppp::cli
