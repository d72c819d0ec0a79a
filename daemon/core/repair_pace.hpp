// SPDX-License-Identifier: LGPL-2.1-or-later
// When what somebody takes from a link is put back: soon, and never as a fight at full speed.
#pragma once

#include <cstddef>
#include <deque>

#include "core/clock.hpp"

namespace ppp::core {

class RepairPace {
public:
    /// At an orderly end the engine takes the address away itself, and its word of that may come after the
    /// kernel's.
    static constexpr Duration kGrace = std::chrono::milliseconds(200);
    static constexpr std::size_t kQuick = 5;                      ///< repairs …
    static constexpr Duration kWindow = std::chrono::seconds(10); ///< … within this time make it a fight
    static constexpr Duration kSlow = std::chrono::seconds(10);   ///< between repairs in a fight
    static constexpr Duration kCalm = std::chrono::seconds(60);   ///< without a repair, and it is over

    /// The time to look after a loss that is seen `now`.
    BootTime next(BootTime now) const;
    void repaired(BootTime now);
    bool contested() const { return contested_; }
    void calm() { *this = {}; }

private:
    std::deque<BootTime> last_; ///< at most kQuick, oldest first
    bool contested_ = false;
};

} // namespace ppp::core
