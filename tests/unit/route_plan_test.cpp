// SPDX-License-Identifier: LGPL-2.1-or-later
// The default-route contest on paper and on a table of values.
#include "core/routing.hpp"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "core/record.hpp"
#include "support/fake_ports.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;

Route rival(std::uint32_t metric, const std::string& gateway = "192.168.1.1", std::uint32_t interface = 2) {
    Route route;
    route.gateway = gateway;
    route.interface = interface;
    route.metric = metric;
    route.protocol = 16; // dhcp
    route.scope = 0;
    return route;
}

RouteClaim claim(const std::string& name = "isp", std::uint32_t interface = 10, std::int32_t priority = 100) {
    RouteClaim out;
    out.connection = name;
    out.interface = interface;
    out.priority = priority;
    return out;
}

struct Table : testing::Test {
    Machine machine;
    Routing routing{machine.network, machine.records, machine.journal};
    std::string error;

    std::vector<Route>& table() { return machine.network.table; }
    /// The default route that wins: the one with the lowest metric.
    std::uint32_t winner() const {
        const Route* best = nullptr;
        for (const Route& route : machine.network.table) {
            if (route.isDefault() && route.table == kMainTable &&
                (best == nullptr || route.metric < best->metric)) {
                best = &route;
            }
        }
        return best == nullptr ? 0 : best->interface;
    }
};

TEST_F(Table, AloneWeGetADefaultRouteAndGiveItBack) {
    ASSERT_TRUE(routing.claim(claim(), error));
    EXPECT_EQ(winner(), 10U);
    EXPECT_EQ(routing.primary(), "isp");
    routing.withdraw("isp");
    EXPECT_TRUE(table().empty());
    EXPECT_EQ(routing.primary(), "");
}

TEST_F(Table, ARivalWithRoomBelowItIsLeftAlone) {
    table().push_back(rival(100));
    const auto before = table();
    routing.claim(claim(), error);
    EXPECT_EQ(winner(), 10U);
    EXPECT_NE(std::find(table().begin(), table().end(), rival(100)), table().end());
    EXPECT_TRUE(machine.records.records.empty());
    routing.withdraw("isp");
    EXPECT_EQ(table(), before);
}

TEST_F(Table, AMetricZeroRivalGivesWayAndComesBack) {
    for (const std::uint32_t metric : {0U, 1U, 7U, 49U}) {
        table() = {rival(metric)};
        const auto before = table();
        machine.network.mustHaveDefault = true;
        machine.network.hadNoDefault = false;
        routing.claim(claim(), error);
        EXPECT_EQ(winner(), 10U) << metric;
        EXPECT_EQ(table().size(), 2U);
        EXPECT_EQ(machine.records.records.count(Routing::kRecord), metric == 0 ? 1U : 0U) << metric;
        routing.withdraw("isp");
        EXPECT_EQ(table(), before) << metric;
        EXPECT_TRUE(machine.records.records.empty());
        EXPECT_FALSE(machine.network.hadNoDefault) << "a moment without a default route, metric " << metric;
    }
}

TEST_F(Table, ARenewedRivalIsMovedAgainAndRestoredOnce) {
    table() = {rival(0)};
    const auto before = table();
    routing.claim(claim(), error);
    table().push_back(rival(0)); // the DHCP client renews
    machine.network.routesTouched();
    routing.reconcile();
    EXPECT_EQ(winner(), 10U);
    EXPECT_EQ(table().size(), 2U);
    routing.withdraw("isp");
    EXPECT_EQ(table(), before);
}

TEST_F(Table, AMovedCopyThatIsGoneIsNotPutBack) {
    table() = {rival(0)};
    routing.claim(claim(), error);
    std::erase_if(table(), [](const Route& r) { return r.interface == 2; }); // its owner took it away
    routing.reconcile();
    routing.withdraw("isp");
    EXPECT_TRUE(table().empty());
    EXPECT_TRUE(machine.records.records.empty());
}

TEST_F(Table, TwoRivalsAtZero) {
    table() = {rival(0, "192.168.1.1", 2), rival(0, "192.168.2.1", 3)};
    auto before = table();
    routing.claim(claim(), error);
    EXPECT_EQ(winner(), 10U);
    EXPECT_EQ(table().size(), 3U);
    routing.withdraw("isp");
    EXPECT_EQ(table().size(), 2U);
    for (const Route& route : before) {
        EXPECT_NE(std::find(table().begin(), table().end(), route), table().end());
    }
}

TEST_F(Table, PriorityDecidesAndTheLoserTakesOver) {
    routing.claim(claim("backup", 11, 200), error);
    EXPECT_EQ(winner(), 11U);
    routing.claim(claim("isp", 10, 100), error);
    EXPECT_EQ(winner(), 10U);
    EXPECT_EQ(routing.primary(), "isp");
    EXPECT_EQ(table().size(), 2U);
    routing.withdraw("isp");
    EXPECT_EQ(winner(), 11U);
    EXPECT_EQ(routing.primary(), "backup");
}

TEST_F(Table, TheEndOfOneMovesNoOther) {
    for (std::uint32_t n = 0; n < 30; ++n) {
        ASSERT_TRUE(routing.claim(claim("isp" + std::to_string(100 + n), 10 + n), error));
    }
    for (const std::uint32_t gone : {0U, 7U, 29U, 8U}) {
        auto before = table();
        routing.withdraw("isp" + std::to_string(100 + gone));
        std::erase_if(before, [&](const Route& route) { return route.interface == 10 + gone; });
        EXPECT_EQ(table(), before);
    }
    ASSERT_TRUE(routing.claim(claim("isp100", 10), error));
    EXPECT_EQ(winner(), 10U) << "its place is still there";
}

TEST_F(Table, WhoeverComesInBetweenIsRankedThere) {
    table() = {rival(60)};
    std::map<std::uint32_t, std::uint32_t> metrics; // by interface
    for (const std::uint32_t n : {4U, 2U, 9U, 3U, 1U, 8U, 7U, 6U, 5U}) {
        ASSERT_TRUE(routing.claim(claim("isp" + std::to_string(n), 10 + n), error));
        metrics.clear();
        for (const Route& route : table()) {
            metrics[route.interface] = route.metric;
        }
        std::uint32_t last = 0;
        for (std::uint32_t i = 11; i < 20; ++i) {
            if (metrics.contains(i)) {
                EXPECT_GT(metrics[i], last) << "interface " << i;
                EXPECT_LT(metrics[i], 60U);
                last = metrics[i];
            }
        }
    }
    EXPECT_EQ(metrics.size(), 10U);
}

TEST_F(Table, MetricsDoNotGrowWithTheYears) {
    std::uint32_t highest = 0;
    for (std::uint32_t n = 1; n < 1000; ++n) {
        ASSERT_TRUE(routing.claim(claim("isp" + std::to_string(10000 + n), 10 + n), error));
        if (n > 2) {
            routing.withdraw("isp" + std::to_string(10000 + n - 2));
        }
        for (const Route& route : table()) {
            highest = std::max(highest, route.metric);
        }
    }
    EXPECT_GT(highest, 60U);
    EXPECT_LT(highest, 200U);
}

TEST_F(Table, AlwaysGoesBeforeEveryAuto) {
    routing.claim(claim("isp", 10, 1), error);
    RouteClaim always = claim("vpn", 11, 500);
    always.defaultRoute = RoutePolicy::Always;
    routing.claim(always, error);
    EXPECT_EQ(winner(), 11U);
}

TEST_F(Table, NeverMeansNever) {
    table() = {rival(0)};
    const auto before = table();
    RouteClaim never = claim();
    never.defaultRoute = RoutePolicy::Never;
    EXPECT_TRUE(routing.claim(never, error));
    EXPECT_EQ(table(), before);
    EXPECT_EQ(routing.primary(), "");
}

TEST_F(Table, ANumberIsTheKernelsMetric) {
    table() = {rival(100)};
    RouteClaim fixed = claim();
    fixed.metric = 700;
    routing.claim(fixed, error);
    EXPECT_EQ(winner(), 2U);
    EXPECT_EQ(table().back().metric, 700U);
    EXPECT_EQ(routing.primary(), "");
}

TEST_F(Table, ATableOfItsOwn) {
    table() = {rival(0)};
    RouteClaim own = claim();
    own.table = 100;
    routing.claim(own, error);
    ASSERT_EQ(table().size(), 2U);
    EXPECT_EQ(table()[1].table, 100U);
    EXPECT_EQ(winner(), 2U);
    routing.withdraw("isp");
    EXPECT_EQ(table(), (std::vector<Route>{rival(0)}));
}

TEST_F(Table, StaticRoutes) {
    RouteClaim withRoutes = claim();
    withRoutes.defaultRoute = RoutePolicy::Never;
    withRoutes.routes = {{"10.0.0.0/8", "", std::nullopt}, {"192.0.2.1", "", 5}};
    routing.claim(withRoutes, error);
    ASSERT_EQ(table().size(), 2U);
    EXPECT_EQ(table()[0].destination, "10.0.0.0");
    EXPECT_EQ(table()[0].prefix, 8);
    EXPECT_EQ(table()[1].prefix, 32);
    EXPECT_EQ(table()[1].metric, 5U);
    routing.withdraw("isp");
    EXPECT_TRUE(table().empty());
}

TEST_F(Table, ADeletedRouteOfOursReturns) {
    routing.claim(claim(), error);
    table().clear();
    routing.reconcile();
    EXPECT_EQ(winner(), 10U);
}

TEST_F(Table, ALeftoverOfAnEarlierLifeGoes) {
    Route leftover;
    leftover.interface = 77;
    leftover.metric = 50;
    table() = {rival(100), leftover};
    routing.reconcile();
    EXPECT_EQ(table(), (std::vector<Route>{rival(100)}));
}

TEST_F(Table, TheNextLifeRestoresFromTheRecord) {
    table() = {rival(0)};
    const auto before = table();
    routing.claim(claim(), error);
    Routing next(machine.network, machine.records, machine.journal);
    next.recover(machine.records.records.at(Routing::kRecord));
    machine.network.removeInterface("ppp0");
    std::erase_if(table(), [](const Route& r) { return r.interface == 10; });
    next.reconcile();
    EXPECT_EQ(table(), before);
    EXPECT_TRUE(machine.records.records.empty());
}

TEST_F(Table, ARefusalIsTold) {
    machine.network.refuseRoutes = true;
    EXPECT_FALSE(routing.claim(claim(), error));
    EXPECT_EQ(error.empty(), false);
    machine.network.refuseRoutes = false;
    EXPECT_TRUE(routing.claim(claim(), error));
}

TEST_F(Table, ARouteThatCannotBeRestoredYetIsRestoredLater) {
    table() = {rival(0)};
    const auto before = table();
    ASSERT_TRUE(routing.claim(claim(), error));
    machine.network.refuseRoutes = true;
    routing.withdraw("isp");
    EXPECT_EQ(table().size(), 1U) << "the moved copy is better than nothing";
    EXPECT_EQ(machine.records.records.count(Routing::kRecord), 1U);
    machine.network.refuseRoutes = false;
    routing.reconcile();
    EXPECT_EQ(table(), before);
    EXPECT_TRUE(machine.records.records.empty());
}

} // namespace
