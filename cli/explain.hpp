// SPDX-License-Identifier: LGPL-2.1-or-later
// The story of a connection in three sentences, from what everybody may read: its properties and its
// timeline.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/client.hpp"

namespace ppp::cli {

/// One event of GetTimeline.
struct StoryEvent {
    std::uint64_t time = 0; ///< µs, CLOCK_REALTIME
    std::string what;
    Dictionary details;
};

/// Each a sentence with its full stop, harmless.
struct Explanation {
    std::string last; ///< what happened last, or goes on now, and when; with the peer's words
    std::string why;  ///< what that usually means, and what helps
    std::string next; ///< what comes by itself and when, or what a person has to do
};

/// `story`: oldest first. `now`: µs, CLOCK_REALTIME.
Explanation tellStory(const Snapshot& link, const std::vector<StoryEvent>& story, std::uint64_t now);

} // namespace ppp::cli
