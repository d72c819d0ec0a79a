// SPDX-License-Identifier: LGPL-2.1-or-later
// pppd's command line, put together group by group. pppd takes each word as it stands: nothing is quoted or
// escaped.
#include "core/engine_options.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "core/text.hpp"

namespace ppp::core {
namespace {

/// The words of a command line.
class Arguments {
public:
    void add(std::string word) { words_.push_back(std::move(word)); }
    void add(std::string option, std::string value) {
        words_.push_back(std::move(option));
        words_.push_back(std::move(value));
    }
    void addIf(bool condition, std::string word) {
        if (condition) {
            add(std::move(word));
        }
    }
    void addUnlessEmpty(std::string option, const std::string& value) {
        if (!value.empty()) {
            add(std::move(option), value);
        }
    }
    std::vector<std::string> take() { return std::move(words_); }

private:
    std::vector<std::string> words_;
};

std::string seconds(Duration duration) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

/// pppd only talks PPP: dialling again, routes, scripts and the terminal are not its business.
void addProcess(Arguments& out, std::string_view connection, const Profile& profile, const EngineSite& site) {
    out.add("nodetach");
    out.addIf(profile.onDemand, "demand"); // before nopersist: it turns persist on
    out.add("nopersist");
    out.add("maxfail", "1");
    out.add("connect-delay", "0");
    out.add("nodefaultroute");
    out.add("nodefaultroute6");
    out.add("noipdefault");
    out.add("ip-up-script", site.missingPath);
    out.add("ip-down-script", site.missingPath);
    out.add("ipparam", std::string(connection));
    out.addUnlessEmpty("ifname", profile.interfaceName);
    if (profile.idleTimeout > Duration(0)) {
        out.add("idle", seconds(profile.idleTimeout));
    }
    out.addIf(profile.ppp.debug, "debug");
}

std::string methodOption(std::string_view lead, std::string_view method) {
    return text::cat(lead, method == "mschapv2" ? "mschap-v2" : method);
}

/// With encryption, what gives no keys for it: the link could never come up over that.
std::vector<std::string> refusedMethods(const Profile& profile) {
    std::vector<std::string> methods = profile.auth.refuse;
    const auto in = [](const std::vector<std::string>& list, std::string_view word) {
        return std::find(list.begin(), list.end(), word) != list.end();
    };
    const bool peerGivesKeys = in(profile.auth.require, "mschap") || in(profile.auth.require, "mschapv2");
    if (profile.ppp.mppe != "off" && !peerGivesKeys) {
        for (const char* method : {"pap", "chap"}) {
            if (!in(methods, method)) {
                methods.emplace_back(method);
            }
        }
    }
    return methods;
}

void addAuth(Arguments& out, const Profile& profile) {
    const AuthSection& auth = profile.auth;
    out.addIf(auth.require.empty(), "noauth");
    for (const std::string& method : auth.require) {
        out.add(methodOption("require-", method));
    }
    for (const std::string& method : refusedMethods(profile)) {
        out.add(methodOption("refuse-", method));
    }
    out.add("user", auth.user); // also when empty: pppd would send the machine's host name
    out.addUnlessEmpty("remotename", auth.remoteName);
}

void addCompression(Arguments& out, const PppSection& ppp) {
    const bool mppe = ppp.mppe != "off";
    if (!mppe && ppp.compression == "off") {
        out.add("noccp");
        return;
    }
    out.add("nopredictor1");
    out.addIf(ppp.compression != "deflate", "nodeflate");
    out.addIf(ppp.compression != "bsd", "nobsdcomp");
    if (!mppe) {
        out.add("nomppe");
        return;
    }
    const std::string_view bits = std::string_view(ppp.mppe).substr(0, ppp.mppe.find('-'));
    // Not require-mppe, which means 40 bits alone to pppd 2.5: it keeps the two in a bool (options.c,
    // o_bool).
    out.addIf(bits != "128", "require-mppe-40");
    out.addIf(bits != "40", "require-mppe-128");
    out.add(ppp.mppe.ends_with("stateful") ? "mppe-stateful" : "nomppe-stateful");
}

void addLcp(Arguments& out, const Profile& profile) {
    const PppSection& ppp = profile.ppp;
    out.add("mtu", std::to_string(effectiveMtu(profile)));
    out.add("mru", std::to_string(effectiveMru(profile)));
    out.add("lcp-echo-interval", seconds(ppp.lcpEchoInterval));
    out.add("lcp-echo-failure", std::to_string(ppp.lcpEchoFailure));
    out.add("lcp-restart", std::to_string(ppp.restartLcp));
    out.add("ipcp-restart", std::to_string(ppp.restartIpcp));
    out.addIf(!ppp.accomp.value_or(true), "noaccomp");
    out.addIf(!ppp.pcomp.value_or(true), "nopcomp");
    out.addIf(!ppp.vj.value_or(profile.type == LinkType::Serial), "novj");
    out.addIf(ppp.passive, "passive");
    out.addIf(ppp.silent, "silent");
    addCompression(out, ppp);
}

void addIp6(Arguments& out, const Profile& profile) {
    if (!profile.ipv6.enabled) {
        out.add("noipv6");
        return;
    }
    out.add("+ipv6");
    if (profile.onDemand) { // pppd wants an identifier for the peer before there is a peer
        constexpr std::string_view kUntilDialled = ",::7070:7070";
        out.add("ipv6", text::cat(profile.ipv6.interfaceId, kUntilDialled));
        out.add("ipv6cp-accept-remote");
    } else {
        out.addUnlessEmpty("ipv6", profile.ipv6.interfaceId);
    }
}

/// What the machine says of itself on any interface (router solicitations, group memberships, names for the
/// neighbourhood) is no reason to dial, and does not keep a link from being idle. A filter of the profile's
/// takes its place.
void addDemandFilter(Arguments& out, const Profile& profile) {
    const auto& extra = profile.ppp.extraOptions;
    const bool own = std::any_of(extra.begin(), extra.end(),
                                 [](const std::string& word) { return word.ends_with("active-filter"); });
    if ((profile.onDemand || profile.idleTimeout > Duration(0)) && !own) {
        out.add("active-filter", "not ip multicast and not ip6 multicast");
    }
}

void addNetwork(Arguments& out, const Profile& profile) {
    const Ip4Section& ipv4 = profile.ipv4;
    const DnsMode dns = profile.dns.mode;
    if (ipv4.enabled) {
        if (!ipv4.local.empty() || !ipv4.peer.empty()) {
            out.add(text::cat(ipv4.local, ':', ipv4.peer));
        }
        out.addIf(ipv4.acceptLocal, "ipcp-accept-local");
        out.addIf(ipv4.acceptPeer, "ipcp-accept-remote");
        out.addIf(dns == DnsMode::Peer || dns == DnsMode::PeerAndStatic, "usepeerdns");
    } else {
        out.add("noip");
    }
    addIp6(out, profile);
}

void addPlugin(Arguments& out, const Profile& profile, const EngineSite& site) {
    out.add("plugin", site.plugin);
    out.add("ppp-manager-fd", std::to_string(site.socket));
    out.add("ppp-manager-lifeline-fd", std::to_string(site.lifeline));
    out.addIf(!profile.firewallZone.empty(), "ppp-manager-hold"); // the zone goes before the addresses
}

void addPppoe(Arguments& out, const Profile& profile, const EngineSite& site) {
    const PppoeSection& pppoe = *profile.pppoe;
    out.add("plugin", "pppoe.so");
    out.addUnlessEmpty("pppoe-service", pppoe.service);
    out.addUnlessEmpty("pppoe-ac", pppoe.accessConcentrator);
    out.addUnlessEmpty("pppoe-mac", pppoe.accessConcentratorMac);
    out.addUnlessEmpty("pppoe-host-uniq", pppoe.hostUniq);
    out.add("pppoe-padi-timeout", "1");   // doubles with each attempt ...
    out.add("pppoe-padi-attempts", "10"); // ... and the supervisor's deadline is the one that counts
    addPlugin(out, profile, site);
    out.add("nic-" + site.device);
}

std::string hexList(const std::vector<std::uint8_t>& codes) {
    std::ostringstream out;
    out << std::hex;
    for (std::size_t i = 0; i < codes.size(); ++i) {
        out << (i > 0 ? "," : "") << unsigned{codes[i]};
    }
    return out.str();
}

/// What a profile's own options may say otherwise.
void addLine(Arguments& out, const SerialSection& serial, const PppSection& ppp) {
    constexpr std::uint8_t kXon = 0x11, kXoff = 0x13;
    constexpr std::array<std::string_view, 3> kFlow{"crtscts", "xonxoff", "nocrtscts"};
    std::ostringstream mask;
    mask << std::hex << ppp.asyncmap;
    out.add("asyncmap", mask.str());
    std::vector<std::uint8_t> escape = ppp.escape;
    if (serial.flowControl ==
        FlowControl::XonXoff) { // pppd asks the peer to escape them, and sends them itself
        escape.insert(escape.end(), {kXon, kXoff});
    }
    if (!escape.empty()) {
        out.add("escape", hexList(escape));
    }
    out.add(std::string(kFlow.at(static_cast<std::size_t>(serial.flowControl))));
}

void addSerial(Arguments& out, const Profile& profile, const EngineSite& site) {
    // Lock, speed, carrier and DTR are the engine program's. Without a speed pppd keeps what is set; with
    // `modem` it would wait a second for DTR at the end.
    out.add("local");
    out.add("nolock");
    addPlugin(out, profile, site);
    out.add(site.device);
}

} // namespace

std::vector<std::string> engineArguments(std::string_view connection, const Profile& profile,
                                         const EngineSite& site) {
    Arguments out;
    addProcess(out, connection, profile, site);
    addAuth(out, profile);
    addLcp(out, profile);
    addNetwork(out, profile);
    addDemandFilter(out, profile);
    if (profile.serial) {
        addLine(out, *profile.serial, profile.ppp);
    }
    for (const std::string& word : profile.ppp.extraOptions) {
        out.add(word);
    }
    if (profile.pppoe) {
        addPppoe(out, profile, site);
    } else if (profile.serial) {
        addSerial(out, profile, site);
    } else {
        addPlugin(out, profile, site);
    }
    return out.take();
}

} // namespace ppp::core
