// SPDX-License-Identifier: LGPL-2.1-or-later
// The editor of the person at the terminal.
#pragma once

#include <string>

#include "cli/ending_signals.hpp"

namespace ppp::cli {

/// $VISUAL, $EDITOR, or the first of editor, nano and vi there is. Throws Failure where there is none.
std::string chosenEditor();

/// Runs `editor` on the file and waits for it. As git does it, the words of `editor` are the shell's: it may
/// have options. Keys that end a program (Ctrl-C) are the editor's. Throws Failure where it ends with another
/// status than 0; EndedBySignal, after the editor was ended.
void runEditor(const std::string& editor, const std::string& path, const EndingSignals& signals);

} // namespace ppp::cli
