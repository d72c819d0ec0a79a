// SPDX-License-Identifier: LGPL-2.1-or-later
// Takes the engines that were killed because nobody wants them any more, and waits for their end in the loop.
#pragma once

#include <list>
#include <memory>

#include "sys/event_loop.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {

/// Sends SIGKILL to whatever it is given, so that no error path leaves a process or a zombie.
class EngineReaper {
public:
    explicit EngineReaper(EventLoop& loop) : loop_(loop) {}
    /// Waits for those that are not gone yet: at most as long as the kernel takes to tear a killed process
    /// down.
    ~EngineReaper();
    EngineReaper(const EngineReaper&) = delete;
    EngineReaper& operator=(const EngineReaper&) = delete;

    /// The pidfd of a child of ours, not reaped, with no event source on it.
    void kill(UniqueFd process) noexcept;
    bool idle() const { return dying_.empty(); }

private:
    struct Dying {
        UniqueFd pidfd;
        std::unique_ptr<EventSource> source; // behind pidfd: goes first
    };
    EventLoop& loop_;
    std::list<Dying> dying_;
};

} // namespace ppp::sys
