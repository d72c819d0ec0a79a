// SPDX-License-Identifier: LGPL-2.1-or-later
// What a shell may offer for the word that is being typed: taken from the table of verbs and from what each
// verb declares, so that it cannot differ from them. The files in data/completion ask by the hidden verb.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace ppp::cli {

/// pppctl __complete WORD...: the words behind "pppctl" up to the one that is being typed, which may be
/// empty. Answers a line a candidate, "WORD<tab>DESCRIPTION"; the line ":files" asks the shell to complete
/// file names. Always ends with 0, says nothing on stderr, starts nothing.
inline constexpr const char* kCompletionVerb = "__complete";

struct Candidate {
    std::string word;
    std::string description;
};

struct Candidates {
    std::vector<Candidate> words;
    bool files = false; ///< file names fit, too
};

using NameSource = std::function<std::vector<std::string>()>;

/// `app`: with all verbs declared. `words`: as above, at least one. `names`: the connections there are; asked
/// only where one is expected. Never throws what names() does not.
Candidates complete(const CLI::App& app, const std::vector<std::string>& words, const NameSource& names);

/// The hidden verb. Connection names come from the daemon, if it runs, within a second.
void printCompletions(const CLI::App& app, std::vector<std::string> words);

} // namespace ppp::cli
