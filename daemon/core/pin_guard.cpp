// SPDX-License-Identifier: LGPL-2.1-or-later
// The states of a PIN and what each allows.
#include "core/pin_guard.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

constexpr std::string_view kKey = "pin";

std::string hint(const std::string& connection) {
    return text::cat("\"pppctl set-secret ", connection, " --pin\" stores one");
}

} // namespace

bool plausiblePin(std::string_view pin) {
    constexpr std::size_t kLeast = 4, kMost = 8;
    return pin.size() >= kLeast && pin.size() <= kMost &&
           std::all_of(pin.begin(), pin.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void checkPin(std::string_view key, std::string_view bytes) {
    if (key == kKey && !plausiblePin(bytes)) {
        throw Error(ErrorCode::InvalidProfile, "secret \"pin\": expected 4 to 8 digits");
    }
}

PinAnswer pinFor(const std::string& connection, ProfileStore& store) {
    try {
        Secrets secrets = store.loadSecrets(connection);
        const auto pin = secrets.find(kKey);
        if (pin == secrets.end()) {
            return {std::nullopt, text::cat("the SIM wants its PIN and none is stored; ", hint(connection))};
        }
        if (!plausiblePin(pin->second.view())) {
            return {std::nullopt,
                    text::cat("the stored PIN is not 4 to 8 digits and was not sent; ", hint(connection))};
        }
        switch (store.pinState(connection)) {
        case PinState::Refused:
            return {std::nullopt, text::cat("the SIM wants its PIN; the stored one was refused and is not "
                                            "sent a second time; ",
                                            hint(connection))};
        case PinState::Trying:
            return {std::nullopt, text::cat("the SIM wants its PIN; whether the stored one is right was "
                                            "never told after it was sent, and it is not sent again; ",
                                            hint(connection))};
        case PinState::Fresh:
        case PinState::Accepted: // by a SIM that may have been changed since
            store.savePinState(connection, PinState::Trying);
            break;
        }
        return {std::move(pin->second), ""};
    } catch (const std::exception& e) {
        return {std::nullopt, text::cat("the SIM wants its PIN, which was not sent: ", e.what())};
    }
}

void notePinResult(const std::string& connection, ProfileStore& store, bool accepted) {
    const PinState now = accepted ? PinState::Accepted : PinState::Refused;
    const PinState before = store.pinState(connection);
    if (before != now && before != PinState::Fresh) { // an engine says it again to each new daemon
        store.savePinState(connection, now);
    }
}

void forgetPin(const std::string& connection, ProfileStore& store) {
    store.savePinState(connection, PinState::Fresh);
}

std::string pinRefused(const std::string& connection, const std::string& words) {
    return text::cat("the modem refused the stored PIN", words.empty() ? "" : ": \"", words,
                     words.empty() ? "" : "\"", "; it is not sent again; ", hint(connection));
}

} // namespace ppp::core
