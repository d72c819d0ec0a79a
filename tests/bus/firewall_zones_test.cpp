// SPDX-License-Identifier: LGPL-2.1-or-later
// FirewallZones against a stand-in for firewalld, and iproute2's table of groups.
#include "sys/firewall_zones.hpp"

#include <chrono>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fake.hpp"
#include "loop_fixture.hpp"

namespace ppp::test {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

class FirewallTest : public ::testing::Test {
protected:
    void startFirewall() { firewalld = std::make_unique<Fake>(PPP_TEST_FAKE_FIREWALLD, "firewalld"); }
    void make() {
        zones = std::make_unique<sys::FirewallZones>(
            fixture.loop, *fixture.bus, Strings{::testing::TempDir() + "missing", groupFile}, deadline);
        zones->onFirewallChanged([this] { ++changes; });
    }
    void start() {
        startFirewall();
        make();
    }
    template <typename Ask> std::string answer(Ask ask) {
        std::optional<std::string> words;
        ask([&](const std::string& error) { words = error; });
        EXPECT_FALSE(words) << "no answer from within the call";
        EXPECT_TRUE(fixture.eventually([&] { return words.has_value(); }));
        return words.value_or("no answer");
    }
    std::string bind(const std::string& zone = "wan") {
        return answer([&](auto done) { zones->bind("ppp0", zone, done); });
    }
    std::string unbind() {
        return answer([&](auto done) { zones->unbind("ppp0", "wan", done); });
    }
    std::string zoneOf() {
        std::string zone;
        const std::string error = answer([&](auto done) {
            zones->zoneOf("ppp0", [&zone, done](const std::string& words, const std::string& found) {
                zone = found;
                done(words);
            });
        });
        return error.empty() ? zone : "error: " + error;
    }

    const std::string groupFile = ::testing::TempDir() + "pppm-groups-" + std::to_string(getpid());
    BusLoop fixture;
    std::unique_ptr<Fake> firewalld;
    std::chrono::microseconds deadline = sys::FirewallZones::kDeadline;
    std::unique_ptr<sys::FirewallZones> zones;
    int changes = 0;
};

TEST_F(FirewallTest, AnInterfaceGoesIntoItsZoneAndOut) {
    start();
    EXPECT_TRUE(zones->running());
    EXPECT_EQ(zoneOf(), "");
    EXPECT_EQ(bind(), "");
    EXPECT_EQ(zoneOf(), "wan");
    EXPECT_EQ(bind(), "") << "again";
    EXPECT_EQ(unbind(), "");
    EXPECT_EQ(zoneOf(), "");
    EXPECT_EQ(unbind(), "") << "it is out, as wanted";
    EXPECT_EQ(firewalld->calls(),
              (Strings{"getZoneOfInterface ppp0", "changeZoneOfInterface wan ppp0", "getZoneOfInterface ppp0",
                       "changeZoneOfInterface wan ppp0", "removeInterface wan ppp0",
                       "getZoneOfInterface ppp0", "removeInterface wan ppp0"}));
}

TEST_F(FirewallTest, WhatItSaysIsPassedOn) {
    start();
    EXPECT_EQ(bind("home"), "firewalld: INVALID_ZONE: home");
    firewalld->set("removeInterface", "error org.freedesktop.DBus.Error.AccessDenied not\tyou");
    EXPECT_EQ(unbind().find('\t'), std::string::npos) << "made harmless";
}

TEST_F(FirewallTest, WithoutOneNothingIsAsked) {
    make();
    EXPECT_FALSE(zones->running());
    EXPECT_EQ(bind(), "firewalld does not run");
    startFirewall();
    EXPECT_TRUE(fixture.eventually([&] { return zones->running(); }));
    EXPECT_EQ(changes, 1);
    EXPECT_EQ(bind(), "");
}

TEST_F(FirewallTest, AReloadAndARestartAreTold) {
    start();
    firewalld->set("reload", "now");
    EXPECT_TRUE(fixture.eventually([&] { return changes == 1; }));
    firewalld->release();
    EXPECT_TRUE(fixture.eventually([&] { return changes == 2; }));
    EXPECT_FALSE(zones->running());
    firewalld->acquire();
    EXPECT_TRUE(fixture.eventually([&] { return changes == 3; }));
    EXPECT_TRUE(zones->running());
}

TEST_F(FirewallTest, OneThatHangsIsToldOfAndTheLateAnswerIsASign) {
    deadline = 50ms;
    start();
    firewalld->set("changeZoneOfInterface", "hang");
    EXPECT_EQ(bind(), "firewalld does not answer");
    EXPECT_EQ(changes, 0);
    firewalld->waitCalls(1); // it has the call by now
    firewalld->set("changeZoneOfInterface", "ok");
    firewalld->resume();
    EXPECT_TRUE(fixture.eventually([&] { return changes == 1; }));
}

TEST_F(FirewallTest, ItIsAskedOneAfterTheOther) {
    start();
    firewalld->set("changeZoneOfInterface", "hang");
    Strings answers;
    for (const std::string interface : {"ppp0", "ppp1", "ppp2"}) {
        zones->bind(interface, "wan",
                    [&, interface](const std::string& error) { answers.push_back(interface + error); });
    }
    firewalld->waitCalls(1);
    fixture.settle();
    EXPECT_EQ(firewalld->calls(), Strings{"changeZoneOfInterface wan ppp0"});
    firewalld->set("changeZoneOfInterface", "ok");
    firewalld->resume();
    EXPECT_TRUE(fixture.eventually([&] { return answers.size() == 3; }));
    EXPECT_EQ(answers, (Strings{"ppp0", "ppp1", "ppp2"}));
    EXPECT_EQ(changes, 0);
}

TEST_F(FirewallTest, ManyLateAnswersAreOneSign) {
    deadline = 50ms;
    start();
    firewalld->set("changeZoneOfInterface", "hang");
    Strings answers;
    for (int i = 0; i < 3; ++i) {
        zones->bind("ppp0", "wan", [&](const std::string& error) { answers.push_back(error); });
    }
    ASSERT_TRUE(fixture.eventually([&] { return answers.size() == 3; }));
    EXPECT_EQ(answers, Strings(3, "firewalld does not answer"));
    EXPECT_EQ(bind(), "firewalld does not answer") << "asked again";
    EXPECT_EQ(firewalld->waitCalls(2).size(), 2U);
    firewalld->set("changeZoneOfInterface", "ok");
    firewalld->resume();
    EXPECT_TRUE(fixture.eventually([&] { return changes > 0; }));
    EXPECT_EQ(bind(), "") << "behind all that was late";
    EXPECT_EQ(changes, 1);
}

TEST_F(FirewallTest, OneThatDiesOverACallIsAnswer) {
    start();
    firewalld->set("changeZoneOfInterface", "crash");
    EXPECT_EQ(bind(), "firewalld went away");
    EXPECT_TRUE(fixture.eventually([&] { return changes == 1; }));
    EXPECT_FALSE(zones->running());
}

TEST_F(FirewallTest, GroupsHaveNamesAndNumbers) {
    make();
    std::ofstream(groupFile) << "# comment\n0\tdefault\n17 wan # the line\n0x20\thex\nx\tbroken\n";
    EXPECT_EQ(zones->groupNumber("default"), 0U);
    EXPECT_EQ(zones->groupNumber("wan"), 17U);
    EXPECT_EQ(zones->groupNumber("hex"), 32U);
    EXPECT_EQ(zones->groupNumber("4711"), 4711U);
    EXPECT_FALSE(zones->groupNumber("broken"));
    EXPECT_FALSE(zones->groupNumber("external"));
    EXPECT_FALSE(zones->groupNumber("12a"));
    EXPECT_FALSE(zones->groupNumber("99999999999"));
}

} // namespace
} // namespace ppp::test
