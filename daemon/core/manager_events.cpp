// SPDX-License-Identifier: LGPL-2.1-or-later
// What the manager passes on: from connections to the observer, from the machine to the connections.
#include <algorithm>
#include <iterator>
#include <utility>

#include "core/late_session.hpp"
#include "core/manager.hpp"
#include "core/text.hpp"

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

std::string Manager::routeTrouble(const std::string& connection) const {
    return routing_.trouble(connection);
}

bool Manager::ownsDefaultRoute(const std::string& connection) const {
    return routing_.owns(connection);
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
    const std::set<std::string> owners = routing_.owners();
    const std::set<std::string> before = std::exchange(owners_, owners);
    std::set<std::string> changed;
    std::set_symmetric_difference(owners.begin(), owners.end(), before.begin(), before.end(),
                                  std::inserter(changed, changed.end()));
    for (const std::string& name : changed) {
        if (Connection* one = find(name)) {
            connectionChanged(*one);
        }
    }
    const std::string old = std::exchange(announcedPrimary_, routing_.primary());
    if (old != announcedPrimary_ && observer_ != nullptr) {
        observer_->managerChanged();
    }
}

void Manager::claimClamp(const std::string& connection, const MssClamp& clamp) {
    clamping_.claim(connection, clamp);
}

void Manager::releaseClamp(const std::string& connection) {
    clamping_.release(connection);
}

/// The links' own choices have a say in it.
void Manager::announceHandler() {
    if (std::string handler = ports_.dns.handler(); observer_ != nullptr && handler != handlerShown_) {
        handlerShown_ = std::move(handler);
        observer_->managerChanged();
    }
}

void Manager::announceAll() {
    for (Connection* connection : connections()) {
        connectionChanged(*connection);
    }
}

void Manager::connectionChanged(Connection& connection) {
    announceHandler();
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

bool Manager::sessionsAlike(const Profile& profile, const Connection& from) const {
    const auto alike = [&](const Profile* its) {
        return its != nullptr && its->pppoe && its->pppoe->interface == profile.pppoe->interface &&
               !its->pppoe->hostUniq.empty() && sentHostUniq(*its, 0) == sentHostUniq(profile, 0);
    };
    const auto all = connections();
    return profile.pppoe && !profile.pppoe->hostUniq.empty() &&
           std::any_of(all.begin(), all.end(), [&](const Connection* other) {
               const auto& stored = other->profile();
               return other != &from &&
                      (alike(other->runningProfile()) || alike(stored ? &*stored : nullptr));
           });
}

void Manager::pinServer(const std::string& connection, const Route& route) {
    routing_.pin(connection, route);
}

void Manager::unpinServer(const std::string& connection) {
    routing_.unpin(connection);
}

void Manager::settlePins() {
    routing_.settlePins();
}

PinWays Manager::pinWays() const {
    std::set<std::uint32_t> tunnels;
    for (const auto& [name, connection] : connections_) {
        if (const std::uint32_t index = connection->tunnelIndex(); index != 0) {
            tunnels.insert(index);
        }
    }
    return {ports_.network.routes(), std::move(tunnels)};
}

/// Carried out by whoever reconciles next.
void Manager::checkPins() {
    const PinWays ways = pinWays();
    for (Connection* connection : connections()) {
        connection->checkPin(ways);
    }
}

void Manager::addressMoves(const std::string& connection, bool may) {
    may ? moving_.hold(connection) : moving_.release(connection);
}

std::unique_ptr<Pending> Manager::askSecrets(AgentQuestion question, const std::string& caller,
                                             std::function<void(AgentOutcome)> done) {
    return agents_.ask(std::move(question), caller, std::move(done));
}

void Manager::agentCame() {
    for (Connection* connection : connections()) {
        connection->agentCame();
    }
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
    clamping_.linkChanged(link);
    for (Connection* connection : connections()) {
        connection->linkChanged(link);
    }
}

/// Many may go in one turn: what their routes were for is looked at once, by routesChanged().
void Manager::linkGone(const std::string& name) {
    for (Connection* connection : connections()) {
        connection->linkGone(name);
    }
}

void Manager::engineChanged() {
    for (Connection* connection : connections()) {
        connection->engineChanged();
    }
}

void Manager::routesChanged() {
    const BootTime now = ports_.clock.now();
    if (routesLater_) {
        return;
    }
    if (const BootTime next = routePace_.next(now); next > now) {
        routesLater_ = ports_.clock.at(next, [this] {
            routesLater_.reset();
            putRoutesRight();
        });
        return;
    }
    putRoutesRight();
}

void Manager::putRoutesRight() {
    checkPins(); // before their default routes win again
    const std::string repaired = routing_.reconcile();
    if (!repaired.empty() && routePace_.repaired(ports_.clock.now())) {
        ports_.journal.log(Severity::Warning, "",
                           text::cat("routes have to be put right again and again (", repaired,
                                     "), now twice a second: another program looks after them, too"));
    }
    announcePrimary();
    announceHandler();
    for (Connection* connection : connections()) {
        if (observer_ != nullptr && connection->showsRoutes()) {
            observer_->connectionChanged(*connection);
        }
    }
}

void Manager::addressGone(std::uint32_t interface) {
    for (Connection* connection : connections()) {
        connection->addressGone(interface);
    }
}

} // namespace ppp::core
