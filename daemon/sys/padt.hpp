// SPDX-License-Identifier: LGPL-2.1-or-later
// Ends a PPPoE session on behalf of an engine that can no longer do it.
#pragma once

#include <cstdint>
#include <string>

#include "core/engine_event.hpp"

namespace ppp::sys {

/// Sends one PADT (RFC 2516 §5.5) from the interface's own address. Empty, or why that was not possible;
/// `session` is 1–65535.
std::string sendPadt(const std::string& interface, const core::MacAddress& peer, std::uint32_t session);

} // namespace ppp::sys
