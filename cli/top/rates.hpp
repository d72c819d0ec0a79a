// SPDX-License-Identifier: LGPL-2.1-or-later
// From counters that are read now and then to bytes per second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "cli/client.hpp"

namespace ppp::cli {

/// One reading of a link's counters.
struct Counters {
    Clock::time_point at; ///< when they were asked for: the daemon reads them then, and may answer later
    std::uint64_t sessions = 0; ///< how many the link has had: the counters of a new one begin anew
    std::uint64_t rx = 0;       ///< bytes
    std::uint64_t tx = 0;
};

/// Bytes per second.
struct Rate {
    std::uint64_t rx = 0;
    std::uint64_t tx = 0;
};

class RateMeter {
public:
    static constexpr std::size_t kKept = 240; ///< readings in history()

    /// The rate since the reading before. Nothing for the first one, for the first of a session, where a
    /// counter went back, and where no time has passed: what lies between is not known.
    std::optional<Rate> note(const Counters& now);
    /// The link has no counters now: a gap in the history, and the next reading is a first one.
    void gap();

    const std::optional<Rate>& last() const { return last_; }
    /// Oldest first; nothing for a gap.
    const std::deque<std::optional<Rate>>& history() const { return history_; }

private:
    void keep(std::optional<Rate> rate);

    std::optional<Counters> before_;
    std::optional<Rate> last_;
    std::deque<std::optional<Rate>> history_;
};

} // namespace ppp::cli
