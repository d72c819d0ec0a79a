// SPDX-License-Identifier: LGPL-2.1-or-later
// A pace for each route. Metrics are not part of what a route is called: ours may have another one after each
// repair.
#include "core/route_fights.hpp"

#include <algorithm>

#include "core/family.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

std::string called(const Route& route) {
    const std::string any = route.family == kInet6 ? "IPv6 default" : "default";
    const std::string to = route.isDefault() ? any : text::cat(route.destination, "/", +route.prefix);
    const std::string via = route.gateway.empty() ? "" : text::cat(" via ", route.gateway);
    const std::string table = route.table == kMainTable ? "" : text::cat(" table ", route.table);
    return text::cat(to, via, table);
}

std::string words(const RouteRepair& repair) {
    return text::cat(repair.what, " again and again; it is put right every ",
                     RepairPace::kSlow / std::chrono::seconds(1), " s only");
}

} // namespace

std::string routeWords(const Route& route) {
    return text::cat(called(route), " metric ", route.metric);
}

std::set<RouteRepair> repairsOf(const RoutePlan& plan, const RulePlan& rules) {
    std::set<RouteRepair> out;
    for (const Displaced& rival : plan.displace) {
        out.insert(
            {0, text::cat("somebody puts another default route in force (", called(rival.original), ")")});
    }
    for (const Route& route : plan.add) {
        out.insert(
            {route.interface, text::cat("somebody removes a route of the link (", called(route), ")")});
    }
    for (const Rule& rule : rules.add) {
        out.insert({0, text::cat("somebody removes a rule (from ", rule.source, " table ", rule.table, ")")});
    }
    return out;
}

BootTime RouteFights::due(const std::set<RouteRepair>& repairs, BootTime now) const {
    BootTime due = now;
    for (const RouteRepair& repair : repairs) {
        const auto pace = paces_.find(repair);
        if (pace != paces_.end() && pace->second.contested()) {
            due = std::max(due, pace->second.last() + RepairPace::kSlow);
        }
    }
    return due;
}

std::vector<std::string> RouteFights::repaired(const std::set<RouteRepair>& repairs, BootTime now) {
    std::vector<std::string> begun;
    for (const RouteRepair& repair : repairs) {
        RepairPace& pace = paces_[repair];
        const bool fought = pace.contested();
        pace.repaired(now);
        if (pace.contested() && !fought) {
            begun.push_back(words(repair));
        }
    }
    return begun;
}

bool RouteFights::settle(BootTime now) {
    bool over = false;
    std::erase_if(paces_, [&](const auto& entry) {
        const bool still = now >= entry.second.last() + RepairPace::kCalm;
        over = over || (still && entry.second.contested());
        return still;
    });
    return over;
}

bool RouteFights::any() const {
    return std::any_of(paces_.begin(), paces_.end(),
                       [](const auto& entry) { return entry.second.contested(); });
}

std::string RouteFights::trouble(std::uint32_t interface) const {
    std::string out;
    for (const auto& [repair, pace] : paces_) {
        if (pace.contested() && (repair.interface == 0 || repair.interface == interface)) {
            out += (out.empty() ? "" : "; ") + words(repair);
        }
    }
    return out;
}

} // namespace ppp::core
