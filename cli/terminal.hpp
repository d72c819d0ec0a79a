// SPDX-License-Identifier: LGPL-2.1-or-later
// What a terminal can do for us: width, colours, lines that are drawn again in place, and Ctrl-C as a
// descriptor.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ppp::cli {

enum class Colour { None, Green, Yellow, Red, Dim, Bold };

/// `text` in this colour, or as it is where colours are off.
std::string paint(std::string_view text, Colour colour, bool colours);

/// Standard output is a terminal that can move its cursor (TERM is not "dumb").
bool isLiveTerminal();
/// The above, and NO_COLOR is not set.
bool wantsColours();
/// Columns of standard output's terminal; 0 where it is none.
std::size_t terminalWidth();
/// Its lines; 0 where it is none.
std::size_t terminalHeight();

/// Columns that valid UTF-8 takes on a terminal (Unicode Standard Annex 11): none for a combining mark, two
/// for a wide character.
std::size_t columns(std::string_view utf8);
/// At most `width` columns, the last ones `ellipsis` where something was cut. 0: all of it.
std::string fit(std::string_view utf8, std::size_t width, std::string_view ellipsis = "…");

/// A block of lines at the end of the output that is drawn again in place.
class LiveLines {
public:
    LiveLines() = default;
    ~LiveLines() { clear(); }
    LiveLines(const LiveLines&) = delete;
    LiveLines& operator=(const LiveLines&) = delete;
    /// Replaces what is shown; lines are cut to the terminal's width.
    void show(const std::vector<std::string>& lines);
    void clear();

private:
    std::size_t shown_ = 0;
};

} // namespace ppp::cli
