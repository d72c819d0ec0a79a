// SPDX-License-Identifier: LGPL-2.1-or-later
// The round trip that the plugin measures in PPPoE discovery, in a process that stands in for pppd. The
// packet socket is one end of a pair, its interface is lo, whose address is all zeros.
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace {

using Bytes = std::vector<std::uint8_t>;

std::uint64_t now = 1000000; // µs
int wire = -1;               // where the frames of the concentrators go in
long long measured = -1;     // µs, as fast_connect was told

} // namespace

extern "C" {
#include "plugin.h"
#include "plugin_pppd.h"

// pppd's, of 2.4.9 and of 2.5.
char devnam[16] = "lo";
char remote_number[64] = "";
int ppp_session_number = 7;
const char* ppp_devnam() {
    return devnam;
}
const char* ppp_get_remote_number() {
    return remote_number;
}
int ppp_get_session_number() {
    return ppp_session_number;
}
void warn(const char* text, ...) {
    ADD_FAILURE() << text;
}
void test_input(int, uint8_t*, int) {}

// The plugin's other files.
void fast_connect_begin(unsigned int) {}
void fast_connect_end() {}
void fast_connect_tunnel_begin() {}
void fast_connect_session(uint16_t, const uint8_t*, uint64_t rtt) {
    measured = static_cast<long long>(rtt);
}
void padt_know(unsigned int, uint16_t, const uint8_t*) {}
void padt_send_once() {}
int urgent_watch(int) {
    return 1;
}
void urgent_hold() {}
void urgent_go_on() {}
void message_begin(struct message*, enum pppm_kind) {}
void message_u32(struct message*, enum pppm_tag, uint32_t) {}
void message_bytes(struct message*, enum pppm_tag, const void*, size_t) {}
void message_send(const struct message*, enum message_weight) {}

// libc's, as the linker puts them in the way.
int __real_socket(int family, int type, int protocol);
int __wrap_socket(int family, int type, int protocol) {
    int ends[2] = {-1, -1};
    if (family != AF_PACKET) {
        return __real_socket(family, type, protocol);
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0) {
        return -1;
    }
    wire = ends[1];
    return ends[0];
}
int __wrap_bind(int, const struct sockaddr*, socklen_t) {
    return 0;
}
int __wrap_clock_gettime(clockid_t, struct timespec* time) {
    time->tv_sec = static_cast<time_t>(now / 1000000);
    time->tv_nsec = static_cast<long>(now % 1000000) * 1000;
    return 0;
}
}

namespace {

constexpr int kSerialConn = 2, kEstablish = 4, kDead = 0; // pppd's phases

class Discovery : public testing::Test {
protected:
    void SetUp() override {
        test_channel_is_pppoe();
        measured = -1;
        discovery_phase(kSerialConn);
    }
    void TearDown() override {
        discovery_phase(kDead);
        test_channel_is_tty();
        close(wire);
    }
    /// A PADO of the concentrator with this number, `after` µs from the last one.
    static void offers(std::uint8_t concentrator, std::uint64_t after) {
        now += after;
        const auto pid = getpid();
        Bytes frame(6, 0);
        frame.insert(frame.end(), {2, 0, 0, 0, 0, concentrator, 0x88, 0x63, 0x11, 0x07, 0, 0, 0, 16});
        frame.insert(frame.end(), {0x01, 0x01, 0, 0, 0x01, 0x03, 0, sizeof pid});
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(&pid);
        frame.insert(frame.end(), bytes, bytes + sizeof pid);
        frame.insert(frame.end(), {0x01, 0x01, 0, 0});
        ASSERT_EQ(send(wire, frame.data(), frame.size(), 0), static_cast<ssize_t>(frame.size()));
        discovery_drain();
    }
    static long long sessionWith(std::uint8_t concentrator) {
        std::snprintf(remote_number, sizeof remote_number, "02:00:00:00:00:%02X", unsigned{concentrator});
        now += 5000;
        discovery_phase(kEstablish);
        return measured;
    }
};

TEST_F(Discovery, TheRoundTripIsThatOfTheConcentratorThatWasChosen) {
    offers(1, 2000);
    offers(2, 38000);
    offers(3, 1000);
    EXPECT_EQ(sessionWith(2), 40000);
}

TEST_F(Discovery, TheFirstOfItsOffersCounts) {
    offers(2, 3000);
    offers(1, 1000);
    offers(2, 70000);
    EXPECT_EQ(sessionWith(2), 3000);
}

TEST_F(Discovery, OneThatAnsweredLateOrIsNotKnownMeasuresNothing) {
    offers(1, 2000);
    offers(2, 1000000);
    EXPECT_EQ(sessionWith(2), 0);
    TearDown();
    SetUp();
    offers(1, 2000);
    EXPECT_EQ(sessionWith(9), 0);
}

} // namespace
