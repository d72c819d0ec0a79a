// SPDX-License-Identifier: LGPL-2.1-or-later
// What a modem says: its bytes as lines, its lines as result codes (ITU-T V.250, 5.7; 3GPP TS 27.007, 9.2).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ppp::core {

/// Cuts a stream at every CR and LF. Parity bits are taken off, noise in front of a line and blanks at both
/// ends are cut; empty lines do not come. Of a line longer than kLongest the rest is dropped.
class ModemLines {
public:
    static constexpr std::size_t kLongest = 255; // bytes

    /// The line that this byte ended.
    std::optional<std::string> take(char byte);
    void clear() { line_.clear(); }

private:
    std::string line_;
};

enum class ModemResult {
    Ok,
    Connected,
    Ringing, ///< also RINGING, heard while dialling
    CarrierLost,
    Faulty, ///< ERROR and its kin
    ToneMissing,
    Busy,
    Unanswered,
};

/// The result code of a whole line, in words or (ATV0) as a number; nothing for any other line. Numbers from
/// 9 on are the modem's own and mean a connection (V.250, table 1: CONNECT <text>).
std::optional<ModemResult> modemResult(std::string_view line);

/// The number of "+CME ERROR: 16", also where the modem says it in words; nothing where it is no such line or
/// the words are not known.
std::optional<unsigned> cmeError(std::string_view line);
namespace cme {
inline constexpr unsigned kSimMissing = 10;
inline constexpr unsigned kPinWanted = 11;
inline constexpr unsigned kPukWanted = 12;
inline constexpr unsigned kSimBusy = 14;
inline constexpr unsigned kWrongPassword = 16;
} // namespace cme

/// The line for a person: a bare number of an error gets its words.
std::string explained(std::string_view line);

} // namespace ppp::core
