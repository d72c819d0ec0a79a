// SPDX-License-Identifier: LGPL-2.1-or-later
// The plugin's Response that goes out once more, in a process that stands in for pppd: its timer and its
// channel.
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace {

using Timer = void (*)(void*);
Timer armed = nullptr;
int armedFor = 0; // µs
int timesArmed = 0;
std::uint64_t now = 1000000; // µs
std::uint64_t roundTrip = 0; // µs

void arm(Timer call, int microseconds) {
    armed = call;
    armedFor = microseconds;
    ++timesArmed;
}

} // namespace

extern "C" {
#include "plugin.h"

// pppd's, of 2.4.9 and of 2.5.
__attribute__((visibility("default"))) int fd_ppp = -1;
void timeout(Timer call, void*, int, int microseconds) {
    arm(call, microseconds);
}
void untimeout(Timer, void*) {
    armed = nullptr;
}
void ppp_timeout(Timer call, void*, int, int microseconds) {
    arm(call, microseconds);
}
void ppp_untimeout(Timer, void*) {
    armed = nullptr;
}
void dbglog(const char*, ...) {}
uint64_t monotonic_us() {
    return now;
}
uint64_t fast_connect_rtt() {
    return roundTrip;
}
}

namespace {

constexpr int kAuthenticate = 5; // pppd's PHASE_AUTHENTICATE
constexpr int kNetwork = 7;      // PHASE_NETWORK

using Frame = std::vector<std::uint8_t>;
const Frame kChallenge{0xff, 0x03, 0xc2, 0x23, 1, 7, 0, 9, 1, 0x55, 'a', 'c', 0};
const Frame kResponse{0xff, 0x03, 0xc2, 0x23, 2, 7, 0, 9, 1, 0xaa, 'm', 'e', 0};
const Frame kSuccess{0xff, 0x03, 0xc2, 0x23, 3, 7, 0, 4};
const Frame kFailure{0xff, 0x03, 0xc2, 0x23, 4, 7, 0, 4};
const Frame kIpcp{0xff, 0x03, 0x80, 0x21, 1, 1, 0, 4};
const Frame kLcpEcho{0xff, 0x03, 0xc0, 0x21, 9, 1, 0, 8, 0, 0, 0, 0};

class ChapAgain : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends_), 0);
        fd_ppp = ends_[0];
        roundTrip = 0;
        chap_again_phase(kAuthenticate);
        received(kChallenge);
        sent(kResponse);
    }
    void TearDown() override {
        chap_again_phase(kNetwork);
        close(ends_[0]);
        close(ends_[1]);
    }
    static void received(const Frame& frame) {
        const ppp_frame read = ppp_frame_read(frame.data(), frame.size());
        chap_again_received(&read, frame.data(), frame.size());
    }
    static void sent(const Frame& frame) {
        const ppp_frame read = ppp_frame_read(frame.data(), frame.size());
        chap_again_sent(&read, frame.data(), frame.size());
    }
    static void fire() {
        if (armed != nullptr) {
            std::exchange(armed, nullptr)(nullptr);
        }
    }
    // What came out on the wire, without address and control; empty where nothing did.
    Frame wire() const {
        Frame frame(600);
        const ssize_t length = read(ends_[1], frame.data(), frame.size());
        frame.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
        return frame;
    }
    void peerSends() const { ASSERT_EQ(write(ends_[1], "x", 1), 1); }
    void pppdReads() const {
        char byte = 0;
        ASSERT_EQ(read(ends_[0], &byte, 1), 1);
    }

private:
    int ends_[2] = {-1, -1};
};

const Frame kOnTheWire(kResponse.begin() + 2, kResponse.end());

TEST_F(ChapAgain, ANetworkRequestWithoutAVerdictBringsItOnce) {
    fire();
    EXPECT_TRUE(wire().empty());
    received(kLcpEcho);
    fire();
    EXPECT_TRUE(wire().empty()) << "that tells nothing";
    received(kIpcp);
    fire();
    EXPECT_EQ(wire(), kOnTheWire);
    received(kIpcp);
    fire();
    EXPECT_TRUE(wire().empty()) << "too soon";
}

TEST_F(ChapAgain, AVerdictThatWasOnlyOvertakenHasItsTime) {
    received(kIpcp);
    EXPECT_EQ(armedFor, 100000);
    received(kSuccess);
    fire();
    EXPECT_TRUE(wire().empty());

    roundTrip = 20000;
    received(kChallenge);
    sent(kResponse);
    received(kIpcp);
    EXPECT_EQ(armedFor, 100000);
    roundTrip = 200000;
    received(kChallenge);
    sent(kResponse);
    received(kIpcp);
    EXPECT_EQ(armedFor, 600000);
}

TEST_F(ChapAgain, RequestsThatKeepComingDoNotPutItOff) {
    received(kIpcp);
    const int before = timesArmed;
    for (int n = 0; n < 20; ++n) {
        received(kIpcp);
    }
    EXPECT_EQ(timesArmed, before);
    fire();
    EXPECT_EQ(wire(), kOnTheWire);
    peerSends(); // and while pppd is waited for
    now += 600000;
    received(kIpcp);
    fire();
    EXPECT_EQ(armedFor, 1000);
    received(kIpcp);
    EXPECT_EQ(armedFor, 1000);
    pppdReads();
    fire();
    EXPECT_EQ(wire(), kOnTheWire);
}

TEST_F(ChapAgain, SeldomAndNotForEver) {
    std::size_t times = 0;
    for (int n = 0; n < 20; ++n) {
        now += 600000;
        received(kIpcp);
        fire();
        times += wire().empty() ? 0 : 1;
    }
    EXPECT_EQ(times, 5U);
}

TEST_F(ChapAgain, AVerdictThatIsOnlyReadLaterIsWaitedFor) {
    peerSends();
    received(kIpcp);
    fire();
    EXPECT_TRUE(wire().empty()) << "the channel holds something";
    pppdReads();
    received(kSuccess);
    fire();
    EXPECT_TRUE(wire().empty());
}

TEST_F(ChapAgain, AVerdictOrTheEndOfThePhaseEndsIt) {
    for (const Frame& verdict : {kSuccess, kFailure, kChallenge}) {
        sent(kResponse);
        received(verdict);
        received(kIpcp);
        fire();
        EXPECT_TRUE(wire().empty());
    }
    sent(kResponse);
    received(kIpcp);
    chap_again_phase(kNetwork);
    fire();
    received(kIpcp);
    fire();
    EXPECT_TRUE(wire().empty());
    sent(kResponse); // and what is sent now is another matter
    received(kIpcp);
    fire();
    EXPECT_TRUE(wire().empty());
}

} // namespace
