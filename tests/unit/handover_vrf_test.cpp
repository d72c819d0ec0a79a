// SPDX-License-Identifier: LGPL-2.1-or-later
// A link in a VRF, on a network of values.
#include "core/handover_vrf.hpp"

#include <gtest/gtest.h>

#include "core/handover_routes.hpp"
#include "support/fake_ports.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;

struct Vrf : testing::Test {
    FakeNetwork network;
    HandoverVrf part{network};
    Profile profile;
    LinkFacts facts;

    Vrf() {
        network.links["ppp0"] = {10, "ppp0", 1492, true, true};
        network.links["blue"] = {20, "blue", 65575, true, true, 0, 300};
        profile.ipv4.vrf = "blue";
        facts.ip4 = ip4();
        facts.ip6 = engine::Ip6Up{"ppp0", 10, {0, 0, 0, 0, 0, 0, 0, 1}, {0, 0, 0, 0, 0, 0, 0, 2}, 1492};
    }
    std::uint32_t master() { return network.links.at("ppp0").master; }
};

TEST_F(Vrf, TakesTheLinkInAndGivesItBack) {
    part.apply(profile, facts);
    EXPECT_EQ(master(), 20U);
    EXPECT_EQ(part.table(), 300U);
    EXPECT_TRUE(part.open());
    EXPECT_EQ(part.trouble(), "");
    ASSERT_EQ(network.given.size(), 1U) << "the kernel drops IPv6 addresses on the way";
    EXPECT_EQ(network.given.front().local, "fe80::0:0:0:1");
    const RouteClaim claim = claimFor("isp", profile, facts, part.table());
    EXPECT_EQ(claim.table, 300U);
    EXPECT_FALSE(claim.lookUp) << "a VRF has its own rule";
    part.withdraw();
    EXPECT_EQ(master(), 0U);
    EXPECT_TRUE(part.idle());
    EXPECT_FALSE(part.table());
}

TEST_F(Vrf, OneThatIsMissingIsSeenAndTakenWhenItComes) {
    const Link blue = network.links.at("blue");
    network.links.erase("blue");
    part.apply(profile, facts);
    EXPECT_FALSE(part.open()) << "its routes would go to table main";
    EXPECT_NE(part.trouble().find("blue"), std::string::npos);
    EXPECT_TRUE(part.inPlace()) << "nothing can be done about it";
    network.links["blue"] = {20, "blue", 1500, true, true}; // a bridge
    part.apply(profile, facts);
    EXPECT_FALSE(part.open());
    network.links["blue"] = blue;
    EXPECT_TRUE(part.concerns(blue));
    EXPECT_FALSE(part.inPlace());
    part.apply(profile, facts);
    EXPECT_TRUE(part.open());
    EXPECT_EQ(master(), 20U);
}

TEST_F(Vrf, WhoTakesItOutFindsItInAgain) {
    part.apply(profile, facts);
    network.links["ppp0"].master = 0;
    EXPECT_FALSE(part.inPlace());
    part.reapply();
    EXPECT_EQ(master(), 20U);
    network.links["ppp0"].master = 7; // and on the end it is theirs
    part.withdraw();
    EXPECT_EQ(master(), 7U);
}

TEST_F(Vrf, NoneIsWantedNoneIsTouched) {
    profile.ipv4.vrf.clear();
    network.links["ppp0"].master = 7;
    part.apply(profile, facts);
    EXPECT_TRUE(part.idle());
    part.withdraw();
    EXPECT_EQ(master(), 7U);
}

} // namespace
