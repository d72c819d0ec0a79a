// SPDX-License-Identifier: LGPL-2.1-or-later
// The retry table of the design as arithmetic.
#include "core/retry.hpp"

#include <algorithm>
#include <cmath>

namespace ppp::core {

namespace {

using Kind = RetryDecision::Kind;

/// The nth (from 1) wait of a row. A row that starts with "at once" grows from one second.
Duration wait(const Backoff& row, std::uint32_t nth, double jitter, double chance) {
    double seconds = std::chrono::duration<double>(row.first).count();
    std::uint32_t steps = nth - 1;
    if (seconds == 0 && nth > 1) {
        seconds = 1;
        steps = nth - 2;
    }
    const double cap = std::chrono::duration<double>(row.cap).count();
    seconds = std::min(cap, seconds * std::pow(row.factor, std::min(steps, 64U)));
    seconds = std::min(cap, seconds * (1 + jitter * (2 * chance - 1)));
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

RetryClass classOf(const Cause& cause, Duration upFor) {
    const bool soft = cause.retry == RetryClass::Discovery || cause.retry == RetryClass::Modem ||
                      cause.retry == RetryClass::Lost;
    return upFor > Duration(0) && soft ? RetryClass::Lost : cause.retry;
}

} // namespace

bool passwordTrusted(const RetryMemory& memory, BootTime now) {
    return memory.passwordWorked && now - *memory.passwordWorked < kPasswordTrust;
}

RetryDecision decide(RetryMemory& memory, const Cause& cause, const ReconnectSection& policy, Duration upFor,
                     BootTime now, double chance) {
    if (upFor >= kSteadyAfter) {
        memory.last = RetryClass::None;
        memory.inARow = 0;
    }
    const RetryClass row = classOf(cause, upFor);
    if (row == RetryClass::None) {
        return {Kind::Stop};
    }
    memory.inARow = row == memory.last ? memory.inARow + 1 : 1;
    memory.last = row;
    if (row != RetryClass::Auth) {
        memory.authRefusals = upFor > Duration(0) ? 0 : memory.authRefusals;
    } else if (cause.reason == Reason::PeerAuthFailed || !passwordTrusted(memory, now)) {
        ++memory.authRefusals;
    }
    if (row == RetryClass::Fault) {
        return {Kind::GiveUp};
    }
    if (!policy.enabled && row != RetryClass::Redial) {
        return {Kind::GiveUp};
    }
    switch (row) {
    case RetryClass::Event:
        return {Kind::OnEvent};
    case RetryClass::Redial:
        return {Kind::After, Duration(0)};
    case RetryClass::Auth:
        if (memory.authRefusals >= policy.authFailures && policy.authFailures > 0) {
            return {Kind::GiveUp};
        }
        return {Kind::After, wait(policy.auth, memory.inARow, policy.jitter, chance)};
    case RetryClass::Modem:
        return {Kind::After, wait(policy.modem, memory.inARow, policy.jitter, chance)};
    case RetryClass::Lost:
        return {Kind::After, wait(policy.lost, memory.inARow, policy.jitter, chance)};
    case RetryClass::Discovery:
        return {Kind::After, wait(policy.discovery, memory.inARow, policy.jitter, chance)};
    case RetryClass::None:
    case RetryClass::Fault:
        break;
    }
    return {Kind::GiveUp};
}

} // namespace ppp::core
