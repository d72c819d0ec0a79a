// SPDX-License-Identifier: LGPL-2.1-or-later
// The tunnel, its one call, and the lies in their messages.
#include "rude_lns.hpp"

#include <algorithm>
#include <array>

namespace ppp::lab {

namespace {

constexpr std::uint16_t kControl = 0xc802; // type, length, sequence; version 2
constexpr std::uint16_t kMandatory = 0x8000;
constexpr std::uint16_t kHidden = 0x4000;
constexpr std::uint16_t kOwnSession = 77;
constexpr Mac kCustomer{2, 0, 0, 0, 0, 1}; // Rude speaks Ethernet
constexpr Mac kOwn{2, 0, 0, 0, 0, 2};

enum Type : std::uint16_t {
    kSccrq = 1,
    kSccrp = 2,
    kScccn = 3,
    kStopCcn = 4,
    kHello = 6,
    kIcrq = 10,
    kIcrp = 11,
    kIccn = 12,
    kCdn = 14
};

Bytes attribute(std::uint16_t flags, std::uint16_t number, View value, std::uint16_t vendor = 0) {
    Bytes out;
    const std::size_t most = std::min<std::size_t>(value.size(), 1017);
    put16(out, flags | (most + 6));
    put16(out, vendor);
    put16(out, number);
    putAll(out, value.first(most));
    return out;
}

Bytes number(std::uint16_t which, std::uint16_t value) {
    Bytes bytes;
    put16(bytes, value);
    return attribute(kMandatory, which, bytes);
}

/// The value of an attribute of 16 bits; 0 where there is none.
std::uint16_t find(View body, std::uint16_t which) {
    while (body.size() >= 6) {
        const std::size_t length = get16(body, 0) & 0x3ffU;
        if (length < 6 || length > body.size()) {
            return 0;
        }
        if (get16(body, 4) == which && length >= 8) {
            return get16(body, 6);
        }
        body = body.subspan(length);
    }
    return 0;
}

} // namespace

RudeLns::RudeLns(Script plain, std::uint32_t seed, Put put, Log log)
    : plain_(std::move(plain)), put_(std::move(put)), log_(std::move(log)), chance_(seed), rude_(seed),
      script_(plain_) {}

std::optional<RudeLns::Heading> RudeLns::read(View datagram) {
    if (datagram.size() < 6) {
        return std::nullopt;
    }
    Heading out;
    out.flags = get16(datagram, 0);
    std::size_t at = (out.flags & 0x4000U) != 0 ? 4 : 2;
    const std::size_t needs = at + 4 + ((out.flags & 0x0800U) != 0 ? 4 : 0);
    if (datagram.size() < needs) {
        return std::nullopt;
    }
    out.tunnel = get16(datagram, at);
    out.session = get16(datagram, at + 2);
    if ((out.flags & 0x0800U) != 0) {
        out.ns = get16(datagram, at + 4);
        out.nr = get16(datagram, at + 6);
    }
    at = needs;
    out.body = datagram.subspan(at);
    return out;
}

void RudeLns::receive(View datagram, Clock::time_point now) {
    const auto heading = read(datagram);
    if (!heading) {
        return;
    }
    if ((heading->flags & 0x8000U) == 0) {
        data(heading->body, now);
    } else if (heading->body.size() >= 8) {
        control(*heading, now);
    }
}

void RudeLns::control(const Heading& heading, Clock::time_point now) {
    const std::uint16_t type = get16(heading.body, 6);
    log_("rx message " + std::to_string(type));
    if (type == kSccrq) {
        tunnelAsked(heading);
        return;
    }
    if (heading.ns != nr_) { // again: ours was lost, or was not to his liking
        if (!last_.empty()) {
            put_(last_);
        }
        return;
    }
    nr_ = static_cast<std::uint16_t>(heading.ns + 1);
    switch (type) {
    case kIcrq:
        callAsked(heading.body);
        return;
    case kIccn:
        sendControl(0, {});
        callBegins(now);
        return;
    case kCdn:
    case kStopCcn:
        sendControl(0, {});
        session_.reset();
        due_.clear();
        return;
    default:
        sendControl(0, {});
    }
}

void RudeLns::tunnelAsked(const Heading& heading) {
    const std::uint16_t tunnel = find(heading.body, 9);
    if (tunnel == 0) {
        return;
    }
    if (tunnel == peerTunnel_ && nr_ == 1) { // again
        if (!last_.empty()) {
            put_(last_);
        }
        return;
    }
    due_.clear();
    session_.reset();
    script_ = rude_.begin(plain_);
    peerTunnel_ = tunnel;
    peerSession_ = 0;
    ++ownTunnel_;
    ns_ = 0;
    nr_ = 1;
    last_.clear();
    if (script_.ignored == Ignored::Padi) {
        return;
    }
    if (script_.error && script_.errorIn == PppoeCode::Pado) {
        end(false);
        return;
    }
    Bytes out = attribute(kMandatory, 2, Bytes{1, 0});
    putAll(out, attribute(kMandatory, 3, Bytes{0, 0, 0, 3}));
    putAll(out, attribute(kMandatory, 7, toBytes(script_.concentrators.front().name)));
    putAll(out, attribute(0, 8, rudeText(chance_, 200)));
    putAll(out, number(9, ownTunnel_));
    say(kSccrp, out, 0);
}

void RudeLns::callAsked(View body) {
    peerSession_ = find(body, 14);
    if (script_.ignored == Ignored::Padr) {
        return;
    }
    if (script_.error) {
        end(true);
        return;
    }
    say(kIcrp, number(14, kOwnSession), peerSession_);
}

void RudeLns::callBegins(Clock::time_point now) {
    if (script_.ignored == Ignored::Ppp || peerSession_ == 0) {
        return;
    }
    session_ = std::make_unique<Session>(
        script_, script_.pool, std::uint16_t{0},
        [this](Protocol protocol, const Bytes& packet) { ppp(protocol, packet); }, [] {});
    session_->start(now);
    const auto at = rude_.times();
    for (const Milliseconds time : at) {
        due_.emplace(now + time, [this, last = time == at.back()] {
            putPpp(last ? rude_.ending(kCustomer, kOwn, 1) : rude_.unasked(kCustomer, kOwn, 1));
            if (illTreats()) {
                say(kHello, {}, 0);
            }
            if (last) {
                session_.reset(); // or the echoes keep alive for good what no ending has reached
                if (below(chance_, 2) == 0) {
                    end(below(chance_, 2) == 0);
                }
            }
        });
    }
}

void RudeLns::data(View payload, Clock::time_point now) {
    if (payload.size() >= 2 && payload[0] == 0xff && payload[1] == 0x03) {
        payload = payload.subspan(2);
    }
    if (payload.size() < 3 || !session_) {
        return;
    }
    rude_.heard(get16(payload, 0), payload.subspan(2));
    session_->receive(static_cast<Protocol>(get16(payload, 0)), payload.subspan(2), now);
}

void RudeLns::ppp(Protocol protocol, const Bytes& packet) {
    log_("tx " + describePpp(protocol, packet));
    Bytes payload;
    put16(payload, static_cast<std::size_t>(protocol));
    putAll(payload, packet);
    putPpp(rude_.frames({kCustomer, kOwn, kEtherSession, PppoeCode::Session, 1, std::move(payload)}));
}

/// What Rude makes of PPPoE's own header and of discovery has no place here.
void RudeLns::putPpp(const std::vector<Bytes>& frames) {
    for (const Bytes& frame : frames) {
        if (frame.size() <= kEthernetHeader + kPppoeHeader || get16(frame, 12) != kEtherSession) {
            continue;
        }
        Bytes out;
        put16(out, 0x0002);
        put16(out, below(chance_, 40) == 0 ? below(chance_, 65536) : peerTunnel_);
        put16(out, below(chance_, 40) == 0 ? below(chance_, 65536) : peerSession_);
        put16(out, 0xff03);
        putAll(out, View(frame).subspan(kEthernetHeader + kPppoeHeader));
        put_(out);
    }
}

/// CDN or StopCCN, with a text that is not fit to print.
void RudeLns::end(bool call) {
    Bytes value;
    put16(value, below(chance_, 8));
    put16(value, below(chance_, 10));
    putAll(value, rudeText(chance_, 1000));
    Bytes out = attribute(kMandatory, 1, value);
    putAll(out, call ? number(14, kOwnSession) : number(9, ownTunnel_));
    say(call ? kCdn : kStopCcn, out, call ? peerSession_ : std::uint16_t{0});
}

void RudeLns::say(std::uint16_t type, const Bytes& attributes, std::uint16_t session) {
    log_("tx message " + std::to_string(type));
    Bytes body = number(0, type);
    putAll(body, attributes);
    sendControl(session, body);
}

void RudeLns::sendControl(std::uint16_t session, const Bytes& body) {
    Bytes all = body;
    const bool lies = illTreats() && below(chance_, 3) == 0;
    if (lies && !all.empty() && below(chance_, 2) == 0) {
        putAll(all, strangeAttributes());
    }
    Bytes out;
    put16(out, kControl);
    put16(out, all.size() + 12);
    put16(out, peerTunnel_);
    put16(out, session);
    put16(out, ns_);
    put16(out, nr_);
    putAll(out, all);
    if (!body.empty()) {
        ++ns_;
        last_ = out;
    }
    if (lies) {
        out = lie(std::move(out));
    }
    const std::size_t times = lies && below(chance_, 6) == 0 ? 50 : 1;
    for (std::size_t n = 0; n < times; ++n) {
        put_(out);
    }
}

Bytes RudeLns::strangeAttributes() {
    Bytes out;
    for (std::size_t n = 1 + below(chance_, 3); n > 0; --n) {
        constexpr std::array<std::uint16_t, 5> kFlags{0, kMandatory, kHidden, kMandatory | kHidden, 0x3c00};
        const auto which =
            static_cast<std::uint16_t>(below(chance_, 5) == 0 ? below(chance_, 65536) : below(chance_, 45));
        const auto vendor = static_cast<std::uint16_t>(below(chance_, 4) == 0 ? below(chance_, 65536) : 0);
        putAll(out, attribute(oneOf(chance_, kFlags), which,
                              rudeText(chance_, below(chance_, 3) == 0 ? 400 : 20), vendor));
    }
    return out;
}

/// Something wrong in the bytes themselves: the header's fields, a length, the end.
Bytes RudeLns::lie(Bytes datagram) {
    const auto put = [&datagram](std::size_t at, std::size_t value) {
        datagram[at] = static_cast<std::uint8_t>(value >> 8);
        datagram[at + 1] = static_cast<std::uint8_t>(value & 0xff);
    };
    switch (below(chance_, 7)) {
    case 0:
        datagram.resize(1 + below(chance_, datagram.size()));
        break;
    case 1:
        put(2 * below(chance_, 6), below(chance_, 65536)); // flags, length, ids, numbers
        break;
    case 2:
        if (datagram.size() > 14) { // an attribute's length, or whatever stands there
            put(12 + below(chance_, datagram.size() - 13), below(chance_, 65536));
        }
        break;
    case 3:
        datagram[below(chance_, datagram.size())] ^= static_cast<std::uint8_t>(1U << below(chance_, 8));
        break;
    case 4:
        putAll(datagram, rudeText(chance_, 900));
        break;
    default:
        break;
    }
    return datagram;
}

void RudeLns::tick(Clock::time_point now) {
    while (!due_.empty() && due_.begin()->first <= now) {
        const auto first = due_.extract(due_.begin());
        first.mapped()();
    }
    if (session_) {
        session_->tick(now);
    }
}

std::optional<Clock::time_point> RudeLns::deadline() const {
    std::optional<Clock::time_point> next = session_ ? session_->deadline() : std::nullopt;
    if (!due_.empty() && (!next || due_.begin()->first < *next)) {
        next = due_.begin()->first;
    }
    return next;
}

} // namespace ppp::lab
