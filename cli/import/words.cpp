// SPDX-License-Identifier: LGPL-2.1-or-later
// Cutting texts into words, by three sets of rules.
#include "cli/import/words.hpp"

#include <algorithm>

namespace ppp::cli::importing {
namespace {

constexpr int kEnd = -1;
constexpr std::size_t kLongest = 1023; // pppd's MAXWORDLEN, less its NUL

bool blank(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
bool octal(int c) {
    return c >= '0' && c <= '7';
}
int hexDigit(int c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const int low = c | 0x20;
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

} // namespace

int PppdWords::get() {
    if (at_ >= text_.size()) {
        return kEnd;
    }
    const int c = static_cast<unsigned char>(text_[at_++]);
    line_ += c == '\n' ? 1 : 0;
    return c;
}

void PppdWords::skipBlanks(int& c, bool& escape, bool& newLine) {
    bool comment = false;
    for (c = get(); c != kEnd; c = get()) {
        if (c == '\n') {
            newLine = newLine || !escape;
            comment = comment && escape;
            escape = false;
        } else if (comment) {
            continue;
        } else if (!escape && c == '\\') {
            escape = true;
        } else if (!escape && c == '#') {
            comment = true;
        } else if (escape || !blank(c)) {
            return;
        }
    }
}

/// The character behind a backslash; gives the next one to look at.
int PppdWords::escaped(int c, std::string& out) {
    constexpr std::string_view kNames = "abfnrst";
    constexpr std::string_view kValues = "\a\b\f\n\r \t";
    if (c == '\n') {
        return get();
    }
    if (octal(c)) {
        int value = 0;
        for (int n = 0; n < 3 && octal(c); ++n) {
            value = (value << 3) + (c & 7);
            c = get();
        }
        out += static_cast<char>(value);
        return c;
    }
    if (c == 'x') {
        int value = 0;
        c = get();
        for (int n = 0; n < 2 && hexDigit(c) >= 0; ++n) {
            value = (value << 4) + hexDigit(c);
            c = get();
        }
        out += static_cast<char>(value);
        return c;
    }
    const std::size_t name = kNames.find(static_cast<char>(c));
    out += name == std::string_view::npos ? static_cast<char>(c) : kValues[name];
    return get();
}

std::optional<Word> PppdWords::next() {
    int c = kEnd;
    bool escape = false;
    bool newLine = !begun_;
    skipBlanks(c, escape, newLine);
    begun_ = true;
    if (c == kEnd) {
        return std::nullopt;
    }
    Word word;
    word.first = newLine;
    word.line = line_ - (c == '\n' ? 1 : 0);
    const int quote = !escape && (c == '"' || c == '\'') ? c : 0;
    if (quote != 0) {
        c = get();
    }
    bool closed = quote == 0;
    while (c != kEnd) {
        if (escape) {
            escape = false;
            c = escaped(c, word.text);
            continue;
        }
        if (quote != 0 && c == quote) {
            closed = true;
            break;
        }
        if (quote == 0 && (blank(c) || c == '#')) {
            --at_; // it belongs to what follows
            line_ -= c == '\n' ? 1 : 0;
            break;
        }
        if (c == '\\') {
            escape = true;
        } else {
            word.text += static_cast<char>(c);
        }
        c = get();
    }
    word.unterminated = !closed;
    if (word.text.size() > kLongest) {
        word.text.resize(kLongest);
    }
    return word;
}

std::vector<Word> chatWords(std::string_view text) {
    std::vector<Word> out;
    unsigned number = 0;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++number;
        if (line.starts_with('#')) {
            continue;
        }
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        bool first = true;
        for (std::size_t at = line.find_first_not_of(" \t"); at < line.size();
             at = line.find_first_not_of(" \t", at)) {
            Word word{{}, number, first, false};
            first = false;
            if (const char quote = line[at]; quote == '"' || quote == '\'') {
                std::size_t close = ++at;
                while (close < line.size() && line[close] != quote) {
                    close += line[close] == '\\' ? 2 : 1;
                }
                word.unterminated = close >= line.size();
                close = std::min(close, line.size());
                word.text = line.substr(at, close - at);
                at = close + 1;
            } else {
                const std::size_t close = std::min(line.find_first_of(" \t", at), line.size());
                word.text = line.substr(at, close - at);
                at = close;
            }
            out.push_back(std::move(word));
        }
    }
    return out;
}

std::optional<std::vector<std::string>> shellWords(std::string_view command) {
    constexpr std::string_view kMore = "$`|&;<>(){}\n";
    std::vector<std::string> out;
    std::string word;
    bool open = false;
    for (std::size_t at = 0; at < command.size(); ++at) {
        const char c = command[at];
        if (c == '\'' || c == '"') {
            open = true;
            for (++at; at < command.size() && command[at] != c; ++at) {
                if (c == '"' && (command[at] == '$' || command[at] == '`')) {
                    return std::nullopt;
                }
                const bool escape = c == '"' && command[at] == '\\' && at + 1 < command.size() &&
                                    std::string_view("\"\\$`").find(command[at + 1]) != std::string::npos;
                word += command[escape ? ++at : at];
            }
            if (at >= command.size()) {
                return std::nullopt;
            }
        } else if (c == '\\') {
            if (++at < command.size() && command[at] != '\n') {
                word += command[at];
                open = true;
            }
        } else if (c == ' ' || c == '\t') {
            if (open) {
                out.push_back(std::move(word));
                word.clear();
                open = false;
            }
        } else if (c == '#' && !open) {
            break;
        } else if (kMore.find(c) != std::string_view::npos) {
            return std::nullopt;
        } else { // patterns, too: "*99#" is a number where no file is named so
            word += c;
            open = true;
        }
    }
    if (open) {
        out.push_back(std::move(word));
    }
    return out;
}

} // namespace ppp::cli::importing
