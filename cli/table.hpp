// SPDX-License-Identifier: LGPL-2.1-or-later
// Columns for people.
#pragma once

#include <string>
#include <vector>

#include "cli/look.hpp"
#include "cli/terminal.hpp"

namespace ppp::cli {

struct Cell {
    std::string text;
    Colour colour = Colour::None;
};

/// Aligned lines, without blanks at their ends. width: columns to fit in, 0: any; the last column is cut to 8
/// columns at least, then those between it and the first to 6.
std::vector<std::string> layOut(const std::vector<std::vector<Cell>>& rows, std::size_t width, bool colours);
/// The same in ASCII where the look says so.
std::vector<std::string> layOut(std::vector<std::vector<Cell>> rows, const Look& look);

} // namespace ppp::cli
