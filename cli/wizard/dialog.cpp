// SPDX-License-Identifier: LGPL-2.1-or-later
// One line of a terminal at a time (termios(3), canonical mode).
#include "cli/wizard/dialog.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <string_view>

#include "cli/format.hpp"
#include "cli/wizard/order.hpp"
#include "core/error.hpp"
#include "core/pin_guard.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

constexpr std::size_t kLine = 4096; // the longest that a terminal hands over at once (termios(3))

/// What was typed, wiped at the end.
struct Buffer {
    Buffer() = default;
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() { explicit_bzero(bytes.data(), bytes.size()); }
    std::array<char, kLine> bytes{};
};

/// Ctrl-Z means nothing meanwhile: nobody is left with a terminal that does not echo.
class Quiet {
public:
    explicit Quiet(bool wanted) : wanted_(wanted && tcgetattr(STDIN_FILENO, &before_) == 0) {
        if (wanted && !wanted_) {
            throw Interrupted{};
        }
        if (wanted_) {
            termios quiet = before_;
            quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
            quiet.c_lflag |= static_cast<tcflag_t>(ECHONL);
            quiet.c_cc[VSUSP] = _POSIX_VDISABLE;
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
        }
    }
    ~Quiet() {
        if (wanted_) {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        }
    }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;

private:
    termios before_{}; // first: the next one fills it
    bool wanted_;
};

bool isControl(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    return text;
}

} // namespace

bool canAsk() {
    return isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
}

core::Secret Dialog::readLine(const std::string& prompt, bool echo) {
    const Quiet quiet(!echo);
    std::cout << prompt << std::flush;
    std::array<pollfd, 2> wanted{{{STDIN_FILENO, POLLIN, 0}, {interrupt_.fd(), POLLIN, 0}}};
    while (poll(wanted.data(), wanted.size(), -1) < 0 && errno == EINTR) {
    }
    if (wanted[1].revents != 0) {
        throw Interrupted{};
    }
    Buffer buffer;
    const auto got = read(STDIN_FILENO, buffer.bytes.data(), buffer.bytes.size());
    if (got <= 0) {
        throw Interrupted{};
    }
    std::string_view line(buffer.bytes.data(), static_cast<std::size_t>(got));
    if (line.back() == '\n') {
        line.remove_suffix(1);
    }
    return core::Secret(line);
}

std::string Dialog::ask(const std::string& question, const std::string& byDefault, bool mayBeEmpty) {
    const std::string prompt = question + (byDefault.empty() ? "" : " [" + clean(byDefault) + "]") + ": ";
    while (true) {
        const core::Secret line = readLine(prompt, true);
        const std::string_view answer = trimmed(line.view());
        if (!core::text::isUtf8(answer) || std::any_of(answer.begin(), answer.end(), isControl)) {
            output_.line("  That is no text: it has bytes that no name can have.");
        } else if (!answer.empty()) {
            return std::string(answer);
        } else if (!byDefault.empty() || mayBeEmpty) {
            return byDefault;
        }
    }
}

std::string Dialog::askKey(const std::string& question, const std::vector<std::string>& keys,
                           const std::string& byDefault) {
    while (true) {
        const std::string answer = ask(question, byDefault);
        if (std::find(keys.begin(), keys.end(), answer) != keys.end()) {
            return answer;
        }
        output_.line("  It is one of: " + join(keys));
    }
}

std::string Dialog::choose(const std::string& question, const std::vector<Choice>& choices,
                           const std::string& byDefault) {
    std::vector<std::string> keys;
    for (const auto& choice : choices) {
        output_.line("  " + output_.paint(choice.key, Colour::Bold) + "  " + choice.text);
        keys.push_back(choice.key);
    }
    return askKey(question, keys, byDefault);
}

core::Secret Dialog::askSecret(const std::string& question, const char* key) {
    while (true) {
        core::Secret secret = readLine(question + ": ", false);
        if (secret.view().empty()) {
            output_.line("  Nothing was typed. What you type is not shown.");
            continue;
        }
        try {
            core::checkSecret(key, secret.view());
            core::checkPin(key, secret.view());
            return secret;
        } catch (const core::Error& error) {
            output_.line("  " + clean(error.what()));
        }
    }
}

bool Dialog::askYes(const std::string& question, bool byDefault) {
    const std::string prompt = question + (byDefault ? " [Y/n]" : " [y/N]");
    while (true) {
        const std::string answer = ask(prompt, {}, true);
        if (answer.empty()) {
            return byDefault;
        }
        if (answer == "y" || answer == "Y" || answer == "yes") {
            return true;
        }
        if (answer == "n" || answer == "N" || answer == "no") {
            return false;
        }
        output_.line("  Say y or n.");
    }
}

} // namespace ppp::cli
