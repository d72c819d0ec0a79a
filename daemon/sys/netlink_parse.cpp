// SPDX-License-Identifier: LGPL-2.1-or-later
// The parser of rtnetlink messages.
#include "sys/netlink_parse.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <net/if.h>

#include "core/text.hpp"

namespace ppp::sys::netlink {

namespace {

constexpr std::size_t kKernelWords = 200;    // bytes of an extended acknowledgement that are shown
constexpr std::uint32_t kLowerUp = 1U << 16; // IFF_LOWER_UP; linux/if.h, which has it, fights with net/if.h
constexpr std::uint32_t kClockTicks = 100;   // USER_HZ, the unit of rta_expires

template <typename T> std::optional<T> header(Bytes bytes) {
    if (bytes.size() < sizeof(T))
        return std::nullopt;
    T value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

/// The attributes behind a fixed header.
template <typename T> std::optional<std::vector<Attribute>> attributesBehind(Bytes payload) {
    const std::size_t offset = MNL_ALIGN(sizeof(T));
    return attributes(payload.size() > offset ? payload.subspan(offset) : Bytes{});
}

std::uint32_t number32(Bytes value) {
    return header<std::uint32_t>(value).value_or(0);
}

std::string text(Bytes value) {
    const auto end = std::find(value.begin(), value.end(), std::uint8_t{0});
    return {value.begin(), end};
}

std::string address(int family, Bytes value) {
    const std::size_t size = family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr);
    std::array<char, INET6_ADDRSTRLEN> out{};
    if (value.size() != size || inet_ntop(family, value.data(), out.data(), out.size()) == nullptr)
        return {};
    return out.data();
}

std::string via(Bytes value) {
    const auto family = header<std::uint16_t>(value);
    return family && (*family == AF_INET || *family == AF_INET6) ? address(*family, value.subspan(2)) : "";
}

void append(std::vector<std::uint8_t>& out, const void* data, std::size_t size) {
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    out.insert(out.end(), bytes, bytes + size);
    out.resize(MNL_ALIGN(out.size()));
}

void appendAttribute(std::vector<std::uint8_t>& out, std::uint16_t type, Bytes value) {
    const nlattr head{static_cast<std::uint16_t>(MNL_ATTR_HDRLEN + value.size()), type};
    append(out, &head, sizeof head);
    append(out, value.data(), value.size());
}

/// Clears the flags of each nexthop that tell a state and that the kernel refuses to be told.
std::optional<std::vector<std::uint8_t>> settledNexthops(Bytes value) {
    std::vector<std::uint8_t> out(value.begin(), value.end());
    for (std::size_t at = 0; at < out.size();) {
        rtnexthop hop;
        if (out.size() - at < sizeof hop)
            return std::nullopt;
        std::memcpy(&hop, out.data() + at, sizeof hop);
        if (hop.rtnh_len < sizeof hop || hop.rtnh_len > out.size() - at)
            return std::nullopt;
        hop.rtnh_flags &= RTNH_F_ONLINK | RTNH_F_PERVASIVE;
        std::memcpy(out.data() + at, &hop, sizeof hop);
        at += MNL_ALIGN(hop.rtnh_len);
    }
    return out;
}

bool nexthopDetail(std::uint16_t type) {
    static constexpr std::array kTypes{RTA_OIF,       RTA_GATEWAY, RTA_VIA,
                                       RTA_MULTIPATH, RTA_ENCAP,   RTA_ENCAP_TYPE};
    return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

bool has(const std::vector<Attribute>& all, std::uint16_t type) {
    return std::any_of(all.begin(), all.end(), [&](const Attribute& a) { return a.type == type; });
}

std::optional<std::vector<std::uint8_t>> canonical(rtmsg head, std::vector<Attribute> all) {
    head.rtm_flags &= RTNH_F_ONLINK | RTNH_F_PERVASIVE;
    const bool byNexthopId = has(all, RTA_NH_ID);
    std::vector<std::uint8_t> hops;
    std::array<std::uint8_t, 4> expires{};
    std::vector<Attribute> kept;
    for (Attribute& attribute : all) {
        if (attribute.type == RTA_PAD || (byNexthopId && nexthopDetail(attribute.type)))
            continue;
        if (attribute.type == RTA_MULTIPATH) {
            auto settled = settledNexthops(attribute.value);
            if (!settled || !hops.empty())
                return std::nullopt;
            hops = std::move(*settled);
            attribute.value = hops;
        } else if (attribute.type == RTA_CACHEINFO) {
            const auto cache = header<rta_cacheinfo>(attribute.value);
            if (!cache || cache->rta_expires <= 0)
                continue;
            const std::uint32_t seconds = static_cast<std::uint32_t>(cache->rta_expires) / kClockTicks;
            std::memcpy(expires.data(), &seconds, expires.size());
            attribute = {RTA_EXPIRES, expires};
        }
        kept.push_back(attribute);
    }
    std::stable_sort(kept.begin(), kept.end(),
                     [](const Attribute& a, const Attribute& b) { return a.type < b.type; });
    std::vector<std::uint8_t> raw;
    append(raw, &head, sizeof head);
    for (const Attribute& attribute : kept)
        appendAttribute(raw, attribute.type, attribute.value);
    return raw;
}

void takeRouteAttribute(core::Route& route, const Attribute& attribute) {
    switch (attribute.type) {
    case RTA_DST:
        route.destination = route.prefix != 0 ? address(route.family, attribute.value) : "";
        break;
    case RTA_OIF:
        route.interface = number32(attribute.value);
        break;
    case RTA_GATEWAY:
        route.gateway = address(route.family, attribute.value);
        break;
    case RTA_VIA:
        route.gateway = via(attribute.value);
        break;
    case RTA_PRIORITY:
        route.metric = number32(attribute.value);
        break;
    case RTA_PREFSRC:
        route.source = address(route.family, attribute.value);
        break;
    case RTA_TABLE:
        route.table = number32(attribute.value);
        break;
    case RTA_EXPIRES:
        route.expires = true;
        break;
    case RTA_CACHEINFO:
        if (const auto cache = header<rta_cacheinfo>(attribute.value))
            route.expires = route.expires || cache->rta_expires > 0;
        break;
    default:
        break;
    }
}

/// The first nexthop: an attribute of the route itself, or the head of the list.
core::FirstWay firstWay(const core::Route& route, const std::vector<Attribute>& all) {
    for (const Attribute& attribute : all) {
        const auto hop = header<rtnexthop>(attribute.value);
        if (attribute.type != RTA_MULTIPATH || !hop || hop->rtnh_len < sizeof *hop ||
            hop->rtnh_len > attribute.value.size())
            continue;
        core::Route one;
        one.family = route.family;
        for (const Attribute& detail :
             attributes(attribute.value.subspan(sizeof *hop, hop->rtnh_len - sizeof *hop))
                 .value_or(std::vector<Attribute>{}))
            takeRouteAttribute(one, detail);
        return {one.gateway, static_cast<std::uint32_t>(hop->rtnh_ifindex)};
    }
    return {route.gateway, route.interface};
}

void takeLinkInfo(LinkFacts& facts, Bytes nested) {
    Bytes data;
    for (const Attribute& attribute : attributes(nested).value_or(std::vector<Attribute>{})) {
        if (attribute.type == IFLA_INFO_KIND)
            facts.kind = text(attribute.value);
        else if (attribute.type == IFLA_INFO_DATA)
            data = attribute.value;
    }
    for (const Attribute& attribute : attributes(data).value_or(std::vector<Attribute>{}))
        if (facts.kind == "vlan" && attribute.type == IFLA_VLAN_ID)
            facts.vlan = header<std::uint16_t>(attribute.value).value_or(0);
        else if (facts.kind == "vrf" && attribute.type == IFLA_VRF_TABLE)
            facts.link.vrfTable = number32(attribute.value);
}

void takeLinkAttribute(LinkFacts& facts, const Attribute& attribute) {
    switch (attribute.type) {
    case IFLA_IFNAME:
        facts.link.name = text(attribute.value);
        break;
    case IFLA_MTU:
        facts.link.mtu = number32(attribute.value);
        facts.hasMtu = true;
        break;
    case IFLA_MASTER:
        facts.link.master = number32(attribute.value);
        break;
    case IFLA_LINK:
        facts.parent = number32(attribute.value);
        break;
    case IFLA_ADDRESS:
        if (attribute.value.size() == facts.mac.size())
            std::copy(attribute.value.begin(), attribute.value.end(), facts.mac.begin());
        break;
    case IFLA_IFALIAS:
        facts.alias = text(attribute.value);
        break;
    case IFLA_GROUP:
        facts.group = number32(attribute.value);
        break;
    case IFLA_STATS64:
        // struct rtnl_link_stats64 begins with packets in and out, bytes in and out; its length differs by
        // kernel.
        if (const auto first = header<std::array<std::uint64_t, 4>>(attribute.value))
            facts.counters = core::LinkCounters{(*first)[2], (*first)[3]};
        break;
    case IFLA_LINKINFO:
        takeLinkInfo(facts, attribute.value);
        break;
    default:
        break;
    }
}

} // namespace

std::optional<std::vector<Message>> messages(Bytes datagram) {
    std::vector<Message> out;
    while (!datagram.empty()) {
        const auto* head = reinterpret_cast<const nlmsghdr*>(datagram.data());
        // libmnl compares signed: a length above INT_MAX would pass.
        if (!mnl_nlmsg_ok(head, static_cast<int>(datagram.size())) || head->nlmsg_len > datagram.size())
            return std::nullopt;
        out.push_back({head->nlmsg_type, head->nlmsg_flags, head->nlmsg_seq,
                       datagram.subspan(MNL_NLMSG_HDRLEN, head->nlmsg_len - MNL_NLMSG_HDRLEN),
                       head->nlmsg_pid});
        datagram = datagram.subspan(std::min<std::size_t>(MNL_ALIGN(head->nlmsg_len), datagram.size()));
    }
    return out;
}

std::optional<std::vector<Attribute>> attributes(Bytes bytes) {
    std::vector<Attribute> out;
    while (!bytes.empty()) {
        const auto* head = reinterpret_cast<const nlattr*>(bytes.data());
        if (!mnl_attr_ok(head, static_cast<int>(bytes.size())))
            return std::nullopt;
        out.push_back(
            {mnl_attr_get_type(head), bytes.subspan(MNL_ATTR_HDRLEN, mnl_attr_get_payload_len(head))});
        bytes = bytes.subspan(std::min<std::size_t>(MNL_ALIGN(head->nla_len), bytes.size()));
    }
    return out;
}

Verdict failure(int error, const std::string& detail) {
    const std::string words = std::generic_category().message(error);
    const std::string shown = core::text::harmless(detail, kKernelWords);
    return {error, shown.empty() ? words : shown + " (" + words + ")"};
}

std::optional<Verdict> verdict(const Message& message) {
    if (message.type != NLMSG_ERROR && message.type != NLMSG_DONE)
        return std::nullopt;
    const auto code = header<std::int32_t>(message.payload);
    // Some dumps of older kernels end with a DONE that carries no code.
    if (!code)
        return message.type == NLMSG_DONE ? Verdict{} : failure(EBADMSG);
    if (*code > 0 || *code < -4095)
        return failure(EBADMSG);
    if (*code == 0)
        return Verdict{};
    std::size_t words = sizeof(std::int32_t);
    if (message.type == NLMSG_ERROR) {
        const auto refused = header<nlmsgerr>(message.payload);
        if (!refused)
            return failure(EBADMSG);
        words = sizeof(nlmsgerr);
        if ((message.flags & NLM_F_CAPPED) == 0 && refused->msg.nlmsg_len > sizeof(nlmsghdr))
            words = MNL_ALIGN(sizeof(std::int32_t) + std::size_t{refused->msg.nlmsg_len});
    }
    std::string detail;
    if ((message.flags & NLM_F_ACK_TLVS) != 0 && words < message.payload.size())
        for (const Attribute& a :
             attributes(message.payload.subspan(words)).value_or(std::vector<Attribute>{}))
            if (a.type == NLMSGERR_ATTR_MSG)
                detail = text(a.value);
    return failure(-*code, detail);
}

std::optional<LinkFacts> link(const Message& message) {
    if (message.type != RTM_NEWLINK && message.type != RTM_DELLINK)
        return std::nullopt;
    const auto head = header<ifinfomsg>(message.payload);
    const auto all = attributesBehind<ifinfomsg>(message.payload);
    if (!head || !all || head->ifi_family != AF_UNSPEC || head->ifi_index <= 0)
        return std::nullopt;
    LinkFacts facts;
    facts.link.index = static_cast<std::uint32_t>(head->ifi_index);
    facts.link.up = (head->ifi_flags & IFF_UP) != 0;
    facts.link.carrier = (head->ifi_flags & kLowerUp) != 0;
    for (const Attribute& attribute : *all)
        takeLinkAttribute(facts, attribute);
    return facts;
}

std::optional<core::Route> route(const Message& message) {
    auto out = anyRoute(message);
    return out && out->type == RTN_UNICAST ? std::move(out) : std::nullopt;
}

std::optional<core::Route> anyRoute(const Message& message) {
    if (message.type != RTM_NEWROUTE && message.type != RTM_DELROUTE)
        return std::nullopt;
    const auto head = header<rtmsg>(message.payload);
    const auto all = attributesBehind<rtmsg>(message.payload);
    if (!head || !all || (head->rtm_flags & RTM_F_CLONED) != 0 ||
        (head->rtm_family != AF_INET && head->rtm_family != AF_INET6))
        return std::nullopt;
    core::Route route;
    route.family = head->rtm_family;
    route.table = head->rtm_table;
    route.prefix = head->rtm_dst_len;
    route.protocol = head->rtm_protocol;
    route.scope = head->rtm_scope;
    route.type = head->rtm_type;
    route.selective = head->rtm_src_len != 0 || head->rtm_tos != 0;
    bool manyWays = false;
    if (has(*all, RTA_GATEWAY) && has(*all, RTA_VIA))
        return std::nullopt;
    for (const Attribute& attribute : *all) {
        takeRouteAttribute(route, attribute);
        manyWays = manyWays || attribute.type == RTA_MULTIPATH || attribute.type == RTA_NH_ID;
    }
    if (route.prefix != 0 && route.destination.empty())
        return std::nullopt;
    if (manyWays) {
        route.first = firstWay(route, *all);
        route.interface = 0;
        route.gateway.clear();
    }
    auto raw = canonical(*head, *all);
    if (!raw)
        return std::nullopt;
    route.raw = std::move(*raw);
    return route;
}

std::optional<core::LinkAddress> linkAddress(const Message& message) {
    const auto head = header<ifaddrmsg>(message.payload);
    const auto all = attributesBehind<ifaddrmsg>(message.payload);
    if ((message.type != RTM_NEWADDR && message.type != RTM_DELADDR) || !head || !all ||
        (head->ifa_family != AF_INET && head->ifa_family != AF_INET6))
        return std::nullopt;
    core::LinkAddress out;
    out.family = head->ifa_family;
    out.interface = head->ifa_index;
    for (const Attribute& attribute : *all) {
        if (attribute.type == IFA_LOCAL)
            out.local = address(out.family, attribute.value);
        else if (attribute.type == IFA_ADDRESS)
            out.peer = address(out.family, attribute.value);
    }
    // IPv6 says IFA_LOCAL only where there is a peer; IPv4 repeats the local address where there is none.
    if (out.local.empty() && out.family == AF_INET6)
        out.local = out.peer;
    if (out.peer == out.local)
        out.peer.clear();
    return out.local.empty() ? std::nullopt : std::optional(std::move(out));
}

std::optional<core::Rule> rule(const Message& message) {
    const auto head = header<fib_rule_hdr>(message.payload);
    const auto all = attributesBehind<fib_rule_hdr>(message.payload);
    if ((message.type != RTM_NEWRULE && message.type != RTM_DELRULE) || !head || !all ||
        (head->family != AF_INET && head->family != AF_INET6) || head->action != FR_ACT_TO_TBL)
        return std::nullopt;
    core::Rule out;
    out.family = head->family;
    out.table = head->table;
    bool marked = false;
    for (const Attribute& attribute : *all) {
        if (attribute.type == FRA_SRC)
            out.source = address(out.family, attribute.value);
        else if (attribute.type == FRA_TABLE)
            out.table = number32(attribute.value);
        else if (attribute.type == FRA_PROTOCOL)
            marked = header<std::uint8_t>(attribute.value) == core::kRouteProtocol;
    }
    const bool whole = head->src_len == (out.family == AF_INET ? 32 : 128);
    return marked && whole && !out.source.empty() ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<std::vector<std::uint8_t>> withPriority(Bytes raw, std::uint32_t metric) {
    const auto head = header<rtmsg>(raw);
    auto all = attributesBehind<rtmsg>(raw);
    if (!head || !all)
        return std::nullopt;
    std::erase_if(*all, [](const Attribute& a) { return a.type == RTA_PRIORITY; });
    std::array<std::uint8_t, sizeof metric> value{};
    std::memcpy(value.data(), &metric, sizeof metric);
    if (metric != 0)
        all->push_back({RTA_PRIORITY, value});
    return canonical(*head, std::move(*all));
}

} // namespace ppp::sys::netlink
