// SPDX-License-Identifier: LGPL-2.1-or-later
// Columns for people.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.hpp"

namespace ppp::cli {

struct Cell {
    std::string text;
    Colour colour = Colour::None;
};

/// Aligned lines, without blanks at their ends. width: columns to fit in, 0: any; only the last column is
/// cut.
std::vector<std::string> layOut(const std::vector<std::vector<Cell>>& rows, std::size_t width, bool colours);

} // namespace ppp::cli
