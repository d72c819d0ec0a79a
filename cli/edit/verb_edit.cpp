// SPDX-License-Identifier: LGPL-2.1-or-later
// The verb edit: a stored profile in the editor of its user, and back only where the daemon takes it.
#include "cli/command.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "cli/client.hpp"
#include "cli/edit/editor.hpp"
#include "cli/edit/pointer_lines.hpp"
#include "cli/edit/private_text.hpp"
#include "cli/ending_signals.hpp"
#include "core/limits.hpp"
#include "core/profile.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

/// Why a text was not stored.
struct Refusal {
    Failure failure;
    std::vector<PlacedFault> faults; ///< where it is a bad profile
    bool again = false;              ///< another edit may help
};

std::string_view lineAt(std::string_view text, std::size_t line) {
    for (; line > 1; --line) {
        const auto end = text.find('\n');
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return text.substr(0, text.find('\n'));
}

Refusal badProfile(const std::string& name, const std::string& faults, const std::string& text) {
    Refusal out{Failure(ExitCode::Failed, ""), {}, true};
    const PointerLines lines(text);
    std::string_view left = faults;
    while (!left.empty()) {
        const auto end = std::min(left.find('\n'), left.size());
        out.faults.push_back(placed(left.substr(0, end), text, lines));
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    out.failure = Failure(ExitCode::Failed, name + " is not stored: its profile has " +
                                                (out.faults.size() == 1 ? "a fault" : "faults"));
    return out;
}

[[noreturn]] void endedBy(const EndingSignals& signals) {
    const int number = signals.take();
    throw EndedBySignal(number != 0 ? number : SIGTERM);
}

/// Calls of the bus that a signal ends.
class Store {
public:
    Store(Client& client, const EndingSignals& signals, std::string name, const std::string& path)
        : client_(client), signals_(signals), name_(std::move(name)), path_(path),
          proxy_(
              sdbus::createProxy(client.bus(), bus::ServiceName{names::kBusName}, sdbus::ObjectPath{path})) {}

    std::string read() {
        std::string text;
        call([&](auto done) {
            proxy_->callMethodAsync("GetProfile")
                .onInterface(names::kConnectionInterface)
                .uponReplyInvoke([&text, done](bus::CallError error, const std::string& profile) {
                    text = profile;
                    done(error);
                });
        });
        return text;
    }

    /// Nothing where it is stored. `before`: what `text` was made of.
    std::optional<Refusal> write(const std::string& before, const std::string& text) {
        if (!core::text::isUtf8(text) || text.find('\0') != std::string::npos ||
            text.size() > core::limits::kProfileSize) { // the bus would not carry it
            return badProfile(name_, core::describe(core::parseProfile(text).faults), text);
        }
        try {
            if (read() != before) {
                return Refusal{Failure(ExitCode::Failed,
                                       name_ + " is not stored: somebody else has changed it meanwhile",
                                       "See what it is now: pppctl show " + name_),
                               {},
                               false};
            }
            call([&](auto done) {
                proxy_->callMethodAsync("UpdateProfile")
                    .onInterface(names::kConnectionInterface)
                    .withArguments(text)
                    .uponReplyInvoke([done](bus::CallError error) { done(error); });
            });
        } catch (const sdbus::Error& error) {
            if (contractWord(error) == "InvalidProfile") {
                return badProfile(name_, error.getMessage(), text);
            }
            return Refusal{explain(error), {}, false};
        }
        return std::nullopt;
    }

    bool needsRedial() {
        try {
            return client_.snapshot(path_).flag("NeedsRedial");
        } catch (const sdbus::Error&) { // it is stored all the same
            return false;
        }
    }

private:
    template <typename Begin> void call(Begin begin) {
        bool answered = false;
        std::optional<sdbus::Error> failed;
        begin([&](const auto& error) {
            answered = true;
            if (bus::failed(error)) {
                failed = *error;
            }
        });
        while (!answered) {
            if (client_.step(std::nullopt, signals_.fd()) == Client::Wake::Interrupt) {
                endedBy(signals_);
            }
        }
        if (failed) {
            throw sdbus::Error(*failed);
        }
    }

    Client& client_;
    const EndingSignals& signals_;
    std::string name_;
    std::string path_;
    std::unique_ptr<sdbus::IProxy> proxy_;
};

enum class Choice { Edit, Keep, Discard };

class Edit final : public Command {
public:
    void declare(CLI::App& verb) override {
        verb.add_option("NAME", name_, "The connection")->required();
        verb.add_option("--file", file_, "Take the profile from this file; no editor is started");
    }

    ExitCode run(const Output& output) override {
        try {
            return edit(output);
        } catch (const EndedBySignal& ended) {
            std::raise(ended.number); // all is put away
            return ExitCode::Interrupted;
        }
    }

private:
    ExitCode edit(const Output& output) const {
        const std::string editor = file_.empty() ? chosenEditor() : std::string{};
        Client client(Client::Start::Allowed);
        const std::string path = client.pathOf(name_);
        const EndingSignals signals;
        client.allowForQuestions();
        Store store(client, signals, name_, path);
        const std::string before = store.read();
        return file_.empty() ? inEditor(output, store, editor, before, signals)
                             : fromFile(output, store, before);
    }

    ExitCode inEditor(const Output& output, Store& store, const std::string& editor,
                      const std::string& before, const EndingSignals& signals) const {
        PrivateText text(name_ + ".json", before);
        while (true) {
            runEditor(editor, text.path(), signals);
            const std::string now = text.read(core::limits::kProfileSize);
            if (now == before) {
                output.line(name_ + " is as it was: nothing is stored");
                return ExitCode::Done;
            }
            const auto refusal = store.write(before, now);
            if (!refusal) {
                return stored(output, store);
            }
            tell(output, *refusal, now, "line ");
            const Choice choice = refusal->again && hasTerminal() ? ask(signals) : Choice::Keep;
            if (choice == Choice::Edit) {
                continue;
            }
            if (choice == Choice::Keep) {
                text.keep();
                output.complain("Your text is kept in " + text.path());
                output.complain("  Store it with: pppctl edit " + name_ + " --file " + text.path());
            }
            return refusal->failure.code();
        }
    }

    ExitCode fromFile(const Output& output, Store& store, const std::string& before) const {
        const std::string now = bytesOf(file_);
        if (now == before) {
            output.line(name_ + " is the same already: nothing is stored");
            return ExitCode::Done;
        }
        const auto refusal = store.write(before, now);
        if (!refusal) {
            return stored(output, store);
        }
        tell(output, *refusal, now, clean(file_) + ":");
        return refusal->failure.code();
    }

    static std::string bytesOf(const std::string& file) {
        try {
            return readText(file, core::limits::kProfileSize);
        } catch (const std::system_error& error) {
            throw Failure(ExitCode::Usage, std::string("cannot read ") + error.what());
        }
    }

    ExitCode stored(const Output& output, Store& store) const {
        output.line(name_ + " stored" +
                    (store.needsRedial() ? "; it takes effect with: pppctl redial " + name_ : ""));
        return ExitCode::Done;
    }

    /// Each fault at its line, with what stands there.
    static void tell(const Output& output, const Refusal& refusal, const std::string& text,
                     const std::string& place) {
        output.complain("pppctl", refusal.failure);
        for (const auto& fault : refusal.faults) {
            const std::string words = fault.pointer + (fault.pointer.empty() ? "" : ": ") + fault.text;
            output.complain("  " + (fault.line == 0 ? "" : place + std::to_string(fault.line) + ": ") +
                            clean(words));
            if (fault.line != 0) {
                output.complain("      " + clean(lineAt(text, fault.line)));
            }
        }
    }

    static bool hasTerminal() { return isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0; }

    static Choice ask(const EndingSignals& signals) {
        while (true) {
            std::cout << "Edit again (e), keep the text and leave (k), or discard it (d)? " << std::flush;
            const auto answer = readLine(signals);
            if (!answer) { // Ctrl-D
                std::cout << '\n';
                return Choice::Keep;
            }
            if (*answer == "e" || *answer == "k" || *answer == "d") {
                return *answer == "e" ? Choice::Edit : *answer == "k" ? Choice::Keep : Choice::Discard;
            }
        }
    }

    /// A line of the terminal, which gives whole ones.
    static std::optional<std::string> readLine(const EndingSignals& signals) {
        std::array<pollfd, 2> fds{{{STDIN_FILENO, POLLIN, 0}, {signals.fd(), POLLIN, 0}}};
        while (poll(fds.data(), fds.size(), -1) < 0) {
            if (errno != EINTR) {
                throw std::system_error(errno, std::generic_category(), "poll");
            }
        }
        if (fds[1].revents != 0) {
            std::cout << std::endl;
            endedBy(signals);
        }
        std::array<char, 256> bytes{};
        const auto got = read(STDIN_FILENO, bytes.data(), bytes.size());
        if (got <= 0) {
            return std::nullopt;
        }
        const std::string_view line(bytes.data(), static_cast<std::size_t>(got));
        return std::string(line.substr(0, line.find('\n')));
    }

    std::string name_;
    std::string file_;
};

} // namespace

std::unique_ptr<Command> makeEdit() {
    return std::make_unique<Edit>();
}

} // namespace ppp::cli
