// SPDX-License-Identifier: LGPL-2.1-or-later
// Verbs that move links: up, down, redial.
#include "cli/command.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/call_all.hpp"
#include "cli/client.hpp"
#include "cli/dial.hpp"
#include "cli/suggest.hpp"

namespace ppp::cli {

namespace {

/// What the three have in common.
class LinkCommand : public Command {
protected:
    void declareCommon(CLI::App& verb, bool all) {
        auto* names = verb.add_option("NAME", names_, "The connections");
        if (all) {
            auto* every = verb.add_flag("--all", all_, "All connections");
            names->excludes(every);
        } else {
            names->required();
        }
        verb.add_flag("--no-wait", noWait_, "Do not wait for the outcome");
        verb.add_flag("--no-interaction", noInteraction_,
                      "Let nobody be asked for a password on the way (polkit)");
    }

    void requireNames() const {
        if (names_.empty() && !all_) {
            throw Failure(ExitCode::Usage, "which connection?",
                          "Name it, or say --all. See what there is: pppctl list");
        }
    }

    Dictionary options(bool wait) const {
        Dictionary out;
        if (wait) {
            out.emplace("wait", sdbus::Variant{true});
        }
        if (noInteraction_) {
            out.emplace("auth.no_user_interaction", sdbus::Variant{true});
        }
        return out;
    }

    /// All names are looked up before anything is done: a misspelt one changes nothing.
    std::vector<DialTarget> targets(Client& client) const {
        std::vector<DialTarget> out;
        for (const auto& name : names_) {
            const std::string path = client.pathOf(name);
            const bool twice = std::any_of(out.begin(), out.end(),
                                           [&](const DialTarget& target) { return target.path == path; });
            if (!twice) {
                out.push_back({name, path});
            }
        }
        return out;
    }

    /// The connections of --all whose state is of interest.
    template <typename Test> static std::vector<DialTarget> thoseThat(Client& client, Test test) {
        std::vector<DialTarget> out;
        for (const auto& link : client.connections()) {
            if (test(link.text("State"))) {
                out.push_back({link.text("Name"), link.path});
            }
        }
        return out;
    }

    std::vector<std::string> names_;
    bool all_ = false;
    bool noWait_ = false;
    bool noInteraction_ = false;
};

/// Says and gathers the outcome of one: `done` where nothing failed.
class Outcomes {
public:
    Outcomes(Client& client, const Output& output) : client_(client), output_(output) {}

    void done(const DialTarget& target, std::string_view outcome, const std::string& words) {
        tell(target, outcome, nullptr);
        if (!words.empty()) {
            output_.line(words);
        }
    }
    void failed(const DialTarget& target, const Failure& failure) {
        tell(target, "failed", &failure);
        output_.complain(target.name, failure);
        worst_ = worse(worst_, failure.code());
    }
    ExitCode worst() const { return worst_; }

private:
    void tell(const DialTarget& target, std::string_view outcome, const Failure* failure) {
        if (!output_.wantsJson()) {
            return;
        }
        std::optional<Snapshot> link;
        try {
            link = client_.snapshot(target.path);
        } catch (const sdbus::Error&) {
            link.reset(); // it is gone; what happened stands in the failure
        }
        output_.tell(resultOf(target.name, outcome, link ? &*link : nullptr, failure));
    }

    Client& client_;
    const Output& output_;
    ExitCode worst_ = ExitCode::Done;
};

Failure redialFailure(const sdbus::Error& error, const std::string& name) {
    return contractWord(error) == "NotUp"
               ? Failure(ExitCode::Failed, error.getMessage(), "Bring it up with: pppctl up " + name)
               : explain(error);
}

std::string counted(std::uint32_t count, const std::string& what) {
    return std::to_string(count) + (count == 1 ? " connection " : " connections ") + what;
}

class Up final : public LinkCommand {
public:
    void declare(CLI::App& verb) override {
        declareCommon(verb, true);
        verb.add_option("--timeout", timeout_,
                        "Give up waiting after so many seconds; the link goes on connecting")
            ->check(CLI::Range(1U, 86400U));
        verb.add_flag("--ask", ask_, "Ask at the terminal for a password that is missing or was refused")
            ->excludes("--no-wait")
            ->excludes("--no-interaction");
    }

    ExitCode run(const Output& output) override {
        requireNames();
        Client client(Client::Start::Allowed);
        client.allowForQuestions();
        const auto found = all_ ? thoseThat(client, [](const std::string& state) { return state != "up"; })
                                : targets(client);
        if (found.empty()) {
            if (client.connections().empty()) {
                output.complain(kAddHint);
            } else {
                output.line("all are up already");
            }
            return ExitCode::Done;
        }
        if (!noWait_) {
            DialOrder order{"Up", options(false), std::nullopt};
            if (timeout_) {
                order.timeout = std::chrono::seconds(*timeout_);
            }
            const auto agent = ask_ ? std::make_unique<AskAgent>(client, output) : nullptr;
            return Dial(client, output, found, std::move(order), agent.get()).run();
        }
        Outcomes outcomes(client, output);
        callAll(client, found, "Up", options(false),
                [&](const DialTarget& target, const std::optional<sdbus::Error>& error) {
                    if (!error) {
                        outcomes.done(target, "started", target.name + ": started");
                    } else if (contractWord(*error) == "AlreadyUp") {
                        outcomes.done(target, "already-up", target.name + " is up already");
                    } else {
                        outcomes.failed(target, explain(*error));
                    }
                });
        return outcomes.worst();
    }

private:
    std::optional<std::uint32_t> timeout_;
    bool ask_ = false;
};

class Down final : public LinkCommand {
public:
    void declare(CLI::App& verb) override { declareCommon(verb, true); }

    ExitCode run(const Output& output) override {
        requireNames();
        Client client(Client::Start::Never);
        client.allowForQuestions();
        Outcomes outcomes(client, output);
        const char* outcome = noWait_ ? "going-down" : "down";
        if (all_) {
            const auto before = thoseThat(client, [](const std::string& state) { return state != "down"; });
            const auto count = client.manager().DownAll(options(!noWait_));
            output.line(counted(count, noWait_ ? "going down" : "taken down"));
            for (const auto& target : before) {
                outcomes.done(target, outcome, "");
            }
            return ExitCode::Done;
        }
        callAll(client, targets(client), "Down", options(!noWait_),
                [&](const DialTarget& target, const std::optional<sdbus::Error>& error) {
                    if (error) {
                        outcomes.failed(target, explain(*error));
                    } else {
                        outcomes.done(target, outcome, target.name + (noWait_ ? ": going down" : " is down"));
                    }
                });
        return outcomes.worst();
    }
};

class Redial final : public LinkCommand {
public:
    void declare(CLI::App& verb) override {
        declareCommon(verb, true);
        verb.add_option("--origin", origin_, "Who asks, for the timeline");
        verb.add_option("--timeout", timeout_,
                        "Give up waiting after so many seconds; the link goes on connecting")
            ->check(CLI::Range(1U, 86400U));
        verb.add_flag("--if-up", ifUp_, "One that is down or was given up stays so, and that is no failure");
    }

    ExitCode run(const Output& output) override {
        requireNames();
        Client client(Client::Start::Never);
        client.allowForQuestions();
        Outcomes outcomes(client, output);
        const auto found = all_ ? thoseThat(client, [](const std::string& state) { return state == "up"; })
                                : targets(client);
        if (all_ && noWait_) {
            output.line(counted(client.manager().RedialAll(withOrigin()), "redialled"));
            for (const auto& target : found) {
                outcomes.done(target, "redialling", "");
            }
            return ExitCode::Done;
        }
        if (found.empty()) {
            output.line(counted(0, "redialled"));
            return ExitCode::Done;
        }
        if (!noWait_) {
            const auto limit = timeout_ ? std::optional(std::chrono::seconds(*timeout_)) : std::nullopt;
            return Dial(client, output, found, {"Redial", withOrigin(), limit, false, ifUp_}).run();
        }
        callAll(client, found, "Redial", withOrigin(),
                [&](const DialTarget& target, const std::optional<sdbus::Error>& error) {
                    if (error && ifUp_ && contractWord(*error) == "NotUp") {
                        outcomes.done(target, "not-up", target.name + kNothingToRedial);
                    } else if (error) {
                        outcomes.failed(target, redialFailure(*error, target.name));
                    } else {
                        outcomes.done(target, "redialling", target.name + ": redialling");
                    }
                });
        return outcomes.worst();
    }

private:
    Dictionary withOrigin() const {
        Dictionary out = options(false);
        if (!origin_.empty()) {
            out.emplace("origin", sdbus::Variant{origin_});
        }
        return out;
    }

    std::string origin_;
    std::optional<std::uint32_t> timeout_;
    bool ifUp_ = false;
};

} // namespace

std::unique_ptr<Command> makeUp() {
    return std::make_unique<Up>();
}

std::unique_ptr<Command> makeDown() {
    return std::make_unique<Down>();
}

std::unique_ptr<Command> makeRedial() {
    return std::make_unique<Redial>();
}

} // namespace ppp::cli
