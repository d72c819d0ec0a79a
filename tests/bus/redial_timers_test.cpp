// SPDX-License-Identifier: LGPL-2.1-or-later
// Timers of redial-at against a stand-in for systemd: made, shown, exchanged, found again, stopped.
#include "sys/redial_timers.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fake.hpp"
#include "loop_fixture.hpp"

namespace ppp::test {
namespace {

constexpr const char* kUnit = "ppp-redial-at@isp.timer";

class RedialTimersTest : public ::testing::Test {
protected:
    RedialTimersTest() { systemd.set("elapse", "1700000000000000"); }
    void live() {
        timers = std::make_unique<sys::RedialTimers>(fixture.loop, *fixture.bus, fixture.journal, true);
        timers->onChange([this](const std::string& name) { changed.push_back(name); });
    }
    bool running() {
        return fixture.eventually([&] { return timers->next("isp") == 1'700'000'000'000'000U; });
    }
    std::vector<std::string> calls(const std::string& begin) {
        std::vector<std::string> out;
        for (const std::string& call : systemd.calls()) {
            if (call.starts_with(begin)) {
                out.push_back(call);
            }
        }
        return out;
    }

    BusLoop fixture;
    Fake systemd{PPP_TEST_FAKE_SYSTEMD, "systemd"};
    std::unique_ptr<sys::RedialTimers> timers;
    std::vector<std::string> changed;
};

TEST_F(RedialTimersTest, ATimerOfTheConnectionWithAFixedDelay) {
    live();
    timers->set("isp", "04:00");
    ASSERT_TRUE(running());
    EXPECT_EQ(calls("StartTransientUnit"),
              (std::vector<std::string>{
                  "StartTransientUnit ppp-redial-at@isp.timer fail Description=Redial of the PPP connection "
                  "isp every day at 04:00 TimersCalendar=OnCalendar:*-*-* 04:00:00 "
                  "RandomizedDelayUSec=900000000 FixedRandomDelay=true AccuracyUSec=1000000 "
                  "Persistent=false CollectMode=inactive-or-failed"}));
    EXPECT_EQ(timers->trouble("isp"), "");
    EXPECT_NE(std::count(changed.begin(), changed.end(), "isp"), 0);
    timers->set("isp", "04:00");
    fixture.settle();
    EXPECT_EQ(calls("StartTransientUnit").size(), 1U);
}

TEST_F(RedialTimersTest, TheNextTimeIsFollowed) {
    live();
    timers->set("isp", "04:00");
    ASSERT_TRUE(running());
    systemd.set("elapse", "1700000086400000");
    EXPECT_TRUE(fixture.eventually([&] { return timers->next("isp") == 1'700'000'086'400'000U; }));
}

TEST_F(RedialTimersTest, AnotherTimeIsAnotherTimer) {
    live();
    timers->set("isp", "04:00");
    ASSERT_TRUE(running());
    timers->set("isp", "05:30");
    ASSERT_TRUE(fixture.eventually([&] { return calls("StartTransientUnit").size() == 2; }));
    ASSERT_TRUE(running());
    EXPECT_EQ(calls("StopUnit"), (std::vector<std::string>{"StopUnit ppp-redial-at@isp.timer replace"}));
    EXPECT_NE(calls("StartTransientUnit").back().find("OnCalendar:*-*-* 05:30:00"), std::string::npos);
}

TEST_F(RedialTimersTest, TheNextLifeFindsItAndLeavesItAlone) {
    live();
    timers->set("isp", "04:00");
    ASSERT_TRUE(running());
    systemd.forget();
    live();
    timers->set("isp", "04:00");
    ASSERT_TRUE(running());
    EXPECT_TRUE(calls("StartTransientUnit").empty());
    EXPECT_TRUE(calls("StopUnit").empty());
}

TEST_F(RedialTimersTest, WhatNobodyWantsGoes) {
    live();
    timers->set("isp", "04:00");
    ASSERT_TRUE(running());
    timers->set("isp", "");
    ASSERT_TRUE(fixture.eventually([&] { return calls("StopUnit").size() == 1; }));
    EXPECT_EQ(timers->next("isp"), 0U);
    timers->set("isp", "04:00");
    ASSERT_TRUE(running());
    systemd.forget();
    live(); // a life in which the profile is gone
    ASSERT_TRUE(fixture.eventually([&] { return calls("StopUnit").size() == 1; }));
}

TEST_F(RedialTimersTest, OneThatSomebodyStopsIsShownAndComesWithTheNextSet) {
    live();
    timers->set("isp", "04:00");
    ASSERT_TRUE(running());
    systemd.set("stop", kUnit);
    ASSERT_TRUE(fixture.eventually([&] { return !timers->trouble("isp").empty(); }));
    EXPECT_EQ(timers->trouble("isp"),
              "redial-at: ppp-redial-at@isp.timer was stopped; \"pppctl reload\" or a "
              "restart of the service starts it again");
    EXPECT_EQ(timers->next("isp"), 0U);
    EXPECT_EQ(calls("StartTransientUnit").size(), 1U);
    timers->set("isp", "04:00");
    ASSERT_TRUE(running());
    EXPECT_EQ(timers->trouble("isp"), "");
}

TEST_F(RedialTimersTest, ARefusalIsTrouble) {
    systemd.set("StartTransientUnit", "error org.freedesktop.DBus.Error.AccessDenied not you");
    live();
    timers->set("isp", "04:00");
    ASSERT_TRUE(fixture.eventually([&] { return !timers->trouble("isp").empty(); }));
    EXPECT_EQ(timers->trouble("isp"), "redial-at: there is no timer: not you");
    systemd.set("StartTransientUnit", "ok");
    timers->set("isp", "04:00"); // as a reload does
    EXPECT_TRUE(running());
}

TEST_F(RedialTimersTest, AnotherUnitOfThatNameIsTroubleAfterSomeRounds) {
    systemd.set("StartTransientUnit", "error org.freedesktop.systemd1.UnitExists masked");
    live();
    timers->set("isp", "04:00");
    ASSERT_TRUE(fixture.eventually([&] { return !timers->trouble("isp").empty(); }));
    EXPECT_NE(timers->trouble("isp").find("there is another ppp-redial-at@isp.timer"), std::string::npos);
    EXPECT_EQ(calls("StartTransientUnit").size(), 20U);
    systemd.set("StartTransientUnit", "ok");
    timers->set("isp", "04:00");
    EXPECT_TRUE(running());
}

TEST_F(RedialTimersTest, AListBeforeTheAnswerIsNoRefusal) {
    systemd.set("StartTransientUnit", "hang");
    systemd.set("timers", "none");
    live();
    timers->set("isp", "04:00");
    ASSERT_TRUE(fixture.eventually([&] { return calls("StartTransientUnit").size() == 1; }));
    timers->set("lab", "05:00"); // looks again
    ASSERT_TRUE(fixture.eventually([&] { return calls("StartTransientUnit").size() == 2; }));
    fixture.settle();
    EXPECT_EQ(timers->trouble("isp"), "");
}

TEST_F(RedialTimersTest, OneThatDoesNotStartIsTrouble) {
    systemd.set("timers", "none");
    live();
    timers->set("isp", "04:00");
    ASSERT_TRUE(fixture.eventually([&] { return !timers->trouble("isp").empty(); }));
    EXPECT_NE(timers->trouble("isp").find("ppp-redial-at@.service"), std::string::npos);
}

TEST_F(RedialTimersTest, NobodyWhoListsUnitsIsTrouble) {
    systemd.set("ListUnitsByPatterns", "error org.freedesktop.DBus.Error.UnknownMethod what");
    live();
    timers->set("isp", "04:00");
    EXPECT_TRUE(fixture.eventually([&] { return !timers->trouble("isp").empty(); }));
}

TEST_F(RedialTimersTest, WithoutSystemdThereIsTroubleAndNoCall) {
    systemd.forget();
    sys::RedialTimers none(fixture.loop, *fixture.bus, fixture.journal, false);
    none.set("isp", "04:00");
    EXPECT_NE(none.trouble("isp").find("systemd does not run this machine"), std::string::npos);
    none.set("isp", "");
    EXPECT_EQ(none.trouble("isp"), "");
    fixture.settle();
    EXPECT_TRUE(systemd.calls().empty());
}

} // namespace
} // namespace ppp::test
