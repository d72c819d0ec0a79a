// SPDX-License-Identifier: LGPL-2.1-or-later
// From the kernel's rtnetlink bytes to values; pure. Every length is checked; what is malformed is nothing,
// never a guess. Byte ranges handed in must be aligned to 4 bytes, as those of a vector or an array of
// uint32_t are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <linux/rtnetlink.h>

#include "core/engine_event.hpp"
#include "core/route.hpp"

namespace ppp::sys::netlink {

using Bytes = std::span<const std::uint8_t>;

/// One message; `payload` points into the datagram it was found in.
struct Message {
    std::uint16_t type = 0;
    std::uint16_t flags = 0;
    std::uint32_t sequence = 0;
    Bytes payload;
    std::uint32_t port = 0; ///< of a notice: whose request made it (netlink(7), nl_pid); 0: nobody's
};

/// `value` points into the bytes it was found in; the type is without its flag bits.
struct Attribute {
    std::uint16_t type = 0;
    Bytes value;
};

/// What the kernel answered to a request: 0 or a positive errno, with its words.
struct Verdict {
    int error = 0;
    std::string text; ///< empty where error is 0
    explicit operator bool() const { return error == 0; }
};

/// A link with what LinkMaker and the monitor need beside the core's view.
struct LinkFacts {
    core::Link link;
    bool hasMtu = false;      ///< some notices (wireless events) come without
    std::uint32_t parent = 0; ///< IFLA_LINK
    std::string kind;         ///< "vlan", "macvlan", "ppp" …; empty: none
    std::uint32_t vlan = 0;   ///< of kind "vlan"
    core::MacAddress mac{};   ///< all 0 where it has none of 6 bytes
    std::string alias;
    std::uint32_t group = 0;                    ///< IFLA_GROUP
    std::optional<core::LinkCounters> counters; ///< IFLA_STATS64; the notice of its end has the last ones
};

/// The messages of one datagram, in order; nothing where it is malformed.
std::optional<std::vector<Message>> messages(Bytes datagram);
/// A run of attributes; nothing where they do not fill the bytes.
std::optional<std::vector<Attribute>> attributes(Bytes bytes);

/// Of NLMSG_ERROR and NLMSG_DONE, with the kernel's extended words (NLMSGERR_ATTR_MSG); nothing of other
/// messages. A malformed one is an error (EBADMSG), never a success.
std::optional<Verdict> verdict(const Message& message);
/// An errno in words; `detail` (hostile or empty) goes in front.
Verdict failure(int error, const std::string& detail = {});

/// Of RTM_NEWLINK and RTM_DELLINK of no special family (AF_BRIDGE tells about bridge ports); nothing of
/// others.
std::optional<LinkFacts> link(const Message& message);

/// Of RTM_NEWROUTE and RTM_DELROUTE: a unicast route of IPv4 or IPv6, no cache entry (RTM_F_CLONED); nothing
/// of others. `raw` is canonical: attributes sorted by type, without those that only tell a state
/// (RTA_CACHEINFO, offload and link-down flags), without the nexthops that the kernel shows beside a nexthop
/// id, with RTA_EXPIRES where the route has a lifetime. So two views of one route are equal byte by byte, and
/// the kernel takes it back as it is. One with both RTA_GATEWAY and RTA_VIA is none: the kernel has no such
/// route (rtm_to_fib_config, net/ipv4/fib_frontend.c).
std::optional<core::Route> route(const Message& message);
/// The same of whatever type: also of addresses of the machine itself.
std::optional<core::Route> anyRoute(const Message& message);

/// Of RTM_NEWADDR and RTM_DELADDR, IPv4 or IPv6; the peer is empty where the message names none beside the
/// local address. Nothing of others.
std::optional<core::LinkAddress> linkAddress(const Message& message);

/// Of RTM_NEWRULE and RTM_DELRULE: a rule of one source address that carries our mark; nothing of others.
std::optional<core::Rule> rule(const Message& message);

/// A canonical `raw` with another RTA_PRIORITY (0: without); nothing where `raw` is malformed.
std::optional<std::vector<std::uint8_t>> withPriority(Bytes raw, std::uint32_t metric);

} // namespace ppp::sys::netlink
