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
    const auto faults = std::get<std::string>(view.details.at("profile-faults"));
    EXPECT_NE(faults, "");
    EXPECT_EQ(std::get<std::string>(view.details.at("trouble")),
              "the stored profile is not valid, it cannot be dialled again: " + faults);
    EXPECT_FALSE(nothingApplied());
    isp().linkChanged(m.network.links.at("eth0"));
    m.network.routesTouched();
    isp().resolverChanged();
    EXPECT_EQ(state(), "up");
    EXPECT_THROW(isp().redial({}, [](const auto&) {}), Error);
    EXPECT_EQ(state(), "up") << "a redial that cannot succeed takes nothing down";
}

TEST_F(BrokenProfile, OfOneThatIsRemovedNothingIsSaid) {
    start();
    bringUp();
    breakIt();
    m.profiles.profiles.erase("isp");
    manager->reload();
    ASSERT_EQ(state(), "disconnecting");
    EXPECT_EQ(isp().view().details.count("profile-faults"), 0U);
    EXPECT_EQ(isp().view().details.count("trouble"), 0U);
}

TEST_F(BrokenProfile, TheOthersAreRedialledWithoutIt) {
    m.addProfile("aaa");
    start();
    bringUp();
    manager->get("aaa").up({}, [](const auto&) {});
    FakeEngine& other = *m.engines.of("aaa");
    other.report(engine::PhaseChange{PPPM_PHASE_SERIALCONN});
    other.report(engine::Session{6, {2, 0, 0, 0, 0, 1}, "isp-ac"});
    other.report(engine::PhaseChange{PPPM_PHASE_ESTABLISH});
    other.report(engine::LcpUp{1492, 1492});
    other.report(engine::PhaseChange{PPPM_PHASE_NETWORK});
    m.network.links["ppp1"] = {11, "ppp1", 1492, true, true};
    other.report(ip4("ppp1", 11));
    m.dns.answer();
    ASSERT_EQ(wire(manager->get("aaa").state()), "up");
    m.profiles.profiles["aaa"] = "{";
    manager->reload();
    EXPECT_EQ(manager->redialAll("test"), 1U);
    EXPECT_EQ(wire(manager->get("aaa").state()), "up");
    EXPECT_EQ(state(), "disconnecting");
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
    EXPECT_EQ(isp().view().details.count("profile-faults"), 0U);
    EXPECT_EQ(isp().view().details.count("trouble"), 0U);
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

constexpr const char* kAutoconnect =
    R"({"type": "pppoe", "autoconnect": true, "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}})";

TEST_F(Line, ABrokenOneThatIsMendedIsDialledWhereItWouldHaveBeenAtTheStart) {
    start("{");
    EXPECT_EQ(state(), "failed");
    manager->updateProfile(isp(), kAutoconnect);
    m.clock.settle();
    EXPECT_EQ(state(), "connecting");
}

TEST_F(Line, ABrokenOneThatIsTakenDownStaysSo) {
    start("{");
    isp().down(false, [](const auto&) {});
    manager->updateProfile(isp(), kAutoconnect);
    m.clock.settle();
    EXPECT_EQ(state(), "down");
}

TEST_F(Line, WhatIsDownStaysSoOverACrashThoughAutoconnectWasSwitchedOn) {
    start();
    manager->updateProfile(isp(), kAutoconnect);
    EXPECT_FALSE(isp().wanted());
    restart(); // nothing was handed over
    EXPECT_FALSE(isp().wanted());
    EXPECT_EQ(state(), "down");
}

} // namespace
