// SPDX-License-Identifier: LGPL-2.1-or-later
// The plugin's short leave-taking, in a process that stands in for pppd.
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

extern "C" {
#include "plugin.h"
#include "plugin_pppd.h"

void test_input(int, uint8_t*, int) {}
}

namespace {

constexpr int kTerminate = 9; // pppd's PHASE_TERMINATE
constexpr int kDisconnect = 10;

std::uint64_t roundTrip = 0; // µs

class Leave : public testing::Test {
protected:
    void SetUp() override {
        roundTrip = 20000;
        test_channel_is_pppoe();
        test_set_lcp_timer(3, 2);
        leave_phase(kTerminate);
    }
    void TearDown() override { leave_phase(kDisconnect); }
    static void sends(ppp_event event, const std::string& text) {
        ppp_frame frame{};
        frame.event = event;
        frame.text = reinterpret_cast<const std::uint8_t*>(text.data());
        frame.text_length = text.size();
        leave_sent(&frame);
    }
};

} // namespace

extern "C" uint64_t fast_connect_rtt() {
    return roundTrip;
}

namespace {

TEST_F(Leave, FromAPeerThatAnswersNothingItIsTakenOnce) {
    sends(PPP_EVENT_LCP_TERMINATE, "Peer not responding");
    EXPECT_EQ(test_lcp_left(), 0);
}

TEST_F(Leave, OnASerialLineItHasTheTimeToGoOut) {
    test_channel_is_tty();
    roundTrip = 0; // it is not known there
    sends(PPP_EVENT_LCP_TERMINATE, "Peer not responding");
    EXPECT_EQ(test_lcp_left(), 1) << "with 0 pppd flushes the line at once";
    EXPECT_EQ(test_lcp_wait(), 1);
    leave_phase(kDisconnect);
    EXPECT_EQ(test_lcp_wait(), 3);
    sends(PPP_EVENT_LCP_TERMINATE, "User request");
    EXPECT_EQ(test_lcp_wait(), 3);
}

TEST_F(Leave, FromAnyOtherItIsTakenAsOftenAsPppdWouldOnlySooner) {
    for (const char* words : {"User request", "Peer not responding to us", "Peer", ""}) {
        sends(PPP_EVENT_LCP_TERMINATE, words);
        EXPECT_EQ(test_lcp_left(), 2) << words;
        EXPECT_EQ(test_lcp_wait(), 1) << words;
    }
    leave_phase(kDisconnect);
    EXPECT_EQ(test_lcp_wait(), 3) << "the next negotiation is another matter";
}

TEST_F(Leave, WhereTheLineIsSlowOrNothingIsKnownOfItPppdHasItsWay) {
    for (const std::uint64_t rtt : {0, 300000, 900000}) {
        roundTrip = rtt;
        sends(PPP_EVENT_LCP_TERMINATE, "User request");
        EXPECT_EQ(test_lcp_wait(), 3) << rtt;
    }
}

TEST_F(Leave, AShorterWaitThatWasAskedForStays) {
    test_set_lcp_timer(1, 2);
    sends(PPP_EVENT_LCP_TERMINATE, "User request");
    leave_phase(kDisconnect);
    EXPECT_EQ(test_lcp_wait(), 1);
}

TEST_F(Leave, OtherFramesChangeNothing) {
    sends(PPP_EVENT_LCP_REQUEST, "Peer not responding");
    EXPECT_EQ(test_lcp_left(), 2);
    EXPECT_EQ(test_lcp_wait(), 3);
}

} // namespace
