// SPDX-License-Identifier: LGPL-2.1-or-later
// Rules between the keys of a profile.
#include "core/profile_check.hpp"

#include <algorithm>
#include <string>

#include "core/extra_options.hpp"
#include "core/profile_keys.hpp"
#include "core/text.hpp"

namespace ppp::core {
namespace {

// What pppd 2.4.9 to 2.5.2 set on a PPPoE link at most: its MAX_PPPOE_MTU (RFC 4638 allows more, 2.5.3 too).
constexpr std::uint32_t kMostPppoe = 1500;

void checkEthernet(const Profile& profile, Faults& faults) {
    const auto tooLong = [&](const std::optional<std::uint32_t>& bytes, std::string_view pointer) {
        if (bytes && *bytes > kMostPppoe) {
            faults.add(pointer, text::cat(*bytes, " is out of range; expected 128 to ", kMostPppoe,
                                          " for type \"pppoe\""));
        }
    };
    tooLong(profile.ppp.mru, "/ppp/mru");
    tooLong(profile.ppp.mtu, "/ppp/mtu");
    if (profile.pppoe && !profile.interfaceName.empty() &&
        profile.interfaceName == profile.pppoe->interface) {
        faults.add("/interface-name",
                   "is the Ethernet interface itself; expected a name for the PPP interface");
    }
}

/// RFC 2516, section 7 and pppd's PPPoE and L2TP plugins: such a link has none of these.
void checkPackets(const Profile& profile, Faults& faults) {
    const PppSection& ppp = profile.ppp;
    const auto serialOnly = [&](bool set, std::string_view pointer) {
        if (set) {
            faults.add(pointer, text::cat("is for serial lines; expected nothing of it with type \"",
                                          wire(profile.type), "\""));
        }
    };
    serialOnly(ppp.asyncmap != 0, "/ppp/asyncmap");
    serialOnly(!ppp.escape.empty(), "/ppp/escape");
    serialOnly(ppp.vj.value_or(false), "/ppp/vj");
    serialOnly(ppp.accomp.value_or(false), "/ppp/accomp");
    serialOnly(ppp.pcomp.value_or(false), "/ppp/pcomp");
    serialOnly(ppp.compression != "off", "/ppp/compression");
}

void checkEscapes(const PppSection& ppp, Faults& faults) {
    for (std::size_t i = 0; i < ppp.escape.size(); ++i) {
        constexpr std::uint8_t kEscapedFlag = 0x5e; // what HDLC's flag byte becomes
        if (ppp.escape[i] == kEscapedFlag) {
            faults.add(itemPointer("/ppp/escape", i), "0x5e cannot be escaped; expected another byte");
        }
    }
}

void checkAuth(const Profile& profile, Faults& faults) {
    const auto& refuse = profile.auth.refuse;
    const auto refused = [&](std::string_view method) {
        return std::find(refuse.begin(), refuse.end(), method) != refuse.end();
    };
    const auto& require = profile.auth.require;
    const auto required = [&](std::string_view method) {
        return std::find(require.begin(), require.end(), method) != require.end();
    };
    const bool peerGivesKeys = required("mschap") || required("mschapv2");
    if (required("eap")) {
        faults.add("/auth/require",
                   "\"eap\" cannot be asked of the peer: pppd takes the secret for it from a file alone; "
                   "expected \"pap\", \"chap\", \"mschap\" or \"mschapv2\"");
    }
    if (profile.ppp.mppe != "off" && peerGivesKeys && !(refused("mschap") && refused("mschapv2"))) {
        faults.add("/ppp/mppe",
                   "takes its keys from MS-CHAP in one direction alone; expected \"mschap\" and \"mschapv2\" "
                   "in /auth/refuse, or neither of them in /auth/require");
    }
    if (profile.ppp.mppe != "off" && !peerGivesKeys && refused("mschap") && refused("mschapv2") &&
        refused("eap")) {
        faults.add("/ppp/mppe",
                   "needs the keys of MS-CHAP or EAP; expected not all of \"mschap\", \"mschapv2\" and "
                   "\"eap\" in /auth/refuse");
    }
}

void checkNetwork(const Profile& profile, Faults& faults) {
    if (!profile.ipv4.enabled && !profile.ipv6.enabled) {
        faults.add("/ipv6/enabled", "is false, as /ipv4/enabled is; expected one of them to be true");
    }
    if (!profile.ipv4.local.empty() && profile.ipv4.local == profile.ipv4.peer) {
        faults.add("/ipv4/peer", "is the local address too; expected another");
    }
    for (std::size_t i = 0; i < profile.ipv4.routes.size(); ++i) {
        const StaticRoute& route = profile.ipv4.routes[i];
        const auto six = [](const std::string& text) { return text.find(':') != std::string::npos; };
        if (!route.via.empty() && six(route.to) != six(route.via)) {
            faults.add(text::cat(itemPointer("/ipv4/routes", i), "/via"),
                       "is of the other family than \"to\"; expected the same");
        }
    }
    if (profile.ipv4.table && !profile.ipv4.vrf.empty()) {
        faults.add("/ipv4/table", "is not used with /ipv4/vrf, which has a table; expected null");
    }
    const bool usesServers =
        profile.dns.mode == DnsMode::Static || profile.dns.mode == DnsMode::PeerAndStatic;
    if (!usesServers && !profile.dns.servers.empty()) {
        faults.add("/dns/servers",
                   R"(would not be used; expected /dns/mode "static" or "peer+static" with it)");
    }
    if (usesServers && profile.dns.servers.empty()) {
        faults.add("/dns/servers", "is empty; expected a server with this /dns/mode");
    }
}

/// Of pppd's channels only PPPoE connects when pppd dials: behind the others stands an engine program that
/// has the line or the tunnel already.
void checkDemand(const Profile& profile, Faults& faults) {
    if (!profile.onDemand) {
        return;
    }
    if (profile.type != LinkType::Pppoe) {
        faults.add("/on-demand", text::cat("is for type \"pppoe\" only so far; expected false with type \"",
                                           wire(profile.type), "\""));
    }
    if (!profile.ipv4.enabled) {
        faults.add("/on-demand", "needs IPv4, which makes it dial; expected /ipv4/enabled to be true");
    }
}

void checkBackoff(const Backoff& backoff, std::string_view name, Faults& faults) {
    if (backoff.cap < backoff.first) {
        faults.add(text::cat("/reconnect/", name, "/cap"),
                   "is less than \"first\"; expected at least as much");
    }
}

} // namespace

void checkSections(const nlohmann::json& document, Faults& faults) {
    const Key* const types = findKey("/type");
    const auto type = document.find("type");
    if (type == document.end() || !type->is_string()) {
        return;
    }
    const auto& word = type->get_ref<const std::string&>();
    if (std::find(types->choices.begin(), types->choices.end(), word) == types->choices.end()) {
        return;
    }
    for (const std::string_view section : types->choices) {
        const bool present = document.contains(section);
        if (section == word && !present) {
            faults.add(memberPointer("", section),
                       text::cat("missing; expected the section of type \"", word, "\""));
        } else if (section != word && present) {
            faults.add(memberPointer("", section),
                       text::cat("is the section of another type; expected only \"", word, "\" with type \"",
                                 word, "\""));
        }
    }
}

void checkTogether(const Profile& profile, Faults& faults) {
    if (profile.type == LinkType::Pppoe) {
        checkEthernet(profile, faults);
    }
    if (profile.type != LinkType::Serial) {
        checkPackets(profile, faults);
    } else if (profile.serial) {
        checkEscapes(profile.ppp, faults);
    }
    checkAuth(profile, faults);
    checkNetwork(profile, faults);
    checkDemand(profile, faults);
    checkBackoff(profile.reconnect.lost, "lost", faults);
    checkBackoff(profile.reconnect.discovery, "discovery", faults);
    checkBackoff(profile.reconnect.auth, "auth", faults);
    checkBackoff(profile.reconnect.modem, "modem", faults);
    checkExtraOptions(profile, faults);
}

} // namespace ppp::core
