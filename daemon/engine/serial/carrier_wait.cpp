// SPDX-License-Identifier: LGPL-2.1-or-later
// One fork, one open.
#include "engine/serial/carrier_wait.hpp"

#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "sys/pidfd.hpp"

namespace ppp::engine {
namespace {

[[noreturn]] void waitInside(const char* device, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) { // it was gone before that
        _exit(ESRCH);
    }
    int fd = -1;
    do {
        fd = open(device, O_RDWR | O_NOCTTY | O_CLOEXEC);
    } while (fd < 0 && errno == EINTR);
    _exit(fd < 0 ? errno : 0);
}

} // namespace

CarrierWait::CarrierWait(sys::EventLoop& loop, const std::string& device, std::function<void(int)> done) {
    const pid_t parent = getpid();
    const pid_t child = fork(); // nothing but system calls follows in the child
    if (child == 0) {
        waitInside(device.c_str(), parent);
    }
    if (child > 0) {
        pidfd_ = sys::pidfd::open(child);
    }
    if (child < 0 || !pidfd_) {
        throw std::system_error(errno, std::generic_category(), "fork");
    }
    source_ = loop.child(pidfd_.get(), [this, done = std::move(done)](const siginfo_t& info) {
        gone_ = true;
        const int error = info.si_code == CLD_EXITED ? info.si_status : EIO;
        const auto tell = done;
        tell(error); // may destroy this
    });
}

CarrierWait::~CarrierWait() {
    source_.reset();
    if (!gone_) {
        sys::pidfd::signal(pidfd_.get(), SIGKILL);
        sys::pidfd::reap(pidfd_.get(), true);
    }
}

} // namespace ppp::engine
