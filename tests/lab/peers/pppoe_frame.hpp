// SPDX-License-Identifier: LGPL-2.1-or-later
// PPPoE frames as they are on the wire, Ethernet header included (RFC 2516 section 4), and their discovery
// tags.
#pragma once

#include "bytes.hpp"

#include <array>
#include <optional>

namespace ppp::lab {

using Mac = std::array<std::uint8_t, 6>;

constexpr std::uint16_t kEtherDiscovery = 0x8863;
constexpr std::uint16_t kEtherSession = 0x8864;
constexpr std::size_t kEthernetHeader = 14;
constexpr std::size_t kPppoeHeader = 6;

enum class PppoeCode : std::uint8_t {
    Session = 0x00,
    Pado = 0x07,
    Padi = 0x09,
    Padr = 0x19,
    Pads = 0x65,
    Padt = 0xa7
};

enum class TagType : std::uint16_t {
    EndOfList = 0x0000,
    ServiceName = 0x0101,
    AcName = 0x0102,
    HostUniq = 0x0103,
    AcCookie = 0x0104,
    RelaySessionId = 0x0110,
    MaxPayload = 0x0120, // RFC 4638
    ServiceNameError = 0x0201,
    AcSystemError = 0x0202,
    GenericError = 0x0203,
};

struct Tag {
    TagType type{};
    Bytes value;
};
using Tags = std::vector<Tag>;

struct PppoeFrame {
    Mac destination{};
    Mac source{};
    std::uint16_t etherType = 0;
    PppoeCode code{};
    std::uint16_t session = 0;
    Bytes payload;
};

// Nothing where the frame is no PPPoE frame or shorter than it says; trailing padding is cut off.
std::optional<PppoeFrame> parsePppoe(View frame);
Bytes buildPppoe(const PppoeFrame& frame);

// Nothing where a tag is longer than what is left. Tags after End-Of-List are not read.
std::optional<Tags> parseTags(View payload);
Bytes buildTags(const Tags& tags);
const Tag* findTag(const Tags& tags, TagType type);

std::optional<Mac> parseMac(std::string_view text);
std::string toText(const Mac& mac);

// "PADI service='' host-uniq=..." in one line, for the log.
std::string describeDiscovery(const PppoeFrame& frame);

} // namespace ppp::lab
