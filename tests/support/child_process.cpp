// SPDX-License-Identifier: LGPL-2.1-or-later
// fork, exec, pipes, pidfd.
#include "child_process.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" { // glibc 2.36 forgot it in this header
#include <sys/pidfd.h>
}

namespace ppp::test {
namespace {

using Clock = std::chrono::steady_clock;

void check(int result, const char* what) {
    if (result < 0) {
        throw std::system_error(errno, std::generic_category(), what);
    }
}

bool readable(int fd, Clock::time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd p{fd, POLLIN, 0};
    return poll(&p, 1, static_cast<int>(std::max<long long>(0, left))) > 0;
}

[[noreturn]] void become(const std::vector<std::string>& argv, const std::vector<std::string>& environment) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const auto& entry : environment) {
        const auto equals = entry.find('=');
        setenv(entry.substr(0, equals).c_str(), entry.substr(equals + 1).c_str(), 1);
    }
    std::vector<char*> words;
    words.reserve(argv.size() + 1);
    for (const auto& word : argv) {
        words.push_back(const_cast<char*>(word.c_str()));
    }
    words.push_back(nullptr);
    execvp(words[0], words.data());
    _exit(127);
}

} // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
                           bool mergeErrors) {
    int in[2];
    int out[2];
    check(pipe2(in, O_CLOEXEC), "pipe2");
    check(pipe2(out, O_CLOEXEC), "pipe2");
    pid_ = fork();
    check(pid_, "fork");
    if (pid_ == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        if (mergeErrors) {
            dup2(out[1], STDERR_FILENO);
        }
        become(argv, environment);
    }
    close(in[0]);
    close(out[1]);
    input_ = in[1];
    output_ = out[0];
    pidfd_ = pidfd_open(pid_, 0);
    check(pidfd_, "pidfd_open");
}

ChildProcess::~ChildProcess() {
    if (status_ < 0) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    closeInput();
    close(output_);
    close(pidfd_);
}

bool ChildProcess::fill(Clock::time_point until) {
    if (!readable(output_, until)) {
        throw std::runtime_error("no output in time; so far: " + buffer_);
    }
    char bytes[4096];
    const ssize_t count = read(output_, bytes, sizeof bytes);
    check(static_cast<int>(count), "read");
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
}

std::string ChildProcess::readLine(std::chrono::milliseconds limit) {
    const auto until = Clock::now() + limit;
    auto end = buffer_.find('\n');
    while (end == std::string::npos) {
        if (!fill(until)) {
            throw std::runtime_error("output ended; unfinished line: " + buffer_);
        }
        end = buffer_.find('\n');
    }
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    return line;
}

std::string ChildProcess::readAll(std::chrono::milliseconds limit) {
    const auto until = Clock::now() + limit;
    while (fill(until)) {
    }
    return std::exchange(buffer_, {});
}

void ChildProcess::write(const std::string& bytes) {
    check(static_cast<int>(::write(input_, bytes.data(), bytes.size())), "write");
}

void ChildProcess::closeInput() {
    if (input_ >= 0) {
        close(std::exchange(input_, -1));
    }
}

void ChildProcess::signal(int signo) const {
    if (status_ < 0) {
        kill(pid_, signo);
    }
}

bool ChildProcess::running() const {
    return status_ < 0 && !readable(pidfd_, Clock::now());
}

int ChildProcess::wait(std::chrono::milliseconds limit) {
    if (status_ < 0) {
        if (!readable(pidfd_, Clock::now() + limit)) {
            throw std::runtime_error("the process does not end");
        }
        int raw = 0;
        waitpid(pid_, &raw, 0);
        status_ = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
    }
    return status_;
}

} // namespace ppp::test
