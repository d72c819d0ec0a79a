// SPDX-License-Identifier: LGPL-2.1-or-later
// pon, poff and plog with the meaning that they have with pppd alone, over the bus. One program, which looks
// at the name that it is called by.
#include <sys/resource.h>

#include <algorithm>
#include <clocale>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "cli/client.hpp"
#include "cli/dial.hpp"
#include "cli/format.hpp"
#include "cli/output.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

using core::text::cat;
using Words = std::vector<std::string>;

constexpr const char* kPonHelp = "Usage: pon [NAME]\n"
                                 "Brings the connection NAME up, or the one that is called provider.\n"
                                 "More: pppctl up --help";
constexpr const char* kPoffHelp =
    "Usage: poff [-r | -a | -c | -d] [NAME]\n"
    "Takes the connection NAME down, or the only one that there is to take down.\n"
    "  -r  hang up and dial again\n"
    "  -a  take all connections down\n"
    "  -c  negotiate compression anew: it is said how, since that takes a new session here\n"
    "  -d  log the packets of the link; pppctl debug NAME off ends it\n"
    "More: pppctl down --help";
constexpr const char* kPlogHelp = "Usage: plog [-n LINES | -LINES] [NAME]\n"
                                  "The last lines (10) of the log of all connections, or of NAME.\n"
                                  "More: pppctl log --help, journalctl -f -u 'ppp*'";

bool asksHelp(const Words& words) {
    return std::any_of(words.begin(), words.end(),
                       [](const std::string& word) { return word == "-h" || word == "--help"; });
}

ExitCode help(const Output& output, const char* text) {
    output.line(text);
    return ExitCode::Done;
}

Failure notKnown(const std::string& word, const char* text) {
    return {ExitCode::Usage, "'" + word + "' was not expected", text};
}

ExitCode pon(const Words& words, const Output& output) {
    if (asksHelp(words)) {
        return help(output, kPonHelp);
    }
    std::string name = "provider";
    if (!words.empty()) {
        name = words.front();
        if (name.starts_with('-')) {
            throw notKnown(name, kPonHelp);
        }
    }
    if (words.size() > 1) {
        throw Failure(ExitCode::Usage, "options of pppd are taken from the profile alone",
                      cat("Change it: pppctl show ", name, "; see ppp-manager-profile(5)."));
    }
    Client client(Client::Start::Allowed);
    client.allowForQuestions();
    std::string path;
    try {
        path = client.pathOf(name);
    } catch (const Failure& failure) {
        throw Failure(failure.code(), failure.what(),
                      cat(failure.hint(), failure.hint().empty() ? "" : "\n",
                          "An old file can be brought along: pppctl import /etc/ppp/peers/", name));
    }
    return Dial(client, output, {{name, path}}, {"Up", {}, std::nullopt}).run();
}

/// There is something to take down: an engine runs, or the next attempt is due.
bool alive(const Snapshot& link) {
    const std::string state = link.text("State");
    return state != "down" && state != "failed";
}

/// The one that is meant where none is named.
Snapshot only(Client& client) {
    std::vector<Snapshot> found;
    for (auto& link : client.connections()) {
        if (alive(link)) {
            found.push_back(std::move(link));
        }
    }
    if (found.empty()) {
        throw Failure(ExitCode::Failed, "no connection is up");
    }
    if (found.size() > 1) {
        std::string names;
        for (const Snapshot& link : found) {
            names += cat(names.empty() ? "" : ", ", clean(link.text("Name")));
        }
        throw Failure(ExitCode::Failed, "more than one connection is up: " + names,
                      "Name one, or take all down: poff -a");
    }
    return std::move(found.front());
}

ExitCode poff(const Words& words, const Output& output) {
    if (asksHelp(words)) {
        return help(output, kPoffHelp);
    }
    char mode = 0;
    std::string name;
    for (const std::string& word : words) {
        if (word.size() == 2 && word[0] == '-' &&
            std::string_view("racd").find(word[1]) != std::string_view::npos) {
            if (mode != 0) {
                throw Failure(ExitCode::Usage, "options may not be combined", kPoffHelp);
            }
            mode = word[1];
        } else if (word.starts_with('-') || !name.empty()) {
            throw notKnown(word, kPoffHelp);
        } else {
            name = word;
        }
    }
    Client client(Client::Start::Never);
    client.allowForQuestions();
    Dictionary options{{"wait", sdbus::Variant{true}}};
    if (mode == 'a') { // a name is of no matter then
        const auto count = client.manager().DownAll(options);
        output.line(cat(count, count == 1 ? " connection" : " connections", " taken down"));
        return ExitCode::Done;
    }
    const std::string path = name.empty() ? only(client).path : client.pathOf(name);
    name = nameOf(path);
    if (mode == 'c') {
        throw Failure(ExitCode::Failed, "compression is negotiated only at the beginning of a session",
                      "Begin a new one: poff -r " + name);
    }
    if (mode == 'r') {
        return Dial(client, output, {{name, path}}, {"Redial", {}, std::nullopt}).run();
    }
    if (mode == 'd') {
        client.open(path)->SetDebug(true);
        output.line(cat("the packet log of ", name, " is on; read it with plog, end it with: pppctl debug ",
                        name, " off"));
        return ExitCode::Done;
    }
    client.open(path)->Down(options);
    output.line(name + " is down");
    return ExitCode::Done;
}

/// "10" of "-n 10", "-n10", "-10".
std::optional<std::uint32_t> lines(const std::string& digits) {
    if (digits.empty() || digits.size() > 4 || digits.find_first_not_of("0123456789") != std::string::npos) {
        return std::nullopt;
    }
    const auto count = static_cast<std::uint32_t>(std::stoul(digits));
    return count >= 1 && count <= 1000 ? std::optional(count) : std::nullopt;
}

ExitCode plog(const Words& words, const Output& output) {
    if (asksHelp(words)) {
        return help(output, kPlogHelp);
    }
    std::uint32_t count = 10;
    std::string name;
    for (std::size_t at = 0; at < words.size(); ++at) {
        const std::string& word = words[at];
        if (!word.starts_with('-') && name.empty()) {
            name = word;
            continue;
        }
        const bool next = word == "-n" && at + 1 < words.size();
        const auto said = lines(next                     ? words[++at]
                                : word.starts_with("-n") ? word.substr(2)
                                : word.starts_with('-')  ? word.substr(1)
                                                         : std::string());
        if (!said) {
            throw notKnown(word, kPlogHelp);
        }
        count = *said;
    }
    Client client(Client::Start::Never);
    std::vector<std::string> paths;
    if (!name.empty()) {
        paths.push_back(client.pathOf(name));
    } else {
        for (const auto& link : client.connections()) {
            paths.push_back(link.path);
        }
    }
    std::vector<std::tuple<std::uint64_t, std::string, std::string>> all;
    for (const std::string& path : paths) {
        for (const auto& line : client.open(path)->GetLog(count)) {
            all.emplace_back(std::get<0>(line), nameOf(path), std::get<2>(line));
        }
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return std::get<0>(a) < std::get<0>(b); });
    for (std::size_t at = all.size() - std::min<std::size_t>(all.size(), count); at < all.size(); ++at) {
        const auto& [time, link, text] = all[at];
        output.line(cat(localTime(time), "  ", link, "  ", clean(text)));
    }
    return ExitCode::Done;
}

ExitCode run(const std::string& program, const Words& words, const Output& output) {
    for (const std::string& word : words) {
        if (!core::text::isUtf8(word)) {
            throw Failure(ExitCode::Usage, "'" + word + "' is not UTF-8");
        }
    }
    if (program == "poff") {
        return poff(words, output);
    }
    return program == "plog" ? plog(words, output) : pon(words, output);
}

} // namespace

} // namespace ppp::cli

int main(int argc, char** argv) {
    using namespace ppp::cli;
    std::setlocale(LC_TIME, "");
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    const std::string called = argc > 0 ? argv[0] : "pon";
    const std::string program = called.substr(called.rfind('/') + 1);
    const Output output(JsonStyle::None);
    try {
        const ExitCode code = run(program, {argv + std::min(argc, 1), argv + argc}, output);
        return static_cast<int>(output.ending(program, code));
    } catch (const Failure& failure) {
        output.complain(program, failure);
        return static_cast<int>(failure.code());
    } catch (const sdbus::Error& error) {
        const Failure failure = explain(error);
        output.complain(program, failure);
        return static_cast<int>(failure.code());
    } catch (const std::exception& error) {
        output.complain(program, Failure(ExitCode::Failed, error.what()));
        return static_cast<int>(ExitCode::Failed);
    }
}
