// SPDX-License-Identifier: LGPL-2.1-or-later
// Terminal control sequences of ECMA-48, as every terminal of today understands them.
#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <system_error>

namespace ppp::cli {

namespace {

bool isContinuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

const char* sequence(Colour colour) {
    switch (colour) {
    case Colour::Green:
        return "\033[32m";
    case Colour::Yellow:
        return "\033[33m";
    case Colour::Red:
        return "\033[31m";
    case Colour::Dim:
        return "\033[2m";
    case Colour::Bold:
        return "\033[1m";
    case Colour::None:
        break;
    }
    return "";
}

std::optional<winsize> terminalSize() {
    winsize size{};
    if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) {
        return std::nullopt;
    }
    return size;
}

} // namespace

std::string paint(std::string_view text, Colour colour, bool colours) {
    if (!colours || colour == Colour::None) {
        return std::string(text);
    }
    return sequence(colour) + std::string(text) + "\033[0m";
}

bool isLiveTerminal() {
    const char* term = std::getenv("TERM");
    return isatty(STDOUT_FILENO) != 0 && (term == nullptr || std::string_view(term) != "dumb");
}

bool wantsColours() {
    const char* refused = std::getenv("NO_COLOR"); // no-color.org: set and not empty
    return isLiveTerminal() && (refused == nullptr || *refused == '\0');
}

std::size_t terminalWidth() {
    const auto size = terminalSize();
    return size && size->ws_col == 0 ? 80 : size.value_or(winsize{}).ws_col;
}

std::size_t terminalHeight() {
    const auto size = terminalSize();
    return size && size->ws_row == 0 ? 24 : size.value_or(winsize{}).ws_row;
}

std::size_t columns(std::string_view utf8) {
    std::size_t count = 0;
    for (const char c : utf8) {
        count += isContinuation(c) ? 0 : 1;
    }
    return count;
}

std::string fit(std::string_view utf8, std::size_t width) {
    if (width == 0 || columns(utf8) <= width) {
        return std::string(utf8);
    }
    std::size_t end = 0;
    for (std::size_t count = 0; end < utf8.size(); ++end) {
        if (!isContinuation(utf8[end]) && ++count == width) {
            break;
        }
    }
    return std::string(utf8.substr(0, end)) + "…";
}

void LiveLines::show(const std::vector<std::string>& lines) {
    clear();
    const std::size_t width = terminalWidth();
    for (const auto& line : lines) {
        std::cout << fit(line, width > 1 ? width - 1 : width) << '\n';
    }
    std::cout << std::flush;
    shown_ = lines.size();
}

void LiveLines::clear() {
    if (shown_ > 0) {
        std::cout << "\033[" << shown_ << "A\r\033[J" << std::flush;
        shown_ = 0;
    }
}

Interruptible::Interruptible() {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGTERM);
    struct sigaction hangUp {};
    if (sigaction(SIGHUP, nullptr, &hangUp) == 0 && hangUp.sa_handler != SIG_IGN) { // nohup(1) ignores it
        sigaddset(&wanted, SIGHUP);
    }
    sigprocmask(SIG_BLOCK, &wanted, &before_);
    fd_ = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd_ < 0) {
        const int code = errno;
        sigprocmask(SIG_SETMASK, &before_, nullptr);
        throw std::system_error(code, std::generic_category(), "signalfd");
    }
}

Interruptible::~Interruptible() {
    signalfd_siginfo taken{};
    while (read(fd_, &taken, sizeof taken) > 0) { // what was seen must not kill us on the way out
    }
    close(fd_);
    sigprocmask(SIG_SETMASK, &before_, nullptr);
}

} // namespace ppp::cli
