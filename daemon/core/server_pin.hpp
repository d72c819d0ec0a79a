// SPDX-License-Identifier: LGPL-2.1-or-later
// The host route that keeps a tunnel's server reachable beside the tunnel, whatever default route the tunnel
// brings: which way it goes, and when it has to go another. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/route.hpp"

namespace ppp::core {

/// Our host route to a server.
struct ServerPin {
    Route route;
    bool viaDefault = false; ///< it goes where a default route went: it moves when that does
    bool operator==(const ServerPin&) const = default;
};

/// What is known of the machine when a way is looked for.
struct PinView {
    /// The kernel's own answer (Network::routeTo); nothing where it has none.
    std::optional<Route> kernel;
    /// Default routes, and all routes of ours.
    std::vector<Route> routes;
    /// Whether packets into this interface go through a tunnel that itself needs a pinned server.
    std::function<bool(std::uint32_t interface)> isTunnel;
};

/// Whether the kernel's way is to the machine itself, or to no single other one: nothing to be pinned.
bool endsHere(const Route& way);

/// The way for a server without a pin: the kernel's, unless that leads into a tunnel; then beside it, as
/// another tunnel's pin to the same server or the best default route goes. Nothing where there is no such
/// way, and for addresses of the machine itself.
std::optional<ServerPin> choosePin(const std::string& server, int family, const PinView& view);

/// A pin that stands, again: the same one, or another where the default route it followed goes elsewhere now.
/// `view.kernel` is not looked at: it would be the pin itself. Nothing where the pin is gone from the routes.
std::optional<ServerPin> followPin(const ServerPin& held, const PinView& view);

/// Textual form of 4 or 16 bytes; empty for others.
std::string showServer(const std::vector<std::uint8_t>& address);

} // namespace ppp::core
