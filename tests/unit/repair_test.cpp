// SPDX-License-Identifier: LGPL-2.1-or-later
// What somebody else takes from a link that is up comes back, and a fight over it stays slow.
#include <gtest/gtest.h>

#include "connection_fixture.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

constexpr int kInet6 = 10;

struct Repair : Line {
    long told(const std::string& part) const {
        return std::count_if(m.journal.lines.begin(), m.journal.lines.end(),
                             [&](const std::string& line) { return line.find(part) != std::string::npos; });
    }
    long repairs() {
        const auto all = isp().story().timeline().last(0);
        return std::count_if(all.begin(), all.end(),
                             [](const TimelineEntry& entry) { return entry.what == "repaired"; });
    }
    std::string trouble() {
        const auto details = isp().view().details;
        const auto found = details.find("trouble");
        return found == details.end() ? "" : std::get<std::string>(found->second);
    }
    bool hasDefault() const {
        return std::any_of(m.network.table.begin(), m.network.table.end(),
                           [](const Route& r) { return r.isDefault() && r.interface == 10; });
    }
    void later(Duration by = RepairPace::kGrace) {
        m.clock.advance(by);
        m.dns.answer();
    }
    void expectWhole() {
        EXPECT_EQ(state(), "up");
        EXPECT_EQ(isp().view().phase, "running");
        EXPECT_TRUE(m.network.taken.empty());
        EXPECT_TRUE(m.network.links["ppp0"].up);
        EXPECT_TRUE(hasDefault());
        EXPECT_EQ(m.dns.applied.count(10), 1U);
        EXPECT_EQ(m.engines.launches, 1);
    }
    /// What happens between the two lives, before the first sees it.
    template <typename Meanwhile> void dieAndComeBack(Meanwhile meanwhile) {
        manager->handOver();
        m.engines.survivors.insert("isp");
        manager.reset();
        meanwhile();
        restart();
        m.dns.answer();
    }
};

TEST_F(Repair, AnAddressComesBackWithRoutesAndDns) {
    start();
    bringUp();
    const int pushes = m.dns.pushes;
    m.network.takeAddress(10);
    later(RepairPace::kGrace - 1us);
    EXPECT_TRUE(m.network.given.empty()) << "it may be the orderly end";
    later(1us);
    ASSERT_EQ(m.network.given.size(), 1U);
    EXPECT_EQ(m.network.given[0], (LinkAddress{2, 10, "10.64.0.100", "10.64.0.1"}));
    expectWhole();
    EXPECT_EQ(m.dns.pushes, pushes + 1);
    EXPECT_EQ(told("somebody took the address 10.64.0.100 of ppp0; repaired"), 1);
    EXPECT_EQ(repairs(), 1);
    EXPECT_EQ(trouble(), "");
    EXPECT_EQ(m.clock.armed(), 0U) << "and nothing wakes the daemon any more";
}

TEST_F(Repair, ALinkThatIsSetDownComesUpWithItsRoutes) {
    start();
    bringUp();
    m.network.takeDown("ppp0");
    EXPECT_FALSE(hasDefault());
    EXPECT_EQ(told("cannot add route"), 0) << "a link that is down has no routes, which is no error";
    later();
    m.network.change(m.network.links["ppp0"]);
    expectWhole();
    EXPECT_EQ(told("somebody set ppp0 down; repaired"), 1);
    EXPECT_EQ(repairs(), 1);
    EXPECT_EQ(m.clock.armed(), 0U);
}

TEST_F(Repair, RoutesReturnWhenSomebodySetsTheLinkUpAgain) {
    start();
    bringUp();
    m.network.takeDown("ppp0");
    m.network.change({10, "ppp0", 1492, true, true});
    EXPECT_TRUE(hasDefault()) << "before any repair";
    later();
    expectWhole();
    EXPECT_EQ(repairs(), 0);
}

TEST_F(Repair, ALargerMtuThanAgreedIsTakenBackAndASmallerOneIsNot) {
    start();
    bringUp();
    m.network.change({10, "ppp0", 1400, true, true});
    later();
    EXPECT_EQ(m.network.links["ppp0"].mtu, 1400U);
    m.network.change({10, "ppp0", 9000, true, true});
    later();
    EXPECT_EQ(m.network.links["ppp0"].mtu, 1492U);
    EXPECT_EQ(told("somebody raised the MTU of ppp0 to 9000; repaired"), 1);
    EXPECT_EQ(repairs(), 1);
}

TEST_F(Repair, TheLinkLocalAddressOfIp6ComesBackToo) {
    start(R"({"type":"pppoe","pppoe":{"interface":"eth0"},"auth":{"user":"alice"}})");
    isp().up({}, [](const auto&) {});
    negotiate();
    address();
    engine().report(engine::Ip6Up{"ppp0", 10, {0, 0, 0, 0, 0, 0, 0, 9}, {0, 0, 0, 0, 0, 0, 0, 8}, 1492});
    m.dns.answer();
    m.network.takeAddress(10, kInet6);
    later();
    ASSERT_EQ(m.network.given.size(), 1U);
    EXPECT_EQ(m.network.given[0], (LinkAddress{kInet6, 10, "fe80::0:0:0:9", "fe80::0:0:0:8"}));
    expectWhole();
    m.network.links["ppp0"].mtu = 1000;
    m.network.takeAddress(10, kInet6);
    later();
    EXPECT_EQ(m.network.given.size(), 1U) << "the kernel has no IPv6 on such a link";
}

TEST_F(Repair, NothingIsPutBackAtAnOrderlyEnd) {
    start();
    bringUp();
    m.network.takeAddress(10); // the kernel's word before the engine's
    engine().report(engine::Ip4Down{});
    later(1s);
    EXPECT_TRUE(m.network.given.empty());
    address();
    m.network.takeAddress(10);
    phase(PPPM_PHASE_TERMINATE);
    later(1s);
    EXPECT_TRUE(m.network.given.empty());
    end();
    EXPECT_EQ(repairs(), 0);
    EXPECT_EQ(told("somebody"), 0);
}

TEST_F(Repair, NothingIsPutBackAfterDownOrADeath) {
    start();
    bringUp();
    m.network.takeAddress(10);
    isp().down(false, [](const auto&) {});
    m.network.takeDown("ppp0");
    later(1s);
    EXPECT_TRUE(m.network.given.empty());
    EXPECT_FALSE(m.network.links["ppp0"].up);
    end();
    isp().up({}, [](const auto&) {});
    negotiate();
    m.network.taken.clear();
    address();
    m.network.takeAddress(10);
    m.network.removeInterface("ppp0"); // pppd was killed; its end is not known yet
    later(1s);
    EXPECT_TRUE(m.network.given.empty());
    EXPECT_EQ(told("somebody"), 0);
}

TEST_F(Repair, AnotherLinksLossIsNoneOfOurs) {
    start();
    bringUp();
    m.network.takeAddress(7);
    EXPECT_EQ(m.clock.armed(), 0U);
    m.network.takeAddress(0); // notices were lost: looked at, and nothing is missing
    EXPECT_EQ(m.clock.armed(), 1U);
    later();
    EXPECT_EQ(repairs(), 0);
}

TEST_F(Repair, WhatWasTakenWhileNoDaemonLivedComesBack) {
    start();
    bringUp();
    dieAndComeBack([&] {
        m.network.takeAddress(10);
        m.network.takeDown("ppp0");
    });
    EXPECT_EQ(state(), "up");
    later();
    m.network.change(m.network.links["ppp0"]);
    expectWhole();
    EXPECT_EQ(told("somebody set ppp0 down and took the address 10.64.0.100 of ppp0; repaired"), 1);
    EXPECT_EQ(repairs(), 1);
}

TEST_F(Repair, ANewAddressThatWasNegotiatedMeanwhileCountsAndNotTheOldOne) {
    start();
    bringUp();
    dieAndComeBack([&] { m.network.takeAddress(10); });
    engine().report(engine::Ip4Down{});
    later();
    EXPECT_TRUE(m.network.given.empty());
    EXPECT_EQ(repairs(), 0);
}

TEST_F(Repair, AFightIsSlowVisibleAndToldOnce) {
    start();
    bringUp();
    for (int i = 0; i < 5; ++i) {
        ASSERT_EQ(trouble(), "") << i;
        m.network.takeAddress(10);
        later();
        ASSERT_EQ(m.network.given.size(), static_cast<std::size_t>(i) + 1);
    }
    EXPECT_EQ(trouble(),
              "somebody undoes the link again and again (took the address 10.64.0.100 of ppp0); it "
              "is put right every 10 s only");
    EXPECT_EQ(told("again and again"), 1);
    const BootTime since = m.clock.now();
    for (std::size_t i = 6; i < 30; ++i) {
        m.network.takeAddress(10);
        later(RepairPace::kSlow - 1us);
        ASSERT_EQ(m.network.given.size(), i - 1);
        later(1us);
        ASSERT_EQ(m.network.given.size(), i);
    }
    EXPECT_EQ(m.clock.now() - since, RepairPace::kSlow * 24);
    EXPECT_EQ(told("again and again"), 1);
    EXPECT_EQ(repairs(), 5) << "a fight must not push everything else out of the story";
    EXPECT_EQ(told("; repaired"), 5);
    expectWhole();

    later(RepairPace::kCalm - 1us);
    EXPECT_NE(trouble(), "");
    m.network.takeAddress(10);
    later(1us);
    EXPECT_EQ(trouble(), "");
    later();
    EXPECT_EQ(repairs(), 6) << "at once, told, and not forgotten over the end of the fight";
    expectWhole();
    EXPECT_EQ(m.clock.armed(), 0U);
}

TEST_F(Repair, RareLossesAreNoFight) {
    start();
    bringUp();
    for (int i = 0; i < 20; ++i) {
        m.network.takeAddress(10);
        later(RepairPace::kWindow / 4);
    }
    EXPECT_EQ(trouble(), "");
    EXPECT_EQ(repairs(), 20);
}

TEST_F(Repair, AKernelThatRefusesIsAskedSlowlyAndSaysWhy) {
    start();
    bringUp();
    m.network.refuseAddresses = true;
    m.network.takeAddress(10);
    later(5s);
    const std::string words =
        "cannot put right that somebody took the address 10.64.0.100 of ppp0 (refused in this test)";
    EXPECT_EQ(trouble(), words);
    EXPECT_EQ(told(words), 1);
    EXPECT_EQ(m.network.addressTries, 5);
    later(60s);
    EXPECT_LE(m.network.addressTries, 11);
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(repairs(), 0);
    m.network.refuseAddresses = false;
    later(10s);
    expectWhole();
    EXPECT_EQ(trouble().find(words), std::string::npos);
}

TEST_F(Repair, ALossBeforeTheLinkIsUpIsPutRightToo) {
    start();
    isp().up({}, [](const auto&) {});
    negotiate();
    m.network.links["ppp0"] = {10, "ppp0", 1492, false, false};
    engine().report(ip4());
    m.dns.answer();
    EXPECT_EQ(state(), "connecting") << "no route goes over a link that is down";
    m.network.change(m.network.links["ppp0"]);
    later();
    EXPECT_EQ(m.network.links["ppp0"].up, true);
    m.network.change(m.network.links["ppp0"]);
    m.dns.answer();
    expectWhole();
}

TEST_F(Repair, TheEnginesWordMayComeBeforeTheKernels) {
    start();
    isp().up({}, [](const auto&) {});
    negotiate();
    m.network.links["ppp0"] = {10, "ppp0", 1492, false, false};
    m.network.snapshotLags = true;
    engine().report(ip4());
    m.dns.answer();
    EXPECT_EQ(state(), "up") << "the kernel is asked, not the memory of it";
    m.network.change({10, "ppp0", 1492, true, true});
    later();
    expectWhole();
    EXPECT_EQ(repairs(), 0);
}

TEST_F(Repair, ALinkThatComesUpLateGetsItsRoutes) {
    start();
    isp().up({}, [](const auto&) {});
    negotiate();
    m.network.links["ppp0"] = {10, "ppp0", 1492, false, false};
    engine().report(ip4());
    m.dns.answer();
    EXPECT_EQ(state(), "connecting");
    m.network.change({10, "ppp0", 1492, true, true});
    m.dns.answer();
    expectWhole();
    later();
    EXPECT_EQ(repairs(), 0);
}

} // namespace
