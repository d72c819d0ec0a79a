// SPDX-License-Identifier: LGPL-2.1-or-later
// pppd's own files: how they are cut into words, what becomes of each option, which secret is found.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "cli/import/options_taker.hpp"
#include "cli/import/pppd_secrets.hpp"
#include "cli/import/words.hpp"
#include "core/pppd_options.hpp"
#include "core/profile.hpp"
#include "unit/import_fixture.hpp"

namespace ppp::test {
namespace {

using namespace cli::importing;

std::vector<std::string> pppdWords(std::string_view text) {
    std::vector<std::string> out;
    PppdWords words(text);
    while (const auto word = words.next()) {
        out.push_back(word->text);
    }
    return out;
}

class Peers : public ::testing::Test {
protected:
    Connection import(const std::string& text, const std::string& path = "/etc/ppp/peers/provider") {
        Result result = readPeers({path, text, disk.reader()});
        judge(result);
        EXPECT_EQ(result.connections.size(), 1U);
        return std::move(result.connections.front());
    }

    FakeDisk disk;
};

// As pppoeconf writes it.
constexpr const char* kDsl = R"(# Minimalistic default options file for DSL/PPPoE connections

noipdefault
defaultroute
replacedefaultroute
hide-password
#lcp-echo-interval 30
noauth
persist
#mtu 1492
#maxfail 0
plugin rp-pppoe.so eth1
user "alice@isp.example"
usepeerdns
)";

TEST(PppdWords, QuotesEscapesComments) {
    using Words = std::vector<std::string>;
    EXPECT_EQ(pppdWords("a  b\t'c d' \"e # f\" # g\nh"), (Words{"a", "b", "c d", "e # f", "h"}));
    EXPECT_EQ(pppdWords(R"(a\ b \"c \101\x41\s\\)"), (Words{"a b", "\"c", "AA \\"}));
    EXPECT_EQ(pppdWords("con\\\ntinued \\\n line"), (Words{"continued", "line"}));
    EXPECT_EQ(pppdWords("a#b\n'x''y' z\"w"), (Words{"a", "x", "y", "z\"w"}));
    EXPECT_EQ(pppdWords("'' \"\""), (Words{"", ""}));
    EXPECT_EQ(pppdWords(""), Words{});
    EXPECT_EQ(pppdWords(std::string(3000, 'x')).front().size(), 1023U);
}

TEST(PppdWords, LinesAndOpenQuotes) {
    PppdWords words("# one\na b\n\n c\\\nd \"open");
    auto word = words.next();
    EXPECT_EQ(word->line, 2U);
    EXPECT_TRUE(word->first);
    word = words.next();
    EXPECT_EQ(word->text, "b");
    EXPECT_FALSE(word->first);
    word = words.next();
    EXPECT_EQ(word->text, "cd");
    EXPECT_EQ(word->line, 4U);
    EXPECT_TRUE(word->first);
    word = words.next();
    EXPECT_TRUE(word->unterminated);
    EXPECT_FALSE(words.next());
}

TEST_F(Peers, AsPppoeconfWritesIt) {
    disk.files["/etc/ppp/chap-secrets"] = "\"alice@isp.example\" * \"not a word\"\n";
    disk.files["/etc/ppp/options"] = "asyncmap 0\nauth\ncrtscts\nlock\nhide-password\nmodem\nproxyarp\n"
                                     "lcp-echo-interval 30\nlcp-echo-failure 4\nnoipx\n";
    const Connection found = import(kDsl);
    EXPECT_EQ(found.name, "provider");
    EXPECT_EQ(found.troubles, std::vector<std::string>{});
    EXPECT_EQ(found.profile, Json::parse(R"({"type": "pppoe",
        "ipv4": {"proxy-arp": true, "default-route": "always"},
        "ppp": {"lcp-echo-interval": 30, "lcp-echo-failure": 4},
        "pppoe": {"interface": "eth1"}, "auth": {"user": "alice@isp.example"}})"));
    EXPECT_EQ(secret(found), "not a word");
    EXPECT_EQ(shown(found).find("not a word"), std::string::npos);
    EXPECT_EQ(verdict(found, "auth"), "not-taken"); // noauth overrides it
    EXPECT_EQ(verdict(found, "crtscts"), "default");
    EXPECT_EQ(verdict(found, "persist"), "default");
}

TEST_F(Peers, WhatPppdDoesNotDoUnaskedIsNotDone) {
    const Connection found = import("plugin pppoe.so\nnic-eth0\nuser u\n");
    EXPECT_EQ(found.at("/ipv4/default-route"), "never");
    EXPECT_EQ(found.at("/dns/mode"), "off");
    EXPECT_EQ(found.at("/reconnect/enabled"), false);
    EXPECT_EQ(verdict(found, "no usepeerdns"), "taken");
    EXPECT_TRUE(found.troubles.empty());
}

TEST_F(Peers, EachKindOfOption) {
    const Connection found = import(R"(/dev/ttyUSB0
460800
crtscts
local
debug novj noaccomp nopcomp
asyncmap a0000
escape 11,13
mtu 0x5a0
idle 600 holdoff 120 maxconnect 3600
unit 7
10.0.0.1:10.0.0.2
ipcp-accept-local
refuse-pap -chap require-mschap-v2
remotename "their name"
bsdcomp 12
ipv6 ::1,::2
netmask 255.255.255.0
lcp-max-configure 20
active-filter 'not icmp'
noccp
ms-dns 1.2.3.4
frobnicate
mru
)");
    EXPECT_EQ(found.at("/type"), "serial");
    EXPECT_EQ(found.at("/serial"),
              Json::parse(R"({"device": "/dev/ttyUSB0", "speed": 460800, "modem-lines": false})"));
    EXPECT_EQ(found.at("/ppp/vj"), false);
    EXPECT_EQ(found.at("/ppp/asyncmap"), "0xa0000");
    EXPECT_EQ(found.at("/ppp/escape"), Json({"11", "13"}));
    EXPECT_EQ(found.at("/ppp/mtu"), 1440);
    EXPECT_EQ(found.at("/idle-timeout"), 600);
    EXPECT_EQ(found.at("/reconnect/lost"), Json::parse(R"({"cap": 120, "first": 120})"));
    EXPECT_EQ(verdict(found, "maxconnect"), "changed");
    EXPECT_EQ(found.at("/interface-name"), "ppp7");
    EXPECT_EQ(found.at("/ipv4/peer"), "10.0.0.2");
    EXPECT_FALSE(found.has("/ipv4/accept-local"));
    EXPECT_EQ(found.at("/ipv4/accept-peer"), false);
    EXPECT_EQ(
        found.at("/auth"),
        Json::parse(R"({"refuse": ["pap", "chap"], "require": ["mschapv2"], "remote-name": "their name"})"));
    EXPECT_EQ(found.at("/ppp/compression"), "bsd");
    EXPECT_EQ(found.at("/ppp/extra-options"), Json({"bsdcomp", "12", "netmask", "255.255.255.0",
                                                    "lcp-max-configure", "20", "active-filter", "not icmp"}));
    EXPECT_EQ(found.at("/ipv6/interface-id"), "::1");
    EXPECT_EQ(verdict(found, "ms-dns 1.2.3.4"), "not-taken");
    EXPECT_EQ(verdict(found, "frobnicate"), "not-taken");
    EXPECT_EQ(verdict(found, "mru"), "not-taken");
    EXPECT_TRUE(found.troubles.empty()) << shown(found);
}

TEST_F(Peers, WhatAProfileWouldRefuseIsARowAndNoFault) {
    const Connection found = import("nic-eth0\nmtu 9000\nmru 12\nlcp-echo-failure 900\nlcp-max-failure 0\n"
                                    "pppoe-mac 12\nremotename a\x01z\ndemand\nnovjccomp\n");
    EXPECT_TRUE(found.troubles.empty()) << shown(found);
    for (const char* what :
         {"mtu", "mru", "lcp-echo-failure", "lcp-max-failure", "pppoe-mac", "remotename"}) {
        EXPECT_EQ(verdict(found, what), "not-taken") << what;
    }
    EXPECT_EQ(verdict(found, "novjccomp"), "default");
    EXPECT_EQ(found.at("/on-demand"), true);
}

TEST_F(Peers, ALaterOptionOverridesAnEarlierOne) {
    const Connection found =
        import("nic-eth0\nmtu 1400\nmtu 1450\nuser a\nname b\nlcp-max-failure 3\nlcp-max-failure 4\n");
    EXPECT_EQ(found.at("/ppp/mtu"), 1450);
    EXPECT_EQ(found.at("/auth/user"), "a");
    EXPECT_EQ(verdict(found, "mtu 1400"), "not-taken");
    EXPECT_NE(row(found, "mtu 1400")->why.find("line 3"), std::string::npos);
    EXPECT_EQ(found.at("/ppp/extra-options"), Json({"lcp-max-failure", "4"}));
}

TEST_F(Peers, IncludesAreFollowedAndLoopsFound) {
    disk.files["/etc/ppp/peers/base"] = "file /etc/ppp/more\nplugin pppoe.so nic-eth5\n";
    disk.files["/etc/ppp/more"] = "mtu 1400\ncall base\n";
    const Connection found = import("call base\nfile /nowhere\ncall ../../shadow\n");
    EXPECT_EQ(found.at("/pppoe/interface"), "eth5");
    EXPECT_EQ(found.at("/ppp/mtu"), 1400);
    EXPECT_EQ(row(found, "mtu")->place.file, "/etc/ppp/more");
    EXPECT_NE(row(found, "call base")->why.find("includes itself"), std::string::npos);
    EXPECT_EQ(verdict(found, "file /nowhere"), "not-taken");
    EXPECT_EQ(verdict(found, "call ../../shadow"), "not-taken");
}

TEST_F(Peers, IncludesThatGrowAreBounded) {
    // Each file includes the next twice: 2^n readings, were nobody to count.
    for (int i = 0; i < 30; ++i) {
        const std::string next = "call f" + std::to_string(i + 1) + "\n";
        disk.files["/etc/ppp/peers/f" + std::to_string(i)] = next + next;
    }
    const Connection found = import("call f0\ncall f0\n");
    EXPECT_LE(found.report.size(), kEntries + 1);
}

TEST_F(Peers, OptionsOfTheTty) {
    disk.files["/etc/ppp/options.ttyS1"] = "57600\n";
    const Connection found = import("ttyS1\n9600\n");
    EXPECT_EQ(found.at("/serial/device"), "/dev/ttyS1");
    EXPECT_EQ(found.at("/serial/speed"), 57600);
}

TEST_F(Peers, PppoeAsAPty) {
    const Connection found = import("pty \"/usr/sbin/pppoe -I eth2 -T 80 -m 1412 -S 'my isp' -n\"\nuser u\n");
    EXPECT_EQ(found.at("/pppoe"), Json::parse(R"({"interface": "eth2", "service": "my isp"})"));
    EXPECT_EQ(verdict(found, "pppoe -m"), "changed");
    EXPECT_EQ(verdict(found, "pppoe -n"), "not-taken");
    EXPECT_TRUE(found.troubles.empty());
    EXPECT_FALSE(import("pty \"pptp vpn.example --nolaunchpppd\"\n").troubles.empty());
}

TEST_F(Peers, OptionsOfThePppoeProgram) {
    const Connection found = import("pty \"pppoe -U -I eth2 -V -W 0xa1b2 -C ac\"\n");
    EXPECT_EQ(found.at("/pppoe"),
              Json::parse(R"({"interface": "eth2", "host-uniq": "a1b2", "access-concentrator": "ac"})"))
        << shown(found);
    EXPECT_EQ(import("pty 'pppoe -I eth2 -W ab'\n").at("/pppoe/host-uniq"), "6162");
}

TEST_F(Peers, AnArgumentMayStandOnTheNextLine) {
    const Connection found = import("nic-eth0\nmtu\n1400\nuser\n\n# who\nme\nmru");
    EXPECT_EQ(found.at("/ppp/mtu"), 1400);
    EXPECT_EQ(found.at("/auth/user"), "me");
    EXPECT_EQ(row(found, "user me")->place.line, 4U);
    EXPECT_EQ(verdict(found, "mru"), "not-taken");
}

TEST_F(Peers, CommandsAreNotShown) {
    const Connection found =
        import("ttyS0\nconnect '/dial --password hush'\ndisconnect 'x hush'\ninit 'x hush'\n"
               "pty 'x hush'\nwelcome 'x hush'\n");
    for (const char* what : {"connect", "disconnect", "init", "pty", "welcome"}) {
        EXPECT_NE(row(found, what + std::string(" ******")), nullptr) << what;
    }
    EXPECT_EQ(shown(found).find("hush"), std::string::npos) << shown(found);
}

TEST_F(Peers, EncryptionInAnyOrder) {
    const auto mppe = [this](const std::string& options) {
        const Json value = import("nic-eth0\n" + options + "\n").at("/ppp/mppe");
        return value.is_string() ? value.get<std::string>() : "none";
    };
    EXPECT_EQ(mppe("require-mppe"), "on");
    EXPECT_EQ(mppe("require-mppe mppe-stateful"), "stateful");
    EXPECT_EQ(mppe("nomppe-40 mppe-stateful require-mppe"), "128-stateful");
    EXPECT_EQ(mppe("mppe-stateful require-mppe nomppe-128"), "40-stateful");
    EXPECT_EQ(mppe("mppe-stateful require-mppe-128"), "128-stateful");
    EXPECT_EQ(mppe("require-mppe-128 require-mppe"), "128");
    EXPECT_EQ(mppe("require-mppe-128 mppe-stateful nomppe-40"), "128-stateful");
    EXPECT_EQ(mppe("mppe-stateful nomppe-stateful require-mppe-40"), "40");
    EXPECT_EQ(mppe("mppe-stateful nomppe-40"), "none");
    EXPECT_EQ(mppe("require-mppe nomppe"), "none");
    EXPECT_EQ(mppe("mppe required,no40 mppe-stateful"), "128-stateful");
    const Connection none = import("nic-eth0\nrequire-mppe nomppe-40 nomppe-128\n");
    EXPECT_FALSE(none.troubles.empty());
    EXPECT_EQ(verdict(none, "require-mppe"), "not-taken");
}

TEST_F(Peers, WhoDoesNotPersistIsNotDialledAgain) {
    EXPECT_EQ(import("nic-eth0\npersist\nnopersist\n").at("/reconnect/enabled"), false);
    EXPECT_FALSE(import("nic-eth0\nnopersist\npersist\n").has("/reconnect/enabled"));
    EXPECT_FALSE(import("nic-eth0\nnopersist\ndemand\n").has("/reconnect/enabled"));
    Connection line;
    line.put("/type", "pppoe");
    takeOptionWords(line, {"/x", 1}, "nopersist", disk.reader());
    EXPECT_EQ(line.at("/reconnect/enabled"), false);
}

TEST_F(Peers, NoDeviceIsATroubleThatNamesTheKey) {
    const Connection found = import("noauth\nuser u\n");
    ASSERT_FALSE(found.troubles.empty());
    EXPECT_NE(found.troubles.front().find("/serial/device"), std::string::npos);
}

TEST_F(Peers, SecretsInTheOptionsAreTakenAndNotShown) {
    disk.files["/etc/ppp/ua"] = "bob\ns3cret-ua\n";
    Connection found = import("nic-eth0\nuser u\npassword s3cret-word\n");
    EXPECT_EQ(secret(found), "s3cret-word");
    EXPECT_EQ(shown(found).find("s3cret"), std::string::npos);
    EXPECT_EQ(verdict(found, "password ******"), "taken");
    found = import("nic-eth0\n+ua /etc/ppp/ua\n");
    EXPECT_EQ(found.at("/auth/user"), "bob");
    EXPECT_EQ(secret(found), "s3cret-ua");
    EXPECT_EQ(shown(found).find("s3cret"), std::string::npos);
}

TEST(PppdSecrets, TheLineThatPppdWouldTake) {
    const auto best = [](std::string_view file, std::string_view client, std::string_view server) {
        const auto line = bestSecret(file, client, server);
        return line ? std::string(line->secret.view()) : "none";
    };
    constexpr std::string_view kFile =
        "# comment\n* * any\nbob * \"bob's \\\"own\\\"\"\nbob isp at-isp\n* isp all-isp\n"
        "bob * later\nshort line\n\"a b\" * 'c # d' 10.0.0.1 # e\n";
    EXPECT_EQ(best(kFile, "bob", "isp"), "at-isp");
    EXPECT_EQ(best(kFile, "bob", "other"), "bob's \"own\"");
    EXPECT_EQ(best(kFile, "eve", "isp"), "all-isp");
    EXPECT_EQ(best(kFile, "eve", "x"), "any");
    EXPECT_EQ(best(kFile, "a b", "x"), "c # d");
    EXPECT_EQ(best("bob * one\n", "eve", ""), "none");
    EXPECT_EQ(best("", "eve", ""), "none");
}

TEST_F(Peers, SecretsOfFiles) {
    disk.files["/etc/ppp/pap-secrets"] = "u * @/etc/ppp/hidden\n";
    disk.files["/etc/ppp/hidden"] = "'in a file'\n";
    Connection found = import("nic-eth0\nuser u\n");
    EXPECT_EQ(secret(found), "in a file");
    disk.files["/etc/ppp/chap-secrets"] = "u * of-chap\n";
    found = import("nic-eth0\nuser u\n");
    EXPECT_EQ(secret(found), "of-chap");
    EXPECT_NE(shown(found).find("differs from the one"), std::string::npos);
    found = import("nic-eth0\nuser u\nrefuse-chap refuse-mschap refuse-mschap-v2\n");
    EXPECT_EQ(secret(found), "in a file");
    disk.locked["/etc/ppp/chap-secrets"] = "you may not read it; run pppctl as root";
    disk.locked["/etc/ppp/pap-secrets"] = "you may not read it; run pppctl as root";
    found = import("nic-eth0\nuser u\n");
    EXPECT_EQ(secret(found), "none");
    EXPECT_NE(shown(found).find("run pppctl as root"), std::string::npos);
}

/// No option of any pppd is unknown here: each has a verdict and a reason, and leaves the next one alone.
TEST_F(Peers, EveryOptionOfEveryPppdHasItsRow) {
    namespace fs = std::filesystem;
    std::size_t seen = 0;
    for (const auto& entry : fs::directory_iterator(fs::path(PPP_SOURCE_DIR) / "tests/unit/pppd-options")) {
        std::ifstream file(entry.path());
        for (std::string line; std::getline(file, line);) {
            const std::string name = line.substr(0, line.find(' '));
            if (name.empty() || name[0] == '#' || name == "call" || name == "file") {
                continue;
            }
            ++seen;
            const Connection found =
                import("nic-eth0\n" + name + (argumentsOf(name).value_or(0) > 0 ? " 1" : "") + "\n");
            const Entry* const its = row(found, name);
            if (its == nullptr) {
                const std::string all = shown(found); // a short form stands there by its long name
                EXPECT_TRUE(name[0] == '-' || name[0] == '+' || name == "auth" || name == "init" ||
                            name == "connect" || name == "disconnect")
                    << entry.path() << ' ' << name;
            } else {
                EXPECT_EQ(its->why.find("nobody knows this option"), std::string::npos)
                    << entry.path() << ' ' << name;
                EXPECT_FALSE(its->why.empty()) << name;
            }
        }
    }
    EXPECT_GT(seen, 500U);
}

TEST_F(Peers, ChangedBytesNeverHurt) {
    disk.files["/etc/ppp/options"] = "lock\ncrtscts\n";
    disk.files["/etc/ppp/chap-secrets"] = "u * \"x y\"\n";
    disk.files["/s"] = "ABORT BUSY '' ATZ OK 'ATDT1' CONNECT \\d\\c ogin:--ogin: me word: \\qpw\n";
    const std::string whole = std::string(kDsl) +
                              "/dev/ttyS0 115200 connect \"chat -v -f /s\"\nescape 11,13 asyncmap 0\n"
                              "10.0.0.1:10.0.0.2 mppe required,no40 disconnect 'chat -- \\d+++ ATH'\n"
                              "connect 'chat \"\" ATD5 CONNECT \"\"' pty 'pppoe -I eth0 -m 3'\n";
    std::mt19937 random(7); // the same every time
    const auto pick = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
    constexpr std::string_view kNasty("\0\xff\"'\\\n# :,-$@~/", 15);
    for (int round = 0; round < 1500; ++round) {
        std::string text = whole;
        for (std::size_t n = 1 + pick(6); n > 0 && !text.empty(); --n) {
            const std::size_t at = pick(text.size());
            switch (pick(4)) {
            case 0:
                text[at] = kNasty[pick(kNasty.size())];
                break;
            case 1:
                text.erase(at, 1 + pick(20));
                break;
            case 2:
                text.insert(at, 1 + pick(3), kNasty[pick(kNasty.size())]);
                break;
            default:
                text.insert(at, text.substr(pick(text.size()), pick(60)));
                break;
            }
        }
        const Connection found = import(text);
        for (const Entry& entry : found.report) {
            EXPECT_FALSE(entry.why.empty()) << text;
        }
        (void)detectFormat("/x", text);
    }
}

TEST(Formats, PeersAreKnownByPlaceAndByText) {
    EXPECT_EQ(detectFormat("/etc/ppp/peers/x", "")->name, "peers");
    ASSERT_NE(detectFormat("/tmp/x", kDsl), nullptr);
    EXPECT_EQ(detectFormat("/tmp/x", kDsl)->name, "peers");
    EXPECT_EQ(detectFormat("/tmp/x", "[connection]\nid=a\n"), nullptr);
    EXPECT_EQ(findFormat("peers")->name, "peers");
    EXPECT_EQ(findFormat("nothing"), nullptr);
}

} // namespace
} // namespace ppp::test
