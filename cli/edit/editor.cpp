// SPDX-License-Identifier: LGPL-2.1-or-later
// A child of ours that has the terminal.
#include "cli/edit/editor.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "cli/failure.hpp"

namespace ppp::cli {

namespace {

constexpr int kLastWords = 2000; // ms that an editor has to save what it wants to save

bool inPath(const std::string& program) {
    const char* path = std::getenv("PATH");
    std::string_view left = path != nullptr ? path : "/usr/bin:/bin";
    while (!left.empty()) {
        const auto end = std::min(left.find(':'), left.size());
        if (access((std::string(left.substr(0, end)) + "/" + program).c_str(), X_OK) == 0) {
            return true;
        }
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return false;
}

class Child {
public:
    Child(const std::string& command, const std::string& path, const sigset_t& mask) {
        const std::array<const char*, 6> argv{"sh", "-c", command.c_str(), "sh", path.c_str(), nullptr};
        pid_ = fork();
        if (pid_ == 0) {
            sigprocmask(SIG_SETMASK, &mask, nullptr);
            execv("/bin/sh", const_cast<char* const*>(argv.data()));
            _exit(127);
        }
        if (pid_ < 0) {
            throw std::system_error(errno, std::generic_category(), "fork");
        }
        // glibc 2.36 declares pidfd_open() without extern "C"
        pidfd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    }
    ~Child() {
        if (pid_ > 0) {
            kill(pid_, SIGKILL);
            waitpid(pid_, nullptr, 0);
        }
        close(pidfd_);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    int pidfd() const { return pidfd_; }
    void signal(int number) const { kill(pid_, number); }
    /// Exit status, or 128 + the signal that killed it.
    int wait() {
        int status = 0;
        while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

private:
    pid_t pid_ = -1;
    int pidfd_ = -1;
};

} // namespace

std::string chosenEditor() {
    for (const char* variable : {"VISUAL", "EDITOR"}) {
        const char* said = std::getenv(variable);
        if (said != nullptr && *said != '\0') {
            return said;
        }
    }
    for (const char* program : {"editor", "nano", "vi"}) {
        if (inPath(program)) {
            return program;
        }
    }
    throw Failure(ExitCode::Failed, "there is no editor", "Say which in $VISUAL or $EDITOR.");
}

void runEditor(const std::string& editor, const std::string& path, const EndingSignals& signals) {
    Child child(editor + R"( "$@")", path, signals.maskBefore());
    while (true) {
        std::array<pollfd, 2> fds{{{child.pidfd(), POLLIN, 0}, {signals.fd(), POLLIN, 0}}};
        if (poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "poll");
        }
        for (int number = signals.take(); number != 0; number = signals.take()) {
            if (number == SIGINT || number == SIGQUIT) { // a key: the editor has it, too
                continue;
            }
            child.signal(number);
            pollfd ended{child.pidfd(), POLLIN, 0};
            poll(&ended, 1, kLastWords);
            throw EndedBySignal(number);
        }
        if (fds[0].revents != 0) {
            break;
        }
    }
    const int status = child.wait();
    if (status != 0) {
        throw Failure(ExitCode::Failed,
                      "the editor ended with status " + std::to_string(status) + ": nothing is changed",
                      status == 127 ? "It is '" + editor + "', from $VISUAL or $EDITOR." : "");
    }
}

} // namespace ppp::cli
