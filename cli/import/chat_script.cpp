// SPDX-License-Identifier: LGPL-2.1-or-later
// Scripts of chat(8) as a profile has them: the number, what the modem is told before it, the login behind
// it.
#include <algorithm>
#include <array>
#include <cctype>

#include "cli/import/options_taker.hpp"
#include "cli/import/wvdial.hpp"
#include "core/modem_line.hpp"
#include "core/profile_rules.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing {

using core::text::cat;
using Json = nlohmann::ordered_json;

namespace {

/// A string to send, as the modem gets it.
struct Sent {
    std::string text;
    bool quiet = false;  ///< \q: a secret, most likely
    bool bare = false;   ///< \c: no CR at its end
    bool pauses = false; ///< \d \p
    bool odd = false;    ///< \K \N: what a profile cannot say
};

Sent sent(std::string_view word, const std::array<std::string, 2>& phones) {
    Sent out;
    constexpr std::string_view kNames = "bnrst";
    constexpr std::string_view kValues = "\b\n\r \t";
    for (std::size_t at = 0; at < word.size(); ++at) {
        if (word[at] == '^' && at + 1 < word.size()) {
            out.text += static_cast<char>(word[++at] & 0x1f);
            continue;
        }
        if (word[at] != '\\' || at + 1 == word.size()) {
            out.text += word[at];
            continue;
        }
        const char c = word[++at];
        const std::size_t name = kNames.find(c);
        if (name != std::string_view::npos) {
            out.text += kValues[name];
        } else if (c >= '0' && c <= '7') {
            int value = 0;
            for (int n = 0; n < 3 && at < word.size() && word[at] >= '0' && word[at] <= '7'; ++n, ++at) {
                value = (value << 3) + (word[at] - '0');
            }
            --at;
            out.text += static_cast<char>(value);
        } else if (c == 'T' || c == 'U') {
            out.text += phones.at(c == 'T' ? 0 : 1);
        } else if (c == 'q') {
            out.quiet = !out.quiet;
        } else if (c == 'c') {
            out.bare = true;
        } else if (c == 'd' || c == 'p') {
            out.pauses = true;
        } else if (c == 'K' || c == 'N') {
            out.odd = true;
        } else {
            out.text += c;
        }
    }
    return out;
}

std::string upper(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return out;
}

/// A command's texts in quotation marks, blanked out: a number has none.
std::string withoutTexts(std::string text) {
    bool inside = false;
    for (char& c : text) {
        inside = inside != (c == '"');
        if (inside || c == '"') {
            c = '_';
        }
    }
    return text;
}

/// Where the number begins in a command that dials; nothing for any other. "ATDT123", "atm0l0d123".
std::optional<std::size_t> dials(std::string_view command) {
    const std::string text = withoutTexts(upper(command));
    if (!text.starts_with("AT") || text.starts_with("AT+") || text.starts_with("AT&D") ||
        text.starts_with("AT^") || text.starts_with("AT$")) {
        return std::nullopt;
    }
    for (std::size_t at = text.find('D', 2); at != std::string::npos; at = text.find('D', at + 1)) {
        const bool ofAnother =
            at > 2 && std::string_view("&%\\+*").find(text[at - 1]) != std::string_view::npos;
        const std::size_t next = text.find_first_not_of("TP ", at + 1);
        if (!ofAnother &&
            (next == std::string::npos ||
             std::string_view("0123456789*#,W@!+LS").find(text[next]) != std::string_view::npos)) {
            return at + 1;
        }
    }
    return std::nullopt;
}

bool asksPassword(std::string_view expected) {
    const std::string text = upper(expected);
    for (const char* word : {"WORD", "ORD:", "PASS", "SSWOR", "SSCODE", "SECRET", "KENNWORT"}) {
        if (text.find(word) != std::string::npos) {
            return true;
        }
    }
    // "+CPIN: READY" is what a modem answers; PINK and PING ask for nothing.
    for (std::size_t at = text.find("PIN"); at != std::string::npos; at = text.find("PIN", at + 1)) {
        const bool longer =
            at + 3 < text.size() && std::isalpha(static_cast<unsigned char>(text[at + 3])) != 0;
        const bool modem = at >= 2 && text.compare(at - 2, 2, "+C") == 0;
        if (!longer && !modem) {
            return true;
        }
    }
    return false;
}

/// Whether the text gives the SIM its PIN, perhaps among other things.
bool givesPin(std::string_view text) {
    return upper(text).find("+CPIN=") != std::string::npos;
}

/// The first text of "ogin:-BREAK-ogin:".
std::string firstExpected(std::string_view word, bool& more) {
    for (std::size_t at = 0; at < word.size(); ++at) {
        if (word[at] == '\\') {
            ++at;
        } else if (word[at] == '-') {
            more = true;
            return std::string(word.substr(0, at));
        }
    }
    return std::string(word);
}

struct Order {
    std::vector<Word> words;
    std::string file; ///< that the words are of
    std::array<std::string, 2> phones;
    std::optional<long long> timeout;
};

class Script {
public:
    Script(Connection& connection, const Order& order, const Reader& read)
        : connection_(connection), order_(order), read_(read) {}

    /// As what pppd's option `connect` runs.
    void dial() {
        longest_ = order_.timeout.value_or(0);
        walk([this](const Word& word, const std::string& what, const std::string& expected, bool more,
                    const Word* answer) { exchange(word, what, expected, more, answer); });
        finish();
    }

    /// As `disconnect` and `init`: what the modem is told. The HOWTOs of old begin such a script with what is
    /// to be sent, where chat waits for it: a command is one wherever it stands.
    std::vector<std::string> commands() {
        std::vector<std::string> out;
        const auto add = [&](const Word& word, const std::string& what, const std::string& text) {
            if (givesPin(text)) {
                keepPin(word, what, text);
            } else if (text.find("+++") != std::string::npos) {
                out.emplace_back("+++");
            } else if (upper(trim(text)).starts_with("AT")) {
                out.emplace_back(trim(text));
            }
        };
        walk([&](const Word& word, const std::string& what, const std::string& expected, bool,
                 const Word* answer) {
            add(word, what, expected);
            if (answer != nullptr) {
                add(word, what, sent(answer->text, order_.phones).text);
            }
        });
        return out;
    }

private:
    Place place(const Word& word) const { return {order_.file, word.line}; }

    template <typename Act> void walk(Act act) {
        const auto& words = order_.words;
        for (std::size_t at = 0; at < words.size(); ++at) {
            const Word& word = words[at];
            const Word* const next = at + 1 < words.size() ? &words[at + 1] : nullptr;
            if (next != nullptr && keyword(word, *next)) {
                ++at;
                continue;
            }
            bool more = false;
            const std::string expected = sent(firstExpected(word.text, more), order_.phones).text;
            std::string what = shown(word);
            if (givesPin(sent(word.text, order_.phones).text)) {
                what = "******";
            } else if (more && asksPassword(expected)) {
                what = expected + "-******";
            }
            if (next != nullptr) {
                what += ' ' + (hides(expected, *next) ? "******" : shown(*next));
                ++at;
            }
            act(word, what, expected, more, next);
        }
    }

    bool hides(const std::string& expected, const Word& answer) const {
        return asksPassword(expected) || answer.text.find("\\q") != std::string::npos ||
               givesPin(sent(answer.text, order_.phones).text);
    }
    static std::string shown(const Word& word) {
        return word.text.empty() || word.text.find_first_of(" \t") != std::string::npos
                   ? "'" + word.text + "'"
                   : word.text;
    }

    bool keyword(const Word& word, const Word& next) {
        const std::string& name = word.text;
        const std::string what = name + ' ' + shown(next);
        if (name == "ABORT" || name == "CLR_ABORT") {
            const auto result = core::modemResult(trim(sent(next.text, order_.phones).text));
            connection_.note(place(word), what, result ? Verdict::Default : Verdict::NotTaken,
                             result ? "the daemon knows what modems answer"
                                    : "such a text does not end the dialling; /serial/dial/timeout does");
        } else if (name == "TIMEOUT") {
            const auto seconds = number(next.text, 1, 600);
            longest_ = std::max(longest_, seconds.value_or(0));
            connection_.note(place(word), what, seconds ? Verdict::Changed : Verdict::NotTaken,
                             "/serial/dial/timeout: one limit for every wait, the longest of the script's");
        } else if (name == "REPORT" || name == "CLR_REPORT") {
            connection_.note(place(word), what, Verdict::Default,
                             "what the modem answers is in `pppctl status`");
        } else if (name == "SAY" || name == "ECHO") {
            connection_.note(place(word), what, Verdict::Default, "it is only for whoever watches");
        } else if (name == "HANGUP") {
            connection_.note(place(word), what, Verdict::Default, "the daemon knows when a line was cut");
        } else {
            return false;
        }
        return true;
    }

    /// What is sent, or nothing and a row that says why.
    std::optional<Sent> answerOf(const Word& word, const std::string& what, const Word& answer) {
        if (answer.text.starts_with('@')) {
            const std::string file = answer.text.substr(1);
            const Reading reading = read_(file);
            if (!reading.text) {
                connection_.note(place(word), what, Verdict::NotTaken, cat(file, ": ", reading.trouble));
                connection_.troubles.push_back(
                    cat("the dialogue sends what is in ", file, ", which cannot be read"));
                return std::nullopt;
            }
            const std::string_view text = *reading.text;
            return sent(text.substr(0, text.find_first_of("\r\n")), order_.phones);
        }
        Sent text = sent(answer.text, order_.phones);
        if (answer.text == "BREAK" || answer.text == "EOT" || text.odd) {
            connection_.note(place(word), what, Verdict::NotTaken, "a break or a NUL cannot be sent");
            return std::nullopt;
        }
        return text;
    }

    void exchange(const Word& word, const std::string& what, const std::string& expected, bool more,
                  const Word* answer) {
        Sent text;
        if (answer != nullptr) {
            const auto said = answerOf(word, what, *answer);
            if (!said) {
                return;
            }
            text = *said;
        }
        const std::string command(trim(text.text));
        if (givesPin(command) || givesPin(sent(word.text, order_.phones).text)) {
            return keepPin(word, what, command);
        }
        const bool modem = upper(command).starts_with("AT");
        if (!dialled_ && modem) {
            toModem(word, what, command);
        } else if (!dialled_ && (command.empty() || command == "+++")) {
            connection_.note(place(word), what, Verdict::Default, "the daemon talks to the modem itself");
        } else if (upper(expected).find("CONNECT") != std::string::npos && command.empty()) {
            dialled_ = true;
            connection_.note(place(word), what, Verdict::Default, "the daemon waits for the connection");
        } else {
            toLogin(word, what, upper(expected).find("CONNECT") != std::string::npos ? "" : expected, more,
                    answer, text);
        }
    }

    /// A PIN is a secret of the daemon's, which gives it where the SIM asks for it; never a line for the
    /// modem.
    void keepPin(const Word& word, const std::string& what, std::string_view command) {
        const std::string_view pin = wvdial::pinOf(command);
        if (pin.empty()) {
            connection_.note(place(word), what, Verdict::NotTaken,
                             "has a PIN among other things; expected AT+CPIN=1234 alone");
            connection_.troubles.push_back(cat("line ", word.line, " of ", order_.file,
                                               " has a PIN among other things; expected AT+CPIN=1234 alone, "
                                               "to keep the PIN as a secret"));
            return;
        }
        connection_.keep("pin", pin);
        connection_.note(place(word), what, Verdict::Changed,
                         "the PIN is kept as the secret `pin`, and sent only where the SIM asks for it");
    }

    void toModem(const Word& word, const std::string& what, const std::string& command) {
        const auto number = dials(command);
        // "ATD…" is what the daemon writes itself
        const std::string dialled = number == 3 ? command.substr(3) : command;
        if (number && (dialled.empty() || core::rules::kPhoneNumber.holds(dialled))) {
            connection_.put("/serial/dial/number", dialled);
            connection_.note(place(word), what, Verdict::Taken, "/serial/dial/number");
            dialled_ = true;
            return;
        }
        init_.push_back(command);
        connection_.note(place(word), what, Verdict::Taken, "/serial/dial/init");
    }

    void toLogin(const Word& word, const std::string& what, const std::string& expected, bool more,
                 const Word* answer, const Sent& text) {
        dialled_ = true;
        std::string send = text.text;
        const bool hidden = answer != nullptr && !send.empty() && hides(expected, *answer);
        if (hidden) {
            const auto kept = connection_.secrets.find("password");
            if (kept == connection_.secrets.end()) {
                connection_.keep("password", send);
            } else if (kept->second.view() != send) {
                connection_.troubles.emplace_back(
                    "the login sends another password than the one that is known; a connection has one");
            }
            send = "$password";
        }
        std::string changed;
        const auto because = [&](bool so, std::string_view why) {
            changed += so ? cat(changed.empty() ? "" : "; ", why) : "";
        };
        because(more, "only the first text is waited for, nothing is sent in between");
        because(answer != nullptr && send.empty() && !text.bare, "an empty line is not sent");
        because(!send.empty() && text.bare, "a CR is sent behind it");
        because(text.pauses, "pauses are left out");
        login_.push_back(Json::array({expected, send}));
        const std::string place =
            hidden ? "/serial/dial/login, with the secret `password`" : "/serial/dial/login";
        connection_.note(this->place(word), what, changed.empty() ? Verdict::Taken : Verdict::Changed,
                         changed.empty() ? place : cat(place, ": ", changed));
    }

    void finish() {
        if (!connection_.has("/serial/dial/number")) {
            connection_.put("/serial/dial/number", "");
            if (!init_.empty()) {
                connection_.troubles.emplace_back(
                    "the dialogue talks to a modem and dials no number; say it by /serial/dial/number");
            }
        }
        if (init_ != Json::array({"ATZ"})) {
            connection_.put("/serial/dial/init", init_);
        }
        if (!login_.empty()) {
            connection_.put("/serial/dial/login", login_);
        }
        if (longest_ > 0 && longest_ != 60) {
            connection_.put("/serial/dial/timeout", longest_);
        }
    }

    Connection& connection_;
    const Order& order_;
    const Reader& read_;
    Json init_ = Json::array(), login_ = Json::array();
    long long longest_ = 0;
    bool dialled_ = false;
};

/// The command line of chat(8); nothing and a row where something of it cannot be had.
std::optional<Order> chatOrder(OptionsTaker& taker, const Option& option,
                               const std::vector<std::string>& words) {
    Order order;
    order.file = option.place.file;
    std::optional<std::string> script; // what stands behind -f on the line counts, too
    constexpr std::string_view kWithArgument = "frtTU";
    for (std::size_t at = 1; at < words.size(); ++at) {
        const std::string& word = words[at];
        if (word == "--") {
            continue;
        }
        if (word.size() < 2 || word[0] != '-' || !order.words.empty()) {
            order.words.push_back({word, option.place.line, false, false});
            continue;
        }
        const char flag = kWithArgument.find(word[1]) != std::string_view::npos ? word[1] : word.back();
        if (kWithArgument.find(flag) == std::string_view::npos) {
            continue; // -e -E -s -S -v -V: what is logged where
        }
        const std::string value = word.size() > 2 && word[1] == flag ? word.substr(2)
                                  : at + 1 < words.size()            ? words[++at]
                                                                     : std::string();
        if (flag == 'T' || flag == 'U') {
            order.phones.at(flag == 'T' ? 0 : 1) = value;
        } else if (flag == 't') {
            order.timeout = number(value, 1, 600);
        } else if (flag == 'f') {
            script = value;
        }
    }
    if (script && !order.words.empty()) {
        taker.notTaken(option, "chat takes a file or a script on its line, not both");
        return std::nullopt;
    }
    if (script) {
        const Reading reading = taker.reader()(*script);
        if (!reading.text) {
            taker.notTaken(option, cat(*script, ": ", reading.trouble));
            return std::nullopt;
        }
        order.words = chatWords(*reading.text);
        order.file = *script;
    }
    return order;
}

} // namespace

void takeChatCommand(OptionsTaker& taker, const Option& option) {
    auto words = shellWords(option.argument());
    if (words && words->size() > 1 && words->front() == "exec") {
        words->erase(words->begin());
    }
    const std::string program =
        words && !words->empty() ? std::string(baseName(words->front())) : std::string();
    if (program == "true" || program == ":") {
        return taker.note(option, Verdict::Default, "the command does nothing");
    }
    Connection& connection = taker.connection();
    if (program != "chat") {
        taker.notTaken(option, "it runs a command as root, and only those of chat(8) are understood");
        if (option.name == "connect") {
            connection.troubles.push_back(
                cat("line ", option.place.line, " of ", option.place.file,
                    " dials by a command of its own; say what it does by /serial/dial"));
        }
        return;
    }
    auto order = chatOrder(taker, option, *words);
    if (!order) {
        connection.troubles.push_back(cat("the script of `", option.name, "` in line ", option.place.line,
                                          " of ", option.place.file, " cannot be read"));
        return;
    }
    if (option.name == "connect") {
        connection.note(option.place, "connect chat", Verdict::Taken, "/serial/dial");
        return Script(connection, *order, taker.reader()).dial();
    }
    Json commands = Json::array();
    for (const std::string& command : Script(connection, *order, taker.reader()).commands()) {
        commands.push_back(command);
    }
    if (option.name == "disconnect") {
        return taker.set(option, "/serial/hangup", commands);
    }
    if (!connection.has("/serial/dial/number") || connection.at("/serial/dial/number") == Json("")) {
        return taker.notTaken(option, "a modem is told something only where it dials");
    }
    const Json after =
        connection.has("/serial/dial/init") ? connection.at("/serial/dial/init") : Json::array({"ATZ"});
    for (const Json& command : after) {
        commands.push_back(command);
    }
    taker.set(option, "/serial/dial/init", commands);
}

void takeChatScript(Connection& connection, const Place& from, std::string_view script, const Reader& read) {
    Order order;
    order.words = chatWords(script);
    order.file = from.file;
    Script(connection, order, read).dial();
}

} // namespace ppp::cli::importing
