// SPDX-License-Identifier: LGPL-2.1-or-later
// Who puts a route back that gave way to ours, or takes away one of ours, again and again: it is put right at
// a pace, not at the speed of two programs that answer each other.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/repair_pace.hpp"
#include "core/route_plan.hpp"

namespace ppp::core {

/// The route as `ip route` writes it, with its family where that is IPv6; for a person.
std::string routeWords(const Route& route);

/// One thing that somebody undoes.
struct RouteRepair {
    std::uint32_t interface = 0; ///< whose links it concerns; 0: all of them
    std::string what;            ///< for a person
    auto operator<=>(const RouteRepair&) const = default;
};

/// What these plans put right, where claims have not changed since the last ones.
std::set<RouteRepair> repairsOf(const RoutePlan& plan, const RulePlan& rules);

class RouteFights {
public:
    /// The time from which all of it may be carried out; where that is not after `now`, at once.
    BootTime due(const std::set<RouteRepair>& repairs, BootTime now) const;
    /// It was. Returns what became a fight by it, a line each.
    std::vector<std::string> repaired(const std::set<RouteRepair>& repairs, BootTime now);
    /// Forgets what has kept still for RepairPace::kCalm; true where a fight is over by it.
    bool settle(BootTime now);
    /// A fight goes on.
    bool any() const;
    /// The fights that concern this interface, for a person; empty: none.
    std::string trouble(std::uint32_t interface) const;

private:
    std::map<RouteRepair, RepairPace> paces_;
};

} // namespace ppp::core
