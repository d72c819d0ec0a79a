// SPDX-License-Identifier: LGPL-2.1-or-later
// IPv6 of a link beyond its peer: settings, routers that come and go, addresses, and what a person is told.
#include <gtest/gtest.h>

#include "connection_fixture.hpp"
#include "core/limits.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

constexpr const char* kBoth = R"({"type":"pppoe","pppoe":{"interface":"eth0"},"auth":{"user":"a"}})";
constexpr const char* kSixOnly =
    R"({"type":"pppoe","pppoe":{"interface":"eth0"},"auth":{"user":"a"},"ipv4":{"enabled":false}})";
constexpr const char* kNoRa =
    R"({"type":"pppoe","pppoe":{"interface":"eth0"},"auth":{"user":"a"},"ipv6":{"accept-ra":false}})";

struct Ip6Line : Line {
    void six() {
        m.network.links["ppp0"] = {10, "ppp0", 1492, true, true};
        engine().report(engine::Ip6Up{"ppp0", 10, {1, 2, 3, 4, 5, 6, 7, 8}, {8, 7, 6, 5, 4, 3, 2, 1}, 1492});
        m.dns.answer();
        m.clock.settle();
    }
    void bringUpBoth(const std::string& profile = kBoth) {
        start(profile);
        isp().up({}, [](const auto&) {});
        negotiate();
        address();
        six();
        ASSERT_EQ(state(), "up");
    }
    std::string detail(const std::string& key) {
        const View view = isp().view();
        const auto found = view.details.find(key);
        return found == view.details.end() ? "" : std::get<std::string>(found->second);
    }
    /// As it is recorded: what the routes go by.
    bool routed() {
        const auto record = recordFromJson(m.records.records.at("isp"));
        return record && record->facts.routed6;
    }
    void nextLife() {
        manager->handOver();
        m.engines.survivors.insert("isp");
        restart();
        m.dns.answer();
        m.clock.settle();
    }
    static Route byKernel(std::uint32_t interface, std::uint8_t protocol) {
        Route route;
        route.family = 10;
        route.interface = interface;
        route.metric = 1024;
        route.protocol = protocol;
        route.gateway = "fe80::1";
        return route;
    }
};

TEST_F(Ip6Line, TheKernelTakesPrefixesButNoDefaultRoute) {
    start(kBoth);
    isp().up({}, [](const auto&) {});
    negotiate();
    address();
    EXPECT_TRUE(m.ip6.accepts.empty());
    m.network.table.push_back(byKernel(10, 9));
    m.network.table.push_back(byKernel(2, 9));
    m.network.table.push_back(byKernel(10, 4));
    six();
    EXPECT_EQ(m.ip6.accepts, (std::map<std::string, bool>{{"ppp0", true}}));
    const auto& table = m.network.table;
    EXPECT_EQ(std::count(table.begin(), table.end(), byKernel(10, 9)), 0) << "it would compete";
    EXPECT_EQ(std::count(table.begin(), table.end(), byKernel(2, 9)), 1) << "not of our interface";
    EXPECT_EQ(std::count(table.begin(), table.end(), byKernel(10, 4)), 1) << "a person's";
    isp().down(false, [](const auto&) {});
    EXPECT_TRUE(m.ip6.accepts.empty());
    EXPECT_TRUE(m.ip6.listeners.empty());
    m.dns.answer();
    end();
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(m.clock.armed(), 0U);
}

TEST_F(Ip6Line, ARouterIsAFactOfTheLinkUntilItsLifetimeEnds) {
    bringUpBoth();
    EXPECT_EQ(m.ip6.solicitations, 1);
    EXPECT_FALSE(routed());
    EXPECT_EQ(detail("ipv6"), "to the peer only: no router answers");
    m.ip6.advertise(10, 1800s);
    EXPECT_TRUE(routed());
    EXPECT_EQ(detail("ipv6"), "");
    m.clock.advance(1799s);
    EXPECT_TRUE(routed());
    EXPECT_EQ(m.ip6.solicitations, 1) << "it has answered";
    m.clock.advance(2s);
    EXPECT_FALSE(routed());
    EXPECT_EQ(m.ip6.solicitations, 2) << "another one may be there";
}

TEST_F(Ip6Line, AnAdvertisementProlongsAndLifetimeZeroEnds) {
    bringUpBoth();
    m.ip6.advertise(10, 100s);
    m.clock.advance(90s);
    m.ip6.advertise(10, 100s);
    m.clock.advance(90s);
    EXPECT_TRUE(routed());
    m.ip6.advertise(10, 0s);
    EXPECT_FALSE(routed());
    m.clock.advance(4s);
    EXPECT_EQ(m.ip6.solicitations, 2) << "asked again";
}

constexpr const char* kOnly6 =
    R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}, "ipv4": {"enabled": false}})";

TEST_F(Ip6Line, NameServersOfTheRouterAreTheLinks) {
    start(kOnly6);
    isp().up({}, [](const auto&) {});
    negotiate();
    six();
    ASSERT_EQ(state(), "up") << "it does not wait for a router";
    EXPECT_TRUE(isp().view().dnsServers.empty());
    m.ip6.advertise(10, 1800s, {{"2001:db8::53", 600s}, {"2001:db8::54", 300s}});
    m.dns.answer();
    using Servers = std::vector<std::string>;
    EXPECT_EQ(isp().view().dnsServers, (Servers{"2001:db8::53", "2001:db8::54"}));
    EXPECT_EQ(state(), "up");
    m.clock.advance(301s);
    EXPECT_EQ(isp().view().dnsServers, (Servers{"2001:db8::53"})) << "the other one's time is over";
    nextLife();
    EXPECT_EQ(isp().view().dnsServers, (Servers{"2001:db8::53"})) << "before the router is heard again";
    m.clock.advance(2s);
    m.ip6.advertise(10, 1800s, {{"2001:db8::53", 0s}});
    m.clock.advance(2s);
    EXPECT_EQ(isp().view().dnsServers, Servers{});
}

TEST_F(Ip6Line, ARouterThatTellsManyNameServersIsHeardUpToALimit) {
    bringUpBoth();
    for (int n = 0; n < 100; ++n) {
        m.ip6.advertise(10, 1800s, {{"2001:db8::" + std::to_string(n + 1), std::chrono::seconds(1000 + n)}});
        m.clock.advance(2s);
    }
    const auto record = recordFromJson(m.records.records.at("isp"));
    EXPECT_EQ(record->facts.servers6.size(), limits::kDnsServers);
    EXPECT_EQ(record->facts.servers6.back().address, "2001:db8::100");
    isp().down(false, [](const auto&) {});
    m.dns.answer();
    end();
    EXPECT_EQ(m.clock.armed(), 0U);
}

TEST_F(Ip6Line, APeerThatChangesItsMindWithEveryPacketIsNotFollowedEachTime) {
    bringUpBoth();
    m.clock.advance(2s);
    m.ip6.advertise(10, 1800s);
    EXPECT_TRUE(routed());
    const auto first = m.records.records.at("isp");
    const int settings = m.ip6.settings;
    for (int n = 0; n < 100; ++n) {
        m.ip6.advertise(10, 0s);
        m.ip6.advertise(10, 1800s);
        m.ip6.advertise(10, 0s);
    }
    EXPECT_EQ(m.records.records.at("isp"), first);
    EXPECT_EQ(m.ip6.settings, settings) << "they were looked at with the first one";
    m.clock.advance(HandoverIp6::kPace);
    EXPECT_FALSE(routed()) << "what it said last";
    EXPECT_EQ(m.ip6.settings, settings + 1) << "once for all of them";
    m.clock.advance(10 * HandoverIp6::kPace);
    EXPECT_EQ(m.ip6.settings, settings + 1);
}

TEST_F(Ip6Line, ARouterIsAskedForUntilOneAnswers) {
    bringUpBoth();
    m.clock.advance(4s); // 4
    EXPECT_EQ(m.ip6.solicitations, 2);
    m.clock.advance(8s); // 12
    EXPECT_EQ(m.ip6.solicitations, 3);
    m.clock.advance(24h);
    EXPECT_GT(m.ip6.solicitations, 24);
    EXPECT_LT(m.ip6.solicitations, 40) << "once an hour at last";
}

TEST_F(Ip6Line, ASolicitationThatCannotBeSentYetIsSentSoon) {
    m.ip6.canSend = false;
    bringUpBoth();
    m.clock.advance(1s);
    EXPECT_GE(m.ip6.failures, 2);
    m.ip6.canSend = true;
    m.clock.advance(2s);
    EXPECT_EQ(m.ip6.solicitations, 1);
    m.ip6.canSend = false;
    const int before = m.ip6.failures;
    m.clock.advance(1h);
    EXPECT_LT(m.ip6.failures - before, 1000) << "not in a hurry for ever";
}

TEST_F(Ip6Line, AGlobalAddressIsEnough) {
    bringUpBoth();
    m.ip6.give(10, {"2001:db8::5/64"});
    m.clock.advance(HandoverIp6::kPace);
    EXPECT_TRUE(routed());
    EXPECT_EQ(isp().view().addresses6, (std::vector<std::string>{"2001:db8::5/64"}));
    m.ip6.give(10, {"2001:db8::5/64", "2001:db8:1::5/64"});
    EXPECT_EQ(isp().view().addresses6.size(), 2U);
    m.ip6.give(10, {});
    m.clock.advance(HandoverIp6::kPace);
    EXPECT_FALSE(routed());
    EXPECT_TRUE(isp().view().addresses6.empty());
}

TEST_F(Ip6Line, WithoutAdvertisementsNobodyIsAsked) {
    bringUpBoth(kNoRa);
    EXPECT_EQ(m.ip6.accepts, (std::map<std::string, bool>{{"ppp0", false}}));
    EXPECT_EQ(m.ip6.solicitations, 0);
    EXPECT_EQ(detail("ipv6"), "to the peer only");
    m.ip6.give(10, {"2001:db8::5/64"});
    m.clock.advance(HandoverIp6::kPace);
    EXPECT_TRUE(routed()) << "a person may have given it";
}

TEST_F(Ip6Line, TheNextLifeKnowsTheRouterAndListensAgain) {
    bringUpBoth();
    m.ip6.advertise(10, 1800s);
    m.clock.advance(600s);
    m.ip6.solicitations = 0;
    nextLife();
    EXPECT_EQ(state(), "up");
    EXPECT_TRUE(routed());
    EXPECT_EQ(m.ip6.solicitations, 1) << "it may have ended meanwhile";
    EXPECT_EQ(m.ip6.accepts, (std::map<std::string, bool>{{"ppp0", true}}));
    m.clock.advance(1199s);
    EXPECT_TRUE(routed());
    m.clock.advance(2s);
    EXPECT_FALSE(routed()) << "of the lifetime that the earlier life heard";
}

TEST_F(Ip6Line, AnAddressThatWentWhileNobodyLookedIsMissed) {
    bringUpBoth();
    m.ip6.give(10, {"2001:db8::5/64"});
    m.clock.advance(HandoverIp6::kPace);
    ASSERT_TRUE(routed());
    manager->handOver();
    m.ip6.addresses.clear();
    m.engines.survivors.insert("isp");
    restart();
    m.clock.settle();
    EXPECT_FALSE(routed());
}

TEST_F(Ip6Line, WhenIp6GoesAloneWhatItBroughtGoes) {
    bringUpBoth();
    m.ip6.advertise(10, 1800s);
    m.ip6.give(10, {"2001:db8::5/64"});
    engine().report(engine::Ip6Down{});
    m.dns.answer();
    EXPECT_EQ(state(), "up");
    EXPECT_FALSE(routed());
    EXPECT_TRUE(m.ip6.addresses[10].empty()) << "of a session that is over";
    EXPECT_TRUE(isp().view().addresses6.empty());
    EXPECT_EQ(isp().view().localAddress6, "");
    EXPECT_EQ(detail("ipv6"), "no answer");
    six();
    m.ip6.advertise(10, 1800s);
    m.clock.advance(HandoverIp6::kPace);
    EXPECT_TRUE(routed());
}

TEST_F(Ip6Line, SettingsThatSomebodyChangesComeBack) {
    bringUpBoth();
    m.ip6.accepts["ppp0"] = false;
    m.ip6.advertise(10, 1800s);
    EXPECT_TRUE(m.ip6.accepts["ppp0"]);
    m.ip6.accepts["ppp0"] = false;
    m.network.takeAddress(10);
    m.clock.advance(5s);
    EXPECT_TRUE(m.ip6.accepts["ppp0"]) << "with every repair, too";
}

TEST_F(Ip6Line, WhatTheKernelRefusesIsTold) {
    m.ip6.refusal = "accept_ra: Read-only file system";
    bringUpBoth();
    EXPECT_NE(detail("trouble").find("cannot set up IPv6 of ppp0: accept_ra: Read-only file system"),
              std::string::npos);
    EXPECT_EQ(state(), "up") << "but holds up nothing";
}

TEST_F(Ip6Line, ALinkOfIp6Alone) {
    start(kSixOnly);
    Answer up;
    isp().up({true, 0s}, up.done());
    negotiate();
    six();
    EXPECT_EQ(state(), "up");
    EXPECT_TRUE(up.came && !up.error);
    EXPECT_EQ(detail("ipv4"), "off");
    EXPECT_EQ(isp().view().interface, "ppp0");
    EXPECT_EQ(isp().view().localAddress, "");
    m.ip6.advertise(10, 1800s);
    m.clock.settle();
    EXPECT_TRUE(routed());
    nextLife();
    EXPECT_EQ(state(), "up");
    isp().down(false, [](const auto&) {});
    m.dns.answer();
    end();
    EXPECT_EQ(state(), "down");
    EXPECT_TRUE(m.ip6.accepts.empty());
    EXPECT_EQ(m.clock.armed(), 0U);
}

TEST_F(Ip6Line, WhichFamilyIsMissingAndWhy) {
    start(kBoth);
    isp().up({}, [](const auto&) {});
    negotiate();
    address();
    EXPECT_EQ(detail("ipv6"), "") << "there is still time";
    m.clock.advance(1s);
    ASSERT_EQ(state(), "up");
    EXPECT_EQ(detail("ipv6"), "no answer");
    EXPECT_EQ(detail("ipv4"), "");
    engine().report(engine::ProtocolRejected{0x8057});
    EXPECT_EQ(detail("ipv6"), "refused by the peer");
}

TEST_F(Ip6Line, TheOtherFamilyMayBeTheMissingOne) {
    start(kBoth);
    isp().up({}, [](const auto&) {});
    negotiate();
    six();
    m.clock.advance(1s);
    ASSERT_EQ(state(), "up");
    EXPECT_EQ(detail("ipv4"), "no answer");
    const auto since = isp().view().stateSince;
    address();
    EXPECT_EQ(detail("ipv4"), "");
    EXPECT_EQ(isp().view().localAddress, "10.64.0.100");
    EXPECT_EQ(isp().view().stateSince, since) << "no change of state";
}

constexpr const char* kDelegating =
    R"({"type":"pppoe","pppoe":{"interface":"eth0"},"auth":{"user":"a"},"ipv6":{"prefix-delegation":true}})";

using Prefixes = std::vector<std::string>;

TEST_F(Ip6Line, APrefixIsAskedForWhenIp6IsUpAndCounts) {
    start(kDelegating);
    isp().up({}, [](const auto&) {});
    negotiate();
    address();
    EXPECT_TRUE(m.prefixes.running.empty());
    six();
    ASSERT_EQ(m.prefixes.running.count("isp"), 1U);
    EXPECT_EQ(m.prefixes.running["isp"].interface, "ppp0");
    EXPECT_EQ(m.prefixes.running["isp"].enginePid, 4242U);
    EXPECT_FALSE(routed());
    m.prefixes.report("isp", {{"2001:db8:1::/56", m.clock.now() + 100s}});
    EXPECT_TRUE(routed());
    EXPECT_EQ(isp().view().delegatedPrefixes, (Prefixes{"2001:db8:1::/56"}));
    EXPECT_EQ(m.prefixes.guarded, (std::set<std::string>{"2001:db8:1::/56"}));
    isp().down(false, [](const auto&) {});
    EXPECT_TRUE(m.prefixes.running.empty());
    EXPECT_TRUE(m.prefixes.guarded.empty());
    m.dns.answer();
    end();
    EXPECT_EQ(m.clock.armed(), 0U);
    EXPECT_TRUE(isp().view().delegatedPrefixes.empty());
}

TEST_F(Ip6Line, NobodyIsAskedForAPrefixWhereTheProfileWantsNone) {
    bringUpBoth();
    EXPECT_TRUE(m.prefixes.running.empty());
}

TEST_F(Ip6Line, AnotherPrefixTakesThePlaceOfTheOldOne) {
    bringUpBoth(kDelegating);
    m.prefixes.report("isp", {{"2001:db8:1::/56", m.clock.now() + 100s}});
    m.prefixes.report("isp", {{"2001:db8:2::/56", m.clock.now() + 100s}});
    EXPECT_EQ(isp().view().delegatedPrefixes, (Prefixes{"2001:db8:2::/56"}));
    EXPECT_EQ(m.prefixes.guarded, (std::set<std::string>{"2001:db8:2::/56"}));
    m.prefixes.report("isp", {});
    m.clock.advance(HandoverIp6::kPace);
    EXPECT_FALSE(routed());
    EXPECT_TRUE(m.prefixes.guarded.empty());
}

TEST_F(Ip6Line, APrefixThatIsNotRenewedEndsWithItsTime) {
    bringUpBoth(kDelegating);
    m.prefixes.report("isp",
                      {{"2001:db8:1::/56", m.clock.now() + 100s}, {"2001:db8:2::/56", m.clock.now() + 200s}});
    m.clock.advance(101s);
    EXPECT_EQ(isp().view().delegatedPrefixes, (Prefixes{"2001:db8:2::/56"}));
    EXPECT_TRUE(routed());
    m.clock.advance(101s);
    EXPECT_TRUE(isp().view().delegatedPrefixes.empty());
    EXPECT_FALSE(routed());
    EXPECT_TRUE(m.prefixes.guarded.empty());
}

TEST_F(Ip6Line, TheNextLifeTakesUpTheClientAndItsPrefix) {
    bringUpBoth(kDelegating);
    m.prefixes.report("isp", {{"2001:db8:1::/56", m.clock.now() + 1000s}});
    nextLife();
    EXPECT_EQ(m.prefixes.running.count("isp"), 1U);
    EXPECT_EQ(m.prefixes.running["isp"].enginePid, 4242U);
    EXPECT_EQ(isp().view().delegatedPrefixes, (Prefixes{"2001:db8:1::/56"}));
    EXPECT_TRUE(routed());
    EXPECT_EQ(m.prefixes.guarded.size(), 1U);
}

TEST_F(Ip6Line, EachSessionAsksAnew) {
    bringUpBoth(kDelegating);
    m.prefixes.report("isp", {{"2001:db8:1::/56", m.clock.now() + 1000s}});
    engine().report(engine::Ip6Down{});
    m.dns.answer();
    EXPECT_TRUE(m.prefixes.running.empty());
    EXPECT_TRUE(m.prefixes.guarded.empty());
    EXPECT_TRUE(isp().view().delegatedPrefixes.empty());
    six();
    EXPECT_EQ(m.prefixes.running.count("isp"), 1U);
    EXPECT_TRUE(isp().view().delegatedPrefixes.empty()) << "of an earlier session";
}

TEST_F(Ip6Line, WithoutAClientThatIsSaid) {
    m.prefixes.trouble = "no prefix is asked for: /usr/sbin/dhcpcd is missing (package dhcpcd-base)";
    bringUpBoth(kDelegating);
    EXPECT_NE(detail("trouble").find("dhcpcd is missing"), std::string::npos);
    m.prefixes.refusal = "Operation not permitted";
    m.prefixes.report("isp", {{"2001:db8:1::/56", m.clock.now() + 1000s}});
    EXPECT_NE(
        detail("trouble").find("packets to unused parts of 2001:db8:1::/56 go in circles: Operation not"),
        std::string::npos);
}

} // namespace
