// SPDX-License-Identifier: LGPL-2.1-or-later
// From sightings to a cause: the order of the checks is the rule.
#include "core/cause.hpp"

#include "core/auth_cause.hpp"
#include "core/limits.hpp"
#include "core/text.hpp"
#include "plugin/message.h"

namespace ppp::core {

namespace {

// pppd(8), EXIT STATUS
enum PppdExit : std::uint32_t {
    kOk = 0,
    kFatal = 1,
    kOptions = 2,
    kNotRoot = 3,
    kNoKernel = 4,
    kLock = 6,
    kOpen = 7,
    kIdle = 12,
    kConnectTime = 13,
    kPeerDead = 15,
    kHangup = 16,
    kLoopback = 17,
    kCrashed = 127, // not in there: main.c, bad_signal(); also of a program whose libraries are not found
};
constexpr std::uint32_t kNegotiation = 10;
constexpr std::uint32_t kLcp = 0xc021; // PPP protocol number
// pppd's word to the peer when its idle option ends the link, in 2.4.9 and 2.5 alike.
constexpr const char* kIdleClose = "Link inactive";
// The same of a peer that answers no echo.
constexpr const char* kSilentClose = "Peer not responding";
// The same where the last network protocol (IPCP, IPV6CP) is closed.
constexpr const char* kNothingToCarry = "No network protocols running";

Cause make(Reason reason, std::string words = {}) {
    if (words.empty()) {
        words = sentence(reason);
    }
    return {reason, std::move(words), retryClass(reason)};
}

std::string harmless(const std::string& bytes) {
    return text::harmless(bytes, limits::kPeerText);
}

std::optional<Cause> judgeEngine(const EngineEnd& end, std::uint32_t status) {
    if (end.signal) {
        Cause cause = make(Reason::EngineFailed, text::cat("pppd was killed by signal ", *end.signal));
        cause.retry =
            RetryClass::Discovery; // nothing is wrong with the profile: try again, but not in a hurry
        return cause;
    }
    switch (status) {
    case kOptions:
        return startFailure(harmless(end.words));
    case kFatal:
    case kNotRoot: {
        Cause cause = make(Reason::EngineFailed, text::cat("pppd gave up with exit code ", status));
        cause.retry = RetryClass::Discovery;
        return cause;
    }
    case kCrashed:
        return crashed(harmless(end.words));
    case kNoKernel:
        return make(Reason::KernelSupportMissing);
    case kLock:
        return make(Reason::DeviceBusy);
    case kOpen:
        return make(Reason::DeviceMissing);
    case kLoopback:
        return make(Reason::Loopback);
    case kIdle:
        return make(Reason::IdleTimeout);
    case kConnectTime:
        return make(Reason::SessionLimit);
    case kPeerDead:
        return make(Reason::EchoTimeout);
    default:
        return std::nullopt;
    }
}

Cause judgeLink(const Sightings& seen, LinkType type, std::uint32_t status, bool told) {
    if (type == LinkType::Pppoe && !seen.session) {
        return seen.offered ? make(Reason::DiscoveryTimeout, "a concentrator answered, but gave no session")
                            : make(Reason::DiscoveryTimeout);
    }
    if (seen.terminated) {
        return make(Reason::PeerTerminated, quoted("the peer ended the link", seen.terminateMessage));
    }
    if (status == kHangup) {
        return make(Reason::PeerTerminated, type == LinkType::Pppoe
                                                ? "the access concentrator ended the session"
                                                : "the other end hung up");
    }
    if (seen.closeMessage == "MPPE disabled") { // also said when it ends an encrypted link for anything else
        return make(Reason::NegotiationFailed, "the peer switched encryption (MPPE) off");
    }
    if (!seen.lcpOpen) {
        return make(Reason::LcpTimeout);
    }
    if (status == kNegotiation || !seen.wasUp) {
        return make(Reason::NegotiationFailed);
    }
    if (told && status == kOk) { // pppd was up, and nothing of its own went wrong: auth.c, np_up()
        if (seen.closeMessage == kNothingToCarry) {
            return make(Reason::PeerTerminated, "the peer ended IP on the link");
        }
        return seen.lcpRejected
                   ? make(Reason::PeerTerminated, "the peer rejected LCP")
                   : make(Reason::LcpTimeout, "the peer began LCP anew and then did not finish it");
    }
    Cause cause = make(Reason::EngineFailed, text::cat("pppd ended with code ", status));
    cause.retry = RetryClass::Discovery;
    return cause;
}

/// A Terminate-Request of before was meant for that negotiation, or for an earlier link of the same line.
void lcpOpens(Sightings& seen) {
    seen.terminated = false;
    seen.terminateMessage.clear();
}

void seeRefusal(Sightings& seen, const engine::DiscoveryError& error) {
    const bool service = error.tag == 0x0201; // Service-Name-Error, RFC 2516 appendix A
    const Reason reason = service ? Reason::ServiceRejected : Reason::AccessConcentratorError;
    seen.refusal = StopCause{reason, quoted(sentence(reason), harmless(error.message))};
}

/// What no engine says while it waits for traffic; each on its own, since reports may have been lost.
bool isCall(const EngineEvent& event) {
    if (const auto* phase = std::get_if<engine::PhaseChange>(&event)) {
        switch (phase->phase) {
        case PPPM_PHASE_DEAD:
        case PPPM_PHASE_INITIALIZE:
        case PPPM_PHASE_DORMANT:
        case PPPM_PHASE_HOLDOFF:
            return false;
        default:
            return true;
        }
    }
    return std::holds_alternative<engine::Session>(event) || std::holds_alternative<engine::LcpUp>(event) ||
           std::holds_alternative<engine::Ip4Up>(event) || std::holds_alternative<engine::Ip6Up>(event);
}

/// What the L2TP engine says, what is said about a login, a command or a PIN, and what an engine could not do
/// itself are sentences, with the words of peer or modem quoted in them.
bool isSentence(Reason reason) {
    switch (reason) {
    case Reason::TunnelTimeout:
    case Reason::TunnelRefused:
    case Reason::NameLookupFailed:
    case Reason::PeerTerminated:
    case Reason::AuthFailed:
    case Reason::ModemError:
    case Reason::SecretsMissing:
    case Reason::EngineFailed:
        return true;
    default:
        return false;
    }
}

/// The words are the modem's or the peer's, but where only the program itself can have found them.
void seeFailure(Sightings& seen, const engine::Failure& failure) {
    if (seen.failure) {
        return;
    }
    const std::string words = harmless(failure.message);
    if (isSentence(failure.reason) && !words.empty()) {
        seen.failure = StopCause{failure.reason, words, failure.passing};
        return;
    }
    const bool own = failure.reason == Reason::DeviceBusy || failure.reason == Reason::DeviceMissing ||
                     failure.reason == Reason::ModemTimeout ||
                     retryClass(failure.reason) == RetryClass::Fault;
    seen.failure = StopCause{failure.reason,
                             own && !words.empty() ? text::cat(sentence(failure.reason), ": ", words)
                                                   : quoted(sentence(failure.reason), words),
                             failure.passing};
}

Cause judgeEnd(const Sightings& seen, const EngineEnd& end, LinkType type) {
    const std::uint32_t status =
        seen.status ? *seen.status : static_cast<std::uint32_t>(end.code.value_or(0));
    const bool asked = seen.stop && retryClass(seen.stop->reason) == RetryClass::None;
    // Whoever hung up then, and whatever that did to pppd.
    if (!seen.stop && seen.closeMessage == kIdleClose) {
        return make(Reason::IdleTimeout);
    }
    if (!asked) {
        if (const auto cause = judgeAuth(seen, type, status)) {
            return *cause;
        }
    }
    if (seen.stop) {
        return make(seen.stop->reason, seen.stop->text);
    }
    if (seen.refusal) {
        return make(seen.refusal->reason, seen.refusal->text);
    }
    if (const auto cause = judgeEncryption(seen)) {
        return *cause;
    }
    if (const auto cause = judgeEngine(end, status)) {
        return *cause;
    }
    if (seen.dormant()) {
        Cause cause = make(Reason::EngineFailed,
                           text::cat("pppd ended with code ", status, " while it waited for traffic"));
        cause.retry = RetryClass::Discovery;
        return cause;
    }
    return judgeLink(seen, type, status, seen.status || end.code);
}

} // namespace

std::string quoted(std::string_view lead, const std::string& words) {
    return words.empty() ? std::string(lead) : text::cat(lead, ": \"", words, "\"");
}

// It names the plugin where that is what it cannot use.
Cause startFailure(const std::string& words) {
    if (words.find("lugin ") != std::string::npos) {
        return make(Reason::EngineMissing,
                    text::cat("pppd cannot use its plugin: \"", words,
                              "\"; install pppd and ppp-manager from the same release"));
    }
    return make(Reason::EngineFailed,
                words.empty() ? "pppd refused its options (its own words are in the journal, identifier pppd)"
                              : quoted("pppd refused its options", words));
}

Cause crashed(const std::string& words) {
    Cause cause = make(Reason::EngineFailed,
                       words.empty() ? "pppd crashed (which signal it was is in the journal, identifier pppd)"
                                     : quoted("pppd could not be started", words));
    cause.retry = RetryClass::Discovery;
    return cause;
}

void see(Sightings& seen, const EngineEvent& event) {
    seen.demand = seen.demand || std::holds_alternative<engine::DemandReady>(event);
    seen.called = seen.called || isCall(event);
    if (const auto* phase = std::get_if<engine::PhaseChange>(&event)) {
        seen.networkPhase = seen.networkPhase || phase->phase == PPPM_PHASE_NETWORK;
        if (phase->phase == PPPM_PHASE_AUTHENTICATE) {
            seen.authStarted = true;
            lcpOpens(seen);
        }
    } else if (const auto* auth = std::get_if<engine::Auth>(&event)) {
        seeAuth(seen, *auth);
    } else if (const auto* peer = std::get_if<engine::PeerAuth>(&event)) {
        seePeerAuth(seen, *peer);
    } else if (const auto* error = std::get_if<engine::DiscoveryError>(&event)) {
        seeRefusal(seen, *error);
    } else if (std::holds_alternative<engine::Discovery>(event)) {
        seen.offered = true;
    } else if (std::holds_alternative<engine::Session>(event)) {
        seen.session = true;
        seen.refusal.reset();
    } else if (std::holds_alternative<engine::LcpUp>(event)) {
        seen.session = true;
        seen.lcpOpen = true;
        lcpOpens(seen);
    } else if (const auto* terminated = std::get_if<engine::LcpTerminated>(&event)) {
        seen.terminated = true;
        seen.terminateMessage = harmless(terminated->message);
    } else if (const auto* rejected = std::get_if<engine::ProtocolRejected>(&event)) {
        seen.lcpRejected = seen.lcpRejected || rejected->protocol == kLcp;
    } else if (const auto* closed = std::get_if<engine::LcpClosed>(&event)) {
        seen.closeMessage = seen.closeMessage.empty() ? harmless(closed->message) : seen.closeMessage;
    } else if (const auto* failure = std::get_if<engine::Failure>(&event)) {
        seeFailure(seen, *failure);
    } else if (const auto* damaged = std::get_if<engine::Damaged>(&event)) {
        seen.damaged = damaged->frames;
    } else if (const auto* exit = std::get_if<engine::Exit>(&event)) {
        seen.status = exit->status;
    }
}

std::string damageWords(std::uint32_t frames) {
    return frames == 0
               ? std::string()
               : text::cat(frames, frames == 1 ? " frame" : " frames",
                           " came in damaged: are speed and flow control the same at both ends, and does "
                           "the line swallow control characters (asyncmap, escape)?");
}

Cause judge(const Sightings& seen, const EngineEnd& end, LinkType type) {
    Cause cause = judgeEnd(seen, end, type);
    if (type == LinkType::Serial && cause.reason == Reason::LcpTimeout) {
        cause.text += ": is PPP running at the other end of the line, at the same speed?";
    }
    const bool never = !seen.wasUp && retryClass(cause.reason) == RetryClass::Discovery;
    if (type == LinkType::Serial && seen.damaged > 0 && (never || cause.reason == Reason::EchoTimeout)) {
        cause.text = text::cat(cause.text, "; ", damageWords(seen.damaged));
    }
    return cause;
}

Cause foresee(const Sightings& seen, LinkType type) {
    Sightings sofar = seen;
    if (seen.closeMessage == kSilentClose) {
        sofar.status = kPeerDead;
    }
    const bool told = sofar.status || seen.terminated || seen.failure || seen.closeMessage == kIdleClose;
    return told ? judge(sofar, {}, type) : Cause{Reason::None, "the link ends", RetryClass::None};
}

} // namespace ppp::core
