// SPDX-License-Identifier: LGPL-2.1-or-later
// Somebody undoes routes again and again: put right at a pace, told once, and over when they keep still.
#include "core/route_fights.hpp"

#include <gtest/gtest.h>

#include "core/routing.hpp"
#include "support/fake_ports.hpp"

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

RouteClaim claim(const std::string& name, std::uint32_t interface, std::int32_t priority) {
    RouteClaim out;
    out.connection = name;
    out.interface = interface;
    out.priority = priority;
    return out;
}

struct Fights : testing::Test {
    Machine machine;
    int changes = 0;
    Routing routing{machine.network, machine.records, machine.journal, machine.clock, [this] { ++changes; }};
    std::string error;

    Fights() { EXPECT_TRUE(routing.claim(claim("isp", 10, 100), error)); }

    std::vector<Route>& table() { return machine.network.table; }
    std::uint32_t winner() const {
        const auto best = bestRoute(machine.network.table, 2, "192.0.2.1");
        return best ? best->interface : 0;
    }
    void putBack() {
        table().push_back(rival());
        routing.somebodyChanged();
    }
    void removeOurs(std::uint32_t interface = 10) {
        std::erase_if(table(), [&](const Route& route) { return route.interface == interface; });
        routing.somebodyChanged();
    }
    std::size_t told(const std::string& words) const {
        const auto& lines = machine.journal.lines;
        return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [&](const auto& line) {
            return line.find(words) != std::string::npos;
        }));
    }
    void fight() {
        for (std::size_t n = 0; n < RepairPace::kQuick; ++n) {
            ASSERT_EQ(routing.trouble("isp"), "") << n;
            putBack();
            ASSERT_EQ(winner(), 10U) << n;
            machine.clock.advance(100ms);
        }
    }
};

TEST_F(Fights, ARivalThatIsPutBackAgainAndAgainIsMovedAtAPace) {
    fight();
    EXPECT_EQ(routing.trouble("isp"),
              "somebody puts another default route in force (default via 192.168.1.1) again "
              "and again; it is put right every 10 s only");
    EXPECT_EQ(told("again and again"), 1U);
    putBack();
    EXPECT_EQ(winner(), 2U) << "not before its time";
    putBack();
    machine.clock.advance(9s);
    EXPECT_EQ(winner(), 2U);
    EXPECT_EQ(changes, 0);
    machine.clock.advance(1s);
    EXPECT_EQ(winner(), 10U);
    EXPECT_EQ(changes, 1);
    putBack();
    EXPECT_EQ(winner(), 2U);
    machine.clock.advance(10s);
    EXPECT_EQ(winner(), 10U);
    EXPECT_EQ(told("again and again"), 1U) << "once";
}

TEST_F(Fights, WhatWeDoOurselvesDoesNotWait) {
    fight();
    putBack();
    ASSERT_EQ(winner(), 2U);
    ASSERT_TRUE(routing.claim(claim("lte", 11, 200), error));
    EXPECT_EQ(winner(), 10U);
    machine.clock.advance(20s);
    EXPECT_EQ(winner(), 10U);
}

TEST_F(Fights, ItIsOverAfterAMinuteAndEachStartsAnew) {
    fight();
    machine.clock.advance(RepairPace::kCalm - 101ms);
    EXPECT_NE(routing.trouble("isp"), "");
    machine.clock.advance(1ms);
    EXPECT_EQ(routing.trouble("isp"), "");
    EXPECT_EQ(told("for a minute"), 1U);
    EXPECT_EQ(changes, 1);
    EXPECT_EQ(machine.clock.armed(), 0U);
    fight();
}

TEST_F(Fights, ARouteOfOursThatIsRemovedIsTheTroubleOfItsLink) {
    ASSERT_TRUE(routing.claim(claim("lte", 11, 200), error));
    for (std::size_t n = 0; n < RepairPace::kQuick; ++n) {
        removeOurs();
        ASSERT_EQ(winner(), 10U) << n;
    }
    EXPECT_NE(routing.trouble("isp").find("somebody removes a route of the link (default)"),
              std::string::npos)
        << routing.trouble("isp");
    EXPECT_EQ(routing.trouble("lte"), "");
    removeOurs();
    EXPECT_EQ(winner(), 11U);
    machine.clock.advance(10s);
    EXPECT_EQ(winner(), 10U);
}

TEST_F(Fights, WhatIsRenewedNowAndThenIsNoFight) {
    for (int n = 0; n < 50; ++n) {
        putBack();
        ASSERT_EQ(winner(), 10U) << n;
        machine.clock.advance(3s); // MinRtrAdvInterval, RFC 4861 section 6.2.1
    }
    EXPECT_EQ(machine.journal.lines.size(), 0U);
}

TEST_F(Fights, WhatGoesWithAnAddressIsTheFightAboutTheAddress) {
    for (int n = 0; n < 20; ++n) {
        std::erase_if(table(), [](const Route& route) { return route.interface == 10; });
        routing.somebodyChanged({10});
        ASSERT_EQ(winner(), 10U) << n;
    }
    EXPECT_EQ(routing.trouble("isp"), "");
    fight(); // of a rival is another thing
    EXPECT_NE(routing.trouble("isp"), "");
}

TEST_F(Fights, WhatTheKernelRefusesIsNoFight) {
    machine.network.refuseRoutes = true;
    for (int n = 0; n < 20; ++n) {
        removeOurs();
    }
    EXPECT_EQ(told("again and again"), 0U);
    machine.network.refuseRoutes = false;
    routing.somebodyChanged();
    EXPECT_EQ(winner(), 10U);
}

} // namespace
