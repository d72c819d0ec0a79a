// SPDX-License-Identifier: LGPL-2.1-or-later
// A story as lines of JSON, one an event or a state of the counters, and back.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/timeline.hpp"
#include "core/view.hpp"

namespace ppp::core {

/// With a newline at the end.
std::string storyLine(const TimelineEntry& entry);
std::string storyLine(const Statistics& statistics);

struct StoryText {
    std::vector<TimelineEntry> entries; ///< oldest first
    Statistics statistics;              ///< of the last line that has some
    std::size_t lines = 0;              ///< broken ones included
    bool whole = true;                  ///< false: the last line has no end
};
/// A line that is broken, torn or of a later version is left out. Never fails.
StoryText readStory(std::string_view text);

} // namespace ppp::core
