// SPDX-License-Identifier: LGPL-2.1-or-later
// The numbers of L2TP version 2 (RFC 2661) that a client's side of a control connection needs, and what they
// mean in words.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ppp::l2tp {

/// A point of a clock that goes on steadily (its zero does not matter), or a span of it. Time is always
/// handed in: nothing in this library reads a clock.
using Time = std::chrono::microseconds;
using Bytes = std::span<const std::uint8_t>;
using Datagram = std::vector<std::uint8_t>;

/// RFC 2661 section 3.2.
enum class MessageType : std::uint16_t {
    Sccrq = 1,
    Sccrp = 2,
    Scccn = 3,
    StopCcn = 4,
    Hello = 6,
    Ocrq = 7,
    Ocrp = 8,
    Occn = 9,
    Icrq = 10,
    Icrp = 11,
    Iccn = 12,
    Cdn = 14,
    Wen = 15,
    Sli = 16,
};

/// RFC 2661 section 4.4; those that we send, read, or have to tell apart.
enum class Attribute : std::uint16_t {
    MessageKind = 0,
    Result = 1,
    ProtocolVersion = 2,
    FramingCapabilities = 3,
    BearerCapabilities = 4,
    TieBreaker = 5,
    HostName = 7,
    VendorName = 8,
    AssignedTunnel = 9,
    ReceiveWindow = 10,
    Challenge = 11,
    ChallengeResponse = 13,
    AssignedSession = 14,
    CallSerialNumber = 15,
    FramingKind = 19,
    ConnectSpeed = 24,
    RandomVector = 36,
};

/// Of StopCCN and CDN, RFC 2661 section 4.4.2; those that we send ourselves or treat apart.
namespace result {
inline constexpr std::uint16_t kStopRequest = 1;
inline constexpr std::uint16_t kStopError = 2;
inline constexpr std::uint16_t kStopNotAuthorized = 4;
inline constexpr std::uint16_t kStopVersion = 5;
inline constexpr std::uint16_t kStopShutdown = 6;
inline constexpr std::uint16_t kStopState = 7;
inline constexpr std::uint16_t kCallAdministrative = 3;
inline constexpr std::uint16_t kCallNoFacilities = 5;
} // namespace result

/// The general error codes, RFC 2661 section 4.4.2.
namespace error {
inline constexpr std::uint16_t kNone = 0;
inline constexpr std::uint16_t kLength = 2;
inline constexpr std::uint16_t kValue = 3;
inline constexpr std::uint16_t kVendor = 6;
inline constexpr std::uint16_t kUnknownAttribute = 8;
} // namespace error

/// The Result Code AVP of a StopCCN or CDN.
struct ResultCode {
    std::uint16_t result = 0;
    std::optional<std::uint16_t>
        error;           ///< as a number; of result kStopVersion: the highest version supported
    std::string message; ///< the peer's bytes
    bool operator==(const ResultCode&) const = default;
};

/// A sentence's part with the codes in words and in numbers, and the peer's own words (raw bytes) in quotes
/// where there are any: for StopCCN (the tunnel) or CDN (the call).
std::string describeStop(const ResultCode& code);
std::string describeCall(const ResultCode& code);
/// "SCCRQ"; "message 5" for a number that has no name.
std::string messageName(std::uint16_t type);

} // namespace ppp::l2tp
