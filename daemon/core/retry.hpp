// SPDX-License-Identifier: LGPL-2.1-or-later
// When to try again: pure arithmetic over the class of the failure and what went before.
#pragma once

#include <cstdint>
#include <optional>

#include "core/cause.hpp"
#include "core/clock.hpp"
#include "core/profile.hpp"

namespace ppp::core {

inline constexpr Duration kSteadyAfter =
    std::chrono::seconds(60); ///< a link up this long clears all counters
inline constexpr Duration kPasswordTrust =
    std::chrono::hours(1); ///< a password that worked is believed this long

/// What is remembered between attempts; kept in the runtime record.
struct RetryMemory {
    RetryClass last = RetryClass::None;
    std::uint32_t inARow = 0;       ///< failures of class `last` in a row
    std::uint32_t authRefusals = 0; ///< refusals in a row that count
    std::optional<BootTime> passwordWorked;
};

/// Whether a refused password is rather a stale session than a wrong one.
bool passwordTrusted(const RetryMemory& memory, BootTime now);

struct RetryDecision {
    enum class Kind { Stop, GiveUp, After, OnEvent };
    Kind kind;
    Duration delay{0}; ///< with After
};

/// `upFor`: how long the link had been up, 0 where it never was. `chance`: uniform in [0, 1), drives the
/// jitter.
RetryDecision decide(RetryMemory& memory, const Cause& cause, const ReconnectSection& policy, Duration upFor,
                     BootTime now, double chance);

} // namespace ppp::core
