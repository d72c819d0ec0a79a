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

void HangUp::start(core::BootTime now) {
    end_ = now + times::kHangUp;
    if (strings_.empty()) {
        done_ = true;
    } else if (call_ == Call::Dialling) {
        output_ += '\r';
        wait(kAnswer, now); // NO CARRIER
    } else if (std::find(strings_.begin(), strings_.end(), kEscape) != strings_.end()) {
        probing_ = true;
        output_ += "AT\r";
        wait(times::kGuard, now);
    } else {
        next(now);
    }
}

/// Before an escape the line has been quiet for the guard time: it follows a silence that was waited for.
void HangUp::next(core::BootTime now) {
    if (at_ == strings_.size() || now >= end_) {
        done_ = true;
        return;
    }
    const std::string& string = strings_[at_++];
    const bool escape = string == kEscape;
    output_ += escape ? string : string + '\r';
    wait(escape ? times::kGuard : kAnswer, now);
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
    const bool aborted = call_ == Call::Dialling && at_ == 0;
    if (*result == ModemResult::CarrierLost && !aborted) {
        done_ = true;
    } else if (*result == ModemResult::Ok || *result == ModemResult::Faulty ||
               *result == ModemResult::CarrierLost) {
        if (std::exchange(probing_, false)) { // it hears commands
            std::erase(strings_, kEscape);
        }
        next(now); // the OK of an escape says that its guard time is over for the modem, too
    }
}

void HangUp::passed(core::BootTime now) {
    if (!done_ && now >= deadline_) {
        probing_ = false;
        next(now);
    }
}

} // namespace ppp::engine
