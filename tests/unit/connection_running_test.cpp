// SPDX-License-Identifier: LGPL-2.1-or-later
// A profile that is changed under its link: what runs goes by the one it was dialled with, until it ends.
#include "connection_fixture.hpp"

#include <algorithm>

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

constexpr const char* kNever =
    R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}, "ipv6": {"enabled": false},
        "ipv4": {"default-route": "never"}, "dns": {"mode": "off"}})";
constexpr const char* kSerial =
    R"({"type": "serial", "serial": {"device": "/dev/ttyS9"}, "auth": {"user": "alice"}})";

struct RunningProfile : Line {
    bool hasDefault() const {
        return std::any_of(m.network.table.begin(), m.network.table.end(),
                           [](const Route& r) { return r.protocol == kRouteProtocol && r.isDefault(); });
    }
    void put(const std::string& text) {
        m.profiles.profiles["isp"] = text;
        manager->reload();
    }
    void nextDaemon() {
        manager->handOver();
        m.engines.survivors.insert("isp");
        restart();
        m.dns.answer();
    }
    /// Ports eth0 and eth1, both down.
    void twoPorts() {
        for (const std::uint32_t n : {0U, 1U}) {
            Link link = m.network.links["eth0"];
            link.name = "eth" + std::to_string(n);
            link.index = 2 + n;
            link.up = link.carrier = false;
            m.network.links[link.name] = link;
        }
    }
    static std::string on(const std::string& port, const std::string& more = {}) {
        return R"({"type": "pppoe", "pppoe": {"interface": ")" + port +
               R"("}, "auth": {"user": "alice"}, "ipv6": {"enabled": false})" + more + "}";
    }
};

TEST_F(RunningProfile, AnotherDaemonTakesNothingOffTheLink) {
    start();
    bringUp();
    put(kNever);
    ASSERT_TRUE(hasDefault());
    nextDaemon();
    EXPECT_EQ(state(), "up");
    EXPECT_TRUE(isp().view().needsRedial);
    EXPECT_TRUE(hasDefault());
    EXPECT_FALSE(isp().view().dnsServers.empty());
    EXPECT_FALSE(m.dns.applied.empty());
}

TEST_F(RunningProfile, NorDoesAPeerThatNegotiatesAnew) {
    start();
    bringUp();
    put(kNever);
    engine().report(ip4());
    m.dns.answer();
    EXPECT_TRUE(hasDefault());
    EXPECT_FALSE(m.dns.applied.empty());
    put(Machine::kProfile);
    put(kNever);
    end(16);
    toNextAttempt();
    negotiate();
    address();
    EXPECT_EQ(state(), "up");
    EXPECT_FALSE(hasDefault()) << "the next session goes by the new one";
    EXPECT_TRUE(m.dns.applied.empty());
}

TEST_F(RunningProfile, TheEndOfALinkIsToldOfThatLink) {
    for (const bool restarted : {false, true}) {
        SCOPED_TRACE(restarted);
        start();
        bringUp();
        put(kSerial);
        EXPECT_EQ(isp().view().type, "pppoe");
        EXPECT_EQ(isp().view().device, "eth0");
        if (restarted) {
            nextDaemon();
        }
        m.network.routesTouched();
        isp().linkChanged(m.network.links.at("eth0"));
        EXPECT_EQ(state(), "up");
        end(16);
        EXPECT_EQ(isp().view().reason, "peer-terminated") << isp().view().reasonText;
        EXPECT_EQ(isp().view().type, "serial");
        isp().down(false, [](const auto&) {});
    }
}

TEST_F(RunningProfile, WhatComesBackOnTheOldPortIsNotWaitedFor) {
    start();
    bringUp();
    m.network.links["eth1"] = m.network.links["eth0"];
    m.network.links["eth1"].name = "eth1";
    put(on("eth1"));
    m.network.links["eth0"].carrier = false;
    end(16);
    EXPECT_EQ(isp().view().reason, "no-carrier");
    EXPECT_EQ(isp().view().phase, "backoff") << "eth1 has its carrier";
}

TEST_F(RunningProfile, APortThatWasSetUpForItIsSetDownAgain) {
    twoPorts();
    start(on("eth0"));
    bringUp();
    ASSERT_EQ(state(), "up");
    ASSERT_TRUE(m.network.links["eth0"].up);
    put(on("eth1"));
    isp().redial({}, [](const auto&) {});
    end();
    ASSERT_EQ(state(), "connecting");
    EXPECT_TRUE(m.network.links["eth1"].up);
    isp().down(false, [](const auto&) {});
    end();
    EXPECT_FALSE(m.network.links["eth1"].up);
    EXPECT_FALSE(m.network.links["eth0"].up);
}

TEST_F(RunningProfile, APortThatWasWidenedForItIsNarrowedAgain) {
    constexpr const char* kLarge = R"(, "ppp": {"mtu": 1500, "mru": 1500})";
    m.network.links["eth1"] = m.network.links["eth0"];
    m.network.links["eth1"].name = "eth1";
    m.network.links["eth1"].index = 3;
    m.network.links["eth1"].mtu = 1400;
    start(on("eth0", kLarge));
    bringUp();
    EXPECT_EQ(m.network.links["eth0"].mtu, 1508U);
    put(on("eth1", kLarge));
    isp().redial({}, [](const auto&) {});
    end();
    EXPECT_EQ(m.network.links["eth1"].mtu, 1508U);
    isp().down(false, [](const auto&) {});
    end();
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(m.network.links["eth1"].mtu, 1400U);
    EXPECT_EQ(m.network.links["eth0"].mtu, 1500U);
}

/// Both demand the same Host-Uniq: a session of the one looks as one of the other.
TEST_F(RunningProfile, ASessionThatMayBeAnothersIsNotRefused) {
    for (const bool alike : {false, true}) {
        const auto profile = [](const char* uniq) {
            return std::string(R"({"type": "pppoe", "pppoe": {"interface": "eth0", "host-uniq": ")") + uniq +
                   R"("}, "auth": {"user": "alice"}, "ipv6": {"enabled": false}})";
        };
        m.addProfile("two", profile(alike ? "0aFF" : "0b"));
        start(profile("0Aff"));
        isp().up({}, [](const auto&) {});
        phase(PPPM_PHASE_SERIALCONN);
        engine().report(engine::Discovery{{2, 0, 0, 0, 0, 1}, "isp-ac"});
        isp().down(false, [](const auto&) {});
        EXPECT_EQ(m.network.late, alike ? 0 : 1);
        end();
    }
}

/// /run was full when the link came up; there is room again.
TEST_F(RunningProfile, WhatCouldNotBeRecordedIsDoneOnceItCan) {
    start(on("eth0", R"(, "firewall-zone": "wan")"));
    isp().up({}, [](const auto&) {});
    negotiate();
    m.records.full = true;
    m.dns.error = "what is to be undone later cannot be recorded";
    engine().report(engine::ReadyWanted{"ppp0", 10});
    address();
    EXPECT_EQ(state(), "up");
    EXPECT_TRUE(m.firewall.groups.empty());
    m.records.full = false;
    m.dns.error.clear();
    m.clock.advance(60s);
    m.dns.answer();
    EXPECT_EQ(m.firewall.groups[10], 17U);
    EXPECT_EQ(isp().view().details.count("trouble"), 0U);
}

} // namespace
