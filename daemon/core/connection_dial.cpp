// SPDX-License-Identifier: LGPL-2.1-or-later
// From the decision to dial to the start of the engine, and what comes after its end.
#include "core/connection.hpp"

#include <algorithm>
#include <utility>

#include "core/text.hpp"

namespace ppp::core {

namespace {

using std::chrono::seconds;

constexpr Duration kCarrierGrace = seconds(5);

RetryClass eventual(LineStatus status) {
    return status == LineStatus::Refused ? RetryClass::Discovery : RetryClass::Event;
}

/// The next of a linear congruential sequence, from 0 up to 1: retries are to be apart, not secret.
double draw(std::uint64_t& state) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state >> 11) / static_cast<double>(1ULL << 53);
}

} // namespace

void Connection::dial(Event event) {
    if (closing_) { // whatever cut its wait short: the next daemon dials
        return;
    }
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
    if (closing_) {
        return;
    }
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
    compareProfiles();
    tellEngine();
    const Phase first = profile_->pppoe ? Phase::Dialing : Phase::Device;
    setPhase(waits ? Phase::Applying : first);
    save();
    changed();
}

bool Connection::prepare(Cause& cause) {
    std::string error;
    const auto strange = [this](const std::string& link) {
        return !link.empty() && link != device(*profile_);
    };
    if (strange(line_.raisedLink) || strange(line_.widenedLink)) { // kept for an earlier profile
        giveBackLine(false);
    }
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
    const bool waited = profile_ && (profile_->onDemand || linkProfile().onDemand);
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
    if (idle && profile_ && waited) {
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
    compareProfiles();
    renewDue_ = false;
    familyWaited_ = false;
    ending_ = false;
    disarm();
    repairs_ = {};
}

} // namespace ppp::core
