// SPDX-License-Identifier: LGPL-2.1-or-later
// Importers of other programs' files, by sample files: what the profile is, where the password went, what the
// report says.
#include "import_formats_fixture.hpp"

namespace ppp::cli::importing {
namespace {

/// The only connection of a result, which could be stored as it is.
const Connection& whole(const Result& result) {
    EXPECT_EQ(result.connections.size(), 1U) << said(result);
    EXPECT_TRUE(result.troubles.empty()) << said(result);
    EXPECT_TRUE(result.connections.front().troubles.empty()) << said(result);
    return result.connections.front();
}

TEST(RpPppoe, ALineThatIsAlwaysUp) {
    const Result result = imported("/etc/ppp/pppoe.conf", sample("pppoe.conf"));
    const Connection& dsl = whole(result);
    EXPECT_EQ(dsl.name, "dsl");
    EXPECT_EQ(nlohmann::json(dsl.profile), json(R"({"type": "pppoe",
        "pppoe": {"interface": "eth1", "service": "internet flat", "host-uniq": "0a1b", "access-concentrator": "bras1"},
        "auth": {"user": "b1xxnxnx@provider.example"},
        "ppp": {"lcp-echo-interval": 20, "extra-options": ["lcp-max-configure", "20"]}})"))
        << said(result);
    EXPECT_EQ(secret(dsl, "password"), "geheim #1");
    EXPECT_EQ(verdict(dsl, "FIREWALL=MASQUERADE"), Verdict::NotTaken);
    EXPECT_EQ(verdict(dsl, "CLAMPMSS=1412"), Verdict::Changed);
    EXPECT_EQ(verdict(dsl, "PIDFILE=******"), Verdict::NotTaken);
    EXPECT_EQ(verdict(dsl, "LCP_FAILURE=3"), Verdict::Default);
    EXPECT_EQ(said(result).find("geheim"), std::string::npos);
    EXPECT_EQ(row(dsl, "SERVICENAME=")->place.line, 16U);
}

TEST(RpPppoe, ALineOnDemand) {
    const Result result = imported("/root/alice.conf", sample("pppoe-demand.conf"));
    const Connection& dsl = whole(result);
    EXPECT_EQ(dsl.name, "alice");
    EXPECT_EQ(nlohmann::json(dsl.profile), json(R"({"type": "pppoe",
        "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}, "on-demand": true, "idle-timeout": 300,
        "ipv4": {"default-route": "never"}, "ipv6": {"default-route": "never"}, "ppp": {"mtu": 1480, "mru": 1480,
        "lcp-echo-interval": 30, "lcp-echo-failure": 5}, "interface-name": "ppp3", "reconnect": {"enabled": false},
        "mss-clamp": false, "dns": {"servers": ["192.0.2.53", "2001:db8::53"], "mode": "static"}})"))
        << said(result);
    EXPECT_EQ(secret(dsl, "password"), "sesame");
}

TEST(RpPppoe, WhoSaysWhoseNameServers) {
    const auto mode = [](const std::string& lines) {
        const Result result = imported("/etc/ppp/pppoe.conf", "ETH=eth0\nUSER=alice\n" + lines);
        const auto value = result.connections.at(0).at("/dns/mode");
        return value.is_null() ? std::string("peer") : value.get<std::string>();
    };
    EXPECT_EQ(mode(""), "off");
    EXPECT_EQ(mode("DNSTYPE=SERVER\nPEERDNS=no\n"), "peer");
    EXPECT_EQ(mode("DNSTYPE=NOCHANGE\nPEERDNS=yes\n"), "peer");
    EXPECT_EQ(mode("DNSTYPE=NOCHANGE\n"), "off");
    EXPECT_EQ(mode("PEERDNS=yes\nUSEPEERDNS=no\n"), "off");
    EXPECT_EQ(mode("DNSTYPE=SPECIFY\nDNS1=192.0.2.1\n"), "static");
    EXPECT_EQ(mode("DNSTYPE=SPECIFY\n"), "off");
    EXPECT_EQ(mode("DNS1=192.0.2.1\nDNSTYPE=SERVER\n"), "peer");
}

TEST(RpPppoe, ACommandOfItsOwnIsNotStored) {
    const Result result =
        imported("/etc/ppp/pppoe.conf", "ETH=eth0\nUSER=alice\nOVERRIDE_PPPD_COMMAND=\"pppd call dsl\"\n");
    ASSERT_EQ(result.connections.at(0).troubles.size(), 1U) << said(result);
    EXPECT_NE(result.connections[0].troubles[0].find("/etc/ppp/pppoe.conf:3: "), std::string::npos);
}

TEST(Ifcfg, PppoeWithItsKeysFile) {
    const Result result = imported("/etc/sysconfig/network-scripts/ifcfg-ppp0", sample("ifcfg-ppp0"));
    const Connection& dsl = whole(result);
    EXPECT_EQ(dsl.name, "ppp0");
    EXPECT_EQ(nlohmann::json(dsl.profile),
              json(R"({"type": "pppoe", "autoconnect": true, "ppp": {"lcp-echo-interval": 20},
        "pppoe": {"interface": "p4p1"}, "auth": {"user": "alice@provider.example"}, "ipv6": {"enabled": false},
        "firewall-zone": "external", "dns": {"servers": ["192.0.2.1", "192.0.2.2"], "mode": "static"}})"))
        << said(result);
    EXPECT_EQ(secret(dsl, "password"), "it's \"secret\"");
    EXPECT_EQ(said(result).find("it's"), std::string::npos);
}

TEST(Ifcfg, AModemWithItsChatScript) {
    const Result result = imported("/etc/sysconfig/network-scripts/ifcfg-ppp1", sample("ifcfg-ppp1"));
    const Connection& modem = whole(result);
    EXPECT_EQ(modem.at("/type"), "serial") << said(result);
    EXPECT_EQ(modem.at("/serial/device"), "/dev/ttyS1");
    EXPECT_EQ(modem.at("/serial/speed"), 57600);
    EXPECT_NE(modem.at("/serial/dial/number").get<std::string>().find("5554242"), std::string::npos);
    EXPECT_EQ(modem.at("/ipv4/local"), "192.0.2.77");
    EXPECT_EQ(modem.at("/ipv4/accept-local"), false);
    EXPECT_EQ(modem.at("/ppp/mru"), 576);
    EXPECT_EQ(modem.at("/auth/user"), "alice");
    EXPECT_EQ(secret(modem, "password"), "sesame");
}

TEST(Ifcfg, AModemWithASectionOfWvdial) {
    const Result result = imported("/etc/sysconfig/network-scripts/ifcfg-ppp2",
                                   "TYPE=Modem\nMODEMPORT=/dev/ttyS3\nWVDIALSECT=analog\nDEMAND=yes\n");
    const Connection& modem = whole(result);
    EXPECT_EQ(modem.at("/serial/device"), "/dev/ttyS3");
    EXPECT_EQ(modem.at("/serial/dial/number"), "P0,555-4242");
    EXPECT_FALSE(modem.has("/on-demand"));
    EXPECT_EQ(verdict(modem, "DEMAND=yes"), Verdict::NotTaken);
}

TEST(Ifcfg, AnEthernetCardIsNoLink) {
    const Result result =
        imported("/etc/sysconfig/network-scripts/ifcfg-eth0", "TYPE=Ethernet\nDEVICE=eth0\n");
    EXPECT_TRUE(result.connections.empty());
    ASSERT_EQ(result.troubles.size(), 1U);
    EXPECT_NE(result.troubles[0].find("TYPE=xDSL"), std::string::npos);
}

TEST(NetworkManager, Pppoe) {
    const Result result =
        imported("/etc/NetworkManager/system-connections/dsl.nmconnection", sample("dsl.nmconnection"));
    const Connection& dsl = whole(result);
    EXPECT_EQ(dsl.name, "DSL at home");
    EXPECT_EQ(nlohmann::json(dsl.profile), json(R"({"metered": true, "firewall-zone": "external",
        "pppoe": {"clone-mac": "02:00:00:00:00:07", "service": "internet", "interface": "eth0.7"},
        "ppp": {"lcp-echo-failure": 5, "lcp-echo-interval": 30, "mtu": 1492},
        "auth": {"refuse": ["eap", "mschap"], "user": "alice@provider.example"},
        "dns": {"servers": ["192.0.2.53", "192.0.2.54", "2001:db8::53"], "search": ["corp.example"],
                "mode": "peer+static"},
        "ipv4": {"routes": [{"to": "10.0.0.0/8"}, {"to": "172.16.0.0/12", "via": "192.0.2.1", "metric": 50}],
                 "metric": 90},
        "ipv6": {"default-route": "never"}, "autoconnect": true, "type": "pppoe", "interface-name": "ppp-dsl"})"))
        << said(result);
    EXPECT_EQ(secret(dsl, "password"), " very; secret\\");
    EXPECT_EQ(verdict(dsl, "[ipv4] route2_options="), Verdict::NotTaken);
    EXPECT_EQ(verdict(dsl, "[user] org.example.note=******"), Verdict::NotTaken);
    EXPECT_EQ(said(result).find("very"), std::string::npos);
}

TEST(NetworkManager, AModem) {
    const Result result = imported("/tmp/mobile.nmconnection", sample("mobile.nmconnection"));
    const Connection& modem = whole(result);
    EXPECT_EQ(nlohmann::json(modem.profile), json(R"({"serial": {"dial": {"number": "*99***1#",
            "init": ["ATZ", "AT+CGDCONT=1,\"IP\",\"internet.provider.example\""]}, "speed": 460800,
            "device": "/dev/ttyUSB2"},
        "auth": {"user": "web"}, "ppp": {"vj": false}, "dns": {"mode": "off"}, "ipv6": {"enabled": false},
        "type": "serial"})"))
        << said(result);
    EXPECT_EQ(secret(modem, "password"), "web");
    EXPECT_EQ(secret(modem, "pin"), "1234");
    EXPECT_EQ(said(result).find("1234"), std::string::npos);
}

TEST(NetworkManager, L2tp) {
    const Result result = imported("/tmp/work.nmconnection", sample("work.nmconnection"));
    const Connection& vpn = whole(result);
    EXPECT_EQ(nlohmann::json(vpn.profile),
              json(R"({"l2tp": {"require-ipsec": true, "server": "vpn.example.net"},
        "ppp": {"mppe": "128-stateful", "mtu": 1400}, "auth": {"refuse": ["chap", "pap"], "user": "CORP\\alice"},
        "ipv4": {"accept-local": false, "local": "192.0.2.9", "default-route": "never",
                 "routes": [{"to": "10.0.0.0/8", "metric": 100}]},
        "ipv6": {"enabled": false}, "type": "l2tp"})"))
        << said(result);
    EXPECT_EQ(secret(vpn, "password"), "op\\en");
    EXPECT_EQ(verdict(vpn, "[vpn] ipsec-enabled=yes"), Verdict::Changed);
    EXPECT_EQ(verdict(vpn, "[vpn-secrets] ipsec-psk=******"), Verdict::NotTaken);
    for (const char* const hidden : {"0sZ2VoZWlt", "sesame-street", "op\\en"}) {
        EXPECT_EQ(said(result).find(hidden), std::string::npos);
    }
}

TEST(NetworkManager, OtherTypesAndOtherVpns) {
    const auto trouble = [](const std::string& text) {
        const Result result = imported("/tmp/x.nmconnection", text);
        EXPECT_TRUE(result.connections.empty());
        return result.troubles.empty() ? std::string() : result.troubles[0];
    };
    EXPECT_NE(trouble("[connection]\nid=x\ntype=wifi\n").find("type=wifi"), std::string::npos);
    EXPECT_NE(trouble("[connection]\ntype=vpn\n[vpn]\nservice-type=org.freedesktop.NetworkManager.openvpn\n")
                  .find("openvpn"),
              std::string::npos);
}

TEST(NetworkManager, NoInterfaceIsSaid) {
    const Result result =
        imported("/tmp/x.nmconnection", "[connection]\ntype=pppoe\n[pppoe]\nusername=alice\n");
    ASSERT_FALSE(result.connections.at(0).troubles.empty());
    EXPECT_NE(result.connections[0].troubles[0].find("interface-name=eth0"), std::string::npos);
}

TEST(NetworkManager, EncryptionInAnyOrder) {
    const auto mppe = [](const std::string& lines) {
        const Result result =
            imported("/tmp/x.nmconnection", "[connection]\ntype=pppoe\ninterface-name=eth0\n"
                                            "[pppoe]\nusername=a\n[ppp]\n" +
                                                lines);
        const auto value = result.connections.at(0).at("/ppp/mppe");
        return value.is_null() ? std::string("none") : value.get<std::string>();
    };
    EXPECT_EQ(mppe("mppe-stateful=true\nrequire-mppe=true\nrequire-mppe-128=true\n"), "128-stateful");
    EXPECT_EQ(mppe("require-mppe-128=true\nmppe-stateful=true\nrequire-mppe=true\n"), "128-stateful");
    EXPECT_EQ(mppe("mppe-stateful=true\nrequire-mppe=true\n"), "stateful");
    EXPECT_EQ(mppe("mppe-stateful=true\n"), "none");
}

TEST(Xl2tpd, WhatNobodyAskedForIsNotDone) {
    Disk disk;
    disk.add("/etc/xl2tpd/l2tp-secrets", "* * hush\n");
    disk.add("/o", "persist\n");
    const Result result = imported("/etc/xl2tpd/xl2tpd.conf",
                                   "[lac a]\nlns = 192.0.2.1\n[lac b]\nlns = 192.0.2.2\nredial = yes\n"
                                   "challenge = yes\n[lac c]\nlns = 192.0.2.3\npppoptfile = /o\n",
                                   disk);
    ASSERT_EQ(result.connections.size(), 3U);
    EXPECT_EQ(secret(result.connections[0], "tunnel-secret"), "(none)");
    EXPECT_EQ(verdict(result.connections[0], "the tunnel's secret ******"), Verdict::NotTaken);
    EXPECT_EQ(result.connections[0].at("/reconnect/enabled"), false);
    EXPECT_EQ(verdict(result.connections[0], "no redial"), Verdict::Taken);
    EXPECT_EQ(secret(result.connections[1], "tunnel-secret"), "hush");
    EXPECT_FALSE(result.connections[1].has("/reconnect/enabled"));
    EXPECT_FALSE(result.connections[2].has("/reconnect/enabled"));
    EXPECT_EQ(said(result).find("hush"), std::string::npos);
}

/// What pppd's options say of serial lines holds, though /type comes to light only later.
TEST(Formats, OptionsOfPppdKnowTheTypeOfTheLink) {
    Disk disk;
    disk.add("/chat", "'' ATZ OK ATD5 CONNECT ''\n");
    disk.add("/o", "asyncmap a0000\nlcp-max-configure 20\n");
    const Result modem = imported("/etc/sysconfig/network-scripts/ifcfg-ppp0",
                                  "PPPOPTIONS='asyncmap a0000'\nTYPE=Modem\nMODEMPORT=/dev/ttyS0\n"
                                  "CHATSCRIPT=/chat\n",
                                  disk);
    EXPECT_EQ(modem.connections.at(0).at("/ppp/asyncmap"), "0xa0000") << said(modem);
    const Result dsl = imported("/etc/sysconfig/network-scripts/ifcfg-ppp0",
                                "PPPOPTIONS='asyncmap a0000'\nTYPE=xDSL\nETH=eth0\nUSER=a\n", disk);
    EXPECT_FALSE(dsl.connections.at(0).has("/ppp/asyncmap")) << said(dsl);
    const Result mobile =
        imported("/etc/netctl/m", "OptionsFile=/o\nConnection=mobile_ppp\nInterface=ttyUSB0\nUser=a\n", disk);
    EXPECT_EQ(mobile.connections.at(0).at("/ppp/asyncmap"), "0xa0000") << said(mobile);
    const Result wired =
        imported("/etc/netctl/w", "OptionsFile=/o\nConnection=pppoe\nInterface=eth0\nUser=a\n", disk);
    EXPECT_FALSE(wired.connections.at(0).has("/ppp/asyncmap")) << said(wired);
}

TEST(Ifcfg, ADomainWithoutEndHasOne) {
    std::string text = "TYPE=xDSL\nETH=eth0\nUSER=a\nDOMAIN='";
    for (int i = 0; i < 20000; ++i) {
        text += "d" + std::to_string(i) + " ";
    }
    const Result result = imported("/etc/sysconfig/network-scripts/ifcfg-ppp0", text + "'\n");
    EXPECT_EQ(result.connections.at(0).at("/dns/search").size(), 256U);
}

TEST(Xl2tpd, EachLacWithItsDefaultsItsOptionsAndItsSecrets) {
    const Result result = imported("/etc/xl2tpd/xl2tpd.conf", sample("xl2tpd.conf"));
    ASSERT_EQ(result.connections.size(), 2U) << said(result);
    const Connection& office = result.connections[0];
    EXPECT_TRUE(office.troubles.empty()) << said(result);
    EXPECT_EQ(office.name, "office");
    EXPECT_EQ(office.at("/l2tp/server"), "vpn.example.net");
    EXPECT_EQ(office.at("/l2tp/port"), 1702);
    EXPECT_EQ(verdict(office, "[lac office] lns=vpn2"), Verdict::NotTaken);
    EXPECT_EQ(office.at("/l2tp/hostname"), "gate");
    EXPECT_EQ(office.at("/auth/user"), "alice");
    EXPECT_EQ(nlohmann::json(office.at("/auth/refuse")), json(R"(["pap", "eap"])"));
    EXPECT_EQ(office.at("/autoconnect"), true);
    EXPECT_EQ(office.at("/ppp/mtu"), 1410);
    EXPECT_EQ(office.at("/ipv4/default-route"), "never");
    EXPECT_FALSE(office.has("/dns/mode")) << said(result);
    EXPECT_EQ(secret(office, "password"), "open sesame");
    EXPECT_EQ(secret(office, "tunnel-secret"), "tunnel secret");
    EXPECT_EQ(verdict(office, "[lac office] require chap=yes"), Verdict::NotTaken);
    const Connection& plant = result.connections[1];
    EXPECT_TRUE(plant.troubles.empty()) << said(result);
    EXPECT_EQ(plant.at("/l2tp/server"), "203.0.113.7");
    EXPECT_EQ(plant.at("/reconnect/enabled"), false);
    EXPECT_EQ(plant.at("/dns/mode"), "off");
    EXPECT_EQ(verdict(plant, "[lac default] redial=******"), Verdict::NotTaken);
    EXPECT_NE(rows(result.report).find("[lns default] ip range"), std::string::npos);
    EXPECT_EQ(said(result).find("sesame"), std::string::npos);
}

TEST(Xl2tpd, APortBehindTheServer) {
    const Result result =
        imported("/etc/xl2tpd/xl2tpd.conf", "[lac x]\nlns = vpn.example.net:1702 ; there\n");
    EXPECT_EQ(result.connections.at(0).at("/l2tp/port"), 1702) << said(result);
    EXPECT_EQ(result.connections.at(0).at("/l2tp/server"), "vpn.example.net");
}

TEST(Wvdial, SectionsInheritTheDefaults) {
    const Result result = imported("/etc/wvdial.conf", sample("wvdial.conf"));
    ASSERT_EQ(result.connections.size(), 3U) << said(result);
    const Connection& mobile = result.connections[0];
    EXPECT_TRUE(mobile.troubles.empty()) << said(result);
    EXPECT_EQ(mobile.name, "modem");
    EXPECT_EQ(nlohmann::json(mobile.profile),
              json(R"({"type": "serial", "serial": {"device": "/dev/ttyUSB0", "speed": 460800,
        "modem-lines": false, "dial": {"init": ["ATZ", "ATQ0 V1 E1 S0=0 &C1 &D2 +FCLASS=0",
        "AT+CGDCONT=1,\"IP\",\"internet\""], "number": "*99#"}}, "auth": {"user": "web"}})"))
        << said(result);
    EXPECT_EQ(secret(mobile, "password"), "web");
    EXPECT_EQ(secret(mobile, "pin"), "4321");
    const Connection& analog = result.connections[1];
    EXPECT_TRUE(analog.troubles.empty()) << said(result);
    EXPECT_EQ(analog.name, "analog");
    EXPECT_EQ(analog.at("/serial/device"), "/dev/ttyS0");
    EXPECT_EQ(analog.at("/serial/speed"), 57600);
    EXPECT_EQ(analog.at("/serial/dial/number"), "P0,555-4242");
    EXPECT_EQ(nlohmann::json(analog.at("/serial/dial/login")),
              json(R"([["ogin:", "alice"], ["word:", "$password"]])"));
    EXPECT_EQ(analog.at("/serial/dial/init").at(0), "ATX3");
    EXPECT_EQ(analog.at("/idle-timeout"), 600);
    EXPECT_EQ(analog.at("/dns/mode"), "off");
    EXPECT_EQ(verdict(analog, "[Dialer analog] Phone1="), Verdict::NotTaken);
    EXPECT_EQ(said(result).find("4321"), std::string::npos);
}

TEST(Wvdial, ACircleOfSectionsEnds) {
    const Result result = imported("/etc/wvdial.conf", "[Dialer a]\nInherits = Dialer b\nPhone = 1\n"
                                                       "[Dialer b]\nInherits = Dialer a\nUsername = alice\n");
    ASSERT_EQ(result.connections.size(), 2U);
    EXPECT_EQ(result.connections[0].at("/auth/user"), "alice");
    EXPECT_EQ(result.connections[1].at("/serial/dial/number"), "T1");
}

TEST(Wvdial, APinAmongOtherThingsIsNotShown) {
    const Result result =
        imported("/etc/wvdial.conf", "[Dialer a]\nPhone = 1\nInit1 = AT+CPIN=9876;+CREG=1\n");
    EXPECT_FALSE(result.connections.at(0).troubles.empty());
    EXPECT_EQ(said(result).find("9876"), std::string::npos) << said(result);
}

TEST(Netctl, Pppoe) {
    const Result result = imported("/etc/netctl/home", sample("netctl-pppoe"));
    const Connection& dsl = whole(result);
    EXPECT_EQ(dsl.name, "home");
    EXPECT_EQ(nlohmann::json(dsl.profile),
              json(R"({"auth": {"user": "example@provider.example"}, "on-demand": true,
        "dns": {"mode": "off"}, "ppp": {"lcp-echo-interval": 15, "lcp-echo-failure": 10},
        "pppoe": {"service": "internet", "access-concentrator": "bras 1",
                  "access-concentrator-mac": "00:11:22:33:44:55", "interface": "eth0"},
        "ipv6": {"enabled": true}, "type": "pppoe", "idle-timeout": 300})"))
        << said(result);
    EXPECT_EQ(secret(dsl, "password"), "very \"secret\" $HOME");
    EXPECT_EQ(verdict(dsl, "After=(office lab)"), Verdict::NotTaken);
    EXPECT_EQ(verdict(dsl, "ExecUpPost="), Verdict::NotTaken);
}

TEST(Netctl, AModem) {
    const Result result = imported("/etc/netctl/mobile", sample("netctl-mobile"));
    const Connection& modem = whole(result);
    EXPECT_EQ(modem.at("/serial/device"), "/dev/ttyUSB0") << said(result);
    EXPECT_EQ(
        nlohmann::json(modem.at("/serial/dial/init")),
        json(R"(["ATZ", "AT+CFUN=1", "AT^SYSCFG=2,2,3fffffff,0,1", "AT+CGDCONT=1,\"IP\",\"internet\""])"));
    EXPECT_EQ(modem.at("/serial/dial/number"), "*99#");
    EXPECT_EQ(modem.at("/auth/allow-empty-password"), true);
    EXPECT_EQ(secret(modem, "pin"), "1234");
}

TEST(Netctl, OtherConnectionsAreNoLinks) {
    const Result result = imported("/etc/netctl/lan", "Connection=ethernet\nInterface=eth0\nIP=dhcp\n");
    EXPECT_TRUE(result.connections.empty());
    EXPECT_NE(said(result).find("expected pppoe or mobile_ppp"), std::string::npos);
}

} // namespace
} // namespace ppp::cli::importing
