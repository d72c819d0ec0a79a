// SPDX-License-Identifier: LGPL-2.1-or-later
// Record first, kernel second; restoring the other way round.
#include "core/routing.hpp"

#include <algorithm>

#include "core/record.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

Route shiftMetric(const void* context, const Route& route, std::uint32_t metric) {
    return static_cast<const Network*>(context)->withMetric(route, metric);
}

std::string show(const Route& route) {
    const std::string to = route.isDefault() ? "default" : text::cat(route.destination, "/", +route.prefix);
    const std::string via = route.gateway.empty() ? "" : text::cat(" via ", route.gateway);
    return text::cat(to, via, " metric ", route.metric);
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
    refused_.erase(claim.interface);
    reconcile();
    const auto refusal = refused_.find(claim.interface);
    if (refusal != refused_.end()) {
        error = refusal->second;
        return false;
    }
    error = unmoved_;
    return true;
}

void Routing::withdraw(const std::string& connection) {
    const auto claim = claims_.find(connection);
    if (claim != claims_.end()) {
        refused_.erase(claim->second.interface);
        claims_.erase(claim);
    }
    reconcile();
}

void Routing::pin(const std::string& connection, const Route& route) {
    const auto known = pins_.find(connection);
    if (known == pins_.end() || known->second != route) {
        refused_.erase(route.interface);
        pins_[connection] = route;
        reconcile();
    }
}

void Routing::unpin(const std::string& connection) {
    if (pins_.erase(connection) > 0) {
        reconcile();
    }
}

void Routing::reconcile() {
    std::vector<RouteClaim> claims;
    for (const auto& [name, claim] : claims_) {
        claims.push_back(claim);
    }
    std::vector<Route> pins;
    for (const auto& [name, route] : pins_) {
        pins.push_back(route);
    }
    unmoved_.clear();
    const RoutePlan plan = planRoutes(claims, network_.routes(), displaced_, shiftMetric, &network_, pins);
    primary_ = plan.primary;
    if (!plan.empty()) {
        apply(plan);
    }
}

void Routing::linkIsUp(std::uint32_t interface) {
    if (refused_.contains(interface)) {
        reconcile();
    }
}

bool Routing::isDown(std::uint32_t interface) const {
    const auto link = network_.link(interface);
    return link && !link->up;
}

void Routing::apply(const RoutePlan& plan) {
    displace(plan.displace);
    std::string error;
    for (const Route& route : plan.add) {
        if (network_.add(route, error)) { // the kernel knows better than our picture of it whether it is up
            refused_.erase(route.interface);
        } else if (isDown(route.interface)) { // whoever sets it up again has the routes back by linkIsUp()
            refused_[route.interface] = "the interface is down";
        } else {
            report(route, "cannot add route", error);
        }
    }
    // A default route that gives way to a restored one goes after it, a plain one before.
    restore(plan);
    for (const Route& route : plan.remove) {
        if (!network_.remove(route, error)) {
            report(route, "cannot remove route", error);
        }
    }
}

void Routing::displace(const std::vector<Displaced>& rivals) {
    if (rivals.empty()) {
        return;
    }
    const auto before = displaced_;
    for (const Displaced& rival : rivals) {
        const auto known = std::find_if(displaced_.begin(), displaced_.end(),
                                        [&](const Displaced& d) { return d.shifted == rival.shifted; });
        if (known != displaced_.end()) {
            *known = rival;
        } else {
            displaced_.push_back(rival);
        }
    }
    if (!save()) {
        displaced_ = before; // what is not on record must not be done: nobody could undo it
        unmoved_ = text::cat("another default route stays in force (", show(rivals.front().original),
                             "): that it is moved aside cannot be recorded");
        return;
    }
    std::string error;
    for (const Displaced& rival : rivals) {
        if (!network_.add(rival.shifted, error)) {
            report(rival.shifted, "cannot move another default route aside", error);
            continue;
        }
        if (!network_.remove(rival.original, error)) {
            report(rival.original, "cannot move another default route aside", error);
        }
    }
}

void Routing::restore(const RoutePlan& plan) {
    if (plan.restore.empty() && plan.forget.empty()) {
        return;
    }
    std::string error;
    std::vector<Displaced> left;
    for (const Displaced& rival : plan.restore) {
        if (!network_.add(rival.original, error)) {
            report(rival.original, "cannot restore route", error);
            left.push_back(rival); // a worse route beats none, and the next change may let the better one in
            continue;
        }
        if (!network_.remove(rival.shifted, error)) {
            report(rival.shifted, "cannot remove the moved copy of a route", error);
            left.push_back(rival);
        }
    }
    displaced_ = left;
    save();
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
    std::string& said = refused_[route.interface];
    const std::string line = text::cat(what, " (", show(route), "): ", error);
    if (said != line) {
        said = line;
        journal_.log(Severity::Error, "", line);
    }
}

} // namespace ppp::core
