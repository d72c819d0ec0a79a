// SPDX-License-Identifier: LGPL-2.1-or-later
// The plugin's reports to a supervisor that does not read for a while: how things stand arrives all the same.
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

extern "C" {
#include "plugin.h"
}

namespace {

void say(enum pppm_kind kind, enum pppm_tag tag = PPPM_T_PHASE, std::uint32_t number = 0,
         enum message_weight weight = MESSAGE_NORMAL) {
    struct message message {};
    message_begin(&message, kind);
    message_u32(&message, tag, number);
    message_send(&message, weight);
}

class PluginMessages : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends_), 0);
        messages_open(ends_[0]);
    }
    void TearDown() override {
        for (const enum pppm_kind kind : {PPPM_PHASE, PPPM_LCP, PPPM_IP4, PPPM_IP6}) {
            messages_forget(kind);
        }
        close(ends_[0]);
        close(ends_[1]);
    }
    /// The peer negotiates anew, its address is another each time.
    static void negotiate(std::uint32_t address) {
        say(PPPM_IP4_DOWN, PPPM_T_PHASE, 0, MESSAGE_KEPT);
        say(PPPM_IP6_DOWN, PPPM_T_PHASE, 0, MESSAGE_KEPT);
        say(PPPM_PHASE, PPPM_T_PHASE, PPPM_PHASE_ESTABLISH);
        say(PPPM_LCP, PPPM_T_MRU, 1492);
        say(PPPM_PHASE, PPPM_T_PHASE, PPPM_PHASE_NETWORK);
        say(PPPM_IP4, PPPM_T_LOCAL, address, MESSAGE_KEPT);
        say(PPPM_IP6, PPPM_T_IFINDEX, 7);
        say(PPPM_PHASE, PPPM_T_PHASE, PPPM_PHASE_RUNNING);
    }
    void read() {
        std::array<std::uint8_t, PPPM_MAX_DATAGRAM> buffer{};
        ssize_t size = 0;
        while ((size = recv(ends_[1], buffer.data(), buffer.size(), MSG_DONTWAIT)) > 0) {
            std::uint32_t number = 0;
            std::memcpy(&number, buffer.data() + size - sizeof number, sizeof number);
            switch (buffer[1]) {
            case PPPM_IP4:
                address_ = number;
                break;
            case PPPM_IP4_DOWN:
                address_ = 0;
                break;
            case PPPM_IP6:
            case PPPM_IP6_DOWN:
                six_ = buffer[1] == PPPM_IP6;
                break;
            case PPPM_PHASE:
                phase_ = number;
                break;
            default:
                break;
            }
        }
    }

    int ends_[2] = {-1, -1};
    std::uint32_t address_ = 0, phase_ = 0;
    bool six_ = false;
};

TEST_F(PluginMessages, WhatFoundNoRoomIsSaidOnceThereIsSome) {
    for (const std::uint32_t times : {1U, 40U, 100U, 400U}) {
        for (std::uint32_t n = 1; n <= times; ++n) {
            negotiate(times * 1000 + n);
        }
        messages_repeat(); // the next daemon asks before it reads
        read();
        messages_room(); // by the kernel's signal (urgent.c)
        read();
        EXPECT_EQ(address_, times * 1000 + times);
        EXPECT_EQ(phase_, static_cast<std::uint32_t>(PPPM_PHASE_RUNNING)) << times;
        EXPECT_TRUE(six_) << times;
    }
}

TEST_F(PluginMessages, AnEndIsHeardOf) {
    for (std::uint32_t n = 1; n <= 400; ++n) {
        negotiate(n);
    }
    say(PPPM_IP4_DOWN, PPPM_T_PHASE, 0, MESSAGE_KEPT);
    say(PPPM_IP6_DOWN, PPPM_T_PHASE, 0, MESSAGE_KEPT);
    read();
    messages_room();
    read();
    EXPECT_EQ(address_, 0U);
    EXPECT_FALSE(six_);
    messages_room();
    EXPECT_EQ(recv(ends_[1], &phase_, 1, MSG_DONTWAIT), -1) << "all is said";
}

} // namespace
