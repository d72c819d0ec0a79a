// SPDX-License-Identifier: LGPL-2.1-or-later
// The verb monitor: every event of all connections, or of one, as it happens.
#include "cli/command.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/client.hpp"
#include "cli/format.hpp"
#include "cli/json.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

struct Happening {
    std::uint64_t time = 0; ///< µs, CLOCK_REALTIME
    std::string connection; ///< empty: the daemon itself
    std::string what;
    Dictionary details;
};

/// " ppp0 10.64.0.100 → 10.64.0.1", as far as the event tells.
std::string linkOf(const Dictionary& details) {
    std::string out;
    for (const char* part : {"interface", "local", "peer"}) {
        if (const std::string word = text(details, part); !word.empty()) {
            out += (std::string_view(part) == "peer" ? " → " : " ") + word;
        }
    }
    return out;
}

std::string stateSentence(const Dictionary& details) {
    std::string out = text(details, "old") + " → " + text(details, "new");
    if (const std::string link = linkOf(details); !link.empty()) {
        out += "," + link;
    }
    if (const auto took = number(details, "took-us"); took != 0) {
        out += ", " + seconds(took);
    }
    if (const std::string reason = text(details, "reason"); !reason.empty()) {
        out += ", " + reason;
    }
    if (const auto next = number(details, "next-us"); next != 0) {
        out += ", next attempt in " + core::text::duration(static_cast<long long>(next));
    }
    return out;
}

std::string sentence(const Happening& seen) {
    if (seen.what == "state") {
        return stateSentence(seen.details);
    }
    if (seen.what == "phase") {
        const std::string previous = text(seen.details, "previous");
        return text(seen.details, "phase") +
               (previous.empty() ? ""
                                 : ", " + previous + " took " + seconds(number(seen.details, "after-us")));
    }
    if (seen.what == "failure") {
        return text(seen.details, "reason") + ": " + text(seen.details, "text");
    }
    if (seen.what == "session") {
        return text(seen.details, "reason") + ", after " +
               core::text::duration(static_cast<long long>(number(seen.details, "up-us"))) + ", " +
               amount(number(seen.details, "rx-bytes")) + " received, " +
               amount(number(seen.details, "tx-bytes")) + " sent";
    }
    if (seen.what == "redialled") {
        const std::string before = text(seen.details, "previous");
        return "by " + text(seen.details, "origin") + ", " + (before.empty() ? "" : before + " → ") +
               text(seen.details, "local") + ", without a link for " +
               seconds(number(seen.details, "down-us"));
    }
    return describe(seen.details);
}

class Monitor final : public Command {
public:
    void declare(CLI::App& verb) override {
        verb.add_option("NAME", name_, "The connection; all where it is left out");
    }

    ExitCode run(const Output& output) override {
        client_.emplace(Client::Start::Never);
        const std::string path = name_.empty() ? std::string{} : client_->pathOf(name_);
        matches_ = subscribe(client_->bus(), path);
        while (true) { // until Ctrl-C, or until nobody reads any more: both end the process by a signal
            client_->step(std::nullopt);
            for (; !inbox_.empty(); inbox_.pop_front()) {
                print(output, inbox_.front());
            }
        }
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

    static void print(const Output& output, const Happening& seen) {
        if (output.wantsJson()) {
            output.json(
                {{"time", seen.time},
                 {"connection", seen.connection.empty() ? nlohmann::json() : nlohmann::json(seen.connection)},
                 {"what", seen.what},
                 {"details", toJson(seen.details)}});
            return;
        }
        const std::string rest = clean(sentence(seen));
        output.line(localTime(seen.time) + "  " +
                    clean(seen.connection.empty() ? "ppp-managerd" : seen.connection) + "  " +
                    output.paint(clean(seen.what), seen.what == "failure" ? Colour::Red : Colour::Bold) +
                    (rest.empty() ? "" : "  " + rest));
    }

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
