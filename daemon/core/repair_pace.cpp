// SPDX-License-Identifier: LGPL-2.1-or-later
// The bounds of a fight.
#include "core/repair_pace.hpp"

#include <algorithm>

namespace ppp::core {

BootTime RepairPace::next(BootTime now) const {
    const BootTime soon = now + kGrace;
    return contested_ ? std::max(soon, last_.back() + kSlow) : soon;
}

void RepairPace::repaired(BootTime now) {
    last_.push_back(now);
    if (last_.size() > kQuick) {
        last_.pop_front();
    }
    contested_ = contested_ || (last_.size() == kQuick && now - last_.front() < kWindow);
}

} // namespace ppp::core
