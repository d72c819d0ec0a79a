// SPDX-License-Identifier: LGPL-2.1-or-later
// The firewall's table that holds TCP to the size of the links: there exactly while one asks for it, whatever
// happens to link, daemon and table.
#include <gtest/gtest.h>

#include "connection_fixture.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;
using Table = std::vector<MssClamp>;

struct Clamps : Line {
    std::string trouble() {
        const auto details = isp().view().details;
        const auto found = details.find("trouble");
        return found == details.end() ? "" : std::get<std::string>(found->second);
    }
    long told(const std::string& part) const {
        return std::count_if(m.journal.lines.begin(), m.journal.lines.end(),
                             [&](const std::string& line) { return line.find(part) != std::string::npos; });
    }
    bool recorded() const { return m.records.records.contains(Clamping::kRecord); }
    /// A second connection comes up as ppp1.
    void bringOtherUp() {
        manager->get("other").up({}, [](const auto&) {});
        FakeEngine& engine = *m.engines.of("other");
        for (const std::uint32_t number : {PPPM_PHASE_SERIALCONN, PPPM_PHASE_ESTABLISH, PPPM_PHASE_NETWORK}) {
            engine.report(engine::PhaseChange{number});
        }
        m.network.links["ppp1"] = {11, "ppp1", 1400, true, true};
        engine::Ip4Up fact = ip4("ppp1", 11);
        fact.mtu = 1400;
        engine.report(fact);
        m.dns.answer();
    }
    void startTwo() {
        m.addProfile("other");
        start();
        bringUp();
        bringOtherUp();
    }
    void die() {
        manager->handOver();
        manager.reset();
    }
};

TEST_F(Clamps, AreThereExactlyWhileTheLinkIs) {
    start();
    EXPECT_EQ(m.filter.writes, 0) << "nothing is asked of the kernel without need";
    isp().up({}, [](const auto&) {});
    negotiate();
    EXPECT_EQ(m.filter.table, Table{});
    address();
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(m.filter.table, (Table{{10, 1492}}));
    EXPECT_TRUE(recorded());
    isp().down(false, [](const auto&) {});
    EXPECT_EQ(m.filter.table, Table{});
    EXPECT_FALSE(recorded());
    end();
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(m.filter.writes, 2);
    EXPECT_EQ(m.clock.armed(), 0U);
}

TEST_F(Clamps, GoWithALinkThatIsLostAndComeWithTheNext) {
    start();
    bringUp();
    end(16);
    EXPECT_EQ(m.filter.table, Table{});
    toNextAttempt();
    negotiate();
    m.network.links["ppp0"] = {12, "ppp0", 1492, true, true};
    engine().report(ip4("ppp0", 12));
    m.dns.answer();
    EXPECT_EQ(m.filter.table, (Table{{12, 1492}}));
}

TEST_F(Clamps, AreNotForAProfileThatWantsNone) {
    start(R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"},
              "ipv6": {"enabled": false}, "mss-clamp": false})");
    bringUp();
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(m.filter.writes, 0);
    EXPECT_FALSE(recorded());
}

TEST_F(Clamps, OneTableHasAllLinks) {
    startTwo();
    EXPECT_EQ(m.filter.table, (Table{{10, 1492}, {11, 1400}}));
    isp().down(false, [](const auto&) {});
    EXPECT_EQ(m.filter.table, (Table{{11, 1400}}));
    EXPECT_TRUE(recorded());
}

TEST_F(Clamps, GoByIp6WhereThatIsAllThereIs) {
    start(R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"},
              "ipv4": {"enabled": false}})");
    isp().up({}, [](const auto&) {});
    negotiate();
    m.network.links["ppp0"] = {10, "ppp0", 1480, true, true};
    engine().report(engine::Ip6Up{"ppp0", 10, {0, 0, 0, 0, 0, 0, 0, 9}, {0, 0, 0, 0, 0, 0, 0, 8}, 1480});
    m.dns.answer();
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(isp().view().mtu, 1480U);
    EXPECT_EQ(m.filter.table, (Table{{10, 1480}}));
}

TEST_F(Clamps, FollowALinkThatCarriesLess) {
    start();
    bringUp();
    m.network.change({10, "ppp0", 1400, true, true});
    EXPECT_EQ(m.filter.table, (Table{{10, 1400}}));
    m.network.change({10, "ppp0", 9000, true, true});
    EXPECT_EQ(m.filter.table, (Table{{10, 1492}})) << "more than was negotiated does not go through";
    const int writes = m.filter.writes;
    m.network.change({10, "ppp0", 1492, true, true});
    m.network.change({2, "eth0", 1300, true, true});
    EXPECT_EQ(m.filter.writes, writes);
}

TEST_F(Clamps, ComeBackAfterAFlush) {
    start();
    bringUp();
    m.filter.flush();
    m.clock.advance(RepairPace::kGrace);
    EXPECT_EQ(m.filter.table, (Table{{10, 1492}}));
    EXPECT_EQ(told("somebody changed or removed the firewall's table ppp-manager; it is in force again"), 1);
    EXPECT_EQ(trouble(), "");
    EXPECT_EQ(m.clock.armed(), 0U);
}

TEST_F(Clamps, AFightOverThemIsSlowAndTold) {
    start();
    bringUp();
    for (std::size_t n = 0; n < RepairPace::kQuick; ++n) {
        m.filter.flush();
        m.clock.advance(RepairPace::kGrace);
    }
    EXPECT_NE(trouble().find("again and again"), std::string::npos);
    m.filter.flush();
    m.clock.advance(RepairPace::kGrace);
    EXPECT_EQ(m.filter.table, Table{});
    m.clock.advance(RepairPace::kSlow);
    EXPECT_EQ(m.filter.table, (Table{{10, 1492}}));
    m.clock.advance(RepairPace::kCalm);
    EXPECT_EQ(trouble(), "");
    EXPECT_EQ(m.clock.armed(), 0U);
}

TEST_F(Clamps, DoNotComeBackAfterTheLink) {
    start();
    bringUp();
    m.filter.flush();
    isp().down(false, [](const auto&) {});
    end();
    m.clock.advance(1s);
    EXPECT_EQ(m.filter.table, Table{});
    EXPECT_FALSE(recorded());
}

TEST_F(Clamps, AKernelWithoutThemIsTroubleAndTheLinkIsUp) {
    m.filter.refuse = "Operation not supported";
    start();
    bringUp();
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(trouble(), "TCP segments are not held to the size of the link: Operation not supported");
    EXPECT_FALSE(recorded()) << "nothing was made";
    m.filter.refuse.clear();
    m.network.change({10, "ppp0", 1492, true, true});
    EXPECT_EQ(m.filter.table, (Table{{10, 1492}}));
    EXPECT_EQ(trouble(), "");
    isp().down(false, [](const auto&) {});
    EXPECT_EQ(m.filter.table, Table{});
}

TEST_F(Clamps, WhatCannotBeRecordedIsNotDoneUntilItCan) {
    start();
    isp().up({}, [](const auto&) {});
    negotiate();
    m.records.full = true;
    address();
    EXPECT_EQ(m.filter.table, Table{});
    EXPECT_NE(trouble().find("cannot be recorded"), std::string::npos);
    m.records.full = false;
    m.clock.advance(20s);
    EXPECT_EQ(m.filter.table, (Table{{10, 1492}}));
    EXPECT_EQ(trouble(), "");
}

TEST_F(Clamps, StayWholeFromOneLifeToTheNext) {
    startTwo();
    const int writes = m.filter.writes;
    die();
    m.engines.survivors = {"isp", "other"};
    restart();
    EXPECT_EQ(m.filter.writes, writes + 1) << "never a table with one of the two";
    EXPECT_EQ(m.filter.table, (Table{{10, 1492}, {11, 1400}}));
}

TEST_F(Clamps, OfALinkThatDiedWithTheDaemonGo) {
    start();
    bringUp();
    die();
    m.network.removeInterface("ppp0");
    restart();
    m.dns.answer();
    EXPECT_EQ(m.filter.table, Table{});
    EXPECT_FALSE(recorded());
}

TEST_F(Clamps, OfAnEarlierLifeThatCannotGoAreTriedAgain) {
    start();
    bringUp();
    die();
    m.network.removeInterface("ppp0");
    m.filter.refuse = "Resource busy";
    restart();
    m.dns.answer();
    EXPECT_TRUE(recorded());
    EXPECT_EQ(told("cannot remove the firewall's table ppp-manager: Resource busy"), 1);
    m.filter.refuse.clear();
    restart();
    EXPECT_EQ(m.filter.table, Table{});
    EXPECT_FALSE(recorded());
}

} // namespace
