// SPDX-License-Identifier: LGPL-2.1-or-later
// Which of pppd's options a profile may pass on, and where it is told to put the others.
#include "core/extra_options.hpp"

#include <gtest/gtest.h>

#include "core/text.hpp"

namespace {

using namespace ppp::core;

using Words = std::vector<std::string>;

std::string faults(const Words& words, LinkType type = LinkType::Pppoe,
                   const std::string& compression = "off") {
    Profile profile;
    profile.type = type;
    profile.ppp.compression = compression;
    profile.ppp.extraOptions = words;
    Faults found;
    checkExtraOptions(profile, found);
    return describe(found.take());
}

TEST(ExtraOptions, LetsTuningPass) {
    EXPECT_EQ(faults({}), "");
    EXPECT_EQ(faults({"lcp-max-configure", "30"}), "");
    EXPECT_EQ(
        faults({"noccp", "nomagic", "chap-max-challenge", "3", "noendpoint", "netmask", "255.255.255.0"}),
        "");
    EXPECT_EQ(faults({"active-filter", "tcp port 80 or nodetach"}), "");
    EXPECT_EQ(faults({"sync", "stop-bits", "2", "receive-all", "default-asyncmap", "vj-max-slots", "16"},
                     LinkType::Serial),
              "");
    EXPECT_NE(faults({"cdtrcts"}, LinkType::Serial).find("no such flow control"), std::string::npos);
    EXPECT_EQ(faults({"deflate", "15,9"}, LinkType::Serial, "deflate"), "");
    EXPECT_EQ(faults({"bsdcomp", "12"}, LinkType::Serial, "bsd"), "");
}

TEST(ExtraOptions, ChecksArguments) {
    EXPECT_EQ(faults({"nomagic", "lcp-max-configure"}),
              "/ppp/extra-options/1: \"lcp-max-configure\" is without its argument; expected a number from 1 "
              "to 255 as the next item");
    for (const std::string bad : {"0", "256", "-1", "+1", "x", "", "1 ", "010", "0x1", "1.5"}) {
        EXPECT_NE(faults({"lcp-max-configure", bad}).find("/ppp/extra-options/1: "), std::string::npos)
            << bad;
    }
    EXPECT_NE(faults({"netmask", "255.0.255.0"}).find("expected a netmask"), std::string::npos);
    for (const std::string bad : {"8", "16", "15,", ",15", "15,15,15", "15;15"}) {
        EXPECT_NE(faults({"deflate", bad}, LinkType::Serial, "deflate"), "") << bad;
    }
}

TEST(ExtraOptions, OneStringIsOneArgument) {
    EXPECT_NE(faults({"lcp-max-configure 30"}).find("is two arguments; expected one an item"),
              std::string::npos);
    EXPECT_NE(faults({"mtu 1400"}).find("expected /ppp/mtu instead"), std::string::npos);
}

TEST(ExtraOptions, SendsToTheTypedKey) {
    const std::vector<std::pair<std::string, std::string>> expected{
        {"mtu", "/ppp/mtu"},
        {"mru", "/ppp/mru"},
        {"user", "/auth/user"},
        {"name", "/auth/user"},
        {"remotename", "/auth/remote-name"},
        {"refuse-pap", "/auth/refuse"},
        {"require-chap", "/auth/require"},
        {"require-mppe-128", "/ppp/mppe"},
        {"nomppe", "/ppp/mppe"},
        {"usepeerdns", "/dns/mode"},
        {"defaultroute", "/ipv4/default-route"},
        {"replacedefaultroute", "/ipv4/default-route"},
        {"defaultroute6", "/ipv6/default-route"},
        {"idle", "/idle-timeout"},
        {"demand", "/on-demand"},
        {"persist", "/reconnect/enabled"},
        {"holdoff", "/reconnect"},
        {"maxconnect", "/session-limit"},
        {"connect", "/serial/dial"},
        {"ifname", "/interface-name"},
        {"ip-up-script", "/hooks"},
        {"noipv6", "/ipv6/enabled"},
        {"lcp-echo-interval", "/ppp/lcp-echo-interval"},
        {"crtscts", "/serial/flow-control"},
        {"debug", "/ppp/debug"},
        {"nic-eth0", "/pppoe/interface"},
        {"/dev/ttyS0", "/serial/device"},
        {"115200", "/serial/speed"},
        {"10.0.0.1:10.0.0.2", "/ipv4/local and /ipv4/peer"},
        {"pppoe-service", "/pppoe/service"},
    };
    for (const auto& [option, key] : expected) {
        EXPECT_EQ(faults({option}), text::cat("/ppp/extra-options/0: \"", option,
                                              "\" may not be passed on; expected ", key, " instead"));
    }
}

TEST(ExtraOptions, RefusesWhatIsTheDaemonsOrDangerous) {
    for (const std::string option : {"plugin",
                                     "file",
                                     "call",
                                     "pty",
                                     "welcome",
                                     "record",
                                     "init",
                                     "disconnect",
                                     "logfile",
                                     "logfd",
                                     "password",
                                     "passwordfd",
                                     "+ua",
                                     "set",
                                     "unset",
                                     "nodetach",
                                     "updetach",
                                     "unit",
                                     "linkname",
                                     "ipparam",
                                     "noauth",
                                     "auth",
                                     "ms-dns",
                                     "login",
                                     "privgroup",
                                     "allow-ip",
                                     "ca",
                                     "cert",
                                     "key",
                                     "crl",
                                     "capath",
                                     "socket",
                                     "notty",
                                     "ktune",
                                     "show-password",
                                     "multilink",
                                     "bundle",
                                     "pppol2tp",
                                     "ppp-manager-fd",
                                     "ppp-manager-lifeline-fd",
                                     "nodefaultroute",
                                     "proxyarp",
                                     "srp-pn-secret",
                                     "lcp-rtt-file",
                                     "-detach",
                                     "-d",
                                     "+pap",
                                     "-all",
                                     "--version",
                                     "noipx",
                                     "",
                                     " "}) {
        EXPECT_NE(faults({option}, LinkType::Serial, "deflate"), "") << option;
    }
}

TEST(ExtraOptions, SuggestsTheNearest) {
    EXPECT_NE(faults({"lcp-max-configur", "30"}).find("did you mean \"lcp-max-configure\"?"),
              std::string::npos);
    EXPECT_NE(faults({"qqqqqqqqqqqq"}).find("expected one that tunes PPP"), std::string::npos);
}

TEST(ExtraOptions, ShowsNoArgumentOfARefusedOption) {
    for (const Words& words : {Words{"password", "hunter2"}, Words{"pasword", "hunter2"},
                               Words{"password hunter2"}, Words{"set", "PASSWORD=hunter2", "nomagic"}}) {
        const std::string text = faults(words);
        EXPECT_NE(text, "");
        EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
    }
    EXPECT_EQ(faults({"password", "hunter2", "mtu", "1400"}).find('\n') == std::string::npos,
              false); // goes on behind it
}

TEST(ExtraOptions, RefusesWhatWouldDoNothing) {
    EXPECT_NE(faults({"sync"}).find("is for serial lines"), std::string::npos);
    EXPECT_NE(
        faults({"deflate", "15"}, LinkType::Serial, "off").find("expected /ppp/compression to turn it on"),
        std::string::npos);
    EXPECT_NE(faults({"deflate", "15"}, LinkType::Serial, "bsd"), "");
    EXPECT_NE(faults({"noccp"}, LinkType::Serial, "deflate").find("contradicts"), std::string::npos);
}

} // namespace
