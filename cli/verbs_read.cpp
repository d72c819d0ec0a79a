// SPDX-License-Identifier: LGPL-2.1-or-later
// Verbs that look: list, status, show.
#include "cli/command.hpp"

#include <optional>
#include <string>
#include <utility>

#include "cli/client.hpp"
#include "cli/format.hpp"
#include "cli/json.hpp"
#include "cli/list_page.hpp"
#include "cli/status_page.hpp"
#include "cli/suggest.hpp"

namespace ppp::cli {

namespace {

class List final : public Command {
public:
    void declare(CLI::App& /*verb*/) override {}

    ExitCode run(const Output& output) override {
        Client client(Client::Start::Never);
        const auto links = client.connections();
        if (output.wantsJson()) {
            auto all = nlohmann::json::array();
            for (const auto& link : links) {
                all.push_back(toJson(link.properties));
            }
            output.json(all);
            return ExitCode::Done;
        }
        if (links.empty()) {
            output.complain(kAddHint);
            return ExitCode::Done;
        }
        for (const auto& line : listPage(links, output.look(), realtimeNow())) {
            output.line(line);
        }
        return ExitCode::Done;
    }
};

class Status final : public Command {
public:
    void declare(CLI::App& verb) override {
        verb.add_option("NAME", names_, "The connections; all where they are left out");
    }

    ExitCode run(const Output& output) override {
        Client client(Client::Start::Never);
        std::vector<Snapshot> links;
        for (const auto& name : names_) {
            links.push_back(client.snapshot(client.pathOf(name)));
        }
        if (names_.empty()) {
            links = client.connections();
        }
        auto all = nlohmann::json::array();
        bool first = true;
        const auto counted = statisticsOf(client, links);
        for (std::size_t n = 0; n < links.size(); ++n) {
            const Snapshot& link = links[n];
            const std::optional<Dictionary>& statistics = counted[n];
            if (output.wantsJson()) {
                auto page = toJson(link.properties);
                page["statistics"] = statistics ? toJson(*statistics) : nlohmann::json();
                all.push_back(std::move(page));
                continue;
            }
            if (!std::exchange(first, false)) {
                output.line("");
            }
            for (const auto& line : statusPage(link, statistics, output.look(), realtimeNow())) {
                output.line(line);
            }
        }
        if (output.wantsJson()) {
            output.json(names_.size() == 1 ? all.front() : all);
        } else if (links.empty()) {
            output.complain(kAddHint);
        }
        return ExitCode::Done;
    }

private:
    /// One for each link, in their order; nothing where the daemon has none for it: the rest of its page
    /// stands. Asked for side by side, since each measures a round trip.
    static std::vector<std::optional<Dictionary>> statisticsOf(Client& client,
                                                               const std::vector<Snapshot>& links) {
        constexpr std::size_t kAtOnce = 32; // below the daemon's limit of pending calls
        std::vector<std::optional<Dictionary>> out(links.size());
        std::vector<std::unique_ptr<ConnectionProxy>> open;
        std::optional<sdbus::Error> broken;
        std::size_t answered = 0;
        while (answered < links.size()) {
            while (open.size() < links.size() && open.size() < answered + kAtOnce) {
                const std::size_t n = open.size();
                open.push_back(client.open(links[n].path));
                open.back()->callStatistics(
                    [&, n](const std::optional<sdbus::Error>& error, Dictionary values) {
                        ++answered;
                        if (!error) {
                            out[n] = std::move(values);
                        } else if (contractWord(*error).empty()) {
                            broken = error;
                        }
                    });
            }
            client.step(std::nullopt);
        }
        if (broken) {
            throw sdbus::Error(*broken);
        }
        return out;
    }

    std::vector<std::string> names_;
};

class Show final : public Command {
public:
    void declare(CLI::App& verb) override { verb.add_option("NAME", name_, "The connection")->required(); }

    ExitCode run(const Output& output) override {
        Client client(Client::Start::Never);
        const std::string path = client.pathOf(name_);
        client.allowForQuestions();
        const std::string profile = client.open(path)->GetProfile();
        if (output.wantsJson()) {
            const auto parsed = nlohmann::json::parse(profile, nullptr, false, true);
            if (parsed.is_discarded()) {
                throw Failure(ExitCode::Failed, "the profile of " + name_ + " is no JSON",
                              "See it as it is: pppctl show " + name_);
            }
            output.json(parsed);
            return ExitCode::Done;
        }
        const std::string text = isLiveTerminal() ? shown(cleanLines(profile), output.look()) : profile;
        output.raw(!text.empty() && text.back() == '\n' ? text.substr(0, text.size() - 1) : text);
        return ExitCode::Done;
    }

private:
    std::string name_;
};

} // namespace

std::unique_ptr<Command> makeList() {
    return std::make_unique<List>();
}

std::unique_ptr<Command> makeStatus() {
    return std::make_unique<Status>();
}

std::unique_ptr<Command> makeShow() {
    return std::make_unique<Show>();
}

} // namespace ppp::cli
