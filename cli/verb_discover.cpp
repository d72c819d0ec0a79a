// SPDX-License-Identifier: LGPL-2.1-or-later
// discover: who answers on a wire, and which ttys have a modem.
#include "cli/command.hpp"

#include <optional>
#include <string>
#include <vector>

#include "cli/client.hpp"
#include "cli/format.hpp"
#include "cli/json.hpp"
#include "cli/table.hpp"
#include "cli/variant.hpp"

namespace ppp::cli {

namespace {

using Found = std::vector<Dictionary>;
using Rows = std::vector<std::vector<Cell>>;

constexpr std::uint32_t kListen = 4; // seconds: the daemon sends at once, after 1 s and after 3 s
constexpr std::uint32_t kAsk = 3;    // a modem that has to find its speed answers the second AT

class Discover final : public Command {
public:
    void declare(CLI::App& verb) override {
        auto* where = verb.add_option_group("where", "Where to look");
        where->require_option(1);
        where->add_option("INTERFACE", interface_, "The Ethernet interface");
        where->add_flag("--serial", serial_, "Look at the ttys: who has them, and does a modem answer?");
        verb.add_option("--timeout", seconds_, "How long to listen, seconds (1 to 60; 4, for ttys 3)")
            ->check(CLI::Range(1U, 60U));
    }

    ExitCode run(const Output& output) override {
        Client client(Client::Start::Allowed);
        client.allowForQuestions();
        const std::uint32_t wait = seconds_.value_or(serial_ ? kAsk : kListen);
        const Found found = serial_ ? client.manager().DiscoverSerial(wait * 1000)
                                    : client.manager().Discover(interface_, wait * 1000);
        if (output.wantsJson()) {
            auto all = nlohmann::json::array();
            for (const auto& one : found) {
                all.push_back(toJson(one));
            }
            output.json(all);
        } else if (!found.empty()) {
            print(output, serial_ ? ttys(found) : concentrators(found));
        }
        if (found.empty() && serial_) {
            output.complain("pppctl: this machine has no tty with anything behind it");
            output.complain(
                "  Is the modem plugged in and switched on? What the kernel found: dmesg | grep tty");
        } else if (found.empty()) {
            output.complain("pppctl: no access concentrator answered on " + clean(interface_) + " within " +
                            std::to_string(wait) + " s");
            output.complain("  Is the cable in, the modem in bridge mode, the VLAN right?");
        }
        return found.empty() ? ExitCode::Failed : ExitCode::Done;
    }

private:
    static Rows concentrators(const Found& found) {
        Rows rows{{{"NAME", Colour::Dim},
                   {"MAC", Colour::Dim},
                   {"ROUND TRIP", Colour::Dim},
                   {"SERVICES", Colour::Dim}}};
        for (const auto& concentrator : found) {
            const auto trip = concentrator.find("rtt-ms");
            std::string time;
            if (trip != concentrator.end() && signatureOf(trip->second) == "d") {
                time = seconds(static_cast<std::uint64_t>(trip->second.get<double>() * 1000));
            }
            rows.push_back({{clean(text(concentrator, "name"))},
                            {clean(text(concentrator, "mac"))},
                            {time},
                            {join(texts(concentrator, "services"))}});
        }
        return rows;
    }

    static Rows ttys(const Found& found) {
        Rows rows{{{"DEVICE", Colour::Dim},
                   {"MODEM", Colour::Dim},
                   {"HELD BY", Colour::Dim},
                   {"MODEL", Colour::Dim}}};
        for (const auto& tty : found) {
            const auto answers = tty.find("answers");
            const bool modem =
                answers != tty.end() && signatureOf(answers->second) == "b" && answers->second.get<bool>();
            const std::string holder = clean(text(tty, "held-by"));
            const std::string error = clean(text(tty, "error"));
            rows.push_back({{clean(text(tty, "device"))},
                            {modem             ? "answers"
                             : !holder.empty() ? "not asked"
                             : !error.empty()  ? error
                                               : "silent",
                             modem ? Colour::None : Colour::Dim},
                            {holder.empty() ? "-" : holder},
                            {clean(text(tty, "model"))}});
        }
        return rows;
    }

    static void print(const Output& output, const Rows& rows) {
        for (const auto& line : layOut(rows, output.look())) {
            output.line(line);
        }
    }

    std::string interface_;
    bool serial_ = false;
    std::optional<std::uint32_t> seconds_;
};

} // namespace

std::unique_ptr<Command> makeDiscover() {
    return std::make_unique<Discover>();
}

} // namespace ppp::cli
