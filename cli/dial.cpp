// SPDX-License-Identifier: LGPL-2.1-or-later
// The waited Up and Redial.
#include "cli/dial.hpp"

#include <algorithm>
#include <utility>

#include "cli/ending_signals.hpp"
#include "cli/format.hpp"
#include "core/advice.hpp"

namespace ppp::cli {

namespace {

constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::chrono::seconds kSettleTime{2}; // for the daemon to decide what follows a failure
constexpr std::chrono::seconds kSilence{5};    // beyond the timeout that the daemon was told
constexpr std::chrono::seconds kCarrier{15};   // of a line whose far end is switched on
constexpr std::size_t kCallsAtOnce = 32;       // the daemon takes 64 of one caller

std::vector<std::string> namesOf(const std::vector<DialTarget>& targets) {
    std::vector<std::string> out;
    out.reserve(targets.size());
    for (const auto& target : targets) {
        out.push_back(target.name);
    }
    return out;
}

/// What a person can do about this failure.
std::string advice(const std::string& word, const std::string& text, const std::string& name) {
    if (text.find("set-secret " + name + " --p") != std::string::npos) {
        return {}; // it is said already, of a PIN or the peer's password
    }
    if (text.rfind("peer-auth-failed", 0) == 0) {
        return "What the peer has to prove: pppctl set-secret " + name + " --peer-password";
    }
    const auto reason = core::reasonFromWire(text.substr(0, text.find(':')));
    if (reason && core::meansTunnelSecret(*reason, text)) {
        return "Set the tunnel's secret: pppctl set-secret " + name + " --tunnel-secret";
    }
    if (word == "NoSecrets" || text.rfind("secrets-missing", 0) == 0 || text.rfind("auth-failed", 0) == 0) {
        return "Set the password: pppctl set-secret " + name;
    }
    if (word == "InvalidProfile" || text.rfind("profile-invalid", 0) == 0) {
        return "Correct /etc/ppp-manager/connections/" + name + ".json, then: pppctl reload";
    }
    return {};
}

Failure judge(const sdbus::Error& error, const std::string& name, const std::string& method) {
    const std::string word = contractWord(error);
    const std::string& text = error.getMessage();
    if (word == "Failed") {
        return {ExitCode::LinkFailed, text, advice(word, text, name)};
    }
    if (word == "NoSecrets") {
        return {ExitCode::LinkFailed, "secrets-missing: " + text, advice(word, text, name)};
    }
    if (word == "InvalidProfile") {
        return {ExitCode::LinkFailed, "profile-invalid: " + text, advice(word, text, name)};
    }
    if (word == "Timeout") {
        return {ExitCode::TimedOut, text, "It goes on trying; stop it with: pppctl down " + name};
    }
    if (word == "NotUp" && method == "Redial") {
        return {ExitCode::Failed, text, "Bring it up with: pppctl up " + name};
    }
    return explain(error);
}

} // namespace

Dial::Dial(Client& client, const Output& output, const std::vector<DialTarget>& targets, DialOrder order,
           AskAgent* agent)
    : client_(client), output_(output), order_(std::move(order)), agent_(agent),
      progress_(output, namesOf(targets)) {
    for (const auto& target : targets) {
        attempts_.emplace_back().target = target;
    }
    following_ = targets.size() > kCallsAtOnce;
    toldTimeout_ = !following_ && order_.method == "Up";
    if (!following_) {
        order_.options.emplace("wait", sdbus::Variant{true});
        if (order_.timeout && toldTimeout_) {
            order_.options.emplace("timeout",
                                   sdbus::Variant{static_cast<std::uint32_t>(order_.timeout->count())});
        }
    }
}

ExitCode Dial::run() {
    const EndingSignals interrupt;
    for (auto& attempt : attempts_) {
        attempt.proxy = client_.open(attempt.target.path);
        attempt.proxy->listen(
            [&attempt](std::uint64_t time, const std::string& what, const Dictionary& details) {
                attempt.inbox.push_back({time, what, details});
            });
    }
    started_ = Clock::now();
    startedRealtime_ = realtimeNow();
    startMore();
    while (unfinished()) {
        if (wake(interrupt.fd()) == Client::Wake::Interrupt) {
            return interrupted();
        }
        for (auto& attempt : attempts_) {
            try {
                advance(attempt);
            } catch (const sdbus::Error& error) {
                fail(attempt, explain(error), false);
            }
        }
        startMore();
    }
    return worst_;
}

/// Shows how far things are, or the question that somebody has to answer, and waits for what comes next.
Client::Wake Dial::wake(int interruptFd) {
    if (agent_ == nullptr) {
        progress_.tick(elapsed());
        return client_.step(nextDeadline(), interruptFd);
    }
    if (agent_->restless()) {
        progress_.stepAside();
        agent_->show();
    }
    if (!agent_->busy()) {
        progress_.tick(elapsed());
    }
    const Client::Wake why = client_.step(nextDeadline(), interruptFd, agent_->fd());
    if (why == Client::Wake::Input) {
        agent_->input();
    }
    return why;
}

void Dial::startMore() {
    auto open = static_cast<std::size_t>(
        std::count_if(attempts_.begin(), attempts_.end(),
                      [](const Attempt& attempt) { return attempt.called && !attempt.answer; }));
    for (auto& attempt : attempts_) {
        if (open >= kCallsAtOnce) {
            return;
        }
        if (!attempt.called) {
            start(attempt);
            ++open;
        }
    }
}

void Dial::start(Attempt& attempt) {
    attempt.called = true;
    attempt.phaseSince = Clock::now();
    attempt.proxy->callWaited(
        order_.method, order_.options,
        [&attempt](const std::optional<sdbus::Error>& error) { attempt.answer = error; });
}

void Dial::advance(Attempt& attempt) {
    const bool moved = readInbox(attempt);
    const bool called = attempt.stage == Stage::Running && attempt.answer;
    if (called && following_ && !*attempt.answer) {
        concludeFollowed(attempt);
    } else if (called) {
        conclude(attempt, *attempt.answer);
    } else if (attempt.stage == Stage::Running && order_.timeout && Clock::now() >= giveUpAt()) {
        fail(attempt,
             toldTimeout_ ? Failure(ExitCode::TimedOut, "no answer from ppp-managerd",
                                    "See: pppctl status " + attempt.target.name)
                          : lateFailure(attempt),
             false);
    } else if (attempt.stage == Stage::Running && attempt.called && attempt.mayLackCarrier &&
               !order_.timeout && Clock::now() >= attempt.phaseSince + kCarrier) {
        lookForCarrier(attempt);
    } else if (attempt.stage == Stage::Settling && (moved || Clock::now() >= attempt.settleBy)) {
        settle(attempt);
    }
}

bool Dial::readInbox(Attempt& attempt) {
    bool moved = false;
    for (; !attempt.inbox.empty(); attempt.inbox.pop_front()) {
        const Seen& seen = attempt.inbox.front();
        if (seen.what == "phase" && text(seen.details, "phase") == "secrets") {
            attempt.over = false; // a refused password is asked for again: the attempt goes on
        }
        if (seen.what == "phase" && attempt.stage == Stage::Running && !attempt.over) {
            // The daemon's own time is the better one, unless the clock was set meanwhile: then it is held
            // within ours.
            const std::uint64_t told = seen.time > startedRealtime_ ? seen.time - startedRealtime_ : 0;
            attempt.lastElapsed = std::max(attempt.lastElapsed, std::min(told, elapsed()));
            attempt.phaseSince = Clock::now();
            attempt.mayLackCarrier = true;
            if (const std::string phase = text(seen.details, "phase"); !phase.empty()) {
                progress_.phase(attempt.target.name, attempt.lastElapsed, phase);
            }
        } else if (seen.what == "failure") {
            attempt.over = true;
        } else if (seen.what == "state") {
            moved = true;
            attempt.took = number(seen.details, "took-us");
            readState(attempt, seen.details);
        }
    }
    return moved;
}

void Dial::readState(Attempt& attempt, const Dictionary& details) {
    const std::string state = text(details, "new");
    const bool ended = state == "up" || state == "waiting" || state == "failed" || state == "down";
    if (ended && !attempt.outcome) {
        attempt.outcome = text(details, "phase") == "demand" ? "up" : state; // as ready as it is to be
        attempt.why = text(details, "reason") + ": " + text(details, "reason-text");
    }
}

void Dial::concludeFollowed(Attempt& attempt) {
    if (attempt.outcome && *attempt.outcome == "up") {
        succeed(attempt);
    } else if (attempt.outcome) {
        fail(attempt,
             Failure(ExitCode::LinkFailed, attempt.why, advice("Failed", attempt.why, attempt.target.name)),
             true);
    } else if (order_.timeout && Clock::now() >= started_ + *order_.timeout) {
        fail(attempt, lateFailure(attempt), false);
    }
}

/// With order_.timeout: when nothing is waited for any longer.
Clock::time_point Dial::giveUpAt() const {
    return started_ + *order_.timeout + (toldTimeout_ ? kSilence : std::chrono::seconds(0));
}

Failure Dial::lateFailure(const Attempt& attempt) const {
    return {ExitCode::TimedOut, "not up within " + std::to_string(order_.timeout->count()) + " s",
            "It goes on trying; stop it with: pppctl down " + attempt.target.name};
}

void Dial::conclude(Attempt& attempt, const std::optional<sdbus::Error>& error) {
    if (!error) {
        succeed(attempt);
        return;
    }
    if (contractWord(*error) == "AlreadyUp") {
        const Snapshot link = client_.snapshot(attempt.target.path);
        finish(attempt);
        tell(attempt, "already-up", &link);
        output_.line(attempt.target.name + " is up already: " + linkSummary(link));
        return;
    }
    if (order_.ifUp && contractWord(*error) == "NotUp") {
        finish(attempt);
        tell(attempt, "not-up");
        output_.line(attempt.target.name + kNothingToRedial);
        return;
    }
    const std::string wait = contractWord(*error) == "Timeout"
                                 ? carrierWait(client_.snapshot(attempt.target.path))
                                 : std::string();
    fail(attempt,
         wait.empty() ? judge(*error, attempt.target.name, order_.method)
                      : Failure(ExitCode::TimedOut, error->getMessage() + ": " + wait,
                                "Stop it with: pppctl down " + attempt.target.name),
         contractWord(*error) == "Failed");
}

void Dial::lookForCarrier(Attempt& attempt) {
    attempt.mayLackCarrier = false;
    const std::string wait = carrierWait(client_.snapshot(attempt.target.path));
    if (!wait.empty()) {
        fail(attempt,
             Failure(ExitCode::TimedOut, "not up: " + wait,
                     "It goes on waiting; stop it with: pppctl down " + attempt.target.name),
             false);
    }
}

void Dial::succeed(Attempt& attempt) {
    const Snapshot link = client_.snapshot(attempt.target.path);
    const std::uint64_t took = attempt.took != 0 ? attempt.took : elapsed();
    finish(attempt);
    if (link.text("Phase") == "demand") {
        tell(attempt, "waits-for-traffic", &link);
        output_.line(attempt.target.name + " " + output_.paint("waits for traffic", Colour::Green) + " on " +
                     clean(link.text("Interface")) + " and is dialled when some comes, " + seconds(took));
        tellTrouble(attempt.target.name, link);
        return;
    }
    if (link.text("State") != "up") {
        attempt.failure.emplace(ExitCode::LinkFailed, failureText(link));
        tell(attempt, "failed", &link);
        output_.complain(attempt.target.name + ": was up for a moment, is " + clean(link.text("State")) +
                         " again: " + failureText(link));
        worst_ = worse(worst_, ExitCode::LinkFailed);
        return;
    }
    tell(attempt, "up", &link);
    output_.line(attempt.target.name + " is " + output_.paint("up", Colour::Green) + ": " +
                 linkSummary(link) + ", " + seconds(took));
    if (!link.texts("DnsServers").empty() && client_.manager().DnsHandler() == "none") {
        output_.complain(attempt.target.name +
                         ": warning: nothing on this machine takes the link's DNS servers, so names are "
                         "looked up as before");
        output_.complain("  Install systemd-resolved or resolvconf, or set \"handler\" of /dns in the "
                         "profile to \"file\".");
        return;
    }
    tellTrouble(attempt.target.name, link);
}

void Dial::tellTrouble(const std::string& name, const Snapshot& link) {
    if (const std::string trouble = text(dictionary(link.properties, "Details"), "trouble");
        !trouble.empty()) {
        output_.complain(name + ": warning: " + clean(trouble));
    }
}

void Dial::fail(Attempt& attempt, const Failure& failure, bool settles) {
    worst_ = worse(worst_, failure.code());
    progress_.stepAside();
    output_.complain(attempt.target.name, order_.guided ? Failure(failure.code(), failure.what()) : failure);
    attempt.failure = failure;
    if (!settles || order_.guided) {
        finish(attempt);
        tell(attempt, failure.code() == ExitCode::TimedOut ? "unfinished" : "failed");
        return;
    }
    attempt.stage = Stage::Settling;
    attempt.settleBy = Clock::now() + kSettleTime;
    settle(attempt);
}

void Dial::settle(Attempt& attempt) {
    const Snapshot link = client_.snapshot(attempt.target.path);
    const std::string state = link.text("State");
    const std::string& name = attempt.target.name;
    const bool moving = state == "connecting" || state == "disconnecting";
    if (moving && Clock::now() < attempt.settleBy) {
        return;
    }
    finish(attempt);
    tell(attempt, "failed", &link);
    const std::string stop = "; stop it with: pppctl down " + name;
    if (state == "failed") {
        output_.complain("  Given up; try again with: pppctl up " + name);
    } else if (state == "waiting" && link.number("NextAttempt") != 0) {
        output_.complain("  next attempt " + until(link.number("NextAttempt")) + " (attempt " +
                         std::to_string(link.number("Attempt") + 1) + ")" + stop);
    } else if (link.text("Phase") == "demand") {
        output_.complain("  waits for traffic, which makes it dial again" + stop);
    } else if (state == "waiting") {
        output_.complain("  waits for the " + clean(link.text("Phase")) + " and goes on by itself" + stop);
    } else if (moving) {
        output_.complain("  goes on trying" + stop);
    }
}

void Dial::finish(Attempt& attempt) {
    attempt.stage = Stage::Finished;
    progress_.finish(attempt.target.name);
}

void Dial::tell(const Attempt& attempt, const char* outcome, const Snapshot* link) {
    if (!output_.wantsJson()) {
        return;
    }
    std::optional<Snapshot> seen;
    try {
        if (link == nullptr) {
            link = &seen.emplace(client_.snapshot(attempt.target.path));
        }
    } catch (const sdbus::Error&) {
        link = nullptr; // that is among what went wrong
    }
    auto result = resultOf(attempt.target.name, outcome, link, attempt.failure ? &*attempt.failure : nullptr);
    result["took-us"] = attempt.took != 0 ? attempt.took : elapsed();
    output_.tell(std::move(result));
}

ExitCode Dial::interrupted() {
    progress_.stepAside();
    const bool asking = agent_ != nullptr && agent_->busy();
    if (asking) {
        agent_->leave();
    }
    for (const auto& attempt : attempts_) {
        if (attempt.stage != Stage::Finished) {
            tell(attempt, attempt.stage == Stage::Settling ? "failed" : "unfinished");
        }
    }
    if (asking) {
        output_.complain("The question is left open; a connection that nobody gives a password to fails.");
        return ExitCode::Interrupted;
    }
    for (const auto& attempt : attempts_) {
        if (attempt.stage == Stage::Running && !order_.guided) {
            output_.complain(attempt.target.name + ": not waited for any longer; it goes on connecting");
            output_.complain("  Look: pppctl status " + attempt.target.name + "    Stop: pppctl down " +
                             attempt.target.name);
        }
    }
    return ExitCode::Interrupted;
}

bool Dial::unfinished() const {
    return std::any_of(attempts_.begin(), attempts_.end(),
                       [](const Attempt& attempt) { return attempt.stage != Stage::Finished; });
}

std::uint64_t Dial::elapsed() const {
    const auto passed =
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started_).count();
    return static_cast<std::uint64_t>(passed);
}

std::optional<Clock::time_point> Dial::nextDeadline() const {
    std::optional<Clock::time_point> next;
    const auto consider = [&next](Clock::time_point at) { next = next ? std::min(*next, at) : at; };
    if (progress_.live()) {
        consider(Clock::now() + kRedraw);
    }
    for (const auto& attempt : attempts_) {
        if (attempt.stage == Stage::Settling) {
            consider(attempt.settleBy);
        } else if (attempt.stage == Stage::Running && order_.timeout) {
            consider(giveUpAt());
        } else if (attempt.stage == Stage::Running && attempt.called && attempt.mayLackCarrier) {
            consider(attempt.phaseSince + kCarrier);
        }
    }
    return next;
}

} // namespace ppp::cli
