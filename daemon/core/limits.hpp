// SPDX-License-Identifier: LGPL-2.1-or-later
// Every limit on what a user, a peer or a file may make us keep, in one place.
#pragma once

#include <cstddef>

namespace ppp::core::limits {

inline constexpr std::size_t kConnections = 1000;
inline constexpr std::size_t kNameLength = 64;                      // bytes
inline constexpr std::size_t kProfileSize = std::size_t{64} * 1024; // bytes
inline constexpr std::size_t kSecretSize = 255; // bytes, pppd's MAXSECRETLEN less its terminator
inline constexpr std::size_t kAgents = 16;
inline constexpr std::size_t kAgentsOfUser = 4;
inline constexpr std::size_t kAgentText = 256; // bytes of what an agent gives as its error
inline constexpr std::size_t kPendingCallsPerSender = 64;
inline constexpr std::size_t kTimelineEvents = 256; // per connection
inline constexpr std::size_t kStoryText = 1024;     // bytes of one text in a timeline event
inline constexpr std::size_t kStoryEngines = 16;    // of the last engines whose log lines are found
inline constexpr std::size_t kLogLines = 1000;      // of one GetLog
inline constexpr std::size_t kLogLine = 1024;       // bytes
inline constexpr std::size_t kLogReaders = 4;       // at one time
inline constexpr std::size_t kPeerText = 1024;      // bytes of a peer's text that are kept
inline constexpr std::size_t kDnsServers = 8;       // per link
inline constexpr std::size_t kProfileFaults = 100;  // listed at once; more are counted
inline constexpr std::size_t kJsonDepth = 32;
inline constexpr std::size_t kConcentrators = 64; // answers of one discovery
inline constexpr std::size_t kSerialPorts = 64;   // listed by one discovery
inline constexpr std::size_t kModemText = 200;    // bytes of what a modem calls itself

} // namespace ppp::core::limits
