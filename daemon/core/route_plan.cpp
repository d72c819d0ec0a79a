// SPDX-License-Identifier: LGPL-2.1-or-later
// The default-route contest: ours wins, nobody's route is lost.
#include "core/route_plan.hpp"

#include <algorithm>
#include <tuple>

namespace ppp::core {

namespace {

constexpr int kInet = 2;                       // AF_INET
constexpr std::uint32_t kOurMetric = 50;       // where the rivals leave room: below DHCP's 100 and more
constexpr std::uint32_t kShiftedMetric = 4000; // where rivals go that stood as low as ours would

bool sameKey(const Route& a, const Route& b) {
    return a.family == b.family && a.table == b.table && a.destination == b.destination &&
           a.prefix == b.prefix && a.metric == b.metric && a.interface == b.interface &&
           a.gateway == b.gateway && a.type == b.type;
}

bool contains(const std::vector<Route>& routes, const Route& wanted) {
    return std::any_of(routes.begin(), routes.end(), [&](const Route& r) { return sameKey(r, wanted); });
}

bool isShifted(const std::vector<Displaced>& displaced, const Route& route) {
    return std::any_of(displaced.begin(), displaced.end(),
                       [&](const Displaced& d) { return sameKey(d.shifted, route); });
}

bool isRival(const Route& route) {
    return route.family == kInet && route.table == kMainTable && route.isDefault() &&
           route.protocol != kRouteProtocol;
}

std::vector<const RouteClaim*> contestants(const std::vector<RouteClaim>& claims) {
    std::vector<const RouteClaim*> out;
    for (const RouteClaim& claim : claims) {
        if (claim.defaultRoute != RoutePolicy::Never && !claim.table) {
            out.push_back(&claim);
        }
    }
    std::sort(out.begin(), out.end(), [](const RouteClaim* a, const RouteClaim* b) {
        const bool aLast = a->defaultRoute != RoutePolicy::Always;
        const bool bLast = b->defaultRoute != RoutePolicy::Always;
        return std::tie(aLast, a->priority, a->connection) < std::tie(bLast, b->priority, b->connection);
    });
    return out;
}

/// Metrics base, base+1, … are ours. Rivals below base + count must give way.
std::uint32_t baseMetric(std::uint32_t lowestRival, std::uint32_t count) {
    if (lowestRival >= kOurMetric + count) {
        return kOurMetric;
    }
    return lowestRival >= count ? lowestRival - count : kOurMetric;
}

class Planner {
public:
    Planner(const std::vector<RouteClaim>& claims, const std::vector<Route>& present,
            const std::vector<Displaced>& displaced, WithMetric withMetric, const void* context,
            const std::vector<Route>& pins)
        : claims_(claims), present_(present), displaced_(displaced), withMetric_(withMetric),
          context_(context), pins_(pins) {}

    RoutePlan plan() {
        for (const Route& pin : pins_) { // before any default route of ours
            want(pin);
        }
        const auto ranked = contestants(claims_);
        const auto automatic = static_cast<std::uint32_t>(
            std::count_if(ranked.begin(), ranked.end(), [](const auto* c) { return !c->metric; }));
        if (automatic > 0) {
            displaceRivals(automatic);
        } else {
            restoreRivals();
        }
        addDefaults(ranked, automatic);
        for (const RouteClaim& claim : claims_) {
            addOwn(claim);
        }
        removeStale();
        choosePrimary(ranked);
        return std::move(plan_);
    }

private:
    std::uint32_t lowestRival(std::uint32_t atLeast) const {
        std::uint32_t lowest = UINT32_MAX;
        for (const Route& route : present_) {
            if (isRival(route) && !isShifted(displaced_, route) && route.metric >= atLeast) {
                lowest = std::min(lowest, route.metric);
            }
        }
        return lowest;
    }

    void displaceRivals(std::uint32_t count) {
        if (lowestRival(0) >= count) {
            return;
        }
        std::uint32_t metric = kShiftedMetric;
        for (const Route& route : present_) {
            if (!isRival(route) || isShifted(displaced_, route) || route.metric >= count) {
                continue;
            }
            plan_.displace.push_back({route, shiftedCopy(route, metric)});
        }
    }

    /// A rival that comes back while its copy is still there (a DHCP renewal) goes onto the same copy.
    Route shiftedCopy(const Route& route, std::uint32_t& metric) const {
        for (const Displaced& known : displaced_) {
            if (sameKey(known.original, route)) {
                return known.shifted;
            }
        }
        Route shifted = withMetric_(context_, route, metric);
        while (contains(present_, shifted) || isShifted(displaced_, shifted)) {
            shifted = withMetric_(context_, route, ++metric);
        }
        ++metric;
        return shifted;
    }

    void restoreRivals() {
        for (const Displaced& one : displaced_) {
            (contains(present_, one.shifted) ? plan_.restore : plan_.forget).push_back(one);
        }
    }

    void addDefaults(const std::vector<const RouteClaim*>& ranked, std::uint32_t automatic) {
        if (ranked.empty()) {
            return;
        }
        std::uint32_t metric = baseMetric(lowestRival(automatic), automatic);
        for (const RouteClaim* claim : ranked) {
            Route route;
            route.interface = claim->interface;
            route.metric = claim->metric ? *claim->metric : metric++;
            want(route);
        }
    }

    void addOwn(const RouteClaim& claim) {
        if (claim.table && claim.defaultRoute != RoutePolicy::Never) {
            Route route;
            route.table = *claim.table;
            route.interface = claim.interface;
            route.metric = claim.metric.value_or(0);
            want(route);
        }
        for (const StaticRoute& extra : claim.routes) {
            if (extra.to.find(':') != std::string::npos) {
                continue;
            }
            Route route;
            const auto slash = extra.to.find('/');
            route.destination = extra.to.substr(0, slash);
            route.prefix = slash == std::string::npos
                               ? std::uint8_t{32}
                               : static_cast<std::uint8_t>(std::stoul(extra.to.substr(slash + 1)));
            if (route.prefix == 0) {
                route.destination.clear();
            }
            route.table = claim.table.value_or(kMainTable);
            route.gateway = extra.via;
            route.scope = extra.via.empty() ? std::uint8_t{253} : std::uint8_t{0};
            route.interface = claim.interface;
            route.metric = extra.metric.value_or(0);
            want(route);
        }
    }

    void want(const Route& route) {
        const bool twice = contains(wanted_, route); // two tunnels to one server
        wanted_.push_back(route);
        if (!twice && !contains(present_, route)) {
            plan_.add.push_back(route);
        }
    }

    void removeStale() {
        for (const Route& route : present_) {
            if (route.protocol == kRouteProtocol && !contains(wanted_, route) &&
                !isShifted(displaced_, route)) {
                plan_.remove.push_back(route);
            }
        }
    }

    void choosePrimary(const std::vector<const RouteClaim*>& ranked) {
        for (const RouteClaim* claim : ranked) {
            if (!claim->metric || *claim->metric <= lowestRival(0)) {
                plan_.primary = claim->connection;
                return;
            }
        }
    }

    const std::vector<RouteClaim>& claims_;
    const std::vector<Route>& present_;
    const std::vector<Displaced>& displaced_;
    WithMetric withMetric_;
    const void* context_;
    const std::vector<Route>& pins_;
    std::vector<Route> wanted_;
    RoutePlan plan_;
};

} // namespace

bool RouteClaim::operator==(const RouteClaim& other) const {
    const auto same = [](const StaticRoute& a, const StaticRoute& b) {
        return a.to == b.to && a.via == b.via && a.metric == b.metric;
    };
    return connection == other.connection && interface == other.interface && priority == other.priority &&
           defaultRoute == other.defaultRoute && metric == other.metric && table == other.table &&
           std::equal(routes.begin(), routes.end(), other.routes.begin(), other.routes.end(), same);
}

RoutePlan planRoutes(const std::vector<RouteClaim>& claims, const std::vector<Route>& present,
                     const std::vector<Displaced>& displaced, WithMetric withMetric, const void* context,
                     const std::vector<Route>& pins) {
    return Planner(claims, present, displaced, withMetric, context, pins).plan();
}

} // namespace ppp::core
