// SPDX-License-Identifier: LGPL-2.1-or-later
// The address families of a link: how far IPv6 goes, and what a person is told of both.
#include "core/connection.hpp"

#include <algorithm>

namespace ppp::core {

namespace {

constexpr Duration kWorthRecording = std::chrono::minutes(1); // of a router's or a name server's lifetime

bool moved(BootTime from, BootTime to) {
    return to - from > kWorthRecording || from - to > kWorthRecording;
}

bool sameServers(const std::vector<AdvertisedServer>& a, const std::vector<AdvertisedServer>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const auto& one, const auto& other) { return one.address == other.address; });
}

bool serversMoved(const std::vector<AdvertisedServer>& a, const std::vector<AdvertisedServer>& b) {
    return !std::equal(a.begin(), a.end(), b.begin(), b.end(),
                       [](const auto& one, const auto& other) { return !moved(one.until, other.until); });
}

void describeFamily(const char* key, bool enabled, bool refused, bool missing, Details& details) {
    if (!enabled) {
        details[key] = std::string("off");
    } else if (refused) {
        details[key] = std::string("refused by the peer");
    } else if (missing) {
        details[key] = std::string("no answer");
    }
}

} // namespace

/// What has become of IPv6 beyond the peer is a fact of the link: recorded before the routes follow it.
void Connection::takeReach() {
    const Ip6Reach* reach = handover_.reach6();
    const bool attached = state_ == State::Up || state_ == State::Connecting || standsBy();
    if (reach == nullptr || !facts_.ip6 || !attached || !profile_) {
        return;
    }
    const bool turned = facts_.routed6 != reach->routed || facts_.addresses6 != reach->addresses ||
                        facts_.prefixes6 != reach->prefixes || !sameServers(facts_.servers6, reach->servers);
    if (turned || moved(facts_.router6Until, reach->routerUntil) ||
        serversMoved(facts_.servers6, reach->servers)) {
        facts_.routed6 = reach->routed;
        facts_.addresses6 = reach->addresses;
        facts_.prefixes6 = reach->prefixes;
        facts_.servers6 = reach->servers;
        facts_.router6Until = reach->routerUntil;
        save();
    }
    if (turned) {
        handover_.apply(linkProfile(), presentFacts());
    }
}

void Connection::describeFamilies(View& view) const {
    const bool up = state_ == State::Up;
    describeFamily("ipv4", linkProfile().ipv4.enabled, facts_.ip4Refused, up && !facts_.ip4, view.details);
    describeFamily("ipv6", linkProfile().ipv6.enabled, facts_.ip6Refused, up && !facts_.ip6, view.details);
    if (const Ip6Reach* reach = handover_.reach6(); reach != nullptr && facts_.ip6) {
        view.addresses6 = reach->addresses;
        view.delegatedPrefixes = reach->prefixes;
        if (up && !reach->routed) {
            view.details["ipv6"] = std::string(
                linkProfile().ipv6.acceptRa ? "to the peer only: no router answers" : "to the peer only");
        }
    }
}

} // namespace ppp::core
