// SPDX-License-Identifier: LGPL-2.1-or-later
// RFC 4638: the MTU of the port below a PPPoE session, raised while it is wanted, and given back.
#include "connection_fixture.hpp"

namespace ppp::test {
namespace {

constexpr const char* kLarge =
    R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "ppp": {"mtu": 1500, "mru": 1500},
        "auth": {"user": "alice"}, "ipv6": {"enabled": false}})";

struct LargePayload : Line {
    std::uint32_t mtu() const { return m.network.links.at("eth0").mtu; }
    /// A link of `carried` bytes, from a server that granted so many in discovery.
    void bringUpWith(std::uint32_t granted, std::uint32_t carried) {
        isp().up({}, [](const auto&) {});
        negotiate();
        engine().report(engine::Session{5, {2, 0, 0, 0, 0, 1}, "isp-ac", granted});
        m.network.links["ppp0"] = {10, "ppp0", carried, true, true};
        engine::Ip4Up up = ip4();
        up.mtu = carried;
        engine().report(up);
        m.dns.answer();
        ASSERT_EQ(state(), "up");
    }
    std::string trouble() { return detail("trouble"); }
    std::string detail(const std::string& key) {
        const auto details = isp().view().details;
        const auto at = details.find(key);
        if (at == details.end()) {
            return "";
        }
        const auto* text = std::get_if<std::string>(&at->second);
        return text ? *text : std::to_string(std::get<std::uint32_t>(at->second));
    }
};

TEST_F(LargePayload, RaisesThePortAndGivesItBack) {
    start(kLarge);
    bringUp();
    EXPECT_EQ(mtu(), 1508U);
    manager->handOver();
    m.engines.survivors.insert("isp");
    restart();
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(mtu(), 1508U);
    isp().down(false, [](const auto&) {});
    end();
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(mtu(), 1500U);
}

TEST_F(LargePayload, TheUsualSizeAndAPortThatIsWideEnoughAreLeftAlone) {
    start();
    bringUp();
    EXPECT_EQ(mtu(), 1500U);
    isp().down(false, [](const auto&) {});
    end();
    m.network.links.at("eth0").mtu = 9000;
    m.addProfile("isp", kLarge);
    manager->handOver();
    restart();
    bringUp();
    EXPECT_EQ(mtu(), 9000U);
    isp().down(false, [](const auto&) {});
    end();
    EXPECT_EQ(mtu(), 9000U);
}

TEST_F(LargePayload, WhatTheServerGrantedIsShown) {
    start(kLarge);
    bringUpWith(1500, 1500);
    EXPECT_EQ(detail("max-payload"), "1500");
    EXPECT_EQ(trouble(), "");
    manager->handOver();
    m.engines.survivors.insert("isp");
    restart();
    EXPECT_EQ(detail("max-payload"), "1500");
}

TEST_F(LargePayload, AServerThatDoesNotGrantIsNamed) {
    start(kLarge);
    bringUpWith(0, 1492);
    EXPECT_EQ(detail("max-payload"), "");
    EXPECT_EQ(trouble(), "packets of 1492 bytes, not 1500: the server does not grant more");
}

TEST_F(LargePayload, AServerThatTakesItBackIsNamed) {
    start(kLarge);
    bringUpWith(1500, 1492);
    EXPECT_EQ(trouble(), "packets of 1492 bytes, not 1500: the server granted 1500, and then asked for less");
}

TEST_F(LargePayload, APortThatCannotIsNamed) {
    m.network.mostMtu = 1504;
    start(kLarge);
    bringUpWith(0, 1492);
    EXPECT_EQ(mtu(), 1500U);
    EXPECT_EQ(trouble(), "packets of 1492 bytes, not 1500: eth0 carries no more than 1500");
}

TEST_F(LargePayload, WhoWantsTheUsualHasNoTrouble) {
    start();
    bringUpWith(0, 1400);
    EXPECT_EQ(trouble(), "");
}

TEST_F(LargePayload, StaysBetweenAttemptsAndGoesWhenItIsNoLongerWanted) {
    start(kLarge);
    bringUp();
    end(16);
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(mtu(), 1508U) << "a port may lose its carrier while its MTU changes";
    toNextAttempt();
    EXPECT_EQ(state(), "connecting");
    EXPECT_EQ(mtu(), 1508U);
    end(16);
    isp().down(false, [](const auto&) {});
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(mtu(), 1500U);
}

TEST_F(LargePayload, APortThatWeSetUpIsSetDownWhenTheWaitIsEnded) {
    m.network.links.at("eth0").up = false;
    start(kLarge);
    isp().up({}, [](const auto&) {});
    end(16);
    ASSERT_EQ(state(), "waiting");
    ASSERT_TRUE(m.network.links.at("eth0").up);
    isp().down(false, [](const auto&) {});
    EXPECT_FALSE(m.network.links.at("eth0").up);
}

TEST_F(LargePayload, GoesWithAProfileThatNoLongerAsksForIt) {
    start(kLarge);
    bringUp();
    isp().setProfile(Machine::kProfile);
    end(16);
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(mtu(), 1500U);
}

TEST_F(LargePayload, EncryptionTakesItsFourBytes) {
    std::string profile = kLarge;
    profile.replace(profile.find("\"mru\""), 0, "\"mppe\": \"on\", ");
    start(profile);
    bringUpWith(1500, 1496);
    EXPECT_EQ(trouble(), "");
}

TEST_F(LargePayload, WhoHasSetAnotherMtuSinceKeepsIt) {
    start(kLarge);
    bringUp();
    m.network.links.at("eth0").mtu = 2000;
    isp().down(false, [](const auto&) {});
    end();
    EXPECT_EQ(mtu(), 2000U);
}

TEST_F(LargePayload, TheLastOfSeveralGivesItBack) {
    m.addProfile("other", kLarge);
    start(kLarge);
    bringUp();
    Connection& other = manager->get("other");
    other.up({}, [](const auto&) {});
    m.clock.settle();
    ASSERT_NE(m.engines.of("other"), nullptr);
    isp().down(false, [](const auto&) {});
    end();
    EXPECT_EQ(mtu(), 1508U) << "the other one uses it";
    other.down(false, [](const auto&) {});
    m.engines.of("other")->end({5, {}});
    EXPECT_EQ(mtu(), 1500U);
}

} // namespace
} // namespace ppp::test
