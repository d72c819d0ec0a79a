// SPDX-License-Identifier: LGPL-2.1-or-later
// A tunnel's own interface is never the way to its server, nor is another tunnel's: two could lead through
// each other.
#include "core/server_pin.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

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

bool isPin(const Route& route) {
    return route.protocol == kRouteProtocol && route.prefix == hostPrefix(route.family);
}

bool isPinTo(const Route& route, const std::string& server, int family) {
    return isPin(route) && route.family == family && route.destination == server;
}

bool goesAlong(const Route& pin, const Route& route) {
    return route.way().interface == pin.interface && route.way().gateway == pin.gateway;
}

} // namespace

bool endsHere(const Route& way) {
    constexpr std::uint8_t kLocal = 2, kMulticast = 5; // RTN_LOCAL to RTN_MULTICAST
    return way.type >= kLocal && way.type <= kMulticast;
}

PinWays::PinWays(const std::vector<Route>& routes, std::set<std::uint32_t> tunnels)
    : tunnels_(std::move(tunnels)) {
    for (const Route& route : routes) {
        const bool leadsOn = route.isDefault() && route.table == kMainTable && route.way().interface != 0 &&
                             !isTunnel(route.way().interface);
        if (leadsOn) {
            const Route& best = best_.try_emplace(route.family, route).first->second;
            if (route.metric < best.metric) {
                best_[route.family] = route;
            }
        } else if (isPin(route)) {
            pins_.emplace(std::pair(route.family, route.destination), route);
        }
    }
}

const Route* PinWays::bestDefault(int family) const {
    const auto best = best_.find(family);
    return best == best_.end() ? nullptr : &best->second;
}

const Route* PinWays::pinTo(const std::string& server, int family,
                            const std::function<bool(const Route&)>& fits) const {
    const auto [first, last] = pins_.equal_range({family, server});
    const auto found = std::find_if(first, last, [&](const auto& pin) { return fits(pin.second); });
    return found == last ? nullptr : &found->second;
}

std::optional<ServerPin> choosePin(const std::string& server, int family, const PinWays& ways,
                                   const std::optional<Route>& kernel) {
    if (kernel && endsHere(*kernel)) {
        return std::nullopt;
    }
    constexpr std::uint8_t kUnicast = 1; // RTN_UNICAST
    const bool useful = kernel && kernel->type == kUnicast && kernel->way().interface != 0 &&
                        !ways.isTunnel(kernel->way().interface) && !isPinTo(*kernel, server, family);
    if (useful) {
        return ServerPin{along(server, family, *kernel), kernel->isDefault()};
    }
    const Route* best = ways.bestDefault(family);
    const Route* other =
        ways.pinTo(server, family, [&](const Route& pin) { return !ways.isTunnel(pin.interface); });
    if (other != nullptr) {
        return ServerPin{along(server, family, *other), best != nullptr && goesAlong(*other, *best)};
    }
    return best == nullptr ? std::nullopt : std::optional(ServerPin{along(server, family, *best), true});
}

std::optional<ServerPin> followPin(const ServerPin& held, const PinWays& ways) {
    const Route& pin = held.route;
    const bool there = ways.pinTo(pin.destination, pin.family, [&](const Route& route) {
        return route.interface == pin.interface && route.gateway == pin.gateway;
    }) != nullptr;
    if (!there) {
        return std::nullopt;
    }
    const Route* best = held.viaDefault ? ways.bestDefault(pin.family) : nullptr;
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
