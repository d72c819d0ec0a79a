// SPDX-License-Identifier: LGPL-2.1-or-later
// timerfd with TFD_TIMER_CANCEL_ON_SET.
#include "sys/clock_watch.hpp"

#include <cerrno>
#include <cstdint>
#include <ctime>
#include <limits>
#include <system_error>
#include <utility>

#include <sys/epoll.h>
#include <sys/timerfd.h>

namespace ppp::sys {

ClockWatch::ClockWatch(EventLoop& loop, std::function<void()> stepped)
    : stepped_(std::move(stepped)), timer_(timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK)) {
    if (!timer_) {
        throw std::system_error(errno, std::generic_category(), "timerfd_create");
    }
    arm();
    source_ = loop.io(timer_.get(), EPOLLIN, [this](std::uint32_t) { readable(); });
}

ClockWatch::~ClockWatch() = default;

void ClockWatch::arm() {
    itimerspec never{};
    never.it_value.tv_sec = std::numeric_limits<time_t>::max();
    if (timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, nullptr) < 0) {
        throw std::system_error(errno, std::generic_category(), "timerfd_settime");
    }
}

// Armed anew before the clock is looked at: a jump in between is then told of, too.
void ClockWatch::readable() {
    std::uint64_t expirations = 0;
    const ssize_t got = read(timer_.get(), &expirations, sizeof expirations);
    if (got < 0 && errno != ECANCELED) {
        return;
    }
    arm();
    stepped_();
}

} // namespace ppp::sys
