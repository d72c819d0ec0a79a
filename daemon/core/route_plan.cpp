// SPDX-License-Identifier: LGPL-2.1-or-later
// The default-route contest of each family: ours wins, nobody's route is lost.
#include "core/route_plan.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <sys/socket.h>

#include "core/profile_routes.hpp"

namespace ppp::core {

namespace {

constexpr std::uint32_t kOurMetric = 50;       // where the rivals leave room: below DHCP's 100 and more
constexpr std::uint32_t kShiftedMetric = 4000; // where rivals go that stood as low as ours would

bool contains(const std::vector<Route>& routes, const Route& wanted) {
    return std::any_of(routes.begin(), routes.end(), [&](const Route& r) { return sameRoute(r, wanted); });
}

auto identity(const Route& r) {
    return std::tie(r.interface, r.metric, r.family, r.table, r.prefix, r.type, r.selective, r.destination,
                    r.gateway);
}

/// Routes by what tells them apart, as sameRoute(): with a thousand links each is looked for among a thousand
/// whenever one changes, so it is a sorted list and no tree.
class KnownRoutes {
public:
    explicit KnownRoutes(const std::vector<Route>& routes) {
        sorted_.reserve(routes.size());
        for (const Route& route : routes) {
            sorted_.push_back(&route);
        }
        std::stable_sort(sorted_.begin(), sorted_.end(), before);
    }

    /// The first of those that are the same; null: none is.
    const Route* find(const Route& route) const {
        const auto found = std::lower_bound(sorted_.begin(), sorted_.end(), &route, before);
        return found == sorted_.end() || before(&route, *found) ? nullptr : *found;
    }

private:
    static bool before(const Route* a, const Route* b) {
        if (a->interface != b->interface) {
            return a->interface < b->interface;
        }
        const auto order = identity(*a) <=> identity(*b);
        return order != 0 ? order < 0 : a->interface == 0 && a->raw < b->raw; // its ways are only there
    }

    std::vector<const Route*> sorted_;
};

bool isShifted(const std::vector<Displaced>& displaced, const Route& route) {
    return std::any_of(displaced.begin(), displaced.end(),
                       [&](const Displaced& d) { return sameRoute(d.shifted, route); });
}

/// An owner has one route of a kind on an interface.
bool sameOwner(const Route& a, const Route& b) {
    return a.family == b.family && a.table == b.table && a.metric == b.metric && a.protocol == b.protocol &&
           a.interface == b.interface && a.interface != 0;
}

bool wantsDefault(const RouteClaim& claim, int family) {
    return family == AF_INET ? claim.ip4 && claim.defaultRoute != RoutePolicy::Never
                             : claim.ip6 && claim.routed6 && claim.defaultRoute6 != RoutePolicy::Never;
}

const std::optional<std::uint32_t>& metricOf(const RouteClaim& claim, int family) {
    return family == AF_INET ? claim.metric : claim.metric6;
}

/// What is decided for one family; the plan is shared.
class Contest {
public:
    Contest(int family, const std::vector<RouteClaim>& claims, const std::vector<Route>& present,
            const std::vector<Displaced>& displaced, WithMetric withMetric, const void* context,
            RoutePlan& plan, std::vector<Route>& wanted)
        : family_(family), claims_(claims), present_(present), displaced_(displaced), withMetric_(withMetric),
          context_(context), plan_(plan), wanted_(wanted) {
        for (const RouteClaim& claim : claims_) {
            ownLinks_.push_back(claim.interface);
        }
        std::sort(ownLinks_.begin(), ownLinks_.end());
    }

    /// The connection that wins.
    std::string settle() {
        const auto ranked = contestants();
        const auto automatic = static_cast<std::uint32_t>(std::count_if(
            ranked.begin(), ranked.end(), [&](const auto* c) { return !metricOf(*c, family_); }));
        findFixed();
        const std::uint32_t room = automatic > 0 ? roomFor(automatic) : 0;
        if (automatic > 0) {
            displaceRivals(room);
        } else {
            restoreRivals();
        }
        addDefaults(ranked, automatic, room);
        return winner(room);
    }

private:
    using Metrics = std::vector<std::pair<std::uint32_t, std::uint32_t>>; // by interface, sorted

    std::uint32_t lowest() const { return family_ == AF_INET ? 0 : 1; }

    /// A default route of ours is none, nor is one of our own link: the kernel makes it from an
    /// advertisement.
    bool isRival(const Route& route) const {
        return route.family == family_ && route.table == kMainTable && route.isDefault() &&
               route.protocol != kRouteProtocol && !route.selective && !isShifted(displaced_, route) &&
               !(family_ == AF_INET6 && isOurLink(route.interface));
    }

    bool isOurLink(std::uint32_t interface) const {
        return std::binary_search(ownLinks_.begin(), ownLinks_.end(), interface);
    }

    std::vector<const RouteClaim*> contestants() const {
        std::vector<const RouteClaim*> out;
        for (const RouteClaim& claim : claims_) {
            if (wantsDefault(claim, family_) && !claim.table) {
                out.push_back(&claim);
            }
        }
        const auto last = [&](const RouteClaim* c) {
            return (family_ == AF_INET ? c->defaultRoute : c->defaultRoute6) != RoutePolicy::Always;
        };
        std::sort(out.begin(), out.end(), [&](const RouteClaim* a, const RouteClaim* b) {
            const bool aLast = last(a);
            const bool bLast = last(b);
            return std::tie(aLast, a->priority, a->connection) < std::tie(bLast, b->priority, b->connection);
        });
        return out;
    }

    std::uint32_t lowestRival(std::uint32_t atLeast) const {
        std::uint32_t found = UINT32_MAX;
        for (const Route& route : present_) {
            if (isRival(route) && route.metric >= atLeast) {
                found = std::min(found, route.metric);
            }
        }
        return found;
    }

    /// The metrics that people have given to default routes of ours: no automatic one is the same.
    void findFixed() {
        for (const RouteClaim& claim : claims_) {
            if (!claim.table && wantsDefault(claim, family_) && metricOf(claim, family_)) {
                fixed_.push_back(metricIn(family_, metricOf(claim, family_)));
            }
            for (const StaticRoute& wish : claim.routes) {
                const Route route = staticRoute(claim, wish);
                if (route.family == family_ && route.table == kMainTable && route.isDefault()) {
                    fixed_.push_back(route.metric);
                }
            }
        }
        std::sort(fixed_.begin(), fixed_.end());
        fixed_.erase(std::unique(fixed_.begin(), fixed_.end()), fixed_.end());
    }

    bool isFixed(std::uint32_t metric) const {
        return std::binary_search(fixed_.begin(), fixed_.end(), metric);
    }

    std::uint32_t nextFree(std::uint32_t metric) const {
        while (isFixed(metric)) {
            ++metric;
        }
        return metric;
    }

    /// Whether `count` metrics from `first` to below `end` are free.
    bool fits(std::uint32_t count, std::uint32_t first, std::uint32_t end) const {
        const auto inside = std::lower_bound(fixed_.begin(), fixed_.end(), end) -
                            std::lower_bound(fixed_.begin(), fixed_.end(), first);
        return first <= end && end - first >= count + static_cast<std::uint32_t>(inside);
    }

    /// Below this there are `count` free metrics.
    std::uint32_t roomFor(std::uint32_t count) const {
        std::uint32_t metric = nextFree(lowest());
        while (--count > 0) {
            metric = nextFree(metric + 1);
        }
        return metric + 1;
    }

    /// From it upwards `count` metrics are ours; rivals below the room for them have given way.
    std::uint32_t baseMetric(std::uint32_t rival, std::uint32_t count) const {
        std::uint32_t base = kOurMetric;
        while (base > lowest() && !fits(count, base, rival)) {
            --base;
        }
        return base;
    }

    void displaceRivals(std::uint32_t room) {
        for (const Route& route : present_) {
            if (isRival(route) && route.metric < room) {
                plan_.displace.push_back({route, shiftedCopy(route)});
            }
        }
    }

    /// A rival that comes back while its copy is still there (a DHCP renewal, another router advertisement)
    /// goes onto the same copy; one in the place of another makes the other's copy void.
    Route shiftedCopy(const Route& route) {
        std::vector<const Displaced*> replaced;
        for (const Displaced& known : displaced_) {
            if (sameRoute(known.original, route)) {
                return withMetric_(context_, route, known.shifted.metric);
            }
            if (sameOwner(known.original, route) && !contains(present_, known.original)) {
                replaced.push_back(&known);
            }
        }
        if (replaced.size() == 1) { // of several nobody can tell which one it was
            plan_.drop.push_back(*replaced.front());
        }
        std::uint32_t metric = kShiftedMetric;
        while (taken(metric)) { // IPv6 would merge two of one metric into one
            ++metric;
        }
        return withMetric_(context_, route, metric);
    }

    bool taken(std::uint32_t metric) const {
        const auto has = [&](const Route& r) {
            return r.family == family_ && r.table == kMainTable && r.isDefault() && r.metric == metric;
        };
        const auto shifted = [&](const Displaced& d) { return has(d.shifted); };
        return std::any_of(present_.begin(), present_.end(), has) ||
               std::any_of(displaced_.begin(), displaced_.end(), shifted) ||
               std::any_of(plan_.displace.begin(), plan_.displace.end(), shifted);
    }

    void restoreRivals() {
        for (const Displaced& one : displaced_) {
            if (one.original.family != family_) {
                continue;
            }
            const auto now = std::find_if(present_.begin(), present_.end(),
                                          [&](const Route& r) { return sameRoute(r, one.shifted); });
            if (now == present_.end()) {
                plan_.forget.push_back(one);
            } else if (contains(present_, one.original) || isReplaced(one.original)) {
                plan_.drop.push_back(one);
            } else {
                // a lifetime has run on in the copy
                const Route back =
                    now->expires ? withMetric_(context_, *now, one.original.metric) : one.original;
                plan_.restore.push_back({back, one.shifted});
            }
        }
    }

    bool isReplaced(const Route& original) const {
        return std::any_of(present_.begin(), present_.end(), [&](const Route& r) {
            return isRival(r) && sameOwner(r, original) && !isMoved(r);
        });
    }

    /// There is a copy of it: it is one of those that stood beside each other, renewed.
    bool isMoved(const Route& original) const {
        return std::any_of(displaced_.begin(), displaced_.end(), [&](const Displaced& d) {
            return sameRoute(d.original, original) && contains(present_, d.shifted);
        });
    }

    bool isOurs(const Route& route) const {
        return route.family == family_ && route.table == kMainTable && route.isDefault() &&
               route.protocol == kRouteProtocol;
    }

    /// The automatic default routes that links have from us now, up to the `farthest`.
    Metrics standing(std::uint32_t farthest) const {
        Metrics out;
        for (const Route& route : present_) {
            if (isOurs(route) && !isFixed(route.metric) && route.metric <= farthest) {
                out.emplace_back(route.interface, route.metric);
            }
        }
        std::stable_sort(out.begin(), out.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        return out;
    }

    /// Rising metrics for the automatic ones of `ranked`, below the next rival. Whoever has a fitting one
    /// keeps it: among hundreds of links the end of one must not move all others. Numbered anew, without
    /// gaps, once they have spread too far.
    void number(const std::vector<const RouteClaim*>& ranked, std::uint32_t automatic, std::uint32_t room) {
        constexpr std::uint32_t kGaps = 64;
        const std::uint32_t rival = lowestRival(room);
        const std::uint32_t base = baseMetric(rival, automatic);
        const std::uint32_t farthest =
            base + 2 * automatic + kGaps + static_cast<std::uint32_t>(fixed_.size());
        if (give(ranked, automatic, standing(farthest), base, rival) > farthest) {
            give(ranked, automatic, {}, base, rival);
        }
    }

    /// The highest metric that an automatic one has got, or 0.
    std::uint32_t give(const std::vector<const RouteClaim*>& ranked, std::uint32_t left,
                       const Metrics& before, std::uint32_t next, std::uint32_t rival) {
        std::uint32_t highest = 0;
        given_.clear();
        for (const RouteClaim* claim : ranked) {
            if (const auto& fixed = metricOf(*claim, family_)) {
                given_.emplace_back(claim, metricIn(family_, fixed));
                continue;
            }
            --left; // those that come after this one need room, too
            const auto old = std::lower_bound(before.begin(), before.end(), std::pair(claim->interface, 0U));
            const bool stays = old != before.end() && old->first == claim->interface && old->second >= next &&
                               fits(left, old->second + 1, rival);
            highest = stays ? old->second : nextFree(next);
            given_.emplace_back(claim, highest);
            next = highest + 1;
        }
        return highest;
    }

    void addDefaults(const std::vector<const RouteClaim*>& ranked, std::uint32_t automatic,
                     std::uint32_t room) {
        number(ranked, automatic, room);
        for (const auto& [claim, metric] : given_) {
            want(*claim, metric, kMainTable);
        }
        for (const RouteClaim& claim : claims_) {
            if (claim.table && wantsDefault(claim, family_)) {
                want(claim, metricIn(family_, metricOf(claim, family_)), *claim.table);
            }
        }
    }

    void want(const RouteClaim& claim, std::uint32_t metric, std::uint32_t table) {
        Route route;
        route.family = family_;
        route.interface = claim.interface;
        route.metric = metric;
        route.table = table;
        wanted_.push_back(std::move(route));
    }

    /// The kernel goes by the metric alone; of equals the one that was there first wins, and those to come
    /// are added as ranked. Rivals below `room` have given way, others come back.
    std::string winner(std::uint32_t room) const {
        const auto best = std::min_element(given_.begin(), given_.end(),
                                           [](const auto& a, const auto& b) { return a.second < b.second; });
        std::uint32_t rival = lowestRival(room);
        for (const Displaced& back : plan_.restore) {
            rival = back.original.family == family_ ? std::min(rival, back.original.metric) : rival;
        }
        if (best == given_.end() || best->second >= rival) {
            return {};
        }
        std::map<std::uint32_t, const RouteClaim*> equals; // by interface
        for (const auto& [claim, metric] : given_) {
            if (metric == best->second) {
                equals.emplace(claim->interface, claim);
            }
        }
        const auto first = std::find_if(present_.begin(), present_.end(), [&](const Route& route) {
            return isOurs(route) && route.metric == best->second && equals.contains(route.interface);
        });
        return (first == present_.end() ? best->first : equals.at(first->interface))->connection;
    }

    const int family_;
    const std::vector<RouteClaim>& claims_;
    const std::vector<Route>& present_;
    const std::vector<Displaced>& displaced_;
    WithMetric withMetric_;
    const void* context_;
    RoutePlan& plan_;
    std::vector<Route>& wanted_;
    std::vector<std::uint32_t> ownLinks_;                            ///< sorted
    std::vector<std::uint32_t> fixed_;                               ///< sorted
    std::vector<std::pair<const RouteClaim*, std::uint32_t>> given_; ///< metrics, as ranked
};

} // namespace

bool sameRoute(const Route& a, const Route& b) {
    return identity(a) == identity(b) && (a.interface != 0 || a.raw == b.raw); // its ways are only there
}

bool RouteClaim::operator==(const RouteClaim& other) const {
    const auto fields = [](const RouteClaim& c) {
        return std::tie(c.connection, c.interface, c.priority, c.defaultRoute, c.metric, c.table, c.routes,
                        c.ip4, c.ip6, c.routed6, c.defaultRoute6, c.metric6, c.lookUp, c.sources);
    };
    return fields(*this) == fields(other);
}

RoutePlan planRoutes(const std::vector<RouteClaim>& claims, const std::vector<Route>& present,
                     const std::vector<Displaced>& displaced, WithMetric withMetric, const void* context,
                     const std::vector<Route>& pins) {
    RoutePlan plan;
    std::vector<Route> wanted;
    wanted.reserve(pins.size() + 2 * claims.size());
    wanted.insert(wanted.end(), pins.begin(), pins.end()); // before any default route of ours
    const auto contest = [&](int family) {
        return Contest(family, claims, present, displaced, withMetric, context, plan, wanted).settle();
    };
    plan.primary = contest(AF_INET);
    plan.primary6 = contest(AF_INET6);
    addStatic(claims, wanted);
    const KnownRoutes there(present);
    const KnownRoutes asked(wanted);
    for (const Route& route : wanted) {
        if (there.find(route) == nullptr && asked.find(route) == &route) { // two tunnels may have one server
            plan.add.push_back(route);
        }
    }
    for (const Route& route : present) {
        if (route.protocol == kRouteProtocol && asked.find(route) == nullptr &&
            !isShifted(displaced, route)) {
            plan.remove.push_back(route);
        }
    }
    return plan;
}

} // namespace ppp::core
