// SPDX-License-Identifier: LGPL-2.1-or-later
// The metrics of our default routes, beside fixed ones of siblings and among rivals, on a table of values.
#include "core/route_plan.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace {

using namespace ppp::core;

constexpr int kInet = 2, kInet6 = 10;

/// The kernel's table, and whoever carries plans out.
struct Metrics : testing::Test {
    std::map<std::string, RouteClaim> claims;
    std::vector<Route> table;
    std::vector<Displaced> displaced;
    int family = kInet;
    std::string primary;

    RouteClaim& claim(const std::string& name, std::uint32_t interface, std::int32_t priority = 100,
                      std::optional<std::uint32_t> metric = {}) {
        RouteClaim& out = claims[name];
        out = {};
        out.connection = name;
        out.interface = interface;
        out.priority = priority;
        out.ip4 = family == kInet;
        out.ip6 = out.routed6 = family == kInet6;
        (family == kInet ? out.metric : out.metric6) = metric;
        return out;
    }
    Route rival(std::uint32_t metric, std::uint32_t interface = 2) const {
        Route route;
        route.family = family;
        route.gateway = family == kInet ? "192.168.1.1" : "fe80::1";
        route.interface = interface;
        route.metric = metric;
        route.protocol = 16; // dhcp
        return route;
    }
    RoutePlan plan() const {
        std::vector<RouteClaim> all;
        for (const auto& [name, one] : claims) {
            all.push_back(one);
        }
        const auto shift = [](const void*, const Route& route, std::uint32_t metric) {
            Route copy = route;
            copy.metric = metric;
            return copy;
        };
        return planRoutes(all, table, displaced, shift, nullptr);
    }
    void erase(const Route& route) { std::erase(table, route); }
    void unrecord(const Displaced& one) { std::erase(displaced, one); }
    void carryOut() {
        const RoutePlan now = plan();
        for (const Displaced& one : now.displace) {
            std::erase_if(displaced, [&](const Displaced& d) { return sameRoute(d.shifted, one.shifted); });
            displaced.push_back(one);
            erase(one.shifted);
            table.push_back(one.shifted);
            erase(one.original);
        }
        for (const Displaced& one : now.drop) {
            erase(one.shifted);
            unrecord(one);
        }
        table.insert(table.end(), now.add.begin(), now.add.end());
        for (const Displaced& one : now.restore) {
            table.push_back(one.original);
            erase(one.shifted);
            std::erase_if(displaced, [&](const Displaced& d) { return sameRoute(d.shifted, one.shifted); });
        }
        for (const Route& route : now.remove) {
            erase(route);
        }
        for (const Displaced& one : now.forget) {
            unrecord(one);
        }
        primary = family == kInet ? now.primary : now.primary6;
    }
    std::vector<std::uint32_t> metricsOf(std::uint32_t interface) const {
        std::vector<std::uint32_t> out;
        for (const Route& route : table) {
            if (route.interface == interface) {
                out.push_back(route.metric);
            }
        }
        return out;
    }
    /// By the metric alone; of equals the first.
    const Route& winner() const {
        return *std::min_element(table.begin(), table.end(),
                                 [](const Route& a, const Route& b) { return a.metric < b.metric; });
    }
};

using Numbers = std::vector<std::uint32_t>;

TEST_F(Metrics, AnAutomaticOneIsNeverTheFixedOneOfAnother) {
    for (const int each : {kInet, kInet6}) {
        claims.clear();
        table.clear();
        family = each;
        claim("backup", 11, 200);
        carryOut();
        EXPECT_EQ(metricsOf(11), (Numbers{50}));
        claim("isp", 10, 1, 50);
        carryOut();
        EXPECT_EQ(metricsOf(10), (Numbers{50}));
        EXPECT_EQ(metricsOf(11), (Numbers{51})) << "a kept one is changed";
        EXPECT_EQ(primary, "isp");
        EXPECT_EQ(winner().interface, 10U);
        claim("third", 12, 300);
        claim("other", 13, 1, 52);
        carryOut();
        EXPECT_EQ(metricsOf(12), (Numbers{53})) << "a new one goes past it";
    }
}

TEST_F(Metrics, NorThatOfADefaultRouteThatAProfileNames) {
    claim("isp", 10);
    claim("vpn", 11).routes = {{"0.0.0.0/0", "", 50}};
    claims["vpn"].defaultRoute = RoutePolicy::Never;
    carryOut();
    EXPECT_EQ(metricsOf(11), (Numbers{50}));
    EXPECT_EQ(metricsOf(10), (Numbers{51}));
}

TEST_F(Metrics, AFixedOneTakesNoRoomFromTheOthersBelowARival) {
    table = {rival(52)};
    claim("fixed", 10, 1, 51);
    claim("a", 11);
    claim("b", 12);
    carryOut();
    EXPECT_EQ(metricsOf(11), (Numbers{49}));
    EXPECT_EQ(metricsOf(12), (Numbers{50}));
    EXPECT_TRUE(displaced.empty()) << "there is room";
    table = {rival(3)};
    claim("fixed", 10, 1, 1);
    carryOut();
    EXPECT_EQ(metricsOf(11), (Numbers{0}));
    EXPECT_EQ(metricsOf(12), (Numbers{2}));
    EXPECT_TRUE(displaced.empty()) << "there is just enough room";
    claim("second", 13, 1, 2);
    carryOut();
    EXPECT_EQ(displaced.size(), 1U);
    EXPECT_EQ(metricsOf(2), (Numbers{4000}));
}

TEST_F(Metrics, AFixedOneFarAwayMakesNobodyMove) {
    claim("fixed", 99, 200, 700);
    for (std::uint32_t n = 0; n < 30; ++n) {
        claim("isp" + std::to_string(100 + n), 10 + n);
    }
    carryOut();
    Route stale;
    stale.interface = 98; // of a link that is gone
    stale.metric = 900;
    table.push_back(stale);
    auto before = table;
    claims.erase("isp100");
    carryOut();
    std::erase_if(before, [](const Route& route) { return route.interface == 10 || route.interface == 98; });
    EXPECT_EQ(table, before);
    claims["fixed"].metric.reset();
    carryOut();
    EXPECT_EQ(metricsOf(99), (Numbers{80})) << "nor one that no longer is fixed";
    EXPECT_EQ(metricsOf(11), (Numbers{51}));
}

TEST_F(Metrics, ManyFixedOnesMakeNobodyMove) {
    for (std::uint32_t n = 0; n < 200; ++n) {
        claim("fixed" + std::to_string(n), 100 + n, 100, 50 + n);
    }
    claim("a", 11);
    claim("b", 12);
    claim("c", 13);
    carryOut();
    EXPECT_EQ(metricsOf(11), (Numbers{250}));
    claims.erase("a");
    carryOut();
    EXPECT_EQ(metricsOf(12), (Numbers{251}));
}

TEST_F(Metrics, OfTwoWithOneFixedMetricTheOneThatWasThereFirstWins) {
    claim("b", 11, 200, 50);
    carryOut();
    EXPECT_EQ(primary, "b");
    claim("a", 10, 1, 50);
    for (int n = 0; n < 2; ++n) {
        carryOut();
        EXPECT_EQ(winner().interface, 11U);
        EXPECT_EQ(primary, "b") << "as the kernel does";
    }
    table.clear();
    carryOut();
    EXPECT_EQ(winner().interface, 10U);
    EXPECT_EQ(primary, "a") << "both are new: as ranked";
}

struct RandomMetrics : Metrics {
    std::mt19937 random{7};
    std::vector<Route> foreign;

    std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random() % end); }
    void step() {
        const std::uint32_t what = below(10);
        const std::uint32_t number = below(10);
        const std::string name = "l" + std::to_string(number);
        if (what < 5) {
            const std::vector<std::uint32_t> fixed{1, 2, 3, 49, 50, 51, 53, 700};
            const bool automatic = below(3) != 0;
            claim(name, 10 + number, static_cast<std::int32_t>(below(3)),
                  automatic ? std::nullopt : std::optional(fixed[below(8)]));
        } else if (what < 8) {
            if (below(2) == 0) { // the kernel is faster
                std::erase_if(table, [&](const Route& route) { return route.interface == 10 + number; });
            }
            claims.erase(name);
        } else if (const Route one = rival(1 + below(70), 2 + below(4));
                   std::none_of(foreign.begin(), foreign.end(),
                                [&](const Route& route) { return route.interface == one.interface; })) {
            foreign.push_back(one);
            table.push_back(one);
        }
        carryOut();
    }
    const std::optional<std::uint32_t>& fixed(const RouteClaim& one) const {
        return family == kInet ? one.metric : one.metric6;
    }
    std::uint32_t lowestRival() const {
        std::uint32_t out = UINT32_MAX;
        for (const Route& route : table) {
            out = route.interface < 10 ? std::min(out, route.metric) : out;
        }
        return out;
    }
    void checkAutomatic() const {
        std::vector<std::tuple<std::int32_t, std::string, std::uint32_t>> ranked;
        for (const auto& [name, one] : claims) {
            const auto mine = metricsOf(one.interface);
            ASSERT_EQ(mine.size(), 1U) << name;
            if (fixed(one)) {
                EXPECT_EQ(mine[0], *fixed(one));
                continue;
            }
            ranked.emplace_back(one.priority, name, mine[0]);
            EXPECT_LT(mine[0], lowestRival()) << name;
            EXPECT_EQ(std::count_if(table.begin(), table.end(),
                                    [&](const Route& route) { return route.metric == mine[0]; }),
                      1)
                << name;
        }
        std::sort(ranked.begin(), ranked.end());
        for (std::size_t n = 1; n < ranked.size(); ++n) {
            EXPECT_LT(std::get<2>(ranked[n - 1]), std::get<2>(ranked[n]));
        }
    }
    void checkPrimary() const {
        const bool ours = !claims.empty() && winner().interface >= 10 && winner().metric < lowestRival();
        EXPECT_EQ(primary, ours ? "l" + std::to_string(winner().interface - 10) : "");
    }
    void checkForeign() const {
        const bool automatic = std::any_of(claims.begin(), claims.end(),
                                           [&](const auto& entry) { return !fixed(entry.second); });
        if (!automatic) {
            EXPECT_TRUE(displaced.empty());
            for (const Route& one : foreign) {
                EXPECT_EQ(metricsOf(one.interface), (Numbers{one.metric}));
            }
        }
    }
};

TEST_F(RandomMetrics, AreRankedBelowRivalsUniqueAndAtRest) {
    for (int round = 0; round < 300; ++round) {
        claims.clear();
        table.clear();
        displaced.clear();
        foreign.clear();
        family = round % 2 == 0 ? kInet : kInet6;
        for (int n = 0; n < 40; ++n) {
            step();
            EXPECT_TRUE(plan().empty()) << "there is more to be done";
            checkAutomatic();
            checkPrimary();
            checkForeign();
            ASSERT_FALSE(HasFailure()) << "round " << round << " step " << n;
        }
    }
}

TEST_F(RandomMetrics, OneThatGoesTooFarIsNumberedAnewAtOnce) {
    for (std::uint32_t n = 1; n < 500; ++n) {
        claim("isp" + std::to_string(10000 + n), 10 + n);
        if (n > 2) {
            claims.erase("isp" + std::to_string(10000 + n - 2));
        }
        carryOut();
        ASSERT_TRUE(plan().empty()) << n;
    }
}

} // namespace
