// SPDX-License-Identifier: LGPL-2.1-or-later
// What a connection does when something round it is stuck, full or missing.
#include "connection_fixture.hpp"

namespace ppp::test {
namespace {

using namespace std::chrono_literals;

TEST_F(Line, APeerThatStartsAnewForEverIsGivenUp) {
    start();
    isp().up({}, [](const auto&) {});
    phase(PPPM_PHASE_SERIALCONN);
    int rounds = 0;
    for (; rounds < 1000 && state() == "connecting"; ++rounds) {
        phase(PPPM_PHASE_ESTABLISH);
        m.clock.advance(500ms);
        phase(PPPM_PHASE_AUTHENTICATE);
        m.clock.advance(500ms);
    }
    EXPECT_EQ(state(), "disconnecting");
    EXPECT_EQ(isp().view().reason, "phase-timeout");
    EXPECT_EQ(rounds, 46) << "45 s from the first time it got to auth";
}

TEST_F(Line, ARenegotiationOfALinkThatIsUpHasItsOwnDeadlines) {
    start();
    bringUp();
    for (int round = 0; round < 3; ++round) {
        m.clock.advance(1h);
        phase(PPPM_PHASE_ESTABLISH);
        m.clock.advance(20s);
        phase(PPPM_PHASE_AUTHENTICATE);
        m.clock.advance(40s);
        phase(PPPM_PHASE_NETWORK);
        m.clock.advance(30s);
        engine().report(engine::Ip4Down{});
        address();
        EXPECT_EQ(isp().view().phase, "running");
    }
    m.clock.advance(1h);
    EXPECT_EQ(state(), "up");
}

TEST_F(Line, AnEngineThatTheKernelHoldsIsNotWaitedForForEver) {
    start();
    bringUp();
    Answer down;
    isp().down(true, down.done());
    m.dns.answer();
    m.clock.advance(11s);
    EXPECT_TRUE(engine().killed);
    EXPECT_FALSE(down.came);
    m.clock.advance(10s);
    ASSERT_TRUE(down.came);
    EXPECT_EQ(down.error->code(), ErrorCode::Timeout);
    EXPECT_EQ(state(), "disconnecting") << "which is the truth";
    engine().end({{}, 9});
    EXPECT_EQ(state(), "down");
}

TEST_F(Line, ASessionThatBeginsWhileItHangsUpIsEnded) {
    start();
    isp().up({}, [](const auto&) {});
    phase(PPPM_PHASE_SERIALCONN);
    isp().down(false, [](const auto&) {});
    engine().report(engine::Session{5, {2, 0, 0, 0, 0, 1}, "isp-ac"});
    m.clock.advance(11s);
    engine().end({{}, 9});
    EXPECT_EQ(m.network.padts, 1);
}

TEST_F(Line, WithoutARecordTheLinkIsUpAndSaysSo) {
    start();
    m.records.full = true;
    bringUp();
    EXPECT_EQ(state(), "up");
    EXPECT_NE(std::get<std::string>(isp().view().details.at("trouble")).find("No space left"),
              std::string::npos);
    const auto complaints = [this] {
        return std::count_if(m.journal.lines.begin(), m.journal.lines.end(), [](const std::string& line) {
            return line.rfind("cannot write the runtime record: ", 0) == 0 &&
                   line.find("outlive") != std::string::npos;
        });
    };
    m.clock.advance(1h);
    EXPECT_EQ(complaints(), 1) << "said once";
    m.records.full = false;
    m.clock.advance(10s);
    EXPECT_EQ(isp().view().details.count("trouble"), 0U);
    EXPECT_EQ(recordFromJson(m.records.records.at("isp"))->state, State::Up);
    const auto timers = m.clock.armed();
    m.clock.advance(1h);
    EXPECT_EQ(m.clock.armed(), timers) << "no more looking";
}

TEST_F(Line, APortIsNotSetUpWithoutARecord) {
    m.network.links["eth0"].up = false;
    start();
    m.records.full = true;
    Answer up;
    isp().up({true, 0s}, up.done());
    ASSERT_TRUE(up.came);
    EXPECT_EQ(up.text().rfind("engine-failed: eth0 is not set up", 0), 0U) << up.text();
    EXPECT_FALSE(m.network.links["eth0"].up);
    EXPECT_EQ(state(), "waiting");
    m.records.full = false;
    toNextAttempt();
    EXPECT_EQ(state(), "connecting");
}

TEST_F(Line, SecretsThatCannotBeReadJustNowAreReadLater) {
    start();
    m.profiles.busy = true;
    Answer up;
    isp().up({true, 0s}, up.done());
    ASSERT_TRUE(up.came);
    EXPECT_EQ(up.text().rfind("engine-failed: cannot read the secrets", 0), 0U) << up.text();
    EXPECT_EQ(state(), "waiting");
    m.profiles.busy = false;
    toNextAttempt();
    EXPECT_EQ(m.engines.launches, 1);
}

TEST_F(Line, AnEngineThatWasMissingIsTriedWhenItComes) {
    start();
    for (const auto why :
         {EngineUnavailable::Why::EngineMissing, EngineUnavailable::Why::KernelSupportMissing}) {
        m.engines.refuse = why;
        isp().up({}, [](const auto&) {});
        EXPECT_EQ(state(), "failed");
        m.clock.advance(1h);
        EXPECT_EQ(state(), "failed");
        manager->engineChanged();
        EXPECT_EQ(state(), "failed");
        m.engines.refuse.reset();
        manager->engineChanged();
        EXPECT_EQ(state(), "connecting");
        isp().down(false, [](const auto&) {});
        end();
        manager->engineChanged();
        EXPECT_EQ(state(), "down") << "nobody wants it";
    }
}

} // namespace
} // namespace ppp::test
