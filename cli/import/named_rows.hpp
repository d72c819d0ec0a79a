// SPDX-License-Identifier: LGPL-2.1-or-later
// Tables of the importers whose rows are found by their name.
#pragma once

#include <algorithm>
#include <string_view>

namespace ppp::cli::importing {

/// A word, and what is said of it.
struct Known {
    std::string_view name, why;
};

constexpr std::string_view kNoCompression = "compression of data is off unless /ppp/compression is set";

/// The row of that name, of a table that stays; nullptr: there is none.
template <typename Rows> const auto* find(const Rows& rows, std::string_view name) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.name == name; });
    return row == rows.end() ? nullptr : &*row;
}

} // namespace ppp::cli::importing
