// SPDX-License-Identifier: LGPL-2.1-or-later
// Bytes of the engine socket to values and back; pure. The format is plugin/message.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/engine_event.hpp"

namespace ppp::core {

/// Nothing where the datagram is malformed, of another version, of an unknown kind, or lacks a field its kind
/// needs. All fields that plugin/message.h names with a kind are needed, but for TEXT, AC_NAME, DNS and
/// CHAP_DIGEST. Unknown tags are skipped, a needed one that stands twice is malformed.
std::optional<EngineEvent> decodeEngineMessage(std::span<const std::uint8_t> datagram);

/// The answer to SecretsWanted; no field for what there is not. The caller wipes the bytes. Throws
/// std::length_error for more than limits::kSecretSize bytes: half a password would only lock the account.
std::vector<std::uint8_t> encodeSecrets(std::optional<std::string_view> password,
                                        std::optional<std::string_view> tunnelSecret = std::nullopt,
                                        std::optional<std::string_view> peerSecret = std::nullopt);
/// The answer to PinWanted, as encodeSecrets.
std::vector<std::uint8_t> encodePin(std::optional<std::string_view> pin);

/// The answer to a Server of this address.
std::vector<std::uint8_t> encodePinned(std::span<const std::uint8_t> address);

/// The answer to a ReadyWanted.
std::vector<std::uint8_t> encodeReady();

/// The question for an EchoReply.
std::vector<std::uint8_t> encodeEcho();
/// The wish that the engine says again how things stand: session, phase, addresses.
std::vector<std::uint8_t> encodeRepeat();
/// Whether the engine logs its packets from now on.
std::vector<std::uint8_t> encodeDebug(bool enabled);

} // namespace ppp::core
