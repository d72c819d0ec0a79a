// SPDX-License-Identifier: LGPL-2.1-or-later
// A pseudo terminal and the program on it.
#include "terminal_process.hpp"

#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace ppp::test {

TerminalProcess::TerminalProcess(const std::vector<std::string>& argv) {
    winsize size{};
    size.ws_row = 24;
    size.ws_col = 80;
    std::vector<char*> arguments;
    for (const auto& argument : argv) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    pid_ = forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ < 0) {
        throw std::system_error(errno, std::generic_category(), "forkpty");
    }
    if (pid_ == 0) {
        setenv("TERM", "xterm", 1);
        unsetenv("NO_COLOR");
        execvp(arguments.front(), arguments.data());
        _exit(127);
    }
}

TerminalProcess::~TerminalProcess() {
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    close(terminal_);
}

bool TerminalProcess::fill(std::chrono::steady_clock::time_point until) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    pollfd wanted{terminal_, POLLIN, 0};
    if (left <= 0 || poll(&wanted, 1, static_cast<int>(left)) <= 0) {
        throw std::runtime_error("not shown in time; shown was: " + shown_);
    }
    std::array<char, 4096> bytes{};
    const auto got = read(terminal_, bytes.data(), bytes.size());
    if (got <= 0) {
        return false; // EIO: nobody has the terminal any more
    }
    shown_.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
}

const std::string& TerminalProcess::awaitText(const std::string& text, std::chrono::milliseconds limit,
                                              std::size_t from) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (shown_.find(text, from) == std::string::npos) {
        if (!fill(until)) {
            throw std::runtime_error("ended without showing it; shown was: " + shown_);
        }
    }
    return shown_;
}

void TerminalProcess::type(const std::string& keys) const {
    if (write(terminal_, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size())) {
        throw std::system_error(errno, std::generic_category(), "terminal");
    }
}

bool TerminalProcess::echoes() const {
    termios now{};
    if (tcgetattr(terminal_, &now) != 0) {
        throw std::system_error(errno, std::generic_category(), "terminal");
    }
    return (now.c_lflag & static_cast<tcflag_t>(ECHO)) != 0;
}

int TerminalProcess::wait(std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (fill(until)) {
    }
    int status = 0;
    if (waitpid(pid_, &status, 0) != pid_) {
        throw std::system_error(errno, std::generic_category(), "waitpid");
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace ppp::test
