// SPDX-License-Identifier: LGPL-2.1-or-later
// What a connection does when something round it is stuck, full or missing.
#include <algorithm>
#include <cstring>

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

TEST_F(Line, ASessionConfirmedAfterTheEngineIsRefused) {
    start();
    isp().up({}, [](const auto&) {});
    phase(PPPM_PHASE_SERIALCONN);
    engine().report(engine::Discovery{{2, 0, 0, 0, 0, 1}, "isp-ac"});
    EXPECT_EQ(m.network.late, 0);
    isp().down(false, [](const auto&) {});
    EXPECT_EQ(m.network.late, 1) << "from the moment that the engine is told to end";
    engine().end({{}, 15});
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(m.network.late, 1);
    std::uint32_t pid = 0;
    ASSERT_EQ(m.network.lateHostUniq.size(), sizeof pid);
    std::memcpy(&pid, m.network.lateHostUniq.data(), sizeof pid);
    EXPECT_EQ(pid, 4242U);
    isp().up({}, [](const auto&) {});
    EXPECT_EQ(m.network.late, 1) << "the new engine has another id";
}

TEST_F(Line, AnEngineThatDiesAfterAnOfferMayGetASessionLate) {
    start(R"({"type": "pppoe",
              "pppoe": {"interface": "eth0", "host-uniq": "00aFff"}, "auth": {"user": "u"}})");
    isp().up({}, [](const auto&) {});
    phase(PPPM_PHASE_SERIALCONN);
    engine().end({{}, 9});
    EXPECT_EQ(m.network.late, 0) << "nobody was asked for one";
    const auto redialled = [this] {
        for (int i = 0; i < 300 && state() != "connecting"; ++i) {
            m.clock.advance(1s);
        }
        return state() == "connecting";
    };
    ASSERT_TRUE(redialled());
    phase(PPPM_PHASE_SERIALCONN);
    engine().report(engine::Discovery{{2, 0, 0, 0, 0, 1}, "isp-ac"});
    engine().end({{}, 9});
    EXPECT_EQ(m.network.late, 1);
    EXPECT_EQ(m.network.lateHostUniq, (std::vector<std::uint8_t>{0, 0xaf, 0xff}));
    ASSERT_TRUE(redialled());
    EXPECT_EQ(m.network.late, 0) << "the next engine's own session looks the same";
}

TEST_F(Line, AnOfferThatComesWhileItEndsMayBecomeASession) {
    start();
    isp().up({}, [](const auto&) {});
    phase(PPPM_PHASE_SERIALCONN);
    isp().down(false, [](const auto&) {});
    EXPECT_EQ(m.network.late, 0);
    engine().report(engine::Discovery{{2, 0, 0, 0, 0, 1}, "isp-ac"});
    EXPECT_EQ(m.network.late, 1);
}

TEST_F(Line, ALinkWithASessionHasNoneThatIsLate) {
    start();
    bringUp();
    isp().down(false, [](const auto&) {});
    EXPECT_EQ(m.network.late, 0);
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
