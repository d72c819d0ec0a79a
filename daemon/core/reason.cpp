// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of failure reasons. A new reason is a line here and a word in the enum.
#include "core/reason.hpp"

#include <algorithm>
#include <array>

namespace ppp::core {
namespace {

struct Row {
    Reason reason;
    std::string_view word;
    RetryClass retry;
    std::string_view sentence;
};

using enum RetryClass;

constexpr std::array kRows{
    Row{Reason::None, "", None, ""},
    Row{Reason::UserRequest, "user-request", None, "taken down on request"},
    Row{Reason::AuthFailed, "auth-failed", Auth, "the server did not accept user name and password"},
    Row{Reason::PeerAuthFailed, "peer-auth-failed", Auth, "the peer did not prove who it is"},
    Row{Reason::DiscoveryTimeout, "discovery-timeout", Discovery, "no access concentrator answered"},
    Row{Reason::ServiceRejected, "service-rejected", Discovery,
        "the access concentrator does not offer the service asked for"},
    Row{Reason::AccessConcentratorError, "access-concentrator-error", Discovery,
        "the access concentrator reported an error"},
    Row{Reason::NoCarrier, "no-carrier", Event, "the interface has no carrier (is the cable plugged in?)"},
    Row{Reason::DeviceMissing, "device-missing", Event, "the device does not exist"},
    Row{Reason::DeviceBusy, "device-busy", Modem, "the device is in use by another program"},
    Row{Reason::ModemBusy, "modem-busy", Modem, "the number dialled is busy"},
    Row{Reason::ModemNoCarrier, "modem-no-carrier", Modem, "the modem lost or got no carrier"},
    Row{Reason::ModemNoDialtone, "modem-no-dialtone", Modem, "the modem heard no dial tone"},
    Row{Reason::ModemNoAnswer, "modem-no-answer", Modem, "the number dialled did not answer"},
    Row{Reason::ModemError, "modem-error", Modem, "the modem reported an error"},
    Row{Reason::ModemTimeout, "modem-timeout", Modem, "the modem did not answer in time"},
    Row{Reason::TunnelTimeout, "tunnel-timeout", Discovery, "the tunnel server did not answer"},
    Row{Reason::TunnelRefused, "tunnel-refused", Discovery,
        "the tunnel server refused the tunnel or the call"},
    Row{Reason::NameLookupFailed, "name-lookup-failed", Discovery, "the server's name could not be resolved"},
    Row{Reason::LcpTimeout, "lcp-timeout", Discovery, "the peer did not answer the link negotiation (LCP)"},
    Row{Reason::NegotiationFailed, "negotiation-failed", Discovery, "no network protocol could be agreed on"},
    Row{Reason::Loopback, "loopback", Discovery, "the line is looped back: we heard ourselves"},
    Row{Reason::PeerTerminated, "peer-terminated", Discovery, "the peer ended the link"},
    Row{Reason::EchoTimeout, "echo-timeout", Discovery, "the peer stopped answering echo requests"},
    Row{Reason::IdleTimeout, "idle-timeout", None, "the link was idle for the time set"},
    Row{Reason::SessionLimit, "session-limit", Redial, "the session reached the time limit of the profile"},
    Row{Reason::EngineFailed, "engine-failed", Fault, "pppd failed"},
    Row{Reason::EngineMissing, "engine-missing", Fault, "pppd or the plugin for it is not installed"},
    Row{Reason::KernelSupportMissing, "kernel-support-missing", Fault,
        "the kernel has no support for this kind of link"},
    Row{Reason::ProfileInvalid, "profile-invalid", Fault, "the profile has faults"},
    Row{Reason::SecretsMissing, "secrets-missing", Fault, "no password is stored and nobody gave one"},
    Row{Reason::PhaseTimeout, "phase-timeout", Discovery, "a phase took longer than it may"},
    Row{Reason::Suspend, "suspend", Event, "the machine was put to sleep"},
    Row{Reason::Shutdown, "shutdown", None, "the service was stopped"},
};

constexpr bool rowsInOrder() {
    for (std::size_t i = 0; i < kRows.size(); ++i) {
        if (static_cast<std::size_t>(kRows[i].reason) != i) {
            return false;
        }
    }
    return true;
}
static_assert(rowsInOrder(), "the table is indexed by the enum");

const Row& row(Reason reason) {
    return kRows.at(static_cast<std::size_t>(reason));
}

} // namespace

std::string_view wire(Reason reason) {
    return row(reason).word;
}

std::optional<Reason> reasonFromWire(std::string_view word) {
    const auto found = std::find_if(kRows.begin(), kRows.end(), [&](const Row& r) { return r.word == word; });
    if (found == kRows.end()) {
        return std::nullopt;
    }
    return found->reason;
}

RetryClass retryClass(Reason reason) {
    return row(reason).retry;
}

std::string_view sentence(Reason reason) {
    return row(reason).sentence;
}

} // namespace ppp::core
