// SPDX-License-Identifier: LGPL-2.1-or-later
// The client's side of a tunnel against a small server: what is said, when, and how it ends.
#include "unit/l2tp_wire.hpp"

namespace ppp::l2tp {
namespace {

TEST(L2tpLac, establishesInThreeRoundTrips) {
    Wire wire(client(), {});
    wire.lac.start(wire.now);
    wire.runFor(30ms);
    EXPECT_TRUE(wire.established());
    ASSERT_NE(wire.event<TunnelOpened>(), nullptr);
    EXPECT_EQ(wire.event<TunnelOpened>()->peerTunnel, 4711);
    EXPECT_EQ(wire.event<TunnelOpened>()->hostName, "lns.test");
    EXPECT_EQ(wire.event<CallTaken>()->peerSession, 815);
    EXPECT_EQ(wire.lac.peerTunnel(), 4711);
    wire.runFor(1s);
    EXPECT_EQ(wire.lns.seen(), (std::vector<std::uint16_t>{1, 3, 10, 12}));
    EXPECT_TRUE(wire.lns.settled());
    EXPECT_EQ(wire.events.size(), 2U);
}

TEST(L2tpLac, theCallIsConnectedWhenTheDataPlaneIsReady) {
    Wire wire(client(), {});
    wire.ready = false;
    wire.lac.start(wire.now);
    wire.runFor(1s);
    EXPECT_NE(wire.event<CallTaken>(), nullptr);
    EXPECT_FALSE(wire.established());
    wire.lac.callReady(wire.now);
    wire.runFor(1s);
    EXPECT_TRUE(wire.established());
    wire.lac.callReady(wire.now);
    wire.runFor(1s);
    EXPECT_TRUE(wire.established());
}

TEST(L2tpLac, aServerThatIsSilentIsGivenUpAfter31Seconds) {
    Wire wire(client(), {});
    wire.weather = nothing;
    wire.lac.start(wire.now);
    wire.runFor(100s);
    EXPECT_EQ(wire.endKind(), EndKind::NoAnswer);
    EXPECT_TRUE(wire.lac.finished());
    std::vector<Time> waits;
    for (const Time at : wire.sentAt) {
        waits.push_back(at - 1000s);
    }
    EXPECT_EQ(waits, (std::vector<Time>{0s, 1s, 3s, 7s, 15s, 23s}));
    EXPECT_FALSE(wire.lac.deadline());
}

TEST(L2tpLac, aServerThatOnlyAcknowledgesIsGivenUp) {
    Lac lac(client());
    lac.start(0s);
    lac.receive(writeMessage(100, 0, 0, 1, {}), 1ms);
    lac.tick(30s);
    EXPECT_TRUE(lac.takeEvents().empty());
    ASSERT_EQ(lac.deadline(), 31s);
    lac.tick(31s);
    EXPECT_TRUE(lac.finished());
}

TEST(L2tpLac, anUnreachableServerIsGivenUpAtOnce) {
    Wire wire(client(), {});
    wire.weather = nothing;
    wire.lac.start(wire.now);
    wire.lac.unreachable("connection refused");
    wire.runFor(1ms);
    EXPECT_EQ(wire.endKind(), EndKind::NoAnswer);
    EXPECT_EQ(wire.endText(), "the tunnel server cannot be reached: connection refused");
    EXPECT_TRUE(wire.lac.finished());
}

TEST(L2tpLac, unreachableIsNothingNewOnceTheTunnelStands) {
    Wire wire(client(), {});
    wire.lac.start(wire.now);
    wire.runFor(1s);
    wire.lac.unreachable("connection refused");
    wire.runFor(1s);
    EXPECT_EQ(wire.endKind(), std::nullopt);
}

TEST(L2tpLac, provesTheSecretBothWays) {
    LnsSettings server;
    server.secret = kSecret;
    Wire wire(client(kSecret), server);
    wire.lac.start(wire.now);
    wire.runFor(1s);
    EXPECT_TRUE(wire.established());
    EXPECT_TRUE(wire.lns.authentic());
}

TEST(L2tpLac, readsHiddenNumbers) {
    LnsSettings server;
    server.secret = kSecret;
    server.hidden = true;
    Wire wire(client(kSecret), server);
    wire.lac.start(wire.now);
    wire.runFor(1s);
    EXPECT_TRUE(wire.established());
    EXPECT_EQ(wire.lac.peerTunnel(), 4711);
}

TEST(L2tpLac, aServerWithAnotherSecretIsTold) {
    LnsSettings server;
    server.secret = "other";
    Wire wire(client(kSecret), server);
    wire.lac.start(wire.now);
    wire.runFor(2s);
    EXPECT_EQ(wire.endKind(), EndKind::SecretWrong);
    EXPECT_EQ(wire.endText(), "the tunnel server has another tunnel secret");
    EXPECT_EQ(wire.lns.stopped(), (ResultCode{4, 0, "tunnel secret"}));
    EXPECT_TRUE(wire.lac.finished());
}

TEST(L2tpLac, aServerThatProvesNothingIsNotTrusted) {
    Wire wire(client(kSecret), {});
    wire.lac.start(wire.now);
    wire.runFor(2s);
    EXPECT_EQ(wire.endKind(), EndKind::SecretWrong);
    EXPECT_FALSE(wire.established());
}

TEST(L2tpLac, aServerThatAsksForASecretThatIsNotThere) {
    LnsSettings server;
    server.secret = kSecret;
    Wire wire(client(), server);
    wire.lac.start(wire.now);
    wire.runFor(2s);
    EXPECT_EQ(wire.endKind(), EndKind::SecretMissing);
    EXPECT_EQ(wire.lns.count(MessageType::Scccn), 0);
}

TEST(L2tpLac, aServerThatRefusesTheProofMeansTheSecret) {
    LnsSettings server;
    server.secret = kSecret;
    Wire wire(client(kSecret), server);
    wire.weather = [&] { // the server's stop overtakes whatever it would have said to the call
        return std::vector<Time>{5ms};
    };
    wire.lac.start(wire.now);
    wire.runFor(12ms); // SCCRP is here
    wire.lns.stop({4, std::nullopt, "no"}, wire.now);
    wire.runFor(1s);
    EXPECT_EQ(wire.endKind(), EndKind::SecretWrong);
    EXPECT_EQ(wire.endText(), "the tunnel server did not accept the tunnel secret: this machine is not "
                              "authorized to have a tunnel (result 4): \"no\"");
}

TEST(L2tpLac, aRefusedTunnelHasTheServersWords) {
    LnsSettings server;
    server.stop = ResultCode{2, 4, "full house"};
    Wire wire(client(), server);
    wire.lac.start(wire.now);
    wire.runFor(1s);
    EXPECT_EQ(wire.endKind(), EndKind::Refused);
    EXPECT_EQ(wire.endText(),
              "the tunnel server refused the tunnel: an error ended the tunnel: resources are "
              "insufficient (result 2, error 4): \"full house\"");
    EXPECT_TRUE(wire.lac.finished());
    EXPECT_TRUE(wire.lns.settled()) << "its StopCCN was acknowledged";
}

TEST(L2tpLac, aRefusedCallHasTheServersWordsAndEndsTheTunnel) {
    LnsSettings server;
    server.cdn = ResultCode{4, std::nullopt, "no lines"};
    Wire wire(client(), server);
    wire.lac.start(wire.now);
    wire.runFor(2s);
    EXPECT_EQ(wire.endKind(), EndKind::CallRefused);
    EXPECT_EQ(wire.endText(), "the tunnel server refused the call: facilities are lacking for the moment "
                              "(result 4): \"no lines\"");
    EXPECT_TRUE(wire.lns.stopped());
    EXPECT_TRUE(wire.lac.finished());
}

TEST(L2tpLac, theServerEndsTheCall) {
    Wire wire(client(), {});
    wire.lac.start(wire.now);
    wire.runFor(1s);
    wire.lns.endCall({3, std::nullopt, "maintenance"}, wire.now);
    wire.runFor(2s);
    EXPECT_EQ(wire.endKind(), EndKind::PeerEnded);
    EXPECT_EQ(wire.endText(), "the tunnel server ended the call: the call was ended by the administration "
                              "(result 3): \"maintenance\"");
    EXPECT_EQ(wire.lns.stopped(), (ResultCode{1, std::nullopt, {}}));
    EXPECT_EQ(wire.lns.count(MessageType::Cdn), 0) << "the call is gone already";
}

TEST(L2tpLac, theServerClosesTheTunnel) {
    Wire wire(client(), {});
    wire.lac.start(wire.now);
    wire.runFor(1s);
    wire.lns.stop({6, std::nullopt, {}}, wire.now);
    wire.runFor(10ms);
    EXPECT_EQ(wire.endKind(), EndKind::PeerEnded);
    EXPECT_TRUE(wire.lac.finished());
    wire.runFor(10ms);
    EXPECT_TRUE(wire.lns.settled());
}

TEST(L2tpLac, closesCallAndTunnelInOrder) {
    Wire wire(client(), {});
    wire.lac.start(wire.now);
    wire.runFor(1s);
    wire.lac.close("redial", wire.now);
    wire.runFor(30ms);
    EXPECT_EQ(wire.lns.callEnded(), (ResultCode{3, 0, "redial"}));
    EXPECT_EQ(wire.lns.stopped(), (ResultCode{1, 0, "redial"}));
    EXPECT_TRUE(wire.lac.finished());
    EXPECT_EQ(wire.endKind(), std::nullopt) << "it was our wish";
    EXPECT_NE(wire.event<Finished>(), nullptr);
}

TEST(L2tpLac, aServerThatIsGoneDoesNotHoldTheEndUp) {
    Wire wire(client(), {});
    wire.lac.start(wire.now);
    wire.runFor(1s);
    wire.weather = nothing;
    const Time before = wire.now;
    wire.lac.close("down", wire.now);
    wire.run(before + Lac::kEndPatience - 1us);
    EXPECT_FALSE(wire.lac.finished());
    wire.run(before + Lac::kEndPatience);
    EXPECT_TRUE(wire.lac.finished());
}

TEST(L2tpLac, nothingIsSaidToAServerThatSaidNothing) {
    Wire wire(client(), {});
    wire.weather = nothing;
    wire.lac.start(wire.now);
    wire.runFor(1ms);
    wire.lac.close("down", wire.now);
    EXPECT_TRUE(wire.lac.finished());
    EXPECT_TRUE(wire.lac.takeDatagrams().empty());
}

TEST(L2tpLac, aLostTunnelIsFoundWithinTheInterval) {
    for (const Time interval : {Time(2s), Time(10s), Time(60s)}) {
        Wire wire(client({}, interval), {});
        wire.lac.start(wire.now);
        wire.runFor(interval * 5);
        ASSERT_EQ(wire.endKind(), std::nullopt) << "kept alive by HELLOs";
        EXPECT_GE(wire.lns.count(MessageType::Hello), 8);
        EXPECT_LE(wire.lns.count(MessageType::Hello), 10);
        wire.weather = nothing;
        const Time gone = wire.now;
        wire.runFor(interval);
        EXPECT_EQ(wire.endKind(), EndKind::Lost) << interval.count();
        EXPECT_LE(wire.now - gone, interval);
        EXPECT_TRUE(wire.lac.finished());
    }
}

TEST(L2tpLac, oneLostHelloIsNotALostTunnel) {
    Wire wire(client({}, 10s), {});
    wire.lac.start(wire.now);
    wire.runFor(1s);
    wire.weather = nothing;
    wire.runFor(4500ms);
    wire.weather = [] { return std::vector<Time>{5ms}; };
    wire.runFor(60s);
    EXPECT_EQ(wire.endKind(), std::nullopt);
}

TEST(L2tpLac, theServersHelloIsAnswered) {
    Wire wire(client({}, Time(0)), {});
    wire.lac.start(wire.now);
    wire.runFor(1s);
    wire.lns.hello(wire.now);
    wire.runFor(100ms);
    EXPECT_TRUE(wire.lns.settled());
    EXPECT_FALSE(wire.lac.deadline()) << "without an interval nothing wakes it";
}

TEST(L2tpLac, anUnknownMandatoryAttributeEndsTheTunnel) {
    Wire wire(client(), {});
    wire.lac.start(wire.now);
    wire.runFor(1s);
    MessageWriter odd(MessageType::Hello);
    odd.raw(MessageWriter::kMandatory, 0, 99, {});
    wire.lns.send(odd, false, wire.now);
    wire.runFor(2s);
    EXPECT_EQ(wire.endKind(), EndKind::Broken);
    EXPECT_EQ(wire.endText(), "what the tunnel server sent cannot be used: HELLO: attribute 99 is unknown");
    EXPECT_EQ(wire.lns.stopped(), (ResultCode{2, 8, "attribute 99 is unknown"}));
}

TEST(L2tpLac, anUnknownMessageCountsOnlyWhereItIsMandatory) {
    for (const bool mandatory : {false, true}) {
        Wire wire(client(), {});
        wire.lac.start(wire.now);
        wire.runFor(1s);
        MessageWriter odd(static_cast<MessageType>(99));
        auto bytes = odd.take();
        bytes[0] = mandatory ? 0x80 : 0x00;
        wire.lac.receive(writeMessage(100, 0, 2, 4, bytes), wire.now);
        wire.runFor(1s);
        EXPECT_EQ(wire.endKind().has_value(), mandatory);
    }
}

TEST(L2tpLac, aServerThatCallsUsIsTurnedDown) {
    Wire wire(client(), {});
    wire.lac.start(wire.now);
    wire.runFor(1s);
    MessageWriter call(MessageType::Ocrq);
    call.number16(Attribute::AssignedSession, 33);
    wire.lns.send(call, false, wire.now);
    wire.runFor(1s);
    EXPECT_EQ(wire.lns.callEnded(), (ResultCode{5, std::nullopt, {}}));
    EXPECT_EQ(wire.endKind(), std::nullopt);
}

TEST(L2tpLac, datagramsOfOtherTunnelsAreNoBusinessOfOurs) {
    Wire wire(client(), {});
    wire.lac.start(wire.now);
    wire.runFor(1s);
    const auto bytes = MessageWriter(MessageType::StopCcn).result({1, std::nullopt, {}}).take();
    for (const std::uint16_t tunnel : std::initializer_list<std::uint16_t>{0, 99, 101}) {
        wire.lac.receive(writeMessage(tunnel, 0, 2, 4, bytes), wire.now);
    }
    EXPECT_TRUE(wire.lac.takeEvents().empty());
    wire.lac.receive(writeMessage(100, 0, 2, 4, bytes), wire.now);
    EXPECT_FALSE(wire.lac.takeEvents().empty());
}

TEST(L2tpLac, aRefusalMayComeWithoutOurNumber) {
    Lac lac(client());
    lac.start(0s);
    lac.receive(writeMessage(0, 0, 0, 1, MessageWriter(MessageType::StopCcn).result({4, 0, "go"}).take()),
                1ms);
    const auto events = lac.takeEvents();
    ASSERT_FALSE(events.empty());
    EXPECT_EQ(std::get<Ended>(events[0]).kind, EndKind::Refused);
}

TEST(L2tpLac, anotherVersionIsRefused) {
    LnsSettings server;
    server.version = 0x0200;
    Wire wire(client(), server);
    wire.lac.start(wire.now);
    wire.runFor(2s);
    EXPECT_EQ(wire.endKind(), EndKind::Broken);
    EXPECT_EQ(wire.lns.stopped()->result, 5);
}

TEST(L2tpLac, aServerThatHidesByAnotherSecretMeansTheSecret) {
    LnsSettings server;
    server.secret = "other";
    server.hidden = true;
    Wire wire(client(kSecret), server);
    wire.lac.start(wire.now);
    wire.runFor(2s);
    EXPECT_EQ(wire.endKind(), EndKind::SecretWrong) << wire.endText();
    EXPECT_EQ(wire.endText(), "the tunnel server hides what it says by another tunnel secret");
    EXPECT_EQ(wire.lns.stopped(), (ResultCode{4, 0, "tunnel secret"})) << "though its number is unknown";
    EXPECT_TRUE(wire.lac.finished());
}

TEST(L2tpLac, aServerThatHidesAndNoSecretIsThere) {
    LnsSettings server;
    server.secret = kSecret;
    server.hidden = true;
    Wire wire(client(), server);
    wire.lac.start(wire.now);
    wire.runFor(2s);
    EXPECT_EQ(wire.endKind(), EndKind::SecretMissing) << wire.endText();
    EXPECT_EQ(wire.endText(), "the tunnel server hides what it says by a tunnel secret and none is stored");
    EXPECT_EQ(wire.lns.stopped(), (ResultCode{4, 0, "tunnel secret"}));
}

TEST(L2tpLac, aHelloThatIsLostDoesNotHoldTheEndUp) {
    Wire wire(client({}, 60s), {});
    wire.lac.start(wire.now);
    wire.runFor(29s);
    ASSERT_TRUE(wire.established());
    wire.weather = nothing;
    const std::size_t before = wire.sentAt.size();
    while (wire.sentAt.size() < before + 5) {
        wire.runFor(100ms);
    }
    ASSERT_EQ(wire.endKind(), std::nullopt) << "the interval is not over yet";
    wire.weather = [] { return std::vector<Time>{5ms}; };
    wire.lac.close("down", wire.now);
    wire.runFor(100ms);
    EXPECT_EQ(wire.lns.callEnded(), (ResultCode{3, 0, "down"}));
    EXPECT_EQ(wire.lns.stopped(), (ResultCode{1, 0, "down"}));
    EXPECT_TRUE(wire.lac.finished());
}

TEST(L2tpLac, aTunnelNumberOfZeroIsNone) {
    for (const std::uint16_t flags : {MessageWriter::kMandatory, std::uint16_t{0}}) {
        Lac lac(client());
        lac.start(0s);
        MessageWriter answer(MessageType::Sccrp);
        answer.number16(Attribute::ProtocolVersion, 0x0100).text(Attribute::HostName, "lns");
        answer.raw(flags, 0, static_cast<std::uint16_t>(Attribute::AssignedTunnel),
                   std::vector<std::uint8_t>{0, 0});
        lac.receive(writeMessage(100, 0, 0, 1, answer.take()), 1ms);
        const auto events = lac.takeEvents();
        ASSERT_FALSE(events.empty());
        ASSERT_TRUE(std::holds_alternative<Ended>(events[0])) << "no tunnel was opened";
        EXPECT_EQ(std::get<Ended>(events[0]).kind, EndKind::Broken);
    }
}

} // namespace
} // namespace ppp::l2tp
