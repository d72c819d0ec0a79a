// SPDX-License-Identifier: LGPL-2.1-or-later
// The one place that changes a connection's state and phase, and what follows from a change: story, record,
// observers.
#include "core/connection.hpp"

#include <utility>

#include "core/auth_cause.hpp"
#include "core/messages.hpp"
#include "core/text.hpp"
#include "plugin/message.h"

namespace ppp::core {

namespace {

constexpr Duration kSaveAgain = std::chrono::seconds(10);

} // namespace

Connection::Connection(std::string name, const Ports& ports, ConnectionHost& host)
    : name_(std::move(name)), ports_(ports), host_(host), stateSince_(Moment::now(ports.clock)),
      story_(name_, ports),
      chance_(std::hash<std::string>{}(name_) ^ static_cast<std::uint64_t>(stateSince_.at.sinceBoot.count())),
      handover_(name_, ports, host, [this] { onHandover(); }) {
    handover_.listenToHooks([this](const HookFailure& failure) { onHookFailure(failure); });
}

Connection::~Connection() = default;

bool Connection::advance(Event event) {
    const auto to = next(state_, event);
    if (!to) {
        log(Severity::Warning,
            text::cat("event ", core::name(event), " has no meaning while ", wire(state_)));
        return false;
    }
    if (*to != state_) {
        enter(*to);
    }
    return true;
}

void Connection::enter(State state) {
    const State old = std::exchange(state_, state);
    const BootTime now = ports_.clock.now();
    const Duration took = now - stateSince_.at;
    echo_.forget();
    stateSince_ = Moment::of(ports_.clock, now);
    const Reason why = state == State::Connecting || state == State::Up ? Reason::None : reason_;
    handover_.hooks().because(std::string(wire(why)), why == Reason::None ? "" : reasonText_);
    Details details;
    if (why != Reason::None && !reasonText_.empty()) {
        details["reason-text"] = reasonText_;
    }
    if (state == State::Waiting && !nextAttempt_.none()) {
        details["next-attempt"] = nextAttempt_.wall(ports_.clock);
        details["next-us"] = static_cast<std::uint64_t>((nextAttempt_.at - now).count());
    }
    if (state == State::Waiting) {
        details["phase"] = std::string(wire(phase_));
    }
    if (attempt_ > 0) {
        details["attempt"] = attempt_;
    }
    if (state == State::Up) {
        details["took-us"] = static_cast<std::uint64_t>((now - dialledAt_).count());
        if (facts_.ip4) {
            details["interface"] = facts_.ip4->interface;
            details["local"] = showAddress(facts_.ip4->local);
            details["peer"] = showAddress(facts_.ip4->peer);
        } else if (facts_.ip6) {
            details["interface"] = facts_.ip6->interface;
            details["local"] = showLinkLocal(facts_.ip6->localId);
            details["peer"] = showLinkLocal(facts_.ip6->peerId);
        }
    }
    const std::string suffix = why == Reason::None ? "" : text::cat(" (", wire(why), ": ", reasonText_, ")");
    tell(Severity::Notice, text::cat(wire(old), " → ", wire(state), suffix), why,
         {text::cat("MESSAGE_ID=", message::kState), text::cat("PPP_AFTER_USEC=", took.count())});
    save();
    host_.connectionStateChanged(*this, state, old, why, details);
    details["new"] = std::string(wire(state));
    details["old"] = std::string(wire(old));
    details["reason"] = std::string(wire(why));
    note("state", std::move(details));
    changed();
}

void Connection::setPhase(Phase phase) {
    if (phase == phase_) {
        return;
    }
    const BootTime now = ports_.clock.now();
    const Phase old = std::exchange(phase_, phase);
    const auto took = static_cast<std::uint64_t>((now - phaseSince_).count());
    phaseSince_ = now;
    if (phase != Phase::None) {
        Details details{{"phase", std::string(wire(phase))}};
        if (old != Phase::None) {
            details["previous"] = std::string(wire(old));
            details["after-us"] = took;
        }
        note("phase", std::move(details));
    }
    armDeadline(phase);
    changed();
}

void Connection::log(Severity severity, const std::string& text) const {
    ports_.journal.log(severity, name_, text);
}

bool Connection::save() {
    const bool autoconnect = profile_ && profile_->autoconnect;
    const bool restful = state_ == State::Down && !debug_ && line_.raisedLink.empty() &&
                         line_.widenedLink.empty() && line_.madeLink.empty() && line_.madeParent.empty();
    try {
        if (restful && wanted_ == autoconnect) {
            if (recorded_) {
                ports_.records.remove(name_);
            }
            recorded_ = false;
            saved();
            return true;
        }
        ConnectionRecord record;
        record.wanted = wanted_;
        record.state = state_;
        record.phase = phase_;
        record.reason = reason_;
        record.reasonText = reasonText_;
        record.attempt = attempt_;
        record.stateSince = stateSince_;
        record.connectedAt = connectedAt_;
        record.nextAttempt = nextAttempt_;
        record.retry = retry_;
        record.facts = facts_;
        record.seen = seen_;
        record.engine = engine_ != nullptr;
        record.device = line_.device;
        record.madeLink = line_.madeLink;
        record.madeParent = line_.madeParent;
        record.raisedLink = line_.raisedLink;
        record.widenedLink = line_.widenedLink;
        record.narrowMtu = line_.narrowMtu;
        record.wideMtu = line_.wideMtu;
        record.profile = runningText_;
        record.debug = debug_;
        record.ask = asking_.allowed;
        record.lacks = asking_.lacks;
        record.lastDns = lastDns_;
        record.dialNow = dialNow_;
        record.redialBy = redialBy_;
        ports_.records.save(name_, toJson(record));
        recorded_ = true;
        saved();
        return true;
    } catch (const std::exception& e) {
        saveFailed(e.what());
        return false;
    }
}

/// Nothing tells when there is room again, so it is looked for, but only while there is none.
void Connection::saveFailed(const char* why) {
    const std::string said = text::cat("cannot write the runtime record: ", why);
    if (recordTrouble_ != said) {
        recordTrouble_ = said;
        log(Severity::Error,
            text::cat(said, "; until it can be, the link does not outlive the service's restart"));
        changed();
    }
    saveAgain_ = ports_.clock.at(ports_.clock.now() + kSaveAgain, [this] { save(); });
}

void Connection::saved() {
    saveAgain_.reset();
    if (!std::exchange(recordTrouble_, {}).empty()) {
        log(Severity::Notice, "the runtime record can be written again");
        const bool attached = state_ == State::Up || state_ == State::Connecting || standsBy();
        if (profile_ && attached && interfaceIndex() != 0) {
            handover_.apply(linkProfile(), presentFacts());
            handover_.reapply(); // what was left undone: nobody could have recorded it
        }
        changed();
    }
}

std::uint32_t Connection::interfaceIndex() const {
    if (facts_.ip4) {
        return facts_.ip4->index;
    }
    return facts_.ip6 ? facts_.ip6->index : facts_.demand ? facts_.demand->index : 0;
}

void Connection::describeRunning(Details& details) const {
    describeRedial(details);
    if (debug_) {
        details["debug"] = true;
    }
    if (spoilt()) {
        details["profile-faults"] = profileFaults_;
    }
    if (std::string text = trouble(); !text.empty()) {
        details["trouble"] = std::move(text);
    }
}

View Connection::view() const {
    View v;
    v.name = name_;
    v.state = wire(state_);
    v.phase = wire(phase_);
    v.reason = wire(reason_);
    v.reasonText = reasonText_;
    v.attempt = attempt_;
    v.wanted = wanted_;
    v.connectedAt = connectedAt_.wall(ports_.clock);
    v.stateSince = stateSince_.wall(ports_.clock);
    v.nextAttempt = nextAttempt_.wall(ports_.clock);
    v.enginePid = engine_ ? engine_->pid() : 0;
    v.dnsServers = handover_.dnsServers();
    v.defaultRoute = host_.ownsDefaultRoute(name_);
    if (profile_) {
        v.type = wire(linkProfile().type);
        v.autoConnect = profile_->autoconnect;
        v.metered = profile_->metered;
        v.device = device(linkProfile());
        v.needsRedial = engine_ && stale_;
        describeFamilies(v);
    }
    describeDemand(v);
    if (facts_.ip4) {
        v.interface = facts_.ip4->interface;
        v.interfaceIndex = facts_.ip4->index;
        v.localAddress = showAddress(facts_.ip4->local);
        v.peerAddress = showAddress(facts_.ip4->peer);
        v.mtu = facts_.ip4->mtu;
    }
    if (facts_.ip6) {
        v.interface = facts_.ip6->interface;
        v.interfaceIndex = facts_.ip6->index;
        v.localAddress6 = showLinkLocal(facts_.ip6->localId);
        v.peerAddress6 = showLinkLocal(facts_.ip6->peerId);
        v.mtu = facts_.ip6->mtu;
    }
    describeSession(v.details);
    if (!facts_.modem.empty()) {
        v.details["modem"] = facts_.modem;
    }
    describeTunnel(v.details);
    if (facts_.authProtocol != 0) {
        v.details["auth-protocol"] = methodName(facts_.authProtocol, facts_.chapDigest);
    }
    describeRunning(v.details);
    return v;
}

void Connection::describeSession(Details& details) const {
    if (facts_.session) {
        details["session-id"] = facts_.session->id;
        details["peer-mac"] = showMac(facts_.session->peer);
        details["access-concentrator"] = text::harmless(facts_.session->concentrator, 128);
        if (facts_.session->maxPayload != 0) {
            details["max-payload"] = facts_.session->maxPayload;
        }
    }
}

} // namespace ppp::core
