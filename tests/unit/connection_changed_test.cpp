// SPDX-License-Identifier: LGPL-2.1-or-later
// A profile that is changed or spoilt while its connection is dialled, queued or waits: the next attempt goes
// by it.
#include "connection_fixture.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

constexpr const char* kSerial =
    R"({"type": "serial", "serial": {"device": "/dev/ttyS9"}, "auth": {"user": "alice"}})";
constexpr const char* kDemand =
    R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}, "ipv6": {"enabled": false},
        "on-demand": true, "idle-timeout": 60})";

struct ChangedProfile : Line {
    void put(const std::string& text) {
        m.profiles.profiles["isp"] = text;
        manager->reload();
    }
    static std::string on(const std::string& port, const std::string& more = {}, const std::string& in = {}) {
        return R"({"type": "pppoe", "pppoe": {"interface": ")" + port + "\"" + in +
               R"(}, "auth": {"user": "alice"}, "ipv6": {"enabled": false})" + more + "}";
    }
    static std::string uniq(const std::string& digits) {
        return on("eth0", "", R"(, "host-uniq": ")" + digits + "\"");
    }
    void secondPort() {
        m.network.links["eth1"] = m.network.links["eth0"];
        m.network.links["eth1"].name = "eth1";
        m.network.links["eth1"].index = 3;
    }
    void queued(const std::string& profile) {
        for (int n = 0; n < 8; ++n) {
            m.addProfile("b" + std::to_string(n));
        }
        start(profile);
        for (int n = 0; n < 8; ++n) {
            manager->get("b" + std::to_string(n)).up({}, [](const auto&) {});
        }
        isp().up({}, [](const auto&) {});
        ASSERT_EQ(isp().view().phase, "queued");
    }
    void dormant() {
        isp().up({}, [](const auto&) {});
        m.network.links["ppp0"] = {10, "ppp0", 1492, true, true};
        phase(PPPM_PHASE_DORMANT);
        readyForTraffic();
        ASSERT_EQ(state(), "waiting");
    }
    void readyForTraffic() {
        engine().report(engine::DemandReady{"ppp0", 10, {10, 64, 64, 64}, {10, 112, 112, 112}, 1492});
        m.dns.answer();
    }
};

TEST_F(ChangedProfile, SpoiltInTheQueueItIsNotDialled) {
    queued(Machine::kProfile);
    put("{");
    m.clock.advance(10s);
    EXPECT_EQ(m.engines.of("isp"), nullptr);
    EXPECT_EQ(state(), "failed");
    EXPECT_EQ(isp().view().reason, "profile-invalid");
}

TEST_F(ChangedProfile, WhatWasMadeForTheEarlierOneGoes) {
    queued(on("eth0", "", R"(, "vlan": 7)"));
    put(on("eth0", "", R"(, "vlan": 8)"));
    m.clock.advance(10s);
    isp().down(false, [](const auto&) {});
    if (m.engines.of("isp") != nullptr) {
        end();
    }
    EXPECT_EQ(state(), "down");
    EXPECT_TRUE(m.network.madeLinks().empty());
}

TEST_F(ChangedProfile, AFaultOfTheEarlierOneIsNoneOfTheNext) {
    start();
    isp().up({}, [](const auto&) {});
    put(on("eth0", R"(, "dns": {"mode": "off"})"));
    engine().report(engine::Exit{2});
    engine().end({2, {}});
    EXPECT_EQ(state(), "waiting");
    m.clock.advance(24h);
    EXPECT_NE(m.engines.of("isp"), nullptr);
}

TEST_F(ChangedProfile, NoLongerWaitsForTheEarlierPort) {
    secondPort();
    m.network.links["eth0"].carrier = false;
    start();
    isp().up({}, [](const auto&) {});
    m.clock.advance(10s);
    ASSERT_EQ(state(), "waiting");
    put(on("eth1"));
    EXPECT_EQ(state(), "connecting");
    EXPECT_NE(m.engines.of("isp"), nullptr);
}

/// The next daemon finds it in a backoff, for a reason that would be waited out by an event.
TEST_F(ChangedProfile, ABackoffEndsWithTheNextDaemonToo) {
    for (const std::string& next : {std::string(kSerial), on("eth1")}) {
        start();
        bringUp();
        put(next);
        m.network.links["eth0"].carrier = false;
        end(16);
        EXPECT_EQ(isp().view().phase, "backoff");
        manager->handOver();
        restart();
        EXPECT_EQ(isp().view().phase, "backoff");
        EXPECT_NE(isp().view().nextAttempt, 0U);
        m.clock.advance(1h);
        EXPECT_EQ(isp().view().phase, "device") << "it was tried";
        isp().down(false, [](const auto&) {});
        m.network.links["eth0"].carrier = true;
    }
}

TEST_F(ChangedProfile, WaitingForTrafficItIsTakenUpByTheNextDaemon) {
    for (const bool broken : {false, true}) {
        SCOPED_TRACE(broken);
        start(kDemand);
        dormant();
        manager->handOver();
        m.profiles.profiles["isp"] = broken ? "{" : on("eth0", R"(, "on-demand": true, "idle-timeout": 99)");
        m.engines.survivors.insert("isp");
        restart();
        m.dns.answer();
        readyForTraffic(); // said again to each daemon
        EXPECT_EQ(state(), "disconnecting");
        isp().down(false, [](const auto&) {});
        if (m.engines.of("isp") != nullptr) {
            end();
        }
    }
}

TEST_F(ChangedProfile, WhoIsIdleByTheEarlierOneIsDialledByTheNext) {
    start(kDemand);
    dormant();
    isp().redial({}, [](const auto&) {});
    end();
    m.dns.answer();
    ASSERT_NE(m.engines.of("isp"), nullptr);
    negotiate();
    address();
    ASSERT_EQ(state(), "up");
    put(on("eth0", R"(, "autoconnect": true)"));
    end(12);
    EXPECT_TRUE(isp().view().wanted);
    EXPECT_NE(state(), "down");
}

TEST_F(ChangedProfile, ThePhaseIsThatOfTheRunningOne) {
    start();
    isp().up({}, [](const auto&) {});
    put(kSerial);
    phase(PPPM_PHASE_SERIALCONN);
    EXPECT_EQ(isp().view().phase, "discovery");
}

/// "two" looks for a session with the Host-Uniq that its stored profile no longer has.
TEST_F(ChangedProfile, ASessionOfTheRunningOneIsNotRefused) {
    m.addProfile("two", uniq("0aff"));
    start(uniq("0aff"));
    manager->get("two").up({}, [](const auto&) {});
    m.engines.of("two")->report(engine::PhaseChange{PPPM_PHASE_SERIALCONN});
    m.profiles.profiles["two"] = uniq("0b");
    manager->reload();
    isp().up({}, [](const auto&) {});
    phase(PPPM_PHASE_SERIALCONN);
    engine().report(engine::Discovery{{2, 0, 0, 0, 0, 1}, "isp-ac"});
    isp().down(false, [](const auto&) {});
    EXPECT_EQ(m.network.late, 0);
}

/// Renamed into place, and the folder could not be flushed: the call failed, and is made again.
TEST_F(ChangedProfile, TheSameOnceMoreIsTaken) {
    start();
    const std::string now = on("eth0", R"(, "metered": true)");
    m.profiles.profiles["isp"] = now;
    EXPECT_NO_THROW(manager->updateProfile(isp(), now));
    EXPECT_TRUE(isp().view().metered);
}

} // namespace
