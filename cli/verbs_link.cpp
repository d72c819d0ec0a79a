// SPDX-License-Identifier: LGPL-2.1-or-later
// Verbs that move links: up, down, redial.
#include "cli/command.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/client.hpp"
#include "cli/dial.hpp"

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

/// Runs `act` for each target, says what fails, and goes on; the worst exit code.
template <typename Act>
ExitCode forEach(const std::vector<DialTarget>& targets, const Output& output, Act act) {
    ExitCode worst = ExitCode::Done;
    for (const auto& target : targets) {
        try {
            act(target);
        } catch (const sdbus::Error& error) {
            const Failure failure = explain(error);
            output.complain(target.name, failure);
            worst = worse(worst, failure.code());
        }
    }
    return worst;
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
            output.line(client.connections().empty() ? "there are no connections" : "all are up already");
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
        return forEach(found, output, [&](const DialTarget& target) {
            try {
                client.open(target.path)->Up(options(false));
                output.line(target.name + ": started");
            } catch (const sdbus::Error& error) {
                if (contractWord(error) != "AlreadyUp") {
                    throw;
                }
                output.line(target.name + " is up already");
            }
        });
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
        if (all_) {
            const auto count = client.manager().DownAll(options(!noWait_));
            output.line(counted(count, noWait_ ? "going down" : "taken down"));
            return ExitCode::Done;
        }
        return forEach(targets(client), output, [&](const DialTarget& target) {
            client.open(target.path)->Down(options(!noWait_));
            output.line(target.name + (noWait_ ? ": going down" : " is down"));
        });
    }
};

class Redial final : public LinkCommand {
public:
    void declare(CLI::App& verb) override {
        declareCommon(verb, true);
        verb.add_option("--origin", origin_, "Who asks, for the timeline");
    }

    ExitCode run(const Output& output) override {
        requireNames();
        Client client(Client::Start::Never);
        client.allowForQuestions();
        if (all_ && noWait_) {
            output.line(counted(client.manager().RedialAll(withOrigin()), "redialled"));
            return ExitCode::Done;
        }
        const auto found = all_ ? thoseThat(client, [](const std::string& state) { return state == "up"; })
                                : targets(client);
        if (found.empty()) {
            output.line(counted(0, "redialled"));
            return ExitCode::Done;
        }
        if (!noWait_) {
            return Dial(client, output, found, {"Redial", withOrigin(), std::nullopt}).run();
        }
        return forEach(found, output, [&](const DialTarget& target) {
            client.open(target.path)->Redial(withOrigin());
            output.line(target.name + ": redialling");
        });
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
