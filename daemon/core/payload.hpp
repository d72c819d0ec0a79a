// SPDX-License-Identifier: LGPL-2.1-or-later
// More than the usual 1492 bytes over PPPoE (RFC 4638): whether a profile asks for it, and what came of that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/ports.hpp"
#include "core/profile.hpp"
#include "core/record.hpp"

namespace ppp::core {

constexpr std::uint32_t kPppoeOverhead = 8; ///< bytes of each frame, RFC 2516 section 7

/// The bytes that the server is asked for, in both directions; 0 where 1492 or less are wanted, or it is no
/// PPPoE.
std::uint32_t largePayload(const Profile& profile);

/// Why a link that is up carries less than that, for a person; empty where it does not. `port` is what it is
/// dialled on.
std::string payloadTrouble(const Profile& profile, const LinkFacts& facts, const std::optional<Link>& port);

} // namespace ppp::core
