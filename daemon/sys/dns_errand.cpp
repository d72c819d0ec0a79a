// SPDX-License-Identifier: LGPL-2.1-or-later
// One command runs, one waits.
#include "sys/dns_errand.hpp"

#include <algorithm>
#include <utility>

#include "core/limits.hpp"
#include "core/text.hpp"

namespace ppp::sys {

using core::text::cat;

void DnsErrand::ask(OutsideCommand command, std::string warning, Done done, Ended ended, Nothing nothing) {
    const std::uint64_t number = ++last_;
    Waiter& waiter = waiters_[number];
    waiter.done = std::move(done);
    waiter.deadline = context_.loop.after(context_.deadline,
                                          [this, number] { answer(number, name_ + " does not answer"); });
    auto errand = std::make_unique<Errand>(
        Errand{std::move(command), std::move(warning), {}, std::move(ended), std::string(nothing)});
    if (next_) {
        errand->waiters = std::move(next_->waiters);
    }
    errand->waiters.push_back(number);
    next_ = std::move(errand);
    if (!running_) {
        start();
    }
}

void DnsErrand::start() {
    running_ = std::move(next_);
    running_->command.urgent = true; // there is a deadline for it, and none for hooks
    context_.outside.run(running_->command,
                         [this, alive = std::weak_ptr<int>(alive_)](const OutsideEnd& end) {
                             if (!alive.expired()) {
                                 ended(end);
                             }
                         });
}

void DnsErrand::ended(const OutsideEnd& end) {
    const auto errand = std::move(running_);
    std::string error;
    const bool nothing = !errand->nothing.empty() && end.words.find(errand->nothing) != std::string::npos;
    if (!end.error.empty() && !nothing) {
        const std::string words = core::text::harmless(end.words, core::limits::kPeerText);
        error = cat(name_, " ", end.error, words.empty() ? "" : ": ", words);
        if (!errand->warning.empty()) {
            context_.journal.log(core::Severity::Warning, "", cat(errand->warning, ": ", error));
        }
    }
    if (errand->ended) {
        const bool late = std::none_of(errand->waiters.begin(), errand->waiters.end(),
                                       [this](auto waiter) { return waiters_.contains(waiter); });
        errand->ended(error, late);
    }
    if (next_) {
        start();
    }
    answering_ = true; // they may ask for the next thing
    for (const std::uint64_t waiter : errand->waiters) {
        answer(waiter, error);
    }
    answering_ = false;
}

// One that has got its answer by the deadline is not there any more.
void DnsErrand::answer(std::uint64_t waiter, const std::string& error) {
    const auto found = waiters_.find(waiter);
    if (found != waiters_.end()) {
        const Done done = std::move(found->second.done);
        waiters_.erase(found);
        done(error);
    }
}

} // namespace ppp::sys
