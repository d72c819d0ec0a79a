// SPDX-License-Identifier: LGPL-2.1-or-later
// Static routes and rules as the kernel is to have them.
#include "core/profile_routes.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <arpa/inet.h>

namespace ppp::core {

namespace {

constexpr std::uint32_t kDefaultMetric6 = 1024; // what IPv6 makes of 0 (IP6_RT_PRIO_USER, net/ip6_fib.h)

/// As the kernel writes it.
std::string plainAddress(int family, const std::string& text) {
    std::array<std::uint8_t, 16> bytes{};
    std::array<char, INET6_ADDRSTRLEN> out{};
    if (inet_pton(family, text.c_str(), bytes.data()) != 1 ||
        inet_ntop(family, bytes.data(), out.data(), out.size()) == nullptr) {
        return text;
    }
    return out.data();
}

int familyOf(const std::string& address) {
    return address.find(':') == std::string::npos ? AF_INET : AF_INET6;
}

/// Of two that are the same in this the kernel makes one multipath route (fib6_add_rt2node,
/// net/ipv6/ip6_fib.c).
using MergeKey = std::tuple<std::uint32_t, std::string, std::uint8_t, std::uint32_t>;

std::optional<MergeKey> mergeKey(const Route& route) {
    return route.family == AF_INET6 && !route.gateway.empty()
               ? std::optional<MergeKey>({route.table, route.destination, route.prefix, route.metric})
               : std::nullopt;
}

} // namespace

std::uint32_t metricIn(int family, std::optional<std::uint32_t> metric) {
    return metric.value_or(0) == 0 && family == AF_INET6 ? kDefaultMetric6 : metric.value_or(0);
}

Route staticRoute(const RouteClaim& claim, const StaticRoute& wish) {
    Route route;
    route.family = familyOf(wish.to);
    const auto slash = wish.to.find('/');
    route.prefix = slash == std::string::npos
                       ? std::uint8_t(route.family == AF_INET ? 32 : 128)
                       : static_cast<std::uint8_t>(std::stoul(wish.to.substr(slash + 1)));
    if (route.prefix != 0) {
        route.destination = plainAddress(route.family, wish.to.substr(0, slash));
    }
    route.table = claim.table.value_or(kMainTable);
    if (!wish.via.empty()) {
        route.gateway = plainAddress(familyOf(wish.via), wish.via);
    }
    route.scope = wish.via.empty() ? std::uint8_t{253} : std::uint8_t{0};
    route.interface = claim.interface;
    route.metric = metricIn(route.family, wish.metric);
    return route;
}

void addStatic(const std::vector<RouteClaim>& claims, std::vector<Route>& wanted) {
    std::set<MergeKey> there;
    for (const Route& route : wanted) {
        if (const auto key = mergeKey(route)) {
            there.insert(*key);
        }
    }
    for (const RouteClaim& claim : claims) {
        for (const StaticRoute& wish : claim.routes) {
            Route route = staticRoute(claim, wish);
            if (!(route.family == AF_INET ? claim.ip4 : claim.ip6)) {
                continue;
            }
            if (const auto key = mergeKey(route); !key || there.insert(*key).second) {
                wanted.push_back(std::move(route));
            }
        }
    }
}

RulePlan planRules(const std::vector<RouteClaim>& claims, const std::vector<Rule>& present) {
    std::vector<Rule> wanted;
    for (const RouteClaim& claim : claims) {
        for (const std::string& source : claim.sources) {
            const int family = familyOf(source);
            if (claim.table) {
                wanted.push_back({family, plainAddress(family, source), *claim.table});
            }
        }
    }
    const auto before = [](const Rule& a, const Rule& b) {
        return std::tie(a.family, a.source, a.table) < std::tie(b.family, b.source, b.table);
    };
    const std::set<Rule, decltype(before)> there(present.begin(), present.end(), before);
    std::set<Rule, decltype(before)> asked(before);
    RulePlan plan;
    for (const Rule& rule : wanted) {
        if (asked.insert(rule).second && !there.contains(rule)) {
            plan.add.push_back(rule);
        }
    }
    std::copy_if(present.begin(), present.end(), std::back_inserter(plan.remove),
                 [&](const Rule& rule) { return !asked.contains(rule); });
    return plan;
}

} // namespace ppp::core
