// SPDX-License-Identifier: LGPL-2.1-or-later
// Reliable delivery of control messages over datagrams (RFC 2661 section 5.8 and appendix A): numbers,
// acknowledgements, window with slow start, retransmission, duplicates and reordering. Pure: datagrams and
// the time come in, datagrams, messages and the next deadline come out.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "engine/l2tp/message.hpp"
#include "engine/l2tp/protocol.hpp"

namespace ppp::l2tp {

/// How long an answer is waited for: after `first`, then after twice as long each time, never longer than
/// `cap`; the message is sent `tries` times in all, and the last one is waited for, too.
struct Pace {
    Time first = std::chrono::seconds(1);
    Time cap = std::chrono::seconds(8);
    int tries = 6;

    /// After the n-th try, 1 the first.
    Time patience(int n) const;
    /// From the first try to giving up.
    Time span() const;
};

class Channel {
public:
    /// What came in, in order and each one once.
    struct Delivery {
        std::uint16_t session = 0;
        std::vector<std::uint8_t> body;
    };

    /// Messages that are not answered by one of ours at once are acknowledged after this time.
    static constexpr Time kAckDelay = std::chrono::milliseconds(20);
    /// What we tell the peer to keep to, in messages; as many are kept that came too early.
    static constexpr std::uint16_t kOurWindow = 8;
    /// The peer's window where it names none (RFC 2661 section 4.4.3).
    static constexpr std::uint16_t kDefaultWindow = 4;

    /// The number that the peer gave the tunnel; 0 until it is known.
    void setPeerTunnel(std::uint16_t tunnel) { peerTunnel_ = tunnel; }
    void setWindow(std::uint16_t messages);
    /// For what is sent or sent again from now on.
    void setPace(const Pace& pace) { pace_ = pace; }

    /// The end is near: what waits goes out now, as far as the peer's window allows, and is sent again at
    /// this pace; and so is a message that the network has lost already, which would hold up all others.
    void hurry(const Pace& pace, Time now);

    /// Queues a message (at most kLargestMessage less the header) and sends what the window allows.
    void send(std::uint16_t session, std::vector<std::uint8_t> body, Time now);
    /// A datagram of the peer that is for this tunnel. Bare acknowledgements give nothing.
    std::vector<Delivery> receive(const Header& header, Time now);
    /// To be called at deadline(), any time later, and at any other time as well.
    void tick(Time now);
    std::optional<Time> deadline() const;

    /// Sends an acknowledgement now where one is due.
    void acknowledge();
    /// The peer left a message unanswered to the last try.
    bool exhausted() const { return exhausted_; }
    /// Everything sent was acknowledged.
    bool settled() const { return queue_.empty(); }
    /// What is to be sent, in order.
    std::vector<Datagram> take();

private:
    struct Entry {
        std::uint16_t session = 0;
        std::vector<std::uint8_t> body;
    };

    void acknowledged(std::uint16_t nr, Time now);
    void pump(Time now);
    void transmit(std::size_t index);

    Pace pace_;
    std::uint16_t peerTunnel_ = 0;
    std::uint16_t base_ = 0;     ///< Ns of queue_.front()
    std::uint16_t expected_ = 0; ///< Nr: the Ns that comes next
    std::deque<Entry> queue_;    ///< sent and not acknowledged, then what the window holds back
    std::size_t flight_ = 0;     ///< of them: sent since the last retransmission
    std::size_t everSent_ = 0;   ///< of them: sent at all
    std::uint16_t window_ = kDefaultWindow;
    std::size_t congestion_ = 1, threshold_ = kDefaultWindow, growth_ = 0;
    int tries_ = 0; ///< of the front
    bool exhausted_ = false;
    std::optional<Time> again_, ackAt_;
    std::map<std::uint16_t, Delivery> early_;
    std::vector<Datagram> out_;
};

} // namespace ppp::l2tp
