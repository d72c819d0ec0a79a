// SPDX-License-Identifier: LGPL-2.1-or-later
// When the manners go, and how.
#include "rude.hpp"

#include <algorithm>
#include <array>

namespace ppp::lab {

namespace {

constexpr std::size_t kMostAdded = 200;
constexpr std::size_t kFlood = 20;
constexpr auto kIpcp = static_cast<std::uint16_t>(Protocol::Ipcp);

Rude::From stageOf(const PppoeFrame& frame) {
    if (frame.etherType == kEtherDiscovery || frame.payload.size() < 3) {
        return Rude::From::Discovery;
    }
    switch (static_cast<Protocol>(get16(frame.payload, 0))) {
    case Protocol::Lcp:
        return Rude::From::Lcp;
    case Protocol::Pap:
    case Protocol::Chap:
        return Rude::From::Auth;
    default:
        return Rude::From::Network;
    }
}

PppoeFrame sessionFrame(const Mac& customer, const Mac& own, std::uint16_t session, const PppPacket& packet) {
    Bytes payload;
    put16(payload, packet.protocol);
    putAll(payload, packet.bytes);
    payload.resize(std::min(payload.size(), kMaxPppoePayload));
    return {customer, own, kEtherSession, PppoeCode::Session, session, std::move(payload)};
}

std::string asText(const Bytes& bytes) {
    return {bytes.begin(), bytes.end()};
}

} // namespace

Script Rude::begin(const Script& plain) {
    constexpr std::array kAuths{Auth::None, Auth::Pap, Auth::Chap, Auth::Chap};
    constexpr std::array<std::size_t, 3> kOdds{2, 3, 8};
    from_ = static_cast<From>(below(chance_, 6));
    reached_ = From::Discovery;
    odds_ = oneOf(chance_, kOdds);
    left_ = kMostAdded;
    heard_ = {};
    Script script = plain;
    script.auth = oneOf(chance_, kAuths);
    script.text = asText(rudeText(chance_, 1400));
    script.concentrators.front().name = asText(rudeText(chance_, below(chance_, 2) == 0 ? 20 : 600));
    script.rejects = from_ == From::Auth && below(chance_, 3) == 0;
    if (from_ == From::Discovery) {
        refuse(script);
    }
    if (from_ == From::Network) {
        script.dns = {rudeAddress(chance_), rudeAddress(chance_)};
        script.local = below(chance_, 2) == 0 ? rudeAddress(chance_) : plain.local;
    }
    return script;
}

// Some are refused with an error tag or not answered at all.
void Rude::refuse(Script& script) {
    constexpr std::array kErrors{TagType::ServiceNameError, TagType::AcSystemError, TagType::GenericError};
    constexpr std::array kDeaf{Ignored::Padi, Ignored::Padr, Ignored::Ppp};
    const std::size_t way = below(chance_, 8);
    if (way < 3) {
        script.error = oneOf(chance_, kErrors);
        script.errorIn = below(chance_, 2) == 0 ? PppoeCode::Pado : PppoeCode::Pads;
        script.text = asText(rudeText(chance_, 1000)); // with a name or a cookie in one frame
        script.concentrators.front().name = asText(rudeText(chance_, 300));
    } else if (way == 3) {
        script.ignored = oneOf(chance_, kDeaf);
    }
}

void Rude::heard(std::uint16_t protocol, View packet) {
    if (packet.size() >= 2) {
        heard_.ids[protocol] = packet[1];
    }
}

// The first frame of a stage reaches it; an acknowledged address is as good as being up.
bool Rude::angry(const PppoeFrame& frame) {
    reached_ = std::max(reached_, stageOf(frame));
    const bool now = from_ != From::Never && reached_ >= from_;
    if (frame.etherType == kEtherSession && frame.payload.size() > 2 && get16(frame.payload, 0) == kIpcp &&
        frame.payload[2] == static_cast<std::uint8_t>(ControlCode::ConfigureAck)) {
        reached_ = From::Up;
    }
    return now;
}

std::vector<Bytes> Rude::frames(const PppoeFrame& frame) {
    if (!angry(frame) || left_ == 0 || below(chance_, odds_) != 0) {
        return {buildPppoe(frame)};
    }
    std::vector<Bytes> out;
    const auto add = [&](Bytes bytes) {
        left_ -= left_ == 0 ? 0 : 1;
        out.push_back(std::move(bytes));
    };
    for (std::size_t n = below(chance_, 4); n > 0; --n) {
        add(extra(frame.destination, frame.source, frame.session));
    }
    switch (below(chance_, 6)) {
    case 0:
        break;
    case 1:
        for (std::size_t n = 0; n < kFlood; ++n) {
            add(buildPppoe(frame));
        }
        break;
    case 2:
        add(buildPppoe(frame));
        break;
    case 3:
        add(lieInHeader(buildPppoe(frame)));
        break;
    default:
        if (frame.etherType == kEtherDiscovery) {
            add(discoveryOf(frame));
        } else {
            const Bytes packet(frame.payload.begin() + 2, frame.payload.end());
            add(buildPppoe(sessionFrame(frame.destination, frame.source, frame.session,
                                        {get16(frame.payload, 0), spoil(chance_, packet)})));
        }
        break;
    }
    return out;
}

Bytes Rude::discoveryOf(PppoeFrame frame) {
    frame.payload = rudeTags(chance_, parseTags(frame.payload).value_or(Tags{}));
    return buildPppoe(frame);
}

Bytes Rude::extra(const Mac& customer, const Mac& own, std::uint16_t session) {
    if (session != 0 && below(chance_, 8) != 0) {
        return buildPppoe(sessionFrame(customer, own, session, rudePacket(chance_, heard_)));
    }
    constexpr std::array kCodes{PppoeCode::Pado, PppoeCode::Pads, PppoeCode::Pads, PppoeCode::Padi,
                                PppoeCode::Padr};
    constexpr std::array<std::uint16_t, 4> kSessions{0, 1, 0x7777, 0xffff};
    if (below(chance_, 4) == 0) { // somebody else's session
        return discoveryOf({customer,
                            own,
                            kEtherDiscovery,
                            PppoeCode::Padt,
                            static_cast<std::uint16_t>(session + 1000 + below(chance_, 1000)),
                            {}});
    }
    return lieInHeader(discoveryOf({customer,
                                    own,
                                    kEtherDiscovery,
                                    oneOf(chance_, kCodes),
                                    below(chance_, 2) == 0 ? session : oneOf(chance_, kSessions),
                                    {}}));
}

Bytes Rude::lieInHeader(Bytes frame) {
    constexpr std::array<std::uint16_t, 5> kLengths{0, 1, 1494, 1500, 65535};
    const auto put = [&frame](std::size_t at, std::size_t value) {
        frame[at] = static_cast<std::uint8_t>(value >> 8);
        frame[at + 1] = static_cast<std::uint8_t>(value & 0xff);
    };
    switch (below(chance_, 6)) {
    case 0:
        frame[kEthernetHeader] = static_cast<std::uint8_t>(below(chance_, 256)); // version and type
        break;
    case 1:
        frame[kEthernetHeader + 1] = static_cast<std::uint8_t>(below(chance_, 256)); // code
        break;
    case 2:
        put(kEthernetHeader + 2, below(chance_, 65536)); // session
        break;
    case 3:
        put(kEthernetHeader + 4, oneOf(chance_, kLengths));
        break;
    case 4:
        frame.resize(kEthernetHeader + below(chance_, frame.size() - kEthernetHeader));
        break;
    default:
        break;
    }
    return frame;
}

std::vector<Milliseconds> Rude::times() {
    std::vector<Milliseconds> out;
    Milliseconds at(100);
    for (std::size_t n = 2 + below(chance_, 6); n > 0; --n) {
        at += Milliseconds(below(chance_, 600));
        out.push_back(at);
    }
    out.push_back(at + Milliseconds(500));
    return out;
}

std::vector<Bytes> Rude::unasked(const Mac& customer, const Mac& own, std::uint16_t session) {
    std::vector<Bytes> out;
    if (from_ == From::Never || reached_ < from_) {
        return out;
    }
    for (std::size_t n = 1 + below(chance_, 5); n > 0 && left_ > 0; --n, --left_) {
        out.push_back(extra(customer, own, session));
    }
    return out;
}

std::vector<Bytes> Rude::ending(const Mac& customer, const Mac& own, std::uint16_t session) {
    enum class Ending { Terminate, Padt, Silence };
    constexpr std::array kEndings{Ending::Terminate, Ending::Padt, Ending::Silence};
    const Bytes words = rudeText(chance_, 1400);
    switch (oneOf(chance_, kEndings)) {
    case Ending::Terminate:
        return {buildPppoe(sessionFrame(
            customer, own, session,
            {static_cast<std::uint16_t>(Protocol::Lcp),
             buildControl({static_cast<std::uint8_t>(ControlCode::TerminateRequest), 77, words})}))};
    case Ending::Padt:
        return {buildPppoe({customer, own, kEtherDiscovery, PppoeCode::Padt, session,
                            buildTags({{TagType::GenericError, words}})})};
    case Ending::Silence:
        break;
    }
    return {};
}

} // namespace ppp::lab
