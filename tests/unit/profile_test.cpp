// SPDX-License-Identifier: LGPL-2.1-or-later
// Profiles: what is read, and every fault by its pointer and its words.
#include "core/profile.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "core/limits.hpp"
#include "core/profile_read.hpp"
#include "core/text.hpp"

namespace {

using namespace ppp::core;
using namespace std::chrono_literals;
using namespace std::string_literals;

/// A PPPoE profile with more members, written as they stand in the file.
std::string pppoe(const std::string& more = "") {
    return R"({"type": "pppoe", "pppoe": {"interface": "eth0"})" + (more.empty() ? "" : ", " + more) + "}";
}
/// One whose pppoe section has more members.
std::string section(const std::string& more) {
    return R"({"type": "pppoe", "pppoe": {"interface": "eth0", )" + more + "}}";
}
std::string serial(const std::string& more = "") {
    return R"({"type": "serial", "serial": {"device": "/dev/ttyS0"})" + (more.empty() ? "" : ", " + more) +
           "}";
}

std::string faults(const std::string& json) {
    const ParsedProfile parsed = parseProfile(json);
    EXPECT_EQ(parsed.profile.has_value(), parsed.faults.empty());
    return describe(parsed.faults);
}
Profile good(const std::string& json) {
    const ParsedProfile parsed = parseProfile(json);
    EXPECT_EQ(describe(parsed.faults), "");
    return parsed.profile.value_or(Profile{});
}

TEST(Profile, TheShortestOneHasTheDefaults) {
    Profile expected;
    expected.pppoe = PppoeSection{};
    expected.pppoe->interface = "eth0";
    EXPECT_EQ(good(pppoe()), expected);
}

TEST(Profile, ASpeedNeedsNoName) {
    for (const char* speed : {"50", "31250", "250000", "500000", "1843200", "12000000"}) {
        const Profile profile =
            good(R"({"type": "serial", "serial": {"device": "/dev/ttyS0", "speed": )"s + speed + "}}");
        EXPECT_EQ(std::to_string(profile.serial->speed), speed);
    }
}

TEST(Profile, TakesComments) {
    EXPECT_EQ(
        good("// mine\n{\"type\": \"pppoe\", /* wire */ \"pppoe\": {\"interface\": \"eth0\"}} // end\n"),
        good(pppoe()));
    EXPECT_EQ(good(pppoe(R"("auth": {"user": "a//b/*c*/"})")).auth.user, "a//b/*c*/");
}

TEST(Profile, ReadsPppoe) {
    const Profile profile = good(section(R"("vlan": 7, "service": "Ünternet", "access-concentrator": "BRAS 1",
        "access-concentrator-mac": "00:11:22:AA:bb:CC", "host-uniq": "0aFF", "clone-mac": "02:00:00:00:00:01",
        "discovery-timeout": 1.5)"));
    EXPECT_EQ(profile.pppoe->vlan, 7U);
    EXPECT_EQ(profile.pppoe->service, "Ünternet");
    EXPECT_EQ(profile.pppoe->accessConcentratorMac, "00:11:22:aa:bb:cc");
    EXPECT_EQ(profile.pppoe->hostUniq, "0aFF");
    EXPECT_EQ(profile.pppoe->cloneMac, "02:00:00:00:00:01");
    EXPECT_EQ(profile.pppoe->discoveryTimeout, 1500ms);
    EXPECT_EQ(device(profile), "eth0");
}

TEST(Profile, ReadsSerial) {
    const Profile profile =
        good(R"({"type": "serial", "serial": {"device": "/dev/serial/by-id/usb-0:1", "speed": 9600,
        "flow-control": "xonxoff", "modem-lines": false, "hangup": [],
        "dial": {"number": "*99#", "login": [["ogin:", "a"], ["", "$password"]], "timeout": "2m"}},
        "ppp": {"asyncmap": "0xA0000", "escape": ["0x11", 19, "ff"], "vj": false, "compression": "bsd"}})");
    EXPECT_EQ(profile.type, LinkType::Serial);
    EXPECT_EQ(profile.serial->flowControl, FlowControl::XonXoff);
    EXPECT_TRUE(profile.serial->hangup.empty());
    ASSERT_TRUE(profile.serial->dial);
    EXPECT_EQ(profile.serial->dial->init, std::vector{"ATZ"s});
    EXPECT_EQ(profile.serial->dial->login,
              (std::vector{std::pair("ogin:"s, "a"s), std::pair(""s, "$password"s)}));
    EXPECT_EQ(profile.serial->dial->timeout, 2min);
    EXPECT_EQ(profile.ppp.asyncmap, 0xa0000U);
    EXPECT_EQ(profile.ppp.escape, (std::vector<std::uint8_t>{0x11, 19, 0xff}));
    EXPECT_EQ(profile.ppp.vj, false);
    EXPECT_EQ(device(profile), "/dev/serial/by-id/usb-0:1");
    EXPECT_FALSE(good(serial()).serial->dial);
}

TEST(Profile, ReadsTheRest) {
    const Profile profile =
        good(R"({"type": "l2tp", "l2tp": {"server": "2001:db8::1", "port": 1702}, "priority": 5,
        "ppp": {"mtu": 1300, "mru": null, "mppe": "40-stateful", "restart": {"lcp": 1}},
        "ipv4": {"metric": 4294967295, "routes": [{"to": "10.0.0.0/8"}, {"to": "1.2.3.4/32", "metric": 7, "via": "10.1.1.1"},
                 {"to": "2001:db8::/32", "via": "fe80::1"}]},
        "ipv6": {"interface-id": "::1", "wait": 0, "default-route": "never"},
        "dns": {"mode": "peer+static", "servers": ["1.1.1.1", "2001:db8::53"], "search": ["~.", "Example.net."],
                "default-route": false, "dnssec": "no", "handler": "file"},
        "reconnect": {"jitter": 0, "modem": {"factor": 1}}, "session-limit": "1d12h", "redial-at": "23:59"})");
    EXPECT_EQ(effectiveMtu(profile), 1300U);
    EXPECT_EQ(effectiveMru(profile), 1400U);
    EXPECT_EQ(profile.ppp.restartLcp, 1U);
    EXPECT_EQ(profile.ipv4.metric, 4294967295U);
    ASSERT_EQ(profile.ipv4.routes.size(), 3U);
    EXPECT_EQ(profile.ipv4.routes[1], (StaticRoute{"1.2.3.4/32", "10.1.1.1", 7}));
    EXPECT_EQ(profile.ipv4.routes[2], (StaticRoute{"2001:db8::/32", "fe80::1", {}}));
    EXPECT_EQ(profile.ipv6.defaultRoute, RoutePolicy::Never);
    EXPECT_EQ(profile.dns.mode, DnsMode::PeerAndStatic);
    EXPECT_EQ(profile.dns.handler, DnsHandlerChoice::File);
    EXPECT_EQ(profile.dns.dnssec, "no");
    EXPECT_EQ(profile.reconnect.modem.factor, 1);
    EXPECT_EQ(profile.reconnect.modem.first, 30s);
    EXPECT_EQ(profile.sessionLimit, 36h);
}

TEST(Profile, UsualSizesFollowTheType) {
    EXPECT_EQ(effectiveMtu(good(pppoe())), 1492U);
    EXPECT_EQ(effectiveMru(good(serial())), 1500U);
    EXPECT_EQ(effectiveMtu(good(R"({"type": "l2tp", "l2tp": {"server": "vpn.example.net"}})")), 1400U);
}

TEST(Profile, WholeNumbersMayBeWrittenWithAPoint) {
    EXPECT_EQ(good(pppoe(R"("priority": 1e2)")).priority, 100);
    EXPECT_EQ(good(pppoe(R"("priority": 7.0)")).priority, 7);
}

TEST(ProfileFaults, AllAreFoundAtOnce) {
    EXPECT_EQ(
        faults(R"({"type": "pppoe", "pppoe": {"interfce": "eth0"}, "ppp": {"mru": 20}, "autoconect": true})"),
        "/autoconect: unknown key; did you mean \"autoconnect\"?\n"
        "/ppp/mru: 20 is out of range; expected 128 to 16384\n"
        "/pppoe/interfce: unknown key; did you mean \"interface\"?\n"
        "/pppoe/interface: missing; expected an interface name: 1 to 15 bytes without '/', ':' and white "
        "space, "
        "not \".\" or \"..\"");
}

struct Case {
    std::string json, expected;
};
void PrintTo(const Case& c, std::ostream* out) {
    *out << c.json;
}

class OneFault : public testing::TestWithParam<Case> {};

TEST_P(OneFault, IsTheOnlyOneAndSaysSo) {
    const std::string text = faults(GetParam().json);
    EXPECT_NE(text.find(GetParam().expected), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
}

const std::string kMacWords = "expected an Ethernet address of one station";

INSTANTIATE_TEST_SUITE_P(
    Document, OneFault,
    testing::Values(
        Case{"", "not JSON: line 1, column 1: "},
        Case{"{\n  \"type\": \"pppoe\",\n  \"pppoe\" {",
             "not JSON: line 3, column 11: syntax error while parsing object separator"},
        Case{"{\"type\": \"pppoe\",}", "not JSON: line 1, column 18: "},
        Case{"{\"a\": 1e999}", "number overflow"}, Case{"{} {}", "not JSON: line 1, column 4: "},
        Case{"{\n\"a\": \"\xff\"}", "not UTF-8 text: line 2, column 7; expected UTF-8"},
        Case{"{} // \xed\xa0\x80", "not UTF-8 text: line 1, column 7"},
        Case{"{} // \xef\xbf\xbe", "not UTF-8 text: line 1, column 7"},
        Case{"{} // \0"s, "holds a NUL byte: line 1, column 7"},
        Case{"[]", "is no object; expected an object"}, Case{"null", "is no object; expected an object"},
        Case{std::string(limits::kJsonDepth + 1, '['), "nested too deep; expected at most 32 levels"},
        Case{"{} //" + std::string(limits::kProfileSize, ' '), "65541 bytes long; expected at most 65536"},
        Case{pppoe(R"("hooks": true, "hooks": true)"),
             "/hooks: stands twice in the same object; expected once"},
        Case{pppoe(R"("ppp": {"mtu": 1400, "mtu": 1400})"), "/ppp/mtu: stands twice"},
        Case{pppoe(R"("ipv4": {"routes": [{"to": "10.0.0.0/8"}, {"to": "11.0.0.0/8", "to": "11.0.0.0/8"}]})"),
             "/ipv4/routes/1/to: stands twice"}));

INSTANTIATE_TEST_SUITE_P(
    Keys, OneFault,
    testing::Values(
        Case{R"({"pppoe": {"interface": "eth0"}})",
             "/type: missing; expected \"pppoe\", \"serial\" or \"l2tp\""},
        Case{
            R"({"type": "pppo", "pppoe": {"interface": "eth0"}})",
            "/type: \"pppo\" is unknown; did you mean \"pppoe\"? expected \"pppoe\", \"serial\" or \"l2tp\""},
        Case{R"({"type": 1, "pppoe": {"interface": "eth0"}})", "/type: 1 is of the wrong type"},
        Case{R"({"type": "pppoe"})", "/pppoe: missing; expected the section of type \"pppoe\""},
        Case{pppoe(R"("serial": {"device": "/dev/ttyS0"})"),
             "/serial: is the section of another type; expected only \"pppoe\" with type \"pppoe\""},
        Case{R"({"type": "pppoe", "pppoe": []})", "/pppoe: a list is of the wrong type; expected an object"},
        Case{pppoe(R"("auth": null)"), "/auth: is null; expected an object"},
        Case{pppoe(R"("mtu": 1400)"), "/mtu: unknown key; did you mean /ppp/mtu?"},
        Case{pppoe(R"("password": "hunter2")"), "/password: unknown key: secrets never stand in a profile"},
        Case{pppoe(R"("ipv6": {"zzzzzz": 1})"),
             "/ipv6/zzzzzz: unknown key; expected \"accept-ra\", \"default-route\""},
        Case{pppoe(R"("a/b~c": 1)"), "/a~1b~0c: unknown key"},
        Case{pppoe(R"("ppp/mtu": 1400)"), "/ppp~1mtu: unknown key"},
        Case{pppoe("\"a\\u001b[2J\": 1"), "/a\\x1B[2J: unknown key"},
        Case{pppoe(R"("ipv4": {"routes": [{"via": "10.0.0.1"}]})"), "/ipv4/routes/0/to: missing"},
        Case{pppoe(R"("ipv4": {"routes": [{"to": "10.0.0.0/8"}, 5]})"),
             "/ipv4/routes/1: is of the wrong type"},
        Case{pppoe(R"("ipv4": {"routes": [{"to": "10.0.0.0/8", "metrc": 1}]})"),
             "/ipv4/routes/0/metrc: unknown key; did you mean \"metric\"?"}));

INSTANTIATE_TEST_SUITE_P(
    Values, OneFault,
    testing::Values(
        Case{pppoe(R"("hooks": "yes")"), "/hooks: \"yes\" is of the wrong type; expected true or false"},
        Case{pppoe(R"("priority": "1")"), "/priority: \"1\" is of the wrong type; expected 0 to 65535"},
        Case{pppoe(R"("priority": -1)"), "/priority: -1 is out of range"},
        Case{pppoe(R"("priority": 1.5)"), "/priority: 1.5 is no whole number"},
        Case{section(R"("vlan": 0)"), "/pppoe/vlan: 0 is out of range; expected 1 to 4094"},
        Case{section(R"("vlan": 4095)"), "/pppoe/vlan: 4095 is out of range"},
        Case{section(R"("vlan": "7")"), "expected 1 to 4094, or null"},
        Case{pppoe(R"("ppp": {"mru": 18446744073709551616})"),
             "/ppp/mru: 1.8446744073709552e+19 is out of range"},
        Case{pppoe(R"("ppp": {"mtu": 127})"), "/ppp/mtu: 127 is out of range; expected 128 to 16384"},
        Case{pppoe(R"("ppp": {"mtu": 1501})"),
             "/ppp/mtu: 1501 is out of range; expected 128 to 1500 for type \"pppoe\""},
        Case{serial(R"("ppp": {"mru": 16385})"), "/ppp/mru: 16385 is out of range"},
        Case{pppoe(R"("ipv4": {"metric": 4294967296})"), "/ipv4/metric: 4294967296 is out of range"},
        Case{pppoe(R"("reconnect": {"jitter": 1.01})"),
             "/reconnect/jitter: 1.01 is out of range; expected a number from 0 to 1"},
        Case{pppoe(R"("reconnect": {"lost": {"factor": 0.9}})"),
             "/reconnect/lost/factor: 0.9 is out of range"},
        Case{pppoe(R"("auth": {"refuse": "pap"})"),
             "/auth/refuse: \"pap\" is of the wrong type; expected a list of \"pap\", "},
        Case{pppoe(R"("auth": {"refuse": ["pap", "mschap2"]})"),
             "/auth/refuse/1: \"mschap2\" is unknown; did you mean "},
        Case{pppoe(R"("ppp": {"mppe": 128})"),
             "/ppp/mppe: 128 is of the wrong type; expected \"off\", \"on\""},
        Case{pppoe(R"("auth": {"user": "a\nb"})"), "/auth/user: \"a\\nb\" has a control character"},
        Case{pppoe(R"("auth": {"user": "a\u0000b"})"), "/auth/user: \"a\\x00b\" has a control character"},
        Case{pppoe(R"("auth": {"user": ")" + std::string(256, 'u') + "\"}"),
             "/auth/user: 256 bytes long; expected at most 255"},
        Case{serial(R"("ppp": {"asyncmap": "0x100000000"})"), "/ppp/asyncmap: \"0x100000000\" is not valid"},
        Case{serial(R"("ppp": {"asyncmap": -1})"), "/ppp/asyncmap: -1 is out of range"},
        Case{serial(R"("ppp": {"escape": [256]})"), "/ppp/escape/0: 256 is out of range"},
        Case{serial(R"("ppp": {"escape": ["5e"]})"), "/ppp/escape/0: 0x5e cannot be escaped"},
        Case{
            R"({"type": "serial", "serial": {"device": "/dev/x", "dial": {"number": "1", "login": [["a"]]}}})",
            "/serial/dial/login/0: is no pair of texts"},
        Case{R"({"type": "serial", "serial": {"device": "/dev/x", "dial": {}}})",
             "/serial/dial/number: missing"},
        Case{R"({"type": "serial", "serial": {"device": "/dev/x", "hangup": [""]}})",
             "/serial/hangup/0: \"\" is not valid"}));

INSTANTIATE_TEST_SUITE_P(
    Times, OneFault,
    testing::Values(
        Case{section(R"("discovery-timeout": 0.5)"), "/pppoe/discovery-timeout: 0.5 is out of range"},
        Case{section(R"("discovery-timeout": "11m")"), "/pppoe/discovery-timeout: \"11m\" is out of range"},
        Case{section(R"("discovery-timeout": "15")"),
             "\"15\" is no duration; expected seconds, or text such as \"90s\""},
        Case{section(R"("discovery-timeout": -1)"), "-1 is out of range"},
        Case{section(R"("discovery-timeout": true)"), "true is of the wrong type"},
        Case{pppoe(R"("idle-timeout": 1.5)"), "/idle-timeout: 1.5 is no whole number of seconds"},
        Case{pppoe(R"("ppp": {"lcp-echo-interval": "0.5s"})"),
             "/ppp/lcp-echo-interval: \"0.5s\" is no whole number of seconds"},
        Case{pppoe(R"("session-limit": 1e300)"), "/session-limit: 1e+300 is out of range"},
        Case{pppoe(R"("redial-at": "24:00")"),
             "/redial-at: \"24:00\" is not valid; expected a time of day"}));

INSTANTIATE_TEST_SUITE_P(
    Texts, OneFault,
    testing::Values(
        Case{R"({"type": "pppoe", "pppoe": {"interface": ""}})", "/pppoe/interface: is empty"},
        Case{section(R"("access-concentrator-mac": "00:11:22:33:44")"), kMacWords},
        Case{section(R"("access-concentrator-mac": "ff:ff:ff:ff:ff:ff")"), kMacWords},
        Case{section(R"("clone-mac": "00:00:00:00:00:00")"), kMacWords},
        Case{section(R"("clone-mac": "01:00:5e:00:00:01")"), kMacWords},
        Case{section(R"("host-uniq": "abc")"),
             "/pppoe/host-uniq: \"abc\" is not valid; expected an even number of hex digits"},
        Case{pppoe(R"("ipv4": {"local": "10.0.0"})"),
             "/ipv4/local: \"10.0.0\" is not valid; expected an IPv4 address"},
        Case{pppoe(R"("ipv4": {"routes": [{"to": "10.0.0.1/8"}]})"),
             "/ipv4/routes/0/to: \"10.0.0.1/8\" is not valid"},
        Case{pppoe(R"("ipv4": {"routes": [{"to": "0.0.0.0/0"}]})"), "there is /ipv4/default-route"},
        Case{pppoe(R"("ipv4": {"routes": [{"to": "::/0"}]})"), "there is /ipv4/default-route"},
        Case{pppoe(R"("ipv4": {"routes": [{"to": "2001:db8::1/32"}]})"),
             "/ipv4/routes/0/to: \"2001:db8::1/32\""},
        Case{pppoe(R"("ipv4": {"routes": [{"to": "2001:db8::/129"}]})"), "/ipv4/routes/0/to: "},
        Case{pppoe(R"("ipv4": {"routes": [{"to": "2001:db8::/32", "via": "ff02::1"}]})"),
             "/ipv4/routes/0/via: "},
        Case{pppoe(R"("ipv4": {"routes": [{"to": "2001:db8::/32", "via": "10.0.0.1"}]})"),
             "/ipv4/routes/0/via: is of the other family"},
        Case{pppoe(R"("ipv4": {"table": 5, "vrf": "blue"})"), "/ipv4/table: is not used with /ipv4/vrf"},
        Case{pppoe(R"("ipv6": {"interface-id": "fe80::1"})"), "/ipv6/interface-id: \"fe80::1\" is not valid"},
        Case{pppoe(R"("dns": {"search": ["a b"]})"),
             "/dns/search/0: \"a b\" is not valid; expected a domain"},
        Case{pppoe(R"("dns": {"mode": "static", "servers": ["::"]})"), "/dns/servers/0: \"::\" is not valid"},
        Case{pppoe(R"("firewall-zone": "a b")"), "/firewall-zone: \"a b\" is not valid"},
        Case{pppoe(R"("interface-name": "ppp 0")"), "/interface-name: \"ppp 0\" is not valid"},
        Case{R"({"type": "l2tp", "l2tp": {"server": "10.0.0.300"}})",
             "/l2tp/server: \"10.0.0.300\" is not valid"}));

INSTANTIATE_TEST_SUITE_P(
    Together, OneFault,
    testing::Values(
        Case{serial(R"("on-demand": true)"), "/on-demand: is for type \"pppoe\" only so far"},
        Case{R"({"type": "l2tp", "l2tp": {"server": "a.example"}, "on-demand": true})",
             "/on-demand: is for type \"pppoe\" only so far"},
        Case{pppoe(R"("on-demand": true, "ipv4": {"enabled": false})"), "/on-demand: needs IPv4"},
        Case{pppoe(R"("interface-name": "eth0")"), "/interface-name: is the Ethernet interface itself"},
        Case{pppoe(R"("ppp": {"accomp": true})"), "/ppp/accomp: is for serial lines"},
        Case{pppoe(R"("ppp": {"pcomp": true})"), "/ppp/pcomp: is for serial lines"},
        Case{pppoe(R"("ppp": {"vj": true})"), "/ppp/vj: is for serial lines"},
        Case{pppoe(R"("ppp": {"asyncmap": 1})"), "/ppp/asyncmap: is for serial lines"},
        Case{pppoe(R"("ppp": {"escape": [1]})"), "/ppp/escape: is for serial lines"},
        Case{pppoe(R"("ppp": {"compression": "bsd"})"), "/ppp/compression: is for serial lines"},
        Case{R"({"type": "serial", "serial": {"device": "/dev/x", "speed": 12000001}})",
             "/serial/speed: 12000001 is out of range"},
        Case{pppoe(R"("ppp": {"mppe": "on"}, "auth": {"refuse": ["mschap", "mschapv2", "eap"]})"),
             "/ppp/mppe: needs the keys"},
        Case{pppoe(R"("ppp": {"mppe": "on"}, "auth": {"require": ["mschapv2"]})"),
             "/ppp/mppe: takes its keys from MS-CHAP in one direction alone"},
        Case{pppoe(R"("auth": {"require": ["chap", "eap"]})"),
             "/auth/require: \"eap\" cannot be asked of the peer"},
        Case{pppoe(R"("ipv4": {"enabled": false}, "ipv6": {"enabled": false})"),
             "/ipv6/enabled: is false, as /ipv4/enabled is"},
        Case{pppoe(R"("ipv4": {"local": "10.0.0.1", "peer": "10.0.0.1"})"),
             "/ipv4/peer: is the local address too"},
        Case{pppoe(R"("dns": {"servers": ["1.1.1.1"]})"), "/dns/servers: would not be used"},
        Case{pppoe(R"("dns": {"mode": "static"})"), "/dns/servers: is empty"},
        Case{pppoe(R"("reconnect": {"auth": {"cap": 10}})"), "/reconnect/auth/cap: is less than \"first\""}));

TEST(ProfileFaults, AreCountedPastTheLimit) {
    std::string json = R"({"type": "pppoe", "pppoe": {"interface": "eth0"})";
    for (std::size_t i = 0; i < limits::kProfileFaults + 7; ++i) {
        json += text::cat(", \"zzzzzzzzzz", i, "\": 1");
    }
    const auto parsed = parseProfile(json + "}");
    EXPECT_EQ(parsed.faults.size(), limits::kProfileFaults + 1);
    EXPECT_EQ(parsed.faults.back().text, "and 7 more faults");
}

TEST(ProfileFaults, ListsHaveALimit) {
    std::string servers = "\"1.1.1.1\"";
    for (std::size_t i = 0; i < limits::kDnsServers; ++i) {
        servers += ", \"1.1.1.1\"";
    }
    EXPECT_EQ(faults(pppoe(R"("dns": {"mode": "static", "servers": [)" + servers + "]}")),
              "/dns/servers: 9 items are too many; expected a list of at most 8 texts");
}

TEST(ProfileFaults, NeverRepeatWhatMayBeASecret) {
    for (const std::string& json :
         {R"({"password": "hunter2" "x"})"s, R"({"password": "hunter2)"s, R"({"password": hunter2})"s,
          pppoe(R"("password": "hunter2")"), pppoe(R"("auth": {"password": "hunter2"})")}) {
        const std::string text = faults(json);
        EXPECT_NE(text, "");
        EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
    }
}

TEST(ProfileFaults, EveryCutOfAProfileIsRefusedOrRead) {
    const std::string whole =
        pppoe(R"("auth": {"user": "a€\u20ac"}, "ipv4": {"routes": [{"to": "10.0.0.0/8"}]} // x)") + "\n}";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto parsed = parseProfile(whole.substr(0, size));
        EXPECT_EQ(parsed.profile.has_value(), parsed.faults.empty());
        EXPECT_FALSE(parsed.profile) << whole.substr(0, size);
        EXPECT_TRUE(text::isUtf8(describe(parsed.faults)));
    }
}

TEST(Time, ReadsUnitsInOrderOnce) {
    EXPECT_EQ(parseTime("90s"), 90s);
    EXPECT_EQ(parseTime("15m"), 15min);
    EXPECT_EQ(parseTime("24h"), 24h);
    EXPECT_EQ(parseTime("1d"), 24h);
    EXPECT_EQ(parseTime("1h30m"), 90min);
    EXPECT_EQ(parseTime("1d2h3m4.5s"), 26h + 3min + 4500ms);
    EXPECT_EQ(parseTime("0s"), 0s);
    EXPECT_EQ(parseTime("0.000001s"), 1us);
    for (const char* const bad :
         {"",     "s",   "1",   "1x",    "1 s",  " 1s",  "1s ",  "-1s",  "+1s",  "1s1m",
          "1s1s", ".5s", "1.s", "1..5s", "1e3s", "0x1s", "1h30", "nans", "infs", "9999999999999d"}) {
        EXPECT_EQ(parseTime(bad), std::nullopt) << bad;
    }
    EXPECT_EQ(parseTime(std::string(100000, '9') + "s"), std::nullopt);
}

TEST(Name, FollowsTheContract) {
    for (const std::string& name : {"isp"s, "a"s, "A.b_c-9"s, "-x"s, std::string(64, 'n')}) {
        EXPECT_TRUE(validName(name)) << name;
    }
    for (const std::string& name :
         {""s, ".isp"s, "a/b"s, "a b"s, "a\0"s, "ä"s, ".."s, std::string(65, 'n'), "a\n"s}) {
        EXPECT_FALSE(validName(name)) << name;
    }
}

} // namespace
