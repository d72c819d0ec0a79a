// SPDX-License-Identifier: LGPL-2.1-or-later
// UnitManager against a stand-in for the service manager, and without one.
#include "sys/unit_manager.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "fake.hpp"
#include "loop_fixture.hpp"

namespace ppp::test {
namespace {

class UnitManagerTest : public ::testing::Test {
protected:
    void startSystemd() { systemd = std::make_unique<Fake>(PPP_TEST_FAKE_SYSTEMD, "systemd"); }
    std::optional<bool> ask() {
        std::optional<bool> answer;
        units.stopIsRestart([&](bool restart) { answer = restart; });
        EXPECT_FALSE(answer) << "no answer from within the call";
        EXPECT_TRUE(fixture.eventually([&] { return answer.has_value(); }));
        return answer;
    }

    BusLoop fixture;
    std::unique_ptr<Fake> systemd;
    std::set<std::uint32_t> ours; ///< processes that are still in our own control group
    sys::UnitManager units{fixture.loop, *fixture.bus, fixture.journal, "ppp-manager.service",
                           [this](std::uint32_t pid) { return ours.contains(pid); }};
};

TEST_F(UnitManagerTest, AScopePerEngineWithTheDaemonsDevicePolicy) {
    startSystemd();
    units.moveToScope("my isp", 4711);
    EXPECT_EQ(
        systemd->waitCalls(1).at(0),
        "StartTransientUnit ppp-manager-my\\x20isp-4711.scope fail Description=PPP connection my isp "
        "PIDs=4711 "
        "After=network.target,dbus.service,systemd-resolved.service Before=ppp-manager.service "
        "CollectMode=inactive-or-failed KillMode=control-group SendSIGHUP=false TimeoutStopUSec=15000000 "
        "DevicePolicy=closed "
        "DeviceAllow=/dev/ppp:rw,char-tty*:rw,char-rfcomm:rw,char-pts:rw");
    fixture.settle();
    EXPECT_TRUE(fixture.journal.lines.empty());
}

TEST_F(UnitManagerTest, ARefusedScopeIsAWarning) {
    startSystemd();
    systemd->set("StartTransientUnit", "error org.freedesktop.systemd1.NoSuchProcess Process 4711 is gone");
    units.moveToScope("isp", 4711);
    ASSERT_TRUE(fixture.eventually([&] { return !fixture.journal.lines.empty(); }));
    EXPECT_EQ(fixture.journal.lines.at(0), "isp|the engine got no scope of its own: Process 4711 is gone");
}

TEST_F(UnitManagerTest, FewAtATimeAndEachInTheEnd) {
    startSystemd();
    systemd->set("StartTransientUnit", "hang");
    for (std::uint32_t pid = 1; pid <= 10; ++pid) {
        ours.insert(pid);
        units.moveToScope("isp", pid);
    }
    ours.erase(7); // has ended while it waited
    fixture.settle();
    EXPECT_EQ(systemd->waitCalls(4).size(), 4U);
    systemd->set("StartTransientUnit", "");
    systemd->resume();
    ASSERT_TRUE(fixture.eventually([&] { return systemd->calls().size() == 9; }));
    EXPECT_TRUE(fixture.journal.lines.empty());
}

TEST_F(UnitManagerTest, WhatSystemdDidNotAnswerIsAskedForAgain) {
    ours = {4711};
    units.moveToScope("isp", 4711); // nobody is there
    fixture.settle();
    startSystemd();
    ASSERT_TRUE(fixture.eventually([&] { return !systemd->calls().empty(); }));
    EXPECT_NE(systemd->calls().at(0).find("PIDs=4711"), std::string::npos);
    fixture.settle();
    EXPECT_TRUE(fixture.journal.lines.empty());
}

TEST_F(UnitManagerTest, AScopeThatIsThereAfterAllIsGoodAndAnEngineThatEndedNeedsNone) {
    startSystemd();
    systemd->set("StartTransientUnit", "error org.freedesktop.systemd1.UnitExists it is there");
    units.moveToScope("isp", 4711);
    systemd->waitCalls(1);
    fixture.settle();
    EXPECT_TRUE(fixture.journal.lines.empty());
    systemd->set("StartTransientUnit", "error org.freedesktop.DBus.Error.NoReply late");
    units.moveToScope("isp", 4712);
    ASSERT_TRUE(fixture.eventually([&] { return !fixture.journal.lines.empty(); }));
    EXPECT_EQ(fixture.journal.lines.at(0), "isp|the engine got no scope of its own: late");
}

TEST_F(UnitManagerTest, TheJobTellsAStopFromARestart) {
    startSystemd();
    systemd->set("job", "restart");
    EXPECT_EQ(ask(), true);
    EXPECT_EQ(systemd->calls().at(0), "GetUnit ppp-manager.service");
    systemd->set("job", "stop");
    EXPECT_EQ(ask(), false);
    systemd->set("job", "none");
    EXPECT_EQ(ask(), false);
}

TEST_F(UnitManagerTest, NoAnswerIsNoRestart) {
    startSystemd();
    systemd->set("job", "restart");
    systemd->set("GetUnit", "hang");
    EXPECT_EQ(ask(), false);
    systemd->set("GetUnit", "error org.freedesktop.systemd1.NoSuchUnit none");
    EXPECT_EQ(ask(), false);
}

TEST_F(UnitManagerTest, WithoutAServiceManagerOnTheBusNothingBreaks) {
    EXPECT_EQ(ask(), false);
    units.moveToScope("isp", 4711);
    ASSERT_TRUE(fixture.eventually([&] { return !fixture.journal.lines.empty(); }));
}

TEST_F(UnitManagerTest, WithoutAUnitOfOurOwnNothingIsAsked) {
    startSystemd();
    sys::UnitManager none(fixture.loop, *fixture.bus, fixture.journal, "",
                          [](std::uint32_t) { return true; });
    std::optional<bool> answer;
    none.stopIsRestart([&](bool restart) { answer = restart; });
    none.moveToScope("isp", 4711);
    EXPECT_FALSE(answer);
    ASSERT_TRUE(fixture.eventually([&] { return answer.has_value(); }));
    EXPECT_FALSE(*answer);
    fixture.settle();
    EXPECT_TRUE(systemd->calls().empty());
    EXPECT_TRUE(fixture.journal.lines.empty());
}

} // namespace
} // namespace ppp::test
