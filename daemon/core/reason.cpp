// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of failure reasons. A new reason is a line here and a word in the enum.
#include "core/reason.hpp"

#include <algorithm>
#include <array>

#include "core/messages.hpp"

namespace ppp::core {
namespace {

struct Row {
    Reason reason;
    std::string_view word;
    RetryClass retry;
    std::string_view sentence;
    std::string_view message; ///< id of the journal's line, fixed for ever (journalctl --new-id128)
};

// Short, for the columns of the table.
using Retry = RetryClass;

constexpr std::array kRows{
    Row{Reason::None, "", Retry::None, "", ""},
    Row{Reason::UserRequest, "user-request", Retry::None, "taken down on request",
        "cde4c4c371c2464ca225c2865b3eb05b"},
    Row{Reason::AuthFailed, "auth-failed", Retry::Auth, "the server did not accept user name and password",
        "2e3a49c0a7314db0a6a2431e622ad605"},
    Row{Reason::PeerAuthFailed, "peer-auth-failed", Retry::Auth, "the peer did not prove who it is",
        "8cebab6e945c44de856170d0d10a84ff"},
    Row{Reason::DiscoveryTimeout, "discovery-timeout", Retry::Discovery, "no access concentrator answered",
        "54bb633646a9449690653a83f0dd3b61"},
    Row{Reason::ServiceRejected, "service-rejected", Retry::Discovery,
        "the access concentrator does not offer the service asked for", "dfd83884067443b6b8ac77689cb82775"},
    Row{Reason::AccessConcentratorError, "access-concentrator-error", Retry::Discovery,
        "the access concentrator reported an error", "196ce8a1f7f645e29536f910fd1b8a13"},
    Row{Reason::NoCarrier, "no-carrier", Retry::Event,
        "the interface has no carrier (is the cable plugged in?)", "1b0c2fee3275489e82a1cbf7582f7c4a"},
    Row{Reason::DeviceMissing, "device-missing", Retry::Event, "the device does not exist",
        "1d3d072a18df490ab0dd85c7e841826a"},
    Row{Reason::DeviceBusy, "device-busy", Retry::Modem, "the device is in use by another program",
        "519ce19bea3d4f4d831a67b1db8f9b73"},
    Row{Reason::ModemBusy, "modem-busy", Retry::Modem, "the number dialled is busy",
        "e26951e9fe444116bdfdd086ee4b85f7"},
    Row{Reason::ModemNoCarrier, "modem-no-carrier", Retry::Modem, "the modem lost or got no carrier",
        "efcfa77ffe41496088610536cb6fb68c"},
    Row{Reason::ModemNoDialtone, "modem-no-dialtone", Retry::Modem, "the modem heard no dial tone",
        "7a7c52be96be41a891ea63d8475d8ac7"},
    Row{Reason::ModemNoAnswer, "modem-no-answer", Retry::Modem, "the number dialled did not answer",
        "6c5490b0272a484fbb11ebc7eb13054c"},
    Row{Reason::ModemError, "modem-error", Retry::Modem, "the modem reported an error",
        "e3994b289ff5444fa4d4614489ee8256"},
    Row{Reason::ModemTimeout, "modem-timeout", Retry::Modem, "the modem did not answer in time",
        "4b1b3a958b4a4026a70a2d76e1863bc3"},
    Row{Reason::TunnelTimeout, "tunnel-timeout", Retry::Discovery, "the tunnel server did not answer",
        "2035ef7160474b388ed6ab60f68e81e2"},
    Row{Reason::TunnelRefused, "tunnel-refused", Retry::Discovery,
        "the tunnel server refused the tunnel or the call", "5536c9f1f58b4424addc2c0c8a638cd9"},
    Row{Reason::NameLookupFailed, "name-lookup-failed", Retry::Discovery,
        "the server's name could not be resolved", "ac4e06cd5878408eb7f1e38ae4477580"},
    Row{Reason::LcpTimeout, "lcp-timeout", Retry::Discovery,
        "the peer did not answer the link negotiation (LCP)", "d33f9455c81d42c88088136cd401e087"},
    Row{Reason::NegotiationFailed, "negotiation-failed", Retry::Discovery,
        "no network protocol could be agreed on", "6f1f1bca97b641d6919044eb80483a24"},
    Row{Reason::Loopback, "loopback", Retry::Discovery, "the line is looped back: we heard ourselves",
        "d18e55db218248359d42d853423d9013"},
    Row{Reason::PeerTerminated, "peer-terminated", Retry::Discovery, "the peer ended the link",
        "b94699e93b4b48a1a1ecdd49dfe967db"},
    Row{Reason::EchoTimeout, "echo-timeout", Retry::Discovery, "the peer stopped answering echo requests",
        "b68f256edd404f85b8bdc323da7a0b37"},
    Row{Reason::IdleTimeout, "idle-timeout", Retry::None, "the link was idle for the time set",
        "03db1ba0d347402fb7f29dcc0298d5a0"},
    Row{Reason::SessionLimit, "session-limit", Retry::Redial,
        "the session reached the time limit of the profile", "4318c897939242ac84fd1cab5fd7c644"},
    Row{Reason::EngineFailed, "engine-failed", Retry::Fault, "pppd failed",
        "afde02df4e65445b92b66b296a84731f"},
    Row{Reason::EngineMissing, "engine-missing", Retry::Fault, "pppd or the plugin for it is not installed",
        "0aea85cd77fd4d3192710163877f7fca"},
    Row{Reason::KernelSupportMissing, "kernel-support-missing", Retry::Fault,
        "the kernel has no support for this kind of link", "7d3e9ee02e914bbbbff921f9e90958c8"},
    Row{Reason::ProfileInvalid, "profile-invalid", Retry::Fault, "the profile has faults",
        "7db93a16d80a48378eea870721b76034"},
    Row{Reason::SecretsMissing, "secrets-missing", Retry::Fault, "no password is stored and nobody gave one",
        "debb065ef9a84b97b05867ef1bd605fd"},
    Row{Reason::PhaseTimeout, "phase-timeout", Retry::Discovery, "a phase took longer than it may",
        "cf71e7188f2a4430b4a94a264d9f3112"},
    Row{Reason::Suspend, "suspend", Retry::Event, "the machine was put to sleep",
        "232947e374e6443cadb6d55d7f930ff8"},
    Row{Reason::Shutdown, "shutdown", Retry::None, "the service was stopped",
        "7a138bc63233498eb59bcb4424eb0349"},
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

std::string_view message::failure(Reason reason) {
    return row(reason).message;
}

} // namespace ppp::core
