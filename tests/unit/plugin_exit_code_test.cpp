// SPDX-License-Identifier: LGPL-2.1-or-later
// The plugin's memory of pppd's exit code.
#include <gtest/gtest.h>

extern "C" {
#include "plugin.h"
}

namespace {

// pppd's phases, and its codes as in pppd(8), EXIT STATUS
constexpr int kSerialConn = 2, kTerminate = 9, kDisconnect = 10;
constexpr int kOk = 0, kUserRequest = 5, kNegotiation = 10, kIdle = 12, kPeerDead = 15, kHangup = 16;

class ExitCode : public testing::Test {
protected:
    void SetUp() override { exit_code_phase(kSerialConn, kNegotiation); }
};

TEST_F(ExitCode, WhyItTerminatedOutlivesAHangUpAndASignal) {
    exit_code_phase(kTerminate, kPeerDead);
    exit_code_phase(kDisconnect, kHangup);
    EXPECT_EQ(exit_code_true(kHangup), kPeerDead);
    EXPECT_EQ(exit_code_true(kUserRequest), kPeerDead);
    EXPECT_EQ(exit_code_true(kIdle), kIdle);
}

TEST_F(ExitCode, AnLcpThatIsGivenUpIsNoHangUp) {
    exit_code_phase(kDisconnect, kNegotiation);
    EXPECT_EQ(exit_code_true(kHangup), kNegotiation);
}

// pppd finds the channel closed that it closed itself.
TEST_F(ExitCode, ALinkThatATimerEndsIsNoHangUpEither) {
    exit_code_phase(kDisconnect, kOk);
    EXPECT_EQ(exit_code_true(kHangup), kOk);
    exit_code_phase(kSerialConn, kNegotiation);
    exit_code_phase(kTerminate, kOk);
    exit_code_phase(kDisconnect, kOk);
    EXPECT_EQ(exit_code_true(kHangup), kOk);
}

TEST_F(ExitCode, ATrueHangUpStays) {
    EXPECT_EQ(exit_code_true(kHangup), kNegotiation) << "before the link was up";
    exit_code_phase(kSerialConn, kOk);
    EXPECT_EQ(exit_code_true(kHangup), kHangup);
    exit_code_phase(kDisconnect, kHangup);
    EXPECT_EQ(exit_code_true(kHangup), kHangup);
    exit_code_phase(kSerialConn, kOk);
    exit_code_phase(kTerminate, kOk);
    exit_code_phase(kDisconnect, kHangup);
    EXPECT_EQ(exit_code_true(kHangup), kHangup) << "in the midst of the leave-taking";
}

} // namespace
