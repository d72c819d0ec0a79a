// SPDX-License-Identifier: LGPL-2.1-or-later
// Record first, kernel second; restoring the other way round.
#include "core/routing.hpp"

#include <algorithm>
#include <utility>

#include "core/family.hpp"
#include "core/record.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

constexpr const char* kDown = "the interface is down"; // comes right by itself: nothing for the journal

Route shiftMetric(const void* context, const Route& route, std::uint32_t metric) {
    return static_cast<const Network*>(context)->withMetric(route, metric);
}

std::string show(const Route& route) {
    const std::string any = route.family == kInet6 ? "IPv6 default" : "default";
    const std::string to = route.isDefault() ? any : text::cat(route.destination, "/", +route.prefix);
    const std::string via = route.gateway.empty() ? "" : text::cat(" via ", route.gateway);
    return text::cat(to, via, " metric ", route.metric);
}

std::string firstOf(const RoutePlan& plan, const RulePlan& rules) {
    if (!plan.displace.empty()) {
        return show(plan.displace.front().original);
    }
    for (const auto* routes : {&plan.add, &plan.remove}) {
        if (!routes->empty()) {
            return show(routes->front());
        }
    }
    for (const auto* some : {&rules.add, &rules.remove}) {
        if (!some->empty()) {
            return text::cat("rule from ", some->front().source, " lookup ", some->front().table);
        }
    }
    return {};
}

std::string join(const std::set<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) {
        out += (out.empty() ? "" : "; ") + line;
    }
    return out;
}

} // namespace

Routing::Routing(Network& network, RecordStore& records, Journal& journal)
    : network_(network), records_(records), journal_(journal) {}

void Routing::recover(const std::string& record) {
    displaced_ = displacedFromJson(record);
    saved_ = true;
}

bool Routing::claim(const RouteClaim& claim, std::string& error) {
    claims_[claim.connection] = claim;
    refused_.erase(claim.interface); // said once more
    reconcile();
    error = trouble(claim.connection);
    return !refused_.contains(claim.interface);
}

void Routing::withdraw(const std::string& connection) {
    const auto claim = claims_.find(connection);
    if (claim != claims_.end()) {
        refused_.erase(claim->second.interface);
        claims_.erase(claim);
    }
    reconcile();
}

std::string Routing::trouble(const std::string& connection) const {
    const auto claim = claims_.find(connection);
    if (claim == claims_.end()) {
        return {};
    }
    const auto refusal = refused_.find(claim->second.interface);
    return refusal == refused_.end() ? unmoved_ : join(refusal->second);
}

void Routing::pin(const std::string& connection, const Route& route) {
    const auto known = pins_.find(connection);
    if (known == pins_.end() || known->second != route) {
        refused_.erase(route.interface);
        pins_[connection] = route;
        pinsMoved_ = true;
    }
}

void Routing::unpin(const std::string& connection) {
    pinsMoved_ = pins_.erase(connection) > 0 || pinsMoved_;
}

void Routing::settlePins() {
    if (pinsMoved_) {
        reconcile();
    }
}

void Routing::settle() {
    held_ = false;
    reconcile();
}

std::string Routing::reconcile() {
    if (held_) {
        return {};
    }
    pinsMoved_ = false;
    std::vector<RouteClaim> claims;
    for (const auto& [name, claim] : claims_) {
        claims.push_back(claim);
        if (claim.lookUp && claim.ip6) {
            for (std::string& address : network_.globalAddresses6(claim.interface)) {
                claims.back().sources.push_back(std::move(address));
            }
        }
    }
    std::vector<Route> pins;
    for (const auto& [name, route] : pins_) {
        pins.push_back(route);
    }
    unmoved_.clear();
    const RoutePlan plan = planRoutes(claims, network_.routes(), displaced_, shiftMetric, &network_, pins);
    primary_ = plan.primary;
    primary6_ = plan.primary6;
    const Refused before = std::exchange(refused_, {});
    const RulePlan rules = planRules(claims, network_.rules());
    change(plan, rules);
    for (const auto& [interface, lines] : refused_) {
        const auto said = before.find(interface);
        for (const std::string& line : lines) {
            if (line != kDown && (said == before.end() || !said->second.contains(line))) {
                journal_.log(Severity::Error, "", line);
            }
        }
    }
    return firstOf(plan, rules);
}

void Routing::linkIsUp(std::uint32_t interface) {
    if (refused_.contains(interface)) {
        reconcile();
    }
}

std::string Routing::primary() const {
    return !primary_.empty() ? primary_ : owns(primary6_) ? primary6_ : std::string();
}

bool Routing::owns(const std::string& connection) const {
    const auto claim = claims_.find(connection);
    return claim != claims_.end() && connection == (claim->second.ip4 ? primary_ : primary6_);
}

std::set<std::string> Routing::owners() const {
    std::set<std::string> out;
    for (const std::string& name : {primary_, primary6_}) {
        if (owns(name)) {
            out.insert(name);
        }
    }
    return out;
}

bool Routing::isDown(std::uint32_t interface) const {
    const auto link = network_.link(interface);
    return link && !link->up;
}

void Routing::change(const RoutePlan& plan, const RulePlan& rules) {
    const bool moved = displace(plan);
    const auto refusals = network_.addAll(plan.add);
    for (std::size_t n = 0; n < plan.add.size(); ++n) {
        const Route& route = plan.add[n];
        if (refusals[n].empty()) {
            continue;
        }
        if (isDown(route.interface)) { // whoever sets it up again has the routes back by linkIsUp()
            refused_[route.interface].insert(kDown);
        } else {
            report(route, "cannot add route", refusals[n]);
        }
    }
    changeRules(rules);
    // A default route that gives way to a restored one goes after it, a plain one before.
    const bool back = restore(plan);
    const auto errors = network_.removeAll(plan.remove);
    for (std::size_t n = 0; n < plan.remove.size(); ++n) {
        if (!errors[n].empty()) {
            report(plan.remove[n], "cannot remove route", errors[n]);
        }
    }
    if (moved || back) {
        save();
    }
}

void Routing::changeRules(const RulePlan& rules) {
    std::string error;
    const auto tell = [&](const Rule& rule, const char* what) {
        for (const auto& [name, claim] : claims_) {
            if (claim.table == rule.table) {
                refused_[claim.interface].insert(
                    text::cat(what, " (from ", rule.source, " table ", rule.table, "): ", error));
                return;
            }
        }
        refused_[0].insert(text::cat(what, " (from ", rule.source, " table ", rule.table, "): ", error));
    };
    for (const Rule& rule : rules.add) {
        if (!network_.addRule(rule, error)) {
            tell(rule, "cannot add rule");
        }
    }
    for (const Rule& rule : rules.remove) {
        if (!network_.removeRule(rule, error)) {
            tell(rule, "cannot remove rule");
        }
    }
}

void Routing::unrecord(const Displaced& one) {
    std::erase_if(displaced_, [&](const Displaced& d) { return sameRoute(d.shifted, one.shifted); });
}

/// True where the record has to be written again afterwards.
bool Routing::displace(const RoutePlan& plan) {
    if (plan.displace.empty()) {
        return dropCopies(plan);
    }
    const auto before = displaced_;
    for (const Displaced& rival : plan.displace) {
        unrecord(rival);
        displaced_.push_back(rival);
    }
    if (!save()) {
        displaced_ = before; // what is not on record must not be done: nobody could undo it
        unmoved_ = text::cat("another default route stays in force (", show(plan.displace.front().original),
                             "): that it is moved aside cannot be recorded");
        return dropCopies(plan);
    }
    const bool dropped = dropCopies(plan); // before the new one moves: who dies in between must still see why
    std::string error;
    const auto failed = [&](const Route& route) {
        report(route, "cannot move another default route aside", error);
        unmoved_ = text::cat("another default route stays in force (", show(route), "): ", error);
    };
    for (const Displaced& rival : plan.displace) {
        const auto old = std::find_if(before.begin(), before.end(), [&](const Displaced& d) {
            return sameRoute(d.shifted, rival.shifted);
        });
        // Renewed with other attributes: IPv4 would keep both copies, IPv6 the old one.
        if (old != before.end() && old->shifted.raw != rival.shifted.raw &&
            !network_.remove(old->shifted, error)) {
            failed(rival.original);
        } else if (!network_.add(rival.shifted, error) || !network_.remove(rival.original, error)) {
            failed(rival.original);
        }
    }
    return dropped;
}

bool Routing::dropCopies(const RoutePlan& plan) {
    std::string error;
    for (const Displaced& rival : plan.drop) {
        if (!network_.remove(rival.shifted, error)) {
            report(rival.shifted, "cannot remove the moved copy of a route", error);
            continue;
        }
        unrecord(rival);
    }
    return !plan.drop.empty();
}

bool Routing::restore(const RoutePlan& plan) {
    std::string error;
    for (const Displaced& rival : plan.restore) {
        Route back = rival.original;
        if (const auto now = back.expires ? network_.asNow(rival.shifted) : std::nullopt) {
            back = network_.withMetric(*now, back.metric);
        }
        if (!network_.add(back, error)) { // a worse route beats none, and the next change may let
            report(rival.original, "cannot restore route", error); // the better one in
        } else if (!network_.remove(rival.shifted, error)) {
            report(rival.shifted, "cannot remove the moved copy of a route", error);
        } else {
            unrecord(rival);
        }
    }
    for (const Displaced& rival : plan.forget) {
        unrecord(rival);
    }
    return !plan.restore.empty() || !plan.forget.empty();
}

bool Routing::save() try {
    if (displaced_.empty()) {
        if (saved_) {
            records_.remove(kRecord);
        }
        saved_ = false;
        return true;
    }
    records_.save(kRecord, toJson(displaced_));
    saved_ = true;
    return true;
} catch (const std::exception& e) {
    journal_.log(Severity::Error, "", text::cat("cannot write the record of moved routes: ", e.what()));
    return false;
}

void Routing::report(const Route& route, const std::string& what, const std::string& error) {
    refused_[route.interface].insert(text::cat(what, " (", show(route), "): ", error));
}

} // namespace ppp::core
