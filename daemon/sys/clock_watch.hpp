// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells when the wall clock was set, by a person, NTP or the kernel at a resume. Wakes us for nothing else.
#pragma once

#include <functional>
#include <memory>

#include "sys/event_loop.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {

/// A timer of CLOCK_REALTIME that never falls due, but is cancelled by each jump of that clock
/// (TFD_TIMER_CANCEL_ON_SET, timerfd_create(2)); a clock that is slewed does not jump.
class ClockWatch {
public:
    /// `stepped` is called from the loop, once for jumps that come together. Throws std::system_error.
    ClockWatch(EventLoop& loop, std::function<void()> stepped);
    ~ClockWatch();
    ClockWatch(const ClockWatch&) = delete;
    ClockWatch& operator=(const ClockWatch&) = delete;

private:
    void arm();
    void readable();

    std::function<void()> stepped_;
    UniqueFd timer_;
    std::unique_ptr<EventSource> source_;
};

} // namespace ppp::sys
