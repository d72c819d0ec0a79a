// SPDX-License-Identifier: LGPL-2.1-or-later
// Many that want to dial: in order, never too many at once, nobody held up by the silent or forgotten.
#include "core/dial_pacer.hpp"

#include <gtest/gtest.h>

#include "support/fake_ports.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

struct Pacing : testing::Test {
    FakeClock clock;
    DialPacer pacer{clock};
    std::vector<int> order;
    std::vector<std::unique_ptr<DialTurn>> turns;

    void ask(int count) {
        for (int i = 0; i < count; ++i) {
            const int number = static_cast<int>(turns.size());
            turns.push_back(pacer.ask([this, number] { order.push_back(number); }));
        }
    }
    void fill() {
        ask(static_cast<int>(DialPacer::kPlaces));
        for (const auto& turn : turns) {
            ASSERT_TRUE(turn->granted());
        }
    }
};

TEST_F(Pacing, GrantsAtOnceWhileThereIsRoomAndNeverCallsBackThen) {
    fill();
    clock.advance(1min);
    EXPECT_TRUE(order.empty());
    EXPECT_EQ(clock.armed(), 0U) << "nobody waits, nobody wakes";
}

TEST_F(Pacing, GoesOnInTheOrderOfAsking) {
    fill();
    ask(3);
    const auto first = static_cast<int>(DialPacer::kPlaces);
    EXPECT_FALSE(turns.back()->granted());
    clock.settle();
    EXPECT_TRUE(order.empty());
    turns[0].reset();
    turns[1].reset();
    EXPECT_TRUE(order.empty()) << "never from within another's call";
    clock.settle();
    EXPECT_EQ(order, (std::vector<int>{first, first + 1}));
    EXPECT_EQ(pacer.waiting(), 1U);
}

TEST_F(Pacing, ForgetsThoseThatLeaveTheQueue) {
    fill();
    ask(2);
    turns[DialPacer::kPlaces].reset();
    turns[0].reset();
    clock.settle();
    EXPECT_EQ(order, std::vector<int>{static_cast<int>(DialPacer::kPlaces) + 1});
    EXPECT_EQ(pacer.waiting(), 0U);
}

TEST_F(Pacing, ASilentPeerHoldsNobodyUp) {
    fill();
    ask(static_cast<int>(DialPacer::kPlaces));
    for (std::size_t i = 0; i < DialPacer::kPlaces; ++i) {
        turns[i]->holdFor(1s);
    }
    clock.advance(999ms);
    EXPECT_TRUE(order.empty());
    clock.advance(1ms);
    EXPECT_EQ(order.size(), DialPacer::kPlaces);
    turns[0].reset(); // its place was given on long ago
    ask(1);
    clock.settle();
    EXPECT_EQ(order.size(), DialPacer::kPlaces);
}

TEST_F(Pacing, NoPlaceIsHeldForEver) {
    fill();
    ask(1);
    clock.advance(DialPacer::kLongest - 1ms);
    EXPECT_TRUE(order.empty());
    clock.advance(1ms);
    EXPECT_EQ(order.size(), 1U);
}

TEST_F(Pacing, AThousandAllComeToTheirTurn) {
    ask(1000);
    for (int i = 0; i < 1000; ++i) {
        turns[static_cast<std::size_t>(i)].reset();
        clock.settle();
    }
    EXPECT_EQ(order.size(), 1000 - DialPacer::kPlaces);
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

} // namespace
