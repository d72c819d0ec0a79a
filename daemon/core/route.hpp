// SPDX-License-Identifier: LGPL-2.1-or-later
// Routes, links and DNS settings as values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/profile.hpp"

namespace ppp::core {

/// rtm_protocol of every route that we add (rtnetlink(7)); free in iproute2's rt_protos.
inline constexpr std::uint8_t kRouteProtocol = 80;
inline constexpr std::uint32_t kMainTable = 254;

/// The first of the ways of a route. It is in Route::raw, too, which is what is compared.
struct FirstWay {
    std::string gateway;
    std::uint32_t interface = 0;
    bool operator==(const FirstWay&) const { return true; }
};

/// One route of the kernel. `raw` is the whole of it as the kernel gave it (struct rtmsg and all attributes),
/// so that a route of somebody else can be put back bit by bit; it is empty in a route we make ourselves.
struct Route {
    int family = 2; ///< AF_INET, AF_INET6
    std::uint32_t table = kMainTable;
    std::string destination;     ///< textual address; empty: default route
    std::uint8_t prefix = 0;     ///< length in bits
    std::string gateway;         ///< empty: none
    std::uint32_t interface = 0; ///< index; 0 where there is none or many (multipath)
    std::uint32_t metric = 0;    ///< RTA_PRIORITY
    std::uint8_t protocol = kRouteProtocol;
    std::uint8_t scope = 253; ///< RT_SCOPE_LINK
    std::uint8_t type = 1;    ///< RTN_UNICAST
    std::string source;       ///< RTA_PREFSRC, empty: none
    FirstWay first;           ///< where `interface` is 0: what packets may take all the same
    bool selective = false;   ///< looks at more than the destination (source prefix, TOS)
    bool expires = false;     ///< has a lifetime, which `raw` tells as it is now
    std::vector<std::uint8_t> raw;

    bool isDefault() const { return destination.empty() && prefix == 0; }
    FirstWay way() const { return interface != 0 ? FirstWay{gateway, interface} : first; }
    bool operator==(const Route&) const = default;
};

/// One policy rule (ip-rule(8)) of ours: packets from this address look into this table first. Others' rules
/// are of no concern here.
struct Rule {
    int family = 2; ///< AF_INET, AF_INET6
    std::string source;
    std::uint32_t table = 0;
    bool operator==(const Rule&) const = default;
};
/// Of every rule of ours: before table main (32766), behind a VRF's (1000) and what people number by hand.
inline constexpr std::uint32_t kRulePriority = 30080;

/// One address of a network interface.
struct LinkAddress {
    int family = 2;              ///< AF_INET, AF_INET6
    std::uint32_t interface = 0; ///< index
    std::string local;
    std::string peer; ///< the other end of a point-to-point link; empty: none
    bool operator==(const LinkAddress&) const = default;
};

/// A network interface as the kernel shows it.
struct Link {
    std::uint32_t index = 0;
    std::string name;
    std::uint32_t mtu = 0;      ///< bytes
    bool up = false;            ///< IFF_UP
    bool carrier = false;       ///< IFF_LOWER_UP
    std::uint32_t master = 0;   ///< index of what it is a part of (bridge, VRF); 0: nothing
    std::uint32_t vrfTable = 0; ///< of a VRF device: its routing table; 0: it is none
    bool operator==(const Link&) const = default;
};

/// Bytes, as the kernel counts them for an interface.
struct LinkCounters {
    std::uint64_t rxBytes = 0, txBytes = 0;
};

/// What the resolver is told about one link, and which.
struct DnsPlan {
    std::uint32_t interface = 0; ///< index
    std::string interfaceName;
    std::vector<std::string> servers;
    std::vector<std::string> search;       ///< domains; "~x" is routing only
    bool defaultRoute = true;              ///< names that match no domain may go here
    std::string dnssec = {}, overTls = {}; ///< words of resolved.conf(5); empty: what resolved itself has
    DnsHandlerChoice handler = DnsHandlerChoice::Auto; ///< not None
    std::int32_t priority = 100; ///< whose servers are asked first where all links share a list; lower wins
    bool operator==(const DnsPlan&) const = default;
};

} // namespace ppp::core
