// SPDX-License-Identifier: LGPL-2.1-or-later
// Bringing links up while somebody watches: all at once, each with its phases, its outcome and what comes
// next.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/ask_agent.hpp"
#include "cli/client.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"

namespace ppp::cli {

struct DialOrder {
    std::string method;                          ///< Up or Redial
    Dictionary options;                          ///< as the contract has them
    std::optional<std::chrono::seconds> timeout; ///< of Up the daemon is told, and here it guards against its
                                                 ///< silence; else it is counted here
    bool guided =
        false; ///< somebody asks the person what comes after a failure or Ctrl-C: nothing is said on that
    bool ifUp = false; ///< Redial: what is not up is left alone
};

inline constexpr const char* kNothingToRedial = " is not up: there is nothing to redial";

struct DialTarget {
    std::string name;
    std::string path;
};

class Dial {
public:
    /// With an agent (which outlives it) the person is asked for secrets on the way.
    Dial(Client& client, const Output& output, const std::vector<DialTarget>& targets, DialOrder order,
         AskAgent* agent = nullptr);
    /// `order.options` without `wait`: it is added where the calls themselves are waited for.
    /// Starts all, waits for every outcome, says it; the worst exit code. Ctrl-C leaves the links as they
    /// are. Call once.
    ExitCode run();

private:
    struct Seen {
        std::uint64_t time; ///< µs, CLOCK_REALTIME
        std::string what;
        Dictionary details;
    };
    enum class Stage { Running, Settling, Finished };
    struct Attempt {
        DialTarget target;
        std::deque<Seen> inbox;
        std::optional<std::optional<sdbus::Error>> answer;
        Stage stage = Stage::Running;
        bool called = false;
        std::optional<std::string> outcome; ///< following: the state in which the attempt ended
        std::string why;                    ///< the reason of a failed one, with its text
        bool over = false;                  ///< it failed: the phases that follow are those of waiting
        std::uint64_t lastElapsed = 0;
        std::uint64_t took = 0;         ///< µs, as the daemon measured it; 0: it did not say
        std::optional<Failure> failure; ///< as it was said
        Clock::time_point settleBy;
        Clock::time_point phaseSince;           ///< as far as we were told
        bool mayLackCarrier = true;             ///< nobody has looked in this phase yet
        std::unique_ptr<ConnectionProxy> proxy; ///< last: its callbacks point into this
    };

    /// As many as the daemon takes of one caller at a time.
    void startMore();
    Client::Wake wake(int interruptFd);
    void start(Attempt& attempt);
    static void readState(Attempt& attempt, const Dictionary& details);
    void concludeFollowed(Attempt& attempt);
    void advance(Attempt& attempt);
    bool readInbox(Attempt& attempt); ///< true where the state moved
    void conclude(Attempt& attempt, const std::optional<sdbus::Error>& error);
    /// Of a line that waits for its carrier, which may take for ever: says so and waits no longer.
    void lookForCarrier(Attempt& attempt);
    void succeed(Attempt& attempt);
    void tellTrouble(const std::string& name, const Snapshot& link);
    void fail(Attempt& attempt, const Failure& failure, bool settles);
    void settle(Attempt& attempt);
    void finish(Attempt& attempt);
    /// For the JSON answer. link: as just seen, null: looked up here where the daemon is still there.
    void tell(const Attempt& attempt, const char* outcome, const Snapshot* link = nullptr);
    ExitCode interrupted();
    Clock::time_point giveUpAt() const;
    Failure lateFailure(const Attempt& attempt) const;
    bool unfinished() const;
    std::uint64_t elapsed() const;
    std::optional<Clock::time_point> nextDeadline() const;

    Client& client_;
    const Output& output_;
    DialOrder order_;
    AskAgent* agent_;
    /// More links than calls may be open: nothing is waited for in a call, the signals tell the outcome.
    bool following_ = false;
    bool toldTimeout_ = false; ///< the daemon counts order_.timeout itself: Redial knows no such option
    Progress progress_;
    Clock::time_point started_;
    std::uint64_t startedRealtime_ = 0;
    ExitCode worst_ = ExitCode::Done;
    std::deque<Attempt> attempts_; // a deque: they stay where they are
};

} // namespace ppp::cli
