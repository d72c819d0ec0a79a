// SPDX-License-Identifier: LGPL-2.1-or-later
// A program on a terminal of its own, as a person would run it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <sys/types.h>

#include "child_process.hpp"

namespace ppp::test {

class TerminalProcess {
public:
    /// 80 columns, 24 lines, TERM=xterm; the terminal is also its controlling terminal (/dev/tty).
    explicit TerminalProcess(const std::vector<std::string>& argv);
    ~TerminalProcess();
    TerminalProcess(const TerminalProcess&) = delete;
    TerminalProcess& operator=(const TerminalProcess&) = delete;

    /// Reads until `text` has been shown, beyond the first `from` bytes; all that was shown until now. Throws
    /// std::runtime_error where it does not come.
    const std::string& awaitText(const std::string& text, std::chrono::milliseconds limit = kPatience,
                                 std::size_t from = 0);
    /// What the keyboard sends; "\x03" is Ctrl-C.
    void type(const std::string& keys) const;
    bool echoes() const;
    /// Reads to the end; exit status, or 128 + the signal that killed it.
    int wait(std::chrono::milliseconds limit = kPatience);
    const std::string& shown() const { return shown_; }
    pid_t pid() const { return pid_; }

private:
    bool fill(std::chrono::steady_clock::time_point until);

    pid_t pid_ = -1;
    int terminal_ = -1;
    std::string shown_;
};

} // namespace ppp::test
