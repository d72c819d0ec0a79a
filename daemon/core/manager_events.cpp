// SPDX-License-Identifier: LGPL-2.1-or-later
// What the manager passes on: from connections to the observer, from the machine to the connections.
#include <algorithm>

#include "core/manager.hpp"

namespace ppp::core {

bool Manager::claimRoutes(const RouteClaim& claim, std::string& error) {
    const bool done = routing_.claim(claim, error);
    announcePrimary();
    return done;
}

void Manager::withdrawRoutes(const std::string& connection) {
    routing_.withdraw(connection);
    announcePrimary();
}

bool Manager::ownsDefaultRoute(const std::string& connection) const {
    return routing_.primary() == connection;
}

bool Manager::claimZone(const ZoneClaim& claim, std::string& error, Answer later) {
    return zones_.claimZone(claim, error, std::move(later));
}

bool Manager::releaseZone(const std::string& connection, Answer later) {
    return zones_.releaseZone(connection, std::move(later));
}

bool Manager::claimProxy(const std::string& connection, const std::string& address, std::string& error) {
    return proxies_.claimProxy(connection, address, error);
}

void Manager::releaseProxy(const std::string& connection) {
    proxies_.releaseProxy(connection);
}

void Manager::announcePrimary() {
    if (announcedPrimary_ == routing_.primary()) {
        return;
    }
    Connection* old = find(announcedPrimary_);
    Connection* now = find(routing_.primary());
    announcedPrimary_ = routing_.primary();
    for (Connection* one : {old, now}) {
        if (one != nullptr) {
            connectionChanged(*one);
        }
    }
    if (observer_ != nullptr) {
        observer_->managerChanged();
    }
}

void Manager::connectionChanged(Connection& connection) {
    if (observer_ != nullptr) {
        observer_->connectionChanged(connection);
    }
}

void Manager::connectionStateChanged(Connection& connection, State now, State old, Reason reason,
                                     const Details& details) {
    if (observer_ != nullptr) {
        observer_->connectionStateChanged(connection, now, old, reason, details);
    }
}

void Manager::connectionEvent(Connection& connection, const TimelineEntry& entry) {
    if (observer_ != nullptr) {
        observer_->connectionEvent(connection, entry);
    }
}

std::unique_ptr<DialTurn> Manager::askTurn(std::function<void()> go) {
    return pacer_.ask(std::move(go));
}

bool Manager::passOnRaised(const std::string& link, const Connection& from) {
    for (Connection* connection : connections()) {
        if (connection != &from && connection->inheritRaised(link)) {
            return true;
        }
    }
    return false;
}

bool Manager::passOnWidened(const LineState& line, const Connection& from) {
    for (Connection* connection : connections()) {
        if (connection != &from && connection->inheritWidened(line)) {
            return true;
        }
    }
    return false;
}

bool Manager::madeLinkShared(const std::string& link, const Connection& from) const {
    return anyUses(link, &from);
}

void Manager::pinServer(const std::string& connection, const Route& route) {
    routing_.pin(connection, route);
}

void Manager::unpinServer(const std::string& connection) {
    routing_.unpin(connection);
}

void Manager::addressMoves(const std::string& connection, bool may) {
    may ? moving_.hold(connection) : moving_.release(connection);
}

bool Manager::isTunnel(std::uint32_t interface) const {
    return std::any_of(connections_.begin(), connections_.end(),
                       [&](const auto& entry) { return entry.second->tunnels(interface); });
}

bool Manager::anyUses(const std::string& madeLink, const Connection* but) const {
    return std::any_of(connections_.begin(), connections_.end(), [&](const auto& entry) {
        return entry.second.get() != but && entry.second->usesMadeLink(madeLink);
    });
}

void Manager::linkChanged(const Link& link) {
    if (link.up) {
        routing_.linkIsUp(link.index);
        announcePrimary();
    }
    for (Connection* connection : connections()) {
        connection->linkChanged(link);
    }
}

void Manager::linkGone(const std::string& name) {
    for (Connection* connection : connections()) {
        connection->linkGone(name);
        connection->checkPin(); // its way may have gone with it
    }
    routing_.reconcile();
    announcePrimary();
}

void Manager::engineChanged() {
    for (Connection* connection : connections()) {
        connection->engineChanged();
    }
}

void Manager::routesChanged() {
    for (Connection* connection : connections()) { // before their default routes win again
        connection->checkPin();
    }
    routing_.reconcile();
    announcePrimary();
    for (Connection* connection : connections()) {
        connection->routesChanged();
    }
}

void Manager::addressGone(std::uint32_t interface) {
    for (Connection* connection : connections()) {
        connection->addressGone(interface);
    }
}

} // namespace ppp::core
