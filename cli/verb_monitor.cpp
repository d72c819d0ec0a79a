// SPDX-License-Identifier: LGPL-2.1-or-later
// The verb monitor: every event of all connections, or of one, as it happens.
#include "cli/command.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/client.hpp"
#include "cli/event_line.hpp"
#include "cli/format.hpp"
#include "cli/json.hpp"

namespace ppp::cli {

namespace {

constexpr std::size_t kDay = 10;  // "2025-11-21"
constexpr std::size_t kWhat = 7;  // "failure", "session", "address"
constexpr std::size_t kRoom = 20; // columns that make it worth while to go on below

class Monitor final : public Command {
public:
    void declare(CLI::App& verb) override {
        verb.add_option("NAME", name_, "The connection; all where it is left out");
    }

    ExitCode run(const Output& output) override {
        client_.emplace(Client::Start::Never);
        const std::string path = name_.empty() ? std::string{} : client_->pathOf(name_);
        matches_ = subscribe(client_->bus(), path);
        if (live_ && !output.wantsJson()) {
            output.complain("Events of " + (name_.empty() ? "all connections" : clean(name_)) +
                            " as they come; Ctrl-C ends it");
            for (const auto& known : client_->manager().ListConnections()) {
                widest_ = std::max(widest_, name_.empty() ? std::get<0>(known).size() : name_.size());
            }
        }
        // Until Ctrl-C, or until nobody reads any more: both end the process by a signal, unless SIGPIPE is
        // ignored.
        while (!output.broken()) {
            client_->step(std::nullopt);
            for (; !inbox_.empty(); inbox_.pop_front()) {
                print(output, inbox_.front());
            }
        }
        return ExitCode::Failed;
    }

private:
    static std::string rule(const std::string& sender, const std::string& interface) {
        return "type='signal',sender='" + sender + "',interface='" + interface + "'";
    }

    /// path: of the one connection, empty for all. What is returned keeps listening and must go before the
    /// bus does.
    std::vector<sdbus::Slot> subscribe(sdbus::IConnection& bus, const std::string& path) {
        std::vector<sdbus::Slot> out;
        out.push_back(
            bus::addMatch(bus,
                          rule(names::kBusName, names::kConnectionInterface) + ",member='Event'," +
                              (path.empty() ? "path_namespace='/org/ppp/Connection'" : "path='" + path + "'"),
                          [this](auto&& message) { noteEvent(message); }));
        out.push_back(bus::addMatch(
            bus, rule(names::kBusName, names::kManagerInterface) + ",path='" + names::kManagerPath + "'",
            [this, path](auto&& message) { noteChange(message, path); }));
        out.push_back(bus::addMatch(bus,
                                    rule("org.freedesktop.DBus", "org.freedesktop.DBus") +
                                        ",member='NameOwnerChanged',arg0='" + names::kBusName + "'",
                                    [this](auto&& message) { noteLife(message); }));
        return out;
    }

    /// Reads one signal into the inbox. What is not as the contract has it is left out: nothing may be thrown
    /// through sd-bus.
    template <typename Read> void note(Read read) noexcept {
        try {
            if (auto seen = std::optional<Happening>(read())) {
                inbox_.push_back(std::move(*seen));
            }
        } catch (const sdbus::Error&) {
            return;
        }
    }

    template <typename Message> void noteEvent(Message& message) {
        note([&] {
            Happening seen;
            message >> seen.time >> seen.what >> seen.details;
            seen.connection = nameOf(std::string(message.getPath()));
            return seen;
        });
    }

    template <typename Message> void noteChange(Message& message, const std::string& only) {
        const std::string member(message.getMemberName());
        if (member != "ConnectionAdded" && member != "ConnectionRemoved") {
            return;
        }
        note([&]() -> std::optional<Happening> {
            sdbus::ObjectPath path;
            message >> path;
            if (!only.empty() && only != path) {
                return std::nullopt;
            }
            return Happening{
                realtimeNow(), nameOf(path), member == "ConnectionAdded" ? "added" : "removed", {}};
        });
    }

    template <typename Message> void noteLife(Message& message) {
        note([&] {
            std::string name;
            std::string before;
            std::string after;
            message >> name >> before >> after;
            return Happening{realtimeNow(), {}, after.empty() ? "daemon-stopped" : "daemon-started", {}};
        });
    }

    void print(const Output& output, const Happening& seen) {
        if (output.wantsJson()) {
            output.json(
                {{"time", seen.time},
                 {"connection", seen.connection.empty() ? nlohmann::json() : nlohmann::json(seen.connection)},
                 {"what", seen.what},
                 {"details", toJson(seen.details)}});
            return;
        }
        const std::string name = clean(seen.connection.empty() ? "ppp-managerd" : seen.connection);
        const std::string what = clean(seen.what);
        const std::string rest = eventSentence(seen.what, seen.details);
        const Colour colour = eventColour(seen.what, seen.details);
        if (!live_) {
            output.line(localTime(seen.time) + "  " + name + "  " + what + (rest.empty() ? "" : "  " + rest));
            return;
        }
        const std::string time = localTime(seen.time);
        if (const std::string day = time.substr(0, kDay); std::exchange(day_, day) != day) {
            output.line(output.paint(day, Colour::Dim));
        }
        widest_ = std::max(widest_, name.size());
        const std::string clock = time.substr(kDay + 1);
        const std::string who = "  " + name + std::string(widest_ - name.size() + 2, ' ');
        const std::string gap(std::max(kWhat, what.size()) - what.size() + 2, ' ');
        const std::size_t start = clock.size() + who.size() + what.size() + gap.size();
        const std::size_t width = output.look().width;
        std::string head = output.paint(clock, Colour::Dim) + who + output.paint(what, colour) + gap;
        for (const auto& line :
             wrapped(shown(rest, output.look()), width > start + kRoom ? width - start : 0)) {
            output.line(std::exchange(head, std::string(start, ' ')) + line);
        }
    }

    bool live_ = isLiveTerminal();
    std::string day_;
    std::size_t widest_ = 0;
    std::string name_;
    std::deque<Happening> inbox_;
    std::optional<Client> client_;
    std::vector<sdbus::Slot> matches_; // behind the client: they go first
};

} // namespace

std::unique_ptr<Command> makeMonitor() {
    return std::make_unique<Monitor>();
}

} // namespace ppp::cli
