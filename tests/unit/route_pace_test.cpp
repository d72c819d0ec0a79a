// SPDX-License-Identifier: LGPL-2.1-or-later
// Somebody undoes routes again and again: put right at once, then at a pace, and never given up.
#include "core/route_pace.hpp"

#include <gtest/gtest.h>

#include "connection_fixture.hpp"
#include "support/fake_routes.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

Route rival() {
    Route route;
    route.gateway = "192.168.1.1";
    route.interface = 2;
    route.protocol = 16; // dhcp
    route.scope = 0;
    return route;
}

struct Fight : Line {
    void SetUp() override {
        start();
        bringUp();
        ASSERT_EQ(winner(), "ours");
    }
    std::string winner() const {
        const auto best = bestRoute(m.network.table, 2, "192.0.2.1");
        return !best ? "none" : best->interface == 2 ? "rival" : "ours";
    }
    void putBack() {
        m.network.table.push_back(rival());
        m.network.routesTouched();
    }
    std::size_t told() const {
        const auto& lines = m.journal.lines;
        return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [](const auto& line) {
            return line.find("again and again (default via 192.168.1.1 metric 0)") != std::string::npos;
        }));
    }
};

TEST_F(Fight, IsAnsweredAtOnceAndThenAtAPace) {
    for (std::size_t n = 0; n < RoutePace::kAtOnce; ++n) {
        ASSERT_EQ(told(), 0U) << n;
        putBack();
        ASSERT_EQ(winner(), "ours") << n;
    }
    EXPECT_EQ(told(), 1U);
    for (int n = 0; n < 50; ++n) {
        putBack();
        ASSERT_EQ(winner(), "rival") << n;
        putBack();
        m.clock.advance(RoutePace::kRound - 1ms);
        ASSERT_EQ(winner(), "rival") << n;
        m.clock.advance(1ms);
        ASSERT_EQ(winner(), "ours") << n;
    }
    EXPECT_EQ(told(), 1U) << "once a minute";
}

TEST_F(Fight, WhatWeDoOurselvesDoesNotWait) {
    for (std::size_t n = 0; n <= RoutePace::kAtOnce; ++n) {
        putBack();
    }
    ASSERT_EQ(winner(), "rival");
    isp().down(false, [](const auto&) {});
    m.clock.settle();
    EXPECT_TRUE(std::none_of(m.network.table.begin(), m.network.table.end(),
                             [](const Route& route) { return route.interface == 10; }));
    EXPECT_EQ(winner(), "rival");
}

TEST_F(Fight, ChangesThatNeedNoRepairCostNothing) {
    for (int n = 0; n < 1000; ++n) {
        m.network.routesTouched();
    }
    putBack();
    EXPECT_EQ(winner(), "ours");
    EXPECT_EQ(m.clock.armed(), 0U);
}

TEST_F(Fight, AfterAWhileItIsAnsweredAtOnceAgain) {
    for (std::size_t n = 0; n < RoutePace::kAtOnce; ++n) {
        putBack();
    }
    m.clock.advance(RoutePace::kRound * RoutePace::kAtOnce);
    for (std::size_t n = 0; n < RoutePace::kAtOnce; ++n) {
        putBack();
        ASSERT_EQ(winner(), "ours") << n;
    }
}

TEST(RoutePace, TellsOnceAMinute) {
    RoutePace pace;
    BootTime now{1h};
    int told = 0;
    for (int n = 0; n < 600; ++n) { // five minutes of a fight
        now = pace.next(now);
        told += pace.repaired(now) ? 1 : 0;
    }
    EXPECT_EQ(told, 5);
}

} // namespace
