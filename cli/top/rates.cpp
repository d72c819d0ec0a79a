// SPDX-License-Identifier: LGPL-2.1-or-later
// Differences of counters over differences of time.
#include "cli/top/rates.hpp"

#include <chrono>
#include <utility>

namespace ppp::cli {

namespace {

std::uint64_t perSecond(std::uint64_t bytes, std::chrono::duration<double> passed) {
    return static_cast<std::uint64_t>(static_cast<double>(bytes) / passed.count());
}

} // namespace

std::optional<Rate> RateMeter::note(const Counters& now) {
    const auto before = std::exchange(before_, now);
    std::optional<Rate> rate;
    if (before && before->sessions == now.sessions && now.at > before->at && now.rx >= before->rx &&
        now.tx >= before->tx) {
        const auto passed = now.at - before->at;
        rate = Rate{perSecond(now.rx - before->rx, passed), perSecond(now.tx - before->tx, passed)};
    }
    keep(rate);
    return rate;
}

void RateMeter::gap() {
    before_.reset();
    keep(std::nullopt);
}

void RateMeter::keep(std::optional<Rate> rate) {
    last_ = rate;
    history_.push_back(rate);
    if (history_.size() > kKept) {
        history_.pop_front();
    }
}

} // namespace ppp::cli
