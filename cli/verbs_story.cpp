// SPDX-License-Identifier: LGPL-2.1-or-later
// Verbs that tell: explain, log; and debug, which makes the log longer.
#include "cli/command.hpp"

#include <cstdint>
#include <string>

#include "cli/client.hpp"
#include "cli/explain.hpp"
#include "cli/format.hpp"

namespace ppp::cli {

namespace {

class Explain final : public Command {
public:
    void declare(CLI::App& verb) override { verb.add_option("NAME", name_, "The connection")->required(); }

    ExitCode run(const Output& output) override {
        Client client(Client::Start::Never);
        const std::string path = client.pathOf(name_);
        std::vector<StoryEvent> story;
        for (const auto& event : client.open(path)->GetTimeline(0)) {
            story.push_back({std::get<0>(event), std::get<1>(event), std::get<2>(event)});
        }
        const Explanation told = tellStory(client.snapshot(path), story, realtimeNow());
        if (output.wantsJson()) {
            output.json({{"last", told.last}, {"why", told.why}, {"next", told.next}});
            return ExitCode::Done;
        }
        for (const std::string& sentence : {told.last, told.why, told.next}) {
            output.line(sentence);
        }
        return ExitCode::Done;
    }

private:
    std::string name_;
};

class Log final : public Command {
public:
    void declare(CLI::App& verb) override {
        verb.add_option("NAME", name_, "The connection")->required();
        verb.add_option("-n,--lines", lines_, "How many lines at most, the newest (1 to 1000)")
            ->check(CLI::Range(1U, 1000U))
            ->capture_default_str();
    }

    ExitCode run(const Output& output) override {
        Client client(Client::Start::Never);
        const std::string path = client.pathOf(name_);
        client.allowForQuestions();
        auto all = nlohmann::json::array();
        for (const auto& line : client.open(path)->GetLog(lines_)) {
            const std::uint64_t time = std::get<0>(line);
            const std::uint32_t priority = std::get<1>(line);
            const std::string& text = std::get<2>(line);
            if (output.wantsJson()) {
                all.push_back({{"time", time}, {"priority", priority}, {"line", text}});
            } else {
                output.line(localTime(time) + "  " + output.paint(clean(text), colourOf(priority)));
            }
        }
        if (output.wantsJson()) {
            output.json(all);
        }
        return ExitCode::Done;
    }

private:
    /// syslog(3): 3 is an error, 4 a warning, 7 for the curious.
    static Colour colourOf(std::uint32_t priority) {
        if (priority <= 3) {
            return Colour::Red;
        }
        return priority == 4 ? Colour::Yellow : priority == 7 ? Colour::Dim : Colour::None;
    }

    std::string name_;
    std::uint32_t lines_ = 200;
};

class Debug final : public Command {
public:
    void declare(CLI::App& verb) override {
        verb.add_option("NAME", name_, "The connection")->required();
        verb.add_option("WHETHER", whether_, "on or off")->required()->check(CLI::IsMember({"on", "off"}));
    }

    ExitCode run(const Output& output) override {
        Client client(Client::Start::Allowed);
        const std::string path = client.pathOf(name_);
        client.allowForQuestions();
        const bool on = whether_ == "on";
        client.open(path)->SetDebug(on);
        output.line(on ? "the packet log of " + name_ + " is on; read it with: pppctl log " + name_
                       : "the packet log of " + name_ + " is as its profile says");
        return ExitCode::Done;
    }

private:
    std::string name_, whether_;
};

} // namespace

std::unique_ptr<Command> makeExplain() {
    return std::make_unique<Explain>();
}

std::unique_ptr<Command> makeLog() {
    return std::make_unique<Log>();
}

std::unique_ptr<Command> makeDebug() {
    return std::make_unique<Debug>();
}

} // namespace ppp::cli
