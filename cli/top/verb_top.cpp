// SPDX-License-Identifier: LGPL-2.1-or-later
// The verb top: a live page on a terminal; elsewhere a line a link, or a JSON object, for each sample.
#include "cli/command.hpp"

#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "cli/client.hpp"
#include "cli/format.hpp"
#include "cli/json.hpp"
#include "cli/look.hpp"
#include "cli/top/sampler.hpp"
#include "cli/top/screen.hpp"
#include "cli/top/top_page.hpp"

namespace ppp::cli {

namespace {

constexpr const char* kAway = "ppp-managerd is not running";

std::string remarkOf(const Snapshot& link) {
    const std::string state = link.text("State");
    if (state == "connecting" || state == "disconnecting") {
        return clean(link.text("Phase"));
    }
    if (state == "waiting" && link.number("NextAttempt") != 0) {
        return "again " + until(link.number("NextAttempt"));
    }
    if (link.text("Phase") == "demand") {
        return "dialled when there is traffic";
    }
    return state == "failed" ? clean(link.text("Reason")) : std::string{};
}

TopLine lineOf(const Watched& watched) {
    TopLine out;
    out.name = clean(watched.link.text("Name"));
    out.state = clean(watched.link.text("State"));
    out.interface = clean(watched.link.text("Interface"));
    out.remark = remarkOf(watched.link);
    out.history = watched.meter.history();
    if (watched.statistics) {
        out.counted = true;
        out.rate = watched.meter.last();
        out.rx = number(*watched.statistics, "rx-bytes");
        out.tx = number(*watched.statistics, "tx-bytes");
        out.echo = number(*watched.statistics, "echo-rtt-us");
    }
    return out;
}

/// Its keys are a contract: those of the properties and of GetStatistics, and rx-rate and tx-rate in bytes
/// per second. What is not known is null.
nlohmann::json jsonOf(const Watched& watched) {
    nlohmann::json out;
    for (const char* property : {"Name", "Type", "State", "Phase", "Interface"}) {
        out[kebab(property)] = watched.link.text(property);
    }
    for (const char* key : {"rx-bytes", "tx-bytes", "echo-rtt-us", "sessions"}) {
        const bool known = watched.statistics && watched.statistics->count(key) != 0;
        out[key] = known ? nlohmann::json(number(*watched.statistics, key)) : nlohmann::json();
    }
    const auto& rate = watched.meter.last();
    out["rx-rate"] = rate ? nlohmann::json(rate->rx) : nlohmann::json();
    out["tx-rate"] = rate ? nlohmann::json(rate->tx) : nlohmann::json();
    return out;
}

class Top final : public Command {
public:
    void declare(CLI::App& verb) override {
        verb.add_flag("--batch", batch_, "Plain lines, one a link and sample, also on a terminal");
        verb.add_option("-n,--samples", samples_, "End after so many samples")
            ->check(CLI::Range(1U, 1'000'000'000U));
        verb.add_option("--interval", interval_, "Seconds from one sample to the next (0.1 to 3600)")
            ->check(CLI::Range(0.1, 3600.0))
            ->capture_default_str();
    }

    ExitCode run(const Output& output) override {
        Client client(Client::Start::Never);
        Sampler sampler(client);
        if (isLiveTerminal() && !batch_ && !output.wantsJson()) {
            const int ending = live(client, sampler, output);
            if (ending != 0) {
                std::raise(ending); // the terminal is given back
            }
            return ExitCode::Done;
        }
        return batch(client, sampler, output);
    }

private:
    Clock::duration step() const {
        return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(interval_));
    }

    /// A round, to its last answer. The daemon limits how long a silent peer may hold one up.
    static void round(Client& client, Sampler& sampler) {
        sampler.begin();
        while (sampler.running() && !sampler.complete()) {
            client.step(std::nullopt);
        }
        if (!sampler.running()) {
            throw Failure(ExitCode::Unreachable, kNotRunning, kStartHint);
        }
        if (!sampler.trouble().empty()) {
            throw Failure(ExitCode::Failed, sampler.trouble());
        }
    }

    /// Every sample tells of the interval before it, so the first one comes after an interval. Ctrl-C, or
    /// nobody who reads, ends the process by a signal.
    ExitCode batch(Client& client, Sampler& sampler, const Output& output) const {
        round(client, sampler);
        auto due = Clock::now();
        for (std::uint32_t done = 0; !output.broken() && (!samples_ || done < *samples_); ++done) {
            due += step();
            while (Clock::now() < due) {
                client.step(due);
            }
            round(client, sampler);
            print(sampler, output);
        }
        return ExitCode::Done;
    }

    void print(const Sampler& sampler, const Output& output) const {
        const std::uint64_t now = realtimeNow();
        if (output.wantsJson()) {
            nlohmann::json all = nlohmann::json::array();
            for (const auto* watched : sampler.links()) {
                all.push_back(jsonOf(*watched));
            }
            output.json({{"time", now}, {"interval", interval_}, {"connections", std::move(all)}});
            return;
        }
        for (const auto* watched : sampler.links()) {
            const TopLine line = lineOf(*watched);
            std::string text = shortTime(now, now) + "  " + line.name + "  " + line.state;
            if (line.counted) {
                const auto said = [&](std::uint64_t Rate::*way) {
                    return line.rate ? amount((*line.rate).*way) + "/s" : std::string("-");
                };
                text += "  " + line.interface + "  received " + said(&Rate::rx) + "  sent " + said(&Rate::tx);
                text += line.echo == 0 ? "" : "  round trip " + milliseconds(line.echo);
            } else if (!line.remark.empty()) {
                text += "  " + line.remark;
            }
            output.line(text);
        }
    }

    /// The signal to die of; 0: a person has had enough.
    int live(Client& client, Sampler& sampler, const Output& output) const {
        Screen screen;
        TopLook look;
        look.colours = output.colours();
        look.unicode = standardLook().utf8;
        auto due = Clock::now();
        bool whole = true;
        for (std::uint32_t begun = 0;;) {
            bool stale = false;
            if (Clock::now() >= due) {
                if (samples_ && begun++ > *samples_) {
                    return 0;
                }
                sampler.begin();
                due = std::max(due + step(), Clock::now() + step() / 2);
                stale = true;
            }
            stale = stale || (sampler.complete() && !whole);
            whole = sampler.complete();
            if (stale && !show(screen, sampler, look)) {
                return screen.endingSignal();
            }
            if (client.step(due, screen.fd()) == Client::Wake::Interrupt) {
                for (const auto event : screen.events()) {
                    if (event == Screen::Event::Quit) {
                        return screen.endingSignal();
                    }
                    scroll(event, look, sampler.links().size());
                }
                if (!show(screen, sampler, look)) {
                    return screen.endingSignal();
                }
            }
        }
    }

    static void scroll(Screen::Event event, TopLook& look, std::size_t count) {
        const std::size_t page = topRoom(terminalHeight());
        const std::size_t last = count > page ? count - page : 0;
        const auto up = [&](std::size_t lines) { look.first -= std::min(look.first, lines); };
        look.first = std::min(look.first, last);
        if (event == Screen::Event::Up) {
            up(1);
        } else if (event == Screen::Event::PageUp) {
            up(page);
        } else if (event == Screen::Event::Home) {
            look.first = 0;
        } else if (event == Screen::Event::Down) {
            look.first = std::min(look.first + 1, last);
        } else if (event == Screen::Event::PageDown) {
            look.first = std::min(look.first + page, last);
        }
    }

    static bool show(Screen& screen, const Sampler& sampler, TopLook& look) {
        TopFrame frame;
        const std::uint64_t now = realtimeNow();
        frame.time = shortTime(now, now);
        frame.trouble = sampler.running() ? clean(sampler.trouble()) : kAway;
        for (const auto* watched : sampler.links()) {
            frame.lines.push_back(lineOf(*watched));
        }
        look.width = terminalWidth();
        look.height = terminalHeight();
        return screen.draw(topPage(frame, look));
    }

    bool batch_ = false;
    std::optional<std::uint32_t> samples_;
    double interval_ = 1;
};

} // namespace

std::unique_ptr<Command> makeTop() {
    return std::make_unique<Top>();
}

} // namespace ppp::cli
