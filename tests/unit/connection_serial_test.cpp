// SPDX-License-Identifier: LGPL-2.1-or-later
// A serial link as its connection sees it: the phases that its engine tells, a line that is missing, goes or
// comes, and an engine that knows why it failed.
#include "connection_fixture.hpp"

namespace ppp::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kCable =
    R"({"type": "serial", "serial": {"device": "/dev/ttyS0"}, "ipv6": {"enabled": false}})";
constexpr const char* kDevice = "/dev/ttyS0";

struct Cable : Line {
    void talk() {
        phase(PPPM_PHASE_OPENING);
        phase(PPPM_PHASE_ESTABLISH);
        engine().report(engine::LcpUp{1500, 1500});
        phase(PPPM_PHASE_NETWORK);
    }
    void comeUp() {
        isp().up({}, [](const auto&) {});
        talk();
        address();
    }
};

TEST_F(Cable, ComesUpThroughThePhasesOfItsEngine) {
    start(kCable);
    isp().up({}, [](const auto&) {});
    EXPECT_EQ(isp().view().phase, "device");
    phase(PPPM_PHASE_OPENING);
    EXPECT_EQ(isp().view().phase, "device");
    phase(PPPM_PHASE_CARRIER);
    EXPECT_EQ(isp().view().phase, "carrier");
    m.clock.advance(10min); // whoever is at the other end may take his time
    EXPECT_EQ(state(), "connecting");
    phase(PPPM_PHASE_ESTABLISH);
    EXPECT_EQ(isp().view().phase, "lcp");
    talk();
    address();
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(isp().view().device, kDevice);
}

TEST_F(Cable, ALineThatDamagesFramesIsTold) {
    start(kCable);
    comeUp();
    EXPECT_EQ(isp().view().details.count("trouble"), 0U);
    engine().report(engine::Damaged{2});
    const std::string trouble = std::get<std::string>(isp().view().details.at("trouble"));
    EXPECT_EQ(trouble.find("2 frames came in damaged"), 0U) << trouble;
}

TEST_F(Cable, AnEngineThatIsStuckInItsDeviceIsStopped) {
    start(kCable);
    isp().up({}, [](const auto&) {});
    phase(PPPM_PHASE_OPENING);
    m.clock.advance(21s);
    EXPECT_EQ(state(), "disconnecting");
    EXPECT_EQ(isp().view().reason, "phase-timeout");
}

TEST_F(Cable, ALineThatIsMissingIsWaitedForAndUsedAtOnce) {
    m.devices.nodes.clear();
    start(kCable);
    Answer up;
    isp().up({true, 0s}, up.done());
    ASSERT_TRUE(up.came);
    EXPECT_NE(up.text().find("there is no /dev/ttyS0"), std::string::npos) << up.text();
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(isp().view().phase, "device");
    EXPECT_EQ(isp().view().reason, "device-missing");
    EXPECT_EQ(m.engines.launches, 0);
    m.clock.advance(24h);
    m.devices.set(kDevice, false); // something happened, but it is not there
    EXPECT_EQ(m.engines.launches, 0);
    m.devices.set(kDevice, true);
    EXPECT_EQ(m.engines.launches, 1);
    EXPECT_TRUE(m.devices.watches.empty());
    talk();
    address();
    EXPECT_EQ(state(), "up");
}

TEST_F(Cable, ALineThatIsPulledIsMissingAndComesBack) {
    start(kCable);
    comeUp();
    m.devices.nodes.clear();
    end(16); // all that pppd sees
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(isp().view().reason, "device-missing");
    EXPECT_TRUE(nothingApplied());
    m.devices.set(kDevice, true);
    EXPECT_EQ(state(), "connecting");
    EXPECT_EQ(m.engines.launches, 2);
}

TEST_F(Cable, ANodeWithoutHardwareIsTriedAgainButNotInAHurry) {
    start(kCable);
    isp().up({}, [](const auto&) {});
    phase(PPPM_PHASE_OPENING);
    engine().report(engine::Failure{Reason::DeviceMissing, "there is no hardware behind /dev/ttyS0"});
    engine().report(engine::Exit{8});
    engine().end({8, {}});
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(isp().view().reason, "device-missing");
    EXPECT_EQ(isp().view().phase, "backoff");
    toNextAttempt();
    EXPECT_EQ(m.engines.launches, 2);
}

TEST_F(Cable, AHolderOfTheLineIsNamedAndTheLineTriedLater) {
    start(kCable);
    Answer up;
    isp().up({true, 0s}, up.done());
    phase(PPPM_PHASE_OPENING);
    engine().report(engine::Failure{Reason::DeviceBusy, "/dev/ttyS0 is locked by process 12 (minicom)"});
    engine().report(engine::Exit{8});
    engine().end({8, {}});
    EXPECT_EQ(isp().view().reason, "device-busy");
    EXPECT_NE(up.text().find("process 12 (minicom)"), std::string::npos) << up.text();
    EXPECT_EQ(state(), "waiting");
    m.clock.advance(20s); // 30 s, 20 % less or more
    EXPECT_EQ(m.engines.launches, 1);
    m.clock.advance(17s);
    EXPECT_EQ(m.engines.launches, 2);
}

TEST_F(Cable, WhatAnEngineCannotDoIsNotPppds) {
    start(kCable);
    isp().up({}, [](const auto&) {});
    engine().report(
        engine::Failure{Reason::EngineFailed, "systemd does not let the service open /dev/ttyS0"});
    engine().end({8, {}});
    EXPECT_EQ(isp().view().reason, "engine-failed");
    EXPECT_EQ(isp().view().reasonText, "systemd does not let the service open /dev/ttyS0");
    EXPECT_EQ(state(), "failed");
}

TEST_F(Cable, TheNextLifeGoesOnWaiting) {
    m.devices.nodes.clear();
    start(kCable);
    isp().up({}, [](const auto&) {});
    restart();
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(isp().view().phase, "device");
    EXPECT_EQ(m.engines.launches, 0);
    m.devices.set(kDevice, true);
    EXPECT_EQ(state(), "connecting");
}

TEST_F(Cable, ALoginThatSendsAPasswordNeedsOne) {
    start(R"({"type": "serial", "ipv6": {"enabled": false}, "serial": {"device": "/dev/ttyS0",
              "dial": {"number": "5", "login": [["ogin:", "alice"], ["word:", "<$password>"]]}}})");
    m.profiles.secrets["isp"].clear();
    Answer up;
    isp().up({true, 0s}, up.done());
    ASSERT_TRUE(up.came);
    EXPECT_EQ(isp().view().reason, "secrets-missing");
    EXPECT_NE(up.text().find("the login sends $password and none is stored"), std::string::npos) << up.text();
    EXPECT_EQ(m.engines.launches, 0);
    Secrets secrets;
    secrets.emplace("password", Secret("s3cret"));
    manager->setSecrets(isp(), secrets);
    EXPECT_EQ(m.engines.launches, 1);
}

TEST_F(Cable, DownEndsTheWait) {
    m.devices.nodes.clear();
    start(kCable);
    isp().up({}, [](const auto&) {});
    isp().down(false, [](const auto&) {});
    EXPECT_EQ(state(), "down");
    m.devices.set(kDevice, true);
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(m.engines.launches, 0);
}

// Its engine gives pppd 8 s and then hangs up, for 4 s and a half.
TEST_F(Cable, TheEngineOfAModemIsNotKilledWhileItHangsUp) {
    for (const bool modem : {true, false}) {
        start(modem ? R"({"type": "serial", "serial": {"device": "/dev/ttyS0", "dial": {"number": "1"}}})"
                    : kCable);
        comeUp();
        isp().down(false, [](const auto&) {});
        m.dns.answer();
        m.clock.advance(12600ms);
        EXPECT_EQ(engine().killed, !modem);
        m.clock.advance(2s);
        EXPECT_TRUE(engine().killed) << "nor is it waited for longer than that";
        end();
    }
}

} // namespace
} // namespace ppp::test
