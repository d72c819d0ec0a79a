// SPDX-License-Identifier: LGPL-2.1-or-later
// Two timers: the next question, and the end of the last answer.
#include "core/router_watch.hpp"

#include <algorithm>
#include <utility>

namespace ppp::core {

RouterWatch::RouterWatch(Clock& clock, std::function<bool()> solicit, std::function<void()> changed,
                         BootTime until)
    : clock_(clock), solicit_(std::move(solicit)), changed_(std::move(changed)), until_(until) {
    awaitEnd();
    ask(); // also where one is known: it may have stopped while no daemon lived
}

void RouterWatch::ask() {
    const bool sent = solicit_();
    Duration& pause = sent ? pause_ : retry_;
    question_ = clock_.at(clock_.now() + pause, [this] { ask(); });
    pause = std::min(pause * 2, sent ? kLongestPause : kFirstPause);
}

void RouterWatch::heard(std::chrono::seconds lifetime) {
    const bool before = present();
    until_ = lifetime.count() > 0 ? clock_.now() + lifetime : BootTime{};
    if (lifetime.count() > 0) {
        question_.reset();
        pause_ = kFirstPause;
    } else if (!question_) {
        question_ = clock_.at(clock_.now() + pause_, [this] { ask(); });
    }
    awaitEnd();
    if (before || present()) {
        changed_();
    }
}

void RouterWatch::awaitEnd() {
    end_.reset();
    if (present()) {
        end_ = clock_.at(until_, [this] {
            end_.reset();
            pause_ = kFirstPause;
            ask();
            changed_();
        });
    }
}

} // namespace ppp::core
