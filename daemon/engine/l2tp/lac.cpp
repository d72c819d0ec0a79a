// SPDX-License-Identifier: LGPL-2.1-or-later
// Both state machines in one: there is one call, and the tunnel is there for it alone.
#include "engine/l2tp/lac.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace ppp::l2tp {
namespace {

constexpr std::uint16_t kProtocol = 0x0100;     // version 1, revision 0 of RFC 2661
constexpr std::uint32_t kFraming = 3;           // synchronous and asynchronous
constexpr std::uint32_t kSynchronous = 1;       // what pppd speaks over the kernel's sessions
constexpr std::uint32_t kSpeed = 1'000'000'000; // bit/s; there is no line whose speed it could be
constexpr const char* kVendor = "ppp-manager";

/// For the end: the peer answers soon or not at all.
constexpr Pace kHurry{std::chrono::milliseconds(250), std::chrono::milliseconds(250), 8};

/// A short interval must hold more than one try.
Pace paceFor(Time helloInterval) {
    Pace pace;
    if (helloInterval.count() > 0) {
        pace.first = std::clamp<Time>(helloInterval / 8, std::chrono::milliseconds(100), pace.first);
    }
    return pace;
}

/// A refusal whose words or code say that it is about who we are.
bool aboutIdentity(const ResultCode& code) {
    std::string words;
    for (const char c : code.message) {
        words += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return code.result == result::kStopNotAuthorized || words.find("authent") != std::string::npos ||
           words.find("challenge") != std::string::npos;
}

} // namespace

Lac::Lac(LacSettings settings) : settings_(std::move(settings)) {
    channel_.setPace(settings_.connecting);
}

void Lac::start(Time now) {
    if (state_ != Stage::Idle) {
        return;
    }
    MessageWriter message(MessageType::Sccrq);
    message.number16(Attribute::ProtocolVersion, kProtocol)
        .text(Attribute::HostName, settings_.hostName)
        .number32(Attribute::FramingCapabilities, kFraming)
        .number16(Attribute::AssignedTunnel, settings_.tunnel)
        .number16(Attribute::ReceiveWindow, Channel::kOurWindow)
        .text(Attribute::VendorName, kVendor, false);
    if (!settings_.secret.empty()) {
        message.bytes(Attribute::Challenge, settings_.challenge);
    }
    state_ = Stage::Asked;
    started_ = now;
    patience_ = now + settings_.connecting.span();
    channel_.send(0, message.take(), now);
}

/// Before the tunnel is open a server that refuses may not know our number.
void Lac::receive(Bytes datagram, Time now) {
    const auto header = readHeader(datagram);
    const bool early = state_ == Stage::Asked && header && header->tunnel == 0;
    if (!header || state_ == Stage::Idle || state_ == Stage::Done ||
        (header->tunnel != settings_.tunnel && !early)) {
        return;
    }
    heard_ = now;
    asked_ = false;
    for (const Channel::Delivery& delivery : channel_.receive(*header, now)) {
        if (state_ != Stage::Done) {
            deliver(delivery, now);
        }
    }
    if (state_ == Stage::Closing && channel_.settled()) {
        channel_.acknowledge();
        finish();
    }
}

void Lac::deliver(const Channel::Delivery& delivery, Time now) {
    const auto read = readMessage(delivery.body, settings_.secret);
    if (const auto* flaw = std::get_if<Flaw>(&read)) {
        onFlaw(*flaw, now);
        return;
    }
    const auto& message = std::get<Message>(read);
    switch (static_cast<MessageType>(message.type)) {
    case MessageType::Sccrp:
        onOpened(message, now);
        break;
    case MessageType::Icrp:
        onCallTaken(message, delivery.session, now);
        break;
    case MessageType::StopCcn:
        onStop(message);
        break;
    case MessageType::Cdn:
        onCallEnded(message, delivery.session, now);
        break;
    case MessageType::Ocrq:
    case MessageType::Icrq:
        onForeignCall(message, now);
        break;
    case MessageType::Hello:
    case MessageType::Wen:
    case MessageType::Sli:
        break;
    case MessageType::Sccrq:
    case MessageType::Scccn:
    case MessageType::Ocrp:
    case MessageType::Occn:
    case MessageType::Iccn:
        onFlaw({error::kNone, messageName(message.type) + " is no message for a client", message.type}, now);
        break;
    default:
        if (message.mustKnow) {
            onFlaw({error::kUnknownAttribute, messageName(message.type) + " is unknown", message.type}, now);
        }
        break;
    }
}

void Lac::onFlaw(const Flaw& flaw, Time now) {
    if (flaw.type == static_cast<std::uint16_t>(MessageType::StopCcn)) {
        onStop({});
        return;
    }
    if (state_ == Stage::Closing) {
        return;
    }
    if (flaw.hidden && state_ == Stage::Asked) { // it is the secret that hides it
        if (settings_.secret.empty()) {
            end(EndKind::SecretMissing, "the tunnel server hides what it says by a tunnel secret and none is "
                                        "stored");
        } else {
            end(EndKind::SecretWrong, "the tunnel server hides what it says by another tunnel secret");
        }
        sendStop({result::kStopNotAuthorized, std::nullopt, "tunnel secret"}, now);
        return;
    }
    end(EndKind::Broken, "what the tunnel server sent cannot be used: " +
                             (flaw.type != 0 ? messageName(flaw.type) + ": " : std::string()) + flaw.text);
    const bool known = flaw.error != error::kNone;
    sendStop({known ? result::kStopError : result::kStopState,
              known ? std::optional(flaw.error) : std::nullopt, flaw.text},
             now);
}

void Lac::onOpened(const Message& message, Time now) {
    if (state_ != Stage::Asked) {
        onFlaw({error::kNone, "the tunnel is open already", message.type}, now);
        return;
    }
    if (!message.tunnel || !message.hostName || !message.version) {
        onFlaw({error::kVendor, "a needed attribute is missing", message.type}, now);
        return;
    }
    if (now - started_ < settings_.connecting.first) {
        roundTrip_ = now - started_;
    }
    peerTunnel_ = *message.tunnel;
    channel_.setPeerTunnel(peerTunnel_);
    channel_.setWindow(message.window.value_or(Channel::kDefaultWindow));
    if (*message.version >> 8 != kProtocol >> 8) {
        end(EndKind::Broken, "the tunnel server speaks another version of L2TP");
        sendStop({result::kStopVersion, kProtocol, {}}, now);
        return;
    }
    if (!admits(message, now)) {
        return;
    }
    MessageWriter connected(MessageType::Scccn);
    if (message.challenge) {
        const Response proof = challengeResponse(MessageType::Scccn, settings_.secret, *message.challenge);
        connected.bytes(Attribute::ChallengeResponse, proof);
        answeredChallenge_ = true;
    }
    channel_.setPace(paceFor(settings_.helloInterval));
    channel_.send(0, connected.take(), now);
    MessageWriter call(MessageType::Icrq);
    call.number16(Attribute::AssignedSession, settings_.session)
        .number32(Attribute::CallSerialNumber, settings_.callSerial);
    channel_.send(0, call.take(), now);
    state_ = Stage::Calling;
    patience_ = now + kCallPatience;
    events_.emplace_back(TunnelOpened{peerTunnel_, *message.hostName});
}

/// Both proofs: the server's answer to our challenge, and that we can answer its own.
bool Lac::admits(const Message& message, Time now) {
    if (!settings_.secret.empty()) {
        const Response proof = challengeResponse(MessageType::Sccrp, settings_.secret, settings_.challenge);
        if (!message.response || !sameResponse(*message.response, proof)) {
            end(EndKind::SecretWrong, message.response ? "the tunnel server has another tunnel secret"
                                                       : "the tunnel server did not prove that it knows the "
                                                         "tunnel secret");
            sendStop({result::kStopNotAuthorized, std::nullopt, "tunnel secret"}, now);
            return false;
        }
    } else if (message.challenge) {
        end(EndKind::SecretMissing, "the tunnel server asks for a tunnel secret and none is stored");
        sendStop({result::kStopNotAuthorized, std::nullopt, "tunnel secret"}, now);
        return false;
    }
    return true;
}

void Lac::onCallTaken(const Message& message, std::uint16_t session, Time now) {
    if (state_ == Stage::Closing) {
        return;
    }
    if (state_ != Stage::Calling || session != settings_.session) {
        onFlaw({error::kNone, "no call of that number is asked for", message.type}, now);
        return;
    }
    if (!message.session || *message.session == 0) {
        onFlaw({error::kVendor, "a needed attribute is missing", message.type}, now);
        return;
    }
    peerSession_ = *message.session;
    state_ = Stage::Ringing;
    patience_.reset();
    events_.emplace_back(CallTaken{peerSession_});
}

void Lac::callReady(Time now) {
    if (state_ != Stage::Ringing) {
        return;
    }
    MessageWriter message(MessageType::Iccn);
    message.number32(Attribute::ConnectSpeed, kSpeed).number32(Attribute::FramingKind, kSynchronous);
    channel_.send(peerSession_, message.take(), now);
    state_ = Stage::Standing;
}

void Lac::onStop(const Message& message) {
    const ResultCode code = message.result.value_or(ResultCode{});
    const std::string words = message.result ? describeStop(code) : "without a reason";
    if (state_ == Stage::Standing) {
        end(EndKind::PeerEnded, "the tunnel server closed the tunnel: " + words);
    } else if (answeredChallenge_ && state_ == Stage::Calling && aboutIdentity(code)) {
        end(EndKind::SecretWrong, "the tunnel server did not accept the tunnel secret: " + words);
    } else {
        end(EndKind::Refused, "the tunnel server refused the tunnel: " + words);
    }
    channel_.acknowledge();
    finish();
}

void Lac::onCallEnded(const Message& message, std::uint16_t session, Time now) {
    const bool ours = session == settings_.session || (session == 0 && state_ == Stage::Calling);
    if (!ours || state_ == Stage::Closing) {
        return;
    }
    const std::string words = message.result ? describeCall(*message.result) : "without a reason";
    if (state_ == Stage::Standing) {
        end(EndKind::PeerEnded, "the tunnel server ended the call: " + words);
    } else {
        end(EndKind::CallRefused, "the tunnel server refused the call: " + words);
    }
    peerSession_ = 0;
    sendStop({result::kStopRequest, std::nullopt, {}}, now);
}

/// A call that the server wants to place or to hand to us: there is nobody here to take it.
void Lac::onForeignCall(const Message& message, Time now) {
    if (open() && message.session.value_or(0) != 0) {
        sendCallEnd(*message.session, 0, {result::kCallNoFacilities, std::nullopt, {}}, now);
    }
}

void Lac::unreachable(const std::string& why) {
    if (state_ == Stage::Asked) {
        end(EndKind::NoAnswer, "the tunnel server cannot be reached: " + why);
        finish();
    }
}

void Lac::close(const std::string& why, Time now) {
    if (state_ == Stage::Closing || state_ == Stage::Done) {
        return;
    }
    if (peerSession_ != 0) {
        sendCallEnd(peerSession_, settings_.session, {result::kCallAdministrative, std::nullopt, why}, now);
        peerSession_ = 0;
    }
    ended_ = true;
    sendStop({result::kStopRequest, std::nullopt, why}, now);
}

void Lac::end(EndKind kind, std::string text) {
    if (!std::exchange(ended_, true)) {
        events_.emplace_back(Ended{kind, std::move(text)});
    }
}

void Lac::sendCallEnd(std::uint16_t peerSession, std::uint16_t ours, const ResultCode& code, Time now) {
    MessageWriter message(MessageType::Cdn);
    message.result(code).number16(Attribute::AssignedSession, ours);
    channel_.send(peerSession, message.take(), now);
}

/// A server that is not known to be there is told nothing. One that answered without a number that could be
/// read is told once: by ours, for which RFC 2661 section 4.4.2 has the attribute.
void Lac::sendStop(const ResultCode& code, Time now) {
    if (state_ == Stage::Closing || state_ == Stage::Done) {
        return;
    }
    if (peerTunnel_ == 0 && !channel_.settled()) {
        finish();
        return;
    }
    MessageWriter message(MessageType::StopCcn);
    message.number16(Attribute::AssignedTunnel, settings_.tunnel).result(code);
    channel_.send(0, message.take(), now);
    channel_.hurry(kHurry, now);
    if (peerTunnel_ == 0) {
        finish();
        return;
    }
    state_ = Stage::Closing;
    patience_ = now + kEndPatience;
}

void Lac::finish() {
    if (state_ != Stage::Done) {
        state_ = Stage::Done;
        patience_.reset();
        events_.emplace_back(Finished{});
    }
}

bool Lac::open() const {
    return state_ == Stage::Calling || state_ == Stage::Ringing || state_ == Stage::Standing;
}

std::optional<Time> Lac::helloDue() const {
    if (!open() || asked_ || settings_.helloInterval.count() == 0) {
        return std::nullopt;
    }
    return heard_ + settings_.helloInterval / 2;
}

std::optional<Time> Lac::lostAt() const {
    if (!open() || settings_.helloInterval.count() == 0) {
        return std::nullopt;
    }
    return heard_ + settings_.helloInterval;
}

void Lac::keepAlive(Time now) {
    if (const auto due = helloDue(); due && now >= *due) {
        asked_ = true;
        channel_.send(0, MessageWriter(MessageType::Hello).take(), now);
    }
}

void Lac::tick(Time now) {
    channel_.tick(now);
    keepAlive(now);
    if (state_ == Stage::Closing) {
        if (now >= *patience_ || channel_.settled() || channel_.exhausted()) {
            finish();
        }
        return;
    }
    const bool silent = channel_.exhausted();
    if (state_ == Stage::Asked && (silent || (patience_ && now >= *patience_))) {
        end(EndKind::NoAnswer, "the tunnel server did not answer");
        finish();
    } else if (open() && (silent || (lostAt() && now >= *lostAt()))) {
        end(EndKind::Lost, "the tunnel server stopped answering");
        finish();
    } else if (state_ == Stage::Calling && patience_ && now >= *patience_) {
        end(EndKind::NoCall, "the tunnel server did not answer the call");
        sendStop({result::kStopRequest, std::nullopt, "call not answered"}, now);
    }
}

std::optional<Time> Lac::deadline() const {
    std::optional<Time> first;
    if (state_ == Stage::Done) {
        return first;
    }
    for (const auto& one : {channel_.deadline(), helloDue(), lostAt(), patience_}) {
        if (one && (!first || *one < *first)) {
            first = one;
        }
    }
    return first;
}

std::vector<LacEvent> Lac::takeEvents() {
    return std::exchange(events_, {});
}

} // namespace ppp::l2tp
