// SPDX-License-Identifier: LGPL-2.1-or-later
// Terminal control sequences of ECMA-48, as every terminal of today understands them.
#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <system_error>

namespace ppp::cli {

namespace {

struct Range {
    char32_t first, last;
};

// The blocks of the Unicode Character Database that are zero or two columns wide as a whole, not each
// character.
constexpr std::array kNarrow{Range{0x300, 0x36f},   Range{0x200b, 0x200f}, Range{0x20d0, 0x20ff},
                             Range{0xfe00, 0xfe0f}, Range{0xfe20, 0xfe2f}, Range{0xfeff, 0xfeff}};
constexpr std::array kWide{Range{0x1100, 0x115f},   Range{0x2e80, 0x303e},  Range{0x3041, 0xa4cf},
                           Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},  Range{0xfe30, 0xfe6f},
                           Range{0xff00, 0xff60},   Range{0xffe0, 0xffe6},  Range{0x1f300, 0x1f64f},
                           Range{0x1f900, 0x1f9ff}, Range{0x20000, 0x3fffd}};

template <typename Ranges> bool within(char32_t character, const Ranges& ranges) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
        return character >= range.first && character <= range.last;
    });
}

struct Character {
    std::size_t bytes, columns;
};

/// The first one, which is taken away. `utf8` is valid and not empty.
Character takeCharacter(std::string_view& utf8) {
    const auto lead = static_cast<unsigned char>(utf8.front());
    char32_t character = lead < 0x80   ? lead
                         : lead < 0xe0 ? lead & 0x1fU
                         : lead < 0xf0 ? lead & 0xfU
                                       : lead & 7U;
    std::size_t bytes = 1;
    for (; bytes < utf8.size() && (static_cast<unsigned char>(utf8[bytes]) & 0xc0U) == 0x80U; ++bytes) {
        character = character << 6U | (static_cast<unsigned char>(utf8[bytes]) & 0x3fU);
    }
    utf8.remove_prefix(bytes);
    return {bytes, within(character, kNarrow) ? 0U : within(character, kWide) ? 2U : 1U};
}

const char* sequence(Colour colour) {
    switch (colour) {
    case Colour::Green:
        return "\033[32m";
    case Colour::Yellow:
        return "\033[33m";
    case Colour::Red:
        return "\033[31m";
    case Colour::Dim:
        return "\033[2m";
    case Colour::Bold:
        return "\033[1m";
    case Colour::None:
        break;
    }
    return "";
}

std::optional<winsize> terminalSize() {
    winsize size{};
    if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) {
        return std::nullopt;
    }
    return size;
}

} // namespace

std::string paint(std::string_view text, Colour colour, bool colours) {
    if (!colours || colour == Colour::None) {
        return std::string(text);
    }
    return sequence(colour) + std::string(text) + "\033[0m";
}

bool isLiveTerminal() {
    const char* term = std::getenv("TERM");
    return isatty(STDOUT_FILENO) != 0 && (term == nullptr || std::string_view(term) != "dumb");
}

bool wantsColours() {
    const char* refused = std::getenv("NO_COLOR"); // no-color.org: set and not empty
    return isLiveTerminal() && (refused == nullptr || *refused == '\0');
}

std::size_t terminalWidth() {
    const auto size = terminalSize();
    return size && size->ws_col == 0 ? 80 : size.value_or(winsize{}).ws_col;
}

std::size_t terminalHeight() {
    const auto size = terminalSize();
    return size && size->ws_row == 0 ? 24 : size.value_or(winsize{}).ws_row;
}

std::size_t columns(std::string_view utf8) {
    std::size_t count = 0;
    while (!utf8.empty()) {
        count += takeCharacter(utf8).columns;
    }
    return count;
}

std::string fit(std::string_view utf8, std::size_t width, std::string_view ellipsis) {
    if (width == 0 || columns(utf8) <= width) {
        return std::string(utf8);
    }
    const std::size_t room = width - std::min(width, columns(ellipsis));
    std::size_t end = 0;
    std::size_t used = 0;
    for (std::string_view rest = utf8; !rest.empty();) {
        const Character next = takeCharacter(rest);
        used += next.columns;
        if (used > room) {
            break;
        }
        end += next.bytes;
    }
    return std::string(utf8.substr(0, end)) + std::string(ellipsis);
}

void LiveLines::show(const std::vector<std::string>& lines) {
    clear();
    const std::size_t width = terminalWidth();
    for (const auto& line : lines) {
        std::cout << fit(line, width > 1 ? width - 1 : width) << '\n';
    }
    std::cout << std::flush;
    shown_ = lines.size();
}

void LiveLines::clear() {
    if (shown_ > 0) {
        std::cout << "\033[" << shown_ << "A\r\033[J" << std::flush;
        shown_ = 0;
    }
}

} // namespace ppp::cli
