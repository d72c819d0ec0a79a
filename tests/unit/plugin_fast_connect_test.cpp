// SPDX-License-Identifier: LGPL-2.1-or-later
// The plugin's rescue of an LCP request that came before the channel was there, in a process that stands in
// for pppd. The packet socket is one end of a pair: the kernel runs its filter there, too.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace {

using Timer = void (*)(void*);
using Bytes = std::vector<std::uint8_t>;

std::vector<Timer> armed;
std::uint64_t now = 1000000;  // µs
int wire = -1;                // where the peer's frames go in
std::vector<Bytes> given;     // to LCP
std::vector<unsigned> wishes; // as the watcher of the authentication was shown them
int answer = 0;               // bytes that LCP writes into the place of what it was given

void disarm(Timer call) {
    std::erase(armed, call);
}

} // namespace

extern "C" {
#include "plugin.h"
#include "plugin_pppd.h"

// pppd's, of 2.4.9 and of 2.5.
__attribute__((visibility("default"))) int fd_ppp = -1;
void timeout(Timer call, void*, int, int) {
    armed.push_back(call);
}
void untimeout(Timer call, void*) {
    disarm(call);
}
void ppp_timeout(Timer call, void*, int, int) {
    armed.push_back(call);
}
void ppp_untimeout(Timer call, void*) {
    disarm(call);
}
void dbglog(const char*, ...) {}
void test_input(int, uint8_t* packet, int length) {
    given.emplace_back(packet, packet + length);
    std::fill_n(packet, answer, std::uint8_t{0xee});
}

// The plugin's other files.
uint64_t monotonic_us() {
    return now;
}
void auth_frame(const struct ppp_frame* frame) {
    if (frame->event == PPP_EVENT_LCP_REQUEST) {
        wishes.push_back(frame->auth_protocol);
    }
}
void auth_sent(const struct ppp_frame*) {}
void peer_auth_frame(const struct ppp_frame*) {}
void lcp_frame(const struct ppp_frame*) {}
void lcp_sent(const struct ppp_frame*) {}
void damage_received(const struct ppp_frame*) {}
void early_ncp_received(const uint8_t*, size_t) {}
void chap_again_received(const struct ppp_frame*, const uint8_t*, size_t) {}
void chap_again_sent(const struct ppp_frame*, const uint8_t*, size_t) {}
void leave_sent(const struct ppp_frame*) {}
void asks_received(const struct ppp_frame*) {}
void asks_moment() {}

// libc's, as the linker puts them in the way.
int __wrap_socket(int, int, int) {
    int ends[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0) {
        return -1;
    }
    const int room = 200000; // for a flood
    setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    wire = ends[1];
    return ends[0];
}
int __wrap_bind(int, const struct sockaddr*, socklen_t) {
    return 0;
}
}

namespace {

constexpr std::uint16_t kSession = 0x1234;
constexpr std::uint64_t kRoundTrip = 20000;
constexpr std::size_t kLongest = 256;
constexpr int kBurst = 256;
const Bytes kMac{2, 0, 0, 0, 0, 9};
const Bytes kPap{3, 4, 0xc0, 0x23};

Bytes requestWith(const Bytes& options, std::uint8_t id = 1) {
    const std::size_t length = options.size() + 4;
    Bytes packet{1, id, static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length & 0xff)};
    packet.insert(packet.end(), options.begin(), options.end());
    return packet;
}

/// A request of so many bytes, all of them MRUs that pppd answers with its own.
Bytes requestOf(std::size_t length) {
    Bytes options;
    while (options.size() + 4 < length) {
        options.insert(options.end(), {1, 4, 0, 1});
    }
    return requestWith(options);
}

class FastConnect : public testing::Test {
protected:
    static void SetUpTestSuite() { snoop_watch(); }
    void SetUp() override {
        ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends_), 0);
        fd_ppp = ends_[0];
        given.clear();
        wishes.clear();
        answer = 0;
        fast_connect_begin(1);
    }
    void TearDown() override {
        fast_connect_end();
        test_negotiate_lcp(0);
        EXPECT_TRUE(armed.empty());
        for (const int fd : {wire, ends_[0], ends_[1]}) {
            close(fd);
        }
    }
    static void caught(const Bytes& packet, std::uint16_t session = kSession) {
        const std::size_t payload = packet.size() + 2;
        Bytes frame{2, 0, 0, 0, 0, 1};
        frame.insert(frame.end(), kMac.begin(), kMac.end());
        frame.insert(frame.end(),
                     {0x88, 0x64, 0x11, 0, static_cast<std::uint8_t>(session >> 8),
                      static_cast<std::uint8_t>(session & 0xff), static_cast<std::uint8_t>(payload >> 8),
                      static_cast<std::uint8_t>(payload & 0xff), 0xc0, 0x21});
        frame.insert(frame.end(), packet.begin(), packet.end());
        ASSERT_EQ(send(wire, frame.data(), frame.size(), 0), static_cast<ssize_t>(frame.size()));
    }
    static void begins() {
        fast_connect_session(kSession, kMac.data(), kRoundTrip);
        test_negotiate_lcp(1);
    }
    static void delivered(const Bytes& packet) { // by the channel
        Bytes frame{0xff, 0x03, 0xc0, 0x21};
        frame.insert(frame.end(), packet.begin(), packet.end());
        test_snoop(frame.data(), frame.size());
    }
    static void fire() {
        for (const Timer call : std::exchange(armed, {})) {
            call(nullptr);
        }
    }
    static void sendsOurs() {
        const Bytes frame{0xff, 0x03, 0xc0, 0x21, 1, 7, 0, 4};
        fast_connect_sent(frame.data(), frame.size());
    }
    int framesOut() const {
        int count = 0;
        for (char bytes[64]; read(ends_[1], bytes, sizeof bytes) > 0;) {
            ++count;
        }
        return count;
    }

private:
    int ends_[2] = {-1, -1};
};

TEST_F(FastConnect, ARequestThatCameTooEarlyIsGivenOnce) {
    caught(requestOf(40), kSession + 1);
    caught(requestOf(32));
    caught(requestOf(40), kSession + 1);
    begins();
    EXPECT_TRUE(given.empty());
    fire();
    EXPECT_EQ(given, std::vector<Bytes>{requestOf(32)});
    fire();
    EXPECT_EQ(given.size(), 1U);
}

TEST_F(FastConnect, NoneThatIsLongerThanRequestsAre) {
    for (const std::size_t length : {kLongest + 4, std::size_t{1500}, std::size_t{1576}}) {
        caught(requestOf(length));
    }
    begins();
    fire();
    EXPECT_TRUE(given.empty()) << given[0].size() << " bytes: pppd's buffers have not the room for an answer";
}

TEST_F(FastConnect, TheLongestIsGivenWithRoomForTheAnswer) {
    answer = 1500; // as in pppd's own buffer
    caught(requestOf(kLongest));
    begins();
    fire();
    EXPECT_EQ(given, std::vector<Bytes>{requestOf(kLongest)});
    EXPECT_EQ(fast_connect_rtt(), kRoundTrip);
}

TEST_F(FastConnect, AFloodIsNotReadToItsEnd) {
    for (int n = 0; n < kBurst; ++n) {
        caught(requestWith({1, 4, 5, 0xd4}, 1));
    }
    caught(requestWith({1, 4, 5, 0xd4}, 2));
    begins();
    fire();
    EXPECT_EQ(given, std::vector<Bytes>{requestWith({1, 4, 5, 0xd4}, 1)});
}

TEST_F(FastConnect, TheWatchersSeeARescuedOneAsAnyOther) {
    caught(requestWith(kPap));
    begins();
    fire();
    EXPECT_EQ(given.size(), 1U);
    EXPECT_EQ(wishes, std::vector<unsigned>{0xc023}) << "each once";
}

TEST_F(FastConnect, OursGoesOutOnceAheadOfTheAnswerToARescuedOne) {
    caught(requestWith(kPap));
    begins();
    const std::vector<Timer> rescue = std::exchange(armed, {});
    sendsOurs();
    now += 3 * kRoundTrip;
    ASSERT_EQ(rescue.size(), 1U);
    rescue[0](nullptr);
    EXPECT_EQ(given.size(), 1U);
    EXPECT_EQ(framesOut(), 1);
}

TEST_F(FastConnect, WhatTheChannelHasDeliveredIsNotRescued) {
    caught(requestWith(kPap));
    begins();
    delivered(requestWith(kPap));
    fire();
    EXPECT_TRUE(given.empty());
    EXPECT_EQ(wishes, std::vector<unsigned>{0xc023});
}

} // namespace
