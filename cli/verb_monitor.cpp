// SPDX-License-Identifier: LGPL-2.1-or-later
// The verb monitor: every event of all connections, or of one, as it happens.
#include "cli/command.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "cli/client.hpp"
#include "cli/format.hpp"
#include "cli/json.hpp"

namespace ppp::cli {

namespace {

struct Happening {
    std::uint64_t time = 0; ///< µs, CLOCK_REALTIME
    std::string connection; ///< empty: the daemon itself
    std::string what;
    Dictionary details;
};

std::string sentence(const Happening& seen) {
    if (seen.what == "state") {
        const std::string reason = text(seen.details, "reason");
        return text(seen.details, "old") + " → " + text(seen.details, "new") +
               (reason.empty() ? "" : ", " + reason);
    }
    if (seen.what == "phase") {
        const auto before = number(seen.details, "after-us");
        return text(seen.details, "phase") + (before == 0 ? "" : ", after " + seconds(before));
    }
    if (seen.what == "failure") {
        return text(seen.details, "reason") + ": " + text(seen.details, "text");
    }
    if (seen.what == "up") {
        const std::string peer = text(seen.details, "peer");
        return text(seen.details, "interface") + " " + text(seen.details, "local") +
               (peer.empty() ? "" : " → " + peer) + ", " + seconds(number(seen.details, "took-us"));
    }
    return describe(seen.details);
}

class Monitor final : public Command {
public:
    void declare(CLI::App& verb) override {
        verb.add_option("NAME", name_, "The connection; all where it is left out");
    }

    ExitCode run(const Output& output) override {
        Client client(Client::Start::Never);
        const std::string path = name_.empty() ? std::string{} : client.pathOf(name_);
        const std::string from = std::string("type='signal',sender='") + names::kBusName + "',interface='";
        const auto events =
            bus::addMatch(client.bus(),
                          from + names::kConnectionInterface + "',member='Event'," +
                              (path.empty() ? "path_namespace='/org/ppp/Connection'" : "path='" + path + "'"),
                          [this](auto&& message) { noteEvent(message); });
        const auto changes = bus::addMatch(
            client.bus(), from + names::kManagerInterface + "',path='" + names::kManagerPath + "'",
            [this, path](auto&& message) { noteChange(message, path); });
        const auto life = bus::addMatch(
            client.bus(),
            std::string("type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
                        "member='NameOwnerChanged',arg0='") +
                names::kBusName + "'",
            [this](auto&& message) { noteLife(message); });
        while (true) { // until Ctrl-C, or until nobody reads any more: both end the process by a signal
            client.step(std::nullopt);
            for (; !inbox_.empty(); inbox_.pop_front()) {
                print(output, inbox_.front());
            }
        }
    }

private:
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
};

} // namespace

std::unique_ptr<Command> makeMonitor() {
    return std::make_unique<Monitor>();
}

} // namespace ppp::cli
