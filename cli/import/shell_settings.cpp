// SPDX-License-Identifier: LGPL-2.1-or-later
// A reader of shell assignments that has no way to run anything.
#include "cli/import/shell_settings.hpp"

#include "core/text.hpp"

namespace ppp::cli::importing {
namespace {

using core::text::cat;

constexpr std::size_t kItems = 256; // of one array
constexpr std::string_view kExpected = "expected NAME=value, as no command of a shell is run";

bool isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool isName(char c) {
    return isNameStart(c) || (c >= '0' && c <= '9');
}
bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

class ShellReader {
public:
    ShellReader(std::string_view text, const std::string& path)
        : text_(text), path_(path), word_(text.size()) {}

    Settings run() {
        while (skipToStatement()) {
            if (out_.settings.size() == kSettings) {
                bad("…", cat("more than ", kSettings, " assignments; expected fewer"));
                break;
            }
            statement();
        }
        return std::move(out_);
    }

private:
    enum class Ended { Well, Unclosed, Syntax };

    bool atEnd() const { return at_ >= text_.size(); }
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    char next() {
        const char c = text_[at_++];
        line_ += c == '\n' ? 1 : 0;
        return c;
    }
    Place here() const { return {path_, first_}; }
    void bad(std::string what, std::string why) {
        out_.bad.push_back({here(), std::move(what), std::move(why)});
    }
    void skipLine() {
        while (!atEnd() && next() != '\n') {
        }
    }
    void skipBlanks() {
        while (!atEnd() && (isBlank(peek()) || (peek() == '\\' && peek(1) == '\n'))) {
            if (next() == '\\') {
                next();
            }
        }
    }

    bool skipToStatement() {
        while (!atEnd()) {
            if (peek() == '#') {
                skipLine();
            } else if (isBlank(peek()) || peek() == '\n' || peek() == ';') {
                next();
            } else {
                break;
            }
        }
        first_ = line_;
        return !atEnd();
    }

    std::string name() {
        const std::size_t from = at_;
        while (isName(peek())) {
            next();
        }
        return std::string(text_.substr(from, at_ - from));
    }

    void statement() {
        std::string word = isNameStart(peek()) ? name() : std::string();
        if (word == "export" && isBlank(peek())) {
            skipBlanks();
            word = name();
            if (peek() == '\n' || peek() == ';' || atEnd()) {
                return; // only marks what is assigned elsewhere
            }
        }
        if (word.empty() || peek() != '=') {
            const bool appends = peek() == '+' && peek(1) == '=';
            bad(word.empty() ? "…" : word + " …",
                appends ? cat("adds to ", word, ", which cannot be followed here; expected NAME=value")
                        : cat("is not understood; ", kExpected));
            skipLine();
            return;
        }
        next();
        Setting setting;
        setting.place = here();
        setting.name = std::move(word);
        refused_.clear();
        const Ended ended = peek() == '(' ? array(setting) : scalar(setting);
        if (ended == Ended::Well && tail()) {
            finish(std::move(setting));
        } else if (ended == Ended::Unclosed) {
            bad(setting.name + "=…", "has a quote or bracket that is never closed; expected its end");
            at_ = text_.size();
        } else {
            bad(setting.name + "=…", cat("has something else behind its value; ", kExpected));
            skipLine();
        }
    }

    /// Nothing but a comment may follow on the line.
    bool tail() {
        skipBlanks();
        if (peek() == '#' && isBlank(text_[at_ - 1])) {
            skipLine();
            return true;
        }
        return atEnd() || peek() == '\n' || peek() == ';';
    }

    void finish(Setting setting) {
        if (!refused_.empty()) {
            setting.refused = refused_;
            setting.value = core::Secret();
            setting.list.clear();
        }
        out_.settings.push_back(std::move(setting));
    }

    Ended scalar(Setting& setting) {
        const Ended ended = word();
        setting.value = core::Secret(word_.view());
        return ended;
    }

    Ended array(Setting& setting) {
        setting.array = true;
        next();
        while (true) {
            while (!atEnd() && (isBlank(peek()) || peek() == '\n')) {
                next();
            }
            if (atEnd()) {
                return Ended::Unclosed;
            }
            if (peek() == '#') {
                skipLine();
            } else if (peek() == ')') {
                next();
                return Ended::Well;
            } else {
                const std::size_t before = at_;
                const Ended ended = word();
                if (ended != Ended::Well) {
                    return ended;
                }
                if (at_ == before || setting.list.size() == kItems) {
                    return Ended::Syntax;
                }
                setting.list.emplace_back(word_.view());
            }
        }
    }

    /// One word into word_, up to what ends it.
    Ended word() {
        word_.clear();
        if (peek() == '~') {
            refuse("~");
        }
        while (!atEnd()) {
            const char c = peek();
            if (isBlank(c) || c == '\n' || c == ';' || c == ')') {
                return Ended::Well;
            }
            if (c == '<' || c == '>' || c == '|' || c == '&' || c == '(') {
                return Ended::Syntax;
            }
            if (c == '\'' || c == '"') {
                next();
                if (!(c == '"' ? doubleQuoted() : singleQuoted())) {
                    return Ended::Unclosed;
                }
            } else if (c == '\\') {
                next();
                if (!atEnd() && peek() != '\n') {
                    word_.add(next());
                } else if (!atEnd()) {
                    next();
                }
            } else if (c == '$' || c == '`') {
                if (!expansion()) {
                    return Ended::Unclosed;
                }
            } else {
                word_.add(next());
            }
        }
        return Ended::Well;
    }

    bool singleQuoted() {
        while (!atEnd()) {
            const char c = next();
            if (c == '\'') {
                return true;
            }
            word_.add(c);
        }
        return false;
    }

    bool doubleQuoted() {
        while (!atEnd()) {
            const char c = peek();
            if (c == '"') {
                next();
                return true;
            }
            if (c == '\\') {
                next();
                const char quoted = peek();
                if (quoted == '\n') {
                    next();
                } else if (quoted == '$' || quoted == '`' || quoted == '"' || quoted == '\\') {
                    word_.add(next());
                } else {
                    word_.add('\\');
                }
            } else if (c == '$' || c == '`') {
                if (!expansion()) {
                    return false;
                }
            } else {
                word_.add(next());
            }
        }
        return false;
    }

    void refuse(std::string_view form) {
        refused_ = cat("has ", form, ", and nothing of a shell is run or expanded; expected the plain value");
    }

    /// Goes past an expansion without looking into it. A '$' that is none is a dollar sign.
    bool expansion() {
        if (peek() == '`') {
            refuse("`…`");
            next();
            return skipPast('`');
        }
        const char kind = peek(1);
        if (kind == '(' || kind == '{') {
            refuse(kind == '(' ? "$(…)" : "${…}");
            next();
            next();
            return skipNested(kind, kind == '(' ? ')' : '}');
        }
        constexpr std::string_view kSpecial = "?!#*@-$";
        if (isName(kind) || (kind != '\0' && kSpecial.find(kind) != std::string_view::npos)) {
            refuse("$NAME");
            next();
            next();
            while (isName(peek())) {
                next();
            }
            return true;
        }
        if (kind == '\'' || kind == '"') {
            refuse("$'…'"); // the quotes are read next, and what is in them is not used
        } else {
            word_.add('$');
        }
        next();
        return true;
    }

    bool skipPast(char end) {
        while (!atEnd()) {
            const char c = next();
            if (c == '\\' && !atEnd()) {
                next();
            } else if (c == end) {
                return true;
            }
        }
        return false;
    }

    bool skipNested(char open, char close) {
        for (int depth = 1; !atEnd();) {
            const char c = next();
            if (c == '\\' && !atEnd()) {
                next();
            } else if (c == '\'' || c == '"') {
                if (!skipPast(c)) {
                    return false;
                }
            } else if (c == open) {
                ++depth;
            } else if (c == close && --depth == 0) {
                return true;
            }
        }
        return false;
    }

    std::string_view text_;
    const std::string& path_;
    std::size_t at_ = 0;
    unsigned line_ = 1;
    unsigned first_ = 1; ///< line of the statement
    Scratch word_;
    std::string refused_;
    Settings out_;
};

} // namespace

Settings readShell(std::string_view text, const std::string& path) {
    return ShellReader(text, path).run();
}

} // namespace ppp::cli::importing
