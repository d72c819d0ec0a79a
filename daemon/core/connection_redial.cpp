// SPDX-License-Identifier: LGPL-2.1-or-later
// Redials that nobody asks for by hand, and what each redial cost: the timer of redial-at, the session-limit,
// and the words when the link is back.
#include "core/connection.hpp"

#include <utility>

#include "core/messages.hpp"
#include "core/profile_alike.hpp"
#include "core/text.hpp"

namespace ppp::core {

/// As the stored profile says; of a broken one there is nothing to be redialled.
void Connection::keepRedialTimer() {
    const bool wanted = !profileBroken_ && profile_ && !closing_;
    ports_.redials.set(name_, wanted ? profile_->redialAt : std::string());
}

void Connection::compareProfiles() {
    stale_ = !runningText_.empty() && !dialsAlike(runningText_, profileText_);
    running_ = stale_ ? parseProfile(runningText_).profile : std::nullopt;
}

void Connection::describeRedial(Details& details) const {
    if (!profile_ || profile_->redialAt.empty() || profileBroken_) {
        return;
    }
    details["redial-at"] = profile_->redialAt;
    if (const std::uint64_t next = ports_.redials.next(name_); next != 0) {
        details["next-redial"] = next;
    }
}

void Connection::armSessionLimit() {
    if (linkProfile().sessionLimit > Duration(0)) {
        sessionTimer_ = ports_.clock.at(connectedAt_.at + linkProfile().sessionLimit, [this] {
            redialBy_ = wire(Reason::SessionLimit);
            after_ = After::Dial;
            stop(Reason::SessionLimit, "the profile's session-limit was reached");
        });
    }
}

/// `before`: the session that ended last. The time without a link begins where the state up was left, and
/// ends where it is entered again: failed attempts are a part of it.
void Connection::tellRedialled(const std::string& origin, const SessionFacts& before) {
    if (origin.empty() || before.ended.none()) {
        return;
    }
    const std::string& address = story_.statistics().session.address;
    const auto away = static_cast<std::uint64_t>((connectedAt_.at - before.ended.at).count());
    Details details{{"origin", origin}, {"down-us", away}, {"local", address}};
    if (!before.address.empty()) {
        details["previous"] = before.address;
    }
    note("redialled", std::move(details));
    const auto shown = [](const std::string& words) { return words.empty() ? "no IPv4 address" : words; };
    tell(Severity::Notice,
         text::cat("redialled by ", origin, ": ", shown(before.address), " → ", shown(address),
                   ", without a link for ", text::duration(static_cast<long long>(away))),
         Reason::None,
         {text::cat("MESSAGE_ID=", message::kRedialled), text::cat("PPP_AFTER_USEC=", away),
          text::cat("PPP_ORIGIN=", origin), text::cat("PPP_DOWN_USEC=", away),
          text::cat("PPP_ADDRESS=", address), text::cat("PPP_PREVIOUS_ADDRESS=", before.address)});
}

} // namespace ppp::core
