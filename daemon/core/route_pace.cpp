// SPDX-License-Identifier: LGPL-2.1-or-later
// A bucket of rounds, kept as the time at which it is full.
#include "core/route_pace.hpp"

#include <algorithm>

namespace ppp::core {

BootTime RoutePace::next(BootTime now) const {
    return std::max(now, paid_ + -kRound * (kAtOnce - 1));
}

bool RoutePace::repaired(BootTime now) {
    paid_ = std::max(paid_, now) + kRound;
    if (next(now) == now || (told_ && now - *told_ < kSilence)) {
        return false;
    }
    told_ = now;
    return true;
}

} // namespace ppp::core
