// SPDX-License-Identifier: LGPL-2.1-or-later
// CLOCK_BOOTTIME and CLOCK_REALTIME.
#include "sys/system_clock.hpp"

#include <algorithm>
#include <ctime>

namespace ppp::sys {
namespace {

std::int64_t readClock(clockid_t clock) {
    timespec t{};
    clock_gettime(clock, &t);
    return std::int64_t{t.tv_sec} * 1'000'000 + t.tv_nsec / 1'000;
}

class LoopTimer final : public core::Timer {
public:
    LoopTimer(EventLoop& loop, std::uint64_t usec, std::function<void()> fire)
        : source_(loop.timerBoot(usec, std::move(fire))) {}

private:
    std::unique_ptr<EventSource> source_;
};

} // namespace

core::BootTime SystemClock::now() const {
    return {core::Duration(readClock(CLOCK_BOOTTIME))};
}

std::uint64_t SystemClock::wall(core::BootTime at) const {
    const std::int64_t age = readClock(CLOCK_BOOTTIME) - at.sinceBoot.count();
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, readClock(CLOCK_REALTIME) - age));
}

std::unique_ptr<core::Timer> SystemClock::at(core::BootTime when, std::function<void()> fire) {
    const auto usec = std::max<std::int64_t>(0, when.sinceBoot.count());
    return std::make_unique<LoopTimer>(loop_, static_cast<std::uint64_t>(usec), std::move(fire));
}

} // namespace ppp::sys
