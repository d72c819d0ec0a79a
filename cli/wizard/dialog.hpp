// SPDX-License-Identifier: LGPL-2.1-or-later
// Questions to a person at the terminal, each on one line, and Ctrl-C as an exception, so that what was begun
// can be taken back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/ending_signals.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "core/secret.hpp"

namespace ppp::cli {

/// The person has had enough: Ctrl-C, Ctrl-\, the end of input, or the terminal is gone; or SIGTERM or SIGHUP
/// came.
struct Interrupted {};

/// An answer to choose from.
struct Choice {
    std::string key; ///< what is typed
    std::string text;
};

/// One at a time; while it lives, signals that end the program are held back (EndingSignals). Reads standard
/// input, which must be a terminal. All of its questions throw Interrupted.
class Dialog {
public:
    explicit Dialog(const Output& output) : output_(output) {}

    /// Readable once a signal has come; it stays so.
    int interruptFd() const { return interrupt_.fd(); }

    /// An answer in UTF-8 without control characters and without blanks at its ends; `byDefault` where the
    /// person only hits Enter. Where there is none, an empty answer is taken only if `mayBeEmpty`.
    std::string ask(const std::string& question, const std::string& byDefault, bool mayBeEmpty = false);
    /// One of the keys. The choices themselves are shown by the caller.
    std::string askKey(const std::string& question, const std::vector<std::string>& keys,
                       const std::string& byDefault);
    /// Shows the choices and asks for the key of one.
    std::string choose(const std::string& question, const std::vector<Choice>& choices,
                       const std::string& byDefault);
    /// `key` as on the bus ("password"): what cannot be such a secret is asked for again. Not echoed.
    core::Secret askSecret(const std::string& question, const char* key);
    bool askYes(const std::string& question, bool byDefault);

private:
    /// Without its line end.
    core::Secret readLine(const std::string& prompt, bool echo);

    const Output& output_;
    EndingSignals interrupt_;
};

} // namespace ppp::cli
