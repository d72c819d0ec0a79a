// SPDX-License-Identifier: LGPL-2.1-or-later
// Time as the core sees it: a boot clock that decides and a wall clock that is only shown. Tests own both.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace ppp::core {

using Duration = std::chrono::microseconds;

/// CLOCK_BOOTTIME: goes on through suspend, never steps. Deadlines and durations are made of it. µs since
/// boot.
struct BootTime {
    Duration sinceBoot{0};
    auto operator<=>(const BootTime&) const = default; // NOLINT(modernize-use-nullptr): clang-tidy 14 errs
};
inline BootTime operator+(BootTime t, Duration d) {
    return {t.sinceBoot + d};
}
inline Duration operator-(BootTime a, BootTime b) {
    return a.sinceBoot - b.sinceBoot;
}

/// A one-shot timer. Destroying it cancels it; that is allowed inside its own callback.
class Timer {
public:
    virtual ~Timer() = default;
};

/// The port through which the core reads time and is woken.
class Clock {
public:
    virtual ~Clock() = default;
    virtual BootTime now() const = 0;
    /// What the wall clock (CLOCK_REALTIME, µs since 1970) shows, or showed, at that boot time.
    virtual std::uint64_t wall(BootTime at) const = 0;
    /// Calls fire once from the loop at `at` or as soon after it as possible, never from within this call.
    /// Owned by the caller.
    virtual std::unique_ptr<Timer> at(BootTime when, std::function<void()> fire) = 0;
};

/// A moment that is shown: its wall time is read once and kept, so that it does not waver by microseconds
/// between two looks or two lives of the daemon; after a step of the wall clock it is computed anew.
struct Moment {
    BootTime at;
    std::uint64_t firstShown = 0; ///< µs since 1970; 0: not shown yet

    static Moment now(const Clock& clock) { return of(clock, clock.now()); }
    static Moment of(const Clock& clock, BootTime at) { return {at, clock.wall(at)}; }
    bool none() const { return at == BootTime{}; }
    /// µs of CLOCK_REALTIME; 0 where there is no moment.
    std::uint64_t wall(const Clock& clock) const {
        constexpr std::uint64_t kStep =
            1'000'000; // less is the drift of two clocks that are read one after the other
        if (none()) {
            return 0;
        }
        const std::uint64_t fresh = clock.wall(at);
        const std::uint64_t apart = fresh > firstShown ? fresh - firstShown : firstShown - fresh;
        return apart < kStep ? firstShown : fresh;
    }
    /// Keeps what it shows now: after a step of the wall clock, so that it does not waver from then on.
    void anchor(const Clock& clock) { firstShown = wall(clock); }
};

} // namespace ppp::core
