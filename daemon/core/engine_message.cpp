// SPDX-License-Identifier: LGPL-2.1-or-later
// The engine socket's datagrams: fields are gathered by tag first, then each kind takes what it needs.
#include "core/engine_message.hpp"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <map>
#include <stdexcept>

#include "core/limits.hpp"
#include "core/text.hpp"
#include "plugin/message.h"

namespace ppp::core {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kHeader = 2;
constexpr std::size_t kFieldHeader = 4;
constexpr std::size_t kInterfaceName = 15; // IFNAMSIZ less its terminator
static_assert(PPPM_MAX_SECRET == limits::kSecretSize && PPPM_MAX_TEXT == limits::kPeerText);

std::uint16_t u16(Bytes bytes) {
    std::uint16_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

/// The fields of one datagram. A getter for a field that is missing or malformed notes it: ask ok() at the
/// end.
class Fields {
public:
    explicit Fields(Bytes rest) {
        while (!rest.empty()) {
            if (rest.size() < kFieldHeader) {
                ok_ = false;
                return;
            }
            const std::uint16_t tag = u16(rest);
            const std::uint16_t length = u16(rest.subspan(2));
            rest = rest.subspan(kFieldHeader);
            if (length > rest.size()) {
                ok_ = false;
                return;
            }
            fields_.emplace(tag, rest.first(length));
            rest = rest.subspan(length);
        }
    }

    bool ok() const { return ok_; }
    void require(bool condition) { ok_ = ok_ && condition; }

    std::uint32_t number(pppm_tag tag) {
        std::uint32_t value = 0;
        if (const auto bytes = one(tag, sizeof value)) {
            std::memcpy(&value, bytes->data(), sizeof value);
        }
        return value;
    }

    std::uint32_t numberOr(pppm_tag tag, std::uint32_t absent) {
        return fields_.contains(tag) ? number(tag) : absent;
    }

    template <std::size_t Size> std::array<std::uint8_t, Size> octets(pppm_tag tag) {
        std::array<std::uint8_t, Size> value{};
        if (const auto bytes = one(tag, Size)) {
            std::copy(bytes->begin(), bytes->end(), value.begin());
        }
        return value;
    }

    std::vector<std::array<std::uint8_t, 4>> addresses(pppm_tag tag) {
        std::vector<std::array<std::uint8_t, 4>> out;
        const auto [first, last] = fields_.equal_range(tag);
        for (auto at = first; at != last; ++at) {
            auto& address = out.emplace_back();
            ok_ = ok_ && at->second.size() == address.size() && out.size() <= limits::kDnsServers;
            if (!ok_) {
                return {};
            }
            std::copy(at->second.begin(), at->second.end(), address.begin());
        }
        return out;
    }

    /// Empty where there is none; cut to what is kept of a peer's text.
    std::string text(pppm_tag tag) {
        const auto count = fields_.count(tag);
        ok_ = ok_ && count <= 1;
        if (count == 0) {
            return {};
        }
        const Bytes bytes = fields_.find(tag)->second;
        const Bytes kept = bytes.first(std::min(bytes.size(), limits::kPeerText));
        return {kept.begin(), kept.end()};
    }

    std::string interface() {
        std::string name = text(PPPM_T_INTERFACE);
        ok_ = ok_ && !name.empty() && name.size() <= kInterfaceName && text::isUtf8(name) &&
              !text::hasControl(name) && name.find('/') == std::string::npos;
        return name;
    }

private:
    std::optional<Bytes> one(pppm_tag tag, std::size_t size) {
        if (fields_.count(tag) != 1 || fields_.find(tag)->second.size() != size) {
            ok_ = false;
            return std::nullopt;
        }
        return fields_.find(tag)->second;
    }

    std::multimap<std::uint16_t, Bytes> fields_;
    bool ok_ = true;
};

EngineEvent readIp4(Fields& f) {
    return engine::Ip4Up{f.interface(),
                         f.number(PPPM_T_IFINDEX),
                         f.octets<4>(PPPM_T_LOCAL),
                         f.octets<4>(PPPM_T_PEER),
                         f.addresses(PPPM_T_DNS),
                         f.number(PPPM_T_MTU)};
}

EngineEvent readDemand(Fields& f) {
    return engine::DemandReady{f.interface(), f.number(PPPM_T_IFINDEX), f.octets<4>(PPPM_T_LOCAL),
                               f.octets<4>(PPPM_T_PEER), f.number(PPPM_T_MTU)};
}

EngineEvent readIp6(Fields& f) {
    return engine::Ip6Up{f.interface(), f.number(PPPM_T_IFINDEX), f.octets<8>(PPPM_T_LOCAL_ID),
                         f.octets<8>(PPPM_T_PEER_ID), f.number(PPPM_T_MTU)};
}

EngineEvent readAuth(Fields& f) {
    return engine::Auth{f.number(PPPM_T_AUTH_PROTOCOL), f.number(PPPM_T_VERDICT), f.text(PPPM_T_TEXT),
                        f.numberOr(PPPM_T_CHAP_DIGEST, 0)};
}

EngineEvent readPeerAuth(Fields& f) {
    return engine::PeerAuth{f.number(PPPM_T_AUTH_PROTOCOL), f.number(PPPM_T_VERDICT), f.text(PPPM_T_TEXT),
                            f.numberOr(PPPM_T_CHAP_DIGEST, 0)};
}

/// A word of the table, but not that nothing failed.
Reason readReason(Fields& f) {
    const auto reason = reasonFromWire(f.text(PPPM_T_REASON));
    f.require(reason && *reason != Reason::None);
    return reason.value_or(Reason::None);
}

std::vector<std::uint8_t> readAddress(Fields& f) {
    const std::string bytes = f.text(PPPM_T_ADDRESS);
    f.require(bytes.size() == 4 || bytes.size() == 16);
    return {bytes.begin(), bytes.end()};
}

engine::PinResult readPinResult(Fields& f) {
    const std::uint32_t verdict = f.number(PPPM_T_VERDICT);
    f.require(verdict == PPPM_VERDICT_ACCEPTED || verdict == PPPM_VERDICT_REFUSED);
    return {verdict == PPPM_VERDICT_ACCEPTED, f.text(PPPM_T_TEXT)};
}

/// What only an engine program of ours says.
std::optional<EngineEvent> readProgramKind(std::uint8_t kind, Fields& f) {
    switch (kind) {
    case PPPM_TUNNEL:
        return engine::Tunnel{f.number(PPPM_T_TUNNEL_ID), f.number(PPPM_T_PEER_TUNNEL_ID),
                              f.text(PPPM_T_HOST_NAME)};
    case PPPM_FAILURE:
        return engine::Failure{readReason(f), f.text(PPPM_T_TEXT), f.numberOr(PPPM_T_PASSING, 0) != 0};
    case PPPM_PIN_WANTED:
        return engine::PinWanted{};
    case PPPM_PIN_RESULT:
        return readPinResult(f);
    case PPPM_SERVER:
        return engine::Server{readAddress(f)};
    case PPPM_MODEM:
        return engine::Modem{f.text(PPPM_T_TEXT)};
    default: // SECRETS, ECHO, DEBUG, REPEAT, PIN, PINNED and READY go the other way
        return std::nullopt;
    }
}

std::optional<EngineEvent> readKind(std::uint8_t kind, Fields& f) {
    switch (kind) {
    case PPPM_HELLO:
        return engine::Hello{f.number(PPPM_T_PID), f.text(PPPM_T_TEXT)};
    case PPPM_PHASE:
        return engine::PhaseChange{f.number(PPPM_T_PHASE)};
    case PPPM_SECRETS_WANTED:
        return engine::SecretsWanted{};
    case PPPM_AUTH:
        return readAuth(f);
    case PPPM_IP4:
        return readIp4(f);
    case PPPM_IP4_DOWN:
        return engine::Ip4Down{};
    case PPPM_IP6:
        return readIp6(f);
    case PPPM_IP6_DOWN:
        return engine::Ip6Down{};
    case PPPM_LCP:
        return engine::LcpUp{f.number(PPPM_T_MRU), f.number(PPPM_T_PEER_MRU)};
    case PPPM_LCP_TERMINATED:
        return engine::LcpTerminated{f.text(PPPM_T_TEXT)};
    case PPPM_SESSION:
        return engine::Session{f.number(PPPM_T_SESSION_ID), f.octets<6>(PPPM_T_PEER_MAC),
                               f.text(PPPM_T_AC_NAME), f.numberOr(PPPM_T_MAX_PAYLOAD, 0)};
    case PPPM_DISCOVERY:
        return engine::Discovery{f.octets<6>(PPPM_T_PEER_MAC), f.text(PPPM_T_AC_NAME)};
    case PPPM_DISCOVERY_ERROR:
        return engine::DiscoveryError{f.number(PPPM_T_ERROR_TAG), f.octets<6>(PPPM_T_PEER_MAC),
                                      f.text(PPPM_T_TEXT)};
    case PPPM_PROTOCOL_REJECTED:
        return engine::ProtocolRejected{f.number(PPPM_T_PROTOCOL)};
    case PPPM_EXIT:
        return engine::Exit{f.number(PPPM_T_STATUS)};
    case PPPM_ECHO_REPLY:
        return engine::EchoReply{f.number(PPPM_T_MICROSECONDS)};
    case PPPM_PEER_AUTH:
        return readPeerAuth(f);
    case PPPM_LCP_CLOSED:
        return engine::LcpClosed{f.text(PPPM_T_TEXT)};
    case PPPM_DAMAGED:
        return engine::Damaged{f.number(PPPM_T_COUNT)};
    case PPPM_DEMAND:
        return readDemand(f);
    case PPPM_READY_WANTED:
        return engine::ReadyWanted{f.interface(), f.number(PPPM_T_IFINDEX)};
    default:
        return readProgramKind(kind, f);
    }
}

/// Values that no engine of this version can mean.
bool plausible(const EngineEvent& event) {
    if (const auto* auth = std::get_if<engine::Auth>(&event)) {
        return auth->verdict <= PPPM_VERDICT_DECLINED;
    }
    if (const auto* peer = std::get_if<engine::PeerAuth>(&event)) {
        return peer->verdict <= PPPM_VERDICT_STRANGER && peer->verdict != PPPM_VERDICT_DECLINED;
    }
    if (const auto* ip4 = std::get_if<engine::Ip4Up>(&event)) {
        return ip4->index != 0;
    }
    if (const auto* ip6 = std::get_if<engine::Ip6Up>(&event)) {
        return ip6->index != 0;
    }
    if (const auto* demand = std::get_if<engine::DemandReady>(&event)) {
        return demand->index != 0;
    }
    if (const auto* wanted = std::get_if<engine::ReadyWanted>(&event)) {
        return wanted->index != 0;
    }
    if (const auto* echo = std::get_if<engine::EchoReply>(&event)) {
        return echo->microseconds > 0 && echo->microseconds <= PPPM_MAX_ROUND_TRIP;
    }
    return true;
}

void appendField(std::vector<std::uint8_t>& out, pppm_tag tag, std::string_view bytes) {
    const auto number = [&](std::uint16_t value) {
        std::array<std::uint8_t, 2> raw{};
        std::memcpy(raw.data(), &value, sizeof value);
        out.insert(out.end(), raw.begin(), raw.end());
    };
    number(static_cast<std::uint16_t>(tag));
    number(static_cast<std::uint16_t>(bytes.size()));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

struct SecretField {
    pppm_tag tag;
    std::optional<std::string_view> bytes;
};

std::vector<std::uint8_t> secretMessage(pppm_kind kind, std::initializer_list<SecretField> fields) {
    std::vector<std::uint8_t> out;
    // Never grows: no copy of a secret stays behind.
    out.reserve(kHeader + fields.size() * (kFieldHeader + PPPM_MAX_SECRET));
    out.push_back(PPPM_VERSION);
    out.push_back(static_cast<std::uint8_t>(kind));
    for (const auto& field : fields) {
        if (field.bytes && field.bytes->size() > limits::kSecretSize) {
            explicit_bzero(out.data(), out.size());
            throw std::length_error("secret too long for the engine");
        }
        if (field.bytes) {
            appendField(out, field.tag, *field.bytes);
        }
    }
    return out;
}

} // namespace

std::optional<EngineEvent> decodeEngineMessage(std::span<const std::uint8_t> datagram) {
    if (datagram.size() < kHeader || datagram.size() > PPPM_MAX_DATAGRAM || datagram[0] != PPPM_VERSION) {
        return std::nullopt;
    }
    Fields fields(datagram.subspan(kHeader));
    if (!fields.ok()) {
        return std::nullopt;
    }
    auto event = readKind(datagram[1], fields);
    if (!fields.ok() || !event || !plausible(*event)) {
        return std::nullopt;
    }
    return event;
}

std::vector<std::uint8_t> encodeSecrets(std::optional<std::string_view> password,
                                        std::optional<std::string_view> tunnelSecret,
                                        std::optional<std::string_view> peerSecret) {
    return secretMessage(PPPM_SECRETS, {{PPPM_T_PASSWORD, password},
                                        {PPPM_T_TUNNEL_SECRET, tunnelSecret},
                                        {PPPM_T_PEER_SECRET, peerSecret}});
}

std::vector<std::uint8_t> encodePin(std::optional<std::string_view> pin) {
    return secretMessage(PPPM_PIN, {{PPPM_T_PIN, pin}});
}

std::vector<std::uint8_t> encodePinned(std::span<const std::uint8_t> address) {
    std::vector<std::uint8_t> out{PPPM_VERSION, PPPM_PINNED};
    appendField(out, PPPM_T_ADDRESS, {reinterpret_cast<const char*>(address.data()), address.size()});
    return out;
}

std::vector<std::uint8_t> encodeReady() {
    return {PPPM_VERSION, PPPM_READY};
}

std::vector<std::uint8_t> encodeEcho() {
    return {PPPM_VERSION, PPPM_ECHO};
}

std::vector<std::uint8_t> encodeRepeat() {
    return {PPPM_VERSION, PPPM_REPEAT};
}

std::vector<std::uint8_t> encodeDebug(bool enabled) {
    std::vector<std::uint8_t> out{PPPM_VERSION, PPPM_DEBUG};
    const std::uint32_t value = enabled ? 1 : 0;
    appendField(out, PPPM_T_ENABLED, {reinterpret_cast<const char*>(&value), sizeof value});
    return out;
}

} // namespace ppp::core
