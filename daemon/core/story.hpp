// SPDX-License-Identifier: LGPL-2.1-or-later
// The story of one link: its last events and its counters, kept on disk while they are made, so that they
// outlive the daemon. They do not outlive the boot (the runtime folder does not), therefore boot times in it
// stay true.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "core/services.hpp"
#include "core/timeline.hpp"
#include "core/view.hpp"

namespace ppp::core {

class Story {
public:
    /// Reads what an earlier life of the daemon wrote. `ports` outlive the story.
    Story(std::string name, const Ports& ports);

    const Timeline& timeline() const { return timeline_; }
    const Statistics& statistics() const { return statistics_; }
    /// The last engines, oldest first, at most limits::kStoryEngines.
    std::vector<EngineRun> engines() const;

    /// Adds an event that happens now; long texts in it are cut to limits::kStoryText.
    const TimelineEntry& note(std::string what, Details details);
    /// What is changed here is written with the next event, or by flush().
    Statistics& change();
    void flush();
    /// Removes the story; what comes after is kept in memory alone.
    void forget();

private:
    void write(const std::string& lines, std::size_t count);
    void rewrite();

    const std::string name_;
    const Ports& ports_;
    Timeline timeline_;
    Statistics statistics_;
    std::size_t lines_ = 0; ///< in the file
    bool changed_ = false;  ///< statistics_ differs from the file
    bool behind_ = false;   ///< the file lacks something or ends in the middle of a line
    bool forgotten_ = false;
    BootTime nextTry_; ///< a store that failed is not asked again before
};

} // namespace ppp::core
