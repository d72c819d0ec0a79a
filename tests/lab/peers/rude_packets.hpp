// SPDX-License-Identifier: LGPL-2.1-or-later
// Hostile bytes by seeded chance: texts, discovery tags, PPP control packets. Everything fits into one
// Ethernet frame; the same chance gives the same bytes.
#pragma once

#include "control.hpp"
#include "pppoe_frame.hpp"

#include <map>
#include <random>

namespace ppp::lab {

using Chance = std::mt19937;

constexpr std::size_t kMaxPppoePayload = 1494; // of an Ethernet frame of 1500 bytes, RFC 2516 section 7

// 0 to limit - 1.
std::size_t below(Chance& chance, std::size_t limit);

template <typename Values> auto oneOf(Chance& chance, const Values& values) {
    return *(std::begin(values) + static_cast<std::ptrdiff_t>(below(chance, std::size(values))));
}

// What a terminal, a log, a shell or a reader of UTF-8 should not be given: at most `limit` bytes.
Bytes rudeText(Chance& chance, std::size_t limit);

// An address that no provider should give, in host order.
std::uint32_t rudeAddress(Chance& chance);

// The payload of a discovery frame made of the proper tags: lengths that lie, too many, too long, of unknown
// kinds.
Bytes rudeTags(Chance& chance, Tags proper);

struct PppPacket {
    std::uint16_t protocol = 0;
    Bytes bytes;
};

// What the other side said last, a request of which can be answered with its id.
struct Heard {
    std::map<std::uint16_t, std::uint8_t> ids; // by protocol
};

// A packet nobody asked for.
PppPacket rudePacket(Chance& chance, const Heard& heard);

// A proper control packet with something wrong in it.
Bytes spoil(Chance& chance, Bytes packet);

} // namespace ppp::lab
