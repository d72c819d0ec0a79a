// SPDX-License-Identifier: LGPL-2.1-or-later
// What pppctl export writes comes back as it was, and pppd itself accepts it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/import/export_peers.hpp"
#include "core/profile.hpp"
#include "unit/import_fixture.hpp"

namespace ppp::test {
namespace {

using namespace cli::importing;

constexpr const char* kPath = "/etc/ppp/peers/isp";

core::Profile parsed(const std::string& json) {
    auto read = core::parseProfile(json);
    EXPECT_TRUE(read.profile) << json << core::describe(read.faults);
    return read.profile.value_or(core::Profile());
}

/// Every key that pppd has a word for, each away from its default somewhere.
const std::vector<std::string> kProfiles{
    R"({"type": "pppoe", "pppoe": {"interface": "eth0"}})",
    R"({"type": "pppoe", "pppoe": {"interface": "eth0", "service": "my \"isp\" # \\", "access-concentrator": "ac",
        "access-concentrator-mac": "02:00:00:00:00:01", "host-uniq": "a1b2", "discovery-timeout": 40},
        "auth": {"user": "a b@c", "refuse": ["pap", "mschapv2"], "remote-name": "it's"},
        "ppp": {"mtu": 1480, "mru": 1470, "lcp-echo-interval": 0, "lcp-echo-failure": 7, "passive": true, "debug": true,
                "restart": {"lcp": 5, "ipcp": 6}, "extra-options": ["lcp-max-configure", "20", "nomagic"]},
        "ipv4": {"local": "10.0.0.1", "accept-local": false, "default-route": "never", "metric": 50, "proxy-arp": true},
        "ipv6": {"interface-id": "::1:2", "default-route": "never"},
        "dns": {"mode": "off"}, "reconnect": {"lost": {"first": 20}}, "session-limit": 3600, "idle-timeout": 60,
        "on-demand": true, "interface-name": "dsl0"})",
    R"({"type": "pppoe", "pppoe": {"interface": "eth0.7"}, "ipv6": {"enabled": false}, "reconnect": {"enabled": false},
        "ppp": {"mppe": "128-stateful", "silent": true}, "ipv4": {"peer": "10.0.0.2", "default-route": "always"}})",
    R"({"type": "serial", "serial": {"device": "/dev/ttyS0", "speed": 9600, "flow-control": "xonxoff",
        "modem-lines": false}, "ppp": {"asyncmap": "0xa0000", "escape": ["0x11"], "vj": false, "accomp": false,
        "pcomp": false, "compression": "bsd", "mppe": "off"}, "auth": {"require": ["pap", "chap"]}})",
    R"({"type": "serial", "serial": {"device": "/dev/modem", "dial": {"number": "*99#", "init": ["ATZ", "AT+X='a b'"],
        "login": [["ogin:", "me"], ["a-b^", "c\\d"], ["word:", "$password"]], "timeout": 20},
        "hangup": ["+++", "ATH0"]}, "ppp": {"compression": "deflate", "extra-options": ["deflate", "12,13"]},
        "ipv4": {"enabled": false}})",
    R"({"type": "serial", "serial": {"device": "/dev/modem", "dial": {"number": "ATM0DT5", "init": []}}})",
    R"({"type": "serial", "serial": {"device": "/dev/modem", "dial": {"number": "1", "init": ["ATV1\"D0\"", "AT&F\"D1"]}}})",
};

TEST(Export, ComesBackAsItWas) {
    for (const std::string& json : kProfiles) {
        const core::Profile before = parsed(json);
        const PeersFiles files = exportPeers("isp", before, "/etc/ppp/peers/isp.chat", "/pw");
        FakeDisk disk;
        disk.files["/pw"] = "secret\n";
        if (files.chat) {
            disk.files["/etc/ppp/peers/isp.chat"] = *files.chat;
        }
        Result result = readPeers({kPath, files.options, disk.reader()});
        judge(result);
        const Connection& found = result.connections.front();
        EXPECT_TRUE(found.troubles.empty()) << shown(found);
        const core::Profile after = parsed(found.profile.dump());
        EXPECT_EQ(before, after) << json << "\n" << files.options << files.chat.value_or("") << shown(found);
        EXPECT_EQ(files.options.find("secret"), std::string::npos);
    }
}

TEST(Export, ChatLogsNoPasswordAndItsPathIsOneWord) {
    const auto options = [](const std::string& send) {
        return exportPeers(
                   "isp",
                   parsed(R"({"type": "serial", "serial": {"device": "/dev/modem", "dial": {"number": "1",
                                  "login": [["x:", ")" +
                          send + R"("]]}}})"),
                   "/etc/my peers/it's", "/pw")
            .options;
    };
    EXPECT_NE(options("me").find("chat -v -f"), std::string::npos) << options("me");
    EXPECT_NE(options("$password").find("chat -f"), std::string::npos) << options("$password");
    FakeDisk disk;
    disk.files["/etc/my peers/it's"] = "'' ATD5\n";
    const Result result = readPeers({kPath, options("me"), disk.reader()});
    EXPECT_EQ(result.connections.front().at("/serial/dial/number"), "5") << options("me");
}

TEST(Export, AVlanHasANameThatAnInterfaceCanHave) {
    const auto options = [](const std::string& interface) {
        return exportPeers(
                   "isp",
                   parsed(R"({"type": "pppoe", "pppoe": {"vlan": 4000, "interface": ")" + interface + "\"}}"),
                   "/c", "/pw")
            .options;
    };
    EXPECT_NE(options("enp0s31f6u").find("nic-enp0s31f6u.4000\n"), std::string::npos);
    EXPECT_NE(options("enp0s31f6u2").find("nic-vlan4000\n"), std::string::npos);
}

TEST(Export, SaysWhatPppdCannotBeTold) {
    const PeersFiles files = exportPeers(
        "isp",
        parsed(
            R"({"type": "pppoe", "pppoe": {"interface": "eth0", "vlan": 7, "clone-mac": "02:00:00:00:00:01"},
            "auth": {"user": "u"}, "ipv4": {"table": 7, "routes": [{"to": "10.0.0.0/8"}]}, "redial-at": "04:00",
            "firewall-zone": "x", "metered": true, "autoconnect": true, "reconnect": {"auth-failures": 9}})"),
        "/c", "/pw");
    std::string lost;
    for (const Lost& row : files.lost) {
        lost += row.pointer + ' ';
        EXPECT_FALSE(row.why.empty());
    }
    for (const char* pointer :
         {"/pppoe/vlan", "/pppoe/clone-mac", "/ipv4/table", "/ipv4/routes", "/redial-at", "/firewall-zone",
          "/metered", "/autoconnect", "/reconnect", "/hooks", "/mss-clamp"}) {
        EXPECT_NE(lost.find(pointer), std::string::npos) << pointer;
    }
    ASSERT_EQ(files.secrets.size(), 2U);
    EXPECT_EQ(files.secrets[1], "  u * \"PASSWORD\"");
}

/// pppd reads the options and ends before it touches anything. A device is not there for it to look at, and
/// its PPPoE plugin wants a kernel with PPPoE: their lines are left out, as is what this build of pppd has no
/// word for.
TEST(Export, PppdAcceptsIt) {
    namespace fs = std::filesystem;
    ASSERT_TRUE(fs::exists("/usr/sbin/pppd"));
    const fs::path folder = fs::temp_directory_path() / ("export-test-" + std::to_string(getpid()));
    fs::create_directories(folder);
    for (std::size_t i = 0; i < kProfiles.size(); ++i) {
        const PeersFiles files = exportPeers("isp", parsed(kProfiles[i]), "/c", "/pw");
        std::istringstream lines(files.options);
        std::ofstream out(folder / "options");
        out << "notty\nnoauth\n";
        for (std::string line; std::getline(lines, line);) {
            const bool device = line.starts_with("nic-") || line.starts_with("/dev/") ||
                                line.starts_with("plugin ") || line.starts_with("pppoe-");
            const bool root = line.starts_with("replacedefaultroute"); // of Debian's build alone
            const bool serial =
                line.starts_with("connect ") || line.starts_with("disconnect ") || line == "demand";
            const bool peer = line.starts_with("require-"); // it wants to see the peer's secret
            if (!device && !root && !serial && !peer) {
                out << line << '\n';
            }
        }
        out.close();
        const std::string said = (folder / "said").string();
        // Before it says what it has read it wants to see /dev/ppp: an empty file does.
        const std::string command = "unshare --mount sh -c 'mount -t tmpfs none /dev && : >/dev/ppp && : "
                                    ">/dev/null && exec /usr/sbin/pppd "
                                    "dryrun nodetach file " +
                                    (folder / "options").string() + "' >" + said + " 2>&1 </dev/null";
        const int status = std::system(command.c_str());
        std::ostringstream text;
        text << std::ifstream(said).rdbuf();
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << text.str() << files.options;
    }
    fs::remove_all(folder);
}

} // namespace
} // namespace ppp::test
