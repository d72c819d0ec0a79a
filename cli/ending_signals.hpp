// SPDX-License-Identifier: LGPL-2.1-or-later
// Signals that end the process, held back until what must not stay behind is gone.
#pragma once

#include <csignal>

#include <exception>

namespace ppp::cli {

/// Thrown where one of them came: clean up, then raise(number).
struct EndedBySignal : std::exception {
    explicit EndedBySignal(int which) : number(which) {}
    const char* what() const noexcept override { return "ended by a signal"; }
    int number;
};

/// While it lives, SIGINT, SIGQUIT, SIGTERM and, unless it is ignored (nohup(1)), SIGHUP do not end the
/// process but make fd() readable.
class EndingSignals {
public:
    EndingSignals(); ///< throws std::system_error
    ~EndingSignals();
    EndingSignals(const EndingSignals&) = delete;
    EndingSignals& operator=(const EndingSignals&) = delete;

    int fd() const { return fd_; }
    /// The next one that came; 0: none.
    int take() const;
    /// The signal mask for a child.
    const sigset_t& maskBefore() const { return before_; }

private:
    sigset_t before_{};
    int fd_ = -1;
};

} // namespace ppp::cli
