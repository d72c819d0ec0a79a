// SPDX-License-Identifier: LGPL-2.1-or-later
// Verbs that look: list, status, show.
#include "cli/command.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "cli/client.hpp"
#include "cli/format.hpp"
#include "cli/json.hpp"
#include "cli/status_page.hpp"
#include "cli/table.hpp"

namespace ppp::cli {

namespace {

/// The last column of the list: how long it has been up, or why it is not.
std::string remark(const Snapshot& link) {
    const std::string state = link.text("State");
    if (state == "up") {
        return since(link.number("ConnectedAt"));
    }
    if (link.text("Phase") == "demand") {
        return "dialled when there is traffic";
    }
    if (state == "connecting" || state == "disconnecting") {
        return clean(link.text("Phase"));
    }
    std::string words = link.text("ReasonText");
    words = words.substr(0, words.find('\n'));
    std::string out = clean(words.empty() ? link.text("Reason") : words);
    if (const auto next = link.number("NextAttempt"); state == "waiting" && next != 0) {
        out = "again " + until(next) + (out.empty() ? "" : ": " + out);
    }
    return state == "down" && link.text("Reason") == "user-request" ? std::string{} : out;
}

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
            output.complain("There are no connections. Add one: pppctl add NAME --type pppoe --interface "
                            "eth0 --user USER");
            return ExitCode::Done;
        }
        std::vector<std::vector<Cell>> rows;
        rows.push_back({{"NAME", Colour::Dim},
                        {"TYPE", Colour::Dim},
                        {"STATE", Colour::Dim},
                        {"INTERFACE", Colour::Dim},
                        {"ADDRESS", Colour::Dim},
                        {"SINCE/REASON", Colour::Dim}});
        for (const auto& link : links) {
            const std::string state = link.text("State");
            rows.push_back({{clean(link.text("Name"))},
                            {clean(link.text("Type"))},
                            {clean(state), colourOf(state)},
                            {clean(link.text("Interface"))},
                            {addresses(link)},
                            {remark(link)}});
        }
        for (const auto& line : layOut(rows, terminalWidth(), output.colours())) {
            output.line(line);
        }
        return ExitCode::Done;
    }
};

class Status final : public Command {
public:
    void declare(CLI::App& verb) override {
        verb.add_option("NAME", name_, "The connection; all where it is left out");
    }

    ExitCode run(const Output& output) override {
        Client client(Client::Start::Never);
        std::vector<Snapshot> links;
        if (name_.empty()) {
            links = client.connections();
        } else {
            links.push_back(client.snapshot(client.pathOf(name_)));
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
            for (const auto& line : statusPage(link, statistics, output.colours())) {
                output.line(line);
            }
        }
        if (output.wantsJson()) {
            output.json(name_.empty() ? all : all.front());
        } else if (links.empty()) {
            output.complain("There are no connections. Add one: pppctl add NAME --type pppoe --interface "
                            "eth0 --user USER");
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

    std::string name_;
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
        const std::string shown = isLiveTerminal() ? cleanLines(profile) : profile;
        output.line(!shown.empty() && shown.back() == '\n' ? shown.substr(0, shown.size() - 1) : shown);
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
