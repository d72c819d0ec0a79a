// SPDX-License-Identifier: LGPL-2.1-or-later
// The end of an engine: how it is stopped, rung by rung, and why it ended.
#include "core/connection.hpp"

#include <array>

#include "core/dial_times.hpp"
#include "core/late_session.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

using std::chrono::seconds;

// pppd needs up to two Terminate-Requests of lcp-restart (3 s) each to give up on a silent peer.
constexpr std::array<Duration, 2> kLadder{seconds(8), seconds(3)};
// A killed process may have to wait for a slow disk; one that outlives this is stuck inside the kernel.
constexpr Duration kKillLimit = seconds(10);
// pppd that is told between its look at the flag and its wait for an answer hears it up to 16 s later.
constexpr Duration kDiscoveryNudge = std::chrono::milliseconds(250);
// After this a resolver that never answered is no longer waited for.
constexpr Duration kUndoLimit = seconds(8);

} // namespace

void Connection::stop(Reason reason, const std::string& text) {
    if (!seen_.stop || reason == Reason::UserRequest || reason == Reason::Shutdown) {
        seen_.stop = StopCause{reason, text};
    }
    if (state_ == State::Disconnecting) {
        save();
        if (engine_ && !ladder_) { // it was left to end by itself
            tearDown();
        }
        return;
    }
    reason_ = reason;
    reasonText_ = text;
    advance(Event::Stop);
    tearDown();
}

/// Ends every wait that belongs to a link that comes or stands.
void Connection::disarm() {
    asking_.question.reset();
    turn_.reset();
    deadline_.reset();
    grace_.reset();
    familyWait_.reset();
    sessionTimer_.reset();
}

void Connection::tearDown() {
    disarm();
    setPhase(Phase::None);
    engine_ ? handover_.rest() : handover_.withdraw(); // its interface has its addresses until it ends
    rung_ = 0;
    if (engine_) {
        if (seen_.offered) {
            refuseLateSession(engine_->pid());
        }
        engine_->terminate();
        ladder_ = ports_.clock.at(ports_.clock.now() + kLadder[0], [this] { climbLadder(); });
        nudge();
    }
    settle();
}

/// pppd's discovery (its pppoe plugin, discovery.c: waitForPADO, waitForPADS) waits with the signals open.
void Connection::nudge() {
    if (!profile_ || linkProfile().type != LinkType::Pppoe || facts_.session) {
        return;
    }
    nudge_ = ports_.clock.at(ports_.clock.now() + kDiscoveryNudge, [this] {
        if (engine_ && rung_ == 0) {
            engine_->terminate();
            nudge();
        }
    });
}

/// Where the engine is ended, or ends, between its request for a session and the answer.
void Connection::refuseLateSession(std::uint32_t enginePid) {
    if (!profile_ || linkProfile().type != LinkType::Pppoe || facts_.session ||
        host_.sessionsAlike(linkProfile(), *this)) { // better one too many than to end another's
        return;
    }
    lateSession_ =
        ports_.network.refuseLateSessions(line_.device, sentHostUniq(linkProfile(), enginePid), kLateSession);
}

void Connection::climbLadder() {
    if (!engine_) {
        log(Severity::Warning,
            "not all that the link changed is given back in time (resolver, hooks); going on without it");
        handover_.abandon();
        conclude(verdict());
        return;
    }
    if (rung_ == 2) {
        log(Severity::Error, "the killed engine does not end: the kernel holds it; no longer waited for");
        stops_.answer(Error(ErrorCode::Timeout, "pppd was killed and does not end: the kernel holds it"));
        return;
    }
    ++rung_;
    if (rung_ == 1) {
        log(Severity::Warning, "the engine ignores SIGTERM; asking once more before it is killed");
        engine_->terminate();
        // The engine of a modem has killed its pppd by now, and hangs up.
        const bool modem = profile_ && linkProfile().serial && linkProfile().serial->dial;
        const Duration patience = modem ? dial_times::kHangUp + seconds(2) : kLadder[1];
        ladder_ = ports_.clock.at(ports_.clock.now() + patience, [this] { climbLadder(); });
        return;
    }
    log(Severity::Warning, "the engine does not end; killing it");
    engine_->kill();
    ladder_ = ports_.clock.at(ports_.clock.now() + kKillLimit, [this] { climbLadder(); });
}

void Connection::engineEnded(const EngineEnd& end) {
    end_ = end;
    const bool orderly = seen_.status.has_value();
    if (engine_ && seen_.offered && state_ != State::Disconnecting) {
        refuseLateSession(engine_->pid());
    }
    engine_.reset();
    disarm();
    ladder_.reset();
    nudge_.reset();
    if (!orderly) {
        ports_.engines.tidyAfter(facts_.pppdPid);
    }
    if (facts_.session && !orderly) {
        ports_.network.endSession(line_.device, facts_.session->peer, facts_.session->id);
    }
    const bool had = state_ == State::Up || state_ == State::Waiting; // waiting: for traffic
    if (had || (state_ == State::Connecting && !handover_.idle())) {
        const Cause cause = verdict();
        reason_ = cause.reason;
        reasonText_ = cause.text;
        advance(Event::Ended);
        setPhase(Phase::None);
    }
    handover_.withdraw();
    settle();
}

void Connection::settle() {
    if (engine_) {
        return;
    }
    if (!handover_.idle()) {
        if (ladder_) {
            return; // one part has answered, others have not
        }
        ladder_ = ports_.clock.at(ports_.clock.now() + kUndoLimit, [this] { climbLadder(); });
        return;
    }
    conclude(verdict());
}

Cause Connection::verdict() const {
    Cause cause = lineVerdict();
    const bool elsewhere =
        running_ && cause.retry == RetryClass::Event && device(*running_) != device(*profile_);
    if (elsewhere || (running_ && cause.retry == RetryClass::Fault)) {
        cause.retry = RetryClass::Discovery; // what was amiss there is not what is dialled next
    }
    return cause;
}

Cause Connection::lineVerdict() const {
    // An engine that lives has said less than it will.
    const LinkType type = profile_ ? linkProfile().type : LinkType::Pppoe;
    Cause cause = engine_ ? foresee(seen_, type) : judge(seen_, end_, type);
    if (cause.retry == RetryClass::Event && cause.reason == Reason::DeviceMissing && profile_ &&
        linkProfile().serial && lineStatus(linkProfile(), ports_) == LineStatus::Ready) {
        cause.retry = RetryClass::Discovery; // a node without hardware, or back already: no event is to come
    }
    const bool silent = cause.reason == Reason::DiscoveryTimeout || cause.reason == Reason::EchoTimeout ||
                        cause.reason == Reason::LcpTimeout || cause.reason == Reason::PeerTerminated;
    if (!silent || !profile_) {
        return cause;
    }
    switch (lineStatus(linkProfile(), ports_)) {
    case LineStatus::Missing:
        return {Reason::DeviceMissing,
                text::cat(linkProfile().pppoe ? "the interface " : "", device(linkProfile()), " is gone"),
                RetryClass::Event};
    case LineStatus::NoCarrier:
        return {Reason::NoCarrier, text::cat(device(linkProfile()), " has lost its carrier"),
                RetryClass::Event};
    case LineStatus::Ready:
    case LineStatus::Refused:
    case LineStatus::Unrecorded:
        break;
    }
    return cause;
}

} // namespace ppp::core
