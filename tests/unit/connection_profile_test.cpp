// SPDX-License-Identifier: LGPL-2.1-or-later
// A profile that becomes invalid while its link runs: what runs goes on, and nothing is dialled with it.
#include "connection_fixture.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

constexpr const char* kLimited =
    R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}, "ipv6": {"enabled": false},
        "session-limit": "1h"})";

struct BrokenProfile : Line {
    void breakIt() {
        m.profiles.profiles["isp"] = "{";
        manager->reload();
    }
    void expectFailed() {
        EXPECT_EQ(state(), "failed");
        EXPECT_EQ(isp().view().reason, "profile-invalid");
        EXPECT_TRUE(nothingApplied());
        EXPECT_EQ(m.engines.of("isp"), nullptr);
        m.clock.advance(24h);
        EXPECT_EQ(state(), "failed");
    }
};

TEST_F(BrokenProfile, TheLinkThatIsUpStaysUpAndIsShown) {
    start();
    bringUp();
    breakIt();
    EXPECT_EQ(state(), "up");
    const View view = isp().view();
    EXPECT_EQ(view.type, "pppoe");
    EXPECT_EQ(view.device, "eth0");
    EXPECT_TRUE(view.needsRedial);
    EXPECT_FALSE(nothingApplied());
    isp().linkChanged(m.network.links.at("eth0"));
    m.network.routesTouched();
    isp().resolverChanged();
    EXPECT_EQ(state(), "up");
    EXPECT_THROW(isp().redial({}, [](const auto&) {}), Error);
    EXPECT_EQ(state(), "up") << "a redial that cannot succeed takes nothing down";
}

TEST_F(BrokenProfile, ALinkThatIsLostIsNotDialledAgain) {
    start();
    bringUp();
    breakIt();
    end(16);
    expectFailed();
}

TEST_F(BrokenProfile, AnAttemptGoesOnAndAFailedOneIsTheLast) {
    start();
    isp().up({}, [](const auto&) {});
    phase(PPPM_PHASE_SERIALCONN);
    breakIt();
    EXPECT_EQ(state(), "connecting");
    negotiate();
    address();
    EXPECT_EQ(state(), "up");
    end(16);
    expectFailed();
}

TEST_F(BrokenProfile, TheSessionLimitEndsItForGood) {
    start(kLimited);
    bringUp();
    breakIt();
    m.clock.advance(1h);
    EXPECT_EQ(state(), "disconnecting");
    end(5);
    expectFailed();
}

TEST_F(BrokenProfile, DownIsDown) {
    start();
    bringUp();
    breakIt();
    Answer down;
    isp().down(true, down.done());
    end(5);
    EXPECT_TRUE(down.came);
    EXPECT_EQ(state(), "down");
    EXPECT_THROW(isp().up({}, [](const auto&) {}), Error);
}

TEST_F(BrokenProfile, AMendedOneCountsAgain) {
    start();
    bringUp();
    breakIt();
    m.profiles.profiles["isp"] = Machine::kProfile;
    manager->reload();
    EXPECT_FALSE(isp().view().needsRedial);
    end(16);
    EXPECT_EQ(state(), "waiting");
    toNextAttempt();
    EXPECT_EQ(state(), "connecting");
}

TEST_F(BrokenProfile, AutoconnectAloneNeedsNoRedial) {
    start();
    bringUp();
    const std::string before = Machine::kProfile;
    m.profiles.profiles["isp"] = before.substr(0, before.rfind('}')) + R"(, "autoconnect": true})";
    manager->reload();
    EXPECT_TRUE(isp().view().autoConnect);
    EXPECT_FALSE(isp().view().needsRedial);
    manager->handOver();
    m.engines.survivors.insert("isp");
    restart();
    EXPECT_FALSE(isp().view().needsRedial);
    m.profiles.profiles["isp"] = before.substr(0, before.rfind('}')) + R"(, "hooks": true})";
    manager->reload();
    EXPECT_TRUE(isp().view().needsRedial);
}

TEST_F(BrokenProfile, TheLinkOutlivesADaemonThatFindsItBroken) {
    start();
    bringUp();
    m.profiles.profiles["isp"] = "{";
    manager->handOver();
    m.engines.survivors.insert("isp");
    restart();
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(isp().view().device, "eth0");
    EXPECT_TRUE(isp().view().needsRedial);
    end(16);
    expectFailed();
}

TEST_F(BrokenProfile, AnEngineThatEndedMeanwhileIsTheLast) {
    start();
    bringUp();
    m.profiles.profiles["isp"] = "{";
    manager->handOver();
    m.network.removeInterface("ppp0");
    restart();
    expectFailed();
}

TEST_F(BrokenProfile, AWaitForTheNextAttemptEnds) {
    start();
    bringUp();
    end(16);
    ASSERT_EQ(state(), "waiting");
    breakIt();
    expectFailed();
}

} // namespace
