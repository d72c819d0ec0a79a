// SPDX-License-Identifier: LGPL-2.1-or-later
// A tunnel's own interface is never the way to its server, nor is another tunnel's: two could lead through
// each other.
#include "core/server_pin.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include "core/family.hpp"
#include "core/handover.hpp"

namespace ppp::core {
namespace {

constexpr std::uint32_t kPinMetric = 5;            // a person's own host route with metric 0 goes before it
constexpr std::uint8_t kUniverse = 0, kLink = 253; // RT_SCOPE_UNIVERSE, RT_SCOPE_LINK

std::uint8_t hostPrefix(int family) {
    return family == kInet ? 32 : 128;
}

Route along(const std::string& server, int family, const Route& way) {
    Route pin;
    pin.family = family;
    pin.destination = server;
    pin.prefix = hostPrefix(family);
    pin.gateway = way.way().gateway;
    pin.interface = way.way().interface;
    pin.metric = kPinMetric;
    pin.scope = pin.gateway.empty() && family == kInet ? kLink : kUniverse;
    return pin;
}

bool isPinTo(const Route& route, const std::string& server, int family) {
    return route.protocol == kRouteProtocol && route.family == family && route.destination == server &&
           route.prefix == hostPrefix(family);
}

bool goesAlong(const Route& pin, const Route& route) {
    return route.way().interface == pin.interface && route.way().gateway == pin.gateway;
}

/// Lowest metric wins.
const Route* bestDefault(int family, const PinView& view) {
    const Route* best = nullptr;
    for (const Route& route : view.routes) {
        const bool usable = route.family == family && route.isDefault() && route.table == kMainTable &&
                            route.way().interface != 0 && !view.isTunnel(route.way().interface);
        if (usable && (best == nullptr || route.metric < best->metric)) {
            best = &route;
        }
    }
    return best;
}

} // namespace

bool endsHere(const Route& way) {
    constexpr std::uint8_t kLocal = 2, kMulticast = 5; // RTN_LOCAL to RTN_MULTICAST
    return way.type >= kLocal && way.type <= kMulticast;
}

std::optional<ServerPin> choosePin(const std::string& server, int family, const PinView& view) {
    if (view.kernel && endsHere(*view.kernel)) {
        return std::nullopt;
    }
    constexpr std::uint8_t kUnicast = 1; // RTN_UNICAST
    const bool useful = view.kernel && view.kernel->type == kUnicast && view.kernel->way().interface != 0 &&
                        !view.isTunnel(view.kernel->way().interface) &&
                        !isPinTo(*view.kernel, server, family);
    if (useful) {
        return ServerPin{along(server, family, *view.kernel), view.kernel->isDefault()};
    }
    for (const Route& route : view.routes) {
        if (isPinTo(route, server, family) && !view.isTunnel(route.interface)) {
            const Route* best = bestDefault(family, view);
            const bool same = best != nullptr && goesAlong(route, *best);
            return ServerPin{along(server, family, route), same};
        }
    }
    if (const Route* best = bestDefault(family, view)) {
        return ServerPin{along(server, family, *best), true};
    }
    return std::nullopt;
}

std::optional<ServerPin> followPin(const ServerPin& held, const PinView& view) {
    const Route& pin = held.route;
    const bool there = std::any_of(view.routes.begin(), view.routes.end(), [&](const Route& route) {
        return isPinTo(route, pin.destination, pin.family) && route.interface == pin.interface &&
               route.gateway == pin.gateway;
    });
    if (!there) {
        return std::nullopt;
    }
    const Route* best = held.viaDefault ? bestDefault(pin.family, view) : nullptr;
    if (best == nullptr || goesAlong(pin, *best)) {
        return held;
    }
    return ServerPin{along(pin.destination, pin.family, *best), true};
}

std::string showServer(const std::vector<std::uint8_t>& address) {
    std::array<std::uint8_t, 4> four{};
    if (address.size() == four.size()) {
        std::copy(address.begin(), address.end(), four.begin());
        return showAddress(four);
    }
    if (address.size() != 16) {
        return {};
    }
    // The longest run of zero groups is left out, RFC 5952 section 4.2.
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < groups.size(); ++i) {
        groups.at(i) = static_cast<unsigned>(address[2 * i]) << 8 | address[2 * i + 1];
    }
    std::size_t start = groups.size();
    std::size_t length = 1;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        std::size_t run = 0;
        while (i + run < groups.size() && groups.at(i + run) == 0) {
            ++run;
        }
        if (run > length) {
            start = i;
            length = run;
        }
    }
    std::ostringstream out;
    out << std::hex;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (i == start) {
            out << "::";
            i += length - 1;
            continue;
        }
        out << (i == 0 || i == start + length ? "" : ":") << groups.at(i);
    }
    return out.str();
}

} // namespace ppp::core
