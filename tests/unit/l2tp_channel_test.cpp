// SPDX-License-Identifier: LGPL-2.1-or-later
// The reliable channel, message by message.
#include "engine/l2tp/channel.hpp"

#include <gtest/gtest.h>

namespace ppp::l2tp {
namespace {

using namespace std::chrono_literals;

std::vector<std::uint8_t> body(MessageType type = MessageType::Hello) {
    return MessageWriter(type).take();
}

struct Sent {
    Datagram bytes;
    Header header;
};

class ChannelTest : public testing::Test {
protected:
    ChannelTest() { channel.setPeerTunnel(77); }

    std::vector<Sent> sent() {
        std::vector<Sent> out;
        for (auto& datagram : channel.take()) {
            Sent one{datagram, {}};
            const auto header = readHeader(one.bytes);
            EXPECT_TRUE(header);
            one.header = header.value_or(Header{});
            out.push_back(std::move(one));
        }
        return out;
    }
    std::vector<int> sentNumbers() {
        std::vector<int> out;
        for (const Sent& one : sent()) {
            out.push_back(one.bytes.size() == 12 ? -1 : one.header.ns);
        }
        return out;
    }
    std::size_t from(std::uint16_t ns, std::uint16_t nr, bool zlb = false, std::uint16_t session = 0) {
        const auto bytes = zlb ? std::vector<std::uint8_t>{} : body();
        const Datagram datagram = writeMessage(1, session, ns, nr, bytes);
        return channel.receive(*readHeader(datagram), now).size();
    }
    void ack(std::uint16_t nr) { from(0, nr, true); }
    void queue(int count) {
        for (int n = 0; n < count; ++n) {
            channel.send(0, body(), now);
        }
    }

    Channel channel;
    Time now = 100s;
};

using Numbers = std::vector<int>;

TEST_F(ChannelTest, aMessageGoesOutWithTheNumbersOfBothDirections) {
    channel.send(5, body(), now);
    const auto out = sent();
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].header.tunnel, 77);
    EXPECT_EQ(out[0].header.session, 5);
    EXPECT_EQ(out[0].header.ns, 0);
    EXPECT_EQ(out[0].header.nr, 0);
    EXPECT_FALSE(channel.settled());
    ack(1);
    EXPECT_TRUE(channel.settled());
    EXPECT_FALSE(channel.deadline());
}

TEST_F(ChannelTest, retransmissionsComeAfterOneTwoFourEightAndEightSeconds) {
    queue(1);
    sent();
    for (const Time wait : {1s, 2s, 4s, 8s, 8s}) {
        ASSERT_EQ(channel.deadline(), now + wait);
        channel.tick(now + wait - 1us);
        EXPECT_TRUE(sent().empty());
        now += wait;
        channel.tick(now);
        EXPECT_EQ(sentNumbers(), Numbers{0});
        EXPECT_FALSE(channel.exhausted());
    }
    ASSERT_EQ(channel.deadline(), now + 8s);
    now += 8s;
    channel.tick(now);
    EXPECT_TRUE(sent().empty());
    EXPECT_TRUE(channel.exhausted());
    EXPECT_FALSE(channel.deadline());
    EXPECT_EQ(Pace{}.span(), 31s);
}

TEST_F(ChannelTest, anAnswerStartsTheWaitAnew) {
    queue(1);
    now += 1s;
    channel.tick(now);
    now += 2s;
    channel.tick(now);
    ack(1);
    queue(1);
    EXPECT_EQ(channel.deadline(), now + 1s);
}

TEST_F(ChannelTest, theWindowOpensSlowlyAndNeverWiderThanThePeerSays) {
    channel.setWindow(3);
    queue(9);
    EXPECT_EQ(sentNumbers(), Numbers{0});
    ack(1);
    EXPECT_EQ(sentNumbers(), (Numbers{1, 2}));
    ack(3);
    EXPECT_EQ(sentNumbers(), (Numbers{3, 4, 5}));
    ack(4);
    EXPECT_EQ(sentNumbers(), Numbers{6});
    ack(7);
    EXPECT_EQ(sentNumbers(), (Numbers{7, 8}));
}

TEST_F(ChannelTest, aPeerWithoutAWindowHasFour) {
    queue(12);
    for (const std::uint16_t nr : std::initializer_list<std::uint16_t>{1, 3, 6}) {
        sent();
        ack(nr);
    }
    EXPECT_EQ(sentNumbers(), (Numbers{7, 8, 9})) << "6 is under way";
}

TEST_F(ChannelTest, aLossHalvesTheWindowAndStartsWithOne) {
    channel.setWindow(4);
    queue(12);
    ack(1);
    ack(3);
    sent(); // 3, 4, 5 are under way
    now += 1s;
    channel.tick(now);
    EXPECT_EQ(sentNumbers(), Numbers{3});
    ack(6); // the peer had them all the same
    EXPECT_EQ(sentNumbers().front(), 6);
    EXPECT_TRUE(channel.deadline());
}

TEST_F(ChannelTest, whatWasNeverSentCannotBeAcknowledged) {
    queue(1);
    sent();
    ack(2);
    EXPECT_FALSE(channel.settled());
    ack(0xffff);
    EXPECT_FALSE(channel.settled());
    ack(1);
    EXPECT_TRUE(channel.settled());
}

TEST_F(ChannelTest, deliversOnceAndAcknowledgesAfterAMoment) {
    EXPECT_EQ(from(0, 0), 1U);
    EXPECT_TRUE(sent().empty());
    ASSERT_EQ(channel.deadline(), now + Channel::kAckDelay);
    channel.tick(now + Channel::kAckDelay);
    const auto out = sent();
    ASSERT_EQ(out.size(), 1U);
    EXPECT_TRUE(out[0].header.body.empty());
    EXPECT_EQ(out[0].header.nr, 1);
    EXPECT_FALSE(channel.deadline());
}

TEST_F(ChannelTest, anAnswerCarriesTheAcknowledgement) {
    from(0, 0);
    queue(1);
    const auto out = sent();
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].header.nr, 1);
    channel.tick(now + 100ms);
    EXPECT_TRUE(sent().empty());
}

TEST_F(ChannelTest, aDuplicateIsAcknowledgedAgainAtOnceAndNotDelivered) {
    from(0, 0);
    channel.tick(now + 1s);
    sent();
    EXPECT_EQ(from(0, 0), 0U);
    EXPECT_EQ(sentNumbers(), Numbers{-1});
}

TEST_F(ChannelTest, aBareAcknowledgementIsNotAcknowledged) {
    EXPECT_EQ(from(0, 0, true), 0U);
    EXPECT_FALSE(channel.deadline());
    EXPECT_TRUE(sent().empty());
}

TEST_F(ChannelTest, whatComesTooEarlyWaitsForItsTurn) {
    EXPECT_EQ(from(2, 0), 0U);
    EXPECT_EQ(from(1, 0), 0U);
    EXPECT_EQ(from(1, 0), 0U);
    EXPECT_EQ(from(0, 0), 3U);
    channel.tick(now + 1s);
    const auto out = sent();
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].header.nr, 3);
}

TEST_F(ChannelTest, whatLiesBeyondOurWindowIsDropped) {
    EXPECT_EQ(from(Channel::kOurWindow, 0), 0U);
    for (std::uint16_t ns = 0; ns < Channel::kOurWindow; ++ns) {
        EXPECT_EQ(from(ns, 0), 1U);
    }
    EXPECT_EQ(from(Channel::kOurWindow, 0), 1U);
}

TEST_F(ChannelTest, numbersWrapRound) {
    for (int n = 0; n < 70'000; ++n) {
        const auto ns = static_cast<std::uint16_t>(n);
        ASSERT_EQ(from(ns, ns), 1U) << n;
        queue(1);
        const auto out = sent();
        ASSERT_EQ(out.size(), 1U) << n;
        ASSERT_EQ(out[0].header.ns, ns);
        ASSERT_EQ(out[0].header.nr, static_cast<std::uint16_t>(n + 1));
        ack(static_cast<std::uint16_t>(n + 1));
        ASSERT_TRUE(channel.settled());
    }
}

constexpr Pace kHurry{250ms, 250ms, 8};

TEST_F(ChannelTest, aLostMessageDoesNotHoldTheEndUp) {
    channel.send(0, body(), now);
    for (int n = 0; n < 4; ++n) {
        now = *channel.deadline();
        channel.tick(now);
    }
    sent();
    EXPECT_GT(*channel.deadline(), now + 1s);
    queue(2);
    EXPECT_EQ(sentNumbers(), Numbers{}) << "after a loss one message at a time";
    channel.hurry(kHurry, now);
    EXPECT_EQ(sentNumbers(), (Numbers{0, 1, 2}));
    EXPECT_EQ(channel.deadline(), now + 250ms);
    ack(3);
    EXPECT_TRUE(channel.settled());
}

TEST_F(ChannelTest, hurrySendsNothingTwiceThatIsNotKnownToBeLost) {
    queue(1);
    ack(1);
    sent();
    queue(2);
    EXPECT_EQ(sentNumbers(), (Numbers{1, 2}));
    channel.hurry(kHurry, now);
    EXPECT_EQ(sentNumbers(), Numbers{});
    EXPECT_EQ(channel.deadline(), now + 250ms);
}

TEST_F(ChannelTest, hurryKeepsToTheWindow) {
    channel.setWindow(2);
    queue(5);
    EXPECT_EQ(sentNumbers(), Numbers{0});
    channel.hurry(kHurry, now);
    EXPECT_EQ(sentNumbers(), Numbers{1});
}

} // namespace
} // namespace ppp::l2tp
