// SPDX-License-Identifier: LGPL-2.1-or-later
// The pid files of a pppd that was killed before it could remove them itself.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "sys/event_loop.hpp"

namespace ppp::sys {

/// Removes the files NAME.pid of this folder that hold one of these process ids and nothing else. To be
/// called while the ids cannot belong to another pppd: right after the ends of the processes. What cannot be
/// read is left alone.
void removePidFiles(const std::string& folder, const std::set<std::uint32_t>& pids);

/// The same in one look for all processes that ended in one turn of the loop: of a thousand that are killed
/// at once each would read the files of all others.
class PidFiles {
public:
    PidFiles(EventLoop& loop, std::string folder);
    /// Looks at once for what was to be looked for.
    ~PidFiles();
    PidFiles(const PidFiles&) = delete;
    PidFiles& operator=(const PidFiles&) = delete;

    /// In the next turn.
    void removeOf(std::uint32_t pid);

private:
    void look();

    std::string folder_;
    std::set<std::uint32_t> ended_;
    std::unique_ptr<EventSource> soon_;
};

} // namespace ppp::sys
