// SPDX-License-Identifier: LGPL-2.1-or-later
// pppd's command line: the whole of it for the plain case, what each key adds, and what no argument may ever
// be.
#include "core/engine_options.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "core/text.hpp"

namespace {

using namespace ppp::core;

using Words = std::vector<std::string>;

EngineSite site(const std::string& device = "eth0") {
    EngineSite out;
    out.plugin = "/usr/lib/pppd/2.4.9/ppp-manager.so";
    out.socket = 3;
    out.lifeline = 4;
    out.device = device;
    return out;
}

Words arguments(const std::string& json, const EngineSite& where = site()) {
    const ParsedProfile parsed = parseProfile(json);
    EXPECT_EQ(describe(parsed.faults), "");
    return parsed.profile ? engineArguments("isp", *parsed.profile, where) : Words{};
}
Words pppoe(const std::string& more = "") {
    return arguments(R"({"type": "pppoe", "pppoe": {"interface": "eth0"})" +
                     (more.empty() ? "" : ", " + more) + "}");
}
Words serial(const std::string& more = "") {
    return arguments(R"({"type": "serial", "serial": {"device": "/dev/ttyS0"})" +
                         (more.empty() ? "" : ", " + more) + "}",
                     site("/dev/ttyS0"));
}

bool has(const Words& words, const std::string& option) {
    return std::find(words.begin(), words.end(), option) != words.end();
}
/// The word behind an option, "" where there is no such option.
std::string after(const Words& words, const std::string& option) {
    const auto found = std::find(words.begin(), words.end(), option);
    return found == words.end() || found + 1 == words.end() ? "" : *(found + 1);
}
std::size_t placeOf(const Words& words, const std::string& option) {
    return static_cast<std::size_t>(std::find(words.begin(), words.end(), option) - words.begin());
}

TEST(EngineArguments, ThePlainPppoeLink) {
    std::istringstream expected(
        "nodetach nopersist maxfail 1 connect-delay 0 nodefaultroute nodefaultroute6 noipdefault "
        "ip-up-script /nonexistent ip-down-script /nonexistent ipparam isp noauth user alice "
        "mtu 1492 mru 1492 lcp-echo-interval 10 lcp-echo-failure 3 lcp-restart 3 ipcp-restart 3 novj noccp "
        "ipcp-accept-local ipcp-accept-remote usepeerdns +ipv6 "
        "plugin pppoe.so pppoe-padi-timeout 1 pppoe-padi-attempts 10 "
        "plugin /usr/lib/pppd/2.4.9/ppp-manager.so ppp-manager-fd 3 ppp-manager-lifeline-fd 4 nic-eth0");
    Words words;
    for (std::string word; expected >> word;) {
        words.push_back(word);
    }
    EXPECT_EQ(pppoe(R"("auth": {"user": "alice"})"), words);
}

TEST(EngineArguments, Pppoe) {
    const Words words =
        arguments(R"({"type": "pppoe", "pppoe": {"interface": "eth0", "service": "svc", "vlan": 7,
        "access-concentrator": "ac", "access-concentrator-mac": "00:11:22:33:44:55", "host-uniq": "0a"}})",
                  site("eth0.7"));
    EXPECT_EQ(after(words, "pppoe-service"), "svc");
    EXPECT_EQ(after(words, "pppoe-ac"), "ac");
    EXPECT_EQ(after(words, "pppoe-mac"), "00:11:22:33:44:55");
    EXPECT_EQ(after(words, "pppoe-host-uniq"), "0a");
    EXPECT_EQ(words.back(), "nic-eth0.7"); // 2.4.9 ignores pppoe-* options behind it
    EXPECT_LT(placeOf(words, "pppoe.so"), placeOf(words, "pppoe-service"));
    for (const std::string option : {"pppoe-service", "pppoe-ac", "pppoe-mac", "pppoe-host-uniq"}) {
        EXPECT_FALSE(has(pppoe(), option)) << option;
    }
}

TEST(EngineArguments, Authentication) {
    const Words none = pppoe();
    EXPECT_EQ(after(none, "user"), ""); // given, and empty: the host name stays at home
    EXPECT_TRUE(has(none, "user"));
    const Words words = pppoe(
        R"("auth": {"refuse": ["pap", "mschapv2", "eap"], "require": ["chap", "mschapv2"], "remote-name": "bras"})");
    for (const std::string option :
         {"refuse-pap", "refuse-mschap-v2", "refuse-eap", "require-chap", "require-mschap-v2"}) {
        EXPECT_TRUE(has(words, option)) << option;
    }
    EXPECT_FALSE(has(words, "noauth")); // it would take the requirement back
    EXPECT_EQ(after(words, "remotename"), "bras");
}

TEST(EngineArguments, WhatGivesNoKeysIsRefusedWithEncryption) {
    const Words words = pppoe(R"("ppp": {"mppe": "128"}, "auth": {"refuse": ["pap"]})");
    EXPECT_EQ(std::count(words.begin(), words.end(), "refuse-pap"), 1);
    EXPECT_TRUE(has(words, "refuse-chap"));
    EXPECT_FALSE(has(words, "refuse-mschap-v2") || has(words, "refuse-eap"));
    const Words theirs = pppoe(
        R"("ppp": {"mppe": "on"}, "auth": {"refuse": ["mschap", "mschapv2"], "require": ["mschapv2"]})");
    EXPECT_FALSE(has(theirs, "refuse-pap") || has(theirs, "refuse-chap"))
        << "the keys are of the peer's proof";
    EXPECT_FALSE(has(pppoe(""), "refuse-pap"));
}

TEST(EngineArguments, Addresses) {
    EXPECT_TRUE(has(pppoe(R"("ipv4": {"local": "10.0.0.1"})"), "10.0.0.1:"));
    EXPECT_TRUE(has(pppoe(R"("ipv4": {"peer": "10.0.0.2"})"), ":10.0.0.2"));
    const Words fixed = pppoe(
        R"("ipv4": {"local": "10.0.0.1", "peer": "10.0.0.2", "accept-local": false, "accept-peer": false})");
    EXPECT_TRUE(has(fixed, "10.0.0.1:10.0.0.2"));
    EXPECT_FALSE(has(fixed, "ipcp-accept-local") || has(fixed, "ipcp-accept-remote"));
    const Words none = pppoe(R"("ipv4": {"enabled": false, "local": "10.0.0.1"})");
    EXPECT_TRUE(has(none, "noip"));
    EXPECT_FALSE(has(none, "10.0.0.1:") || has(none, "usepeerdns") || has(none, "ipcp-accept-local"));
    EXPECT_FALSE(has(pppoe(R"("ipv4": {"proxy-arp": true})"), "proxyarp"))
        << "a killed pppd leaves it behind";
    EXPECT_EQ(after(pppoe(R"("ipv6": {"interface-id": "::1:2"})"), "ipv6"), "::1:2");
    const Words off = pppoe(R"("ipv6": {"enabled": false, "interface-id": "::1:2"})");
    EXPECT_TRUE(has(off, "noipv6"));
    EXPECT_FALSE(has(off, "ipv6") || has(off, "+ipv6"));
}

TEST(EngineArguments, OnlyALinkWithAZoneIsHeldBeforeItsAddresses) {
    const Words zoned = pppoe(R"("firewall-zone": "wan")");
    const auto plugin = std::find(zoned.begin(), zoned.end(), "ppp-manager-fd");
    EXPECT_NE(std::find(plugin, zoned.end(), "ppp-manager-hold"), zoned.end()) << "behind its plugin";
    EXPECT_FALSE(has(pppoe(""), "ppp-manager-hold"));
}

TEST(EngineArguments, PeerDnsOnlyWhereItIsUsed) {
    EXPECT_TRUE(has(pppoe(R"("dns": {"mode": "peer+static", "servers": ["1.1.1.1"]})"), "usepeerdns"));
    EXPECT_FALSE(has(pppoe(R"("dns": {"mode": "static", "servers": ["1.1.1.1"]})"), "usepeerdns"));
    EXPECT_FALSE(has(pppoe(R"("dns": {"mode": "off"})"), "usepeerdns"));
}

TEST(EngineArguments, Lcp) {
    const Words words = pppoe(
        R"("ppp": {"mtu": 1400, "mru": 1300, "lcp-echo-interval": "1m", "lcp-echo-failure": 5, "accomp": false,
        "pcomp": false, "passive": true, "silent": true, "debug": true, "restart": {"lcp": 1, "ipcp": 2}})");
    EXPECT_EQ(after(words, "mtu"), "1400");
    EXPECT_EQ(after(words, "mru"), "1300");
    EXPECT_EQ(after(words, "lcp-echo-interval"), "60");
    EXPECT_EQ(after(words, "lcp-echo-failure"), "5");
    EXPECT_EQ(after(words, "lcp-restart"), "1");
    EXPECT_EQ(after(words, "ipcp-restart"), "2");
    for (const std::string option : {"noaccomp", "nopcomp", "passive", "silent", "debug"}) {
        EXPECT_TRUE(has(words, option)) << option;
        EXPECT_FALSE(has(pppoe(), option)) << option;
    }
}

TEST(EngineArguments, CompressionAndEncryption) {
    const auto options = [](const std::string& ppp) {
        std::set<std::string> out;
        for (const std::string& word : serial("\"ppp\": {" + ppp + "}")) {
            if (word.find("comp") != std::string::npos || word.find("deflate") != std::string::npos ||
                word.find("mppe") != std::string::npos || word == "noccp" || word == "nopredictor1") {
                out.insert(word);
            }
        }
        return out;
    };
    using Set = std::set<std::string>;
    EXPECT_EQ(options(""), Set{"noccp"});
    EXPECT_EQ(options(R"("compression": "deflate")"), (Set{"nobsdcomp", "nopredictor1", "nomppe"}));
    EXPECT_EQ(options(R"("compression": "bsd")"), (Set{"nodeflate", "nopredictor1", "nomppe"}));
    const Set plain{"nobsdcomp", "nodeflate", "nopredictor1"};
    const auto with = [&](const Set& more) {
        Set all = plain;
        all.insert(more.begin(), more.end());
        return all;
    };
    EXPECT_EQ(options(R"("mppe": "on")"), with({"require-mppe-40", "require-mppe-128", "nomppe-stateful"}));
    EXPECT_EQ(options(R"("mppe": "40")"), with({"require-mppe-40", "nomppe-stateful"}));
    EXPECT_EQ(options(R"("mppe": "128")"), with({"require-mppe-128", "nomppe-stateful"}));
    EXPECT_EQ(options(R"("mppe": "stateful")"),
              with({"require-mppe-40", "require-mppe-128", "mppe-stateful"}));
    EXPECT_EQ(options(R"("mppe": "128-stateful")"), with({"require-mppe-128", "mppe-stateful"}));
}

TEST(EngineArguments, Serial) {
    const Words words = serial(R"("ppp": {"asyncmap": "0xa0000", "escape": [17, "ff"]})");
    EXPECT_EQ(after(words, "asyncmap"), "a0000");
    EXPECT_EQ(after(words, "escape"), "11,ff");
    EXPECT_TRUE(has(words, "crtscts") && has(words, "local") && has(words, "nolock"));
    EXPECT_FALSE(has(words, "modem") || has(words, "115200")) << "the engine program's business";
    EXPECT_FALSE(has(words, "novj") || has(words, "pppoe.so"));
    EXPECT_EQ(words.back(), "/dev/ttyS0");
    EXPECT_TRUE(has(serial(R"("ppp": {"vj": false})"), "novj"));
    const Words cable = arguments(
        R"({"type": "serial", "serial": {"device": "/dev/ttyS0", "flow-control": "none", "modem-lines": false}})");
    EXPECT_TRUE(has(cable, "nocrtscts") && has(cable, "local"));
    EXPECT_FALSE(has(cable, "escape"));
}

TEST(EngineArguments, SoftwareFlowControlIsNotConfusedByWhatWeSend) {
    const Words words = arguments(
        R"({"type": "serial", "serial": {"device": "/dev/ttyS0", "flow-control": "xonxoff"}, "ppp": {"escape": ["ff"]}})");
    EXPECT_TRUE(has(words, "xonxoff"));
    EXPECT_EQ(after(words, "escape"), "ff,11,13");
}

TEST(EngineArguments, TheRest) {
    const Words words = pppoe(
        R"("interface-name": "ppp-isp", "idle-timeout": "1h", "ppp": {"extra-options": ["lcp-max-configure", "30"]})");
    EXPECT_EQ(after(words, "ifname"), "ppp-isp");
    EXPECT_EQ(after(words, "idle"), "3600");
    EXPECT_EQ(after(words, "lcp-max-configure"), "30");
    EXPECT_LT(placeOf(words, "lcp-max-configure"), placeOf(words, "plugin"));
    const Words demand = pppoe(R"("on-demand": true)");
    EXPECT_LT(placeOf(demand, "demand"), placeOf(demand, "nopersist"));
    EXPECT_EQ(after(demand, "ipv6"), ",::7070:7070");
    const std::string quiet = "not ip multicast and not ip6 multicast";
    EXPECT_EQ(after(demand, "active-filter"), quiet) << "else the kernel's own greetings make it dial";
    EXPECT_EQ(after(pppoe(R"("idle-timeout": 60)"), "active-filter"), quiet);
    EXPECT_FALSE(has(pppoe(""), "active-filter"));
    const Words own = pppoe(R"("on-demand": true, "ppp": {"extra-options": ["active-filter", "tcp"]})");
    EXPECT_EQ(after(own, "active-filter"), "tcp");
    EXPECT_EQ(std::count(own.begin(), own.end(), "active-filter"), 1);
    EXPECT_EQ(arguments(R"({"type": "l2tp", "l2tp": {"server": "vpn.example.net"}})").back(), "4");
}

/// Options of ours that take one argument; whatever stands behind them pppd takes as it is.
const std::set<std::string> kWithArgument{"maxfail",
                                          "connect-delay",
                                          "ip-up-script",
                                          "ip-down-script",
                                          "ipparam",
                                          "user",
                                          "remotename",
                                          "mtu",
                                          "mru",
                                          "lcp-echo-interval",
                                          "lcp-echo-failure",
                                          "lcp-restart",
                                          "ipcp-restart",
                                          "plugin",
                                          "pppoe-service",
                                          "pppoe-ac",
                                          "pppoe-padi-timeout",
                                          "pppoe-padi-attempts",
                                          "ppp-manager-fd",
                                          "ppp-manager-lifeline-fd",
                                          "ifname"};

TEST(EngineArguments, AValueIsNeverTakenForAnOption) {
    for (const std::string evil :
         {"nodetach", "-detach", "plugin", "file", "connect", "--help", "10.0.0.1:10.0.0.2", "/dev/ttyS0",
          "a b", R"(\"quoted\")", R"(back\\slash)", "$(id)", "'", "#"}) {
        const Words words =
            arguments(text::cat(R"({"type": "pppoe", "pppoe": {"interface": "eth0", "service": ")", evil,
                                R"(", "access-concentrator": ")", evil, R"("}, "auth": {"user": ")", evil,
                                R"(", "remote-name": ")", evil, R"("}})"));
        Words options;
        for (std::size_t i = 0; i < words.size(); ++i) {
            options.push_back(words[i]);
            i += kWithArgument.contains(words[i]) ? 1U : 0U;
        }
        std::sort(options.begin(), options.end());
        EXPECT_EQ(options, (Words{"+ipv6",
                                  "connect-delay",
                                  "ip-down-script",
                                  "ip-up-script",
                                  "ipcp-accept-local",
                                  "ipcp-accept-remote",
                                  "ipcp-restart",
                                  "ipparam",
                                  "lcp-echo-failure",
                                  "lcp-echo-interval",
                                  "lcp-restart",
                                  "maxfail",
                                  "mru",
                                  "mtu",
                                  "nic-eth0",
                                  "noauth",
                                  "noccp",
                                  "nodefaultroute",
                                  "nodefaultroute6",
                                  "nodetach",
                                  "noipdefault",
                                  "nopersist",
                                  "novj",
                                  "plugin",
                                  "plugin",
                                  "ppp-manager-fd",
                                  "ppp-manager-lifeline-fd",
                                  "pppoe-ac",
                                  "pppoe-padi-attempts",
                                  "pppoe-padi-timeout",
                                  "pppoe-service",
                                  "remotename",
                                  "usepeerdns",
                                  "user"}))
            << evil;
    }
}

TEST(EngineArguments, NoArgumentHasANewlineOrANul) {
    const Words words =
        pppoe(R"("auth": {"user": "ü€😀"}, "ppp": {"extra-options": ["active-filter", "tcp port 80"]})");
    for (const std::string& word : words) {
        EXPECT_FALSE(text::hasControl(word)) << word;
    }
    for (const std::string bad : {R"(\n)", R"(\u0000)", R"(\r)", R"(\u2028)"}) {
        EXPECT_FALSE(
            parseProfile(R"({"type": "pppoe", "pppoe": {"interface": "eth0", "service": "a)" + bad + "\"}}")
                .profile);
        EXPECT_FALSE(parseProfile(R"({"type": "pppoe", "pppoe": {"interface": "eth0"},
            "ppp": {"extra-options": ["active-filter", "a)" +
                                  bad + "\"]}}")
                         .profile);
    }
}

} // namespace
