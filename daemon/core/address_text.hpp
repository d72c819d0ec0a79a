// SPDX-License-Identifier: LGPL-2.1-or-later
// Raw addresses as text.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "core/engine_event.hpp"

namespace ppp::core {

/// Textual addresses of raw ones.
std::string showAddress(const std::array<std::uint8_t, 4>& address);
/// fe80:: with this interface identifier (RFC 4291 section 2.5.6).
std::string showLinkLocal(const std::array<std::uint8_t, 8>& identifier);
std::string showMac(const MacAddress& mac);

} // namespace ppp::core
