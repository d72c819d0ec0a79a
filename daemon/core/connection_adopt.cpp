// SPDX-License-Identifier: LGPL-2.1-or-later
// The start of a connection's life in this daemon: from nothing, or from what an earlier life left behind.
#include "core/connection.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace ppp::core {

void Connection::begin(const std::optional<ConnectionRecord>& record) {
    begun_ = true;
    recorded_ = record.has_value();
    if (record) {
        lastDns_ = record->lastDns;
        takeOver(*record);
        anchorMoments(); // the clock may have been set while no daemon lived
        return;
    }
    endHooks();
    ports_.engines.drop(name_); // an engine that nobody has a record of is nobody's
    handover_.withdraw();
    if (!profile_) {
        unasked_ = true;
        giveUp({Reason::ProfileInvalid, profileFaults_, RetryClass::Fault});
        return;
    }
    wanted_ = profile_->autoconnect;
    if (wanted_) {
        dial(Event::Proceed);
    }
}

void Connection::takeOver(const ConnectionRecord& record) {
    wanted_ = record.wanted;
    attempt_ = record.attempt;
    retry_ = record.retry;
    debug_ = record.debug;
    asking_.allowed = record.ask;
    dialNow_ = record.dialNow;
    redialBy_ = record.redialBy;
    line_ = lineOf(record);
    engine_ = ports_.engines.adopt(name_, *this);
    if (engine_) {
        runningText_ = record.profile;
        compareProfiles();
        if (profileBroken_) { // what runs goes by the one it was started with
            profile_ = parseProfile(runningText_).profile;
        }
        facts_ = record.facts;
        facts_.enginePid = engine_->pid();
        seen_ = record.seen;
        connectedAt_ = record.connectedAt;
        stateSince_ = record.stateSince;
        dialledAt_ = record.stateSince.at;
        resume(record);
        return;
    }
    endHooks();
    handover_.withdraw(); // what outlives its interface
    const bool had = record.engine || record.state == State::Disconnecting || !line_.madeLink.empty();
    if (had) {
        seen_ = record.seen;
        facts_ = record.facts;
        ports_.engines.tidyAfter(facts_.pppdPid);
        connectedAt_ = record.connectedAt;
        if (facts_.session) {
            ports_.network.endSession(line_.device, facts_.session->peer, facts_.session->id);
        }
        const bool ending = record.state == State::Disconnecting;
        if (ending) { // there the session ended, and not with this life's begin
            stateSince_ = record.stateSince;
        }
        state_ = State::Disconnecting;
        if (seen_.stop) {
            conclude(verdict());
        } else if (ending && record.reason != Reason::None) {
            conclude({record.reason, record.reasonText, retryClass(record.reason)});
        } else {
            conclude({Reason::EngineFailed, "pppd ended while the service was not running",
                      RetryClass::Discovery});
        }
        return;
    }
    rest(record);
}

/// Nothing ran when the record was written.
void Connection::rest(const ConnectionRecord& record) {
    state_ = State::Down;
    reason_ = record.reason;
    reasonText_ = record.reasonText;
    if (!profile_) {
        giveUp({Reason::ProfileInvalid, profileFaults_, RetryClass::Fault});
    } else if (wanted_ && record.state == State::Failed) {
        stateSince_ = record.stateSince;
        state_ = State::Failed;
        asking_.lacks = record.lacks; // an agent that comes (back) may have it
    } else if (wanted_ && record.state == State::Waiting) {
        stateSince_ = record.stateSince;
        state_ = State::Waiting;
        const bool slept = reason_ == Reason::Suspend;
        if (!slept && record.phase != Phase::Backoff && retryClass(reason_) == RetryClass::Event &&
            lineStatus(*profile_, ports_) != LineStatus::Ready) {
            phase_ = record.phase;
            if (profile_->serial) {
                awaitDevice();
            }
        } else {
            phase_ = Phase::Backoff;
            const Moment now = Moment::now(ports_.clock);
            scheduleRetry(record.nextAttempt.at < now.at ? now : record.nextAttempt);
        }
    } else if (wanted_) {
        dial(Event::Proceed);
    }
    save();
}

/// The engine lives: the record says where it was; what it reported meanwhile comes from its socket in a
/// moment.
void Connection::resume(const ConnectionRecord& record) {
    state_ = record.state;
    phase_ = record.phase;
    reason_ = record.reason;
    reasonText_ = record.reasonText;
    phaseSince_ = ports_.clock.now();
    log(Severity::Notice,
        text::cat("took over the running engine, pid ", engine_->pid(), ", state ", wire(state_)));
    if (!profile_ || closing_) {
        state_ = State::Up;
        stop(Reason::ProfileInvalid, profileFaults_);
        return;
    }
    // An earlier life may have ended between its note of the wish and its word to the engine.
    engine_->setDebug(debug_ || linkProfile().ppp.debug);
    if (linkProfile().onDemand) {
        host_.addressMoves(name_, true);
    }
    switch (state_) {
    case State::Up:
        handover_.adopt(linkProfile(), facts_);
        armSessionLimit();
        break;
    case State::Connecting:
        armDeadline(phase_);
        if (interfaceIndex() != 0) {
            handover_.apply(linkProfile(), presentFacts());
        }
        break;
    case State::Waiting:
        if (seen_.dormant()) {
            handover_.adopt(linkProfile(), presentFacts());
            checkDemandLine();
            break;
        }
        [[fallthrough]];
    case State::Down:
    case State::Disconnecting:
    case State::Failed:
        if (state_ == State::Disconnecting && !seen_.stop) { // it ends by itself
            awaitEnd();
            break;
        }
        state_ = State::Disconnecting;
        seen_.stop =
            record.seen.stop ? record.seen.stop : StopCause{Reason::UserRequest, "taken down on request"};
        tearDown();
        break;
    }
    suspect(); // the machine went on while no daemon lived; by then the engine's reports are in
    save();
    changed();
}

} // namespace ppp::core
