// SPDX-License-Identifier: LGPL-2.1-or-later
// One tunnel with one call, then it is used up.
#include "support/small_lns.hpp"

#include <algorithm>
#include <array>

namespace ppp::test {

using namespace l2tp;

namespace {

constexpr std::array<std::uint8_t, 16> kChallenge{9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 11, 12, 13, 14, 15, 16};
constexpr std::array<std::uint8_t, 5> kRandomVector{1, 2, 3, 4, 5};

Bytes bytesOf(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

} // namespace

void SmallLns::receive(Bytes datagram, Time now) {
    const auto header = readHeader(datagram);
    if (!header || (header->tunnel != settings_.tunnel && header->tunnel != 0)) {
        return;
    }
    for (const auto& delivery : channel_.receive(*header, now)) {
        const auto read = readMessage(delivery.body, bytesOf(settings_.secret));
        const auto* message = std::get_if<Message>(&read);
        if (message == nullptr) {
            continue;
        }
        seen_.push_back(message->type);
        switch (static_cast<MessageType>(message->type)) {
        case MessageType::Sccrq:
            onRequest(*message, now);
            break;
        case MessageType::Scccn:
            authentic_ = settings_.secret.empty() ||
                         (message->response &&
                          *message->response ==
                              challengeResponse(MessageType::Scccn, bytesOf(settings_.secret), kChallenge));
            if (!authentic_) {
                stop({result::kStopNotAuthorized, std::nullopt, {}}, now);
            }
            break;
        case MessageType::Icrq:
            onCall(*message, now);
            break;
        case MessageType::StopCcn:
            stopped_ = message->result;
            channel_.acknowledge();
            break;
        case MessageType::Cdn:
            callEnded_ = message->result;
            break;
        default:
            break;
        }
    }
}

void SmallLns::onRequest(const Message& message, Time now) {
    peerTunnel_ = message.tunnel.value_or(0);
    channel_.setPeerTunnel(peerTunnel_);
    channel_.setWindow(message.window.value_or(Channel::kDefaultWindow));
    if (settings_.stop) {
        stop(*settings_.stop, now);
        return;
    }
    MessageWriter reply(MessageType::Sccrp);
    reply.number16(Attribute::ProtocolVersion, settings_.version)
        .number32(Attribute::FramingCapabilities, 3)
        .text(Attribute::HostName, settings_.hostName);
    if (settings_.hidden) {
        const std::array<std::uint8_t, 2> number{static_cast<std::uint8_t>(settings_.tunnel >> 8),
                                                 static_cast<std::uint8_t>(settings_.tunnel & 255)};
        const auto type = static_cast<std::uint16_t>(Attribute::AssignedTunnel);
        reply.bytes(Attribute::RandomVector, kRandomVector)
            .raw(MessageWriter::kMandatory | MessageWriter::kHidden, 0, type,
                 hide(type, bytesOf(settings_.secret), kRandomVector, number, 7));
    } else {
        reply.number16(Attribute::AssignedTunnel, settings_.tunnel);
    }
    if (settings_.window) {
        reply.number16(Attribute::ReceiveWindow, *settings_.window);
    }
    if (!settings_.secret.empty()) {
        reply.bytes(Attribute::Challenge, kChallenge);
        if (message.challenge) {
            const Response proof =
                challengeResponse(MessageType::Sccrp, bytesOf(settings_.secret), *message.challenge);
            reply.bytes(Attribute::ChallengeResponse, proof);
        }
    }
    send(reply, false, now);
}

void SmallLns::onCall(const Message& message, Time now) {
    if (!authentic_) {
        return;
    }
    peerSession_ = message.session.value_or(0);
    if (settings_.cdn) {
        endCall(*settings_.cdn, now);
        return;
    }
    MessageWriter reply(MessageType::Icrp);
    reply.number16(Attribute::AssignedSession, settings_.session);
    send(reply, true, now);
}

void SmallLns::send(MessageWriter& message, bool toCall, Time now) {
    channel_.send(toCall ? peerSession_ : std::uint16_t{0}, message.take(), now);
}

void SmallLns::hello(Time now) {
    MessageWriter message(MessageType::Hello);
    send(message, false, now);
}

void SmallLns::stop(const ResultCode& code, Time now) {
    MessageWriter message(MessageType::StopCcn);
    message.number16(Attribute::AssignedTunnel, settings_.tunnel).result(code);
    send(message, false, now);
}

void SmallLns::endCall(const ResultCode& code, Time now) {
    MessageWriter message(MessageType::Cdn);
    message.result(code).number16(Attribute::AssignedSession, settings_.session);
    send(message, true, now);
}

int SmallLns::count(MessageType type) const {
    return static_cast<int>(std::count(seen_.begin(), seen_.end(), static_cast<std::uint16_t>(type)));
}

} // namespace ppp::test
