// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the machine's journal for GetLog, a slice a turn of the loop.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/services.hpp"
#include "sys/event_loop.hpp"

namespace ppp::sys {

/// A line counts where journald itself vouches for its user (ours) and it is of this boot, and it is
/// - ours: the daemon's, with PPP_CONNECTION= of the connection; or
/// - pppd's: written by one of the engines' processes and not before that engine started, since process
///   numbers come round. Which unit it was logged under does not matter: an engine starts in ours and moves.
///
/// Opening the journal is one step (one open(2) and mmap(2) a file of it); after that a turn takes at most 50
/// entries or 5 ms. The files are closed with the answer.
class JournalReader final : public core::LogReader {
public:
    /// `folder`: of journal files; empty: the machine's own. Outlives every reading.
    explicit JournalReader(EventLoop& loop, std::string folder = {})
        : loop_(loop), folder_(std::move(folder)) {}

    std::unique_ptr<core::Pending>
    read(const core::LogQuestion& question,
         std::function<void(std::vector<core::LogLine>, const std::string& error)> done) override;

private:
    class Reading;
    EventLoop& loop_;
    std::string folder_;
    std::size_t open_ = 0;
};

} // namespace ppp::sys
