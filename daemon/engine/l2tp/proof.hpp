// SPDX-License-Identifier: LGPL-2.1-or-later
// What is computed with a tunnel secret: the answer to a challenge, and the clear text of hidden attributes.
// MD5 is what the protocol has; it comes from libcrypto.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/l2tp/protocol.hpp"

namespace ppp::l2tp {

using Response = std::array<std::uint8_t, 16>;

/// RFC 2661 section 5.1.1; `carrier` is the message that carries the response. Throws std::runtime_error
/// where the machine's libcrypto refuses MD5.
Response challengeResponse(MessageType carrier, Bytes secret, Bytes challenge);

/// Compares without telling by its time where they differ.
bool sameResponse(const Response& a, const Response& b);

/// RFC 2661 section 4.3: the value behind a hidden one. Nothing where the length inside does not fit, which a
/// wrong secret gives most of the time.
std::optional<std::vector<std::uint8_t>> unhide(std::uint16_t attribute, Bytes secret, Bytes randomVector,
                                                Bytes hidden);

/// The other way round, with `padding` (up to 16 bytes of zero) at its end; `value` of up to 1000 bytes.
std::vector<std::uint8_t> hide(std::uint16_t attribute, Bytes secret, Bytes randomVector, Bytes value,
                               std::size_t padding);

} // namespace ppp::l2tp
