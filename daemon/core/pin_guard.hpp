// SPDX-License-Identifier: LGPL-2.1-or-later
// A SIM takes three wrong PINs and then none: a PIN goes to the modem only where it cannot be a second time
// for a wrong one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/ports.hpp"

namespace ppp::core {

/// 4 to 8 digits (3GPP TS 22.101, A.6).
bool plausiblePin(std::string_view pin);
/// Throws Error{InvalidProfile} where `key` is "pin" and the bytes are none.
void checkPin(std::string_view key, std::string_view bytes);

/// What to answer a modem that wants its PIN.
struct PinAnswer {
    std::optional<Secret> pin; ///< it may go out, once; that it does is on disk
    std::string why;           ///< else: a sentence for a person
};
/// A stored PIN goes out for the first time, or where it was accepted the last time (a SIM asks again at each
/// power-on); either way it is on disk as one that is being tried before it does. Whether one that went out
/// before was right need not be known (the daemon, the engine or the machine may have died over it): then it
/// does not go out again. Only a person who stores one (forgetPin) starts anew.
PinAnswer pinFor(const std::string& connection, ProfileStore& store);
/// What the SIM thinks of the one that went out. A result that cannot be stored leaves it as one whose
/// outcome is not known; one that comes after another PIN was stored is the old one's and changes nothing.
void notePinResult(const std::string& connection, ProfileStore& store, bool accepted);
/// After a new PIN was stored, not before: whatever dies in between, the old one is not tried again.
void forgetPin(const std::string& connection, ProfileStore& store);
/// For a person: the PIN was refused, in the modem's words.
std::string pinRefused(const std::string& connection, const std::string& words);

} // namespace ppp::core
