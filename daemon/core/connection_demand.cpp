// SPDX-License-Identifier: LGPL-2.1-or-later
// On-demand dialling: the interface that waits for traffic, what makes it dial, and what ends the wait.
#include "core/connection.hpp"

#include "core/text.hpp"

namespace ppp::core {

/// Whether its engine waits for traffic, in the state waiting, phase demand.
bool Connection::standsBy() const {
    return state_ == State::Waiting && engine_ != nullptr;
}

/// The facts, with the interface that waits for traffic in the place of an IPv4 that is not negotiated yet.
LinkFacts Connection::presentFacts() const {
    LinkFacts facts = facts_;
    if (facts.demand && !facts.ip4 && !facts.ip4Refused) {
        const engine::DemandReady& ready = *facts.demand;
        facts.ip4 = engine::Ip4Up{ready.interface, ready.index, ready.local, ready.peer, lastDns_, ready.mtu};
    }
    return facts;
}

void Connection::onDemandReady(const engine::DemandReady& ready) {
    if (!seen_.dormant()) { // said again, too late
        return;
    }
    facts_.demand = ready;
    if (standsBy() && (stale_ || profileBroken_)) { // changed while no daemon lived
        standBy();
        return;
    }
    save();
    handover_.apply(linkProfile(), presentFacts());
    onHandover();
}

/// Traffic is led to the interface, and no call is under way.
void Connection::standBy() {
    turn_.reset();
    deadline_.reset();
    if (profileBroken_) {
        stop(Reason::ProfileInvalid, profileFaults_);
        return;
    }
    if (renewDue_ || stale_) {
        renew("profile or secrets were changed");
        return;
    }
    if (reason_ == Reason::UserRequest || reason_ == Reason::Suspend) { // no longer what it waits for
        reason_ = Reason::None;
        reasonText_.clear();
    }
    redialBy_.clear();
    setPhase(Phase::Demand);
    advance(Event::SettledWaiting);
    if (const std::string all = trouble(); !all.empty()) {
        log(Severity::Warning, all);
    }
    attempts_.answer(std::nullopt);
    changed();
}

/// A packet has made pppd dial.
void Connection::trafficCame() {
    if (state_ != State::Waiting && state_ != State::Connecting) {
        return;
    }
    deadline_.reset();
    dialledAt_ = ports_.clock.now();
    ++attempt_;
    ++story_.change().attempts;
    if (state_ == State::Waiting) {
        log(Severity::Notice, "traffic: it is dialled");
        advance(Event::Proceed);
    }
}

/// The addresses are made up, or at best hoped for: not what LocalAddress and PeerAddress mean.
void Connection::describeDemand(View& view) const {
    if (facts_.demand) {
        view.interface = facts_.demand->interface;
        view.interfaceIndex = facts_.demand->index;
        view.details["until-dialled"] =
            text::cat(showAddress(facts_.demand->local), " → ", showAddress(facts_.demand->peer));
    }
}

/// Ends the wait with a call. pppd has no word for it, and a packet of ours would have to pass the profile's
/// filter and would reach the peer: the next engine is one that does not wait.
void Connection::dialAtOnce(const std::string& why) {
    after_ = After::Dial;
    stop(Reason::UserRequest, why);
}

/// What the engine was started with holds no longer: another one takes its place.
void Connection::renew(const std::string& why) {
    log(Severity::Notice, text::cat(why, ": waits for traffic anew"));
    after_ = After::Dial;
    stop(Reason::UserRequest, why);
}

/// Routes must not lead into a line that is dead.
void Connection::checkDemandLine() {
    switch (lineStatus(linkProfile(), ports_)) {
    case LineStatus::Missing:
        stop(Reason::DeviceMissing, text::cat("the interface ", device(linkProfile()), " is gone"));
        break;
    case LineStatus::NoCarrier:
        stop(Reason::NoCarrier, text::cat(device(linkProfile()), " has lost its carrier"));
        break;
    case LineStatus::Ready:
    case LineStatus::Refused:
    case LineStatus::Unrecorded:
        break;
    }
}

} // namespace ppp::core
