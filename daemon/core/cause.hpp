// SPDX-License-Identifier: LGPL-2.1-or-later
// Why an attempt or a link ended, decided from what was seen on the way; pppd's exit code has the last and
// least word, because one wrong password gives 19, 16 or 8 depending on the order of two packets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine_event.hpp"
#include "core/ports.hpp"
#include "core/reason.hpp"

namespace ppp::core {

/// A reason that we had ourselves for ending the engine.
struct StopCause {
    Reason reason;
    std::string text;
    bool passing = false; ///< worth another try whatever the reason, see engine::Failure
};

/// What was seen of one engine, from its start to its end. Texts are harmless already.
struct Sightings {
    bool demand = false;  ///< the interface stood ready and waited for traffic
    bool called = false;  ///< the engine has begun to connect, by itself or for traffic
    bool offered = false; ///< a concentrator answered (PADO)
    bool session = false; ///< the session (or the line) exists
    bool lcpOpen = false;
    bool noPassword = false;                        ///< there was none to give
    bool authAsked = false;                         ///< the peer asked who we are, after LCP
    bool authStarted = false;                       ///< or it could have: the phase was entered
    std::uint32_t authProtocol = 0, authDigest = 0; ///< by which it asked
    std::vector<std::string> declined; ///< methods that it wanted in LCP and we do not offer; few, each once
    std::optional<engine::PeerAuth> peer; ///< the peer's own proof: what was heard of it last
    bool authAccepted = false;
    bool authRefused = false;
    bool networkPhase = false;
    bool wasUp = false; ///< the connection reached the state up with this engine
    bool echoLost = false;
    std::uint32_t damaged = 0; ///< frames that came in damaged
    std::string authMessage;
    std::optional<StopCause> refusal; ///< from an error tag in a PADO or PADS
    /// The peer's Terminate-Request came, and LCP has not opened since: in the midst of a negotiation it only
    /// starts that anew (RFC 1661, 4.1: RTR).
    bool terminated = false;
    bool lcpRejected = false; ///< its Protocol-Reject of LCP itself
    std::string terminateMessage;
    std::string closeMessage;         ///< what pppd said when it ended the link itself; the first one counts
    std::optional<StopCause> failure; ///< what an engine program failed at itself; the first one counts
    std::optional<std::uint32_t> status; ///< what pppd said at its end
    std::optional<StopCause> stop;       ///< what we ended it for; the first one counts

    bool dormant() const { return demand && !called; }
};

struct Cause {
    Reason reason = Reason::None;
    std::string text;
    RetryClass retry = RetryClass::None;
};

/// "lead", or "lead: \"words\"".
std::string quoted(std::string_view lead, const std::string& words);

/// Of damaged frames on a serial line, for a person; empty where none came.
std::string damageWords(std::uint32_t frames);

/// Notes one report of the engine.
void see(Sightings& seen, const EngineEvent& event);

/// The cause where pppd refused its options or its plugin, told from what it complained of (harmless).
Cause startFailure(const std::string& words);

/// The cause where pppd ended by 127: it caught a signal that ends it (bad_signal() in its main.c), or its
/// libraries were not found, which `words` say (harmless).
Cause crashed(const std::string& words);

/// The verdict, once the engine is gone.
Cause judge(const Sightings& seen, const EngineEnd& end, LinkType type);

/// The same, of a link that ends under an engine that still takes leave of its peer; the reason none where
/// only its exit code will tell.
Cause foresee(const Sightings& seen, LinkType type);

} // namespace ppp::core
