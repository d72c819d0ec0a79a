// SPDX-License-Identifier: LGPL-2.1-or-later
// Writes a profile as options of pppd(8) and a script of chat(8).
#include "cli/import/export_peers.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <sstream>

#include "core/pppd_options.hpp"
#include "core/profile_rules.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing {

using core::text::cat;

namespace {

long long seconds(core::Duration duration) {
    constexpr auto kAlmost = std::chrono::microseconds(999'999); // never earlier than the profile says
    return std::chrono::duration_cast<std::chrono::seconds>(duration + kAlmost).count();
}

/// A word that pppd reads back as it was.
std::string word(std::string_view text) {
    if (!text.empty() && text.find_first_of(" \t\"'#\\") == std::string_view::npos) {
        return std::string(text);
    }
    std::string out = "\"";
    for (const char c : text) {
        out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    }
    return out + '"';
}

/// A word that chat reads back as it was.
std::string chatWord(std::string_view text, bool expected) {
    std::string out = "'";
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const bool special = c == '\\' || c == '^' || (c == '-' && expected) || (c == '@' && at == 0);
        out += c == '\'' ? std::string("\\047") : (special ? "\\" : "") + std::string(1, c);
    }
    return out + "'";
}

/// A word that sh reads back as it was.
std::string shellWord(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

constexpr std::string_view kPassword = "$password"; // what a login sends in its place

class Writer {
public:
    Writer(const core::Profile& profile, const std::string& chatPath, const std::string& passwordPath)
        : profile_(profile), chatPath_(chatPath), passwordPath_(passwordPath) {}

    PeersFiles write(std::string_view name) {
        out_ << "# " << name << ", written by pppctl export for pppd alone: pppd call " << name << "\n";
        line();
        auth();
        ppp();
        network();
        life();
        extra();
        sayLost();
        files_.options = out_.str();
        return std::move(files_);
    }

private:
    void add(std::string_view option) { out_ << option << '\n'; }
    void add(std::string_view option, std::string_view value) {
        out_ << option << ' ' << word(value) << '\n';
    }
    void addIf(bool condition, std::string_view option) {
        if (condition) {
            add(option);
        }
    }
    void addText(std::string_view option, const std::string& value) {
        if (!value.empty()) {
            add(option, value);
        }
    }
    void lose(bool said, std::string_view pointer, std::string_view why) {
        if (said) {
            files_.lost.push_back({std::string(pointer), std::string(why)});
        }
    }

    void line() {
        if (profile_.pppoe) {
            pppoe(*profile_.pppoe);
        } else if (profile_.serial) {
            serial(*profile_.serial);
        } else {
            lose(true, "/l2tp", "the tunnel is not pppd's; these are the options for xl2tpd's pppoptfile");
        }
    }

    void pppoe(const core::PppoeSection& pppoe) {
        add("plugin", "pppoe.so");
        addText("pppoe-service", pppoe.service);
        addText("pppoe-ac", pppoe.accessConcentrator);
        addText("pppoe-mac", pppoe.accessConcentratorMac);
        addText("pppoe-host-uniq", pppoe.hostUniq);
        if (pppoe.discoveryTimeout != core::PppoeSection().discoveryTimeout) {
            add("pppoe-padi-attempts", "1");
            add("pppoe-padi-timeout", std::to_string(seconds(pppoe.discoveryTimeout)));
        }
        add(word("nic-" + ethernet(pppoe)));
        lose(pppoe.vlan.has_value(), "/pppoe/vlan",
             "pppd makes no VLAN interface; make the one that is named behind nic- before");
        lose(!pppoe.cloneMac.empty(), "/pppoe/clone-mac", "pppd leaves the address of the interface alone");
    }

    /// That of a VLAN as is usual, interface.7, or vlan7 where that would be too long for a name.
    static std::string ethernet(const core::PppoeSection& pppoe) {
        if (!pppoe.vlan) {
            return pppoe.interface;
        }
        const std::string id = std::to_string(*pppoe.vlan);
        const std::string usual = pppoe.interface + "." + id;
        return core::rules::kInterface.holds(usual) ? usual : "vlan" + id;
    }

    void serial(const core::SerialSection& serial) {
        constexpr std::array<std::string_view, 3> kFlow{"crtscts", "xonxoff", "nocrtscts"};
        add(word(serial.device));
        add(std::to_string(serial.speed));
        add(kFlow.at(static_cast<std::size_t>(serial.flowControl)));
        add(serial.modemLines ? "modem" : "local");
        add("lock");
        std::ostringstream hex;
        hex << std::hex << profile_.ppp.asyncmap;
        add("asyncmap", hex.str());
        std::ostringstream codes;
        for (const std::uint8_t code : profile_.ppp.escape) {
            codes << (codes.tellp() > 0 ? "," : "") << std::hex << unsigned{code};
        }
        addText("escape", codes.str());
        if (serial.dial) {
            // With -v chat logs what it sends.
            const auto& login = serial.dial->login;
            const bool quiet = std::any_of(login.begin(), login.end(), [](const auto& exchange) {
                return exchange.second.find(kPassword) != std::string::npos;
            });
            add("connect", cat("/usr/sbin/chat ", quiet ? "" : "-v ", "-f ", shellWord(chatPath_)));
            files_.chat = script(*serial.dial);
            std::string end;
            for (const std::string& text : serial.hangup) {
                end += cat(" '' ", text == "+++" ? R"('\d+++\d\c')" : chatWord(text, false));
            }
            // The shell takes the quotes, chat the rest: a backslash of its own is safe in single quotes.
            addText("disconnect", end.empty() ? end : "/usr/sbin/chat -t 3 --" + end);
        }
    }

    std::string script(const core::DialSection& dial) {
        std::ostringstream out;
        out << "TIMEOUT " << seconds(dial.timeout) << '\n';
        for (const char* text : {"BUSY", "NO CARRIER", "NO DIALTONE", "NO ANSWER", "ERROR"}) {
            out << "ABORT " << chatWord(text, false) << '\n';
        }
        if (!dial.number.empty()) {
            const char* expected = "''";
            for (const std::string& text : dial.init) {
                out << expected << ' ' << chatWord(text, false) << '\n';
                expected = "OK";
            }
            const bool whole =
                dial.number.size() > 1 && (dial.number[0] | 0x20) == 'a' && (dial.number[1] | 0x20) == 't';
            out << expected << ' ' << chatWord((whole ? "" : "ATD") + dial.number, false) << '\n';
            out << R"(CONNECT '\c')" << '\n';
        }
        for (const auto& [expected, send] : dial.login) {
            out << chatWord(expected, true) << ' ' << loginWord(send) << '\n';
        }
        return out.str();
    }

    std::string loginWord(const std::string& send) {
        if (send == kPassword) {
            files_.secrets.push_back(
                cat("The login sends the password: put it into ", passwordPath_, " (one line, mode 0600)."));
            return "'@" + passwordPath_ + "'";
        }
        lose(send.find(kPassword) != std::string::npos, "/serial/dial/login",
             "a password in the midst of a line cannot be sent by chat; write it into the script by hand");
        return send.empty() ? R"('\c')" : chatWord(send, false);
    }

    void auth() {
        const auto& auth = profile_.auth;
        addText("user", auth.user);
        addText("remotename", auth.remoteName);
        addIf(auth.require.empty(), "noauth");
        const auto option = [](const std::string& method) {
            return method == "mschapv2" ? std::string("mschap-v2") : method;
        };
        for (const std::string& method : auth.require) {
            add("require-" + option(method));
        }
        for (const std::string& method : auth.refuse) {
            add("refuse-" + option(method));
        }
        if (!auth.user.empty()) {
            const std::string server = auth.remoteName.empty() ? "*" : word(auth.remoteName);
            files_.secrets.push_back(
                cat("Add this line to /etc/ppp/chap-secrets and /etc/ppp/pap-secrets, with the "
                    "password (the bus gives none out):"));
            files_.secrets.push_back(cat("  ", word(auth.user), ' ', server, " \"PASSWORD\""));
        }
        lose(auth.allowEmptyPassword, "/auth/allow-empty-password",
             "write the line of chap-secrets with \"\" for the password");
    }

    void ppp() {
        const core::PppSection& ppp = profile_.ppp;
        const auto number = [&](const std::optional<std::uint32_t>& value, std::string_view option) {
            if (value) {
                add(option, std::to_string(*value));
            }
        };
        number(ppp.mtu, "mtu");
        number(ppp.mru, "mru");
        add("lcp-echo-interval", std::to_string(seconds(ppp.lcpEchoInterval)));
        add("lcp-echo-failure", std::to_string(ppp.lcpEchoFailure));
        if (ppp.restartLcp != 3) {
            add("lcp-restart", std::to_string(ppp.restartLcp));
        }
        if (ppp.restartIpcp != 3) {
            add("ipcp-restart", std::to_string(ppp.restartIpcp));
        }
        addIf(!ppp.vj.value_or(true), "novj");
        addIf(!ppp.accomp.value_or(true), "noaccomp");
        addIf(!ppp.pcomp.value_or(true), "nopcomp");
        addIf(ppp.passive, "passive");
        addIf(ppp.silent, "silent");
        addIf(ppp.debug, "debug");
        if (ppp.mppe != "off") {
            const std::string bits = ppp.mppe.substr(0, ppp.mppe.find('-'));
            addIf(bits != "128", "require-mppe-40"); // require-mppe is this one alone to pppd 2.5
            addIf(bits != "40", "require-mppe-128");
            addIf(ppp.mppe.ends_with("stateful"), "mppe-stateful");
        }
        const auto tuned = [&](std::string_view option) {
            return std::find(ppp.extraOptions.begin(), ppp.extraOptions.end(), option) !=
                   ppp.extraOptions.end();
        };
        if (ppp.compression == "off" && ppp.mppe == "off") {
            addIf(!tuned("noccp"), "noccp");
        } else if (ppp.compression == "bsd") {
            addIf(!tuned("bsdcomp"), "bsdcomp 15");
        } else if (ppp.compression == "deflate") {
            addIf(!tuned("deflate"), "deflate 15");
        }
    }

    void network() {
        const core::Ip4Section& ip4 = profile_.ipv4;
        addIf(!ip4.enabled, "noip");
        if (!ip4.local.empty() || !ip4.peer.empty()) {
            add(cat(ip4.local, ':', ip4.peer));
        }
        addIf(ip4.enabled && ip4.acceptLocal, "ipcp-accept-local");
        addIf(ip4.enabled && ip4.acceptPeer, "ipcp-accept-remote");
        addIf(ip4.enabled, "noipdefault");
        constexpr std::array<std::string_view, 3> kRoute{"defaultroute", "replacedefaultroute",
                                                         "nodefaultroute"};
        addIf(ip4.defaultRoute == core::RoutePolicy::Always, "defaultroute");
        add(kRoute.at(static_cast<std::size_t>(ip4.defaultRoute)));
        if (ip4.metric) {
            add("defaultroute-metric", std::to_string(*ip4.metric));
        }
        addIf(ip4.proxyArp, "proxyarp");
        addText("vrf", ip4.vrf);
        lose(ip4.defaultRoute == core::RoutePolicy::Always, "/ipv4/default-route",
             "some builds of pppd do not know replacedefaultroute");
        lose(ip4.table.has_value(), "/ipv4/table", "pppd puts routes into the main table alone");
        lose(!ip4.routes.empty(), "/ipv4/routes", "set them by a script in /etc/ppp/ip-up.d");
        const core::Ip6Section& ip6 = profile_.ipv6;
        add(ip6.enabled ? "+ipv6" : "noipv6");
        if (ip6.enabled && !ip6.interfaceId.empty()) {
            add("ipv6", ip6.interfaceId + ",");
        }
        addIf(ip6.enabled && ip6.defaultRoute == core::RoutePolicy::Never, "nodefaultroute6");
        lose(ip6.enabled && ip6.defaultRoute == core::RoutePolicy::Always, "/ipv6/default-route",
             "pppd leaves it to the kernel");
        lose(ip6.metric.has_value(), "/ipv6/metric", "not every pppd has defaultroute6-metric");
        lose(!ip6.acceptRa, "/ipv6/accept-ra",
             "set net.ipv6.conf.*.accept_ra by a script in /etc/ppp/ipv6-up.d");
        lose(ip6.prefixDelegation, "/ipv6/prefix-delegation", "run a DHCPv6 client from /etc/ppp/ipv6-up.d");
        dns();
    }

    void dns() {
        const core::DnsSection& dns = profile_.dns;
        addIf(dns.mode == core::DnsMode::Peer || dns.mode == core::DnsMode::PeerAndStatic, "usepeerdns");
        lose(!dns.servers.empty(), "/dns/servers", "write them into /etc/resolv.conf");
        lose(!dns.search.empty(), "/dns/search", "write them into /etc/resolv.conf");
        lose(dns.dnssec.has_value() || dns.overTls.has_value() || dns.defaultRoute.has_value(), "/dns",
             "such choices are systemd-resolved's");
        lose(dns.handler != core::DnsHandlerChoice::Auto, "/dns/handler", "pppd has its own ways");
    }

    void life() {
        const core::ReconnectSection standard;
        const core::ReconnectSection& again = profile_.reconnect;
        addText("ifname", profile_.interfaceName);
        if (profile_.idleTimeout > core::Duration(0)) {
            add("idle", std::to_string(seconds(profile_.idleTimeout)));
        }
        if (profile_.sessionLimit > core::Duration(0)) {
            add("maxconnect", std::to_string(seconds(profile_.sessionLimit)));
        }
        addIf(profile_.onDemand, "demand");
        if (again.enabled) {
            add("persist");
            add("maxfail", "0");
            if (again.lost.first != standard.lost.first) {
                add("holdoff", std::to_string(seconds(again.lost.first)));
            }
        } else {
            addIf(profile_.onDemand, "nopersist");
        }
        core::ReconnectSection same = again;
        same.enabled = standard.enabled;
        same.lost.first = standard.lost.first;
        same.lost.cap = std::max(again.lost.first, standard.lost.cap) == again.lost.cap ? standard.lost.cap
                                                                                        : again.lost.cap;
        lose(same != standard, "/reconnect",
             "pppd waits the same time (holdoff) after whatever ended the link");
    }

    void extra() {
        const auto& words = profile_.ppp.extraOptions;
        for (std::size_t at = 0; at < words.size(); ++at) {
            const auto* const row = core::pppd::findAllowed(words[at]);
            if (row != nullptr && row->argument != core::pppd::Argument::None && at + 1 < words.size()) {
                add(words[at], words[at + 1]);
                ++at;
            } else {
                add(word(words[at]));
            }
        }
    }

    void sayLost() {
        lose(profile_.autoconnect, "/autoconnect",
             "start `pppd call` at boot: /etc/network/interfaces, a unit");
        lose(profile_.priority != 100, "/priority", "each pppd sets its own default route");
        lose(profile_.mssClamp, "/mss-clamp",
             "pppd clamps nothing; where you forward, add a rule: tcp option maxseg size set rt mtu");
        lose(!profile_.redialAt.empty(), "/redial-at", "write a timer or a cron job: poff -r");
        lose(!profile_.hooks, "/hooks", "pppd always runs the scripts in /etc/ppp/ip-up.d");
        lose(profile_.metered, "/metered", "pppd has nobody to tell");
        lose(!profile_.firewallZone.empty(), "/firewall-zone", "call firewall-cmd from /etc/ppp/ip-up.d");
    }

    const core::Profile& profile_;
    const std::string& chatPath_;
    const std::string& passwordPath_;
    std::ostringstream out_;
    PeersFiles files_;
};

} // namespace

PeersFiles exportPeers(std::string_view name, const core::Profile& profile, const std::string& chatPath,
                       const std::string& passwordPath) {
    return Writer(profile, chatPath, passwordPath).write(name);
}

} // namespace ppp::cli::importing
