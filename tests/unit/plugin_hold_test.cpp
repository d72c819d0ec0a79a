// SPDX-License-Identifier: LGPL-2.1-or-later
// The plugin's wait for the supervisor, in a process that stands in for pppd.
#include <chrono>
#include <csignal>
#include <cstdint>

#include <sys/socket.h>

#include <gtest/gtest.h>

extern "C" {
#include "plugin.h"
#include "plugin_pppd.h"

// pppd's, as the plugin finds them: of 2.4.9 and of 2.5.
__attribute__((visibility("default"))) volatile int got_sigterm = 0;
char ifname[16] = "lo";
const char* ppp_ifname() {
    return ifname;
}
void warn(const char*, ...) {
    ADD_FAILURE() << "the wait was not ended by the signal";
}
}

namespace {

constexpr int kEstablish = 4; // pppd's PHASE_ESTABLISH
constexpr int kNetwork = 7;   // PHASE_NETWORK

int ends[2];
int looks = 0; // at the clock
bool asked = false;
bool early = false; // the signal came in between the look for one and the wait

} // namespace

// The plugin's other files.
extern "C" {
uint64_t monotonic_us() {
    if (++looks == 2) { // behind the look for a signal
        raise(SIGTERM);
        early = got_sigterm != 0;
    }
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}
void message_begin(struct message*, enum pppm_kind kind) {
    asked = kind == PPPM_READY_WANTED;
}
void message_bytes(struct message*, enum pppm_tag, const void*, size_t) {}
void message_u32(struct message*, enum pppm_tag, uint32_t) {}
void message_send(const struct message*, enum message_weight) {}
void messages_forget(enum pppm_kind) {}
void test_input(int, uint8_t*, int) {}
int messages_fd() {
    return ends[0];
}
void urgent_hold() {}
void urgent_go_on() {}
void asks_drain() {}
}

namespace {

TEST(PluginHold, ASignalRightBeforeTheWaitEndsIt) {
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    signal(SIGTERM, [](int number) { got_sigterm = number; });
    hold_begin();
    hold_phase(kEstablish);
    EXPECT_TRUE(asked);
    hold_phase(kNetwork); // nobody answers
    EXPECT_EQ(looks, 2);
    EXPECT_FALSE(early) << "it is not there to be seen, and nothing wakes the wait";
    EXPECT_EQ(got_sigterm, SIGTERM);
    sigset_t now{};
    sigprocmask(SIG_BLOCK, nullptr, &now);
    EXPECT_EQ(sigismember(&now, SIGTERM) + sigismember(&now, SIGINT) + sigismember(&now, SIGHUP), 0);
}

/// pppd tells the kernel the mode of each protocol that is asked before a wait for traffic (demand.c): LCP's
/// number is none that the kernel knows.
TEST(PluginHold, LcpIsNotTakenForANetworkProtocol) {
    hold_begin();
    ASSERT_TRUE(test_lcp_has_demand());
    got_sigterm = SIGTERM; // nobody answers
    EXPECT_EQ(test_lcp_demand(), 1);
    EXPECT_FALSE(test_lcp_has_demand());
}

} // namespace
