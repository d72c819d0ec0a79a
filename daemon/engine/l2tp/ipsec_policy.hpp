// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether the machine's IPsec policies protect what a tunnel would send: so that none is started in clear
// text where the profile forbids it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/l2tp/kernel_tunnel.hpp"

namespace ppp::l2tp {

/// One outbound policy of the kernel, as far as it matters here (struct xfrm_userpolicy_info, linux/xfrm.h).
struct IpsecPolicy {
    int family = 0; ///< AF_INET, AF_INET6; 0: both
    std::vector<std::uint8_t> from, to;
    std::uint8_t fromPrefix = 0, toPrefix = 0;                                ///< bits
    std::uint16_t fromPort = 0, fromPortMask = 0, toPort = 0, toPortMask = 0; ///< host order
    std::uint8_t protocol = 0;                                                ///< 0: any
    std::uint32_t priority = 0;                                               ///< lower wins
    bool encrypts = false; ///< allows, and demands that each packet goes into ESP
    bool special = false;  ///< for an interface or a mark: not for plain sockets
};

/// Addresses and ports of a connected UDP socket.
struct Flow {
    int family = 0;
    std::vector<std::uint8_t> from, to;
    std::uint16_t fromPort = 0, toPort = 0; ///< host order
};

/// Pure: the policy that the kernel would take for the flow is there and encrypts.
bool isProtected(const std::vector<IpsecPolicy>& policies, const Flow& flow);

/// The kernel's policies; empty with `error` where they cannot be had.
std::vector<IpsecPolicy> outboundPolicies(std::string& error);
/// Of a connected UDP socket; nothing where it is none.
std::optional<Flow> flowOf(int socket);

} // namespace ppp::l2tp
