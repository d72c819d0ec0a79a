// SPDX-License-Identifier: LGPL-2.1-or-later
// rtnetlink requests as bytes; pure. Only the sequence number is left to the socket.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/route.hpp"
#include "sys/netlink_parse.hpp"

namespace ppp::sys::netlink {

/// A request under construction: NLM_F_REQUEST and `flags`, a fixed header, attributes. What does not fit
/// into kMaxRequest makes the whole request empty.
class Request {
public:
    static constexpr std::size_t kMaxRequest = std::size_t{64} * 1024; ///< bytes

    Request(std::uint16_t type, std::uint16_t flags);

    /// Fixed part, before any attribute.
    template <typename T> Request& head(const T& value) { return append(&value, sizeof value); }
    Request& put(std::uint16_t type, Bytes value);
    Request& put32(std::uint16_t type, std::uint32_t value);
    Request& put16(std::uint16_t type, std::uint16_t value);
    Request& putText(std::uint16_t type, std::string_view value); ///< with its NUL
    /// Bytes that are attributes (or a header and attributes) already.
    Request& append(const void* data, std::size_t size);
    /// What is put until the end of the matching close() is inside an attribute of this type.
    std::size_t open(std::uint16_t type);
    Request& close(std::size_t nest);

    /// The finished request with its length set; empty where it was too long.
    std::vector<std::uint8_t> finish() &&;

private:
    std::vector<std::uint8_t> bytes_;
    bool fits_ = true;
};

/// The kernel's default metric of an IPv6 route, taken where 0 is asked for (IP6_RT_PRIO_USER,
/// include/net/ip6_fib.h).
inline constexpr std::uint32_t kDefaultMetric6 = 1024;

/// RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND. From `raw` where there is one, else from the fields: a route
/// with a gateway has at most scope "universe", an IPv6 route no scope and no metric 0. Nothing, with
/// `error`, where the route cannot be said in netlink (an address that is none, a broken raw).
std::optional<std::vector<std::uint8_t>> addRoute(const core::Route& route, std::string& error);
/// RTM_DELROUTE with everything that identifies the route. A metric of 0 means "any" to the kernel
/// (fib_nh_match, net/ipv4/fib_semantics.c): the caller must know that the route is there.
std::optional<std::vector<std::uint8_t>> removeRoute(const core::Route& route, std::string& error);

/// Dumps, for sockets with NETLINK_GET_STRICT_CHK; cached routes are then left out by the kernel.
std::vector<std::uint8_t> dumpLinks();
/// One link with its counters, and an acknowledgement after it.
std::vector<std::uint8_t> showLink(std::uint32_t index);
std::vector<std::uint8_t> dumpRoutes(int family);
/// The route of the tables that matches this address, and an acknowledgement after it; nothing where it is no
/// address.
std::optional<std::vector<std::uint8_t>> showRoute(int family, const std::string& address);
std::vector<std::uint8_t> dumpAddresses(int family, std::uint32_t interface);

/// RTM_NEWADDR of a host address, NLM_F_CREATE | NLM_F_EXCL. Nothing, with `error`, where it is no address.
std::optional<std::vector<std::uint8_t>> addAddress(const core::LinkAddress& address, std::string& error);
/// RTM_NEWRULE (NLM_F_EXCL) and RTM_DELRULE of a rule of ours; empty where the source is no address.
std::vector<std::uint8_t> addRule(const core::Rule& rule);
std::vector<std::uint8_t> removeRule(const core::Rule& rule);
std::vector<std::uint8_t> dumpRules(int family);
/// The two texts are the same address, however they are written; false where one is none.
bool sameAddress(int family, const std::string& a, const std::string& b);

/// A link to be made: on `parent`, a VLAN where `vlan` is set (1–4094), else a macvlan (mode private); `mac`
/// where it is to have an address of its own.
struct LinkWish {
    std::uint32_t parent = 0; ///< index
    std::optional<std::uint16_t> vlan;
    std::optional<core::MacAddress> mac;
    std::uint32_t group = 0; ///< IFLA_GROUP; 0 is the kernel's default
    bool operator==(const LinkWish&) const = default;
};
/// Fails with EEXIST where the name is taken.
std::vector<std::uint8_t> makeLink(const LinkWish& wish, const std::string& name);
std::vector<std::uint8_t> removeLink(std::uint32_t index);

/// What is absent stays as it is.
struct LinkChange {
    std::optional<bool> up;
    std::optional<std::uint32_t> mtu; ///< bytes
    std::optional<std::string> alias;
    std::optional<std::uint32_t> group;
    std::optional<std::uint32_t> master = {}; ///< index; 0: out of any
    bool noAddress6 = false; ///< no link-local address, so no router solicitation (IN6_ADDR_GEN_MODE_NONE)
};
std::vector<std::uint8_t> setLink(std::uint32_t index, const LinkChange& change);

} // namespace ppp::sys::netlink
