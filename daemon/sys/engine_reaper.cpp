// SPDX-License-Identifier: LGPL-2.1-or-later
// Kills at once, reaps when the loop says so.
#include "sys/engine_reaper.hpp"

#include <csignal>
#include <exception>

#include "sys/pidfd.hpp"

namespace ppp::sys {

void EngineReaper::kill(UniqueFd process) noexcept {
    pidfd::signal(process.get(), SIGKILL);
    const int fd = process.get();
    try {
        const auto entry = dying_.insert(dying_.end(), Dying{std::move(process), nullptr});
        entry->source = loop_.child(fd, [this, entry, fd](const siginfo_t&) {
            pidfd::reap(fd, false);
            dying_.erase(entry);
        });
    } catch (const std::exception&) {
        // No memory or no source: the destructor, or nobody but PID 1, will reap it. It is dead all the same.
    }
}

EngineReaper::~EngineReaper() {
    for (auto& dying : dying_) {
        dying.source.reset();
        pidfd::reap(dying.pidfd.get(), true);
    }
}

} // namespace ppp::sys
