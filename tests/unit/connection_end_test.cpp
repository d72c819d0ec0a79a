// SPDX-License-Identifier: LGPL-2.1-or-later
// A link that ends under an engine that lives on for a while: what goes at once, what is waited for, what is
// told.
#include <gtest/gtest.h>

#include "connection_fixture.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

struct LinkEnd : Line {
    void SetUp() override {
        start();
        bringUp();
    }
    /// As pppd does where no echo comes back.
    void silence() {
        phase(PPPM_PHASE_TERMINATE);
        engine().report(engine::LcpClosed{"Peer not responding"});
        engine().report(engine::Ip4Down{});
        phase(PPPM_PHASE_ESTABLISH);
    }
    const SessionFacts& session() { return isp().story().statistics().session; }
    int told(const std::string& words) const {
        return static_cast<int>(
            std::count_if(m.journal.lines.begin(), m.journal.lines.end(),
                          [&](const auto& line) { return line.find(words) != std::string::npos; }));
    }
};

TEST_F(LinkEnd, TrafficLeavesASilentPeerBeforeItsEngineDoes) {
    m.clock.advance(90s);
    silence();
    EXPECT_EQ(state(), "disconnecting");
    EXPECT_EQ(isp().view().reason, "echo-timeout");
    m.dns.answer();
    EXPECT_TRUE(nothingApplied());
    EXPECT_EQ(engine().terminated, 0) << "a signal would hide why it ends";
    EXPECT_EQ(told("up → disconnecting (echo-timeout"), 1);
    m.clock.advance(6s);
    EXPECT_EQ(state(), "disconnecting");
    end(15);
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(isp().view().reason, "echo-timeout");
    EXPECT_EQ(session().upFor, 90s) << "and not until its engine was gone";
    EXPECT_EQ(session().reason, "echo-timeout");
    EXPECT_EQ(session().ended.at - session().started.at, 90s);
}

TEST_F(LinkEnd, TheEnginesLeaveTakingIsNoTimeUp) {
    for (int time = 0; time < 2; ++time) {
        m.clock.advance(59s);
        silence();
        m.clock.advance(6s);
        end(15);
        ASSERT_EQ(state(), "waiting");
        if (time == 0) { // the first one of a row is dialled at once anyway
            m.clock.settle();
            negotiate();
            address();
            ASSERT_EQ(state(), "up");
        }
    }
    EXPECT_EQ(session().upFor, 59s);
    m.clock.settle();
    EXPECT_EQ(state(), "waiting") << "it was up for less than a minute both times";
}

TEST_F(LinkEnd, ThePeersTerminateRequestEndsIt) {
    engine().report(engine::LcpTerminated{"maintenance"});
    EXPECT_EQ(state(), "disconnecting");
    EXPECT_EQ(isp().view().reason, "peer-terminated");
    EXPECT_NE(isp().view().reasonText.find("maintenance"), std::string::npos);
    m.dns.answer();
    EXPECT_TRUE(nothingApplied());
    phase(PPPM_PHASE_ESTABLISH);
    phase(PPPM_PHASE_DISCONNECT);
    EXPECT_EQ(isp().view().phase, "");
    EXPECT_EQ(engine().terminated, 0);
    end(16);
    EXPECT_EQ(isp().view().reason, "peer-terminated");
}

TEST_F(LinkEnd, ATerminateRequestInTheMidstOfANewNegotiationIsNone) {
    phase(PPPM_PHASE_ESTABLISH);
    engine().report(engine::Ip4Down{});
    engine().report(engine::LcpTerminated{""});
    EXPECT_EQ(state(), "up");
}

TEST_F(LinkEnd, WhereNothingIsSaidTheExitCodeTellsWhy) {
    phase(PPPM_PHASE_DISCONNECT);
    EXPECT_EQ(state(), "up") << "its end is about to come, and says why";
    m.clock.advance(250ms);
    EXPECT_EQ(state(), "disconnecting");
    EXPECT_EQ(isp().view().reason, "");
    m.dns.answer();
    EXPECT_TRUE(nothingApplied());
    end(16);
    EXPECT_EQ(isp().view().reason, "peer-terminated");
}

TEST_F(LinkEnd, AnEngineThatStaysIsTakenDown) {
    silence();
    m.dns.answer();
    m.clock.advance(20s);
    EXPECT_EQ(engine().terminated, 1);
    m.clock.advance(8s);
    EXPECT_EQ(engine().terminated, 2);
    m.clock.advance(3s);
    EXPECT_TRUE(engine().killed);
    engine().end({{}, 9});
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(isp().view().reason, "echo-timeout") << "why the link ended";
}

TEST_F(LinkEnd, AnEngineThatStaysWithoutAWordSaysSo) {
    phase(PPPM_PHASE_TERMINATE);
    m.dns.answer();
    m.clock.advance(250ms);
    m.clock.advance(20s);
    EXPECT_EQ(engine().terminated, 1);
    end(5);
    EXPECT_EQ(isp().view().reason, "phase-timeout");
}

TEST_F(LinkEnd, DownDoesNotWaitForTheLeaveTaking) {
    silence();
    Answer down;
    isp().down(true, down.done());
    EXPECT_FALSE(down.came);
    EXPECT_EQ(engine().terminated, 1);
    end(5);
    EXPECT_TRUE(down.came);
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(isp().view().reason, "user-request");
}

TEST_F(LinkEnd, ARedialJoinsAndIsAnsweredByTheNextLink) {
    silence();
    Answer redial;
    isp().redial({true, "test"}, redial.done());
    EXPECT_EQ(engine().terminated, 0);
    end(15);
    EXPECT_EQ(state(), "connecting") << "at once";
    EXPECT_FALSE(redial.came);
    negotiate();
    address();
    EXPECT_EQ(state(), "up");
    EXPECT_TRUE(redial.came);
    EXPECT_FALSE(redial.error);
}

TEST_F(LinkEnd, WhatIsTakenDownIsNotRedialled) {
    Answer down;
    isp().down(true, down.done());
    ASSERT_EQ(state(), "disconnecting");
    EXPECT_THROW(isp().redial({false, "timer"}, [](const auto&) {}), Error);
    end();
    EXPECT_EQ(state(), "down");
    EXPECT_TRUE(down.came);
}

TEST_F(LinkEnd, AnUpThatComesMeanwhileAnswersTheDown) {
    Answer down;
    isp().down(true, down.done());
    isp().up({}, [](const auto&) {});
    end();
    EXPECT_EQ(state(), "connecting");
    ASSERT_TRUE(down.came);
    EXPECT_EQ(down.text().rfind("user-request:", 0), 0U) << down.text();
}

TEST_F(LinkEnd, WhatIsBeingRemovedIsNotDialledAgain) {
    bool gone = false;
    manager->remove("isp", [&](const auto&) { gone = true; });
    EXPECT_THROW(isp().up({}, [](const auto&) {}), Error);
    end();
    EXPECT_TRUE(gone);
    EXPECT_EQ(manager->find("isp"), nullptr);
}

TEST_F(LinkEnd, TheNextLifeOfTheDaemonGoesOnWaiting) {
    m.clock.advance(90s);
    silence();
    m.dns.answer();
    m.engines.survivors.insert("isp");
    restart(); // nobody handed anything over: as after a kill
    EXPECT_EQ(state(), "disconnecting");
    EXPECT_EQ(isp().view().reason, "echo-timeout");
    EXPECT_EQ(engine().terminated, 0);
    m.clock.advance(5s);
    end(15);
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(isp().view().reason, "echo-timeout");
    EXPECT_EQ(session().upFor, 90s);
}

TEST_F(LinkEnd, AnEngineThatWentWhileNobodyLookedEndedForWhatWasKnown) {
    m.clock.advance(90s);
    silence();
    m.dns.answer();
    m.clock.advance(5s);
    m.network.removeInterface("ppp0");
    restart();
    EXPECT_EQ(state(), "connecting") << "it was up for more than a minute: dialled at once";
    EXPECT_EQ(session().reason, "echo-timeout");
    EXPECT_EQ(session().upFor, 90s);
}

TEST_F(LinkEnd, AnAdoptedLinkThatIsEndingLeavesUp) {
    manager->handOver();
    m.engines.survivors.insert("isp");
    restart();
    EXPECT_EQ(state(), "up");
    phase(PPPM_PHASE_TERMINATE); // said again; its words are not
    m.clock.advance(250ms);
    EXPECT_EQ(state(), "disconnecting");
    m.dns.answer();
    EXPECT_TRUE(nothingApplied());
    end(15);
    EXPECT_EQ(isp().view().reason, "echo-timeout");
}

TEST_F(LinkEnd, ShutdownDoesNotWaitForTheLeaveTaking) {
    silence();
    Answer stopped;
    isp().shutdown(stopped.done());
    EXPECT_EQ(engine().terminated, 1);
    end(5);
    EXPECT_TRUE(stopped.came);
    EXPECT_TRUE(isp().wanted());
}

TEST_F(Line, ARefusalBeforeAnythingIsAppliedStaysAnAttempt) {
    start();
    isp().up({}, [](const auto&) {});
    negotiate();
    phase(PPPM_PHASE_TERMINATE);
    engine().report(engine::LcpClosed{"No network protocols running"});
    m.clock.advance(1s);
    EXPECT_EQ(state(), "connecting");
    end(10);
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(isp().view().reason, "negotiation-failed");
}

TEST_F(Line, ALinkHalfDoneLosesItsRoutesAtOnceToo) {
    start(R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}})");
    isp().up({}, [](const auto&) {});
    negotiate();
    address(); // and IPv6 is waited for
    EXPECT_EQ(state(), "connecting");
    engine().report(engine::LcpTerminated{"bye"});
    EXPECT_EQ(state(), "disconnecting");
    m.dns.answer();
    EXPECT_TRUE(nothingApplied());
    end(16);
    EXPECT_EQ(state(), "waiting");
    EXPECT_TRUE(isp().story().statistics().session.started.none()) << "it never was up";
}

TEST_F(Line, TheBackupCarriesWhileThePrimaryTakesLeave) {
    const auto profile = [](int priority) {
        return R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"},
                   "ipv6": {"enabled": false}, "priority": )" +
               std::to_string(priority) + "}";
    };
    m.addProfile("spare", profile(20));
    start(profile(10));
    bringUp();
    Connection& spare = manager->get("spare");
    spare.up({}, [](const auto&) {});
    m.clock.settle();
    m.network.links["ppp1"] = {11, "ppp1", 1492, true, true};
    m.engines.of("spare")->report(ip4("ppp1", 11));
    m.dns.answer();
    ASSERT_EQ(wire(spare.state()), "up");
    EXPECT_TRUE(isp().view().defaultRoute);
    engine().report(engine::LcpTerminated{"bye"});
    EXPECT_TRUE(spare.view().defaultRoute);
    EXPECT_FALSE(isp().view().defaultRoute);
    const auto foreign = std::count_if(m.network.table.begin(), m.network.table.end(),
                                       [](const Route& r) { return r.isDefault() && r.interface == 10; });
    EXPECT_EQ(foreign, 0);
}

TEST(Foresee, OnlyWhatIsKnownBeforeTheExitCode) {
    Sightings seen;
    seen.session = seen.lcpOpen = seen.wasUp = true;
    EXPECT_EQ(foresee(seen, LinkType::Pppoe).reason, Reason::None);
    seen.closeMessage = "User request";
    EXPECT_EQ(foresee(seen, LinkType::Pppoe).reason, Reason::None);
    seen.closeMessage = "Link inactive";
    EXPECT_EQ(foresee(seen, LinkType::Pppoe).reason, Reason::IdleTimeout);
    seen.closeMessage = "Peer not responding";
    EXPECT_EQ(foresee(seen, LinkType::Pppoe).reason, Reason::EchoTimeout);
    EXPECT_FALSE(seen.status) << "it has not ended";
}

} // namespace
