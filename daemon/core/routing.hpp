// SPDX-License-Identifier: LGPL-2.1-or-later
// Carries out route plans and keeps the record of what gave way: on disk first, then in the kernel, so that
// the next life of the daemon can undo it.
#pragma once

#include <map>
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
    /// Sets (or replaces) a connection's claim and carries it out. False where the kernel refused a route of
    /// this claim; then `error` has its words. True with an `error` where ours is there, but does not win.
    bool claim(const RouteClaim& claim, std::string& error);
    void withdraw(const std::string& connection);
    /// Sets (or replaces) the host route to a connection's tunnel server and carries it out.
    void pin(const std::string& connection, const Route& route);
    void unpin(const std::string& connection);
    /// As pin(), of an earlier life: nothing is done yet.
    void recoverPin(const std::string& connection, const Route& route) { pins_[connection] = route; }
    /// Compares the kernel with the claims and repairs: called after every change of routes.
    void reconcile();
    /// Tries again what this interface could not have while it was down.
    void linkIsUp(std::uint32_t interface);
    /// The connection whose default route wins; empty: none.
    const std::string& primary() const { return primary_; }

    static constexpr const char* kRecord = ".routes"; ///< no connection's name starts with a dot

private:
    void apply(const RoutePlan& plan);
    void displace(const std::vector<Displaced>& rivals);
    void restore(const RoutePlan& plan);
    bool save();
    bool isDown(std::uint32_t interface) const;
    void report(const Route& route, const std::string& what, const std::string& error);

    Network& network_;
    RecordStore& records_;
    Journal& journal_;
    std::map<std::string, RouteClaim> claims_;
    std::map<std::string, Route> pins_;
    std::vector<Displaced> displaced_;
    std::map<std::uint32_t, std::string>
        refused_;         ///< by interface: what the kernel said last, to say it once
    std::string unmoved_; ///< why another default route was not moved aside at the last reconcile
    std::string primary_;
    bool saved_ = false;
};

} // namespace ppp::core
