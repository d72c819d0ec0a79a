// SPDX-License-Identifier: LGPL-2.1-or-later
// The one table layout.
#include "cli/table.hpp"

#include <algorithm>

namespace ppp::cli {

namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastLast = 8; // columns that the last one keeps however narrow the terminal is

std::vector<std::size_t> widths(const std::vector<std::vector<Cell>>& rows) {
    std::vector<std::size_t> out;
    for (const auto& row : rows) {
        out.resize(std::max(out.size(), row.size()), 0);
        for (std::size_t i = 0; i < row.size(); ++i) {
            out[i] = std::max(out[i], columns(row[i].text));
        }
    }
    return out;
}

} // namespace

std::vector<std::string> layOut(const std::vector<std::vector<Cell>>& rows, std::size_t width, bool colours) {
    const auto sizes = widths(rows);
    std::vector<std::string> out;
    for (const auto& row : rows) {
        std::string line;
        std::size_t used = 0;
        std::size_t blanks = 0;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::size_t start = used + blanks;
            const std::size_t left = width > start + kLeastLast ? width - start : kLeastLast;
            const std::string text =
                i + 1 == sizes.size() && width != 0 ? fit(row[i].text, left) : row[i].text;
            if (!text.empty()) {
                line += std::string(blanks, ' ') + paint(text, row[i].colour, colours);
                used = start + columns(text);
                blanks = 0;
            }
            blanks += sizes[i] + kGap - columns(text);
        }
        out.push_back(std::move(line));
    }
    return out;
}

} // namespace ppp::cli
