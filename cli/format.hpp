// SPDX-License-Identifier: LGPL-2.1-or-later
// How times, amounts and links are said to a person. Every text that came over the bus is harmless in what is
// returned.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/client.hpp"
#include "cli/terminal.hpp"

namespace ppp::cli {

/// CLOCK_REALTIME, µs: the clock of the bus properties.
std::uint64_t realtimeNow();
/// "0.412 s", from µs.
std::string seconds(std::uint64_t microseconds);
/// "12.3 ms".
std::string milliseconds(std::uint64_t microseconds);
/// How long ago a bus time was ("5 min 12 s"); empty for 0.
std::string since(std::uint64_t realtime);
/// The same at `now`.
std::string since(std::uint64_t realtime, std::uint64_t now);
/// How long until a bus time; "now" where it is past.
std::string until(std::uint64_t realtime);
std::string until(std::uint64_t realtime, std::uint64_t now);
/// Local time with milliseconds: "2025-11-21 02:50:11.123".
std::string localTime(std::uint64_t realtime);
/// Local time in seconds, "02:50:11", with the date in front unless it is that of `now`.
std::string shortTime(std::uint64_t realtime, std::uint64_t now);
/// "1.2 MB", decimal as providers count.
std::string amount(std::uint64_t bytes);
std::string join(const std::vector<std::string>& parts, const std::string& between = ", ");

Colour colourOf(const std::string& state);
/// "10.64.0.100 → 10.64.0.1", or the IPv6 address of a link without IPv4; empty where it has none.
std::string addresses(const Snapshot& link);
/// "ppp0 10.64.0.100 → 10.64.0.1, DNS 10.64.0.53, MTU 1492"
std::string linkSummary(const Snapshot& link);
/// What it waits for and what may be wrong, of a serial line without a carrier; empty of any other.
std::string carrierWait(const Snapshot& link);
/// "reason-word: text", either alone, or empty.
std::string failureText(const Snapshot& link);

} // namespace ppp::cli
