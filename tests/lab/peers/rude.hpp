// SPDX-License-Identifier: LGPL-2.1-or-later
// A concentrator's bad manners, by seeded chance: when in an attempt they begin, what becomes of the frames
// it would have sent, and what it sends that nobody asked for. It knows no sockets and no time.
#pragma once

#include "rude_packets.hpp"
#include "script.hpp"

namespace ppp::lab {

class Rude {
public:
    // From where on an attempt is ill-treated: what is before runs well, so that each state is reached.
    enum class From { Discovery, Lcp, Auth, Network, Up, Never };

    explicit Rude(std::uint32_t seed) : chance_(seed) {}

    // An attempt begins. The script for it, made of the plain one: texts and names are hostile in any case,
    // ways of authentication change, addresses are odd where the network is to be ill-treated.
    Script begin(const Script& plain);
    From from() const { return from_; }

    // A packet of the other side; its id is good for an answer.
    void heard(std::uint16_t protocol, View packet);

    // What goes on the wire for this frame, Ethernet header included: itself alone while manners are good;
    // else perhaps spoilt, swallowed, repeated, with others around it. Bounded for each attempt.
    std::vector<Bytes> frames(const PppoeFrame& frame);

    // Times after PADS at which frames of unasked() are due; the last one is that of ending().
    std::vector<Milliseconds> times();
    std::vector<Bytes> unasked(const Mac& customer, const Mac& own, std::uint16_t session);
    // How the session ends if nothing else ended it: a Terminate-Request or a PADT, with a hostile text.
    std::vector<Bytes> ending(const Mac& customer, const Mac& own, std::uint16_t session);

private:
    void refuse(Script& script);
    bool angry(const PppoeFrame& frame);
    Bytes discoveryOf(PppoeFrame frame);
    Bytes extra(const Mac& customer, const Mac& own, std::uint16_t session);
    Bytes lieInHeader(Bytes frame);

    Chance chance_;
    Heard heard_;
    From from_ = From::Never;
    From reached_ = From::Discovery;
    std::size_t odds_ = 2; // one of so many frames is ill-treated
    std::size_t left_ = 0; // frames of an attempt that may still be added
};

} // namespace ppp::lab
