// SPDX-License-Identifier: LGPL-2.1-or-later
// A modem that wants its PIN, and what it says to it.
#include "core/connection.hpp"

#include <utility>

#include "core/limits.hpp"
#include "core/pin_guard.hpp"
#include "core/text.hpp"

namespace ppp::core {

void Connection::onPinWanted() {
    if (!engine_ || std::exchange(pinAnswered_, true)) { // it is said again to each new daemon
        return;
    }
    const PinAnswer answer = pinFor(name_, ports_.profiles);
    if (answer.pin) {
        log(Severity::Notice, "the modem wants its PIN; the stored one is sent");
        engine_->givePin(answer.pin->view());
        return;
    }
    if (!seen_.failure) { // what the engine will say to it is known here, with its cause
        seen_.failure = StopCause{Reason::SecretsMissing, answer.why};
    }
    engine_->givePin(std::nullopt);
    save();
}

void Connection::onPinResult(const engine::PinResult& result) {
    const std::string words = text::harmless(result.message, limits::kPeerText);
    try {
        notePinResult(name_, ports_.profiles, result.accepted);
    } catch (const std::exception& e) {
        log(Severity::Error, text::cat("cannot store what the modem said to the PIN: ", e.what()));
    }
    if (result.accepted && seen_.failure && seen_.failure->reason == Reason::SecretsMissing) {
        // The question came to this daemon, too, but an earlier one had answered it.
        seen_.failure.reset();
        save();
    } else if (!result.accepted && !seen_.failure) {
        seen_.failure = StopCause{Reason::SecretsMissing, pinRefused(name_, words)};
        save();
    }
}

} // namespace ppp::core
