// SPDX-License-Identifier: LGPL-2.1-or-later
// Verbs that tell: explain, log; and debug, which makes the log longer.
#include "cli/command.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/client.hpp"
#include "cli/event_line.hpp"
#include "cli/explain.hpp"
#include "cli/format.hpp"
#include "cli/json.hpp"
#include "cli/table.hpp"

namespace ppp::cli {

namespace {

class Explain final : public Command {
public:
    void declare(CLI::App& verb) override {
        verb.add_option("NAME", name_, "The connection")->required();
        verb.add_option("-n,--events", events_, "Also the last events of its timeline, so many (1 to 256)")
            ->check(CLI::Range(1U, 256U));
    }

    ExitCode run(const Output& output) override {
        Client client(Client::Start::Never);
        const std::string path = client.pathOf(name_);
        std::vector<StoryEvent> story;
        for (const auto& event : client.open(path)->GetTimeline(0)) {
            story.push_back({std::get<0>(event), std::get<1>(event), std::get<2>(event)});
        }
        const Explanation told = tellStory(client.snapshot(path), story, realtimeNow());
        const std::size_t count = std::min<std::size_t>(events_.value_or(0), story.size());
        story.erase(story.begin(), story.end() - static_cast<std::ptrdiff_t>(count));
        if (output.wantsJson()) {
            output.json(asJson(told, story));
            return ExitCode::Done;
        }
        for (const std::string& sentence : {told.last, told.why, told.next}) {
            for (const auto& line : wrapped(sentence, output.look().width)) {
                output.line(line);
            }
        }
        if (!story.empty()) {
            output.line("");
            print(output, story);
        }
        return ExitCode::Done;
    }

private:
    nlohmann::json asJson(const Explanation& told, const std::vector<StoryEvent>& story) const {
        nlohmann::json out{{"last", told.last}, {"why", told.why}, {"next", told.next}};
        if (events_) {
            out["timeline"] = nlohmann::json::array();
        }
        for (const auto& event : story) {
            out["timeline"].push_back(
                {{"time", event.time}, {"what", event.what}, {"details", toJson(event.details)}});
        }
        return out;
    }

    static void print(const Output& output, const std::vector<StoryEvent>& story) {
        std::vector<std::vector<Cell>> rows;
        rows.reserve(story.size());
        for (const auto& event : story) {
            rows.push_back({{shortTime(event.time, realtimeNow()), Colour::Dim},
                            {clean(event.what), eventColour(event.what, event.details)},
                            {eventSentence(event.what, event.details)}});
        }
        for (const auto& line : layOut(std::move(rows), output.look())) {
            output.line(line);
        }
    }

    std::string name_;
    std::optional<std::uint32_t> events_;
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
        bool empty = true;
        for (const auto& line : client.open(path)->GetLog(lines_)) {
            empty = false;
            const std::uint64_t time = std::get<0>(line);
            const std::uint32_t priority = std::get<1>(line);
            const std::string& text = std::get<2>(line);
            if (output.wantsJson()) {
                all.push_back({{"time", time}, {"priority", priority}, {"line", text}});
            } else {
                print(output, localTime(time), shown(clean(text), output.look()), colourOf(priority));
            }
        }
        if (output.wantsJson()) {
            output.json(all);
        } else if (empty) {
            output.complain("The journal has no line of " + clean(name_) + " since the machine booted.");
        }
        return ExitCode::Done;
    }

private:
    /// On a terminal a long line goes on below its beginning.
    static void print(const Output& output, const std::string& time, const std::string& text, Colour colour) {
        constexpr std::size_t kBeside = 80; // columns from which on that is worth while
        const std::size_t begin = columns(time) + 2;
        const std::size_t width = output.look().width;
        std::string head = output.paint(time, Colour::Dim) + "  ";
        for (const auto& line : wrapped(text, width < kBeside ? 0 : width - begin)) {
            output.line(std::exchange(head, std::string(begin, ' ')) + output.paint(line, colour));
        }
    }

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
        output.tell(resultOf(name_, on ? "debug-on" : "debug-off", nullptr));
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
