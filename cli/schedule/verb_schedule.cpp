// SPDX-License-Identifier: LGPL-2.1-or-later
// The verb schedule: a redial every day at a time of the owner's choice, as the key redial-at of the profile.
#include "cli/command.hpp"

#include <cctype>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "cli/client.hpp"
#include "cli/format.hpp"
#include "cli/schedule/jsonc.hpp"
#include "cli/schedule/watch.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

using core::text::cat;

constexpr const char* kKey = "redial-at";
constexpr std::chrono::seconds kTimerTime{3}; // for systemd to have the timer

/// As the rule of the profile, so that a wrong one is told before anybody is asked for a password.
bool isTimeOfDay(const std::string& text) {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    return text.size() == 5 && digit(0) && digit(1) && text[2] == ':' && digit(3) && digit(4) &&
           text.substr(0, 2) < "24" && text[3] < '6';
}

std::string nextOf(std::uint64_t next) {
    return next == 0
               ? std::string()
               : cat("; the next time at ", localTime(next).substr(0, 19), ", in ",
                     core::text::duration(static_cast<long long>(next - std::min(next, realtimeNow()))));
}

class Schedule final : public Command {
public:
    void declare(CLI::App& verb) override {
        verb.add_option("NAME", name_, "The connection")->required();
        auto* time =
            verb.add_option("TIME", time_,
                            "HH:MM in local time; without it, what is scheduled is shown. A time that "
                            "daylight saving skips is skipped that night; one that comes twice counts once");
        verb.add_flag("--off", off_, "No longer")->excludes(time);
    }

    ExitCode run(const Output& output) override {
        if (!time_.empty() && !isTimeOfDay(time_)) {
            throw Failure(ExitCode::Usage, "'" + time_ + "' is no time of day",
                          "Hours and minutes of local time, two digits each: pppctl schedule " + name_ +
                              " 04:00");
        }
        const bool changes = off_ || !time_.empty();
        Client client(changes ? Client::Start::Allowed : Client::Start::Never);
        const std::string path = client.pathOf(name_);
        Watch watch(client, path);
        if (changes) {
            client.allowForQuestions();
            store(*client.open(path));
            awaitTimer(client, watch, path);
        }
        return show(output, client.snapshot(path));
    }

private:
    void store(ConnectionProxy& connection) const {
        const std::string before = connection.GetProfile();
        const auto old = memberOf(before, kKey);
        if (old && old->empty() && off_) {
            return;
        }
        const auto after = putMember(before, kKey, cat("\"", time_, "\""));
        if (!after) {
            throw Failure(ExitCode::Failed, cat("the profile of ", name_, " cannot be changed as it is"),
                          cat("See what is wrong with it: pppctl status ", name_));
        }
        connection.UpdateProfile(*after); // the same text, too: a timer that was stopped starts again
    }

    void awaitTimer(Client& client, Watch& watch, const std::string& path) const {
        const auto deadline = Clock::now() + kTimerTime;
        while (Clock::now() < deadline) {
            const Dictionary details = dictionary(client.snapshot(path).properties, "Details");
            const bool known = number(details, "next-redial") != 0 ||
                               text(details, "trouble").find(kKey) != std::string::npos;
            if (text(details, kKey) == time_ && (known || off_)) {
                return;
            }
            watch.wait(deadline);
        }
    }

    ExitCode show(const Output& output, const Snapshot& link) const {
        const Dictionary details = dictionary(link.properties, "Details");
        const std::string at = clean(text(details, kKey));
        const std::uint64_t next = number(details, "next-redial");
        auto result = resultOf(name_, at.empty() ? "not-scheduled" : "scheduled", &link);
        result[kKey] = at;
        result["next-redial"] = next;
        output.tell(std::move(result));
        if (at.empty()) {
            output.line(cat(name_, off_ ? " is no longer redialled at a time of day"
                                        : " is not redialled at a time of day"));
            return ExitCode::Done;
        }
        output.line(cat(name_, " is redialled every day at ", at, " local time, or up to 15 minutes later",
                        nextOf(next)));
        if (const std::string trouble = text(details, "trouble"); trouble.find(kKey) != std::string::npos) {
            output.complain(cat(name_, ": warning: ", clean(trouble)));
        }
        return ExitCode::Done;
    }

    std::string name_, time_;
    bool off_ = false;
};

} // namespace

std::unique_ptr<Command> makeSchedule() {
    return std::make_unique<Schedule>();
}

} // namespace ppp::cli
