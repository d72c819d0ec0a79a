// SPDX-License-Identifier: LGPL-2.1-or-later
// What an engine reports, as values; the bytes are decoded by engine_message.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/reason.hpp"

namespace ppp::core {

using MacAddress = std::array<std::uint8_t, 6>;

namespace engine {

/// All texts are raw bytes of the peer, cut to limits::kPeerText: run text::harmless over them before showing
/// them.
struct Hello {
    std::uint32_t pid;
    std::string version;
};
struct PhaseChange {
    std::uint32_t phase; ///< enum pppm_phase
};
struct SecretsWanted {};
struct Auth {
    std::uint32_t protocol; ///< 0xc023 PAP, 0xc223 CHAP, 0xc227 EAP
    std::uint32_t verdict;  ///< enum pppm_verdict
    std::string message;
    std::uint32_t digest = 0; ///< CHAP only
};
/// The other way round: the peer proves itself to us.
struct PeerAuth {
    std::uint32_t protocol;
    std::uint32_t verdict;
    std::string name; ///< as the peer calls itself
    std::uint32_t digest = 0;
};
struct Ip4Up {
    std::string interface;
    std::uint32_t index;
    std::array<std::uint8_t, 4> local, peer;
    std::vector<std::array<std::uint8_t, 4>> dns;
    std::uint32_t mtu;
};
struct Ip4Down {};
struct Ip6Up {
    std::string interface;
    std::uint32_t index;
    std::array<std::uint8_t, 8> localId, peerId;
    std::uint32_t mtu;
};
struct Ip6Down {};
struct LcpUp {
    std::uint32_t mru, peerMru;
};
struct LcpTerminated {
    std::string message;
};
/// pppd ends the link, with this word to the peer.
struct LcpClosed {
    std::string message;
};
struct Session {
    std::uint32_t id;
    MacAddress peer;
    std::string concentrator;
    std::uint32_t maxPayload = 0; ///< bytes that it granted (RFC 4638); 0: the usual 1492
};
struct Discovery {
    MacAddress peer;
    std::string concentrator;
};
struct DiscoveryError {
    std::uint32_t tag; ///< 0x0201 Service-Name-Error, 0x0202 AC-System-Error, 0x0203 Generic-Error (RFC 2516)
    MacAddress peer;
    std::string message;
};
struct ProtocolRejected {
    std::uint32_t protocol;
};
struct Exit {
    std::uint32_t status; ///< pppd(8), EXIT STATUS
};
struct EchoReply {
    std::uint32_t microseconds; ///< the round trip: 1 to PPPM_MAX_ROUND_TRIP
};
/// The interface waits for traffic, and will dial when some comes.
struct DemandReady {
    std::string interface;
    std::uint32_t index;
    std::array<std::uint8_t, 4> local, peer; ///< for the time being
    std::uint32_t mtu;
};
/// The interface is there; it gets no address before Engine::goOn(), or a few seconds without an answer.
struct ReadyWanted {
    std::string interface;
    std::uint32_t index;
};
/// The L2TP control connection is up.
struct Tunnel {
    std::uint32_t id, peerId;
    std::string host; ///< the peer's name for itself
};
/// Why the engine ends. A word that this version does not know does not decode.
struct Failure {
    Reason reason;
    std::string message; ///< words of modem or peer
    /// The machine was short of something (memory, descriptors, processes): worth another try whatever the
    /// reason.
    bool passing = false;
};
struct PinWanted {};
struct PinResult {
    bool accepted;
    std::string message;
};
/// The tunnel's server; nothing has been sent to it yet.
struct Server {
    std::vector<std::uint8_t> address; ///< 4 or 16 bytes
};
struct Modem {
    std::string message; ///< "CONNECT 115200"
};
/// Frames of this link that came in damaged: at least so many, the kernel does not notice each.
struct Damaged {
    std::uint32_t frames;
};

} // namespace engine

using EngineEvent =
    std::variant<engine::Hello, engine::PhaseChange, engine::SecretsWanted, engine::Auth, engine::Ip4Up,
                 engine::Ip4Down, engine::Ip6Up, engine::Ip6Down, engine::LcpUp, engine::LcpTerminated,
                 engine::Session, engine::Discovery, engine::DiscoveryError, engine::ProtocolRejected,
                 engine::Exit, engine::EchoReply, engine::Tunnel, engine::Failure, engine::PinWanted,
                 engine::PinResult, engine::Server, engine::Modem, engine::PeerAuth, engine::LcpClosed,
                 engine::Damaged, engine::DemandReady, engine::ReadyWanted>;

} // namespace ppp::core
