// SPDX-License-Identifier: LGPL-2.1-or-later
// The verb wait-online: for ppp-manager-wait-online.service and scripts, and, with --stay, for
// ppp-link@NAME.service. It dials nothing, hangs up nothing and starts no daemon.
#include "cli/command.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <systemd/sd-daemon.h>

#include "cli/client.hpp"
#include "cli/format.hpp"
#include "cli/schedule/watch.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

using core::text::cat;

constexpr std::chrono::seconds kRestart{10}; // a daemon that is being replaced is back before this

enum class Standing {
    Online,
    Coming,  ///< in its own time
    Hopeless ///< it stays down until somebody does something about it
};

Standing standingOf(const Snapshot& link) {
    const std::string state = link.text("State");
    if (state == "up" || (state == "waiting" && link.text("Phase") == "demand")) { // as ready as it is to be
        return Standing::Online;
    }
    return state == "failed" || !link.flag("Wanted") ? Standing::Hopeless : Standing::Coming;
}

/// "isp is waiting, backoff: discovery-timeout: …"
std::string stateOf(const Snapshot& link) {
    const std::string phase = clean(link.text("Phase"));
    const std::string why = failureText(link);
    return cat(clean(link.text("Name")), " is ", clean(link.text("State")), phase.empty() ? "" : ", " + phase,
               link.text("State") == "up" || why.empty() ? "" : " (" + why.substr(0, why.find('\n')) + ")");
}

class WaitOnline final : public Command {
public:
    void declare(CLI::App& verb) override {
        verb.add_option("NAME", names_,
                        "The connections; without a name all of autoconnect that nobody has taken down");
        verb.add_flag("--any", any_, "One of them is enough");
        verb.add_option("--timeout", timeout_, "Give up after so many seconds")
            ->check(CLI::Range(1U, 86400U));
        verb.add_flag(
            "--stay", stay_,
            "For a service of systemd: waits as long as it takes, also for the daemon, tells systemd "
            "(sd_notify) and stays until the link is no longer up");
    }

    ExitCode run(const Output& output) override {
        if (stay_ && (names_.size() != 1 || any_ || timeout_)) {
            throw Failure(ExitCode::Usage, "--stay takes one connection and no other option");
        }
        Client client(stay_ ? Client::Start::Awaited : Client::Start::Never);
        return stay_ ? stay(output, client) : wait(output, client);
    }

private:
    /// What `see` sees; nothing where there is no daemon to tell, or it goes while it is asked.
    template <typename See> static auto look(See see, Client& client) -> std::optional<decltype(see())> {
        if (!client.daemonRuns()) {
            return std::nullopt;
        }
        try {
            return see();
        } catch (const sdbus::Error& error) {
            if (explain(error).code() != ExitCode::Unreachable) {
                throw;
            }
            return std::nullopt;
        }
    }

    // ---- until they are up

    /// Those that are waited for. Throws Failure{NoSuchConnection}.
    std::vector<Snapshot> chosen(Client& client) const {
        std::vector<Snapshot> all = client.connections();
        if (names_.empty()) {
            std::erase_if(all, [](const Snapshot& link) {
                return !link.flag("AutoConnect") || (!link.flag("Wanted") && link.text("State") == "down");
            });
            return all;
        }
        std::vector<Snapshot> out;
        for (const std::string& name : names_) {
            const std::string path = client.pathOf(name);
            const auto found =
                std::find_if(all.begin(), all.end(), [&](const Snapshot& link) { return link.path == path; });
            out.push_back(found != all.end() ? *found : client.snapshot(path));
        }
        return out;
    }

    /// The outcome, where it is settled.
    std::optional<ExitCode> judge(const Output& output, const std::vector<Snapshot>& links) const {
        if (links.empty()) {
            output.line("no connection is to be up by itself");
            return ExitCode::Done;
        }
        std::size_t online = 0;
        std::vector<const Snapshot*> hopeless;
        for (const Snapshot& link : links) {
            const Standing standing = standingOf(link);
            online += standing == Standing::Online ? 1 : 0;
            if (standing == Standing::Hopeless) {
                hopeless.push_back(&link);
            }
        }
        if (online == links.size() || (any_ && online > 0)) {
            for (const Snapshot& link : links) {
                if (standingOf(link) == Standing::Online) {
                    output.line(stateOf(link));
                }
            }
            return ExitCode::Done;
        }
        if (hopeless.empty() || (any_ && hopeless.size() < links.size())) {
            return std::nullopt;
        }
        for (const Snapshot* link : hopeless) {
            const std::string name = clean(link->text("Name"));
            output.complain(stateOf(*link), Failure(ExitCode::LinkFailed, "it does not come up by itself",
                                                    cat("Ask for it: pppctl up ", name,
                                                        "    What happened: pppctl explain ", name)));
        }
        return ExitCode::LinkFailed;
    }

    ExitCode wait(const Output& output, Client& client) const {
        Watch watch(client);
        const auto start = Clock::now();
        const auto deadline =
            timeout_ ? std::optional(start + std::chrono::seconds(*timeout_)) : std::nullopt;
        std::optional<Clock::time_point> gone;
        std::vector<Snapshot> links;
        while (true) {
            if (const auto now = look([&] { return chosen(client); }, client)) {
                gone.reset();
                links = *now;
                if (const auto outcome = judge(output, links)) {
                    return *outcome;
                }
            } else if (!gone) {
                gone = Clock::now() + kRestart;
            } else if (Clock::now() >= *gone) {
                throw Failure(ExitCode::Unreachable, kNotRunning, kStartHint);
            }
            if (deadline && Clock::now() >= *deadline) {
                for (const Snapshot& link : links) {
                    if (standingOf(link) != Standing::Online) {
                        output.complain(cat("not within ", *timeout_, " s: ", stateOf(link)));
                    }
                }
                return ExitCode::TimedOut;
            }
            watch.wait(gone && (!deadline || *gone < *deadline) ? gone : deadline);
        }
    }

    // ---- as long as it is up

    static void tell(const std::string& words) { sd_notify(0, words.c_str()); }

    ExitCode stay(const Output& output, Client& client) const {
        const std::string& name = names_.front();
        Watch watch(client, names::connectionPath(name));
        std::optional<std::uint64_t> session; ///< the engine that it was seen up with
        std::optional<Clock::time_point> gone;
        while (true) {
            const auto seen = look([&] { return client.snapshot(client.pathOf(name)); }, client);
            if (!seen) {
                tell(cat("STATUS=", kNotRunning));
                gone = gone ? gone : Clock::now() + kRestart;
                if (session && Clock::now() >= *gone) {
                    output.line(cat(name, ": ", kNotRunning));
                    return ExitCode::Done;
                }
                watch.wait(session ? gone : std::nullopt);
                continue;
            }
            gone.reset();
            const Snapshot& link = *seen;
            const bool up = link.text("State") == "up";
            const bool same = up && (!session || *session == link.number("EnginePid"));
            if (session && (!same || watch.hasLeftUp())) {
                output.line(cat(name, " was lost: ", stateOf(link)));
                return ExitCode::Done;
            }
            const std::string words = up ? cat(name, " is up: ", linkSummary(link)) : stateOf(link);
            if (up && !session) {
                static_cast<void>(watch.hasLeftUp()); // what was before
                session = link.number("EnginePid");
                output.line(words);
                tell(cat("READY=1\nSTATUS=", words));
            } else {
                tell(cat("STATUS=", words));
            }
            watch.wait(std::nullopt);
        }
    }

    std::vector<std::string> names_;
    bool any_ = false, stay_ = false;
    std::optional<std::uint32_t> timeout_;
};

} // namespace

std::unique_ptr<Command> makeWaitOnline() {
    return std::make_unique<WaitOnline>();
}

} // namespace ppp::cli
