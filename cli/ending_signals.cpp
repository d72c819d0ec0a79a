// SPDX-License-Identifier: LGPL-2.1-or-later
// signalfd(2) for what ends a program.
#include "cli/ending_signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace ppp::cli {

EndingSignals::EndingSignals() {
    sigset_t wanted;
    sigemptyset(&wanted);
    for (const int number : {SIGINT, SIGQUIT, SIGTERM}) {
        sigaddset(&wanted, number);
    }
    struct sigaction hangUp {};
    if (sigaction(SIGHUP, nullptr, &hangUp) == 0 && hangUp.sa_handler != SIG_IGN) {
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

EndingSignals::~EndingSignals() {
    while (take() != 0) { // what was seen must not kill us on the way out
    }
    close(fd_);
    sigprocmask(SIG_SETMASK, &before_, nullptr);
}

int EndingSignals::take() const {
    signalfd_siginfo taken{};
    return read(fd_, &taken, sizeof taken) == static_cast<ssize_t>(sizeof taken)
               ? static_cast<int>(taken.ssi_signo)
               : 0;
}

} // namespace ppp::cli
