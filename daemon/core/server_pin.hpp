// SPDX-License-Identifier: LGPL-2.1-or-later
// The host route that keeps a tunnel's server reachable beside the tunnel, whatever default route the tunnel
// brings: which way it goes, and when it has to go another. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/route.hpp"

namespace ppp::core {

/// Our host route to a server.
struct ServerPin {
    Route route;
    bool viaDefault = false; ///< it goes where a default route went: it moves when that does
    bool operator==(const ServerPin&) const = default;
};

/// The ways there are, looked through once for all servers that need one: with hundreds of tunnels each must
/// not walk through the routes of all others.
class PinWays {
public:
    /// `routes`: default routes, and all routes of ours; `tunnels`: the interfaces whose packets go through a
    /// tunnel that itself needs a pinned server.
    PinWays(const std::vector<Route>& routes, std::set<std::uint32_t> tunnels);

    bool isTunnel(std::uint32_t interface) const { return tunnels_.contains(interface); }
    /// The default route beside all tunnels, lowest metric first; null: there is none.
    const Route* bestDefault(int family) const;
    /// Our host route to this server that `fits`; null: there is none.
    const Route* pinTo(const std::string& server, int family,
                       const std::function<bool(const Route&)>& fits) const;

private:
    std::set<std::uint32_t> tunnels_;
    std::map<int, Route> best_; ///< by family
    std::multimap<std::pair<int, std::string>, Route> pins_;
};

/// Whether the kernel's way is to the machine itself, or to no single other one: nothing to be pinned.
bool endsHere(const Route& way);

/// The way for a server without a pin: the kernel's (Network::routeTo; nothing where it has none), unless
/// that leads into a tunnel; then beside it, as another tunnel's pin to the same server or the best default
/// route goes. Nothing where there is no such way, and for addresses of the machine itself.
std::optional<ServerPin> choosePin(const std::string& server, int family, const PinWays& ways,
                                   const std::optional<Route>& kernel);

/// A pin that stands, again: the same one, or another where the default route it followed goes elsewhere now.
/// The kernel is not asked: its way would be the pin itself. Nothing where the pin is gone from the routes.
std::optional<ServerPin> followPin(const ServerPin& held, const PinWays& ways);

/// Textual form of 4 or 16 bytes; empty for others.
std::string showServer(const std::vector<std::uint8_t>& address);

} // namespace ppp::core
