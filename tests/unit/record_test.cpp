// SPDX-License-Identifier: LGPL-2.1-or-later
// Records survive the way to disk and back; what is no record is refused.
#include "core/record.hpp"

#include <gtest/gtest.h>

#include "plugin/message.h"

namespace {

using namespace ppp::core;

ConnectionRecord sample() {
    ConnectionRecord record;
    record.wanted = true;
    record.state = State::Up;
    record.phase = Phase::Running;
    record.reason = Reason::EchoTimeout;
    record.reasonText = "quoted \"text\" with \u00e4";
    record.attempt = 3;
    record.stateSince = {{Duration(1)}, 11};
    record.connectedAt = {{Duration(2)}, 12};
    record.nextAttempt = {{Duration(3)}, 13};
    record.retry = {RetryClass::Auth, 2, 1, BootTime{Duration(9)}};
    record.facts.ip4 = engine::Ip4Up{"ppp0", 7, {1, 2, 3, 4}, {5, 6, 7, 8}, {{9, 9, 9, 9}}, 1492};
    record.facts.ip6 = engine::Ip6Up{"ppp0", 7, {1, 2, 3, 4, 5, 6, 7, 8}, {8, 7, 6, 5, 4, 3, 2, 1}, 1492};
    record.facts.session = engine::Session{12, {1, 2, 3, 4, 5, 6}, std::string("a\0\xff", 3), 1500};
    record.facts.server = engine::Server{{192, 0, 2, 9}};
    record.facts.tunnel = engine::Tunnel{7, 9, "lns\xff"};
    Route way;
    way.destination = "192.0.2.9";
    way.gateway = "192.0.2.1";
    record.facts.pin = ServerPin{way, true};
    record.facts.authProtocol = 0xc223;
    record.facts.demand = engine::DemandReady{"ppp0", 7, {10, 64, 64, 64}, {10, 112, 112, 112}, 1492};
    record.lastDns = {{9, 9, 9, 9}, {8, 8, 8, 8}};
    record.seen.demand = true;
    record.seen.called = true;
    record.seen.wasUp = true;
    record.seen.stop = StopCause{Reason::UserRequest, "asked"};
    record.seen.failure = StopCause{Reason::ModemBusy, "the modem said BUSY", true};
    record.engine = true;
    record.device = "eth0.7";
    record.madeLink = "mac0";
    record.madeParent = "eth0.7";
    record.raisedLink = "eth0";
    record.widenedLink = "eth0";
    record.narrowMtu = 1500;
    record.wideMtu = 1508;
    record.profile = R"({"type": "pppoe"})";
    record.dialNow = true;
    record.seen.noPassword = true;
    record.seen.authAsked = true;
    record.seen.authProtocol = 0xc223;
    record.seen.authDigest = 5;
    record.seen.declined = {"PAP"};
    record.seen.peer = engine::PeerAuth{0xc223, PPPM_VERDICT_REFUSED, "mallory", 5};
    record.seen.refusal = StopCause{Reason::AccessConcentratorError, "full"};
    record.seen.terminated = true;
    record.seen.terminateMessage = "bye";
    record.seen.closeMessage = "MPPE required";
    record.seen.echoLost = true;
    record.debug = true;
    record.seen.damaged = 3;
    return record;
}

TEST(Record, RoundTrip) {
    const std::string json = toJson(sample());
    const auto back = recordFromJson(json);
    ASSERT_TRUE(back);
    EXPECT_EQ(toJson(*back), json);
    EXPECT_EQ(back->facts.ip4->dns.at(0)[0], 9);
    EXPECT_EQ(back->facts.server->address, (std::vector<std::uint8_t>{192, 0, 2, 9}));
    EXPECT_EQ(back->facts.tunnel->peerId, 9U);
    EXPECT_EQ(back->facts.tunnel->host, "lns\xff");
    ASSERT_TRUE(back->facts.pin);
    EXPECT_TRUE(back->facts.pin->viaDefault);
    EXPECT_EQ(back->facts.pin->route.gateway, "192.0.2.1");
    EXPECT_EQ(back->facts.session->concentrator, std::string("a\0\xff", 3));
    EXPECT_EQ(back->facts.session->maxPayload, 1500U);
    EXPECT_EQ(back->seen.stop->reason, Reason::UserRequest);
    ASSERT_TRUE(back->seen.failure);
    EXPECT_EQ(back->seen.failure->reason, Reason::ModemBusy);
    EXPECT_EQ(back->seen.failure->text, "the modem said BUSY");
    EXPECT_TRUE(back->seen.failure->passing);
    EXPECT_EQ(back->seen.damaged, 3U);
    EXPECT_EQ(back->retry.passwordWorked->sinceBoot.count(), 9);
    EXPECT_TRUE(back->debug);
    ASSERT_TRUE(back->facts.demand);
    EXPECT_EQ(back->facts.demand->peer[3], 112);
    EXPECT_EQ(back->lastDns.at(1)[0], 8);
    EXPECT_EQ(back->profile, R"({"type": "pppoe"})");
    EXPECT_TRUE(back->dialNow && back->seen.noPassword && back->seen.authAsked && back->seen.terminated);
    EXPECT_TRUE(back->seen.echoLost);
    EXPECT_EQ(back->seen.authDigest, 5U);
    EXPECT_EQ(back->seen.declined, std::vector<std::string>{"PAP"});
    ASSERT_TRUE(back->seen.peer && back->seen.refusal);
    EXPECT_EQ(back->seen.peer->name, "mallory");
    EXPECT_EQ(back->seen.peer->verdict, std::uint32_t{PPPM_VERDICT_REFUSED});
    EXPECT_EQ(back->seen.refusal->text, "full");
    EXPECT_EQ(back->seen.terminateMessage + back->seen.closeMessage, "byeMPPE required");
    EXPECT_TRUE(back->seen.demand && back->seen.called);
}

TEST(Record, OfAVersionThatKnewNoPacketLogIsRead) {
    std::string json = toJson(sample());
    const std::string field = "\"debug\":true,";
    const auto at = json.find(field);
    ASSERT_NE(at, std::string::npos);
    json.erase(at, field.size());
    const auto back = recordFromJson(json);
    ASSERT_TRUE(back);
    EXPECT_FALSE(back->debug);
}

TEST(Record, EveryTruncationIsRefused) {
    const std::string json = toJson(sample());
    for (std::size_t size = 0; size < json.size(); ++size) {
        EXPECT_FALSE(recordFromJson(json.substr(0, size))) << size;
    }
}

TEST(Record, AnotherVersionIsRefused) {
    std::string json = toJson(sample());
    const auto at = json.find("\"version\":1");
    ASSERT_NE(at, std::string::npos);
    json.replace(at, 11, "\"version\":2");
    EXPECT_FALSE(recordFromJson(json));
}

TEST(Record, DisplacedRoutesRoundTrip) {
    Displaced one;
    one.original.gateway = "192.168.1.1";
    one.original.raw = {0, 1, 254, 255};
    one.shifted = one.original;
    one.shifted.metric = 4000;
    const auto back = displacedFromJson(toJson(std::vector{one}));
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0], one);
    EXPECT_TRUE(displacedFromJson("{").empty());
    EXPECT_TRUE(displacedFromJson(R"({"displaced":[{"original":1}]})").empty());
}

} // namespace
