// SPDX-License-Identifier: LGPL-2.1-or-later
// The rules for authentication, both ways, and for the encryption that lives on its keys.
#include "core/auth_cause.hpp"

#include <algorithm>

#include "core/limits.hpp"
#include "core/text.hpp"
#include "plugin/message.h"

namespace ppp::core {
namespace {

// pppd(8), EXIT STATUS
constexpr std::uint32_t kExitPeerAuth = 11;
constexpr std::uint32_t kExitHangup = 16;
constexpr std::uint32_t kExitAuthToPeer = 19;

constexpr std::uint32_t kPap = 0xc023, kChap = 0xc223, kEap = 0xc227;
constexpr std::uint32_t kMsChap = 0x80, kMsChap2 = 0x81;
constexpr std::size_t kDeclined = 8; // there are no more methods

std::optional<Cause> cause(Reason reason, std::string text) {
    return Cause{reason, std::move(text), retryClass(reason)};
}

bool givesKeys(std::uint32_t protocol, std::uint32_t digest) {
    return protocol == kChap && (digest == kMsChap || digest == kMsChap2);
}

bool hungUp(const Sightings& seen, std::uint32_t status) {
    const bool closed = seen.failure && seen.failure->reason == Reason::PeerTerminated;
    return seen.terminated || closed || status == kExitHangup;
}

std::string wordsAtTheEnd(const Sightings& seen) {
    const bool closed = seen.failure && seen.failure->reason == Reason::PeerTerminated;
    return seen.terminateMessage.empty() && closed ? seen.failure->text : seen.terminateMessage;
}

std::string listed(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        out += text::cat(out.empty() ? "" : ", ", word);
    }
    return out;
}

/// The peer's proof to us.
std::optional<Cause> judgePeer(const Sightings& seen, std::uint32_t status) {
    const std::uint32_t verdict = seen.peer ? seen.peer->verdict : std::uint32_t{PPPM_VERDICT_ACCEPTED};
    const std::string method = seen.peer ? methodName(seen.peer->protocol, seen.peer->digest) : "";
    if (verdict == PPPM_VERDICT_REFUSED) {
        return cause(Reason::PeerAuthFailed,
                     text::cat("the peer's proof by ", method, " is wrong; it calls itself \"",
                               seen.peer->name, "\""));
    }
    if (verdict == PPPM_VERDICT_STRANGER) {
        return cause(Reason::PeerAuthFailed,
                     text::cat("the peer knows the secret, but calls itself \"", seen.peer->name,
                               "\", which is not the name in auth.remote-name"));
    }
    if (status == kExitPeerAuth) {
        return cause(Reason::PeerAuthFailed,
                     verdict == PPPM_VERDICT_STARTED
                         ? text::cat("the peer gave no answer when asked to prove who it is by ", method)
                         : "the peer refuses to prove who it is, which auth.require demands");
    }
    const bool waiting = verdict == PPPM_VERDICT_STARTED && !seen.authAsked && !seen.wasUp;
    if (waiting && hungUp(seen, status)) {
        return cause(Reason::PeerAuthFailed,
                     quoted("the peer hung up instead of proving who it is", wordsAtTheEnd(seen)));
    }
    return std::nullopt;
}

/// It wants us to authenticate in ways that we do not.
std::optional<Cause> judgeDeclined(const Sightings& seen, std::uint32_t status) {
    const bool ended = hungUp(seen, status) || (!seen.lcpOpen && !seen.failure);
    if (seen.declined.empty() || seen.authAsked || seen.wasUp || !ended) {
        return std::nullopt;
    }
    const std::string methods = listed(seen.declined);
    if (seen.noPassword) {
        return cause(Reason::SecretsMissing,
                     quoted(text::cat("the server wants a password (by ", methods, "), and none is stored"),
                            wordsAtTheEnd(seen)));
    }
    return cause(Reason::AuthFailed,
                 quoted(text::cat("the server wants the password by ", methods,
                                  ", which the profile rules out (auth.refuse, ppp.mppe)"),
                        wordsAtTheEnd(seen)));
}

} // namespace

std::string methodName(std::uint32_t protocol, std::uint32_t digest) {
    switch (protocol) {
    case kPap:
        return "PAP";
    case kChap:
        return digest == kMsChap2 ? "MS-CHAPv2" : digest == kMsChap ? "MS-CHAP" : "CHAP";
    case kEap:
        return "EAP";
    default:
        return {};
    }
}

void seeAuth(Sightings& seen, const engine::Auth& auth) {
    if (auth.verdict == PPPM_VERDICT_DECLINED) {
        const std::string name = methodName(auth.protocol, auth.digest);
        const bool known = std::find(seen.declined.begin(), seen.declined.end(), name) != seen.declined.end();
        if (!name.empty() && !known && seen.declined.size() < kDeclined) {
            seen.declined.push_back(name);
        }
        return;
    }
    seen.authAsked = true;
    seen.authProtocol = auth.protocol;
    seen.authDigest = auth.digest;
    switch (auth.verdict) {
    case PPPM_VERDICT_STARTED:
        seen.authStarted = true;
        break;
    case PPPM_VERDICT_ACCEPTED:
        seen.authAccepted = true;
        seen.authRefused = false;
        break;
    case PPPM_VERDICT_REFUSED:
        seen.authRefused = true;
        seen.authMessage = text::harmless(auth.message, limits::kPeerText);
        break;
    default:
        break;
    }
}

void seePeerAuth(Sightings& seen, const engine::PeerAuth& auth) {
    seen.peer = auth;
    seen.peer->name = text::harmless(auth.name, limits::kPeerText);
}

std::optional<Cause> judgeAuth(const Sightings& seen, LinkType type, std::uint32_t status) {
    if (seen.authRefused) {
        return cause(Reason::AuthFailed,
                     quoted("the server refused user name or password", seen.authMessage));
    }
    if (auto found = judgePeer(seen, status)) {
        return found;
    }
    if (auto found = judgeDeclined(seen, status)) {
        return found;
    }
    // A tunnel that was lost on the way is no answer to a password; one that the server closed may be.
    const bool closed = seen.failure && seen.failure->reason == Reason::PeerTerminated;
    // Nor is one over a line that damages the question.
    const bool judging = seen.authStarted && !seen.networkPhase && !seen.wasUp && !seen.authAccepted &&
                         !(type == LinkType::Serial && seen.damaged > 0);
    // The end of the call only follows the peer's last word.
    if (closed && !judging && seen.terminated && !seen.terminateMessage.empty()) {
        return cause(Reason::PeerTerminated, quoted("the peer ended the link", seen.terminateMessage));
    }
    if (seen.failure && !(closed && judging)) { // it knows better than to guess from a hang-up
        auto found = cause(seen.failure->reason, seen.failure->text.empty()
                                                     ? std::string(sentence(seen.failure->reason))
                                                     : seen.failure->text);
        if (seen.failure->passing) { // as an engine that could not be started for want of the same
            found->retry = RetryClass::Discovery;
        }
        return found;
    }
    const bool unproven = seen.authAccepted && !seen.networkPhase && !seen.wasUp &&
                          status == kExitAuthToPeer && seen.authProtocol == kChap &&
                          seen.authDigest == kMsChap2;
    if (unproven) {
        return cause(Reason::AuthFailed,
                     "the server accepts the password, and does not prove that it knows it (MS-CHAPv2)");
    }
    if (seen.wasUp || seen.authAccepted) {
        return std::nullopt;
    }
    if (status == kExitAuthToPeer) {
        return cause(Reason::AuthFailed, quoted(sentence(Reason::AuthFailed), seen.terminateMessage));
    }
    if (judging && hungUp(seen, status)) {
        return cause(Reason::AuthFailed,
                     quoted("the server hung up instead of accepting the password", wordsAtTheEnd(seen)));
    }
    return std::nullopt;
}

// pppd's words are those of its lcp_close(), in 2.4.9 and 2.5 alike.
std::optional<Cause> judgeEncryption(const Sightings& seen) {
    const std::string& said = seen.closeMessage;
    if (!said.starts_with("MPPE required") && said != "MPPE disabled by peer") {
        return std::nullopt;
    }
    if (!said.starts_with("MPPE required but not available")) {
        return cause(Reason::NegotiationFailed,
                     quoted("the peer agreed to no encryption (MPPE) as the profile demands it", said));
    }
    const bool ours = givesKeys(seen.authProtocol, seen.authDigest);
    const bool theirs = seen.peer && givesKeys(seen.peer->protocol, seen.peer->digest);
    if (ours && theirs) {
        return cause(Reason::NegotiationFailed,
                     "encryption (MPPE) needs MS-CHAP in one direction, and it was used in both");
    }
    if (!ours && !theirs) {
        const std::string method = methodName(seen.authProtocol, seen.authDigest);
        return cause(Reason::NegotiationFailed,
                     method.empty()
                         ? "encryption (MPPE) needs MS-CHAP, and nobody asked for it"
                         : text::cat("encryption (MPPE) needs MS-CHAP, and the server used ", method));
    }
    if ((ours ? seen.authDigest : seen.peer->digest) == kMsChap) {
        return cause(Reason::NegotiationFailed,
                     "encryption (MPPE) of this strength does not go with MS-CHAP, only with MS-CHAPv2");
    }
    return cause(Reason::KernelSupportMissing,
                 "the kernel has no encryption (MPPE): module ppp_mppe is missing");
}

} // namespace ppp::core
