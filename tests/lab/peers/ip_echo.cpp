// SPDX-License-Identifier: LGPL-2.1-or-later
// ICMP echo replies (RFC 792).
#include "ip_echo.hpp"

#include <algorithm>

namespace ppp::lab {

std::optional<Bytes> echoReply(View packet) {
    constexpr std::uint8_t kIcmp = 1;
    constexpr std::uint8_t kEchoRequest = 8;
    constexpr std::size_t kIcmpHeader = 8;
    if (packet.size() < 20 || packet[0] >> 4 != 4) {
        return std::nullopt;
    }
    const std::size_t header = std::size_t{packet[0] & 0xfU} * 4U;
    if (header < 20 || packet.size() < header + kIcmpHeader || packet[9] != kIcmp ||
        packet[header] != kEchoRequest) {
        return std::nullopt;
    }
    Bytes reply(packet.begin(), packet.end());
    std::swap_ranges(reply.begin() + 12, reply.begin() + 16, reply.begin() + 16);
    reply[header] = 0;
    // The type's byte fell by 8, so the one's complement sum rises by 8 << 8, with end-around carry.
    const std::uint32_t sum = get16(reply, header + 2) + (kEchoRequest << 8U);
    const std::uint32_t folded = (sum & 0xffff) + (sum >> 16);
    reply[header + 2] = static_cast<std::uint8_t>(folded >> 8);
    reply[header + 3] = static_cast<std::uint8_t>(folded & 0xff);
    return reply;
}

} // namespace ppp::lab
