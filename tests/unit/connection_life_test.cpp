// SPDX-License-Identifier: LGPL-2.1-or-later
// A connection across starts, restarts and stops of the daemon, and of the resolver.
#include <gtest/gtest.h>

#include "connection_fixture.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

TEST_F(Line, AutoconnectDialsAtTheStart) {
    start(
        R"({"type":"pppoe","autoconnect":true,"pppoe":{"interface":"eth0"},"auth":{"user":"a"},"ipv6":{"enabled":false}})");
    EXPECT_EQ(state(), "connecting");
    EXPECT_TRUE(isp().wanted());
}

TEST_F(Line, ALinkPutDownByHandStaysDownOverARestart) {
    start(
        R"({"type":"pppoe","autoconnect":true,"pppoe":{"interface":"eth0"},"auth":{"user":"a"},"ipv6":{"enabled":false}})");
    isp().down(false, [](const auto&) {});
    end();
    EXPECT_FALSE(m.records.records.empty());
    manager->handOver();
    restart();
    EXPECT_EQ(state(), "down");
    EXPECT_FALSE(isp().wanted());
}

TEST_F(Line, ARunningLinkIsTakenOver) {
    start();
    bringUp();
    const View before = isp().view();
    manager->handOver();
    EXPECT_TRUE(engine().released);
    m.engines.survivors.insert("isp");
    m.dns.pushes = 0;
    restart();
    m.dns.answer();
    const View after = isp().view();
    EXPECT_EQ(after.state, "up");
    EXPECT_EQ(after.connectedAt, before.connectedAt);
    EXPECT_EQ(after.localAddress, before.localAddress);
    EXPECT_EQ(m.engines.launches, 1);
    EXPECT_TRUE(after.defaultRoute);
}

TEST_F(Line, AnEngineThatDiedWhileNobodyLookedIsRedialled) {
    start();
    bringUp();
    manager->handOver();
    manager.reset();
    m.network.removeInterface("ppp0");
    restart();
    EXPECT_EQ(state(), "waiting");
    m.clock.advance(10s);
    EXPECT_EQ(state(), "connecting");
    EXPECT_TRUE(nothingApplied());
}

TEST_F(Line, WhatADeadPppdLeftInFilesGoes) {
    start();
    isp().up({}, [](const auto&) {});
    engine().report(engine::Hello{777, "2.4.9"});
    negotiate();
    address();
    m.dns.answer();
    ASSERT_EQ(state(), "up");
    manager->handOver();
    manager.reset();
    m.network.removeInterface("ppp0");
    restart();
    EXPECT_EQ(m.engines.tidied, std::set<std::uint32_t>{777}) << "it died while nobody looked";
    m.engines.tidied.clear();
    m.clock.advance(10s);
    engine().report(engine::Hello{778, "2.4.9"});
    engine().end({std::nullopt, 9});
    EXPECT_EQ(m.engines.tidied, std::set<std::uint32_t>{778}) << "it was killed";
    m.engines.tidied.clear();
    m.clock.advance(60s);
    engine().report(engine::Hello{779, "2.4.9"});
    end(16);
    EXPECT_TRUE(m.engines.tidied.empty()) << "it tidied up itself";
}

TEST_F(Line, AWaitGoesOnAfterARestart) {
    start();
    isp().up({}, [](const auto&) {});
    end(8);
    ASSERT_EQ(state(), "waiting");
    const auto next = isp().view().nextAttempt;
    manager->handOver();
    restart();
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(isp().view().nextAttempt, next);
    EXPECT_EQ(m.engines.launches, 1);
}

TEST_F(Line, AnEngineOfARemovedProfileIsLetGo) {
    start();
    m.engines.survivors.insert("gone");
    restart();
    EXPECT_EQ(m.engines.dropped.count("gone"), 1U);
}

TEST_F(Line, ShutdownKeepsWanted) {
    start();
    bringUp();
    bool gone = false;
    manager->shutdown([&] { gone = true; });
    m.dns.answer();
    end();
    EXPECT_TRUE(gone);
    EXPECT_TRUE(nothingApplied());
    restart();
    EXPECT_EQ(state(), "connecting") << "it was wanted when the service stopped";
}

TEST_F(Line, DnsIsPushedAgainToANewResolver) {
    start();
    bringUp();
    m.dns.applied.clear();
    m.dns.changed();
    m.dns.answer();
    EXPECT_EQ(m.dns.applied.size(), 1U);
}

} // namespace
