// SPDX-License-Identifier: LGPL-2.1-or-later
// The PPP side of one PPPoE session, as a concentrator plays it: LCP, PAP or CHAP, IPCP, IPV6CP, echoes, and
// the ends that the script asks for. It knows no sockets: packets go in and out, the time is handed in.
#pragma once

#include "control.hpp"
#include "script.hpp"

namespace ppp::lab {

class Session {
public:
    using Send = std::function<void(Protocol, Bytes)>;

    // script outlives the session. address: the customer's, in host order. payload: what was granted, 0 for
    // the usual. closed is called once, when the concentrator is done with the session (a PADT is due).
    Session(const Script& script, std::uint32_t address, std::uint16_t payload, Send send,
            std::function<void()> closed);
    ~Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void start(Clock::time_point now);
    // All of it once more on the open session: LCP, authentication, then the network with this address and,
    // where any are named, these name servers.
    void renegotiate(std::uint32_t address, const std::vector<std::uint32_t>& dns, Clock::time_point now);
    bool started() const { return started_; }
    void receive(Protocol protocol, View packet, Clock::time_point now);
    void tick(Clock::time_point now);
    std::optional<Clock::time_point> deadline() const;

private:
    enum class End { No, Terminating, Closed };

    void receiveLcp(const ControlPacket& packet, Clock::time_point now);
    void receivePap(const ControlPacket& packet, Clock::time_point now);
    void receiveChap(const ControlPacket& packet, Clock::time_point now);
    void receiveIp(View packet);
    void authenticate(Clock::time_point now);
    void authenticated(bool good, std::uint8_t id, Clock::time_point now);
    void startNetwork(Clock::time_point now);
    void networkUp(Clock::time_point now);
    void terminate(Clock::time_point now);
    void close();
    void sendControl(Protocol protocol, const ControlPacket& packet);
    Verdict judgeLcp(const Option& option) const;
    Verdict judgeIpcp(const Option& option) const;
    Verdict judgeIpv6cp(const Option& option) const;
    Options lcpOptions() const;

    const Script& script_;
    std::uint32_t address_;
    std::size_t mru_;
    std::vector<std::uint32_t> dns_; // in host order
    Send send_;
    std::function<void()> closed_;
    Negotiation lcp_;
    Negotiation ipcp_;
    Negotiation ipv6cp_;
    Bytes challenge_;
    bool started_ = false;
    bool mute_ = false;
    bool authStarted_ = false;
    bool verdictLost_ = false;
    bool networkStarted_ = false;
    End end_ = End::No;
    std::optional<Clock::time_point> upSince_;
    std::optional<Clock::time_point> closeAt_;
};

} // namespace ppp::lab
