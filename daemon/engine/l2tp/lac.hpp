// SPDX-License-Identifier: LGPL-2.1-or-later
// The client's (LAC's) side of one L2TP tunnel with one call in it: the two state machines of RFC 2661
// sections 7.2 and 7.4 over the reliable channel. Pure: datagrams, wishes and the time come in; datagrams,
// events and the next deadline come out. It never reads a clock, a socket or a random number.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/l2tp/channel.hpp"
#include "engine/l2tp/message.hpp"
#include "engine/l2tp/protocol.hpp"

namespace ppp::l2tp {

struct LacSettings {
    std::string hostName;                     ///< what we call ourselves, 1 to 255 bytes
    std::uint16_t tunnel = 0, session = 0;    ///< our numbers, not 0
    std::uint32_t callSerial = 0;             ///< for the logs of both ends
    Bytes secret{};                           ///< empty: there is none. The caller keeps and wipes the bytes
    std::array<std::uint8_t, 16> challenge{}; ///< random; sent where there is a secret
    /// After this time without a word the tunnel counts as lost, asked for by a HELLO at half of it; 0:
    /// never.
    Time helloInterval{0};
    Pace connecting{}; ///< for the first message: how long a server may be silent
};

/// Why it ended without our wish.
enum class EndKind {
    NoAnswer,      ///< the server was silent from the start
    NoCall,        ///< the tunnel stands, and the call was not answered
    Lost,          ///< it fell silent later
    Refused,       ///< it refused the tunnel
    CallRefused,   ///< it refused the call
    SecretWrong,   ///< one of both does not know the tunnel secret of the other
    SecretMissing, ///< it asks for one, and there is none
    PeerEnded,     ///< it ended a tunnel or a call that was established
    Broken,        ///< what it says is no L2TP
};

/// The tunnel is open: the data plane can be set up for it.
struct TunnelOpened {
    std::uint16_t peerTunnel = 0;
    std::string hostName; ///< the peer's bytes
};
/// The peer takes the call: data may flow once callReady() has been called.
struct CallTaken {
    std::uint16_t peerSession = 0;
};
/// Once at most. The sentence has the peer's own bytes in quotes.
struct Ended {
    EndKind kind = EndKind::Lost;
    std::string text;
};
/// The last event: nothing is sent or awaited any more.
struct Finished {};
using LacEvent = std::variant<TunnelOpened, CallTaken, Ended, Finished>;

class Lac {
public:
    /// How long the peer is waited for with the call, and at the end with its acknowledgement.
    static constexpr Time kCallPatience = std::chrono::seconds(30);
    static constexpr Time kEndPatience = std::chrono::seconds(1);

    explicit Lac(LacSettings settings);

    /// Asks for the tunnel; once, before all others.
    void start(Time now);
    /// A datagram from the server. Whatever is in it: nothing but events comes of it.
    void receive(Bytes datagram, Time now);
    /// Our end of the data plane is ready: the call is established.
    void callReady(Time now);
    /// The server cannot be reached (the network said so): counts at once before the tunnel stands, and is
    /// nothing new afterwards.
    void unreachable(const std::string& why);
    /// Ends call and tunnel in order, with a word for the peer's log; Finished follows within kEndPatience.
    void close(const std::string& why, Time now);
    /// To be called at deadline(), any time later, and at any other time as well.
    void tick(Time now);
    std::optional<Time> deadline() const;

    std::vector<Datagram> takeDatagrams() { return channel_.take(); }
    std::vector<LacEvent> takeEvents();
    bool finished() const { return state_ == Stage::Done; }
    /// From the first message to its answer; nothing where it had to be sent more than once.
    std::optional<Time> roundTrip() const { return roundTrip_; }
    /// Our numbers and the peer's, for the data plane; the peer's are 0 until they are known.
    std::uint16_t peerTunnel() const { return peerTunnel_; }
    std::uint16_t peerSession() const { return peerSession_; }

private:
    enum class Stage { Idle, Asked, Calling, Ringing, Standing, Closing, Done };

    void deliver(const Channel::Delivery& delivery, Time now);
    void onFlaw(const Flaw& flaw, Time now);
    void onOpened(const Message& message, Time now);
    bool admits(const Message& message, Time now);
    void onCallTaken(const Message& message, std::uint16_t session, Time now);
    void onStop(const Message& message);
    void onCallEnded(const Message& message, std::uint16_t session, Time now);
    void onForeignCall(const Message& message, Time now);
    void end(EndKind kind, std::string text);
    void sendStop(const ResultCode& code, Time now);
    void sendCallEnd(std::uint16_t peerSession, std::uint16_t ours, const ResultCode& code, Time now);
    void finish();
    bool open() const;
    void keepAlive(Time now);
    std::optional<Time> helloDue() const;
    std::optional<Time> lostAt() const;

    LacSettings settings_;
    Channel channel_;
    Stage state_ = Stage::Idle;
    std::uint16_t peerTunnel_ = 0, peerSession_ = 0;
    bool answeredChallenge_ = false;
    bool asked_ = false; ///< a HELLO is under way
    bool ended_ = false;
    Time heard_{0}, started_{0};
    std::optional<Time> roundTrip_;
    std::optional<Time> patience_;
    std::vector<LacEvent> events_;
};

} // namespace ppp::l2tp
