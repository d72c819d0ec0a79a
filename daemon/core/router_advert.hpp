// SPDX-License-Identifier: LGPL-2.1-or-later
// Router advertisements as bytes, from whoever is at the other end; pure.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

namespace ppp::core {

/// Of RFC 4861 section 4.2, what is of use here.
struct RouterAdvert {
    std::chrono::seconds lifetime{0}; ///< as a default router; 0: it is none
};

/// The ICMPv6 message without its IPv6 header; nothing unless it passes RFC 4861 section 6.1.2 (the checksum
/// is the kernel's). `hopLimit` and `source` are those of its packet.
std::optional<RouterAdvert> readRouterAdvert(std::span<const std::uint8_t> message, int hopLimit,
                                             const std::array<std::uint8_t, 16>& source);

/// A router solicitation without options (a PPP link has no link-layer addresses); the checksum is the
/// kernel's.
std::array<std::uint8_t, 8> routerSolicitation();

} // namespace ppp::core
