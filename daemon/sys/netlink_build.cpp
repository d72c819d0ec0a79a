// SPDX-License-Identifier: LGPL-2.1-or-later
// The builder of rtnetlink requests.
#include "sys/netlink_build.hpp"

#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <net/if.h>

namespace ppp::sys::netlink {

namespace {

std::optional<std::vector<std::uint8_t>> addressBytes(int family, const std::string& text) {
    std::vector<std::uint8_t> out(family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr));
    if (inet_pton(family, text.c_str(), out.data()) != 1)
        return std::nullopt;
    return out;
}

/// A gateway of the other family travels as struct rtvia (RFC 8950; RTA_VIA, linux/rtnetlink.h).
bool putGateway(Request& request, const core::Route& route) {
    if (const auto same = addressBytes(route.family, route.gateway)) {
        request.put(RTA_GATEWAY, *same);
        return true;
    }
    const auto other = route.family == AF_INET ? addressBytes(AF_INET6, route.gateway) : std::nullopt;
    if (!other)
        return false;
    const std::uint16_t family = AF_INET6;
    std::vector<std::uint8_t> via(sizeof family);
    std::memcpy(via.data(), &family, sizeof family);
    via.insert(via.end(), other->begin(), other->end());
    request.put(RTA_VIA, via);
    return true;
}

std::uint8_t scopeOf(const core::Route& route) {
    if (route.family == AF_INET6)
        return RT_SCOPE_UNIVERSE;
    const bool tooNarrow = !route.gateway.empty() && route.scope >= RT_SCOPE_LINK;
    return tooNarrow ? std::uint8_t{RT_SCOPE_UNIVERSE} : route.scope;
}

/// Empty where all of the route was put, else what is wrong with it.
std::string putRoute(Request& request, const core::Route& route) {
    if (route.family != AF_INET && route.family != AF_INET6)
        return "unknown address family";
    const unsigned bits = route.family == AF_INET ? 32 : 128;
    if (route.prefix > bits)
        return "prefix longer than the address";
    rtmsg head{};
    head.rtm_family = static_cast<unsigned char>(route.family);
    head.rtm_dst_len = route.prefix;
    head.rtm_table = static_cast<unsigned char>(route.table < 256 ? route.table : RT_TABLE_COMPAT);
    head.rtm_protocol = route.protocol;
    head.rtm_scope = scopeOf(route);
    head.rtm_type = route.type;
    request.head(head);
    request.put32(RTA_TABLE, route.table);
    if (!route.destination.empty()) {
        const auto destination = addressBytes(route.family, route.destination);
        if (!destination)
            return "the destination is no address";
        request.put(RTA_DST, *destination);
    } else if (route.prefix != 0)
        return "a prefix without a destination";
    const bool defaulted = route.family == AF_INET6 && route.metric == 0;
    if (const std::uint32_t metric = defaulted ? kDefaultMetric6 : route.metric; metric != 0)
        request.put32(RTA_PRIORITY, metric);
    if (!route.source.empty()) {
        const auto source = addressBytes(route.family, route.source);
        if (!source)
            return "the source is no address";
        request.put(RTA_PREFSRC, *source);
    }
    if (!route.gateway.empty() && !putGateway(request, route))
        return "the gateway is no address";
    if (route.interface != 0)
        request.put32(RTA_OIF, route.interface);
    return {};
}

/// Records on disk may have been damaged: a raw is walked once more before the kernel gets it.
std::string putRaw(Request& request, const core::Route& route) {
    const auto settled = withPriority(route.raw, route.metric);
    if (!settled)
        return "the recorded route is damaged";
    request.append(settled->data(), settled->size());
    return {};
}

std::optional<std::vector<std::uint8_t>> change(std::uint16_t type, std::uint16_t flags,
                                                const core::Route& route, std::string& error) {
    Request request(type, static_cast<std::uint16_t>(flags | NLM_F_ACK));
    error = route.raw.empty() ? putRoute(request, route) : putRaw(request, route);
    if (!error.empty())
        return std::nullopt;
    auto bytes = std::move(request).finish();
    if (bytes.empty()) {
        error = "the route is too long";
        return std::nullopt;
    }
    return bytes;
}

} // namespace

Request::Request(std::uint16_t type, std::uint16_t flags) : bytes_(MNL_NLMSG_HDRLEN) {
    auto* header = mnl_nlmsg_put_header(bytes_.data());
    header->nlmsg_type = type;
    header->nlmsg_flags = static_cast<std::uint16_t>(flags | NLM_F_REQUEST);
}

Request& Request::append(const void* data, std::size_t size) {
    if (bytes_.size() + size > kMaxRequest) {
        fits_ = false;
        return *this;
    }
    const auto* from = static_cast<const std::uint8_t*>(data);
    bytes_.insert(bytes_.end(), from, from + size);
    bytes_.resize(MNL_ALIGN(bytes_.size()));
    return *this;
}

Request& Request::put(std::uint16_t type, Bytes value) {
    if (value.size() > UINT16_MAX - MNL_ATTR_HDRLEN) {
        fits_ = false;
        return *this;
    }
    const nlattr head{static_cast<std::uint16_t>(MNL_ATTR_HDRLEN + value.size()), type};
    return append(&head, sizeof head).append(value.data(), value.size());
}

Request& Request::put32(std::uint16_t type, std::uint32_t value) {
    std::array<std::uint8_t, sizeof value> bytes{};
    std::memcpy(bytes.data(), &value, sizeof value);
    return put(type, bytes);
}

Request& Request::put16(std::uint16_t type, std::uint16_t value) {
    std::array<std::uint8_t, sizeof value> bytes{};
    std::memcpy(bytes.data(), &value, sizeof value);
    return put(type, bytes);
}

Request& Request::putText(std::uint16_t type, std::string_view value) {
    std::vector<std::uint8_t> bytes(value.begin(), value.end());
    bytes.push_back(0);
    return put(type, bytes);
}

std::size_t Request::open(std::uint16_t type) {
    const std::size_t at = bytes_.size();
    put(type, {});
    return at;
}

Request& Request::close(std::size_t nest) {
    static_assert(kMaxRequest - MNL_NLMSG_HDRLEN <= UINT16_MAX, "a nest always fits into its length");
    if (!fits_)
        return *this;
    nlattr head;
    std::memcpy(&head, bytes_.data() + nest, sizeof head);
    head.nla_len = static_cast<std::uint16_t>(bytes_.size() - nest);
    std::memcpy(bytes_.data() + nest, &head, sizeof head);
    return *this;
}

std::vector<std::uint8_t> Request::finish() && {
    if (!fits_)
        return {};
    reinterpret_cast<nlmsghdr*>(bytes_.data())->nlmsg_len = static_cast<std::uint32_t>(bytes_.size());
    return std::move(bytes_);
}

std::optional<std::vector<std::uint8_t>> addRoute(const core::Route& route, std::string& error) {
    return change(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND, route, error);
}

std::optional<std::vector<std::uint8_t>> removeRoute(const core::Route& route, std::string& error) {
    return change(RTM_DELROUTE, 0, route, error);
}

std::vector<std::uint8_t> dumpLinks() {
    Request request(RTM_GETLINK, NLM_F_DUMP);
    request.head(ifinfomsg{}).put32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    return std::move(request).finish();
}

std::vector<std::uint8_t> showLink(std::uint32_t index) {
    ifinfomsg head{};
    head.ifi_index = static_cast<int>(index);
    Request request(RTM_GETLINK, NLM_F_ACK);
    request.head(head);
    return std::move(request).finish();
}

std::vector<std::uint8_t> dumpRoutes(int family) {
    rtmsg head{};
    head.rtm_family = static_cast<unsigned char>(family);
    head.rtm_type = RTN_UNICAST;
    Request request(RTM_GETROUTE, NLM_F_DUMP);
    request.head(head);
    return std::move(request).finish();
}

std::optional<std::vector<std::uint8_t>> showRoute(int family, const std::string& address) {
    const auto to = addressBytes(family, address);
    if (!to)
        return std::nullopt;
    rtmsg head{};
    head.rtm_family = static_cast<unsigned char>(family);
    head.rtm_dst_len = static_cast<unsigned char>(to->size() * 8);
    head.rtm_flags = RTM_F_FIB_MATCH;
    Request request(RTM_GETROUTE, NLM_F_ACK);
    request.head(head);
    request.put(RTA_DST, *to);
    return std::move(request).finish();
}

std::vector<std::uint8_t> dumpAddresses(int family, std::uint32_t interface) {
    ifaddrmsg head{};
    head.ifa_family = static_cast<unsigned char>(family);
    head.ifa_index = interface;
    Request request(RTM_GETADDR, NLM_F_DUMP);
    request.head(head);
    return std::move(request).finish();
}

std::optional<std::vector<std::uint8_t>> addAddress(const core::LinkAddress& address, std::string& error) {
    const auto local = addressBytes(address.family, address.local);
    const auto peer = address.peer.empty() ? local : addressBytes(address.family, address.peer);
    if (!local || !peer) {
        error = "no address";
        return std::nullopt;
    }
    ifaddrmsg head{};
    head.ifa_family = static_cast<unsigned char>(address.family);
    head.ifa_prefixlen = address.family == AF_INET ? 32 : 128;
    head.ifa_index = address.interface;
    Request request(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
    request.head(head).put(IFA_LOCAL, *local).put(IFA_ADDRESS, *peer);
    return std::move(request).finish();
}

namespace {

std::vector<std::uint8_t> changeRule(std::uint16_t type, std::uint16_t flags, const core::Rule& rule) {
    const auto source = addressBytes(rule.family, rule.source);
    if (!source)
        return {};
    fib_rule_hdr head{};
    head.family = static_cast<std::uint8_t>(rule.family);
    head.src_len = static_cast<std::uint8_t>(source->size() * 8);
    head.table = static_cast<std::uint8_t>(rule.table < 256 ? rule.table : RT_TABLE_COMPAT);
    head.action = FR_ACT_TO_TBL;
    Request request(type, static_cast<std::uint16_t>(flags | NLM_F_ACK));
    request.head(head).put(FRA_SRC, *source).put32(FRA_TABLE, rule.table);
    request.put32(FRA_PRIORITY, core::kRulePriority);
    const std::uint8_t mark = core::kRouteProtocol;
    request.put(FRA_PROTOCOL, Bytes(&mark, 1));
    return std::move(request).finish();
}

} // namespace

std::vector<std::uint8_t> addRule(const core::Rule& rule) {
    return changeRule(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule);
}

std::vector<std::uint8_t> removeRule(const core::Rule& rule) {
    return changeRule(RTM_DELRULE, 0, rule);
}

std::vector<std::uint8_t> dumpRules(int family) {
    fib_rule_hdr head{};
    head.family = static_cast<std::uint8_t>(family);
    Request request(RTM_GETRULE, NLM_F_DUMP);
    request.head(head);
    return std::move(request).finish();
}

bool sameAddress(int family, const std::string& a, const std::string& b) {
    const auto first = addressBytes(family, a);
    return first && first == addressBytes(family, b);
}

std::vector<std::uint8_t> makeLink(const LinkWish& wish, const std::string& name) {
    Request request(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
    request.head(ifinfomsg{}).putText(IFLA_IFNAME, name).put32(IFLA_LINK, wish.parent);
    if (wish.mac)
        request.put(IFLA_ADDRESS, *wish.mac);
    if (wish.group != 0)
        request.put32(IFLA_GROUP, wish.group);
    const std::size_t info = request.open(IFLA_LINKINFO);
    request.putText(IFLA_INFO_KIND, wish.vlan ? "vlan" : "macvlan");
    const std::size_t data = request.open(IFLA_INFO_DATA);
    if (wish.vlan)
        request.put16(IFLA_VLAN_ID, *wish.vlan);
    else
        request.put32(IFLA_MACVLAN_MODE, MACVLAN_MODE_PRIVATE);
    request.close(data).close(info);
    return std::move(request).finish();
}

std::vector<std::uint8_t> removeLink(std::uint32_t index) {
    ifinfomsg head{};
    head.ifi_index = static_cast<int>(index);
    Request request(RTM_DELLINK, NLM_F_ACK);
    request.head(head);
    return std::move(request).finish();
}

std::vector<std::uint8_t> setLink(std::uint32_t index, const LinkChange& change) {
    ifinfomsg head{};
    head.ifi_index = static_cast<int>(index);
    if (change.up) {
        head.ifi_change = IFF_UP;
        head.ifi_flags = *change.up ? static_cast<unsigned>(IFF_UP) : 0;
    }
    Request request(RTM_NEWLINK, NLM_F_ACK);
    request.head(head);
    if (change.mtu)
        request.put32(IFLA_MTU, *change.mtu);
    if (change.alias)
        request.putText(IFLA_IFALIAS, *change.alias);
    if (change.group)
        request.put32(IFLA_GROUP, *change.group);
    if (change.master)
        request.put32(IFLA_MASTER, *change.master);
    if (change.noAddress6) {
        const std::size_t spec = request.open(IFLA_AF_SPEC);
        const std::size_t ip6 = request.open(AF_INET6);
        const std::uint8_t none = IN6_ADDR_GEN_MODE_NONE;
        request.put(IFLA_INET6_ADDR_GEN_MODE, Bytes(&none, 1)).close(ip6).close(spec);
    }
    return std::move(request).finish();
}

} // namespace ppp::sys::netlink
