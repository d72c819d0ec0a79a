// SPDX-License-Identifier: LGPL-2.1-or-later
// Router advertisements as bytes, from whoever is at the other end; pure.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ppp::core {

/// Of RFC 4861 section 4.2, what is of use here.
struct RouterAdvert {
    struct Server {
        std::string address;              ///< as text; no loopback, no group
        std::chrono::seconds lifetime{0}; ///< 0: it is one no longer
        bool operator==(const Server&) const = default;
    };
    std::chrono::seconds lifetime{0}; ///< as a default router; 0: it is none
    std::vector<Server> servers; ///< of names (RFC 8106 section 5.1), as told, at most limits::kDnsServers
};

/// The ICMPv6 message without its IPv6 header; nothing unless it passes RFC 4861 section 6.1.2 (the checksum
/// is the kernel's). `hopLimit` and `source` are those of its packet.
std::optional<RouterAdvert> readRouterAdvert(std::span<const std::uint8_t> message, int hopLimit,
                                             const std::array<std::uint8_t, 16>& source);

/// A router solicitation without options (a PPP link has no link-layer addresses); the checksum is the
/// kernel's.
std::array<std::uint8_t, 8> routerSolicitation();

} // namespace ppp::core
