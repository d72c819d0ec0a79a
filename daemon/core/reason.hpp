// SPDX-License-Identifier: LGPL-2.1-or-later
// The one table of failure reasons: the word on the bus, the retry class, the sentence for a person.
#pragma once

#include <optional>
#include <string_view>

namespace ppp::core {

enum class Reason {
    None,
    UserRequest,
    AuthFailed,
    PeerAuthFailed,
    DiscoveryTimeout,
    ServiceRejected,
    AccessConcentratorError,
    NoCarrier,
    DeviceMissing,
    DeviceBusy,
    ModemBusy,
    ModemNoCarrier,
    ModemNoDialtone,
    ModemNoAnswer,
    ModemError,
    ModemTimeout,
    TunnelTimeout,
    TunnelRefused,
    NameLookupFailed,
    LcpTimeout,
    NegotiationFailed,
    Loopback,
    PeerTerminated,
    EchoTimeout,
    IdleTimeout,
    SessionLimit,
    EngineFailed,
    EngineMissing,
    KernelSupportMissing,
    ProfileInvalid,
    SecretsMissing,
    PhaseTimeout,
    Suspend,
    Shutdown,
};

/// How a failure is answered; the rows of design.md's retry table.
enum class RetryClass {
    None,      ///< asked for: no retry
    Lost,      ///< the link was up
    Discovery, ///< discovery, tunnel, lcp, negotiation
    Auth,
    Modem,
    Event,  ///< waits for the device or the carrier, not for a timer
    Fault,  ///< failed at once: a person or a package must change something
    Redial, ///< at once
};

/// The word on the bus; empty for None.
std::string_view wire(Reason reason);
std::optional<Reason> reasonFromWire(std::string_view word);
RetryClass retryClass(Reason reason);
/// What is said where nobody gave words of their own; no full stop.
std::string_view sentence(Reason reason);

} // namespace ppp::core
