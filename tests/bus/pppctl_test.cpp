// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl: usage, the verbs that look and those that change what is stored, and every exit code on the way.
#include <fstream>
#include <regex>

#include <nlohmann/json.hpp>

#include "dbus/sdbus_compat.hpp"
#include "pppctl_fixture.hpp"

namespace ppp::test {
namespace {

using nlohmann::json;

class WithoutDaemon : public PppctlTest {
protected:
    WithoutDaemon() : PppctlTest(false) {}
};

class Pppctl : public PppctlTest {};

// ---- usage
// --------------------------------------------------------------------------------------------------------

TEST_F(WithoutDaemon, MisspeltVerbNamesTheNearOne) {
    const auto ran = pppctl({"lits"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, "pppctl: there is no verb 'lits'\n  Did you mean 'list'?\n");
}

TEST_F(WithoutDaemon, UnknownVerbPointsAtTheHelp) {
    const auto ran = pppctl({"frobnicate"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(contains(ran.err, "pppctl --help")) << ran.err;
}

TEST_F(WithoutDaemon, MisspeltOptionNamesTheNearOne) {
    const auto ran = pppctl({"up", "isp", "--tiemout", "5"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(contains(ran.err, "'--tiemout' was not expected")) << ran.err;
    EXPECT_TRUE(contains(ran.err, "Did you mean '--timeout'?")) << ran.err;
}

TEST_F(WithoutDaemon, UsageFaultsExitWith2AndTouchNothing) {
    const std::vector<std::vector<std::string>> wrong{
        {},
        {"up"},
        {"down"},
        {"redial"},
        {"down", "isp", "--all"},
        {"up", "isp", "--timeout", "0"},
        {"up", "isp", "--timeout", "soon"},
        {"list", "--json=yaml"},
        {"explain"},
        {"log"},
        {"log", "isp", "-n", "0"},
        {"log", "isp", "-n", "1001"},
        {"discover"},
        {"discover", "\xff"},
        {"add", "x", "--type", "pppoe", "--interface", "eth0", "--user", "\xc0\x80", "--no-password"},
        {"discover", "eth0", "--timeout", "61"},
        {"add", "x", "--type", "pppoe", "--no-password"},
        {"add", "x", "--type", "l2tp", "--interface", "eth0", "--no-password"},
        {"add", "x", "--type", "l2tp", "--no-password"},
        {"add", "x", "--type", "serial", "--server", "lns", "--no-password"},
        {"add", "x", "--type", "isdn", "--no-password"},
        {"add", "x", "--interface", "eth0", "--no-password"},
        {"add", "x", "--type", "pppoe", "--interface", "eth0", "--set", "mtu=5", "--no-password"},
        {"add", "x", "--type", "pppoe", "--interface", "eth0", "--set", "/type/x=5", "--no-password"},
        {"add", "x", "--file", "/nonexistent/profile.json", "--no-password"},
        {"add", "x", "--type", "pppoe", "--interface", "eth0", "--no-password", "--password-stdin"},
    };
    for (const auto& arguments : wrong) {
        const auto ran = pppctl(arguments);
        EXPECT_EQ(ran.code, 2) << ::testing::PrintToString(arguments) << ran.err;
        EXPECT_EQ(ran.out, "") << ::testing::PrintToString(arguments);
        EXPECT_EQ(ran.err.rfind("pppctl: ", 0), 0U) << ran.err;
    }
}

TEST_F(WithoutDaemon, HelpAndVersionNeedNobody) {
    const auto help = pppctl({"--help"});
    EXPECT_EQ(help.code, 0);
    for (const char* verb : {"list", "status", "up", "down", "redial", "explain", "log", "show", "add",
                             "remove", "set-secret", "reload", "monitor", "discover", "edit", "top"}) {
        EXPECT_TRUE(std::regex_search(help.out, std::regex("\n  " + std::string(verb) + " +[A-Z]"))) << verb;
        EXPECT_EQ(pppctl({verb, "--help"}).code, 0) << verb;
    }
    EXPECT_TRUE(std::regex_match(pppctl({"--version"}).out, std::regex("pppctl [0-9.]+\n")));
}

// ---- nobody there
// -------------------------------------------------------------------------------------------------

TEST_F(WithoutDaemon, EveryVerbExitsWith7) {
    const std::vector<std::vector<std::string>> verbs{
        {"list"},
        {"status"},
        {"status", "isp"},
        {"explain", "isp"},
        {"log", "isp"},
        {"show", "isp"},
        {"monitor"},
        {"top"},
        {"discover", "eth0"},
        {"up", "isp"},
        {"down", "isp"},
        {"redial", "--all"},
        {"remove", "isp"},
        {"reload"},
        {"edit", "isp"},
        {"add", "x", "--type", "pppoe", "--interface", "eth0", "--no-password"}};
    for (const auto& arguments : verbs) {
        const auto ran = pppctl(arguments, {}, {"VISUAL=true"});
        EXPECT_EQ(ran.code, 7) << ::testing::PrintToString(arguments);
        EXPECT_TRUE(contains(ran.err, "ppp-managerd is not running; a link of it is up only if")) << ran.err;
        EXPECT_TRUE(contains(ran.err, "systemctl enable --now ppp-manager.service")) << ran.err;
        EXPECT_EQ(ran.out, "");
    }
}

TEST_F(WithoutDaemon, NoBusIs7) {
    const auto ran = pppctl({"list"}, {}, {"DBUS_SYSTEM_BUS_ADDRESS=unix:path=" + bus.folder() + "/nothing"});
    EXPECT_EQ(ran.code, 7);
    EXPECT_TRUE(contains(ran.err, "system bus")) << ran.err;
}

/// A bus that starts the stand-in on demand, as the system bus starts the daemon where its service is
/// enabled.
class Activation : public ::testing::Test {
protected:
    static std::string writePolicy(const std::string& folder) {
        std::ofstream(folder + "/org.ppp.Manager.service")
            << "[D-BUS Service]\nName=org.ppp.Manager\nExec=/bin/sh -c "
               "\"DBUS_SYSTEM_BUS_ADDRESS=$DBUS_STARTER_ADDRESS exec "
            << PPP_TEST_FAKE_MANAGER << "\"\n";
        std::ofstream(folder + "/activation.conf")
            << "<busconfig><servicedir>" << folder << "</servicedir></busconfig>\n";
        return folder + "/activation.conf";
    }

    static int run(const std::vector<std::string>& arguments) {
        std::vector<std::string> line{PPP_TEST_PPPCTL};
        line.insert(line.end(), arguments.begin(), arguments.end());
        ChildProcess process(line, {}, true);
        process.readAll();
        return process.wait();
    }

    static bool running() {
        const auto connection = sdbus::createSystemBusConnection();
        const auto broker = sdbus::createProxy(*connection, bus::ServiceName{"org.freedesktop.DBus"},
                                               sdbus::ObjectPath{"/org/freedesktop/DBus"});
        bool owned = false;
        broker->callMethod("NameHasOwner")
            .onInterface("org.freedesktop.DBus")
            .withArguments(std::string("org.ppp.Manager"))
            .storeResultsTo(owned);
        return owned;
    }
};

TEST_F(Activation, LookingStartsNothingActingDoes) {
    const PrivateBus files;
    const PrivateBus bus({writePolicy(files.folder())}, {"org.ppp.Manager", "test.fake.manager"});
    for (const auto& looking : std::vector<std::vector<std::string>>{{"list"},
                                                                     {"status"},
                                                                     {"status", "isp"},
                                                                     {"show", "isp"},
                                                                     {"monitor"},
                                                                     {"top"},
                                                                     {"__complete", "up", ""},
                                                                     {"down", "--all"},
                                                                     {"reload"}}) {
        EXPECT_EQ(run(looking), looking.front() == "__complete" ? 0 : 7) << looking.front();
        EXPECT_FALSE(running()) << looking.front();
    }
    EXPECT_EQ(run({"up", "isp"}), 0);
    EXPECT_TRUE(running());
    EXPECT_EQ(run({"list"}), 0);
}

// ---- looking
// ------------------------------------------------------------------------------------------------------

TEST_F(Pppctl, ListIsATable) {
    const auto ran = pppctl({"list"});
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.err, "");
    EXPECT_TRUE(std::regex_match(
        ran.out,
        std::regex("NAME    TYPE   STATE   INTERFACE  ADDRESS                  SINCE/REASON\n"
                   "broken         failed                                      /pppoe/interface: is missing\n"
                   "isp     pppoe  down\n"
                   "lab     pppoe  down\n"
                   "office  pppoe  up      ppp0       10\\.64\\.0\\.100 → 10\\.64\\.0\\.1  [0-9.]+ s\n")))
        << ran.out;
}

TEST_F(Pppctl, ListAsJson) {
    for (const auto& arguments :
         std::vector<std::vector<std::string>>{{"--json", "list"}, {"list", "--json"}}) {
        const auto ran = pppctl(arguments);
        ASSERT_EQ(ran.code, 0) << ran.err;
        EXPECT_EQ(ran.out.find('\n'), ran.out.size() - 1);
        const auto all = json::parse(ran.out);
        ASSERT_EQ(all.size(), 4U);
        EXPECT_EQ(all[3]["name"], "office");
        EXPECT_EQ(all[3]["state"], "up");
        EXPECT_EQ(all[3]["mtu"], 1492);
        EXPECT_EQ(all[3]["dns-servers"], json::array({"10.64.0.53"}));
        EXPECT_EQ(all[3]["default-route"], true);
        EXPECT_EQ(all[3]["interface-index"], 7);
        EXPECT_EQ(all[3]["details"]["session-id"], 21);
    }
    const auto pretty = pppctl({"list", "--json=pretty"});
    EXPECT_TRUE(contains(pretty.out, "\n    \"name\": \"office\"")) << pretty.out;
}

TEST_F(Pppctl, StatusIsAPage) {
    const auto ran = pppctl({"status", "office"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    for (const char* line : {"● office  pppoe  up for ", "  Interface   ppp0 over eth0, MTU 1492\n",
                             "  Address     10.64.0.100 → 10.64.0.1\n", "  DNS         10.64.0.53\n",
                             "  Route       the machine's default route\n", "  Wanted      yes, kept up\n",
                             "  Round trip  12.3 ms to the peer and back, just now\n",
                             "  Received    1.2 MB in 890 packets\n", "  Sent        999 B in 7 packets\n",
                             "  History     3 sessions, 5 attempts, 2 failures, up for 1 min"}) {
        EXPECT_TRUE(contains(ran.out, line)) << line << "\n" << ran.out;
    }
    EXPECT_FALSE(contains(ran.out, "\033")) << "a peer's text reached the terminal as it was";
    EXPECT_TRUE(std::regex_search(ran.out, std::regex(R"(  Peer        ac1\\x1[Bb]\[31m, session 21\n)")))
        << ran.out;
}

TEST_F(Pppctl, StatusOfAllAndAsJson) {
    manager->set("isp.GetStatistics", "error org.ppp.Error.NotSupported none");
    const auto page = pppctl({"status"});
    EXPECT_EQ(page.code, 0);
    for (const char* title :
         {"broken  failed", "isp  pppoe  down", "lab  pppoe  down", "office  pppoe  up"}) {
        EXPECT_TRUE(contains(page.out, title)) << page.out;
    }
    EXPECT_TRUE(contains(
        page.out,
        "  Reason      profile-invalid: /pppoe/interface: is missing\n              /mtuu: unknown key\n"))
        << page.out;
    const auto one = json::parse(pppctl({"status", "office", "--json"}).out);
    EXPECT_EQ(one["name"], "office");
    EXPECT_EQ(one["statistics"]["rx-bytes"], 1'234'567);
    const auto two = json::parse(pppctl({"status", "office", "lab", "--json"}).out);
    ASSERT_EQ(two.size(), 2U);
    EXPECT_EQ(two[1]["name"], "lab");
    const auto all = json::parse(pppctl({"status", "--json"}).out);
    ASSERT_EQ(all.size(), 4U);
    EXPECT_TRUE(all[1]["statistics"].is_null());
}

TEST_F(Pppctl, UnknownNameIs3AndNamesTheNearOne) {
    for (const char* verb : {"status", "show", "up", "down", "redial", "remove", "monitor"}) {
        const auto ran = pppctl({verb, "ofice"});
        EXPECT_EQ(ran.code, 3) << verb;
        EXPECT_EQ(ran.err, "pppctl: there is no connection 'ofice'\n  Did you mean 'office'? See what there "
                           "is: pppctl list\n");
    }
    EXPECT_EQ(manager->calls(), std::vector<std::string>{});
}

TEST_F(Pppctl, ShowPrintsTheStoredBytes) {
    const auto ran = pppctl({"show", "office"});
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.out, "// the line of the office\n{ \"type\": \"pppoe\", \"priority\": 7 }\n");
    EXPECT_EQ(json::parse(pppctl({"show", "office", "--json"}).out),
              json({{"type", "pppoe"}, {"priority", 7}}));
    manager->set("office.GetProfile", "error org.ppp.Error.NotAuthorized not for you");
    const auto refused = pppctl({"show", "office"});
    EXPECT_EQ(refused.code, 4);
    EXPECT_TRUE(contains(refused.err, "pppctl: not for you\n")) << refused.err;
    EXPECT_TRUE(contains(refused.err, "sudo") && contains(refused.err, "group dip")) << refused.err;
}

TEST_F(Pppctl, Discover) {
    const auto ran = pppctl({"discover", "eth0", "--timeout", "2"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(
        ran.out,
        "NAME  MAC                ROUND TRIP  SERVICES\nac1   02:00:00:00:00:01  0.001 s     internet\n");
    EXPECT_EQ(manager->calls(), std::vector<std::string>{"Discover eth0 2000"});
    const auto found = json::parse(pppctl({"discover", "eth0", "--json"}).out);
    EXPECT_EQ(
        found,
        json::parse(
            R"([{"name":"ac1","mac":"02:00:00:00:00:01","services":["","internet"],"cookie":"0aff","rtt-ms":1.25}])"));
    manager->set("concentrators", "none");
    const auto nobody = pppctl({"discover", "eth0", "--json"});
    EXPECT_EQ(nobody.code, 1);
    EXPECT_EQ(nobody.out, "[]\n");
    EXPECT_TRUE(contains(nobody.err, "no access concentrator answered on eth0 within 4 s")) << nobody.err;
    manager->set("Discover", "error org.ppp.Error.Failed eth0: no such device");
    EXPECT_EQ(pppctl({"discover", "eth0"}).code, 1);
}

TEST_F(Pppctl, DiscoverSerial) {
    const auto ran = pppctl({"discover", "--serial"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out, "DEVICE        MODEM                      HELD BY          MODEL\n"
                       "/dev/ttyS0    silent                     -\n"
                       "/dev/ttyUSB0  answers                    -                Lab 56K\n"
                       "/dev/ttyUSB1  not asked                  minicom (pid 7)\n"
                       "/dev/ttyUSB9  No such file or directory  -\n");
    const auto found = json::parse(pppctl({"discover", "--serial", "--timeout", "9", "--json"}).out);
    EXPECT_EQ(found.at(1), json::parse(R"({"device":"/dev/ttyUSB0","answers":true,"model":"Lab 56K",
                                           "held-by":""})"));
    EXPECT_EQ(manager->calls(), (std::vector<std::string>{"DiscoverSerial 3000", "DiscoverSerial 9000"}));
    manager->set("ttys", "none");
    const auto none = pppctl({"discover", "--serial"});
    EXPECT_EQ(none.code, 1);
    EXPECT_TRUE(
        contains(none.err, "pppctl: this machine has no tty with anything behind it\n  Is the modem "))
        << none.err;
    EXPECT_EQ(pppctl({"discover", "--serial", "eth0"}).code, 2);
}

TEST_F(Pppctl, NotSupportedIsSaidAsSuch) {
    manager->set("Discover", "error org.ppp.Error.NotSupported Discover");
    const auto ran = pppctl({"discover", "eth0"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_TRUE(contains(ran.err, "cannot do that yet")) << ran.err;
}

// ---- changing what is stored
// --------------------------------------------------------------------------------------

TEST_F(Pppctl, AddBuildsTheProfileFromFlags) {
    const auto ran = pppctl({"add",
                             "home",
                             "--type",
                             "pppoe",
                             "--interface",
                             "eth0",
                             "--user",
                             "alice",
                             "--service",
                             "net",
                             "--access-concentrator",
                             "ac1",
                             "--vlan",
                             "7",
                             "--mtu",
                             "1480",
                             "--mru",
                             "1481",
                             "--autoconnect",
                             "--no-default-route",
                             "--metric",
                             "30",
                             "--priority",
                             "-5",
                             "--no-ipv6",
                             "--dns",
                             "9.9.9.9",
                             "1.1.1.1",
                             "--set",
                             "/ppp/lcp-echo-interval=5",
                             "--set",
                             "/dns/search=[\"a.example\"]",
                             "--set",
                             "/firewall-zone=home zone",
                             "--no-password"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out, "home added; bring it up with: pppctl up home\n");
    const auto calls = manager->calls();
    ASSERT_EQ(calls.size(), 2U);
    EXPECT_EQ(calls[0], "AddConnection home");
    EXPECT_EQ(json::parse(calls[1]), json::parse(R"({
        "type": "pppoe", "autoconnect": true, "priority": -5,
        "pppoe": {"interface": "eth0", "vlan": 7, "service": "net", "access-concentrator": "ac1"},
        "auth": {"user": "alice"},
        "ppp": {"mtu": 1480, "mru": 1481, "lcp-echo-interval": 5},
        "ipv4": {"metric": 30, "default-route": "never"},
        "ipv6": {"enabled": false, "default-route": "never"},
        "dns": {"mode": "static", "servers": ["9.9.9.9", "1.1.1.1"], "search": ["a.example"]},
        "firewall-zone": "home zone"})"));
}

TEST_F(Pppctl, AddBuildsEachTypeFromFlags) {
    EXPECT_EQ(pppctl({"add", "m", "--type", "serial", "--device", "/dev/ttyS0", "--number", "*99#",
                      "--no-password"})
                  .code,
              0);
    EXPECT_EQ(pppctl({"add", "t", "--type", "l2tp", "--server", "lns.example", "--no-password"}).code, 0);
    const auto calls = manager->calls();
    ASSERT_EQ(calls.size(), 4U);
    EXPECT_EQ(json::parse(calls[1]),
              json::parse(R"({"type":"serial","serial":{"device":"/dev/ttyS0","dial":{"number":"*99#"}}})"));
    EXPECT_EQ(json::parse(calls[3]), json::parse(R"({"type":"l2tp","l2tp":{"server":"lns.example"}})"));
}

TEST_F(Pppctl, AddTakesThePasswordFromStdin) {
    const auto add = [this](const std::string& name, const std::string& input) {
        return pppctl(
            {"add", name, "--type", "pppoe", "--interface", "eth0", "--user", "alice", "--password-stdin"},
            input);
    };
    EXPECT_EQ(add("one", "correct horse\n").code, 0);
    EXPECT_EQ(add("two", "no newline").code, 0);
    EXPECT_EQ(add("three", "\xff\xfe\n").code, 0);
    EXPECT_EQ(add("four", std::string(255, 'x') + "\n").code, 0);
    const auto calls = manager->calls();
    ASSERT_EQ(calls.size(), 8U);
    EXPECT_TRUE(calls[0] == "AddConnection one password=correct horse");
    EXPECT_TRUE(calls[2] == "AddConnection two password=no newline");
    EXPECT_TRUE(calls[4] == "AddConnection three password=ay:fffe");
    EXPECT_TRUE(calls[6] == "AddConnection four password=" + std::string(255, 'x'));
    for (const auto& wrong : {std::string("\n"), std::string(), std::string("two\nlines\n"),
                              std::string("a\0b", 3), std::string(256, 'x') + "\n", std::string(4000, 'x')}) {
        const auto ran = add("five", wrong);
        EXPECT_EQ(ran.code, 2) << "a password of " << wrong.size() << " bytes";
        EXPECT_FALSE(contains(ran.err, "xxx"));
    }
    EXPECT_EQ(manager->calls().size(), 8U);
}

TEST_F(Pppctl, AddWithoutTerminalAndFlagIsUsage) {
    const auto ran =
        detached({"add", "home", "--type", "pppoe", "--interface", "eth0", "--user", "alice"}, "not read\n");
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(contains(ran.err, "--password-stdin")) << ran.err;
    EXPECT_EQ(detached({"set-secret", "isp"}).code, 2);
    EXPECT_EQ(manager->calls(), std::vector<std::string>{});
}

TEST_F(Pppctl, AddFromFileSendsTheBytesAsTheyAre) {
    const std::string bytes = "{ // mine\n  \"type\": \"pppoe\" }";
    const std::string file = bus.folder() + "/profile.json";
    std::ofstream(file) << bytes;
    EXPECT_EQ(pppctl({"add", "home", "--file", file, "--no-password"}).code, 0);
    ASSERT_EQ(manager->calls().size(), 2U);
    EXPECT_EQ(manager->calls()[1], bytes);
    EXPECT_EQ(pppctl({"add", "other", "--file", file, "--mtu", "1400", "--no-password"}).code, 2);
    EXPECT_EQ(manager->calls().size(), 2U);
}

TEST_F(Pppctl, AddSaysEveryFaultOfTheProfile) {
    manager->set("AddConnection", "error org.ppp.Error.InvalidProfile /ppp/mtu: 90000 is too large");
    const auto ran =
        pppctl({"add", "home", "--type", "pppoe", "--interface", "eth0", "--mtu", "90000", "--no-password"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.err, "pppctl: /ppp/mtu: 90000 is too large\n");
    manager->set("AddConnection", "error org.ppp.Error.AlreadyExists home is there already");
    const auto twice = pppctl({"add", "home", "--type", "pppoe", "--interface", "eth0", "--no-password"});
    EXPECT_EQ(twice.code, 1);
    EXPECT_TRUE(contains(twice.err, "pppctl remove home")) << twice.err;
}

TEST_F(Pppctl, SetSecretRemoveReload) {
    EXPECT_EQ(pppctl({"set-secret", "isp", "--password-stdin"}, "pw\n").code, 0);
    EXPECT_EQ(pppctl({"set-secret", "isp", "--pin-stdin"}, "1234\n").out, "isp: PIN stored\n");
    EXPECT_EQ(pppctl({"set-secret", "isp", "--tunnel-secret-stdin"}, "t s\n").code, 0);
    EXPECT_EQ(pppctl({"set-secret", "isp", "--peer-password-stdin"}, "p w\n").out,
              "isp: peer's password stored\n");
    EXPECT_EQ(pppctl({"set-secret", "isp", "--pin-stdin"}, "12a4\n").code, 2);
    EXPECT_EQ(pppctl({"set-secret", "isp", "--pin-stdin", "--password-stdin"}, "1234\n").code, 2);
    EXPECT_EQ(pppctl({"set-secret", "isp", "--clear", "--pin"}).code, 2);
    EXPECT_EQ(pppctl({"set-secret", "isp", "--clear"}).out, "isp: nothing secret is stored any more\n");
    EXPECT_EQ(pppctl({"remove", "lab"}).code, 0);
    EXPECT_EQ(pppctl({"status", "lab"}).code, 3);
    manager->set("office.changed", "yes");
    const auto reload = pppctl({"reload"});
    EXPECT_EQ(reload.code, 0);
    EXPECT_TRUE(contains(reload.out, "office has changed; it takes effect with: pppctl redial office\n"))
        << reload.out;
    EXPECT_EQ(reload.err, "broken: /pppoe/interface: is missing\nbroken: /mtuu: unknown key\n");
    manager->set("office.profile-faults", "/mtuu: unknown key");
    const auto spoilt = pppctl({"reload"});
    EXPECT_EQ(spoilt.out, "profiles read again\n") << "a redial is refused";
    EXPECT_TRUE(contains(spoilt.err, "office: /mtuu: unknown key\n")) << spoilt.err;
    EXPECT_FALSE(contains(pppctl({"status", "office"}).out, "takes effect with"));
    EXPECT_TRUE(
        (manager->calls() == std::vector<std::string>{"SetSecrets isp password=pw", "SetSecrets isp pin=1234",
                                                      "SetSecrets isp tunnel-secret=t s",
                                                      "SetSecrets isp peer-password=p w", "ClearSecrets isp",
                                                      "Remove lab", "Reload", "Reload"}));
    manager->set("isp.SetSecrets", "error org.ppp.Error.NotAuthorized no");
    EXPECT_EQ(pppctl({"set-secret", "isp", "--password-stdin"}, "pw\n").code, 4);
    manager->set("isp.SetSecrets", "crash");
    const auto crashed = pppctl({"set-secret", "isp", "--password-stdin"}, "pw\n");
    EXPECT_EQ(crashed.code, 7);
    EXPECT_TRUE(contains(crashed.err, "went away before it answered")) << crashed.err;
}

} // namespace
} // namespace ppp::test
