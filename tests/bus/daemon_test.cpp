// SPDX-License-Identifier: LGPL-2.1-or-later
// The daemon as a bus client meets it: life of a link, the intent table, failures, introspection, what is not
// there yet.
#include "daemon_fixture.hpp"

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

namespace {

using namespace ppp;
using test::DaemonTest;
using test::run;
using test::Variants;

class Daemon : public DaemonTest {};

TEST_F(Daemon, UpAndDown) {
    ASSERT_EQ(addIsp(), "") << text_;
    EXPECT_EQ(state(), "down");
    resolved_->forget();
    ASSERT_EQ(up(), "") << text_;
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(property<std::string>("LocalAddress"), "10.64.0.100");
    EXPECT_EQ(property<uint32_t>("Mtu"), 1492U);
    EXPECT_EQ(property<std::vector<std::string>>("DnsServers"), (std::vector<std::string>{"10.64.0.53"}));
    EXPECT_TRUE(property<bool>("DefaultRoute"));
    EXPECT_NE(routes().find("dev ppp0"), std::string::npos);
    const auto told = resolved_->calls();
    const auto has = [&](const std::string& what) {
        return std::any_of(told.begin(), told.end(), [&](const auto& c) { return c.rfind(what, 0) == 0; });
    };
    EXPECT_TRUE(has("SetLinkDNS"));
    EXPECT_TRUE(has("SetLinkDefaultRoute"));
    ASSERT_EQ(down(), "") << text_;
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(routes(), "");
    EXPECT_EQ(property<uint32_t>("EnginePid"), 0U);
    EXPECT_EQ(property<std::string>("LocalAddress"), "");
    EXPECT_TRUE(std::filesystem::is_empty(folder() + "/run/records"));
}

TEST_F(Daemon, IntentTable) {
    ASSERT_EQ(addIsp(), "");
    const Variants none;
    EXPECT_EQ(isp("Down", none), "") << "down of what is down: nothing to do";
    EXPECT_EQ(isp("Redial", none), "NotUp");
    ASSERT_EQ(up(), "");
    EXPECT_EQ(up(), "AlreadyUp");
    const auto first = property<uint32_t>("EnginePid");
    EXPECT_EQ(isp("Redial",
                  Variants{{"wait", sdbus::Variant{true}}, {"origin", sdbus::Variant{std::string("test")}}}),
              "");
    EXPECT_EQ(state(), "up");
    EXPECT_NE(property<uint32_t>("EnginePid"), first);
    uint32_t count = 0;
    proxy(names::kBusName, names::kManagerPath)
        ->callMethod("DownAll")
        .onInterface(names::kManagerInterface)
        .withArguments(Variants{{"wait", sdbus::Variant{true}}})
        .storeResultsTo(count);
    EXPECT_EQ(count, 1U);
    EXPECT_EQ(state(), "down");
    EXPECT_FALSE(property<bool>("Wanted"));
}

TEST_F(Daemon, DownAbortsAWaitedUp) {
    script("isp", "wait-secrets\nphase discovery\nsleep-until-term\n");
    ASSERT_EQ(addIsp(R"(,"autoconnect":false)"), "");
    auto waiting = proxy(names::kBusName, names::connectionPath("isp"));
    std::string outcome = "pending";
    waiting->callMethodAsync("Up")
        .onInterface(names::kConnectionInterface)
        .withArguments(Variants{{"wait", sdbus::Variant{true}}})
        .uponReplyInvoke([&](bus::CallError error) { outcome = error ? error->getMessage() : "up"; });
    ASSERT_TRUE(becomes("connecting"));
    ASSERT_EQ(down(), "");
    ASSERT_TRUE(test::eventually([&] {
        bus::processOne(*client_);
        return outcome != "pending";
    }));
    EXPECT_EQ(outcome.rfind("user-request:", 0), 0U) << outcome;
    EXPECT_EQ(state(), "down");
}

TEST_F(Daemon, WrongPasswordInTheServersWords) {
    script("isp", goodScript("another"));
    ASSERT_EQ(addIsp(), "");
    EXPECT_EQ(up(), "Failed");
    EXPECT_EQ(text_.rfind("auth-failed:", 0), 0U) << text_;
    EXPECT_NE(text_.find("E=691 who are you"), std::string::npos);
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(property<std::string>("Reason"), "auth-failed");
    EXPECT_GT(property<uint64_t>("NextAttempt"), 0U);
    script("isp", goodScript(R"("a\xff")"));
    ASSERT_EQ(isp("SetSecrets", Variants{{"password", sdbus::Variant{std::vector<uint8_t>{'a', 0xff}}}}), "")
        << text_;
    EXPECT_TRUE(becomes("up")) << "new secrets are tried at once";
}

TEST_F(Daemon, NoServerEndsAtTheProfilesTimeout) {
    script("isp", "wait-secrets\nphase discovery\nsleep-until-term\n");
    ASSERT_EQ(addIsp(), "");
    EXPECT_EQ(up(), "Failed");
    EXPECT_EQ(text_.rfind("discovery-timeout:", 0), 0U) << text_;
}

TEST_F(Daemon, TheWaitedTimeout) {
    script("isp", "wait-secrets\nphase discovery\nsession 7 02:00:00:00:00:01 \"ac\"\nphase "
                  "establish\nsleep-until-term\n");
    ASSERT_EQ(addIsp(), "");
    EXPECT_EQ(isp("Up", Variants{{"wait", sdbus::Variant{true}}, {"timeout", sdbus::Variant{uint32_t{1}}}}),
              "Timeout");
    EXPECT_EQ(state(), "connecting");
    ASSERT_EQ(down(), "");
}

TEST_F(Daemon, AKilledEngineIsReplaced) {
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "");
    const auto pid = property<uint32_t>("EnginePid");
    ASSERT_EQ(kill(static_cast<pid_t>(pid), SIGKILL), 0);
    EXPECT_TRUE(test::eventually([&] { return state() == "up" && property<uint32_t>("EnginePid") != pid; }));
}

TEST_F(Daemon, AMovedDefaultRouteComesBack) {
    run("ip address add 192.0.2.2/24 dev v0 && ip route add default via 192.0.2.1 dev v0");
    const std::string before = run("ip -d route show table all");
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "");
    EXPECT_NE(run("ip route get 203.0.113.1").find("dev ppp0"), std::string::npos);
    ASSERT_EQ(down(), "");
    EXPECT_EQ(run("ip -d route show table all"), before);
}

TEST_F(Daemon, RemoveTakesItDownFirst) {
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "");
    ASSERT_EQ(isp("Remove"), "") << text_;
    EXPECT_EQ(routes(), "");
    EXPECT_EQ(manager("GetConnection", std::string("isp")), "NoSuchConnection");
    EXPECT_TRUE(std::filesystem::is_empty(folder() + "/etc/connections"));
    EXPECT_TRUE(std::filesystem::is_empty(folder() + "/etc/secrets"));
    EXPECT_TRUE(std::filesystem::is_empty(folder() + "/run/stories"));
}

TEST_F(Daemon, EveryMemberIsThere) {
    ASSERT_EQ(addIsp(), "");
    EXPECT_EQ(manager("RegisterSecretAgent", sdbus::ObjectPath{"/a"}), "");
    EXPECT_EQ(manager("UnregisterSecretAgent", sdbus::ObjectPath{"/a"}), "");
    EXPECT_EQ(manager("Reload"), "");
    EXPECT_EQ(manager("RedialAll", Variants{}), "");
    EXPECT_EQ(isp("GetStatistics"), "");
    EXPECT_EQ(isp("GetTimeline", uint32_t{0}), "");
    EXPECT_EQ(isp("GetLog", uint32_t{1}), "");
    EXPECT_EQ(isp("GetProfile"), "");
    EXPECT_EQ(isp("UpdateProfile", profile(R"(,"priority":5)")), "");
    EXPECT_EQ(isp("ClearSecrets"), "");
}

TEST_F(Daemon, ASerialLineThatIsNotThereIsWaitedForAndNamed) {
    EXPECT_EQ(manager("AddConnection", std::string("cable"),
                      std::string(R"({"type":"serial","serial":{"device":"/dev/ttyNONE0"}})"), Variants{}),
              "");
    const std::string path = names::connectionPath("cable");
    EXPECT_EQ(call(path, names::kConnectionInterface, "Up", Variants{{"wait", sdbus::Variant{true}}}),
              "Failed");
    EXPECT_NE(text_.find("device-missing: there is no /dev/ttyNONE0"), std::string::npos) << text_;
}

/// "method Up in:a{sv}:options", one a line, of one interface.
std::set<std::string> membersOf(const std::string& xml, const std::string& interface) {
    const std::size_t from = xml.find("<interface name=\"" + interface + "\"");
    const std::string block = xml.substr(from, xml.find("</interface>", from) - from);
    const std::regex tag(R"(<(/?)(method|signal|property|arg)\b([^>]*)>)");
    std::set<std::string> out;
    std::string member;
    const auto attribute = [](const std::string& text, const std::string& name) {
        std::smatch found;
        return std::regex_search(text, found, std::regex("\\b" + name + "=\"([^\"]*)\"")) ? found[1].str()
                                                                                          : "";
    };
    for (auto it = std::sregex_iterator(block.begin(), block.end(), tag); it != std::sregex_iterator();
         ++it) {
        const std::string kind = (*it)[2], rest = (*it)[3];
        if ((*it)[1] == "/" || (kind != "arg" && !member.empty())) {
            out.insert(member);
            member.clear();
        }
        if ((*it)[1] == "/") {
            continue;
        }
        if (kind == "arg") {
            member += " " + attribute(rest, "direction") + ":" + attribute(rest, "type") + ":" +
                      attribute(rest, "name");
        } else {
            member = kind + " " + attribute(rest, "name") + " " + attribute(rest, "type") +
                     attribute(rest, "access");
        }
    }
    out.insert(member);
    out.erase("");
    return out;
}

TEST_F(Daemon, IntrospectionEqualsTheXml) {
    ASSERT_EQ(addIsp(), "");
    const std::pair<std::string, std::string> objects[] = {
        {names::kManagerPath, names::kManagerInterface},
        {names::connectionPath("isp"), names::kConnectionInterface}};
    for (const auto& [path, interface] : objects) {
        std::string shown;
        proxy(names::kBusName, path)
            ->callMethod("Introspect")
            .onInterface("org.freedesktop.DBus.Introspectable")
            .storeResultsTo(shown);
        std::ifstream file(PPP_TEST_XML "/" + interface + ".xml");
        std::stringstream declared;
        declared << file.rdbuf();
        EXPECT_GT(membersOf(declared.str(), interface).size(), 10U);
        EXPECT_EQ(membersOf(shown, interface), membersOf(declared.str(), interface));
    }
}

TEST_F(Daemon, ARestartedDaemonFindsWhatIsWanted) {
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "");
    daemon_->signal(SIGKILL);
    daemon_->wait();
    startDaemon();
    EXPECT_TRUE(property<bool>("Wanted"));
    EXPECT_TRUE(becomes("up"))
        << "without a descriptor store the engine went with the daemon and is replaced";
    ASSERT_EQ(down(), "");
    EXPECT_EQ(routes(), "");
}

TEST_F(Daemon, SigtermTakesLinksDown) {
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "");
    const auto pid = static_cast<pid_t>(property<uint32_t>("EnginePid"));
    daemon_->signal(SIGTERM);
    EXPECT_EQ(daemon_->wait(), 0);
    EXPECT_NE(kill(pid, 0), 0);
    EXPECT_EQ(routes(), "");
}

} // namespace
