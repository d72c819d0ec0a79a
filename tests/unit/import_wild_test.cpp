// SPDX-License-Identifier: LGPL-2.1-or-later
// What files have that people wrote by how-to: things that mean something else than they say, or nothing.
#include <gtest/gtest.h>

#include "unit/import_formats_fixture.hpp"

namespace ppp::cli::importing {
namespace {

const char* const kPeer = "/etc/ppp/peers/o";

Result peer(const std::string& options, Disk disk = machine()) {
    return imported(kPeer, "plugin pppoe.so eth0\nuser alice\n" + options, disk);
}

// pppd's auth, noauth and require-… write one flag, and the last one counts (auth.c).
TEST(ImportWild, ANoauthBehindADemandTakesItBack) {
    const Result taken = peer("require-mschap-v2\nrequire-eap\nnoauth\n");
    EXPECT_FALSE(taken.connections.at(0).has("/auth/require")) << said(taken);
    EXPECT_NE(said(taken).find("noauth"), std::string::npos) << said(taken);
    const Result again = peer("require-eap\nnoauth\nrequire-mschap-v2\n");
    EXPECT_EQ(again.connections.at(0).profile["auth"]["require"].dump(), R"(["mschapv2"])") << said(again);
}

const char* const kScripts = "/etc/sysconfig/network-scripts/ifcfg-ppp0";

// ifup-ppp gives pppd IDLETIMEOUT with DEMAND=yes alone, and pppoe-connect does not know PERSIST.
TEST(ImportWild, AnIfcfgThatIsNotOnDemandStaysUp) {
    const Result line =
        imported(kScripts, "TYPE=xDSL\nETH=eth0\nUSER=u\nDEMAND=no\nIDLETIMEOUT=600\nPERSIST=no\n");
    EXPECT_FALSE(line.connections.at(0).has("/idle-timeout")) << said(line);
    EXPECT_FALSE(line.connections.at(0).has("/reconnect/enabled")) << said(line);
    EXPECT_NE(said(line).find("IDLETIMEOUT"), std::string::npos) << said(line);
    EXPECT_NE(said(line).find("PERSIST"), std::string::npos) << said(line);
    const Result modem = imported(
        kScripts, "TYPE=Modem\nMODEMPORT=/dev/ttyS1\nPAPNAME=u\nDEMAND=no\nIDLETIMEOUT=600\nPERSIST=no\n");
    EXPECT_FALSE(modem.connections.at(0).has("/idle-timeout")) << said(modem);
    EXPECT_EQ(modem.connections.at(0).profile["reconnect"]["enabled"], false) << said(modem);
    const Result demand = imported(kScripts, "TYPE=xDSL\nETH=eth0\nUSER=u\nDEMAND=yes\nIDLETIMEOUT=600\n");
    EXPECT_EQ(demand.connections.at(0).profile["idle-timeout"], 600) << said(demand);
}

// UniConf, which reads wvdial's file, takes braces, quotes and backslashes away.
TEST(ImportWild, ValuesOfWvdialWithBracesAndQuotes) {
    const auto of = [](const std::string& lines) {
        return imported("/etc/wvdial.conf",
                        "[Dialer Defaults]\nPhone = *99#\nModem = /dev/ttyUSB0\nStupid Mode = 1\n" + lines,
                        Disk());
    };
    const Result blank = of("Username = { }\nPassword = { }\n");
    EXPECT_FALSE(blank.connections.at(0).has("/auth/user")) << said(blank);
    EXPECT_EQ(secret(blank.connections.at(0), "password"), " ");
    const Result quoted = of("Username = \"alice\"\nPassword = {a \\b}\n");
    EXPECT_EQ(quoted.connections.at(0).at("/auth/user"), "alice") << said(quoted);
    EXPECT_EQ(secret(quoted.connections.at(0), "password"), "a \\b");
    const Result command = of("Username = u\nPassword = p\\q\nInit3 = AT+CGDCONT=1,\"IP\",\"x\"\n");
    EXPECT_NE(command.connections.at(0).profile.dump().find(R"(AT+CGDCONT=1,\"IP\",\"x\")"),
              std::string::npos)
        << said(command);
    EXPECT_EQ(secret(command.connections.at(0), "password"), "pq");
}

// NONWILD_CLIENT is worth more than NONWILD_SERVER (auth.c, scan_authfile()).
TEST(ImportWild, TheClientsOwnLineBeforeTheServers) {
    for (const char* const file : {"* isp generic\nalice * hers\n", "alice * hers\n* isp generic\n"}) {
        Disk disk;
        disk.add("/etc/ppp/chap-secrets", file);
        const Result found = peer("remotename isp\nnoauth\n", disk);
        EXPECT_EQ(secret(found.connections.at(0), "password"), "hers") << file;
    }
}

TEST(ImportWild, ThePasswordOfAChatIsKnownByThreeLettersOfItsPrompt) {
    const Result found =
        imported("/etc/ppp/peers/m",
                 "/dev/ttyS0 115200\nuser alice\nnoauth\n"
                 "connect \"chat '' ATZ OK ATDT123 CONNECT '' ogin: alice ord: S3cretWord\"\n",
                 Disk());
    EXPECT_EQ(said(found).find("S3cretWord"), std::string::npos);
    EXPECT_EQ(found.connections.at(0).profile.dump().find("S3cretWord"), std::string::npos);
}

} // namespace
} // namespace ppp::cli::importing
