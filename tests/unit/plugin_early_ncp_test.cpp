// SPDX-License-Identifier: LGPL-2.1-or-later
// The network protocols' requests that the plugin keeps for pppd, in a process that stands in for it.
#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace {

using Timer = void (*)(void*);
using Bytes = std::vector<std::uint8_t>;
Timer armed = nullptr;
std::map<int, Bytes> given; // per protocol
int answer = 0;             // bytes that an input writes into the place of what it was given

} // namespace

extern "C" {
#include "plugin.h"
#include "plugin_pppd.h"

// pppd's, of 2.4.9 and of 2.5.
void timeout(Timer call, void*, int, int) {
    armed = call;
}
void untimeout(Timer, void*) {
    armed = nullptr;
}
void ppp_timeout(Timer call, void*, int, int) {
    armed = call;
}
void ppp_untimeout(Timer, void*) {
    armed = nullptr;
}
void dbglog(const char*, ...) {}
void test_input(int protocol, uint8_t* packet, int length) {
    given[protocol] = Bytes(packet, packet + length);
    std::fill_n(packet, answer, std::uint8_t{0xee});
}
}

namespace {

constexpr int kEstablish = 4; // pppd's PHASE_ESTABLISH
constexpr int kAuthenticate = 5;
constexpr int kNetwork = 7;
constexpr std::size_t kLongest = 256;

Bytes requestOf(std::size_t length, std::uint8_t id) {
    Bytes packet{1, id, static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length & 0xff)};
    packet.resize(length, id);
    return packet;
}

class EarlyNcp : public testing::Test {
protected:
    void SetUp() override {
        given.clear();
        answer = 0;
        test_negotiate_networks(1);
        early_ncp_phase(kEstablish);
        early_ncp_phase(kAuthenticate);
    }
    void TearDown() override {
        early_ncp_phase(0);
        test_negotiate_networks(0);
    }
    static void received(int protocol, const Bytes& packet) {
        Bytes frame{0xff, 0x03, static_cast<std::uint8_t>(protocol >> 8),
                    static_cast<std::uint8_t>(protocol & 0xff)};
        frame.insert(frame.end(), packet.begin(), packet.end());
        early_ncp_received(frame.data(), frame.size());
    }
    static void networkPhase() {
        early_ncp_phase(kNetwork);
        if (armed != nullptr) {
            std::exchange(armed, nullptr)(nullptr);
        }
    }
};

TEST_F(EarlyNcp, WhatCameTooEarlyIsGivenOnceItsPhaseIsThere) {
    received(TEST_IPCP, requestOf(10, 1));
    received(TEST_IPV6CP, requestOf(14, 2));
    EXPECT_TRUE(given.empty());
    networkPhase();
    EXPECT_EQ(given, (std::map<int, Bytes>{{TEST_IPCP, requestOf(10, 1)}, {TEST_IPV6CP, requestOf(14, 2)}}));
    given.clear();
    networkPhase();
    EXPECT_TRUE(given.empty()) << "once";
}

TEST_F(EarlyNcp, AnAnswerThatPppdBuildsInItsPlaceSpoilsNoOther) {
    answer = 1500; // pppd's own buffer has room for as much
    received(TEST_IPCP, requestOf(kLongest, 1));
    received(TEST_IPV6CP, requestOf(kLongest, 2));
    received(TEST_CCP, requestOf(kLongest, 3));
    networkPhase();
    EXPECT_EQ(given[TEST_IPCP], requestOf(kLongest, 1));
    EXPECT_EQ(given[TEST_IPV6CP], requestOf(kLongest, 2));
    EXPECT_EQ(given[TEST_CCP], requestOf(kLongest, 3));
}

TEST_F(EarlyNcp, WhatIsTooLongOrStaleOrNotAskedForIsNot) {
    received(TEST_IPCP, requestOf(kLongest + 1, 1));
    networkPhase();
    EXPECT_TRUE(given.empty());
    SetUp();
    received(TEST_IPCP, requestOf(10, 1));
    early_ncp_phase(kNetwork);
    received(TEST_IPCP, requestOf(10, 2)); // pppd takes this one itself
    networkPhase();
    EXPECT_TRUE(given.empty());
    SetUp();
    received(TEST_IPCP, requestOf(10, 1));
    test_negotiate_networks(0);
    networkPhase();
    EXPECT_TRUE(given.empty());
}

} // namespace
