// SPDX-License-Identifier: LGPL-2.1-or-later
// The strings of a hang-up in turn, with the silence that an escape needs.
#include "engine/serial/hang_up.hpp"

#include <algorithm>

#include "core/dial_times.hpp"

namespace ppp::engine {

namespace {

namespace times = core::dial_times;
using core::ModemResult;

constexpr std::string_view kEscape = "+++";
constexpr core::Duration kAnswer = std::chrono::seconds(2);

} // namespace

HangUp::HangUp(std::vector<std::string> strings, Call call) : strings_(std::move(strings)), call_(call) {
    if (call_ == Call::Dialling) {
        std::erase(strings_, kEscape);
    }
}

void HangUp::start(core::BootTime quietSince, core::BootTime now) {
    end_ = now + times::kHangUp;
    quiet_ = quietSince;
    if (strings_.empty()) {
        done_ = true;
        return;
    }
    if (call_ == Call::Dialling) {
        output_ += '\r';
        quiet_ = now;
        return wait(kAnswer, now); // NO CARRIER
    }
    next(now);
}

void HangUp::next(core::BootTime now) {
    if (at_ == strings_.size() || now >= end_) {
        done_ = true;
        return;
    }
    const std::string& string = strings_[at_];
    if (string == kEscape) {
        if (now < quiet_ + times::kGuard) {
            return wait(quiet_ + times::kGuard - now, now);
        }
        output_ += string;
        ++at_;
        return wait(times::kGuard, now);
    }
    output_ += string + '\r';
    quiet_ = now;
    ++at_;
    wait(kAnswer, now);
}

void HangUp::wait(core::Duration limit, core::BootTime now) {
    deadline_ = std::min(now + limit, end_);
}

void HangUp::received(char byte, core::BootTime now) {
    const auto line = done_ ? std::nullopt : lines_.take(byte);
    const auto result = line ? core::modemResult(*line) : std::nullopt;
    if (!result) {
        return;
    }
    const bool dialled = call_ == Call::Dialling && at_ == 0;
    if (*result == ModemResult::CarrierLost && !dialled) {
        done_ = true;
        return;
    }
    const bool answer =
        *result == ModemResult::Ok || *result == ModemResult::Faulty || *result == ModemResult::CarrierLost;
    const bool waits = at_ > 0 || dialled; // not in the silence before an escape
    // The OK of an escape says that the modem listens: the guard time is over for it, too.
    if (answer && waits) {
        next(now);
    }
}

void HangUp::passed(core::BootTime now) {
    if (!done_ && now >= deadline_) {
        next(now);
    }
}

} // namespace ppp::engine
