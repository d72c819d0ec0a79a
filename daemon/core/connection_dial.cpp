// SPDX-License-Identifier: LGPL-2.1-or-later
// From the decision to dial to the end of the engine: start, stop ladder, verdict, what comes next.
#include "core/connection.hpp"

#include <algorithm>
#include <array>
#include <utility>

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
constexpr Duration kCarrierGrace = seconds(5);
constexpr Duration kUndoLimit =
    seconds(8); // after this a resolver that never answered is no longer waited for

RetryClass eventual(LineStatus status) {
    return status == LineStatus::Refused ? RetryClass::Discovery : RetryClass::Event;
}

} // namespace

void Connection::dial(Event event) {
    if (asleep_) {
        holdForWake();
        return;
    }
    retryTimer_.reset();
    deviceWatch_.reset();
    nextAttempt_ = {};
    after_ = After::Decide;
    forgetLink();
    dialledAt_ = ports_.clock.now();
    if (!profile_ || !profile_->onDemand || dialNow_) { // else it is one when traffic comes
        ++attempt_;
        ++story_.change().attempts;
    }
    setPhase(Phase::None);
    if (!advance(event)) {
        return;
    }
    continueDial();
}

void Connection::continueDial() {
    deadline_.reset();
    Cause cause;
    if (!prepare(cause)) {
        const bool justRaised = line_.raisedLink == line_.device && phase_ != Phase::Carrier;
        if (cause.reason == Reason::NoCarrier && justRaised) { // a port that was just set up needs a moment
            setPhase(Phase::Carrier);
            deadline_ =
                ports_.clock.at(ports_.clock.now() + kCarrierGrace, [this, cause] { conclude(cause); });
            return;
        }
        conclude(cause);
        return;
    }
    if (!turn_) {
        turn_ = host_.askTurn([this] { continueDial(); });
    }
    if (!turn_->granted()) {
        setPhase(Phase::Queued);
        save();
        return;
    }
    Secrets secrets;
    switch (gatherSecrets(secrets, cause)) {
    case Gathered::All:
        break;
    case Gathered::Asking: // it may take minutes, and the answer leads back to here
        return;
    case Gathered::Failed:
        conclude(cause);
        return;
    }
    const bool waits = profile_->onDemand && !dialNow_;
    if (!launch(std::move(secrets), cause)) {
        conclude(cause);
        return;
    }
    runningText_ = profileText_;
    stale_ = false;
    tellEngine();
    const Phase first = profile_->pppoe ? Phase::Dialing : Phase::Device;
    setPhase(waits ? Phase::Applying : first);
    save();
    changed();
}

bool Connection::prepare(Cause& cause) {
    std::string error;
    const bool again = phase_ == Phase::Carrier || phase_ == Phase::Queued || phase_ == Phase::GatherSecrets;
    if (!again) {
        setPhase(Phase::Device);
    }
    const LineStatus status = prepareLine(
        *profile_, ports_, line_, [this] { return save(); }, error);
    carrier_ = status == LineStatus::Ready;
    switch (status) {
    case LineStatus::Ready:
        return true;
    case LineStatus::Missing:
        cause = {Reason::DeviceMissing, error, RetryClass::Event};
        return false;
    case LineStatus::NoCarrier:
        cause = {Reason::NoCarrier, error, RetryClass::Event};
        return false;
    case LineStatus::Refused:
        cause = {Reason::DeviceMissing, error, eventual(status)};
        return false;
    case LineStatus::Unrecorded:
        cause = {Reason::EngineFailed, error, RetryClass::Discovery};
        return false;
    }
    return false;
}

bool Connection::launch(Secrets secrets, Cause& cause) {
    EngineOrder order{name_, *profile_, line_.device, std::move(secrets)};
    order.profile.ppp.debug = order.profile.ppp.debug || debug_;
    order.profile.onDemand = !std::exchange(dialNow_, false) && order.profile.onDemand;
    if (order.profile.onDemand) {
        host_.addressMoves(name_, true);
    }
    if (profile_->pppoe && !profile_->pppoe->hostUniq.empty()) {
        lateSession_.reset(); // the new engine's sessions look the same
    }
    try {
        engine_ = ports_.engines.launch(std::move(order), *this);
        facts_.enginePid = engine_->pid();
        return true;
    } catch (const EngineUnavailable& e) {
        const bool kernel = e.why() == EngineUnavailable::Why::KernelSupportMissing;
        const bool missing = e.why() == EngineUnavailable::Why::EngineMissing;
        const Reason reason = kernel    ? Reason::KernelSupportMissing
                              : missing ? Reason::EngineMissing
                                        : Reason::EngineFailed;
        cause = {reason, e.what(), RetryClass::Fault};
        if (e.why() == EngineUnavailable::Why::Failed) {
            cause.retry = RetryClass::Discovery;
        }
    } catch (const std::exception& e) {
        cause = {Reason::EngineFailed, e.what(), RetryClass::Discovery};
    }
    return false;
}

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
    if (!profile_ || profile_->type != LinkType::Pppoe || facts_.session) {
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
    if (!profile_ || profile_->type != LinkType::Pppoe || facts_.session) {
        return;
    }
    lateSession_ =
        ports_.network.refuseLateSessions(line_.device, sentHostUniq(*profile_, enginePid), kLateSession);
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
        ladder_ = ports_.clock.at(ports_.clock.now() + kLadder[1], [this] { climbLadder(); });
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

Cause Connection::verdict() {
    // An engine that lives has said less than it will.
    const LinkType type = profile_ ? profile_->type : LinkType::Pppoe;
    Cause cause = engine_ ? foresee(seen_, type) : judge(seen_, end_, type);
    if (cause.retry == RetryClass::Event && cause.reason == Reason::DeviceMissing && profile_ &&
        profile_->serial && lineStatus(*profile_, ports_) == LineStatus::Ready) {
        cause.retry = RetryClass::Discovery; // a node without hardware, or back already: no event is to come
    }
    const bool silent = cause.reason == Reason::DiscoveryTimeout || cause.reason == Reason::EchoTimeout ||
                        cause.reason == Reason::LcpTimeout || cause.reason == Reason::PeerTerminated;
    if (!silent || !profile_) {
        return cause;
    }
    switch (lineStatus(*profile_, ports_)) {
    case LineStatus::Missing:
        return {Reason::DeviceMissing,
                text::cat(profile_->pppoe ? "the interface " : "", device(*profile_), " is gone"),
                RetryClass::Event};
    case LineStatus::NoCarrier:
        return {Reason::NoCarrier, text::cat(device(*profile_), " has lost its carrier"), RetryClass::Event};
    case LineStatus::Ready:
    case LineStatus::Refused:
    case LineStatus::Unrecorded:
        break;
    }
    return cause;
}

namespace {

/// The next of a linear congruential sequence, from 0 up to 1: retries are to be apart, not secret.
double draw(std::uint64_t& state) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state >> 11) / static_cast<double>(1ULL << 53);
}

} // namespace

/// The engine is gone and nothing is applied any more: gives the line back and decides what comes next.
void Connection::conclude(const Cause& cause) {
    ladder_.reset();
    const BootTime now = ports_.clock.now();
    // The state disconnecting is entered where the link ends; its engine may take leave for long.
    const BootTime ended = state_ == State::Disconnecting ? stateSince_.at : now;
    const Duration upFor = connectedAt_.none() ? Duration(0) : ended - connectedAt_.at;
    const bool suspended = cause.reason == Reason::Suspend;
    const bool asked = cause.reason == Reason::UserRequest || cause.reason == Reason::Shutdown || suspended;
    const bool idle = cause.reason == Reason::IdleTimeout; // as the profile asks: no failure
    giveBackLine(wanted_ && !closing_);
    host_.addressMoves(name_, false);
    deviceWatch_.reset();
    reason_ = cause.reason;
    reasonText_ = cause.text;
    if (!connectedAt_.none()) {
        sessionEnded(cause, upFor);
        retry_.passwordWorked = now; // it was good enough until this moment
    }
    forgetLink();
    const bool planned = cause.reason == Reason::SessionLimit && after_ == After::Dial; // and not pppd's own
    if (!asked && !idle && !planned) {
        tellFailure(cause);
    }
    if (profileBroken_ && leaveBrokenProfile()) {
        return;
    }
    if (dialledAgain(asked)) {
        return;
    }
    if (!wanted_ || closing_) {
        attempt_ = 0;
        setPhase(Phase::None);
        advance(Event::SettledDown);
        answerAttempt(cause);
        stops_.answer(std::nullopt);
        return;
    }
    if (upFor > Duration(0)) {
        attempt_ = 0;
    }
    if (idle && profile_ && profile_->onDemand) {
        retry_.last = RetryClass::None;
        retry_.inARow = 0;
        if (state_ == State::Connecting) { // it was up, but nobody saw it to the end
            advance(Event::Ended);
        }
        dial(Event::SettledDial);
        return;
    }
    const bool trusted = passwordTrusted(retry_, now);
    const RetryDecision decision =
        decide(retry_, cause, profile_ ? profile_->reconnect : ReconnectSection{}, upFor, now, draw(chance_));
    if (!askForBetter(cause, decision, trusted)) {
        wait(cause, decision);
    }
}

/// A link that was stopped on request and is wanted is being redialled, whether or not this life was asked.
/// So is one that was stopped for a sleep: dial() holds it until the machine wakes.
bool Connection::dialledAgain(bool asked) {
    if (closing_ || !(after_ == After::Dial || ((asked || asleep_) && wanted_))) {
        return false;
    }
    attempt_ = 0;
    if (!asleep_) {
        stops_.answer(Error(ErrorCode::Failed, "user-request: dialled again on request while it went down"));
    }
    dial(Event::SettledDial);
    return true;
}

/// What went by the profile before it was broken has ended. True where that is the end of it.
bool Connection::leaveBrokenProfile() {
    profile_.reset();
    if (!wanted_ || closing_) {
        return false;
    }
    reason_ = Reason::ProfileInvalid;
    reasonText_ = profileFaults_;
    wait({reason_, reasonText_, RetryClass::Fault}, {RetryDecision::Kind::GiveUp, Duration(0)});
    return true;
}

void Connection::wait(const Cause& cause, const RetryDecision& decision) {
    dialNow_ = false;
    Details failure{{"reason", std::string(wire(cause.reason))}, {"text", cause.text}, {"attempt", attempt_}};
    if (decision.kind == RetryDecision::Kind::After) {
        failure["next-us"] = static_cast<std::uint64_t>(decision.delay.count());
    }
    if (decision.kind != RetryDecision::Kind::Stop) {
        note("failure", failure);
    }
    switch (decision.kind) {
    case RetryDecision::Kind::After:
        nextAttempt_ = Moment::of(ports_.clock, ports_.clock.now() + decision.delay);
        setPhase(Phase::Backoff);
        advance(Event::SettledWaiting);
        scheduleRetry(nextAttempt_);
        break;
    case RetryDecision::Kind::OnEvent:
        setPhase(cause.reason == Reason::NoCarrier ? Phase::Carrier : Phase::Device);
        advance(Event::SettledWaiting);
        if (profile_ && profile_->serial) {
            awaitDevice();
        }
        break;
    case RetryDecision::Kind::GiveUp:
        giveBackLine(false);
        setPhase(Phase::None);
        advance(state_ == State::Disconnecting ? Event::SettledFailed : Event::GiveUp);
        break;
    case RetryDecision::Kind::Stop: // it ended as the profile asked (idle): nobody wants it back until
                                    // somebody asks
        wanted_ = false;
        giveBackLine(false);
        setPhase(Phase::None);
        advance(Event::SettledDown);
        break;
    }
    answerAttempt(cause);
    stops_.answer(std::nullopt);
}

void Connection::giveUp(const Cause& cause) {
    reason_ = cause.reason;
    reasonText_ = cause.text;
    setPhase(Phase::None);
    advance(Event::GiveUp);
    changed();
}

void Connection::scheduleRetry(const Moment& next) {
    nextAttempt_ = next;
    retryTimer_ = ports_.clock.at(next.at, [this] { dial(Event::Proceed); });
}

void Connection::forgetLink() {
    unpin();
    facts_ = {};
    seen_ = {};
    end_ = {};
    readyWanted_ = false;
    pinAnswered_ = false;
    connectedAt_ = {};
    runningText_.clear();
    stale_ = false;
    renewDue_ = false;
    familyWaited_ = false;
    ending_ = false;
    disarm();
    repairs_ = {};
}

} // namespace ppp::core
