// SPDX-License-Identifier: LGPL-2.1-or-later
// The retry table, row by row.
#include "core/retry.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ppp::core;
using namespace std::chrono_literals;
using Kind = RetryDecision::Kind;

const BootTime kNow{std::chrono::hours(5)};

Cause failure(Reason reason) {
    return {reason, "", retryClass(reason)};
}

/// Delay of the nth failure in a row, in seconds, without jitter.
std::vector<double> delays(Reason reason, int count, Duration upFor = 0s) {
    RetryMemory memory;
    ReconnectSection policy;
    policy.authFailures = 0;
    std::vector<double> out;
    for (int i = 0; i < count; ++i) {
        const auto decision = decide(memory, failure(reason), policy, upFor, kNow, 0.5);
        EXPECT_EQ(decision.kind, Kind::After);
        out.push_back(std::chrono::duration<double>(decision.delay).count());
    }
    return out;
}

TEST(Retry, DiscoveryDoublesToItsCap) {
    EXPECT_EQ(delays(Reason::DiscoveryTimeout, 8), (std::vector<double>{2, 4, 8, 16, 32, 64, 120, 120}));
}

TEST(Retry, AuthGrowsFourfoldToHalfAnHour) {
    EXPECT_EQ(delays(Reason::AuthFailed, 5), (std::vector<double>{15, 60, 240, 960, 1800}));
}

TEST(Retry, ModemGrowsByHalf) {
    EXPECT_EQ(delays(Reason::ModemBusy, 3), (std::vector<double>{30, 45, 67.5}));
}

TEST(Retry, LostIsAtOnceEachTimeItWasUpAMinute) {
    EXPECT_EQ(delays(Reason::PeerTerminated, 3, 60s), (std::vector<double>{0, 0, 0}));
}

TEST(Retry, LostTooSoonGrowsToAMinute) {
    EXPECT_EQ(delays(Reason::PeerTerminated, 9, 10s), (std::vector<double>{0, 1, 2, 4, 8, 16, 32, 60, 60}));
}

TEST(Retry, JitterStaysWithinItsShareAndUnderTheCap) {
    ReconnectSection policy;
    for (const double chance : {0.0, 0.25, 0.75, 0.999}) {
        RetryMemory memory;
        const auto first = decide(memory, failure(Reason::LcpTimeout), policy, 0s, kNow, chance);
        EXPECT_GE(first.delay, 1600ms);
        EXPECT_LE(first.delay, 2400ms);
        for (int i = 0; i < 20; ++i) {
            EXPECT_LE(decide(memory, failure(Reason::LcpTimeout), policy, 0s, kNow, chance).delay, 120s);
        }
    }
}

TEST(Retry, ThreeRefusalsAndItIsOver) {
    RetryMemory memory;
    const ReconnectSection policy;
    EXPECT_EQ(decide(memory, failure(Reason::AuthFailed), policy, 0s, kNow, 0.5).kind, Kind::After);
    EXPECT_EQ(decide(memory, failure(Reason::AuthFailed), policy, 0s, kNow, 0.5).kind, Kind::After);
    EXPECT_EQ(decide(memory, failure(Reason::AuthFailed), policy, 0s, kNow, 0.5).kind, Kind::GiveUp);
}

TEST(Retry, OtherFailuresBetweenDoNotForgiveRefusals) {
    RetryMemory memory;
    const ReconnectSection policy;
    decide(memory, failure(Reason::AuthFailed), policy, 0s, kNow, 0.5);
    decide(memory, failure(Reason::DiscoveryTimeout), policy, 0s, kNow, 0.5);
    decide(memory, failure(Reason::AuthFailed), policy, 0s, kNow, 0.5);
    EXPECT_EQ(decide(memory, failure(Reason::AuthFailed), policy, 0s, kNow, 0.5).kind, Kind::GiveUp);
}

TEST(Retry, APasswordThatWorkedWithinTheHourIsNotCounted) {
    RetryMemory memory;
    memory.passwordWorked = BootTime{kNow.sinceBoot - 59min};
    const ReconnectSection policy;
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(decide(memory, failure(Reason::AuthFailed), policy, 0s, kNow, 0.5).kind, Kind::After);
    }
    EXPECT_EQ(memory.authRefusals, 0U);
    memory.passwordWorked = BootTime{kNow.sinceBoot - 60min};
    decide(memory, failure(Reason::AuthFailed), policy, 0s, kNow, 0.5);
    EXPECT_EQ(memory.authRefusals, 1U);
}

TEST(Retry, DeviceAndCarrierWaitForTheEvent) {
    RetryMemory memory;
    EXPECT_EQ(decide(memory, failure(Reason::DeviceMissing), {}, 0s, kNow, 0.5).kind, Kind::OnEvent);
    EXPECT_EQ(decide(memory, failure(Reason::NoCarrier), {}, 10s, kNow, 0.5).kind, Kind::OnEvent);
}

TEST(Retry, FaultsAreGivenUpAtOnce) {
    for (const Reason reason : {Reason::ProfileInvalid, Reason::EngineMissing, Reason::KernelSupportMissing,
                                Reason::SecretsMissing}) {
        RetryMemory memory;
        EXPECT_EQ(decide(memory, failure(reason), {}, 0s, kNow, 0.5).kind, Kind::GiveUp) << wire(reason);
    }
}

TEST(Retry, SessionLimitRedialsAtOnceEvenWithoutReconnect) {
    RetryMemory memory;
    ReconnectSection policy;
    policy.enabled = false;
    const auto decision = decide(memory, failure(Reason::SessionLimit), policy, 3600s, kNow, 0.5);
    EXPECT_EQ(decision.kind, Kind::After);
    EXPECT_EQ(decision.delay, 0s);
}

TEST(Retry, WithoutReconnectAFailureIsFinal) {
    RetryMemory memory;
    ReconnectSection policy;
    policy.enabled = false;
    EXPECT_EQ(decide(memory, failure(Reason::PeerTerminated), policy, 3600s, kNow, 0.5).kind, Kind::GiveUp);
}

TEST(Retry, WhatWasAskedForIsNotRetried) {
    RetryMemory memory;
    EXPECT_EQ(decide(memory, failure(Reason::UserRequest), {}, 3600s, kNow, 0.5).kind, Kind::Stop);
}

} // namespace
