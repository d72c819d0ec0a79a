// SPDX-License-Identifier: LGPL-2.1-or-later
// The one table layout.
#include "cli/table.hpp"

#include <algorithm>

namespace ppp::cli {

namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastBetween = 6;
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

/// Makes room for the last column: the widest of those between the first and the last give way.
void shrink(std::vector<std::vector<Cell>>& rows, std::vector<std::size_t>& sizes, const Look& look) {
    const std::size_t last = sizes.empty() ? 0 : std::min(sizes.back(), kLeastLast);
    while (true) {
        std::size_t whole = last;
        std::size_t widest = 0;
        for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
            whole += sizes[i] + kGap;
            widest = i > 0 && (widest == 0 || sizes[i] > sizes[widest]) ? i : widest;
        }
        if (whole <= look.width || widest == 0 || sizes[widest] <= kLeastBetween) {
            break;
        }
        --sizes[widest];
    }
    for (auto& row : rows) {
        for (std::size_t i = 1; i + 1 < row.size(); ++i) {
            row[i].text = fit(row[i].text, sizes[i], ellipsis(look));
        }
    }
}

} // namespace

std::vector<std::string> layOut(const std::vector<std::vector<Cell>>& rows, std::size_t width, bool colours) {
    return layOut(rows, Look{width, colours, true});
}

std::vector<std::string> layOut(std::vector<std::vector<Cell>> rows, const Look& look) {
    for (auto& row : rows) {
        for (auto& cell : row) {
            cell.text = shown(cell.text, look);
        }
    }
    const std::size_t width = look.width;
    auto sizes = widths(rows);
    if (width != 0) {
        shrink(rows, sizes, look);
    }
    std::vector<std::string> out;
    for (const auto& row : rows) {
        std::string line;
        std::size_t used = 0;
        std::size_t blanks = 0;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::size_t start = used + blanks;
            const std::size_t left = width > start + kLeastLast ? width - start : kLeastLast;
            const std::string text =
                i + 1 == sizes.size() && width != 0 ? fit(row[i].text, left, ellipsis(look)) : row[i].text;
            if (!text.empty()) {
                line += std::string(blanks, ' ') + paint(text, row[i].colour, look.colours);
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
