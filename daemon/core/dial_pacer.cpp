// SPDX-License-Identifier: LGPL-2.1-or-later
// The queue of those that want to dial.
#include "core/dial_pacer.hpp"

#include <algorithm>
#include <utility>

namespace ppp::core {

DialTurn::~DialTurn() {
    pacer_.leave(*this);
}

void DialTurn::holdFor(Duration patience) {
    if (counts_) {
        until_ = pacer_.clock_.now() + patience;
        pacer_.arm();
    }
}

std::unique_ptr<DialTurn> DialPacer::ask(std::function<void()> go) {
    std::unique_ptr<DialTurn> turn(new DialTurn(*this, std::move(go)));
    if (queue_.empty() && places_.size() < kPlaces) {
        grant(*turn);
    } else {
        queue_.push_back(turn.get());
        arm();
    }
    return turn;
}

void DialPacer::grant(DialTurn& turn) {
    turn.granted_ = true;
    turn.counts_ = true;
    turn.until_ = clock_.now() + kLongest;
    places_.push_back(&turn);
}

void DialPacer::leave(DialTurn& turn) {
    queue_.remove(&turn);
    places_.remove(&turn);
    arm();
}

/// Nobody waits: no timer, so that a machine with all links up sleeps.
void DialPacer::arm() {
    timer_.reset();
    if (queue_.empty()) {
        return;
    }
    BootTime when = clock_.now();
    if (places_.size() >= kPlaces) {
        const auto first = std::min_element(places_.begin(), places_.end(), [](const auto* a, const auto* b) {
            return a->until_ < b->until_;
        });
        when = std::max(when, (*first)->until_);
    }
    timer_ = clock_.at(when, [this] { next(); });
}

void DialPacer::expire() {
    const BootTime now = clock_.now();
    places_.remove_if([now](DialTurn* turn) {
        turn->counts_ = turn->until_ > now;
        return !turn->counts_;
    });
}

/// One a turn of the loop: what the granted one does may change everything here.
void DialPacer::next() {
    expire();
    if (queue_.empty() || places_.size() >= kPlaces) {
        arm();
        return;
    }
    DialTurn& turn = *queue_.front();
    queue_.pop_front();
    grant(turn);
    const auto go = std::move(turn.go_);
    arm();
    go();
}

} // namespace ppp::core
