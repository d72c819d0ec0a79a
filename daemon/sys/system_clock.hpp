// SPDX-License-Identifier: LGPL-2.1-or-later
// The core's clock on Linux: CLOCK_BOOTTIME timers of the loop, the wall clock looked up when it is shown.
#pragma once

#include "core/clock.hpp"
#include "sys/event_loop.hpp"

namespace ppp::sys {

/// Timers do not wake the machine from suspend; one that fell due meanwhile fires at resume. The loop
/// outlives all timers.
class SystemClock final : public core::Clock {
public:
    explicit SystemClock(EventLoop& loop) : loop_(loop) {}
    core::BootTime now() const override;
    /// Reckoned back from what the wall clock shows now, so a step of it moves the answer.
    std::uint64_t wall(core::BootTime at) const override;
    std::unique_ptr<core::Timer> at(core::BootTime when, std::function<void()> fire) override;

private:
    EventLoop& loop_;
};

} // namespace ppp::sys
