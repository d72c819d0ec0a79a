// SPDX-License-Identifier: LGPL-2.1-or-later
// The story of one link: its last events, bounded.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/details.hpp"

namespace ppp::core {

struct TimelineEntry {
    Moment at;
    std::string what; ///< state phase failure engine session address redial …
    Details details;
};

class Timeline {
public:
    /// Keeps limits::kTimelineEvents; the oldest goes first.
    const TimelineEntry& add(TimelineEntry entry);
    /// The last `max` entries, oldest first; 0 means all.
    std::vector<TimelineEntry> last(std::size_t max) const;

private:
    std::deque<TimelineEntry> entries_;
};

} // namespace ppp::core
