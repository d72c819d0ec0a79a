// SPDX-License-Identifier: LGPL-2.1-or-later
// Links across a sleep of the machine and a step of its wall clock.
#include <gtest/gtest.h>

#include "connection_fixture.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

struct Sleep : Line {
    int ready = 0;
    void sleep() {
        manager->prepareSleep([this] { ++ready; });
    }
    void expectHeld() {
        const View v = isp().view();
        EXPECT_EQ(v.state, "waiting");
        EXPECT_EQ(v.phase, "device");
        EXPECT_EQ(v.reason, "suspend");
        EXPECT_EQ(v.reasonText, "the machine sleeps; dials when it wakes");
        EXPECT_EQ(v.nextAttempt, 0U);
        EXPECT_TRUE(v.wanted);
        EXPECT_TRUE(m.engines.running.empty());
        EXPECT_TRUE(nothingApplied());
    }
};

TEST_F(Sleep, ALinkThatIsUpHangsUpAndComesBack) {
    start();
    bringUp();
    const std::uint64_t failures = isp().story().statistics().failures;
    sleep();
    EXPECT_EQ(state(), "disconnecting");
    EXPECT_EQ(isp().view().reason, "suspend");
    EXPECT_EQ(engine().terminated, 1);
    EXPECT_EQ(ready, 0) << "before the engine is gone";
    end();
    EXPECT_EQ(ready, 1);
    expectHeld();
    EXPECT_EQ(isp().story().statistics().failures, failures) << "a sleep is no failure";
    m.clock.advance(8h);
    expectHeld();
    EXPECT_EQ(ready, 1);
    manager->resumed();
    EXPECT_EQ(state(), "connecting");
    EXPECT_EQ(m.engines.launches, 2);
    negotiate();
    address();
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(isp().view().reason, "");
}

TEST_F(Sleep, NothingToHangUpIsReadyAtOnce) {
    start();
    sleep();
    EXPECT_EQ(ready, 1);
    EXPECT_EQ(state(), "down");
    manager->resumed();
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(m.engines.launches, 0);
    EXPECT_EQ(m.clock.armed(), 0U);
}

TEST_F(Sleep, AnEngineThatHangsDoesNotHoldTheMachine) {
    start();
    bringUp();
    sleep();
    m.clock.advance(4s - 1us);
    EXPECT_EQ(ready, 0);
    m.clock.advance(1us);
    EXPECT_EQ(ready, 1);
    end();
    EXPECT_EQ(ready, 1) << "told once";
    expectHeld();
}

TEST_F(Sleep, AWakeBeforeTheHangUpIsOverDialsAfterIt) {
    start();
    bringUp();
    sleep();
    manager->resumed();
    EXPECT_EQ(state(), "disconnecting");
    end();
    EXPECT_EQ(ready, 0) << "this sleep was over";
    EXPECT_EQ(state(), "connecting");
}

TEST_F(Sleep, AnAttemptIsBrokenOffAndItsCallerTold) {
    start();
    Answer answer;
    isp().up({true, {}}, answer.done());
    phase(PPPM_PHASE_SERIALCONN);
    sleep();
    ASSERT_TRUE(answer.came);
    EXPECT_EQ(answer.text(), "suspend: the machine sleeps; dials when it wakes");
    end();
    EXPECT_EQ(ready, 1);
    expectHeld();
    manager->resumed();
    EXPECT_EQ(state(), "connecting");
}

TEST_F(Sleep, ABackoffIsCutShort) {
    start();
    isp().up({}, [](const auto&) {});
    for (int i = 0; i < 6; ++i) {
        phase(PPPM_PHASE_SERIALCONN);
        end();
        ASSERT_EQ(state(), "waiting");
        if (i < 5) {
            toNextAttempt();
        }
    }
    const auto launches = m.engines.launches;
    const std::uint64_t longest = isp().view().nextAttempt - m.clock.wall(m.clock.now());
    EXPECT_GT(longest, 20'000'000U);
    sleep();
    EXPECT_EQ(ready, 1);
    expectHeld();
    m.clock.advance(1h);
    EXPECT_EQ(m.engines.launches, launches);
    manager->resumed();
    EXPECT_EQ(m.engines.launches, launches + 1);
    phase(PPPM_PHASE_SERIALCONN);
    end();
    const std::uint64_t wait = isp().view().nextAttempt - m.clock.wall(m.clock.now());
    EXPECT_LT(wait, 3'000'000U) << "the backoff starts anew";
}

TEST_F(Sleep, WithoutAutomaticRedialALinkComesBackAllTheSame) {
    start(R"({"type":"pppoe","pppoe":{"interface":"eth0"},"auth":{"user":"a"},"ipv6":{"enabled":false},
              "reconnect":{"enabled":false}})");
    bringUp();
    sleep();
    end();
    expectHeld();
    manager->resumed();
    EXPECT_EQ(state(), "connecting");
}

TEST_F(Sleep, FailedStaysFailedAndDownStaysDown) {
    start();
    m.profiles.secrets.clear();
    isp().up({}, [](const auto&) {});
    ASSERT_EQ(state(), "failed");
    sleep();
    EXPECT_EQ(ready, 1);
    EXPECT_EQ(state(), "failed");
    EXPECT_EQ(isp().view().reason, "secrets-missing");
    manager->resumed();
    EXPECT_EQ(state(), "failed");
    EXPECT_EQ(m.engines.launches, 0);
}

TEST_F(Sleep, UpWhileAsleepIsTakenAndDialledAfterIt) {
    start();
    sleep();
    Answer answer;
    isp().up({true, {}}, answer.done());
    expectHeld();
    EXPECT_FALSE(answer.came);
    manager->resumed();
    ASSERT_EQ(state(), "connecting");
    negotiate();
    address();
    ASSERT_TRUE(answer.came);
    EXPECT_EQ(answer.text(), "");
}

TEST_F(Sleep, UpOfAFailedLinkWhileAsleepIsTaken) {
    start();
    m.profiles.secrets.clear();
    isp().up({}, [](const auto&) {});
    ASSERT_EQ(state(), "failed");
    sleep();
    m.profiles.password("isp", "secret");
    isp().secretsChanged();
    expectHeld();
    manager->resumed();
    EXPECT_EQ(state(), "connecting");
}

TEST_F(Sleep, DownWhileAsleepIsKept) {
    start();
    bringUp();
    sleep();
    end();
    isp().down(true, [](const auto&) {});
    EXPECT_EQ(state(), "down");
    manager->resumed();
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(m.engines.launches, 1);
}

TEST_F(Sleep, ARedialUnderWayWaitsForTheWake) {
    start();
    bringUp();
    Answer answer;
    isp().redial({true, "test"}, answer.done());
    sleep();
    EXPECT_EQ(ready, 0);
    end();
    EXPECT_EQ(ready, 1);
    expectHeld();
    EXPECT_FALSE(answer.came);
    manager->resumed();
    negotiate();
    address();
    EXPECT_TRUE(answer.came);
}

TEST_F(Sleep, NeitherCableNorClockNorReloadDials) {
    start();
    bringUp();
    sleep();
    end();
    m.network.change({2, "eth0", 1500, true, false});
    m.network.change({2, "eth0", 1500, true, true});
    manager->reload();
    manager->redialAll("test");
    m.clock.advance(24h);
    expectHeld();
    m.addProfile("late", R"({"type":"pppoe","autoconnect":true,"pppoe":{"interface":"eth0"},
                             "auth":{"user":"a"},"ipv6":{"enabled":false}})");
    manager->reload();
    EXPECT_EQ(wire(manager->get("late").state()), "waiting");
    EXPECT_TRUE(m.engines.running.empty());
    manager->resumed();
    EXPECT_EQ(m.engines.running.size(), 2U);
}

TEST_F(Sleep, ADaemonThatStartsOnASleepingMachineHangsUpWhatItFinds) {
    start();
    bringUp();
    manager->handOver();
    m.engines.survivors.insert("isp");
    manager = std::make_unique<Manager>(m.ports());
    manager->load();
    sleep();
    manager->begin();
    m.clock.settle();
    ASSERT_NE(m.engines.of("isp"), nullptr);
    EXPECT_EQ(engine().terminated, 1);
    end();
    expectHeld();
    manager->resumed();
    EXPECT_EQ(state(), "connecting");
}

TEST_F(Sleep, ADaemonThatStartsAfterTheWakeDials) {
    start();
    bringUp();
    sleep();
    end();
    manager->handOver();
    manager.reset();
    m.network.links["eth0"].carrier = false;
    restart();
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(isp().view().reason, "no-carrier") << "looked, and says what it waits for";
    m.network.change({2, "eth0", 1500, true, true});
    EXPECT_EQ(state(), "connecting");
}

TEST_F(Sleep, ASecondAnnouncementCountsForItself) {
    start();
    bringUp();
    sleep();
    manager->resumed();
    sleep();
    EXPECT_EQ(ready, 0);
    end();
    EXPECT_EQ(ready, 1);
    expectHeld();
}

TEST_F(Sleep, AWakeWithoutASleepCutsNothingShort) {
    start();
    isp().up({}, [](const auto&) {});
    phase(PPPM_PHASE_SERIALCONN);
    end();
    ASSERT_EQ(state(), "waiting");
    manager->resumed();
    EXPECT_EQ(state(), "waiting");
}

struct Changes final : ManagerObserver {
    void connectionAdded(Connection&) override {}
    void connectionRemoved(const std::string&) override {}
    void connectionChanged(Connection&) override { ++count; }
    void connectionStateChanged(Connection&, State, State, Reason, const Details&) override {}
    void connectionEvent(Connection&, const TimelineEntry&) override {}
    void managerChanged() override {}
    int count = 0;
};

constexpr std::uint64_t kHour = 3'600'000'000;

TEST_F(Sleep, AStepOfTheWallClockMovesWhatIsShown) {
    start();
    bringUp();
    Changes changes;
    manager->observe(&changes);
    const View before = isp().view();
    m.clock.wallAtBoot += kHour;
    manager->clockStepped();
    EXPECT_GE(changes.count, 1);
    const View after = isp().view();
    EXPECT_EQ(after.connectedAt, before.connectedAt + kHour);
    EXPECT_EQ(after.stateSince, before.stateSince + kHour);
    EXPECT_EQ(after.nextAttempt, 0U);
    m.clock.wallAtBoot += 7; // the two clocks are never read at one moment
    EXPECT_EQ(isp().view().connectedAt, after.connectedAt) << "does not waver";

    manager->handOver();
    m.engines.survivors.insert("isp");
    manager.reset();
    m.clock.wallAtBoot += 5;
    restart();
    EXPECT_EQ(isp().view().connectedAt, after.connectedAt) << "nor over a restart";
    manager->observe(nullptr);
}

TEST_F(Sleep, AStepWhileNoDaemonLivedIsSeen) {
    start();
    bringUp();
    const View before = isp().view();
    manager->handOver();
    m.engines.survivors.insert("isp");
    manager.reset();
    m.clock.wallAtBoot -= kHour;
    restart();
    EXPECT_EQ(isp().view().connectedAt, before.connectedAt - kHour);
    m.clock.wallAtBoot += 3;
    EXPECT_EQ(isp().view().connectedAt, before.connectedAt - kHour);
}

TEST_F(Sleep, AStepMovesTheNextAttemptButNotItsTimer) {
    start();
    isp().up({}, [](const auto&) {});
    phase(PPPM_PHASE_SERIALCONN);
    end();
    const std::uint64_t next = isp().view().nextAttempt;
    const auto left = static_cast<std::int64_t>(next - m.clock.wall(m.clock.now()));
    m.clock.wallAtBoot += 24 * kHour;
    manager->clockStepped();
    EXPECT_EQ(isp().view().nextAttempt, next + 24 * kHour);
    m.clock.advance(Duration(left - 1));
    EXPECT_EQ(state(), "waiting");
    m.clock.advance(Duration(1));
    EXPECT_EQ(state(), "connecting");
}

} // namespace
