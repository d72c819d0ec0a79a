// SPDX-License-Identifier: LGPL-2.1-or-later
// PPP control packets (RFC 1661 section 5) and one negotiation of options: the automaton of section 4 cut
// down to what a concentrator that wants a link needs.
#pragma once

#include "bytes.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace ppp::lab {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

enum class Protocol : std::uint16_t {
    Ip = 0x0021,
    Ipv6 = 0x0057,
    Ipcp = 0x8021,
    Ipv6cp = 0x8057,
    Lcp = 0xc021,
    Pap = 0xc023,
    Chap = 0xc223,
};

enum class ControlCode : std::uint8_t {
    ConfigureRequest = 1,
    ConfigureAck = 2,
    ConfigureNak = 3,
    ConfigureReject = 4,
    TerminateRequest = 5,
    TerminateAck = 6,
    CodeReject = 7,
    ProtocolReject = 8,
    EchoRequest = 9,
    EchoReply = 10,
    DiscardRequest = 11,
};

// Also the shape of PAP and CHAP packets, whose codes are their own.
struct ControlPacket {
    std::uint8_t code = 0;
    std::uint8_t id = 0;
    Bytes data;
};

struct Option {
    std::uint8_t type = 0;
    Bytes value;
};
using Options = std::vector<Option>;

// Nothing where the packet is shorter than it says.
std::optional<ControlPacket> parseControl(View packet);
Bytes buildControl(const ControlPacket& packet);

std::optional<Options> parseOptions(View data);
Bytes buildOptions(const Options& options);

// "LCP Configure-Request id=1", for the log.
std::string describePpp(Protocol protocol, View packet);

// What we say to one option of the peer. Nak carries the value we would take.
struct Verdict {
    ControlCode code = ControlCode::ConfigureAck;
    Bytes value;
};

class Negotiation {
public:
    using Send = std::function<void(const ControlPacket&)>;
    using Judge = std::function<Verdict(const Option&)>;

    // ours: what we ask for, sent as it is until acknowledged; what the peer rejects is left out.
    Negotiation(Options ours, Milliseconds restart, Judge judge, Send send);

    // Also on an open one: it is then negotiated anew.
    void start(Clock::time_point now);
    // Configure-* packets; others are not for a negotiation. Returns whether the packet was one of them.
    bool receive(const ControlPacket& packet, Clock::time_point now);
    // Repeats an unanswered request whose time has come.
    void tick(Clock::time_point now);
    std::optional<Clock::time_point> deadline() const;
    bool opened() const { return started_ && ourRequestAcked_ && theirRequestAcked_; }
    // Options the peer had acknowledged by us last.
    const Options& theirs() const { return theirs_; }

private:
    void request(Clock::time_point now);
    void answer(const ControlPacket& packet);

    Options ours_;
    Milliseconds restart_;
    Judge judge_;
    Send send_;
    Options theirs_;
    std::uint8_t id_ = 0;
    bool started_ = false;
    bool ourRequestAcked_ = false;
    bool theirRequestAcked_ = false;
    Clock::time_point repeatAt_{};
};

} // namespace ppp::lab
