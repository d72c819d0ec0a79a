// SPDX-License-Identifier: LGPL-2.1-or-later
// The hooks of a connection over fake ports: which events, in which order, with what, and what waits for
// them.
#include <gmock/gmock.h>

#include "unit/connection_fixture.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Events = std::vector<std::string>;

constexpr const char* kHooked =
    R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}, "hooks": true,
        "ipv6": {"wait": 2}})";

class Hook : public Line {
protected:
    void SetUp() override {
        m.hooks.fillAll();
        start(kHooked);
        isp().up({}, [](const auto&) {});
        engine().report(engine::Hello{777, "2.4.9"});
        negotiate();
    }
    void answer() {
        m.hooks.answer();
        m.dns.answer();
        m.hooks.answer();
    }
    void address6() {
        engine().report(engine::Ip6Up{"ppp0", 10, {0, 0, 0, 0, 0, 0, 0, 1}, {0, 0, 0, 0, 0, 0, 0, 2}, 1492});
    }
    bool routed() const {
        return std::any_of(m.network.table.begin(), m.network.table.end(),
                           [](const Route& r) { return r.protocol == kRouteProtocol; });
    }
    void bringUpHooked() {
        address();
        answer();
        address6();
        answer();
        ASSERT_EQ(state(), "up");
        ASSERT_THAT(m.hooks.events(), ElementsAre("ip-pre-up.d", "ip-up.d", "dispatcher.d/up", "ipv6-up.d",
                                                  "dispatcher.d/change"));
        m.hooks.ran.clear();
    }
    /// The daemon dies, its engine does not.
    void die() {
        m.engines.survivors = {"isp"};
        manager.reset();
        m.hooks.pending.clear();
        restart();
    }
    std::string value(const HookOrder& order, const std::string& name) {
        for (const std::string& one : order.environment) {
            if (one.starts_with(name + '=')) {
                return one.substr(name.size() + 1);
            }
        }
        return "(not set)";
    }
};

TEST_F(Hook, RoutesWaitForWhatComesBeforeThem) {
    address();
    EXPECT_THAT(m.hooks.events(), ElementsAre("ip-pre-up.d"));
    EXPECT_FALSE(routed());
    EXPECT_EQ(state(), "connecting");
    m.hooks.answer();
    EXPECT_TRUE(routed());
    m.dns.answer();
    EXPECT_THAT(m.hooks.events(), ElementsAre("ip-pre-up.d", "ip-up.d")) << "only when all else is in force";
}

TEST_F(Hook, UpDoesNotWaitForTheHooksAfterIt) {
    address();
    m.hooks.answer();
    m.dns.answer();
    address6();
    m.dns.answer();
    EXPECT_EQ(state(), "up");
    EXPECT_THAT(m.hooks.events(), ElementsAre("ip-pre-up.d", "ip-up.d")) << "one after the other";
    m.hooks.answer();
    EXPECT_THAT(m.hooks.events(), ElementsAre("ip-pre-up.d", "ip-up.d", "ipv6-up.d", "dispatcher.d/up"))
        << "who was told nothing yet is told all at once";
}

TEST_F(Hook, AfterIpv6TheRoutesOfIpv4WaitAllTheSame) {
    address6();
    m.dns.answer();
    m.hooks.answer();
    EXPECT_THAT(m.hooks.events(), ElementsAre("ipv6-up.d", "dispatcher.d/up"));
    address();
    EXPECT_EQ(m.hooks.events().back(), "ip-pre-up.d");
    EXPECT_FALSE(routed());
    m.hooks.answer();
    EXPECT_TRUE(routed());
}

TEST_F(Hook, AHangingOneHoldsTheRoutesForSoLongOnly) {
    m.hooks.hangs = true;
    address();
    m.clock.advance(7s);
    EXPECT_FALSE(routed());
    m.clock.advance(2s);
    EXPECT_TRUE(routed());
    m.dns.answer();
    m.clock.advance(3s);
    EXPECT_EQ(state(), "up");
    EXPECT_THAT(std::get<std::string>(isp().view().details.at("trouble")),
                HasSubstr("ip-pre-up.d are not over"));
    m.hooks.hangs = false;
    m.hooks.answer();
    EXPECT_THAT(m.hooks.events(), ElementsAre("ip-pre-up.d", "ip-up.d", "dispatcher.d/up"));
}

TEST_F(Hook, TheEndIsToldOnceAndWaitedFor) {
    bringUpHooked();
    m.network.bytes[10] = {5000, 300};
    m.clock.advance(61s);
    Answer down;
    isp().down(true, down.done());
    EXPECT_THAT(m.hooks.events(), ElementsAre("ip-down.d"));
    const HookOrder first = m.hooks.ran.front();
    EXPECT_THAT(first.arguments, ElementsAre("ppp0", "eth0", "0", "10.64.0.100", "10.64.0.1", "isp"));
    EXPECT_EQ(value(first, "CONNECT_TIME"), "61");
    EXPECT_EQ(value(first, "BYTES_SENT"), "300");
    EXPECT_EQ(value(first, "BYTES_RCVD"), "5000");
    end();
    EXPECT_FALSE(down.came);
    EXPECT_EQ(state(), "disconnecting");
    m.hooks.answer();
    EXPECT_TRUE(down.came);
    EXPECT_EQ(state(), "down");
    EXPECT_THAT(m.hooks.events(), ElementsAre("ip-down.d", "ipv6-down.d", "dispatcher.d/down"));
    EXPECT_EQ(value(m.hooks.ran.back(), "PPP_REASON"), "user-request");
    EXPECT_FALSE(m.records.records.contains(".hooks-isp"));
    EXPECT_TRUE(m.hooks.begun.empty());
}

TEST_F(Hook, AnEndIsNotWaitedForForEver) {
    bringUpHooked();
    m.hooks.hangs = true;
    Answer down;
    isp().down(true, down.done());
    end();
    EXPECT_FALSE(down.came);
    m.clock.advance(9s);
    EXPECT_TRUE(down.came);
    EXPECT_EQ(state(), "down");
    EXPECT_TRUE(m.records.records.contains(".hooks-isp")) << "the next life goes on with it";
}

TEST_F(Hook, AnEndDuringTheBeginningWaitsItsTurn) {
    address();
    m.hooks.answer();
    m.hooks.hangs = true;
    m.dns.answer(); // ip-up.d is begun
    isp().down(false, [](const auto&) {});
    EXPECT_THAT(m.hooks.events(), ElementsAre("ip-pre-up.d", "ip-up.d"));
    m.hooks.hangs = false;
    m.hooks.answer();
    EXPECT_THAT(m.hooks.events(), ElementsAre("ip-pre-up.d", "ip-up.d", "ip-down.d"))
        << "the dispatcher has heard of nothing";
}

TEST_F(Hook, AnotherAddressIsAnEndAndABeginning) {
    bringUpHooked();
    engine::Ip4Up other = ip4();
    other.local = {10, 64, 0, 101};
    engine().report(other);
    EXPECT_THAT(m.hooks.events(), ElementsAre("ip-down.d"));
    EXPECT_EQ(m.hooks.ran[0].arguments[3], "10.64.0.100");
    answer();
    EXPECT_THAT(m.hooks.events(), ElementsAre("ip-down.d", "ip-pre-up.d", "ip-up.d", "dispatcher.d/change"));
    EXPECT_EQ(m.hooks.ran[2].arguments[3], "10.64.0.101");
    EXPECT_EQ(value(m.hooks.ran[3], "PPP_LOCAL_ADDRESS"), "10.64.0.101");
    EXPECT_EQ(value(m.hooks.ran[3], "PPP_PREVIOUS_LOCAL_ADDRESS"), "10.64.0.100");
}

TEST_F(Hook, TheNextLifeTellsNobodyAgain) {
    bringUpHooked();
    die();
    engine().report(ip4());
    answer();
    EXPECT_EQ(state(), "up");
    EXPECT_THAT(m.hooks.events(), IsEmpty());
    isp().down(false, [](const auto&) {});
    end();
    answer();
    EXPECT_THAT(m.hooks.events(), ElementsAre("ip-down.d", "ipv6-down.d", "dispatcher.d/down"));
}

TEST_F(Hook, WhatEndedWhileNobodyLookedIsToldByTheNextLife) {
    bringUpHooked();
    manager.reset();
    m.network.removeInterface("ppp0");
    restart();
    m.hooks.answer();
    EXPECT_THAT(m.hooks.events(), ElementsAre("ip-down.d", "ipv6-down.d", "dispatcher.d/down"));
    EXPECT_EQ(value(m.hooks.ran.back(), "PPP_REASON"), "engine-failed");
}

TEST_F(Hook, WhatWasUnderWayIsGoneOnWithAndNotRunTwice) {
    address();
    m.hooks.answer();
    m.dns.answer(); // ip-up.d is begun, the dispatcher waits
    m.hooks.ran.clear();
    die();
    engine().report(ip4());
    answer();
    EXPECT_THAT(m.hooks.events(), ElementsAre("dispatcher.d/up"));
}

TEST_F(Hook, AConnectionThatIsGoneIsToldTheEnd) {
    bringUpHooked();
    manager.reset();
    m.profiles.profiles.clear();
    m.network.removeInterface("ppp0");
    restart();
    m.hooks.answer();
    EXPECT_THAT(m.hooks.events(), ElementsAre("ip-down.d", "ipv6-down.d", "dispatcher.d/down"));
    EXPECT_FALSE(m.records.records.contains(".hooks-isp"));
}

TEST_F(Hook, AConnectionThatComesBackUnderItsNameGoesOnWithTheOldOnesHooks) {
    bringUpHooked();
    m.hooks.hangs = true;
    bool gone = false;
    manager->remove("isp", [&](const auto&) { gone = true; });
    end();
    for (int n = 0; n < 120 && !gone; ++n) {
        m.clock.advance(1s);
    }
    ASSERT_TRUE(gone) << "it does not wait for hooks for ever";
    ASSERT_THAT(m.hooks.events(), ElementsAre("ip-down.d"));
    Secrets secrets;
    secrets.emplace("password", Secret("pw"));
    manager->add("isp", kHooked, secrets).up({}, [](const auto&) {});
    m.clock.advance(2s); // the old one is buried
    engine().report(engine::Hello{778, "2.4.9"});
    negotiate();
    address();
    EXPECT_THAT(m.hooks.events(), ElementsAre("ip-down.d")) << "the old link's end comes first";
    m.hooks.hangs = false;
    m.hooks.answer();
    EXPECT_THAT(m.hooks.events(),
                ElementsAre("ip-down.d", "ipv6-down.d", "dispatcher.d/down", "ip-pre-up.d"));
    EXPECT_TRUE(m.records.records.contains(".hooks-isp")) << "of the new one";
}

TEST_F(Hook, AFailureIsShownAndKeepsNobodyFromAnything) {
    address();
    m.hooks.answer({1, {{"/etc/ppp/ip-pre-up.d/wall", "ended with status 3: no such table"}}});
    m.dns.answer();
    EXPECT_TRUE(routed());
    EXPECT_THAT(m.journal.lines,
                Contains("hook /etc/ppp/ip-pre-up.d/wall: ended with status 3: no such table"));
    EXPECT_THAT(std::get<std::string>(isp().view().details.at("trouble")), HasSubstr("ip-pre-up.d/wall"));
    const auto events = isp().story().timeline().last(0);
    EXPECT_TRUE(std::any_of(events.begin(), events.end(), [](const auto& one) {
        return one.what == "hook" &&
               std::get<std::string>(one.details.at("hook")) == "/etc/ppp/ip-pre-up.d/wall";
    }));
}

TEST_F(Hook, TheEnvironmentIsPppdsWithoutUsepeerdns) {
    bringUpHooked();
    die();
    isp().down(false, [](const auto&) {});
    const HookOrder& order = m.hooks.ran.front();
    EXPECT_EQ(value(order, "DEVICE"), "eth0");
    EXPECT_EQ(value(order, "IFNAME"), "ppp0");
    EXPECT_EQ(value(order, "IPLOCAL"), "10.64.0.100");
    EXPECT_EQ(value(order, "IPREMOTE"), "10.64.0.1");
    EXPECT_EQ(value(order, "DNS1"), "10.64.0.53");
    EXPECT_EQ(value(order, "DNS2"), "(not set)");
    EXPECT_EQ(value(order, "SPEED"), "0");
    EXPECT_EQ(value(order, "PPPD_PID"), "777");
    EXPECT_EQ(value(order, "PPP_IFACE"), "ppp0");
    EXPECT_EQ(value(order, "PPP_TTYNAME"), "eth0");
    EXPECT_EQ(value(order, "PPP_IPPARAM"), "isp");
    EXPECT_EQ(value(order, "USEPEERDNS"), "(not set)");
}

TEST_F(Hook, APeersNameIsMadeHarmless) {
    engine().report(
        engine::PeerAuth{0xc223, PPPM_VERDICT_ACCEPTED, "ac\n\x1b[31m" + std::string(4000, 'x'), 5});
    address();
    const std::string name = value(m.hooks.ran.front(), "PEERNAME");
    EXPECT_THAT(name, HasSubstr("ac\\n\\x1B[31m"));
    EXPECT_LE(name.size(), 255U);
    EXPECT_THAT(name, Not(HasSubstr("\n")));
}

TEST_F(Hook, ARecordThatCannotBeWrittenKeepsNobodyFromRunning) {
    m.records.full = true;
    address();
    answer();
    EXPECT_THAT(m.hooks.events(), Contains("ip-up.d"));
    EXPECT_TRUE(routed());
}

class Plain : public Hook {
protected:
    void SetUp() override {
        m.hooks.fillAll();
        start();
        isp().up({}, [](const auto&) {});
        negotiate();
    }
};

TEST_F(Plain, TheDispatcherIsToldOfEveryConnection) {
    address();
    answer();
    EXPECT_EQ(state(), "up");
    EXPECT_THAT(m.hooks.events(), ElementsAre("dispatcher.d/up"));
    const HookOrder& order = m.hooks.ran.front();
    EXPECT_THAT(order.arguments, ElementsAre("up", "isp", "ppp0"));
    EXPECT_EQ(value(order, "PPP_LOCAL_ADDRESS"), "10.64.0.100");
    EXPECT_EQ(value(order, "PPP_DNS_SERVERS"), "10.64.0.53");
    end();
    answer();
    EXPECT_THAT(m.hooks.events(), ElementsAre("dispatcher.d/up", "dispatcher.d/down"));
    EXPECT_EQ(value(m.hooks.ran.back(), "PPP_REASON"), "engine-failed");
}

TEST_F(Plain, TheDispatcherHearsOfAddressesAndPrefixesBeyondThePeer) {
    address();
    address6();
    answer();
    m.hooks.ran.clear();
    m.ip6.give(10, {"2001:db8:1::5/64"});
    m.clock.advance(HandoverIp6::kPace);
    answer();
    ASSERT_THAT(m.hooks.events(), ElementsAre("dispatcher.d/change"));
    EXPECT_EQ(value(m.hooks.ran.back(), "PPP_ADDRESSES6"), "2001:db8:1::5/64");
    m.ip6.give(10, {"2001:db8:2::5/64"});
    m.clock.advance(HandoverIp6::kPace);
    answer();
    EXPECT_EQ(value(m.hooks.ran.back(), "PPP_ADDRESSES6"), "2001:db8:2::5/64");
    EXPECT_EQ(value(m.hooks.ran.back(), "PPP_PREVIOUS_ADDRESSES6"), "2001:db8:1::5/64");
    die(); // and the next life has nothing new to tell
    m.clock.advance(HandoverIp6::kPace);
    answer();
    EXPECT_EQ(m.hooks.ran.size(), 2U);
}

TEST_F(Plain, AListThatIsTooLongEndsWithAWholeWord) {
    address();
    address6();
    answer();
    const std::string one = "2001:db8:1111:2222:3333:4444:5555:6666/64";
    m.ip6.give(10, std::vector<std::string>(16, one));
    m.clock.advance(HandoverIp6::kPace);
    answer();
    const std::string told = value(m.hooks.ran.back(), "PPP_ADDRESSES6");
    EXPECT_EQ(told.size(), 6 * one.size() + 5);
    EXPECT_TRUE(told.ends_with(one));
}

TEST_F(Plain, NothingIsKeptWhereThereAreNoHooks) {
    m.hooks.folders.clear();
    address();
    EXPECT_EQ(state(), "up");
    EXPECT_FALSE(m.records.records.contains(".hooks-isp"));
    EXPECT_TRUE(m.hooks.ran.empty());
}

} // namespace
