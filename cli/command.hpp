// SPDX-License-Identifier: LGPL-2.1-or-later
// What a verb is: its arguments, and what it does with them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/exit_code.hpp"
#include "cli/output.hpp"

namespace ppp::cli {

class Command {
public:
    Command() = default;
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;
    virtual ~Command() = default;

    /// Declares arguments that are bound to members of this object.
    virtual void declare(CLI::App& verb) = 0;
    /// Throws Failure, sdbus::Error, std::exception: main says them and turns them into an exit code.
    virtual ExitCode run(const Output& output) = 0;
};

/// One row of the table of verbs.
struct Verb {
    std::string_view name;
    std::string_view help;
    bool reads; ///< only looks: --json is what it shows, not the answer of what it did
    std::unique_ptr<Command> (*make)();
};

/// All verbs, in the order of the help.
const std::vector<Verb>& verbs();

// verbs_read.cpp
std::unique_ptr<Command> makeList();
std::unique_ptr<Command> makeStatus();
std::unique_ptr<Command> makeShow();
std::unique_ptr<Command> makeDiscover();
// verbs_link.cpp
std::unique_ptr<Command> makeUp();
std::unique_ptr<Command> makeDown();
std::unique_ptr<Command> makeRedial();
// verbs_profile.cpp
std::unique_ptr<Command> makeAdd();
std::unique_ptr<Command> makeRemove();
std::unique_ptr<Command> makeSetSecret();
std::unique_ptr<Command> makeReload();
// verbs_story.cpp
std::unique_ptr<Command> makeExplain();
std::unique_ptr<Command> makeLog();
std::unique_ptr<Command> makeDebug();
// edit/verb_edit.cpp
std::unique_ptr<Command> makeEdit();
// top/verb_top.cpp
std::unique_ptr<Command> makeTop();
// schedule/
std::unique_ptr<Command> makeSchedule();
std::unique_ptr<Command> makeWaitOnline();
// verb_monitor.cpp
std::unique_ptr<Command> makeMonitor();

// import/verb_import.cpp, import/verb_export.cpp
std::unique_ptr<Command> makeImport();
std::unique_ptr<Command> makeExport();

} // namespace ppp::cli
