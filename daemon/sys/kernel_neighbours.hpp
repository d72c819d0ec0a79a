// SPDX-License-Identifier: LGPL-2.1-or-later
// Proxy ARP entries over rtnetlink.
#pragma once

#include <string>

#include "core/ports.hpp"
#include "sys/netlink_socket.hpp"

namespace ppp::sys {

/// Entries of ours carry core::kRouteProtocol (NDA_PROTOCOL). The kernel answers with them only where it
/// forwards on the interface and its route to the address leads elsewhere (net/ipv4/arp.c, arp_process).
class KernelNeighbours final : public core::Neighbours {
public:
    KernelNeighbours() = default; ///< throws std::system_error
    std::optional<core::ProxyEntry> placeFor(const std::string& address, std::string& error) override;
    /// Other where the kernel does not say: nothing is taken over. hindrance() then tells, once.
    Owner owner(const core::ProxyEntry& entry) override;
    bool add(const core::ProxyEntry& entry, std::string& error) override;
    bool remove(const core::ProxyEntry& entry, std::string& error) override;
    std::string hindrance(const core::ProxyEntry& entry) override;

private:
    NetlinkClient client_;
    std::string unlisted_; ///< why owner() could not tell
};

} // namespace ppp::sys
