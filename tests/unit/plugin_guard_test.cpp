// SPDX-License-Identifier: LGPL-2.1-or-later
// What the plugin keeps from pppd.
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

extern "C" {
#include "plugin.h"
}

namespace {

using Frame = std::vector<std::uint8_t>;

Frame lcp(std::uint8_t code, std::size_t size) {
    Frame frame{0xff, 0x03, 0xc0, 0x21, code, 1, std::uint8_t(size >> 8), std::uint8_t(size & 0xff)};
    frame.resize(4 + size);
    return frame;
}

TEST(Guard, ARequestThatPppdHasNoRoomForIsMadeOneThatItDrops) {
    for (const std::size_t size : {1005U, 1200U, 1500U}) {
        Frame frame = lcp(1, size);
        EXPECT_EQ(guard_received(frame.data(), frame.size()), 1) << size;
        EXPECT_EQ(frame[6], 0);
        EXPECT_EQ(frame[7], 0) << "shorter than a header: fsm_input(), pppd/fsm.c";
    }
}

TEST(Guard, AllElseIsLeftAlone) {
    Frame short_ = lcp(1, 1004);
    Frame echo = lcp(9, 1500);
    Frame ipcp = lcp(1, 1500);
    ipcp[2] = 0x80;
    for (Frame* frame : {&short_, &echo, &ipcp}) {
        const Frame before = *frame;
        EXPECT_EQ(guard_received(frame->data(), frame->size()), 0);
        EXPECT_EQ(*frame, before);
    }
    EXPECT_EQ(guard_received(ipcp.data(), 1), 0);
}

} // namespace
