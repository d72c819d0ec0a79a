// SPDX-License-Identifier: LGPL-2.1-or-later
// A connection across the machine's sleep, and across a step of its wall clock.
#include "core/connection.hpp"

#include <utility>

#include "core/text.hpp"

namespace ppp::core {

namespace {
constexpr const char* kHeld = "the machine sleeps; dials when it wakes";
}

void Connection::sleep(Done done) {
    asleep_ = true;
    const bool waits = state_ == State::Waiting && !standsBy();
    if (waits) {
        holdForWake();
    }
    if (state_ == State::Down || state_ == State::Failed || waits) {
        done(std::nullopt);
        return;
    }
    stops_.add(ports_.clock, Duration(0), std::move(done));
    if (state_ != State::Disconnecting) {
        attempts_.answer(Error(ErrorCode::Failed, text::cat(wire(Reason::Suspend), ": ", kHeld)));
        stop(Reason::Suspend, kHeld);
    }
}

/// In the place of a dial: waits for wake(), in the phase of links that wait for what is below them.
void Connection::holdForWake() {
    dialNow_ = false;
    const bool held = state_ == State::Waiting && reason_ == Reason::Suspend;
    if (!held || retryTimer_) {
        retryTimer_.reset();
        nextAttempt_ = {};
        after_ = After::Decide;
        reason_ = Reason::Suspend;
        reasonText_ = kHeld;
        setPhase(Phase::Device);
        advance(Event::SettledWaiting);
        save();
    }
    changed();
    stops_.answer(std::nullopt);
}

void Connection::wake() {
    asleep_ = false;
    if (!wanted_ || closing_) {
        return;
    }
    if (state_ == State::Waiting && !standsBy()) {
        retry_.last = RetryClass::None; // what failed before the sleep says nothing about the line now
        retry_.inARow = 0;
        dial(Event::Proceed);
    } else if (state_ == State::Disconnecting) {
        after_ = After::Dial;
    }
}

void Connection::anchorMoments() {
    for (Moment* moment : {&stateSince_, &connectedAt_, &nextAttempt_}) {
        moment->anchor(ports_.clock);
    }
}

void Connection::clockStepped() {
    anchorMoments();
    save();
    changed();
}

} // namespace ppp::core
