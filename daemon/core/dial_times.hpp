// SPDX-License-Identifier: LGPL-2.1-or-later
// How long each step of a dialogue with a modem may take, and what that comes to: the engine keeps to the
// steps, the supervisor waits for the sum before it takes the engine for stuck.
#pragma once

#include "core/profile.hpp"

namespace ppp::core::dial_times {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline constexpr Duration kProbe = seconds(1); ///< for the answer to a first AT
/// Silence round "+++": the modem's S12 is a second.
inline constexpr Duration kGuard = milliseconds(1100);
inline constexpr Duration kCommand = seconds(10); ///< for the answer to a command; ATZ takes some modems 3 s
inline constexpr Duration kAwaken = seconds(8);   ///< for all of the tries to get a first answer
/// For all about the PIN: the question, the supervisor, the entry, the SIM's start.
inline constexpr Duration kPin = seconds(60);
inline constexpr Duration kLinger = seconds(2); ///< after a password, for its refusal
inline constexpr Duration kHangUp = seconds(4); ///< for all of a hang-up

/// The most that a dialogue takes.
inline Duration longest(const DialSection& dial) {
    const auto times = [](Duration one, std::size_t count) {
        return one * static_cast<Duration::rep>(count);
    };
    const bool modem = !dial.number.empty();
    const Duration call = kAwaken + kPin + times(kCommand, 2 * dial.init.size()) + 2 * dial.timeout;
    return (modem ? call : Duration(0)) + times(dial.timeout, dial.login.size()) + kLinger + kProbe;
}

} // namespace ppp::core::dial_times
