// SPDX-License-Identifier: LGPL-2.1-or-later
// What a connection tells of itself: its timeline, its counters, and the journal's lines with their fields.
#include "core/connection.hpp"

#include <utility>

#include "core/messages.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

std::uint64_t count(Duration duration) {
    return static_cast<std::uint64_t>(duration.count());
}

std::string ownAddress(const LinkFacts& facts) {
    return facts.ip4 ? showAddress(facts.ip4->local) : "";
}

} // namespace

void Connection::note(std::string what, Details details) {
    const TimelineEntry& entry = story_.note(std::move(what), std::move(details));
    host_.connectionEvent(*this, entry);
}

/// The fields that every line about a change has (README.md lists them).
void Connection::tell(Severity severity, const std::string& text, Reason why,
                      std::vector<std::string> fields) const {
    fields.push_back(text::cat("PPP_STATE=", wire(state_)));
    fields.push_back(text::cat("PPP_PHASE=", wire(phase_)));
    fields.push_back(text::cat("PPP_REASON=", wire(why)));
    fields.push_back(text::cat("PPP_ATTEMPT=", attempt_));
    ports_.journal.log(severity, name_, text, fields);
}

void Connection::tellEngine() {
    const std::uint32_t pid = engine_->pid();
    note("engine", {{"pid", pid}});
    tell(Severity::Info, text::cat("pppd started, process ", pid), Reason::None,
         {text::cat("PPP_ENGINE_PID=", pid),
          text::cat("PPP_AFTER_USEC=", (ports_.clock.now() - dialledAt_).count())});
}

void Connection::tellFailure(const Cause& cause) {
    ++story_.change().failures;
    tell(Severity::Warning, text::cat(wire(cause.reason), ": ", cause.text), cause.reason,
         {text::cat("MESSAGE_ID=", message::failure(cause.reason)), "PPP_FAILURE=1",
          text::cat("PPP_AFTER_USEC=", (ports_.clock.now() - dialledAt_).count())});
}

void Connection::sessionBegan() {
    ++story_.change().sessions;
    presentSession();
}

/// A daemon that could not write, or wrote no story at all, may have left us one that says nothing of it.
SessionFacts& Connection::presentSession() {
    SessionFacts& kept = story_.change().session;
    if (kept.started.at != connectedAt_.at) {
        SessionFacts fresh;
        fresh.started = connectedAt_;
        fresh.interface = interfaceIndex();
        fresh.address = ownAddress(facts_);
        fresh.previousAddress = kept.address.empty() ? kept.previousAddress : kept.address;
        kept = std::move(fresh);
    }
    return kept;
}

/// The peer gave another address to a link that stayed up, or its first one late.
void Connection::sessionMoved() {
    std::string address = ownAddress(facts_);
    if (address.empty() || address == story_.statistics().session.address) {
        return;
    }
    SessionFacts& session = presentSession();
    const std::string before = std::exchange(session.address, std::move(address));
    Details details{{"local", session.address}};
    if (!before.empty()) {
        session.previousAddress = before;
        details["previous"] = before;
    }
    note("address", std::move(details));
}

void Connection::sessionCounted() {
    if (connectedAt_.none()) {
        return;
    }
    SessionFacts& session = presentSession();
    if (const auto counters = ports_.network.counters(session.interface)) {
        session.rxBytes = counters->rxBytes;
        session.txBytes = counters->txBytes;
    }
}

void Connection::sessionEnded(const Cause& cause, Duration upFor) {
    sessionCounted();
    Statistics& statistics = story_.change();
    SessionFacts& session = presentSession();
    session.ended = Moment::of(ports_.clock, connectedAt_.at + upFor);
    session.upFor = upFor;
    session.reason = wire(cause.reason);
    statistics.totalUp += count(upFor);
    statistics.totalRx += session.rxBytes;
    statistics.totalTx += session.txBytes;
    Details details{{"reason", session.reason},    {"text", cause.text},          {"up-us", count(upFor)},
                    {"rx-bytes", session.rxBytes}, {"tx-bytes", session.txBytes}, {"local", session.address}};
    if (!session.previousAddress.empty()) {
        details["previous"] = session.previousAddress;
    }
    note("session", std::move(details));
    tell(Severity::Notice,
         text::cat("the session ended after ", text::duration(upFor.count()), ", ", session.rxBytes,
                   " bytes in, ", session.txBytes, " bytes out"),
         cause.reason,
         {text::cat("MESSAGE_ID=", message::kSessionEnd), text::cat("PPP_AFTER_USEC=", upFor.count()),
          text::cat("PPP_SESSION_USEC=", upFor.count()), text::cat("PPP_RX_BYTES=", session.rxBytes),
          text::cat("PPP_TX_BYTES=", session.txBytes)});
}

} // namespace ppp::core
