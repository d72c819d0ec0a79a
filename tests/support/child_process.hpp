// SPDX-License-Identifier: LGPL-2.1-or-later
// A program under test or a stand-in: started with pipes, waited for with a limit, killed and reaped when it
// goes out of scope.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <sys/types.h>

namespace ppp::test {

/// How long anything that should happen at once may take on a busy machine.
inline constexpr std::chrono::seconds kPatience{20};

class ChildProcess {
public:
    /// argv[0] is looked up in PATH; `environment` (NAME=value) is added to ours. stdin and stdout are pipes,
    /// stderr is ours unless mergeErrors. Dies with us. Throws std::system_error; a program that cannot be
    /// executed ends with status 127.
    explicit ChildProcess(const std::vector<std::string>& argv,
                          const std::vector<std::string>& environment = {}, bool mergeErrors = false);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    pid_t pid() const { return pid_; }
    /// Readable when it has ended (pidfd_open(2)).
    int pidfd() const { return pidfd_; }
    /// The next line of its output without the line break. Throws std::runtime_error at the end of output or
    /// of patience.
    std::string readLine(std::chrono::milliseconds limit = kPatience);
    /// All output until it closes its stdout.
    std::string readAll(std::chrono::milliseconds limit = kPatience);
    void write(const std::string& bytes);
    void closeInput();
    void signal(int signo) const;
    bool running() const;
    /// Exit status, or 128 + the signal that killed it. Throws std::runtime_error where it does not end in
    /// time.
    int wait(std::chrono::milliseconds limit = kPatience);

private:
    bool fill(std::chrono::steady_clock::time_point until);

    pid_t pid_ = -1;
    int pidfd_ = -1;
    int input_ = -1;
    int output_ = -1;
    std::string buffer_;
    int status_ = -1;
};

} // namespace ppp::test
