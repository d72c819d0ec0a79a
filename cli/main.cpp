// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl: arguments in, exit code out.
#include <sys/resource.h>

#include <algorithm>
#include <clocale>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "cli/completion.hpp"
#include "cli/failure.hpp"
#include "cli/remote.hpp"
#include "cli/suggest.hpp"
#include "core/error.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

constexpr const char* kFooter =
    "Exit codes: 0 done, 1 failed, 2 usage, 3 no such connection, 4 not authorised, 5 the link failed,\n"
    "            6 timed out, 7 daemon not reachable. More of a verb: pppctl VERB --help";

struct Parsed {
    const Verb* verb = nullptr;
    std::unique_ptr<Command> command;
};

/// What --json asks for, before CLI11 has looked: also what is wrong with the rest is said as JSON.
JsonStyle jsonStyle(int argc, const char* const* argv) {
    JsonStyle style = JsonStyle::None;
    const bool completes = argc > 1 && std::string_view(argv[1]) == kCompletionVerb;
    for (int i = 1; !completes && i < argc && std::string_view(argv[i]) != "--"; ++i) {
        const std::string_view word(argv[i]);
        if (word == "--json" || word == "--json=true") { // as checkJson() takes it
            style = JsonStyle::Line;
        } else if (word == "--json=pretty") {
            style = JsonStyle::Pretty;
        }
    }
    return style;
}

void checkJson(const std::string& said) {
    if (!said.empty() && said != "true" && said != "pretty") { // "true" is CLI11's word for a bare flag
        throw Failure(ExitCode::Usage, "--json=" + said + " is unknown", "Say --json or --json=pretty.");
    }
}

/// Of the options that stand before a verb.
bool takesNextWord(std::string_view word) {
    return word == "-H" || word == "--host";
}

/// CLI11 would only say that the word was not expected.
void refuseMisspeltVerb(int argc, const char* const* argv) {
    std::vector<std::string_view> known;
    for (const auto& verb : verbs()) {
        known.push_back(verb.name);
    }
    for (int i = 1; i < argc; ++i) {
        const std::string_view word(argv[i]);
        if (word.empty() || word.front() == '-') {
            i += takesNextWord(word) ? 1 : 0;
            continue;
        }
        if (std::find(known.begin(), known.end(), word) == known.end()) {
            const std::string_view next = i + 1 < argc ? argv[i + 1] : "";
            throw Failure(ExitCode::Usage, "there is no verb '" + std::string(word) + "'",
                          verbHint(word, next, known));
        }
        return;
    }
}

std::string nearOption(const CLI::App& verb, const std::string& word) {
    std::vector<std::string> known;
    for (const auto* option : verb.get_options()) {
        for (const auto& name : option->get_lnames()) {
            known.push_back("--" + name);
        }
    }
    const std::vector<std::string_view> views(known.begin(), known.end());
    const auto near = core::text::nearest(std::string_view(word).substr(0, word.find('=')), views);
    return near ? "Did you mean '" + std::string(*near) + "'?" : std::string{};
}

/// What CLI11 found wrong, with the nearest option for a misspelt one.
Failure usageFailure(const CLI::App& app, const CLI::ParseError& error) {
    const auto chosen = app.get_subcommands();
    if (chosen.empty() && app.remaining().empty()) {
        return {ExitCode::Usage, "which verb?", "See what there is: pppctl --help"};
    }
    const CLI::App& where = chosen.empty() ? app : *chosen.front();
    const std::string help = "See: pppctl " + (chosen.empty() ? "" : where.get_name() + " ") + "--help";
    for (const auto& word : app.remaining(true)) {
        const std::string near = word.rfind("--", 0) == 0 ? nearOption(where, word) + " " : "";
        return {ExitCode::Usage, "'" + word + "' was not expected", near + help};
    }
    return {ExitCode::Usage, error.what(), help};
}

/// The bus carries UTF-8 only; what is none can name nothing.
void refuseForeignBytes(int argc, const char* const* argv) {
    for (int i = 1; i < argc; ++i) {
        if (!core::text::isUtf8(argv[i])) {
            throw Failure(ExitCode::Usage, "'" + std::string(argv[i]) + "' is not UTF-8");
        }
    }
}

/// verb: the one that was chosen, once that is known.
ExitCode run(int argc, const char* const* argv, const Output& output, std::string_view& verb) {
    CLI::App app("Control PPP connections: PPPoE, serial lines and modems, L2TP.", "pppctl");
    app.set_version_flag("--version", "pppctl " PPP_VERSION);
    app.require_subcommand(1);
    app.get_formatter()->label("SUBCOMMAND", "VERB");
    app.get_formatter()->label("Subcommands", "Verbs");
    app.footer(kFooter);
    std::string json;
    app.add_flag("--json", json, "JSON, on one line or =pretty; of a verb that acts, what it did")
        ->type_name("[=pretty]");
    std::string host;
    app.add_option("-H,--host", host, "Control another machine, over ssh")->type_name("[USER@]HOST[:PORT]");

    std::vector<Parsed> all;
    std::vector<CLI::App*> declared;
    for (const auto& one : verbs()) {
        auto* sub = app.add_subcommand(std::string(one.name), std::string(one.help));
        sub->fallthrough();
        all.push_back({&one, one.make()});
        all.back().command->declare(*sub);
        declared.push_back(sub);
    }
    if (argc > 1 && std::string_view(argv[1]) == kCompletionVerb) {
        printCompletions(app, {argv + 2, argv + argc});
        return ExitCode::Done;
    }
    refuseForeignBytes(argc, argv);
    refuseMisspeltVerb(argc, argv);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked) {
        output.saidOtherwise();
        return static_cast<ExitCode>(app.exit(asked));
    } catch (const CLI::ParseError& error) {
        throw usageFailure(app, error);
    }
    if (app.count("--host") != 0) {
        goTo(host);
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (declared[i]->parsed()) {
            verb = all[i].verb->name;
            checkJson(json);
            return all[i].command->run(output);
        }
    }
    return ExitCode::Usage;
}

/// A core dump of a program that has handled a password would hold it.
void forbidCoreDumps() {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
}

} // namespace

} // namespace ppp::cli

int main(int argc, char** argv) {
    using namespace ppp::cli;
    std::setlocale(LC_TIME, "");
    forbidCoreDumps();
    const Output output(jsonStyle(argc, argv));
    std::string_view verb;
    const auto refused = [&output](const Failure& failure) {
        output.refuse(failure);
        return failure.code();
    };
    ExitCode code = ExitCode::Failed;
    try {
        code = run(argc, argv, output, verb);
    } catch (const Failure& failure) {
        code = refused(failure);
    } catch (const sdbus::Error& error) {
        code = refused(explain(error));
    } catch (const std::exception& error) {
        code = refused(Failure(ExitCode::Failed, error.what()));
    }
    output.conclude(verb, code);
    return static_cast<int>(output.ending("pppctl", code));
}
