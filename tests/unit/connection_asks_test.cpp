// SPDX-License-Identifier: LGPL-2.1-or-later
// What a connection asks of its running engine: one echo for all who wait, and the packet log that is
// remembered.
#include "connection_fixture.hpp"

namespace ppp::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// How often it was answered, and with what last.
struct Told {
    int times = 0;
    std::optional<Duration> roundTrip;
    EchoDone done() {
        return [this](std::optional<Duration> measured) {
            ++times;
            roundTrip = measured;
        };
    }
};

struct Asks : Line {
    void upAndQuiet() {
        start();
        bringUp();
        m.clock.settle();
        timers = m.clock.armed();
    }
    void reply(std::uint32_t us) { engine().report(engine::EchoReply{us}); }
    bool shown() { return isp().view().details.contains("debug"); }
    void survive() {
        m.engines.survivors.insert("isp");
        restart();
        m.dns.answer();
    }
    std::size_t timers = 0; ///< of a link that is up and asked nothing
};

TEST_F(Asks, SeveralShareOneEcho) {
    upAndQuiet();
    Told one, two, three;
    isp().measureEcho(one.done());
    m.clock.advance(seconds(1));
    isp().measureEcho(two.done());
    isp().measureEcho(three.done());
    EXPECT_EQ(engine().echoes, 1);
    EXPECT_EQ(one.times, 0);
    reply(12'300);
    for (const Told* told : {&one, &two, &three}) {
        EXPECT_EQ(told->times, 1);
        EXPECT_EQ(told->roundTrip, Duration(12'300));
    }
    EXPECT_EQ(m.clock.armed(), timers) << "no timer stays";
    reply(99);
    m.clock.advance(seconds(5));
    EXPECT_EQ(one.times, 1);
    isp().measureEcho(one.done());
    EXPECT_EQ(engine().echoes, 2) << "measured anew";
}

TEST_F(Asks, ASilentPeerCostsThreeSecondsOnceAndLessLater) {
    upAndQuiet();
    Told told;
    isp().measureEcho(told.done());
    m.clock.advance(milliseconds(2999));
    EXPECT_EQ(told.times, 0);
    m.clock.advance(milliseconds(1));
    EXPECT_EQ(told.times, 1);
    EXPECT_FALSE(told.roundTrip);
    EXPECT_EQ(m.clock.armed(), timers);
    isp().measureEcho(told.done());
    EXPECT_EQ(engine().echoes, 2);
    m.clock.advance(milliseconds(300));
    EXPECT_EQ(told.times, 2);
    isp().measureEcho(told.done());
    reply(5);
    isp().measureEcho(told.done());
    m.clock.advance(milliseconds(2999));
    EXPECT_EQ(told.times, 3) << "one that answered has the whole time again";
    EXPECT_EQ(state(), "up");
}

TEST_F(Asks, NoLinkNoEcho) {
    start();
    Told told;
    isp().measureEcho(told.done());
    EXPECT_EQ(told.times, 1);
    EXPECT_FALSE(told.roundTrip);
    isp().up({}, [](const auto&) {});
    negotiate();
    isp().measureEcho(told.done());
    EXPECT_EQ(told.times, 2) << "not up yet";
    EXPECT_EQ(engine().echoes, 0);
    reply(7);
    EXPECT_EQ(told.times, 2);
}

TEST_F(Asks, ALinkThatGoesAnswersThoseWhoWait) {
    upAndQuiet();
    Told told;
    isp().measureEcho(told.done());
    end();
    EXPECT_EQ(told.times, 1);
    EXPECT_FALSE(told.roundTrip);
    toNextAttempt();
    negotiate();
    address();
    ASSERT_EQ(state(), "up");
    isp().measureEcho(told.done());
    isp().down(false, [](const auto&) {});
    EXPECT_EQ(told.times, 2);
    m.clock.advance(seconds(5));
    EXPECT_EQ(told.times, 2);
}

TEST_F(Asks, TheEchoOfAnAdoptedEngine) {
    upAndQuiet();
    survive();
    Told told;
    isp().measureEcho(told.done());
    EXPECT_EQ(engine().echoes, 1);
    reply(31);
    EXPECT_EQ(told.roundTrip, Duration(31));
}

TEST_F(Asks, ThePacketLogIsOfTheRunningEngineAndOfLaterOnes) {
    upAndQuiet();
    EXPECT_FALSE(m.engines.lastDebug);
    isp().setDebug(true);
    EXPECT_EQ(engine().debug, true);
    EXPECT_TRUE(shown());
    end();
    toNextAttempt();
    EXPECT_TRUE(m.engines.lastDebug);
    EXPECT_FALSE(engine().debug) << "born with it";
    isp().setDebug(false);
    EXPECT_EQ(engine().debug, false);
    EXPECT_FALSE(shown());
    EXPECT_FALSE(isp().view().needsRedial);
}

TEST_F(Asks, ThePacketLogOutlivesTheDaemon) {
    upAndQuiet();
    isp().setDebug(true);
    survive(); // as after a kill
    EXPECT_TRUE(shown());
    EXPECT_EQ(engine().debug, true) << "the earlier life may have died before it said so";
    isp().setDebug(false);
    survive();
    EXPECT_FALSE(shown());
    EXPECT_EQ(engine().debug, false);
}

TEST_F(Asks, ThePacketLogOfALinkThatIsDownIsRemembered) {
    start(
        R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}, "autoconnect": false})");
    isp().setDebug(true);
    EXPECT_EQ(m.records.records.count("isp"), 1U);
    restart();
    EXPECT_TRUE(shown());
    isp().up({}, [](const auto&) {});
    EXPECT_TRUE(m.engines.lastDebug);
    isp().down(false, [](const auto&) {});
    engine().report(engine::Exit{5});
    engine().end({5, {}});
    ASSERT_EQ(state(), "down");
    isp().setDebug(false);
    EXPECT_EQ(m.records.records.count("isp"), 0U) << "nothing is left to be remembered";
}

TEST_F(Asks, SwitchedOffTheProfileDecides) {
    start(R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"},
              "ipv6": {"enabled": false}, "ppp": {"debug": true}})");
    bringUp();
    EXPECT_TRUE(m.engines.lastDebug);
    EXPECT_FALSE(shown());
    isp().setDebug(true);
    isp().setDebug(false);
    EXPECT_EQ(engine().debug, true);
}

} // namespace
} // namespace ppp::test
