// SPDX-License-Identifier: LGPL-2.1-or-later
// Numbers are compared modulo 2^16, as distances from what is expected.
#include "engine/l2tp/channel.hpp"

#include <algorithm>
#include <utility>

namespace ppp::l2tp {
namespace {

constexpr std::size_t kQueueMost = 64; // of our own messages; a LAC with one call has six in its life

std::uint16_t distance(std::uint16_t from, std::uint16_t to) {
    return static_cast<std::uint16_t>(to - from);
}

constexpr std::uint16_t kHalf = 0x8000; // further ahead than this is behind (RFC 2661 section 3.1)

} // namespace

Time Pace::patience(int n) const {
    Time wait = first;
    for (int i = 1; i < n && wait < cap; ++i) {
        wait *= 2;
    }
    return std::min(wait, cap);
}

Time Pace::span() const {
    Time sum{0};
    for (int n = 1; n <= tries; ++n) {
        sum += patience(n);
    }
    return sum;
}

void Channel::setWindow(std::uint16_t messages) {
    window_ = std::max<std::uint16_t>(messages, 1);
    threshold_ = window_;
}

void Channel::send(std::uint16_t session, std::vector<std::uint8_t> body, Time now) {
    if (queue_.size() >= kQueueMost) {
        return;
    }
    queue_.push_back({session, std::move(body)});
    pump(now);
}

void Channel::hurry(const Pace& pace, Time now) {
    pace_ = pace;
    congestion_ = std::max(congestion_, std::min<std::size_t>(queue_.size(), window_));
    if (tries_ > 1) {
        flight_ = 0;
    }
    tries_ = 0;
    if (flight_ > 0) {
        tries_ = 1;
        again_ = now + pace_.patience(tries_);
    }
    pump(now);
}

void Channel::pump(Time now) {
    const std::size_t most = std::min<std::size_t>(congestion_, window_);
    while (flight_ < queue_.size() && flight_ < most) {
        if (flight_ == 0) {
            tries_ = std::max(tries_, 1);
            again_ = now + pace_.patience(tries_);
        }
        transmit(flight_++);
        everSent_ = std::max(everSent_, flight_);
    }
}

void Channel::transmit(std::size_t index) {
    const Entry& entry = queue_[index];
    out_.push_back(writeMessage(peerTunnel_, entry.session, static_cast<std::uint16_t>(base_ + index),
                                expected_, entry.body));
    ackAt_.reset();
}

void Channel::acknowledge() {
    if (ackAt_) {
        out_.push_back(
            writeMessage(peerTunnel_, 0, static_cast<std::uint16_t>(base_ + everSent_), expected_, {}));
        ackAt_.reset();
    }
}

/// A number beyond what was ever sent is a lie, one below the base is old: neither changes anything.
void Channel::acknowledged(std::uint16_t nr, Time now) {
    const std::size_t count = distance(base_, nr);
    if (count == 0 || count > everSent_) {
        return;
    }
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    base_ = nr;
    everSent_ -= count;
    flight_ -= std::min(flight_, count);
    tries_ = 0;
    again_.reset();
    for (std::size_t n = 0; n < count; ++n) {
        if (congestion_ < threshold_) {
            ++congestion_;
        } else if (++growth_ >= congestion_) {
            growth_ = 0;
            congestion_ = std::min<std::size_t>(congestion_ + 1, window_);
        }
    }
    if (flight_ > 0) {
        tries_ = 1;
        again_ = now + pace_.patience(tries_);
    }
    pump(now);
}

std::vector<Channel::Delivery> Channel::receive(const Header& header, Time now) {
    std::vector<Delivery> out;
    acknowledged(header.nr, now);
    if (header.body.empty()) {
        return out;
    }
    const std::uint16_t ahead = distance(expected_, header.ns);
    if (ahead >= kHalf) {
        ackAt_ = now; // the peer has missed our acknowledgement
        acknowledge();
        return out;
    }
    if (ahead >= kOurWindow) {
        return out;
    }
    early_.try_emplace(header.ns, Delivery{header.session, {header.body.begin(), header.body.end()}});
    for (auto next = early_.find(expected_); next != early_.end(); next = early_.find(expected_)) {
        out.push_back(std::move(next->second));
        early_.erase(next);
        ++expected_;
    }
    ackAt_ = std::min(ackAt_.value_or(now + kAckDelay), now + kAckDelay);
    return out;
}

void Channel::tick(Time now) {
    if (ackAt_ && now >= *ackAt_) {
        acknowledge();
    }
    if (!again_ || now < *again_ || exhausted_) {
        return;
    }
    if (tries_ >= pace_.tries) {
        exhausted_ = true;
        again_.reset();
        return;
    }
    ++tries_;
    threshold_ = std::max<std::size_t>(congestion_ / 2, 1);
    congestion_ = 1;
    growth_ = 0;
    flight_ = 0;
    pump(now);
}

std::optional<Time> Channel::deadline() const {
    if (again_ && ackAt_) {
        return std::min(*again_, *ackAt_);
    }
    return again_ ? again_ : ackAt_;
}

std::vector<Datagram> Channel::take() {
    return std::exchange(out_, {});
}

} // namespace ppp::l2tp
