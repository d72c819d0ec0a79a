// SPDX-License-Identifier: LGPL-2.1-or-later
// The firewall zone of a link: there before an address is, told again to a firewall that has forgotten, and
// taken back by whichever daemon sees the end.
#include "connection_fixture.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using Strings = std::vector<std::string>;

constexpr const char* kZoned =
    R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}, "ipv6": {"enabled": false},
        "firewall-zone": "wan"})";

struct ZonedLine : Line {
    void SetUp() override { start(kZoned); }
    void hold() { engine().report(engine::ReadyWanted{"ppp0", 10}); }
    void dialToHold() {
        isp().up({}, [](const auto&) {});
        phase(PPPM_PHASE_SERIALCONN);
        phase(PPPM_PHASE_ESTABLISH);
        hold();
    }
    std::string details(const char* key) {
        const View view = isp().view();
        const auto found = view.details.find(key);
        return found == view.details.end() ? "" : std::get<std::string>(found->second);
    }
    void zonedUp() {
        dialToHold();
        m.firewall.answer();
        phase(PPPM_PHASE_NETWORK);
        address();
        m.firewall.answer();
    }
    void finish(std::uint32_t status = 5) {
        end(status);
        m.firewall.answer();
    }
};

struct FirewalldLine : ZonedLine {
    void SetUp() override {
        m.firewall.runs = true;
        ZonedLine::SetUp();
    }
};

TEST_F(ZonedLine, TheGroupIsSetBeforeTheEngineGoesOn) {
    dialToHold();
    EXPECT_EQ(m.firewall.groups[10], 17U);
    EXPECT_EQ(engine().wentOn, 1);
    phase(PPPM_PHASE_NETWORK);
    address();
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(m.firewall.calls, (Strings{"group 10 17"})) << "once is enough";
    EXPECT_EQ(engine().wentOn, 1);
    EXPECT_EQ(details("trouble"), "");
}

TEST_F(ZonedLine, AnUnknownGroupIsTroubleAndNotTheEndOfTheLink) {
    m.firewall.names.clear();
    dialToHold();
    EXPECT_EQ(engine().wentOn, 1);
    phase(PPPM_PHASE_NETWORK);
    address();
    EXPECT_EQ(state(), "up");
    EXPECT_NE(details("trouble").find("there is no interface group \"wan\""), std::string::npos)
        << details("trouble");
    EXPECT_FALSE(m.records.records.contains(".zones"));
}

TEST_F(ZonedLine, WhatCannotBeRecordedIsNotDone) {
    isp().up({}, [](const auto&) {});
    m.records.full = true;
    hold();
    EXPECT_TRUE(m.firewall.calls.empty());
    EXPECT_EQ(engine().wentOn, 1);
    EXPECT_NE(details("trouble").find("cannot be recorded"), std::string::npos) << details("trouble");
}

TEST_F(ZonedLine, ALinkWithoutAZoneAsksNobody) {
    m.profiles.profiles["isp"] = Machine::kProfile;
    manager->reload();
    dialToHold();
    EXPECT_EQ(engine().wentOn, 1);
    EXPECT_TRUE(m.firewall.calls.empty());
}

TEST_F(FirewalldLine, TheEngineWaitsForTheFirewall) {
    dialToHold();
    EXPECT_EQ(engine().wentOn, 0);
    m.firewall.answer();
    EXPECT_EQ(m.firewall.zones["ppp0"], "wan");
    EXPECT_EQ(engine().wentOn, 1);
    EXPECT_TRUE(m.firewall.groups.empty());
    phase(PPPM_PHASE_NETWORK);
    address();
    EXPECT_EQ(state(), "up");
}

TEST_F(FirewalldLine, AnEngineThatDoesNotWaitGetsItsRoutesBehindTheZone) {
    bringUp();
    EXPECT_EQ(state(), "connecting");
    EXPECT_TRUE(m.network.table.empty());
    m.firewall.answer();
    m.dns.answer();
    EXPECT_EQ(state(), "up");
    EXPECT_FALSE(m.network.table.empty());
}

TEST_F(FirewalldLine, ARefusalIsTroubleAndTheEngineGoesOn) {
    m.firewall.error = "INVALID_ZONE: wan";
    dialToHold();
    m.firewall.answer();
    EXPECT_EQ(engine().wentOn, 1);
    phase(PPPM_PHASE_NETWORK);
    address();
    EXPECT_EQ(state(), "up");
    EXPECT_NE(details("trouble").find("INVALID_ZONE"), std::string::npos) << details("trouble");
    m.firewall.error.clear();
    m.firewall.changed(); // reloaded, with that zone
    m.firewall.answer();
    EXPECT_EQ(m.firewall.zones["ppp0"], "wan");
    EXPECT_EQ(details("trouble"), "");
    EXPECT_EQ(state(), "up");
}

TEST_F(FirewalldLine, ANewFirewallIsToldAgain) {
    zonedUp();
    m.firewall.restart(false);
    EXPECT_EQ(m.firewall.groups[10], 17U) << "without one a group stands for the zone";
    m.firewall.restart(true);
    m.firewall.answer();
    EXPECT_EQ(m.firewall.zones["ppp0"], "wan");
    EXPECT_EQ(m.firewall.groups[10], 0U);
    EXPECT_EQ(state(), "up");
}

TEST_F(FirewalldLine, TheZoneStaysUntilTheInterfaceHasGone) {
    zonedUp();
    isp().down(false, [](const auto&) {});
    m.dns.answer();
    m.firewall.answer();
    EXPECT_EQ(m.firewall.zones["ppp0"], "wan") << "pppd still talks to the peer";
    finish();
    EXPECT_TRUE(m.firewall.zones.empty());
    EXPECT_EQ(state(), "down");
    EXPECT_FALSE(m.records.records.contains(".zones"));
}

TEST_F(FirewalldLine, APeerThatNegotiatesAnewFindsTheZone) {
    zonedUp();
    engine().report(engine::Ip4Down{});
    m.dns.answer();
    m.firewall.answer();
    EXPECT_EQ(m.firewall.zones["ppp0"], "wan");
    address();
    EXPECT_EQ(state(), "up");
}

TEST_F(FirewalldLine, TheZoneThatTheNameHadComesBack) {
    m.firewall.zones["ppp0"] = "external";
    zonedUp();
    EXPECT_EQ(m.firewall.zones["ppp0"], "wan");
    isp().down(false, [](const auto&) {});
    finish();
    EXPECT_EQ(m.firewall.zones["ppp0"], "external");
}

TEST_F(FirewalldLine, AFirewallThatNeverAnswersDoesNotHoldTheEndUp) {
    zonedUp();
    m.firewall.hangs = true;
    isp().down(false, [](const auto&) {});
    end();
    EXPECT_EQ(state(), "disconnecting");
    m.clock.advance(std::chrono::seconds(10));
    EXPECT_EQ(state(), "down");
    EXPECT_TRUE(m.records.records.contains(".zones")) << "it is not done yet";
    m.firewall.hangs = false;
    m.firewall.answer();
    EXPECT_TRUE(m.firewall.zones.empty());
    EXPECT_FALSE(m.records.records.contains(".zones"));
}

TEST_F(FirewalldLine, WhatFailedAtTheEndIsTriedAgain) {
    zonedUp();
    m.firewall.error = "firewalld does not answer";
    isp().down(false, [](const auto&) {});
    finish();
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(m.firewall.zones["ppp0"], "wan");
    m.firewall.error.clear();
    m.firewall.changed();
    m.firewall.answer();
    EXPECT_TRUE(m.firewall.zones.empty());
    EXPECT_FALSE(m.records.records.contains(".zones"));
}

TEST_F(FirewalldLine, TheNextLifeTakesBackWhatADeadEngineLeft) {
    zonedUp();
    manager.reset();
    m.engines.running.clear();
    m.network.removeInterface("ppp0");
    m.profiles.profiles["isp"] = Machine::kProfile; // and dials without a zone
    restart();
    m.firewall.answer();
    EXPECT_TRUE(m.firewall.zones.empty());
    EXPECT_FALSE(m.records.records.contains(".zones"));
}

TEST_F(FirewalldLine, TheNextLifeTakesBackWhatARemovedConnectionLeft) {
    zonedUp();
    manager.reset();
    m.profiles.profiles.clear();
    restart();
    m.firewall.answer();
    EXPECT_TRUE(m.firewall.zones.empty());
    EXPECT_FALSE(m.records.records.contains(".zones"));
}

TEST_F(FirewalldLine, ALinkThatLivesOnKeepsItsZone) {
    m.firewall.zones["ppp0"] = "external";
    zonedUp();
    manager->handOver();
    manager.reset();
    m.engines.survivors.insert("isp");
    restart();
    m.firewall.answer();
    m.dns.answer();
    EXPECT_EQ(m.firewall.zones["ppp0"], "wan");
    EXPECT_EQ(state(), "up");
    isp().down(false, [](const auto&) {});
    finish();
    EXPECT_EQ(m.firewall.zones["ppp0"], "external") << "as the first life found it";
}

TEST_F(FirewalldLine, WhatIsInForceDoesNotWaitForAFirewallInTheNextLife) {
    zonedUp();
    const auto routes = m.network.table;
    const auto clamp = m.filter.table;
    ASSERT_FALSE(routes.empty());
    ASSERT_FALSE(clamp.empty());
    manager->handOver();
    manager.reset();
    m.engines.survivors.insert("isp");
    m.network.hadNoDefault = false;
    m.network.mustHaveDefault = true;
    restart();
    EXPECT_EQ(m.network.table, routes) << "before the firewall has answered";
    EXPECT_FALSE(m.network.hadNoDefault);
    EXPECT_EQ(m.filter.table, clamp);
    m.firewall.answer();
    m.dns.answer();
    EXPECT_EQ(m.network.table, routes);
    EXPECT_EQ(state(), "up");
}

TEST_F(FirewalldLine, AQuestionThatTheLastDaemonDiedOverIsAnswered) {
    dialToHold();
    manager->handOver();
    manager.reset();
    m.firewall.pending.clear();
    m.engines.survivors.insert("isp");
    restart();
    hold(); // the plugin says it again
    m.firewall.answer();
    EXPECT_EQ(m.firewall.zones["ppp0"], "wan");
    EXPECT_EQ(engine().wentOn, 1);
}

TEST_F(FirewalldLine, AnotherLinkOfTheSameNameIsNotDisturbed) {
    m.addProfile("other", kZoned);
    manager->reload();
    zonedUp();
    Connection& other = manager->get("other");
    other.up({}, [](const auto&) {});
    FakeEngine& second = *m.engines.of("other");
    second.report(engine::PhaseChange{PPPM_PHASE_ESTABLISH});
    second.report(
        engine::ReadyWanted{"ppp0", 11}); // the kernel gave the name anew before we heard of the end
    m.firewall.answer();
    isp().down(false, [](const auto&) {});
    finish();
    EXPECT_EQ(m.firewall.zones["ppp0"], "wan");
    EXPECT_EQ(second.wentOn, 1);
    other.down(false, [](const auto&) {});
    second.report(engine::Exit{5});
    second.end({5, {}});
    m.firewall.answer();
    EXPECT_TRUE(m.firewall.zones.empty());
}

// ---- proxy ARP

constexpr const char* kProxied =
    R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}, "ipv6": {"enabled": false},
        "ipv4": {"proxy-arp": true}})";

struct ProxiedLine : ZonedLine {
    void SetUp() override {
        m.neighbours.lan = 5;
        start(kProxied);
    }
    const ProxyEntry entry{5, "lan0", "10.64.0.1"};
};

TEST_F(ProxiedLine, ThePeerIsAnsweredForWhileTheLinkIsUp) {
    bringUp();
    EXPECT_EQ(m.neighbours.entries, std::vector{entry});
    EXPECT_EQ(details("trouble"), "");
    isp().down(false, [](const auto&) {});
    end();
    EXPECT_TRUE(m.neighbours.entries.empty());
    EXPECT_FALSE(m.records.records.contains(".proxy-arp"));
}

TEST_F(ProxiedLine, WithoutAnInterfaceThatFitsThereIsTroubleUntilOneComes) {
    m.neighbours.lan = 0;
    bringUp();
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(details("trouble"), "proxy ARP: no interface has a network with the peer's address 10.64.0.1");
    m.neighbours.lan = 5;
    m.network.change({5, "lan0", 1500, true, true});
    EXPECT_EQ(m.neighbours.entries, std::vector{entry});
    EXPECT_EQ(details("trouble"), "");
}

TEST_F(ProxiedLine, TheKernelsWordsAreShown) {
    m.neighbours.refuse = true;
    bringUp();
    EXPECT_NE(details("trouble").find("10.64.0.1 on lan0: refused in this test"), std::string::npos);
    m.neighbours.refuse = false;
    m.neighbours.hinders = "no forwarding";
    m.network.change({5, "lan0", 1500, true, true});
    EXPECT_EQ(details("trouble"), "proxy ARP: no forwarding");
}

TEST_F(ProxiedLine, AnEntryOfSomebodyElseStays) {
    m.neighbours.entries = {entry};
    m.neighbours.others = true;
    bringUp();
    isp().down(false, [](const auto&) {});
    end();
    EXPECT_EQ(m.neighbours.entries, std::vector{entry});
}

TEST_F(ProxiedLine, TwoLinksWithOnePeerShareTheEntry) {
    m.addProfile("other", kProxied);
    manager->reload();
    bringUp();
    manager->get("other").up({}, [](const auto&) {});
    FakeEngine& second = *m.engines.of("other");
    m.network.links["ppp1"] = {11, "ppp1", 1492, true, true};
    second.report(engine::PhaseChange{PPPM_PHASE_NETWORK});
    second.report(ip4("ppp1", 11));
    m.dns.answer();
    isp().down(false, [](const auto&) {});
    end();
    EXPECT_EQ(m.neighbours.entries, std::vector{entry});
    manager->get("other").down(false, [](const auto&) {});
    m.network.removeInterface("ppp1");
    second.report(engine::Exit{5});
    second.end({5, {}});
    m.dns.answer();
    EXPECT_TRUE(m.neighbours.entries.empty());
}

TEST_F(ProxiedLine, TheNextLifeRemovesWhatADeadEngineLeft) {
    bringUp();
    manager.reset();
    m.engines.running.clear();
    m.network.removeInterface("ppp0");
    restart();
    EXPECT_TRUE(m.neighbours.entries.empty());
    EXPECT_FALSE(m.records.records.contains(".proxy-arp"));
}

} // namespace
