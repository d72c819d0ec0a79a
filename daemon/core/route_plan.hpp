// SPDX-License-Identifier: LGPL-2.1-or-later
// Which routes and rules should be in the kernel, given who claims what and what is there: pure. routing.hpp
// carries it out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/profile.hpp"
#include "core/route.hpp"

namespace ppp::core {

/// What one connection that has an address asks for.
struct RouteClaim {
    std::string connection;
    std::uint32_t interface = 0;                  ///< index
    std::int32_t priority = 100;                  ///< lower wins the default route
    RoutePolicy defaultRoute = RoutePolicy::Auto; ///< Always goes before every Auto, whatever the priority
    std::optional<std::uint32_t> metric;          ///< absent: below all others
    std::optional<std::uint32_t> table;           ///< a table of its own: no contest there
    std::vector<StaticRoute> routes;              ///< of both families
    bool ip4 = true;                              ///< the link has IPv4
    bool ip6 = false;                             ///< the link has IPv6
    bool routed6 = false;                         ///< and it leads beyond the peer
    RoutePolicy defaultRoute6 = RoutePolicy::Auto;
    std::optional<std::uint32_t> metric6;
    bool lookUp = false;              ///< packets from an address of the link look into `table` first
    std::vector<std::string> sources; ///< these addresses
    bool operator==(const RouteClaim& other) const;
};

/// A rival that had to give way: what stood there, and our copy of it with a higher metric.
struct Displaced {
    Route original;
    Route shifted;
    bool operator==(const Displaced&) const = default;
};

/// The steps in the order in which no moment is without a default route: displace, drop, add, restore,
/// remove.
struct RoutePlan {
    std::vector<Displaced> displace; ///< add `shifted`, then remove `original`
    std::vector<Displaced> drop;     ///< remove `shifted`: its owner has put another route in its place
    std::vector<Route> add;
    std::vector<Route> remove;
    std::vector<Displaced>
        restore; ///< add `original`, then remove `shifted`; only where `shifted` is still there
    std::vector<Displaced> forget; ///< `shifted` is gone: somebody else took over, so nothing is put back
    std::string primary;           ///< the connection whose IPv4 default route wins; empty: none of ours
    std::string primary6;          ///< of IPv6
    bool empty() const {
        return displace.empty() && drop.empty() && add.empty() && remove.empty() && restore.empty() &&
               forget.empty();
    }
};

/// Route::withMetric of the network port, so that this stays pure.
using WithMetric = Route (*)(const void* context, const Route& route, std::uint32_t metric);

/// `present`: the kernel's routes; `displaced`: those that we hold shifted now; `pins`: host routes to
/// tunnels' servers. All of both families.
///
/// The owner of a displaced route may have put another one in its place, seen by us or, while no daemon
/// lived, not: a route of the same table, metric, protocol and interface with another gateway. The displaced
/// one is then not given back. One that differs in what is not its key (source, MTU, lifetime) is the same
/// route renewed.
RoutePlan planRoutes(const std::vector<RouteClaim>& claims, const std::vector<Route>& present,
                     const std::vector<Displaced>& displaced, WithMetric withMetric, const void* context,
                     const std::vector<Route>& pins = {});

struct RulePlan {
    std::vector<Rule> add, remove;
};
RulePlan planRules(const std::vector<RouteClaim>& claims, const std::vector<Rule>& present);

/// The same route, whatever its attributes beyond the key.
bool sameRoute(const Route& a, const Route& b);

} // namespace ppp::core
