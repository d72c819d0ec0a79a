// SPDX-License-Identifier: LGPL-2.1-or-later
// Preparing and giving back the device below a link.
#include "core/line.hpp"

#include "core/payload.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

constexpr const char* kUnrecorded = "what is done to it cannot be recorded in the runtime folder";

LineStatus raise(Network& network, LineState& line, const std::function<bool()>& remember,
                 std::string& error) {
    const auto link = network.link(line.device);
    if (link && !link->up) {
        line.raisedLink = line.device;
        if (!remember()) {
            line.raisedLink.clear();
            error = text::cat(line.device, " is not set up: ", kUnrecorded);
            return LineStatus::Unrecorded;
        }
        if (!network.setUp(line.device, true, error)) {
            error = text::cat("cannot set up ", line.device, ": ", error);
            return LineStatus::Refused;
        }
    }
    return LineStatus::Ready;
}

/// RFC 4638: a payload of more than 1492 bytes needs a parent that carries 8 more. An interface that cannot
/// is no failure, the session then has 1492; nor is one that nobody could restore.
void widen(const Profile& profile, Network& network, LineState& line, const std::function<bool()>& remember) {
    const std::uint32_t wide = largePayload(profile) + kPppoeOverhead;
    const auto link = network.link(line.device);
    if (wide == kPppoeOverhead || !link || link->mtu >= wide) {
        return;
    }
    const LineState before = line;
    if (line.widenedLink.empty()) {
        line.narrowMtu = link->mtu;
    }
    line.widenedLink = line.device;
    line.wideMtu = wide;
    std::string error;
    if (!remember()) {
        line = before;
    } else if (!network.setMtu(line.device, wide, error)) {
        line = before;
        remember();
    }
}

/// One that we made takes over the port's MTU; one that was there before the port was widened is widened,
/// too: it goes with the last who uses it.
LineStatus makeVlan(const Profile& profile, Network& network, LineState& line,
                    const std::function<bool()>& remember, std::string& error) {
    const PppoeSection& pppoe = *profile.pppoe;
    bool made = false;
    const std::string name = network.makeVlan(pppoe.interface, *pppoe.vlan, made, error);
    if (name.empty()) {
        error = text::cat("cannot make VLAN ", *pppoe.vlan, " on ", pppoe.interface, ": ", error);
        return LineStatus::Refused;
    }
    line.device = name;
    if (made) {
        line.madeParent = name;
        remember();
        const std::uint32_t payload = largePayload(profile);
        const auto link = network.link(name);
        std::string ignored; // without it the session has 1492 bytes, and says so
        if (payload != 0 && link && link->mtu < payload + kPppoeOverhead) {
            network.setMtu(name, payload + kPppoeOverhead, ignored);
        }
    }
    return LineStatus::Ready;
}

LineStatus makeOwnMac(const PppoeSection& pppoe, Network& network, LineState& line,
                      const std::function<bool()>& remember, std::string& error) {
    const std::string name = network.makeOwnMac(line.device, pppoe.cloneMac, error);
    if (name.empty()) {
        error = text::cat("cannot use MAC address ", pppoe.cloneMac, " on ", line.device, ": ", error);
        return LineStatus::Refused;
    }
    line.device = name;
    line.madeLink = name;
    remember();
    return LineStatus::Ready;
}

} // namespace

LineStatus lineStatus(const Profile& profile, const Ports& ports) {
    if (profile.serial) {
        return ports.devices.present(profile.serial->device) ? LineStatus::Ready : LineStatus::Missing;
    }
    if (!profile.pppoe) {
        return LineStatus::Ready;
    }
    const auto link = ports.network.link(profile.pppoe->interface);
    if (!link) {
        return LineStatus::Missing;
    }
    return link->up && !link->carrier ? LineStatus::NoCarrier : LineStatus::Ready;
}

LineStatus prepareLine(const Profile& profile, const Ports& ports, LineState& line,
                       const std::function<bool()>& remember, std::string& error) {
    line.device = device(profile);
    if (!profile.pppoe) {
        const LineStatus status = lineStatus(profile, ports);
        if (status == LineStatus::Missing) {
            error = text::cat("there is no ", line.device);
        }
        return status;
    }
    Network& network = ports.network;
    if (!network.link(line.device)) {
        error = text::cat("there is no interface ", line.device);
        return LineStatus::Missing;
    }
    LineStatus status = raise(network, line, remember, error);
    if (status == LineStatus::Ready) {
        status = lineStatus(profile, ports);
        if (status == LineStatus::NoCarrier) {
            error = text::cat(line.device, " has no carrier: is the cable plugged in?");
        }
    }
    if (status == LineStatus::Ready) {
        widen(profile, network, line, remember);
    }
    if (status == LineStatus::Ready && profile.pppoe->vlan) {
        status = makeVlan(profile, network, line, remember, error);
    }
    if (status == LineStatus::Ready && !profile.pppoe->cloneMac.empty()) {
        status = makeOwnMac(*profile.pppoe, network, line, remember, error);
    }
    return status;
}

std::string undoLine(LineState& line, Network& network,
                     const std::function<bool(const std::string& link)>& shared) {
    std::string error;
    std::string all;
    const auto note = [&](bool done) {
        if (!done) {
            all += all.empty() ? error : text::cat("; ", error);
        }
    };
    if (!line.madeLink.empty() && !shared(line.madeLink)) {
        note(network.removeLink(line.madeLink, error));
    }
    if (!line.madeParent.empty() && !shared(line.madeParent)) {
        note(network.removeLink(line.madeParent, error));
    }
    // somebody who has set another one since wants that
    const auto widened = line.widenedLink.empty() ? std::nullopt : network.link(line.widenedLink);
    if (widened && widened->mtu == line.wideMtu) {
        note(network.setMtu(line.widenedLink, line.narrowMtu, error));
    }
    if (!line.raisedLink.empty() && network.link(line.raisedLink)) {
        note(network.setUp(line.raisedLink, false, error));
    }
    line = {};
    return all;
}

} // namespace ppp::core
