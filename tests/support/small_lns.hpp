// SPDX-License-Identifier: LGPL-2.1-or-later
// The server's side of an L2TP control connection, as small as a test needs it, with the faults that a test
// asks for. No socket, no clock: as the client's side that it talks to.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/l2tp/channel.hpp"
#include "engine/l2tp/message.hpp"

namespace ppp::test {

struct LnsSettings {
    std::string secret; ///< empty: it neither asks nor proves
    std::string hostName = "lns.test";
    std::uint16_t tunnel = 4711, session = 815;
    std::optional<std::uint16_t> window = 4;
    std::optional<l2tp::ResultCode> stop; ///< instead of SCCRP
    std::optional<l2tp::ResultCode> cdn;  ///< instead of ICRP
    bool hidden = false;                  ///< hides the numbers it assigns
    std::uint16_t version = 0x0100;
};

class SmallLns {
public:
    explicit SmallLns(LnsSettings settings) : settings_(std::move(settings)) {}

    void receive(l2tp::Bytes datagram, l2tp::Time now);
    void tick(l2tp::Time now) { channel_.tick(now); }
    std::optional<l2tp::Time> deadline() const { return channel_.deadline(); }
    std::vector<l2tp::Datagram> take() { return channel_.take(); }

    /// Any message to the client, addressed to its call or to the tunnel alone.
    void send(l2tp::MessageWriter& message, bool toCall, l2tp::Time now);
    void hello(l2tp::Time now);
    void stop(const l2tp::ResultCode& code, l2tp::Time now);
    void endCall(const l2tp::ResultCode& code, l2tp::Time now);

    /// How many of each kind came, retransmissions not counted.
    int count(l2tp::MessageType type) const;
    /// Their order.
    const std::vector<std::uint16_t>& seen() const { return seen_; }
    const std::optional<l2tp::ResultCode>& stopped() const { return stopped_; }
    const std::optional<l2tp::ResultCode>& callEnded() const { return callEnded_; }
    bool authentic() const { return authentic_; }
    bool settled() const { return channel_.settled(); }

private:
    void onRequest(const l2tp::Message& message, l2tp::Time now);
    void onCall(const l2tp::Message& message, l2tp::Time now);

    LnsSettings settings_;
    l2tp::Channel channel_;
    std::uint16_t peerTunnel_ = 0, peerSession_ = 0;
    bool authentic_ = true;
    std::vector<std::uint16_t> seen_;
    std::optional<l2tp::ResultCode> stopped_, callEnded_;
};

} // namespace ppp::test
