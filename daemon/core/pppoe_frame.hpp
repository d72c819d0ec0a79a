// SPDX-License-Identifier: LGPL-2.1-or-later
// PPPoE discovery frames (RFC 2516) as values and back to bytes; pure, every length is checked.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/engine_event.hpp"

namespace ppp::core::pppoe {

inline constexpr std::uint16_t kDiscoveryEtherType = 0x8863; ///< RFC 2516 §4
inline constexpr MacAddress kBroadcast{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
inline constexpr std::size_t kMaxPayload =
    1494;                                    ///< bytes after the PPPoE header in a 1500-byte Ethernet payload
inline constexpr std::size_t kMinFrame = 60; ///< bytes of an Ethernet frame without its checksum

/// RFC 2516 §5. A value read from the wire may be none of these.
enum class Code : std::uint8_t { Pado = 0x07, Padi = 0x09, Padr = 0x19, Pads = 0x65, Padt = 0xa7 };

/// RFC 2516 appendix A.
namespace tag {
inline constexpr std::uint16_t kEndOfList = 0x0000;
inline constexpr std::uint16_t kServiceName = 0x0101;
inline constexpr std::uint16_t kConcentratorName = 0x0102;
inline constexpr std::uint16_t kHostUniq = 0x0103;
inline constexpr std::uint16_t kCookie = 0x0104;
inline constexpr std::uint16_t kGenericError = 0x0203;
} // namespace tag

struct Tag {
    std::uint16_t type = 0;
    std::vector<std::uint8_t> value;
    bool operator==(const Tag&) const = default;
};

struct Frame {
    MacAddress destination{};
    MacAddress source{};
    Code code = Code::Padi;
    std::uint16_t session = 0; ///< 0 but in PADS and PADT
    std::vector<Tag> tags;

    /// The first tag of this type; nullptr where there is none.
    const Tag* find(std::uint16_t type) const;
    bool operator==(const Frame&) const = default;
};

/// A whole Ethernet frame without checksum. Nothing where it is no discovery frame of version 1, type 1,
/// where a length reaches beyond the frame, or where the tags do not fill the payload. What follows the
/// payload (Ethernet padding) and an End-Of-List tag is ignored.
std::optional<Frame> decode(std::span<const std::uint8_t> bytes);

/// The frame, padded to the Ethernet minimum; empty where the tags do not fit into kMaxPayload.
std::vector<std::uint8_t> encode(const Frame& frame);

} // namespace ppp::core::pppoe
