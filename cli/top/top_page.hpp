// SPDX-License-Identifier: LGPL-2.1-or-later
// The page of `pppctl top`: a line a link, with what goes over it now and how that went in the last minutes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "cli/top/rates.hpp"

namespace ppp::cli {

/// Texts are harmless already.
struct TopLine {
    std::string name;
    std::string state;
    std::string interface;
    std::string remark;   ///< instead of numbers: what a link that is not up does or waits for
    bool counted = false; ///< it has counters
    std::optional<Rate> rate;
    std::deque<std::optional<Rate>> history; ///< oldest first
    std::uint64_t rx = 0, tx = 0;            ///< bytes of this session
    std::uint64_t echo = 0;                  ///< round trip in µs, 0: none
};

struct TopFrame {
    std::string time;
    std::string trouble; ///< shown instead of the sums, where there is any
    std::vector<TopLine> lines;
};

/// How it may look.
struct TopLook {
    std::size_t width = 80;  ///< columns; no line is longer
    std::size_t height = 24; ///< lines; never more
    std::size_t first = 0;   ///< the link at the top; more than there are: the last ones
    bool colours = false;
    bool unicode = true;
};

std::vector<std::string> topPage(const TopFrame& frame, const TopLook& look);

/// How many links fit below the headings.
std::size_t topRoom(std::size_t height);

/// The newest `width` values as a curve, right-aligned; the highest of them is full height, but at least
/// 1 kB/s is. Gaps are blanks.
std::string sparkline(const std::vector<std::optional<std::uint64_t>>& values, std::size_t width,
                      bool unicode);

} // namespace ppp::cli
