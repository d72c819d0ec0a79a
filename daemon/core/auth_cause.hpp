// SPDX-License-Identifier: LGPL-2.1-or-later
// Why authentication or encryption failed, in either direction, decided from what was seen of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/cause.hpp"

namespace ppp::core {

/// "PAP", "CHAP", "MS-CHAP", "MS-CHAPv2", "EAP"; empty for what is none of them. The digest counts with CHAP
/// alone (RFC 1994, 3 and RFC 2433, RFC 2759).
std::string methodName(std::uint32_t protocol, std::uint32_t digest);

void seeAuth(Sightings& seen, const engine::Auth& auth);
void seePeerAuth(Sightings& seen, const engine::PeerAuth& auth);

/// Where it was this: we were refused, or the peer did not prove who it is, or both sides agreed on no
/// way to authenticate. `status`: pppd's exit code.
std::optional<Cause> judgeAuth(const Sightings& seen, LinkType type, std::uint32_t status);

/// Where pppd ended the link for want of encryption.
std::optional<Cause> judgeEncryption(const Sightings& seen);

} // namespace ppp::core
