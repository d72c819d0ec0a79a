// SPDX-License-Identifier: LGPL-2.1-or-later
// How pppd, chat and a shell cut a text into words.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ppp::cli::importing {

struct Word {
    std::string text;
    unsigned line = 1;         ///< where it begins
    bool first = false;        ///< the first of its line
    bool unterminated = false; ///< a quote was never closed
};

/// A file of pppd's: options, pap-secrets, chap-secrets (pppd(8), "OPTIONS FILES" and "AUTHENTICATION").
/// Blanks part words; '#' where no quote is open begins a comment; a quote at the beginning of a word runs to
/// the next of its kind; a backslash stands before a C escape, an octal or hexadecimal number, any other
/// character, or the end of a line, which then counts as nothing. A word has at most 1023 bytes, the rest is
/// dropped.
class PppdWords {
public:
    explicit PppdWords(std::string_view text) : text_(text) {}
    std::optional<Word> next();

private:
    int get();
    void skipBlanks(int& c, bool& escape, bool& newLine);
    int escaped(int c, std::string& out);

    std::string_view text_;
    std::size_t at_ = 0;
    unsigned line_ = 1;
    bool begun_ = false;
};

/// chat(8), a file of -f: a line at a time, '#' in the first column is a comment, words in quotes of either
/// kind; escapes stay as they are.
std::vector<Word> chatWords(std::string_view text);

/// The words of one simple command of sh(1): quotes, backslashes. Nothing where it is more than that
/// (variables, pipes, several commands, an open quote): its meaning is the shell's.
std::optional<std::vector<std::string>> shellWords(std::string_view command);

} // namespace ppp::cli::importing
