// SPDX-License-Identifier: LGPL-2.1-or-later
// The snapshot of the kernel's links and routes, and changes to routes.
#include "sys/kernel_network.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <set>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <sys/epoll.h>

#include "sys/late_sessions.hpp"
#include "sys/netlink_build.hpp"

namespace ppp::sys {

namespace {

constexpr int kReceiveBuffer = 1024 * 1024; // bytes
constexpr int kDatagramsAtOnce = 4096;
constexpr std::size_t kLastCounters = 1024;
constexpr int kDumpAttempts = 5; // of a table that changes under the dump

bool ours(const core::Route& route) {
    return route.protocol == core::kRouteProtocol;
}

bool kept(const core::Route& route) {
    return ours(route) || route.isDefault();
}

bool sameKey(const core::Route& a, const core::Route& b) {
    return a.family == b.family && a.table == b.table && a.destination == b.destination &&
           a.prefix == b.prefix && a.metric == b.metric;
}

/// Not routes that kept() turns away, nor IPv6 addresses that came: every advertisement makes some.
std::vector<sock_filter> routeFilter() {
    constexpr std::uint32_t kType = offsetof(nlmsghdr, nlmsg_type);
    constexpr std::uint32_t kPrefix = sizeof(nlmsghdr) + offsetof(rtmsg, rtm_dst_len);
    constexpr std::uint32_t kProtocol = sizeof(nlmsghdr) + offsetof(rtmsg, rtm_protocol);
    constexpr std::uint32_t kFamily = sizeof(nlmsghdr) + offsetof(ifaddrmsg, ifa_family);
    constexpr std::uint32_t kAll = UINT32_MAX;
    // The machine loads half words in network order, netlink writes them in the host's.
    return {
        {BPF_LD | BPF_H | BPF_ABS, 0, 0, kType},
        {BPF_JMP | BPF_JEQ | BPF_K, 6, 0, htons(RTM_NEWADDR)},
        {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, htons(RTM_NEWROUTE)},
        {BPF_JMP | BPF_JEQ | BPF_K, 0, 7, htons(RTM_DELROUTE)},
        {BPF_LD | BPF_B | BPF_ABS, 0, 0, kPrefix},
        {BPF_JMP | BPF_JEQ | BPF_K, 5, 0, 0},
        {BPF_LD | BPF_B | BPF_ABS, 0, 0, kProtocol},
        {BPF_JMP | BPF_JEQ | BPF_K, 3, 2, core::kRouteProtocol},
        {BPF_LD | BPF_B | BPF_ABS, 0, 0, kFamily},
        {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, AF_INET},
        {BPF_RET | BPF_K, 0, 0, 0},
        {BPF_RET | BPF_K, 0, 0, kAll},
    };
}

} // namespace

bool KernelNetwork::meansAbsent(int error) {
    return error == ESRCH || error == ENODEV || error == ENXIO || error == ENOENT;
}

bool KernelNetwork::meansAnyMetric(const core::Route& route) const {
    return route.family == AF_INET && route.metric == 0 && kept(route) && !present(route);
}

KernelNetwork::KernelNetwork(EventLoop& loop, std::function<void(const std::string&)> complain)
    : loop_(loop), complain_(std::move(complain)) {
    monitor_.receiveBuffer(kReceiveBuffer);
    monitor_.filter(routeFilter());
    for (const unsigned group : {RTNLGRP_LINK, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_IFADDR,
                                 RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE})
        if (!monitor_.join(group))
            throw std::system_error(errno, std::generic_category(), "netlink group");
    monitor_.join(RTNLGRP_NEXTHOP); // since Linux 5.3
    flush_ = loop.defer([this] { deliver(); }, priority::kFlush, false);
    stale_ = {true, true, true, true};
    resync();
    if (stale_.links || stale_.ip4)
        throw std::system_error(EIO, std::generic_category(), "cannot read the kernel's links and routes");
    notices_.clear();
    bare_.clear();
    routesChanged_ = false;
    readable_ = loop.io(monitor_.fd(), EPOLLIN, [this](std::uint32_t) { drain(); });
}

std::optional<core::Link> KernelNetwork::link(const std::string& name) const {
    const auto found = std::find_if(links_.begin(), links_.end(),
                                    [&](const auto& entry) { return entry.second.name == name; });
    return found == links_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<core::Link> KernelNetwork::link(std::uint32_t index) const {
    const auto found = links_.find(index);
    return found == links_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<core::Route> KernelNetwork::routes() const {
    std::set<std::uint32_t> tables{core::kMainTable};
    for (const core::Route& route : routes_)
        if (ours(route))
            tables.insert(route.table);
    std::vector<core::Route> out;
    std::copy_if(routes_.begin(), routes_.end(), std::back_inserter(out),
                 [&](const core::Route& route) { return tables.contains(route.table); });
    return out;
}

std::optional<core::Route> KernelNetwork::routeTo(int family, const std::string& address) {
    std::optional<core::Route> out;
    const auto request = netlink::showRoute(family, address);
    if (!request)
        return out;
    const auto answer = client_.dump(*request, [&](const netlink::Message& message) {
        auto route = netlink::anyRoute(message);
        if (route && route->family == family)
            out = std::move(route);
    });
    return answer ? out : std::nullopt;
}

bool KernelNetwork::add(const core::Route& route, std::string& error) {
    error.clear();
    const auto request = netlink::addRoute(route, error);
    if (!request)
        return false;
    const netlink::Verdict answer = client_.ask(*request);
    drain();
    if (answer || answer.error == EEXIST)
        return true;
    error = answer.text;
    return false;
}

bool KernelNetwork::remove(const core::Route& route, std::string& error) {
    error.clear();
    const auto request = netlink::removeRoute(route, error);
    if (!request)
        return false;
    drain();
    if (meansAnyMetric(route))
        return true;
    const netlink::Verdict answer = client_.ask(*request);
    drain();
    if (answer || meansAbsent(answer.error))
        return true;
    error = answer.text;
    return false;
}

core::Route KernelNetwork::withMetric(const core::Route& route, std::uint32_t metric) const {
    core::Route out = route;
    out.metric = metric;
    if (auto raw = route.raw.empty() ? std::nullopt : netlink::withPriority(route.raw, metric))
        out.raw = std::move(*raw);
    return out;
}

bool KernelNetwork::setUp(const std::string& link, bool up, std::string& error) {
    const bool done = maker_.set(link, up, std::nullopt, error);
    drain();
    return done;
}

bool KernelNetwork::setMtu(const std::string& link, std::uint32_t mtu, std::string& error) {
    const bool done = maker_.set(link, std::nullopt, mtu, error);
    drain();
    return done;
}

bool KernelNetwork::hasAddress(const core::LinkAddress& wanted) {
    bool has = false;
    const auto answer = dumpWhole(
        netlink::dumpAddresses(wanted.family, wanted.interface), [&] { has = false; },
        [&](const netlink::Message& message) {
            const auto one = netlink::linkAddress(message);
            has = has || (one && one->family == wanted.family && one->interface == wanted.interface &&
                          netlink::sameAddress(wanted.family, one->local, wanted.local) &&
                          // whether a pppd sets the peer of the link-local address is its own affair
                          (wanted.family == AF_INET6 || wanted.peer.empty() ||
                           netlink::sameAddress(wanted.family, one->peer, wanted.peer)));
        });
    if (!answer)
        complain_("cannot list the addresses: " + answer.text);
    return has || !answer;
}

bool KernelNetwork::addAddress(const core::LinkAddress& address, std::string& error) {
    error.clear();
    const auto request = netlink::addAddress(address, error);
    if (!request)
        return false;
    const netlink::Verdict answer = client_.ask(*request);
    drain();
    if (answer || answer.error == EEXIST)
        return true;
    error = answer.text;
    return false;
}

std::string KernelNetwork::makeVlan(const std::string& parent, std::uint32_t id, bool& made,
                                    std::string& error) {
    std::string name = maker_.makeVlan(parent, id, made, error);
    drain();
    return name;
}

std::string KernelNetwork::makeOwnMac(const std::string& parent, const std::string& mac, std::string& error) {
    std::string name = maker_.makeOwnMac(parent, mac, error);
    drain();
    return name;
}

std::vector<std::string> KernelNetwork::madeLinks() {
    return maker_.made();
}

bool KernelNetwork::removeLink(const std::string& link, std::string& error) {
    const bool done = maker_.remove(link, error);
    drain();
    return done;
}

void KernelNetwork::endSession(const std::string& device, const core::MacAddress& peer,
                               std::uint32_t session) {
    if (const std::string error = padts_.send(device, peer, session); !error.empty())
        complain_("cannot end the session of a lost engine: " + error);
}

std::unique_ptr<core::Pending> KernelNetwork::refuseLateSessions(const std::string& device,
                                                                 std::vector<std::uint8_t> hostUniq,
                                                                 core::Duration howLong) {
    return std::make_unique<LateSessions>(loop_, device, std::move(hostUniq), howLong, complain_);
}

std::optional<core::LinkCounters> KernelNetwork::counters(std::uint32_t index) {
    std::optional<core::LinkCounters> out;
    client_.dump(netlink::showLink(index), [&](const netlink::Message& message) {
        if (const auto facts = netlink::link(message))
            out = facts->counters;
    });
    drain(); // of one that went, the notice is there before the end of the engine that owned it
    if (out)
        return out;
    const auto last = std::find_if(lastCounters_.rbegin(), lastCounters_.rend(),
                                   [&](const auto& entry) { return entry.first == index; });
    return last == lastCounters_.rend() ? std::nullopt : std::optional(last->second);
}

/// Ways of a multipath route are only in its raw.
bool KernelNetwork::present(const core::Route& route) const {
    return std::any_of(routes_.begin(), routes_.end(), [&](const core::Route& has) {
        return sameKey(has, route) && has.protocol == route.protocol && has.interface == route.interface &&
               has.gateway == route.gateway && has.source == route.source &&
               (has.interface != 0 || has.raw == route.raw);
    });
}

void KernelNetwork::drain() {
    for (int n = 0; n < kDatagramsAtOnce; ++n) {
        const auto outcome = monitor_.receive(false);
        if (outcome == NetlinkSocket::Outcome::Nothing)
            return resync();
        const auto all = netlink::messages(monitor_.datagram());
        if (outcome == NetlinkSocket::Outcome::Lost || !all) {
            lostNotices();
            continue;
        }
        for (const netlink::Message& message : *all)
            take(message);
    }
    lostNotices();
    resync();
}

void KernelNetwork::lostNotices() {
    stale_ = {true, true, true, true};
    bare_.insert(0);
    announce();
}

void KernelNetwork::lost(int family) {
    (family == AF_INET ? stale_.ip4 : stale_.ip6) = true;
}

void KernelNetwork::take(const netlink::Message& message) {
    if (const auto facts = netlink::link(message))
        takeLink(*facts, message.type == RTM_DELLINK);
    else if (auto route = netlink::route(message))
        takeRoute(std::move(*route), message);
    else if (const auto address = netlink::linkAddress(message))
        message.type == RTM_DELADDR ? takeLostAddress(*address) : takeAddress(*address);
    else if (const auto rule = netlink::rule(message))
        takeRule(*rule, message.type == RTM_DELRULE);
    else if (message.type == RTM_DELNEXTHOP)
        stale_.ip4 = stale_.ip6 = true;
}

void KernelNetwork::takeLink(const netlink::LinkFacts& facts, bool gone) {
    const std::uint32_t index = facts.link.index;
    if (gone || !facts.link.up)
        forgetRoutesOf(index);
    if (gone) {
        if (facts.counters)
            lastCounters_.emplace_back(index, *facts.counters);
        if (lastCounters_.size() > kLastCounters)
            lastCounters_.pop_front();
        return linkWent(index);
    }
    core::Link link = facts.link;
    const auto known = links_.find(index);
    if (!facts.hasMtu && known != links_.end()) {
        link.mtu = known->second.mtu;
        link.master = known->second.master;
        link.vrfTable = known->second.vrfTable;
    }
    if (!link.name.empty())
        linkIs(link);
}

/// A network of the machine's own may have come, which somebody answers for a peer in (ARP).
void KernelNetwork::takeAddress(const core::LinkAddress& address) {
    if (address.family != AF_INET || !address.peer.empty() || !links_.contains(address.interface))
        return;
    notices_.push_back({address.interface, {}});
    announce();
}

/// With an IPv4 address go the routes that have it as their source, and with the last one of a link all its
/// IPv4 routes (fib_inetaddr_event, net/ipv4/fib_frontend.c); before Linux 6.6 without a notice
/// (fib_table_flush, net/ipv4/fib_trie.c).
void KernelNetwork::takeLostAddress(const core::LinkAddress& address) {
    bare_.insert(address.interface);
    announce();
    const auto touched = [&](const core::Route& r) {
        return r.family == AF_INET &&
               (r.interface == address.interface || r.interface == 0 || r.source == address.local);
    };
    if (address.family == AF_INET && std::any_of(routes_.begin(), routes_.end(), touched))
        lost(AF_INET);
}

/// A link that is down or gone has no routes; the kernel does not say so for each (fib_sync_down_dev,
/// net/ipv4/fib_semantics.c; for IPv6 with sysctl skip_notify_on_dev_down).
void KernelNetwork::forgetRoutesOf(std::uint32_t interface) {
    const auto erased =
        std::erase_if(routes_, [&](const core::Route& r) { return r.interface == interface; });
    if (std::any_of(routes_.begin(), routes_.end(), [](const core::Route& r) { return r.interface == 0; }))
        stale_.ip4 = stale_.ip6 = true;
    if (erased != 0) {
        routesChanged_ = true;
        announce();
    }
}

void KernelNetwork::takeRoute(core::Route route, const netlink::Message& message) {
    if (!kept(route))
        return;
    const auto known = std::find(routes_.begin(), routes_.end(), route);
    const bool related =
        std::any_of(routes_.begin(), routes_.end(), [&](const core::Route& r) { return sameKey(r, route); });
    if (message.type == RTM_DELROUTE) {
        if (known == routes_.end()) {
            // One way of a multipath route, or a lifetime that ran on: only the kernel knows what is left.
            if (related)
                lost(route.family);
            return;
        }
        routes_.erase(known);
    } else {
        if (known != routes_.end())
            return;
        // What a replacement or one more way made of the routes beside it is not said.
        if (related && ((message.flags & NLM_F_REPLACE) != 0 || route.family == AF_INET6))
            return lost(route.family);
        routes_.push_back(std::move(route));
    }
    routesChanged_ = true;
    announce();
}

void KernelNetwork::resync() {
    const Stale stale = std::exchange(stale_, Stale{});
    stale_.links = stale.links && !dumpLinks();
    stale_.ip4 = stale.ip4 && !dumpRoutes(AF_INET);
    stale_.ip6 = stale.ip6 && !dumpRoutes(AF_INET6);
    stale_.rules = stale.rules && !dumpRules();
}

/// Again where the table changed under the dump; the last view is taken as it is, notices will correct it.
netlink::Verdict KernelNetwork::dumpWhole(const std::vector<std::uint8_t>& request,
                                          const std::function<void()>& restart,
                                          const std::function<void(const netlink::Message&)>& take) {
    netlink::Verdict answer;
    for (int n = 0; n < kDumpAttempts; ++n) {
        restart();
        answer = client_.dump(request, take);
        if (answer.error != EINTR)
            return answer;
    }
    return {};
}

bool KernelNetwork::dumpLinks() {
    std::map<std::uint32_t, core::Link> found;
    const auto answer = dumpWhole(
        netlink::dumpLinks(), [&] { found.clear(); },
        [&](const netlink::Message& message) {
            if (const auto facts = netlink::link(message))
                found.insert_or_assign(facts->link.index, facts->link);
        });
    if (!answer) {
        complain_("cannot list the links: " + answer.text);
        return false;
    }
    std::vector<std::uint32_t> gone;
    for (const auto& [index, link] : links_)
        if (!found.contains(index))
            gone.push_back(index);
    for (const std::uint32_t index : gone)
        linkWent(index);
    for (const auto& [index, link] : found)
        linkIs(link);
    return true;
}

bool KernelNetwork::dumpRoutes(int family) {
    std::vector<core::Route> found;
    const auto answer = dumpWhole(
        netlink::dumpRoutes(family), [&] { found.clear(); },
        [&](const netlink::Message& message) {
            auto route = netlink::route(message);
            // Without IPv6 in the kernel a dump of it shows all families.
            if (route && route->family == family && kept(*route))
                found.push_back(std::move(*route));
        });
    if (!answer && answer.error != ENOENT && answer.error != EOPNOTSUPP) {
        complain_("cannot list the routes: " + answer.text);
        return false;
    }
    std::vector<core::Route> before;
    std::copy_if(routes_.begin(), routes_.end(), std::back_inserter(before),
                 [&](const core::Route& r) { return r.family == family; });
    if (before == found)
        return true;
    std::erase_if(routes_, [&](const core::Route& r) { return r.family == family; });
    routes_.insert(routes_.end(), found.begin(), found.end());
    routesChanged_ = true;
    announce();
    return true;
}

void KernelNetwork::linkIs(const core::Link& link) {
    const auto known = links_.find(link.index);
    if (known != links_.end() && known->second == link)
        return;
    if (known != links_.end() && known->second.name != link.name)
        notices_.push_back({0, known->second.name});
    links_.insert_or_assign(link.index, link);
    notices_.push_back({link.index, {}});
    announce();
}

void KernelNetwork::linkWent(std::uint32_t index) {
    const auto known = links_.find(index);
    if (known == links_.end())
        return;
    notices_.push_back({0, known->second.name});
    links_.erase(known);
    announce();
}

void KernelNetwork::deliver() {
    const std::vector<Notice> notices = std::exchange(notices_, {});
    const std::set<std::uint32_t> bare = std::exchange(bare_, {});
    const bool routesChanged = std::exchange(routesChanged_, false);
    std::map<std::uint32_t, std::size_t> last; // a link is shown once, as it is now, where it changed last
    for (std::size_t n = 0; n < notices.size(); ++n)
        last.insert_or_assign(notices[n].changed, n);
    for (std::size_t n = 0; n < notices.size() && listener_ != nullptr; ++n) {
        if (notices[n].changed == 0)
            listener_->linkGone(notices[n].gone);
        else if (const auto now = link(notices[n].changed); now && last.at(now->index) == n)
            listener_->linkChanged(*now);
    }
    for (const std::uint32_t index : bare)
        if (listener_ != nullptr && (index == 0 || links_.contains(index)))
            listener_->addressGone(index);
    if (routesChanged && listener_ != nullptr)
        listener_->routesChanged();
}

} // namespace ppp::sys
