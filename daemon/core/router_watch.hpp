// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether a router is at the other end of a link: asks for one until it is heard, and forgets one that is not
// heard any more.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "core/clock.hpp"

namespace ppp::core {

class RouterWatch {
public:
    /// Between the first two questions (RTR_SOLICITATION_INTERVAL, RFC 4861 section 10); it doubles up to the
    /// longest (RFC 7559 section 2), for as long as no router answers.
    static constexpr Duration kFirstPause = std::chrono::seconds(4), kLongestPause = std::chrono::hours(1);
    /// After a first try that could not be sent: the link-local address comes in a moment. It doubles, too,
    /// up to kFirstPause.
    static constexpr Duration kRetry = std::chrono::milliseconds(250);

    /// `solicit`: as Ip6Watch::solicit. `changed` is called from the loop when present() may differ; it may
    /// destroy this. `until`: a router that an earlier life heard counts so long.
    RouterWatch(Clock& clock, std::function<bool()> solicit, std::function<void()> changed, BootTime until);

    void heard(std::chrono::seconds lifetime);
    bool present() const { return clock_.now() < until_; }
    BootTime until() const { return until_; }

private:
    void ask();
    void awaitEnd();

    Clock& clock_;
    std::function<bool()> solicit_;
    std::function<void()> changed_;
    BootTime until_; ///< until then it is a default router
    Duration pause_ = kFirstPause, retry_ = kRetry;
    std::unique_ptr<Timer> question_, end_;
};

} // namespace ppp::core
