// SPDX-License-Identifier: LGPL-2.1-or-later
// How often the routes are put right because somebody has changed them: at once, but two programs that answer
// each other do not go on so at full speed.
#pragma once

#include <cstddef>
#include <optional>

#include "core/clock.hpp"

namespace ppp::core {

class RoutePace {
public:
    static constexpr std::size_t kAtOnce = 20;                         ///< rounds without a pause; then
    static constexpr Duration kRound = std::chrono::milliseconds(500); ///< one each so long, and
    static constexpr Duration kSilence = std::chrono::minutes(1);      ///< it is told once in this time

    /// When the routes may be looked at; where that is not after `now`, at once.
    BootTime next(BootTime now) const;
    /// They were, and something had to be put right. True where that is to be told: from here on it is a
    /// fight.
    bool repaired(BootTime now);

private:
    BootTime paid_;                ///< when all rounds without a pause are there again
    std::optional<BootTime> told_; ///< last
};

} // namespace ppp::core
