// SPDX-License-Identifier: LGPL-2.1-or-later
// Routes of both families, owners who change their minds, and rules, on a table of values.
#include "core/routing.hpp"

#include <gtest/gtest.h>

#include "core/record.hpp"
#include "support/dying_ports.hpp"
#include "support/fake_ports.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;

constexpr int kInet6 = 10;

Route rival(std::uint32_t metric, const std::string& gateway = "192.168.1.1", std::uint32_t interface = 2) {
    Route route;
    route.gateway = gateway;
    route.interface = interface;
    route.metric = metric;
    route.protocol = 16; // dhcp
    route.scope = 0;
    return route;
}

Route rival6(std::uint32_t metric, const std::string& gateway = "fe80::1", std::uint32_t interface = 2) {
    Route route = rival(metric, gateway, interface);
    route.family = kInet6;
    route.protocol = 9; // ra
    return route;
}

/// A link with IPv6 that leads beyond the peer, and no IPv4.
RouteClaim only6(const std::string& name = "isp", std::uint32_t interface = 10, std::int32_t priority = 100) {
    RouteClaim out;
    out.connection = name;
    out.interface = interface;
    out.priority = priority;
    out.ip4 = false;
    out.ip6 = out.routed6 = true;
    return out;
}

RouteClaim both(const std::string& name = "isp", std::uint32_t interface = 10, std::int32_t priority = 100) {
    RouteClaim out = only6(name, interface, priority);
    out.ip4 = true;
    return out;
}

struct Families : testing::Test {
    Machine machine;
    Routing routing{machine.network, machine.records, machine.journal};
    std::string error;

    std::vector<Route>& table() { return machine.network.table; }
    const Route* best(int family) const {
        const Route* best = nullptr;
        for (const Route& route : machine.network.table) {
            if (route.family == family && route.isDefault() && route.table == kMainTable &&
                (best == nullptr || route.metric < best->metric)) {
                best = &route;
            }
        }
        return best;
    }
    std::uint32_t winner(int family) const {
        const Route* route = best(family);
        return route == nullptr ? 0 : route->interface;
    }
    bool has(const Route& route) const {
        const auto& all = machine.network.table;
        return std::find(all.begin(), all.end(), route) != all.end();
    }
    /// A second look changes nothing: the notice of our own changes must not make more of them.
    void expectSettled() {
        const auto before = table();
        const auto rules = machine.network.ruleTable;
        routing.reconcile();
        EXPECT_EQ(table(), before);
        EXPECT_EQ(machine.network.ruleTable, rules);
    }
};

TEST_F(Families, ADefaultRouteOfIpv6IsClaimedWhereItLeadsSomewhere) {
    RouteClaim claim = both();
    claim.routed6 = false;
    ASSERT_TRUE(routing.claim(claim, error));
    EXPECT_EQ(winner(2), 10U);
    EXPECT_EQ(winner(kInet6), 0U);
    claim.routed6 = true;
    ASSERT_TRUE(routing.claim(claim, error));
    EXPECT_EQ(winner(kInet6), 10U);
    expectSettled();
    claim.routed6 = false; // the router takes itself back
    ASSERT_TRUE(routing.claim(claim, error));
    EXPECT_EQ(winner(kInet6), 0U);
    EXPECT_EQ(winner(2), 10U);
    routing.withdraw("isp");
    EXPECT_TRUE(table().empty());
}

TEST_F(Families, PolicyAndMetricOfIpv6AreItsOwn) {
    RouteClaim claim = both();
    claim.defaultRoute6 = RoutePolicy::Never;
    routing.claim(claim, error);
    EXPECT_EQ(winner(2), 10U);
    EXPECT_EQ(winner(kInet6), 0U);
    claim.defaultRoute = RoutePolicy::Never;
    claim.defaultRoute6 = RoutePolicy::Auto;
    claim.metric6 = 700;
    routing.claim(claim, error);
    EXPECT_EQ(winner(2), 0U);
    ASSERT_EQ(winner(kInet6), 10U);
    EXPECT_EQ(best(kInet6)->metric, 700U);
    claim.metric6 = 0; // IPv6 knows none
    routing.claim(claim, error);
    EXPECT_EQ(best(kInet6)->metric, 1024U);
    expectSettled();
}

TEST_F(Families, AnAdvertisedRouteWithRoomBelowItIsLeftAlone) {
    table() = {rival6(1024)};
    const auto before = table();
    routing.claim(only6(), error);
    EXPECT_EQ(winner(kInet6), 10U);
    EXPECT_TRUE(has(before.front()));
    EXPECT_TRUE(machine.records.records.empty());
    routing.withdraw("isp");
    EXPECT_EQ(table(), before);
}

TEST_F(Families, EachAdvertisementMovesTheRivalOnceMore) {
    table() = {rival6(1)};
    table().front().expires = true;
    routing.claim(only6(), error);
    EXPECT_EQ(winner(kInet6), 10U);
    EXPECT_GE(best(kInet6)->metric, 1U) << "IPv6 has no metric 0";
    for (int n = 0; n < 3; ++n) {
        Route again = rival6(1);
        again.expires = true;
        table().push_back(again);
        routing.reconcile();
        EXPECT_EQ(winner(kInet6), 10U);
        EXPECT_EQ(table().size(), 2U);
        expectSettled();
    }
    routing.withdraw("isp");
    ASSERT_EQ(table().size(), 1U);
    EXPECT_EQ(table().front().metric, 1U);
    EXPECT_TRUE(table().front().expires);
    EXPECT_TRUE(machine.records.records.empty());
}

TEST_F(Families, ALifetimeThatRunsOutMeanwhileIsNotGivenBack) {
    table() = {rival6(1)};
    routing.claim(only6(), error);
    std::erase_if(table(), [](const Route& r) { return r.interface == 2; }); // the kernel's clock
    routing.reconcile();
    routing.withdraw("isp");
    EXPECT_TRUE(table().empty());
}

TEST_F(Families, TwoRivalsOfIpv6GoToMetricsOfTheirOwn) {
    table() = {rival6(1, "fe80::1", 2), rival6(1, "fe80::2", 3)};
    const auto before = table();
    routing.claim(only6(), error);
    ASSERT_EQ(table().size(), 3U);
    std::set<std::uint32_t> metrics;
    for (const Route& route : table()) {
        metrics.insert(route.metric);
    }
    EXPECT_EQ(metrics.size(), 3U) << "the kernel would merge those that agree";
    routing.withdraw("isp");
    EXPECT_EQ(table(), before);
}

TEST_F(Families, WhatTheKernelLearnsOnOurOwnLinkIsNoRival) {
    table() = {rival6(1, "fe80::9", 10)};
    routing.claim(only6(), error);
    EXPECT_TRUE(has(rival6(1, "fe80::9", 10)));
    EXPECT_TRUE(machine.records.records.empty());
}

TEST_F(Families, ARouteThatLooksAtTheSourceIsNoRival) {
    table() = {rival(0), rival6(1)};
    table()[0].selective = table()[1].selective = true;
    const auto before = table();
    routing.claim(both(), error);
    EXPECT_TRUE(has(before[0]) && has(before[1]));
    routing.withdraw("isp");
    EXPECT_EQ(table(), before);
}

TEST_F(Families, ALinkWithoutIpv4CountsByItsIpv6) {
    routing.claim(only6("six"), error);
    EXPECT_EQ(routing.primary(), "six");
    EXPECT_TRUE(routing.owns("six"));
    routing.claim(both("isp", 11, 200), error);
    EXPECT_EQ(routing.primary(), "isp") << "IPv4 goes first";
    EXPECT_EQ(routing.owners(), (std::set<std::string>{"isp", "six"}));
    RouteClaim silent = both("isp", 11, 1);
    silent.defaultRoute = RoutePolicy::Never;
    routing.claim(silent, error);
    EXPECT_EQ(routing.primary(), "") << "it has IPv4, and not the default route of it";
    EXPECT_FALSE(routing.owns("isp"));
}

TEST_F(Families, TakeOverAndBackWithoutAMomentWithoutARoute) {
    machine.network.mustHaveDefault = true;
    routing.claim(both("backup", 11, 200), error);
    machine.network.hadNoDefault = false;
    for (int n = 0; n < 3; ++n) {
        routing.claim(both("isp", 10, 100), error);
        EXPECT_EQ(winner(2), 10U);
        EXPECT_EQ(winner(kInet6), 10U);
        EXPECT_EQ(table().size(), 4U);
        routing.withdraw("isp");
        EXPECT_EQ(winner(2), 11U);
        EXPECT_EQ(winner(kInet6), 11U);
        EXPECT_EQ(table().size(), 2U);
    }
    EXPECT_FALSE(machine.network.hadNoDefault);
}

TEST_F(Families, AReplacedRivalIsNotGivenBack) {
    table() = {rival(0, "192.168.1.1")};
    routing.claim(both(), error);
    table().push_back(rival(0, "192.168.1.254")); // another lease, another gateway
    routing.reconcile();
    EXPECT_EQ(winner(2), 10U);
    EXPECT_EQ(std::count_if(table().begin(), table().end(), [](const Route& r) { return r.interface == 2; }),
              1);
    expectSettled();
    routing.withdraw("isp");
    EXPECT_EQ(table(), std::vector<Route>{rival(0, "192.168.1.254")});
    EXPECT_TRUE(machine.records.records.empty());
}

TEST_F(Families, AnotherOwnersRouteIsNoReplacement) {
    table() = {rival(0, "192.168.1.1", 2)};
    routing.claim(both(), error);
    table().push_back(rival(0, "192.168.2.1", 3));
    routing.reconcile();
    EXPECT_EQ(winner(2), 10U);
    routing.withdraw("isp");
    EXPECT_EQ(table(), (std::vector<Route>{rival(0, "192.168.1.1", 2), rival(0, "192.168.2.1", 3)}));
}

TEST_F(Families, OfTwoOfOneOwnerEachComesBack) {
    table() = {rival(0, "192.168.1.1"), rival(0, "192.168.1.2")};
    const auto before = table();
    routing.claim(both(), error);
    table().push_back(rival(0, "192.168.1.2")); // renewed
    routing.reconcile();
    routing.withdraw("isp");
    EXPECT_EQ(table(), before);
}

TEST_F(Families, ARivalThatComesBackWithAnotherSourceIsRestoredSo) {
    table() = {rival(0)};
    table().front().source = "192.168.1.7";
    table().front().raw = {1};
    routing.claim(both(), error);
    Route renewed = rival(0);
    renewed.source = "192.168.1.8";
    renewed.raw = {2};
    table().push_back(renewed);
    routing.reconcile();
    expectSettled();
    routing.withdraw("isp");
    EXPECT_EQ(table(), std::vector<Route>{renewed});
}

/// What happened to the rival while no daemon lived, and what is to be there once the link is gone, too.
TEST_F(Families, TheNextLifeGivesBackWhatItsOwnerStillWants) {
    const Route old = rival(0, "192.168.1.1");
    const Route another = rival(0, "192.168.1.254");
    struct Case {
        const char* what;
        bool copyIsGone;
        std::vector<Route> added, after;
    };
    for (const Case& c : {Case{"untouched", false, {}, {old}}, Case{"renewed", false, {old}, {old}},
                          Case{"replaced", false, {another}, {another}}, Case{"removed", true, {}, {}},
                          Case{"replaced and removed", true, {another}, {another}}}) {
        for (const bool linkLives : {false, true}) {
            SCOPED_TRACE(std::string(c.what) + (linkLives ? ", link lives" : ""));
            Machine m;
            Routing first(m.network, m.records, m.journal);
            m.network.table = {old};
            first.claim(both(), error);
            if (!linkLives) {
                std::erase_if(m.network.table, [](const Route& r) { return r.interface == 10; });
            }
            if (c.copyIsGone) {
                std::erase_if(m.network.table, [](const Route& r) { return r.interface == 2; });
            }
            m.network.table.insert(m.network.table.end(), c.added.begin(), c.added.end());
            Routing next(m.network, m.records, m.journal);
            next.hold();
            next.recover(m.records.records.at(Routing::kRecord));
            if (linkLives) {
                next.claim(both(), error);
            }
            next.settle();
            if (linkLives) {
                EXPECT_EQ(next.primary(), "isp");
                next.withdraw("isp");
            }
            EXPECT_EQ(m.network.table, c.after);
            EXPECT_TRUE(m.records.records.empty());
        }
    }
}

/// The daemon dies before each step of taking in another gateway; the link is gone when it lives again.
TEST_F(Families, ADeathWhileARivalIsReplacedLeavesOne) {
    struct Died {};
    struct Doom final : Fate {
        void step(const std::string&) override {
            if (++count == last) {
                throw Died{};
            }
        }
        int count = 0, last = 0;
    };
    const Route old = rival(0, "192.168.1.1");
    const Route another = rival(0, "192.168.1.254");
    int steps = 0;
    for (int step = 1; step <= steps || step == 1; ++step) {
        Machine m;
        Doom doom;
        DyingPorts dying(doom, m.ports());
        Routing first(dying.ports().network, dying.ports().records, m.journal);
        m.network.table = {old};
        first.claim(both(), error);
        doom.count = 0;
        doom.last = steps == 0 ? 0 : step;
        m.network.table.push_back(another);
        try {
            first.reconcile();
            steps = std::max(steps, doom.count);
            EXPECT_GT(steps, 4);
        } catch (const Died&) {
        }
        std::erase_if(m.network.table, [](const Route& r) { return r.interface == 10; });
        Routing next(m.network, m.records, m.journal);
        next.recover(m.records.records.at(Routing::kRecord));
        next.reconcile();
        EXPECT_EQ(m.network.table, std::vector<Route>{another}) << "step " << step;
        EXPECT_TRUE(m.records.records.empty());
        step = doom.last == 0 ? 0 : step; // the first round only counts
    }
}

TEST_F(Families, TheFirstClaimOfANewLifeDoesNotUndoTheOthers) {
    RouteClaim own = both("a", 11, 200);
    own.table = 77;
    own.lookUp = true;
    own.sources = {"10.0.0.1"};
    routing.claim(both("b", 10, 100), error);
    routing.claim(own, error);
    const auto before = table();
    const auto rules = machine.network.ruleTable;
    machine.network.mustHaveDefault = true;
    Routing next(machine.network, machine.records, machine.journal);
    next.hold();
    next.claim(own, error);
    EXPECT_EQ(table(), before);
    next.claim(both("b", 10, 100), error);
    next.settle();
    EXPECT_EQ(table(), before);
    EXPECT_EQ(machine.network.ruleTable, rules);
}

TEST_F(Families, TheOwnerIsWhoHasTheLowestMetric) {
    RouteClaim fixed = both("backup", 11);
    fixed.metric = fixed.metric6 = 700;
    routing.claim(fixed, error);
    EXPECT_EQ(routing.primary(), "backup");
    routing.claim(both(), error);
    EXPECT_EQ(winner(2), 10U);
    EXPECT_EQ(routing.primary(), "isp") << "whose metric is 50, though the other's name comes first";
    fixed.metric = 10;
    routing.claim(fixed, error);
    EXPECT_EQ(winner(2), 11U);
    EXPECT_EQ(routing.primary(), "backup");
}

TEST_F(Families, AMetricThatARivalHasTooDoesNotWin) {
    table() = {rival(100)};
    RouteClaim claim = both();
    claim.metric = 100;
    routing.claim(claim, error);
    EXPECT_EQ(routing.primary(), "") << "of equals the one that was there first";
    claim.metric = 99;
    routing.claim(claim, error);
    EXPECT_EQ(routing.primary(), "isp");
}

TEST_F(Families, TwoStaticRoutesThatIpv6WouldMergeAreOne) {
    RouteClaim one = both();
    one.routes = {{"2001:db8:7::/48", "fe80::1", std::nullopt}};
    RouteClaim two = both("two", 11);
    two.routes = one.routes;
    routing.claim(one, error);
    routing.claim(two, error);
    const auto count = std::count_if(table().begin(), table().end(),
                                     [](const Route& r) { return r.destination == "2001:db8:7::"; });
    EXPECT_EQ(count, 1);
    expectSettled();
}

TEST_F(Families, StaticRoutesOfBothFamilies) {
    RouteClaim claim = both();
    claim.defaultRoute = claim.defaultRoute6 = RoutePolicy::Never;
    claim.routes = {{"10.0.0.0/8", "", std::nullopt},
                    {"2001:DB8:0::/32", "", std::nullopt}, // the kernel writes it otherwise
                    {"2001:db8:1::/48", "FE80::0:1", 7}};
    ASSERT_TRUE(routing.claim(claim, error));
    ASSERT_EQ(table().size(), 3U);
    EXPECT_EQ(table()[1].destination, "2001:db8::");
    EXPECT_EQ(table()[1].prefix, 32);
    EXPECT_EQ(table()[1].metric, 1024U);
    EXPECT_EQ(table()[2].gateway, "fe80::1");
    EXPECT_EQ(table()[2].metric, 7U);
    expectSettled();
    claim.ip6 = claim.routed6 = false;
    ASSERT_TRUE(routing.claim(claim, error));
    EXPECT_EQ(table().size(), 1U) << "without IPv6 on the link there is no way for them";
    routing.withdraw("isp");
    EXPECT_TRUE(table().empty());
}

TEST_F(Families, ANamedTableHasRulesForEachAddress) {
    machine.network.global6[10] = {"2001:db8::5"};
    RouteClaim claim = both();
    claim.table = 77;
    claim.lookUp = true;
    claim.sources = {"10.64.0.100"};
    ASSERT_TRUE(routing.claim(claim, error));
    const std::vector<Rule> rules{{2, "10.64.0.100", 77}, {kInet6, "2001:db8::5", 77}};
    EXPECT_EQ(machine.network.ruleTable, rules);
    for (const Route& route : table()) {
        EXPECT_EQ(route.table, 77U);
    }
    EXPECT_EQ(table().size(), 2U);
    expectSettled();
    machine.network.ruleTable.clear(); // somebody flushes them
    routing.reconcile();
    EXPECT_EQ(machine.network.ruleTable, rules);
    claim.sources = {"10.64.0.101"}; // another address
    ASSERT_TRUE(routing.claim(claim, error));
    EXPECT_EQ(std::count(machine.network.ruleTable.begin(), machine.network.ruleTable.end(), rules[0]), 0);
    Routing next(machine.network, machine.records, machine.journal); // the link died with the daemon
    next.reconcile();
    EXPECT_TRUE(machine.network.ruleTable.empty());
    EXPECT_TRUE(table().empty());
}

TEST_F(Families, ARefusedRuleIsTold) {
    machine.network.refuseRules = true;
    RouteClaim claim = both();
    claim.table = 77;
    claim.lookUp = true;
    claim.sources = {"10.64.0.100"};
    EXPECT_FALSE(routing.claim(claim, error));
    EXPECT_NE(error.find("10.64.0.100"), std::string::npos) << error;
    EXPECT_EQ(machine.journal.lines.size(), 1U);
    routing.reconcile();
    EXPECT_EQ(machine.journal.lines.size(), 1U) << "once";
    EXPECT_NE(routing.trouble("isp"), "");
    machine.network.refuseRules = false;
    routing.reconcile();
    EXPECT_EQ(routing.trouble("isp"), "");
}

TEST_F(Families, ARefusalOfEitherFamilyIsKept) {
    machine.network.refuseRoutes = true;
    EXPECT_FALSE(routing.claim(both(), error));
    EXPECT_EQ(machine.journal.lines.size(), 2U);
    EXPECT_NE(error.find("; "), std::string::npos) << error;
}

} // namespace
