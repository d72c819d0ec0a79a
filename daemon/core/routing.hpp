// SPDX-License-Identifier: LGPL-2.1-or-later
// Carries out route plans and keeps the record of what gave way: on disk first, then in the kernel, so that
// the next life of the daemon can undo it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "core/route_plan.hpp"

namespace ppp::core {

class Routing {
public:
    Routing(Network& network, RecordStore& records, Journal& journal);

    /// The displaced routes of an earlier life, from the record of that name; call before the first
    /// reconcile.
    void recover(const std::string& record);
    /// From now until settle() claims are only taken down: the first connection of a new life must not undo
    /// what the others hold.
    void hold() { held_ = true; }
    void settle();
    /// Sets (or replaces) a connection's claim and carries it out. False where the kernel refused something
    /// of this claim; then `error` has its words. True with an `error` where ours is there, but does not win.
    bool claim(const RouteClaim& claim, std::string& error);
    void withdraw(const std::string& connection);
    /// What is amiss with the routes and rules of this connection now; empty: nothing.
    std::string trouble(const std::string& connection) const;
    /// Sets (or replaces) the host route to a connection's tunnel server. Carried out by settlePins(), or
    /// with the next change: when a default route moves, the pins of hundreds of tunnels move with it.
    void pin(const std::string& connection, const Route& route);
    void unpin(const std::string& connection);
    void settlePins();
    /// As pin(), of an earlier life.
    void recoverPin(const std::string& connection, const Route& route) { pins_[connection] = route; }
    /// Compares the kernel with the claims and repairs: called after every change of routes and rules.
    /// Returns one of what had to be put right, for a person; empty: nothing.
    std::string reconcile();
    /// Tries again what this interface could not have while it was down.
    void linkIsUp(std::uint32_t interface);
    /// The connection whose IPv4 default route wins, or where none of ours does, the one without IPv4 whose
    /// IPv6 default route wins; empty: none.
    std::string primary() const;
    /// The machine's default route is this connection's: that of IPv4, or of a link without IPv4 that of
    /// IPv6.
    bool owns(const std::string& connection) const;
    std::set<std::string> owners() const;

    static constexpr const char* kRecord = ".routes"; ///< no connection's name starts with a dot

private:
    using Refused = std::map<std::uint32_t, std::set<std::string>>;

    void change(const RoutePlan& plan, const RulePlan& rules);
    void changeRules(const RulePlan& rules);
    bool displace(const RoutePlan& plan);
    bool dropCopies(const RoutePlan& plan);
    bool restore(const RoutePlan& plan);
    void unrecord(const Displaced& one);
    bool save();
    bool isDown(std::uint32_t interface) const;
    void report(const Route& route, const std::string& what, const std::string& error);

    Network& network_;
    RecordStore& records_;
    Journal& journal_;
    std::map<std::string, RouteClaim> claims_;
    std::map<std::string, Route> pins_;
    std::vector<Displaced> displaced_;
    Refused refused_;     ///< by interface: what the kernel said at the last reconcile
    std::string unmoved_; ///< why another default route was not moved aside at the last reconcile
    std::string primary_, primary6_;
    bool saved_ = false;
    bool held_ = false;
    bool pinsMoved_ = false; ///< since the last reconcile
};

} // namespace ppp::core
