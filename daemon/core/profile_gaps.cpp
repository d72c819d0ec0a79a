// SPDX-License-Identifier: LGPL-2.1-or-later
// One line a key, to be deleted by whoever makes it work.
#include "core/profile_gaps.hpp"

namespace ppp::core {

std::vector<std::string> keysWithoutEffect(const Profile& profile) {
    std::vector<std::string> out;
    const auto note = [&](bool set, const char* key) {
        if (set) {
            out.emplace_back(key);
        }
    };
    const bool otherHandler =
        profile.dns.handler == DnsHandlerChoice::Resolvconf || profile.dns.handler == DnsHandlerChoice::File;
    note(!profile.ipv4.vrf.empty(), "ipv4.vrf");
    note(profile.ipv6.defaultRoute != RoutePolicy::Auto, "ipv6.default-route");
    note(profile.ipv6.metric.has_value(), "ipv6.metric");
    note(profile.dns.dnssec.has_value(), "dns.dnssec");
    note(profile.dns.overTls.has_value(), "dns.over-tls");
    note(otherHandler, "dns.handler");
    note(!profile.redialAt.empty(), "redial-at");
    note(profile.hooks, "hooks");
    note(!profile.firewallZone.empty(), "firewall-zone");
    return out;
}

} // namespace ppp::core
