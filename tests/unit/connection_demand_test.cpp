// SPDX-License-Identifier: LGPL-2.1-or-later
// A connection that waits for traffic: how the wait begins, what ends it, what stays and what goes meanwhile.
#include <gtest/gtest.h>

#include "connection_fixture.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

constexpr const char* kProfile =
    R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}, "ipv6": {"enabled": false},
        "on-demand": true, "idle-timeout": 60})";

struct Demand : Line {
    std::uint32_t index = 10; ///< of the next ppp0

    /// pppd has made its interface and waits.
    void ready() {
        m.network.links["ppp0"] = {index, "ppp0", 1492, true, true};
        phase(PPPM_PHASE_DORMANT);
        engine().report(engine::DemandReady{"ppp0", index, {10, 64, 64, 64}, {10, 112, 112, 112}, 1492});
        m.dns.answer();
    }
    void stand(const std::string& profile = kProfile) {
        start(profile);
        isp().up({}, [](const auto&) {});
        ready();
        ASSERT_EQ(state(), "waiting");
    }
    void call() {
        negotiate();
        engine().report(ip4("ppp0", index));
        m.dns.answer();
    }
    void end(std::uint32_t status) {
        Line::end(status);
        ++index;
    }
    bool routed() const {
        return std::any_of(m.network.table.begin(), m.network.table.end(), [this](const Route& r) {
            return r.protocol == kRouteProtocol && r.isDefault() && r.interface == index;
        });
    }
    void restart0() { // without a connection
        manager = std::make_unique<Manager>(m.ports());
        manager->load();
        manager->begin();
    }
    std::string phaseNow() { return isp().view().phase; }
};

TEST_F(Demand, UpStandsReadyAndLeadsTrafficToTheInterface) {
    start(kProfile);
    Answer up;
    isp().up({true, Duration(0)}, up.done());
    EXPECT_TRUE(m.engines.lastOnDemand);
    EXPECT_EQ(state(), "connecting");
    EXPECT_FALSE(up.came);
    ready();
    EXPECT_EQ(state(), "waiting");
    const View view = isp().view();
    EXPECT_EQ(view.phase, "demand");
    EXPECT_EQ(view.interface, "ppp0");
    EXPECT_EQ(view.interfaceIndex, 10U);
    EXPECT_EQ(view.localAddress, "") << "none is negotiated";
    EXPECT_EQ(view.enginePid, 4242U);
    EXPECT_EQ(view.reason, "");
    EXPECT_TRUE(view.wanted && view.defaultRoute);
    EXPECT_TRUE(routed());
    EXPECT_TRUE(m.dns.applied.empty()) << "no server is known yet";
    EXPECT_TRUE(up.came) << "it is as ready as it is to be";
    EXPECT_FALSE(up.error);
    EXPECT_EQ(isp().story().statistics().attempts, 0U);
    m.clock.advance(24h);
    EXPECT_EQ(phaseNow(), "demand") << "the wait has no end of its own";
}

TEST_F(Demand, ThePolicyNeverLeadsNothingToIt) {
    stand(R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}, "on-demand": true,
              "ipv6": {"enabled": false}, "ipv4": {"default-route": "never", "routes": [{"to": "10.9.0.0/16"}]}})");
    EXPECT_FALSE(routed());
    EXPECT_EQ(m.network.table.size(), 1U) << "the route of its own";
}

TEST_F(Demand, ServersOfTheProfileAreThereBeforeTheFirstCall) {
    stand(R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}, "on-demand": true,
              "ipv6": {"enabled": false}, "dns": {"mode": "static", "servers": ["192.0.2.53"]}})");
    ASSERT_EQ(m.dns.applied.size(), 1U);
    EXPECT_EQ(m.dns.applied[10].servers, std::vector<std::string>{"192.0.2.53"});
}

TEST_F(Demand, TrafficBringsItUpAndIdlenessBack) {
    stand();
    phase(PPPM_PHASE_SERIALCONN);
    EXPECT_EQ(state(), "connecting");
    EXPECT_EQ(phaseNow(), "discovery");
    EXPECT_EQ(isp().view().attempt, 1U);
    EXPECT_TRUE(routed());
    EXPECT_EQ(isp().view().localAddress, "");
    call();
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(isp().view().localAddress, "10.64.0.100");
    EXPECT_EQ(m.dns.applied[10].servers, std::vector<std::string>{"10.64.0.53"});
    EXPECT_TRUE(routed());
    m.clock.advance(5min);
    end(12);
    EXPECT_EQ(state(), "connecting") << "at once, no back-off: another pppd, for the next call";
    EXPECT_EQ(m.engines.launches, 2);
    EXPECT_TRUE(m.engines.lastOnDemand);
    ready();
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(phaseNow(), "demand");
    EXPECT_EQ(isp().view().reason, "idle-timeout");
    EXPECT_EQ(isp().view().attempt, 0U);
    EXPECT_TRUE(routed());
    EXPECT_EQ(m.dns.applied[11].servers, std::vector<std::string>{"10.64.0.53"})
        << "a lookup by name must make it dial, too";
    const Statistics& told = isp().story().statistics();
    EXPECT_EQ(told.sessions, 1U);
    EXPECT_EQ(told.attempts, 1U);
    EXPECT_EQ(told.failures, 0U) << "it ended as the profile asks";
    EXPECT_EQ(told.session.reason, "idle-timeout");
    call();
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(isp().story().statistics().sessions, 2U);
}

TEST_F(Demand, AFailedCallIsWaitedForWithoutRoutes) {
    stand();
    phase(PPPM_PHASE_SERIALCONN);
    m.clock.advance(15s);
    EXPECT_EQ(state(), "disconnecting");
    end(5);
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(phaseNow(), "backoff");
    EXPECT_EQ(isp().view().reason, "discovery-timeout");
    EXPECT_NE(isp().view().nextAttempt, 0U);
    EXPECT_TRUE(nothingApplied()) << "another way out must not be hidden by a dead one";
    toNextAttempt();
    ready();
    EXPECT_EQ(phaseNow(), "demand");
    EXPECT_EQ(isp().view().reason, "discovery-timeout") << "it is still what the last call ended with";
    EXPECT_EQ(isp().view().attempt, 1U);
    EXPECT_TRUE(routed());
    phase(PPPM_PHASE_SERIALCONN);
    EXPECT_EQ(isp().view().attempt, 2U);
    m.clock.advance(15s);
    end(5);
    const View second = isp().view();
    EXPECT_GT(second.nextAttempt, m.clock.wall(m.clock.now()) + 3'000'000) << "the second wait is longer";
}

TEST_F(Demand, UpWhileItWaitsDialsAtOnce) {
    stand();
    Answer up;
    isp().up({true, Duration(0)}, up.done());
    EXPECT_EQ(state(), "disconnecting");
    EXPECT_EQ(engine().terminated, 1);
    end(0);
    EXPECT_EQ(state(), "connecting");
    EXPECT_FALSE(m.engines.lastOnDemand) << "this one does not wait for traffic";
    EXPECT_FALSE(up.came);
    call();
    EXPECT_EQ(state(), "up");
    EXPECT_TRUE(up.came && !up.error);
    end(12);
    EXPECT_TRUE(m.engines.lastOnDemand) << "the next one does";
    ready();
    EXPECT_EQ(phaseNow(), "demand");
}

TEST_F(Demand, UpInTheBackoffDialsAtOnceAndAFailureWaitsForTrafficAgain) {
    stand();
    phase(PPPM_PHASE_SERIALCONN);
    end(8);
    ASSERT_EQ(phaseNow(), "backoff");
    Answer up;
    isp().up({true, Duration(0)}, up.done());
    EXPECT_FALSE(m.engines.lastOnDemand);
    end(8);
    ASSERT_TRUE(up.error);
    EXPECT_EQ(up.text().find("discovery-timeout"), 0U);
    toNextAttempt();
    EXPECT_TRUE(m.engines.lastOnDemand);
}

TEST_F(Demand, RedialOfARunningCallDialsAtOnce) {
    stand();
    call();
    Answer redialled;
    isp().redial({true, "test"}, redialled.done());
    end(5);
    EXPECT_FALSE(m.engines.lastOnDemand);
    call();
    EXPECT_TRUE(redialled.came && !redialled.error);
}

TEST_F(Demand, ASessionLimitGoesBackToTheWait) {
    stand(R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}, "on-demand": true,
              "ipv6": {"enabled": false}, "session-limit": "1h"})");
    call();
    m.clock.advance(1h);
    end(5);
    EXPECT_TRUE(m.engines.lastOnDemand);
    ready();
    EXPECT_EQ(phaseNow(), "demand");
}

TEST_F(Demand, DownEndsTheWait) {
    stand();
    Answer down;
    isp().down(true, down.done());
    EXPECT_EQ(engine().terminated, 1);
    EXPECT_TRUE(nothingApplied());
    EXPECT_FALSE(down.came);
    end(5);
    EXPECT_TRUE(down.came);
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(isp().view().reason, "user-request");
    EXPECT_EQ(isp().view().interface, "");
    EXPECT_EQ(m.engines.launches, 1);
    EXPECT_EQ(m.clock.armed(), 0U);
}

TEST_F(Demand, ADeadLineIsNotWaitedOn) {
    stand();
    m.network.change({2, "eth0", 1500, true, false});
    EXPECT_TRUE(nothingApplied()) << "another way out must not be hidden by a dead one";
    end(5);
    EXPECT_EQ(phaseNow(), "carrier");
    EXPECT_EQ(isp().view().reason, "no-carrier");
    m.network.change({2, "eth0", 1500, true, true});
    EXPECT_TRUE(m.engines.lastOnDemand);
    ready();
    EXPECT_EQ(phaseNow(), "demand");
}

/// The profile with one more key.
std::string another() {
    return R"({"metered": true,)" + std::string(kProfile).substr(1);
}

TEST_F(Demand, AChangedProfileAndNewSecretsCountForTheNextCall) {
    stand();
    m.profiles.password("isp", "another");
    isp().secretsChanged();
    end(5);
    ready();
    EXPECT_EQ(m.engines.lastPassword, "another");
    EXPECT_EQ(phaseNow(), "demand");
    EXPECT_EQ(isp().view().reason, "");
    isp().setProfile(another());
    end(5);
    ready();
    EXPECT_FALSE(isp().view().needsRedial);
    EXPECT_EQ(m.engines.launches, 3);
    isp().setProfile("{}");
    end(5);
    EXPECT_EQ(state(), "failed");
    EXPECT_EQ(isp().view().reason, "profile-invalid");
    EXPECT_TRUE(nothingApplied());
}

TEST_F(Demand, WhatChangesBeforeItStandsByCountsToo) {
    start(kProfile);
    isp().up({}, [](const auto&) {});
    m.profiles.password("isp", "another");
    isp().secretsChanged();
    ready();
    EXPECT_EQ(state(), "disconnecting") << "it was started with the old one";
    end(5);
    ready();
    EXPECT_EQ(m.engines.lastPassword, "another");
    EXPECT_EQ(phaseNow(), "demand");
    end(5); // somebody's SIGTERM
    toNextAttempt();
    isp().setProfile(another());
    ready();
    end(5);
    ready();
    EXPECT_EQ(phaseNow(), "demand");
    EXPECT_FALSE(isp().view().needsRedial);
}

TEST_F(Demand, SecretsThatWereRemovedAreNotUsed) {
    stand();
    manager->clearSecrets(isp());
    EXPECT_EQ(state(), "disconnecting");
    end(5);
    EXPECT_EQ(state(), "failed");
    EXPECT_EQ(isp().view().reason, "secrets-missing");
}

TEST_F(Demand, TheWishToDialAtOnceOutlivesTheDaemon) {
    stand();
    isp().up({}, [](const auto&) {});
    ASSERT_EQ(state(), "disconnecting");
    manager->handOver();
    m.engines.survivors.insert("isp");
    restart();
    end(5);
    EXPECT_FALSE(m.engines.lastOnDemand);
    EXPECT_EQ(state(), "connecting");
}

TEST_F(Demand, AnEngineThatDiesWhileItWaitsIsReplaced) {
    stand();
    m.network.removeInterface("ppp0");
    engine().end({{}, 9});
    EXPECT_EQ(phaseNow(), "backoff");
    EXPECT_EQ(isp().view().reason, "engine-failed");
    toNextAttempt();
    ++index;
    ready();
    EXPECT_EQ(phaseNow(), "demand");
    end(5); // somebody's SIGTERM
    EXPECT_EQ(isp().view().reason, "engine-failed");
    EXPECT_NE(isp().view().reasonText.find("waited for traffic"), std::string::npos);
}

TEST_F(Demand, AWaitOutlivesTheDaemon) {
    stand();
    call();
    end(12);
    ready();
    const View before = isp().view();
    manager->handOver();
    EXPECT_TRUE(engine().released);
    m.engines.survivors.insert("isp");
    restart();
    m.dns.answer();
    const View after = isp().view();
    EXPECT_EQ(after.state, "waiting");
    EXPECT_EQ(after.phase, "demand");
    EXPECT_EQ(after.stateSince, before.stateSince);
    EXPECT_EQ(after.reason, "idle-timeout");
    EXPECT_EQ(after.interfaceIndex, before.interfaceIndex);
    EXPECT_TRUE(after.defaultRoute);
    EXPECT_EQ(after.dnsServers, before.dnsServers);
    EXPECT_EQ(engine().terminated, 0);
    EXPECT_EQ(m.engines.launches, 2);
    call();
    EXPECT_EQ(state(), "up");
}

TEST_F(Demand, ACallThatBeganWhileNobodyLookedIsSeen) {
    stand();
    manager->handOver();
    m.engines.survivors.insert("isp");
    restart();
    engine().report(engine::PhaseChange{PPPM_PHASE_RUNNING}); // said again: all before it was lost
    EXPECT_EQ(state(), "connecting");
    engine().report(ip4("ppp0", index));
    m.dns.answer();
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(isp().story().statistics().attempts, 1U);
}

TEST_F(Demand, ACallThatEndedWhileNobodyLookedLeadsBackToTheWait) {
    stand();
    manager->handOver();
    m.engines.survivors.insert("isp");
    restart();
    negotiate();
    engine().report(ip4("ppp0", index));
    engine().report(engine::Ip4Down{});
    m.dns.answer();
    end(12);
    EXPECT_EQ(m.engines.launches, 2);
    ready();
    EXPECT_EQ(phaseNow(), "demand");
    EXPECT_EQ(isp().view().reason, "idle-timeout");
}

TEST_F(Demand, AnInterfaceThatIsToldOfTooLateCountsForNothing) {
    stand();
    phase(PPPM_PHASE_SERIALCONN);
    engine().report(engine::DemandReady{"ppp0", index, {10, 64, 64, 64}, {10, 112, 112, 112}, 1492});
    EXPECT_EQ(state(), "connecting");
}

TEST_F(Demand, SleepEndsTheWaitAndWakingBeginsItAnew) {
    stand();
    bool slept = false;
    manager->prepareSleep([&] { slept = true; });
    EXPECT_FALSE(slept);
    end(5);
    EXPECT_TRUE(slept);
    EXPECT_EQ(isp().view().reason, "suspend");
    manager->resumed();
    EXPECT_TRUE(m.engines.lastOnDemand);
    ready();
    EXPECT_EQ(phaseNow(), "demand");
    EXPECT_EQ(isp().view().reason, "");
}

TEST_F(Demand, ShutdownEndsTheWait) {
    stand();
    bool gone = false;
    manager->shutdown([&] { gone = true; });
    EXPECT_FALSE(gone);
    end(5);
    EXPECT_TRUE(gone);
    EXPECT_TRUE(nothingApplied());
    restart();
    ready();
    EXPECT_EQ(phaseNow(), "demand") << "it was wanted when the service stopped";
}

TEST_F(Demand, WhatSomebodyTakesFromTheWaitingInterfaceComesBack) {
    stand();
    m.network.links["ppp0"].up = false;
    m.network.change(m.network.links["ppp0"]);
    m.clock.advance(1min);
    EXPECT_TRUE(m.network.links["ppp0"].up) << "else nothing would ever make it dial";
}

TEST_F(Demand, WhoOpensAConnectionMeanwhileFollowsToTheNewAddress) {
    stand();
    EXPECT_EQ(m.network.follow, 1U);
    call();
    EXPECT_EQ(m.network.follow, 1U);
    manager->handOver();
    m.engines.survivors.insert("isp");
    restart();
    EXPECT_EQ(m.network.follow, 1U);
    isp().down(false, [](const auto&) {});
    end(5);
    EXPECT_EQ(m.network.follow, 0U);
    EXPECT_TRUE(m.records.records.empty());
}

TEST_F(Demand, WhatTheKernelDidForADaemonThatDiedIsTakenBack) {
    stand();
    manager.reset();
    m.network.removeInterface("ppp0");
    m.profiles.profiles.erase("isp");
    m.engines.survivors.clear();
    restart0();
    EXPECT_EQ(m.network.follow, 0U);
    EXPECT_EQ(m.records.records.count(MovingAddress::kRecord), 0U);
}

TEST_F(Demand, WhatSomebodyElseWantsOfTheKernelStays) {
    m.network.follow = 2;
    stand();
    isp().down(false, [](const auto&) {});
    end(5);
    EXPECT_EQ(m.network.follow, 2U);
}

TEST_F(Demand, WhatCannotBeRecordedIsNotDoneToTheKernel) {
    start(kProfile);
    m.records.full = true;
    isp().up({}, [](const auto&) {});
    EXPECT_EQ(m.network.follow, 0U);
    m.records.full = false;
}

TEST_F(Demand, ALinkThatIsNotOnDemandStaysDownWhenIdle) {
    start(R"({"type": "pppoe", "autoconnect": true, "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"},
              "ipv6": {"enabled": false}, "idle-timeout": 60})");
    Line::negotiate();
    address();
    ASSERT_EQ(state(), "up");
    Line::end(12);
    EXPECT_EQ(state(), "down");
    EXPECT_FALSE(isp().wanted());
    EXPECT_EQ(isp().view().reason, "idle-timeout");
    EXPECT_EQ(isp().story().statistics().failures, 0U);
    m.clock.advance(24h);
    EXPECT_EQ(state(), "down") << "until somebody asks";
    isp().up({}, [](const auto&) {});
    EXPECT_EQ(state(), "connecting");
}

} // namespace
