// SPDX-License-Identifier: LGPL-2.1-or-later
// Hostile texts, options, tags and packets.
#include "rude_packets.hpp"

#include <algorithm>
#include <array>

namespace ppp::lab {

namespace {

using namespace std::string_view_literals;

constexpr std::uint16_t kEap = 0xc227;
constexpr std::uint16_t kCcp = 0x80fd;
constexpr auto kLcp = static_cast<std::uint16_t>(Protocol::Lcp);
constexpr auto kPap = static_cast<std::uint16_t>(Protocol::Pap);
constexpr auto kChap = static_cast<std::uint16_t>(Protocol::Chap);
constexpr auto kIpcp = static_cast<std::uint16_t>(Protocol::Ipcp);
constexpr auto kIpv6cp = static_cast<std::uint16_t>(Protocol::Ipv6cp);

constexpr std::array kPhrases{
    "\x1b]0;owned\x07"sv,
    "\x1b[2J\x1b[31;5m"sv,
    "\x1bP$q\x1b\\"sv,
    "\x9b"
    "31m"sv,
    "\xc2\x9b"
    "31m"sv,
    "\xff\xfe\xfd"sv,
    "\xc0\xaf"sv,
    "\xed\xa0\x80"sv,
    "\xf4\x90\x80\x80"sv,
    "\xe2\x80\xae"sv,
    "\xe2\x80\xa8"sv,
    "\xef\xbf\xbf"sv,
    "\xe2\x82"sv,
    "\0"sv,
    "\x7f\b\b\b"sv,
    "\r\n<0>forged: a line of its own\n"sv,
    "\nMESSAGE=forged\nPRIORITY=0\n"sv,
    "%s%n%s%n%500d"sv,
    "$(touch /tmp/owned)`touch /tmp/owned`;touch /tmp/owned"sv,
    "\"}, {\"State\": \"up"sv,
    "../../../../etc/shadow"sv,
    "E=691 R=1 C=00112233445566778899aabbccddeeff V=3 M="sv,
    "\\x1b\\n\\u0000"sv,
    "welcome "sv,
};

constexpr std::array<std::uint16_t, 17> kProtocols{kLcp,   kPap,   kChap,  kEap,   kIpcp,  kIpv6cp,
                                                   kCcp,   0x8053, 0xc025, 0xc029, 0x003d, 0x00fd,
                                                   0x002d, 0x002f, 0x8029, 0x4021, 0x0001};

std::uint8_t anyByte(Chance& chance) {
    return static_cast<std::uint8_t>(below(chance, 256));
}

Bytes anyBytes(Chance& chance, std::size_t count) {
    Bytes bytes(count);
    std::ranges::generate(bytes, [&chance] { return anyByte(chance); });
    return bytes;
}

Bytes control(std::size_t code, std::uint8_t id, Bytes data) {
    return buildControl({static_cast<std::uint8_t>(code), id, std::move(data)});
}

std::uint8_t someId(Chance& chance, const Heard& heard, std::uint16_t protocol) {
    const auto known = heard.ids.find(protocol);
    return known != heard.ids.end() && below(chance, 4) != 0 ? known->second : anyByte(chance);
}

void putOption(Bytes& out, std::size_t type, View value) {
    put8(out, type);
    put8(out, value.size() + 2);
    putAll(out, value);
}

Bytes addressBytes(Chance& chance) {
    Bytes value;
    put32(value, rudeAddress(chance));
    return value;
}

void lcpOption(Chance& chance, Bytes& out) {
    constexpr std::array<std::uint16_t, 6> kMrus{0, 1, 64, 128, 1500, 65535};
    constexpr std::array kAuths{"\xc0\x23"sv,     "\xc2\x23\x05"sv, "\xc2\x23\x80"sv, "\xc2\x23\x81"sv,
                                "\xc2\x23\x00"sv, "\xc2\x23"sv,     "\xc2\x27"sv,     "\xff\xff\x01"sv};
    Bytes value;
    switch (below(chance, 6)) {
    case 0:
        put16(value, oneOf(chance, kMrus));
        return putOption(out, 1, value);
    case 1:
        return putOption(out, 2, anyBytes(chance, 4));
    case 2:
    case 3:
        return putOption(out, 3, toBytes(oneOf(chance, kAuths)));
    case 4:
        return putOption(out, 5, below(chance, 2) == 0 ? Bytes(4) : anyBytes(chance, 4));
    default:
        return putOption(out, 19, rudeText(chance, 60));
    }
}

void ipcpOption(Chance& chance, Bytes& out) {
    constexpr std::array<std::uint8_t, 7> kTypes{3, 3, 3, 129, 131, 130, 1};
    const std::uint8_t type = oneOf(chance, kTypes);
    Bytes value = addressBytes(chance);
    if (type == 1) { // IP-Addresses, both of them
        putAll(value, addressBytes(chance));
    }
    putOption(out, type, value);
    if (below(chance, 4) == 0) {
        putOption(out, 2, toBytes("\x00\x2d\xff\x01"sv));
    }
}

// Rightly built, but not what one would ask for.
void oddOption(Chance& chance, std::uint16_t protocol, Bytes& out) {
    constexpr std::array<std::uint8_t, 6> kCompressions{18, 21, 24, 25, 26, 0};
    if (protocol == kLcp) {
        lcpOption(chance, out);
    } else if (protocol == kIpcp) {
        ipcpOption(chance, out);
    } else if (protocol == kIpv6cp) {
        putOption(out, 1, below(chance, 2) == 0 ? Bytes(8) : anyBytes(chance, below(chance, 2) == 0 ? 8 : 3));
    } else {
        putOption(out, oneOf(chance, kCompressions), anyBytes(chance, below(chance, 8)));
    }
}

void brokenOption(Chance& chance, Bytes& out) {
    constexpr std::array<std::uint8_t, 16> kTypes{0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 17, 18, 19, 26, 129, 131};
    constexpr std::array<std::uint8_t, 9> kLengths{0, 1, 2, 3, 4, 5, 6, 10, 255};
    put8(out, oneOf(chance, kTypes));
    put8(out, oneOf(chance, kLengths));
    putAll(out, anyBytes(chance, below(chance, 12)));
}

Bytes someOptions(Chance& chance, std::uint16_t protocol) {
    Bytes out;
    const std::size_t count = below(chance, 12) == 0 ? 200 : below(chance, 5);
    while (out.size() < 1400 && out.size() < count * 6) {
        below(chance, 3) == 0 ? brokenOption(chance, out) : oddOption(chance, protocol, out);
    }
    return out;
}

PppPacket configure(Chance& chance, const Heard& heard) {
    constexpr std::array<std::uint16_t, 8> kNegotiated{kLcp, kLcp, kLcp, kIpcp, kIpcp, kIpcp, kIpv6cp, kCcp};
    const std::uint16_t protocol = oneOf(chance, kNegotiated);
    return {protocol,
            control(1 + below(chance, 4), someId(chance, heard, protocol), someOptions(chance, protocol))};
}

PppPacket chap(Chance& chance, const Heard& heard) {
    constexpr std::array<std::uint8_t, 6> kLengths{0, 1, 8, 16, 24, 255};
    const std::size_t code = 1 + below(chance, 5);
    Bytes data;
    if (code <= 2) { // Challenge, Response
        const std::uint8_t length = oneOf(chance, kLengths);
        put8(data, length);
        putAll(data, anyBytes(chance, below(chance, 3) == 0 ? below(chance, 20) : length));
    }
    putAll(data, rudeText(chance, 1200));
    return {kChap, control(code, someId(chance, heard, kChap), data)};
}

PppPacket pap(Chance& chance, const Heard& heard) {
    const Bytes words = rudeText(chance, 1200);
    Bytes data;
    put8(data, below(chance, 2) == 0 ? words.size() & 0xff : 255 * below(chance, 2));
    putAll(data, words);
    return {kPap, control(1 + below(chance, 4), someId(chance, heard, kPap), data)};
}

PppPacket eap(Chance& chance, const Heard& heard) {
    constexpr std::array<std::uint8_t, 10> kTypes{1, 2, 3, 4, 5, 6, 13, 19, 26, 255};
    constexpr std::array<std::uint8_t, 4> kLengths{0, 1, 16, 255};
    Bytes data;
    put8(data, oneOf(chance, kTypes));
    const std::uint8_t length = oneOf(chance, kLengths);
    put8(data, length);
    putAll(data, anyBytes(chance, below(chance, 2) == 0 ? length : below(chance, 10)));
    putAll(data, rudeText(chance, 1200));
    return {kEap, control(1 + below(chance, 5), someId(chance, heard, kEap), data)};
}

PppPacket lcp(Chance& chance, const Heard& heard) {
    const std::uint8_t id = someId(chance, heard, kLcp);
    Bytes data;
    switch (below(chance, 8)) {
    case 0: // Protocol-Reject, also of LCP itself
    case 1:
        put16(data, oneOf(chance, kProtocols));
        putAll(data, anyBytes(chance, below(chance, 40)));
        return {kLcp, control(8, id, data)};
    case 2: // Code-Reject of what every LCP must know, or of nothing
        if (below(chance, 3) != 0) {
            data = control(1 + below(chance, 12), anyByte(chance), {});
        }
        return {kLcp, control(7, id, data)};
    case 3:
    case 4:
        return {kLcp, control(9 + below(chance, 2), id, anyBytes(chance, below(chance, 9)))};
    case 5:
        return {kLcp, control(5 + below(chance, 2), id, rudeText(chance, 1400))};
    case 6: // Identification and Time-Remaining, RFC 1570
        return {kLcp, control(12 + below(chance, 2), id, rudeText(chance, 1400))};
    default:
        return {kLcp, control(below(chance, 256), id, anyBytes(chance, below(chance, 100)))};
    }
}

} // namespace

std::size_t below(Chance& chance, std::size_t limit) {
    return chance() % limit;
}

Bytes rudeText(Chance& chance, std::size_t limit) {
    constexpr std::array<std::size_t, 6> kSizes{0, 10, 60, 250, 256, 100000};
    const std::size_t size = std::min(limit, oneOf(chance, kSizes));
    Bytes text;
    while (text.size() < size) {
        const Bytes phrase = toBytes(oneOf(chance, kPhrases));
        putAll(text, phrase);
        if (below(chance, 8) == 0) {
            text.insert(text.end(), below(chance, 1500), 'A');
        }
    }
    text.resize(std::min(text.size(), limit));
    return text;
}

std::uint32_t rudeAddress(Chance& chance) {
    constexpr std::array<std::uint32_t, 12> kAddresses{0,          1,          0x7f000001, 0x7f000035,
                                                       0xe0000001, 0xf0000001, 0xffffffff, 0xa9fea9fe,
                                                       0x0a400001, 0x0a400064, 0xc0000201, 0xc0a80702};
    return oneOf(chance, kAddresses);
}

Bytes rudeTags(Chance& chance, Tags proper) {
    constexpr std::array<std::uint16_t, 12> kTypes{0x0101, 0x0102, 0x0103, 0x0104, 0x0105, 0x0110,
                                                   0x0120, 0x0201, 0x0202, 0x0203, 0x0000, 0xffff};
    const std::size_t extra = below(chance, 4);
    for (std::size_t n = 0; n < extra; ++n) {
        const auto at = proper.begin() + static_cast<std::ptrdiff_t>(below(chance, proper.size() + 1));
        proper.insert(at, {static_cast<TagType>(oneOf(chance, kTypes)), rudeText(chance, 1400)});
    }
    if (!proper.empty() && below(chance, 3) == 0) {
        proper[below(chance, proper.size())].value = rudeText(chance, 1400);
    }
    Bytes payload = buildTags(proper);
    switch (below(chance, 6)) {
    case 0: // as many as there is room for
        while (payload.size() + 4 <= kMaxPppoePayload) {
            put16(payload, oneOf(chance, kTypes) | 1U);
            put16(payload, 0);
        }
        break;
    case 1: // one that is longer than the frame, or goes to its very end but a byte
        put16(payload, oneOf(chance, kTypes));
        put16(payload, below(chance, 2) == 0 ? 0xffff : 6);
        putAll(payload, anyBytes(chance, 5));
        break;
    case 2: // half a tag
        putAll(payload, anyBytes(chance, 1 + below(chance, 3)));
        break;
    case 3:
        if (!payload.empty()) {
            payload[below(chance, payload.size())] = anyByte(chance);
        }
        break;
    default:
        break;
    }
    payload.resize(std::min(payload.size(), kMaxPppoePayload));
    return payload;
}

PppPacket rudePacket(Chance& chance, const Heard& heard) {
    switch (below(chance, 10)) {
    case 0:
    case 1:
    case 2:
    case 3:
        return configure(chance, heard);
    case 4:
        return chap(chance, heard);
    case 5:
        return pap(chance, heard);
    case 6:
        return eap(chance, heard);
    case 7:
    case 8:
        return lcp(chance, heard);
    default:
        return {oneOf(chance, kProtocols), anyBytes(chance, below(chance, 1400))};
    }
}

Bytes spoil(Chance& chance, Bytes packet) {
    constexpr std::array<std::uint16_t, 8> kLengths{0, 1, 3, 4, 5, 255, 1500, 65535};
    constexpr std::array<std::uint8_t, 3> kOptionLengths{0, 1, 255};
    if (packet.size() < 4) {
        return packet;
    }
    switch (below(chance, 7)) {
    case 0: {
        Bytes length;
        put16(length, oneOf(chance, kLengths));
        std::copy(length.begin(), length.end(), packet.begin() + 2);
        break;
    }
    case 1: // of the first option
        if (packet.size() > 5) {
            packet[5] = oneOf(chance, kOptionLengths);
        }
        break;
    case 2:
        packet[1] = static_cast<std::uint8_t>(packet[1] + 1 + below(chance, 255));
        break;
    case 3:
        packet[0] = anyByte(chance);
        break;
    case 4:
        packet.resize(below(chance, packet.size()));
        break;
    case 5:
        putAll(packet, anyBytes(chance, below(chance, 200)));
        break;
    default:
        packet[below(chance, packet.size())] ^= static_cast<std::uint8_t>(1U << below(chance, 8));
        break;
    }
    return packet;
}

} // namespace ppp::lab
