// SPDX-License-Identifier: LGPL-2.1-or-later
// What a connection does for its tunnel: shows it, and keeps its server's route pinned.
#include "core/connection.hpp"

#include <utility>

#include "core/family.hpp"
#include "core/text.hpp"

namespace ppp::core {

/// Another address of the same server may be tried after the first. The engine waits for the answer with its
/// first packet: before it, the way there may be through another tunnel.
void Connection::onServer(const engine::Server& server) {
    if (!facts_.server || facts_.server->address != server.address || !facts_.pin) {
        unpin();
        facts_.server = server;
        checkPin(host_.pinWays());
        host_.settlePins();
        save();
        changed();
    }
    if (engine_) {
        engine_->serverPinned(server.address);
    }
}

std::uint32_t Connection::tunnelIndex() const {
    return facts_.server ? interfaceIndex() : 0;
}

/// Compares the pin with the routes as they are, and moves it where they have moved.
void Connection::checkPin(const PinWays& ways) {
    if (!facts_.server || !engine_) {
        return;
    }
    const std::string server = showServer(facts_.server->address);
    const int family = facts_.server->address.size() == 4 ? kInet : kInet6;
    std::optional<Route> kernel;
    std::optional<ServerPin> now = facts_.pin ? followPin(*facts_.pin, ways) : std::nullopt;
    if (!now) {
        kernel = ports_.network.routeTo(family, server);
        now = choosePin(server, family, ways, kernel);
    }
    const bool astray = !now && !(kernel && endsHere(*kernel));
    const std::string trouble =
        astray ? text::cat("there is no way to the tunnel's server ", server, " beside the tunnel") : "";
    if (std::exchange(wayTrouble_, trouble) != trouble) {
        if (astray) {
            log(Severity::Warning, trouble);
        }
        changed();
    }
    if (now == facts_.pin) {
        if (now) {
            host_.pinServer(name_, now->route);
        }
        return;
    }
    const bool moved = facts_.pin.has_value() && now.has_value();
    facts_.pin = now;
    save();
    if (!now) {
        host_.unpinServer(name_);
        return;
    }
    if (moved) {
        log(Severity::Notice, text::cat("the way to the tunnel's server ", server, " has changed",
                                        now->route.gateway.empty() ? "" : " to " + now->route.gateway));
    }
    host_.pinServer(name_, now->route);
}

void Connection::unpin() {
    if (facts_.server) {
        facts_.pin.reset();
        wayTrouble_.clear();
        host_.unpinServer(name_);
        host_.settlePins();
    }
}

void Connection::describeTunnel(Details& details) const {
    if (facts_.server) {
        details["server-address"] = showServer(facts_.server->address);
    }
    if (facts_.tunnel) {
        details["tunnel-id"] = facts_.tunnel->id;
        details["peer-tunnel-id"] = facts_.tunnel->peerId;
        if (!facts_.tunnel->host.empty()) {
            details["peer-host-name"] = text::harmless(facts_.tunnel->host, 128);
        }
    }
}

} // namespace ppp::core
