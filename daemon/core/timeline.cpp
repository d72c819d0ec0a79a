// SPDX-License-Identifier: LGPL-2.1-or-later
// The bounded list behind GetTimeline.
#include "core/timeline.hpp"

#include <utility>

#include "core/limits.hpp"

namespace ppp::core {

const TimelineEntry& Timeline::add(TimelineEntry entry) {
    if (entries_.size() == limits::kTimelineEvents) {
        entries_.pop_front();
    }
    entries_.push_back(std::move(entry));
    return entries_.back();
}

std::vector<TimelineEntry> Timeline::last(std::size_t max) const {
    const std::size_t count = max == 0 || max > entries_.size() ? entries_.size() : max;
    return {entries_.end() - static_cast<std::ptrdiff_t>(count), entries_.end()};
}

} // namespace ppp::core
