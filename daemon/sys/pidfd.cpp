// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's calls on pidfds.
#include "sys/pidfd.hpp"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <fstream>
#include <string>
#include <string_view>

// glibc 2.36 declares these without C linkage.
extern "C" {
#include <sys/pidfd.h>
}
#include <sys/wait.h>

namespace ppp::sys::pidfd {

UniqueFd open(pid_t pid) noexcept {
    return UniqueFd(pidfd_open(pid, 0));
}

int signal(int fd, int signo) noexcept {
    return pidfd_send_signal(fd, signo, nullptr, 0) == 0 || errno == ESRCH ? 0 : errno;
}

bool reap(int fd, bool block) noexcept {
    siginfo_t info{};
    int result = 0;
    do {
        result = waitid(P_PIDFD, static_cast<id_t>(fd), &info, WEXITED | (block ? 0 : WNOHANG));
    } while (result < 0 && errno == EINTR);
    return result == 0 && info.si_pid != 0;
}

std::optional<std::uint32_t> process(int fd) {
    std::ifstream info("/proc/self/fdinfo/" + std::to_string(fd));
    constexpr std::string_view key = "Pid:";
    for (std::string line; std::getline(info, line);) {
        if (!line.starts_with(key)) {
            continue;
        }
        const auto digits = line.find_first_not_of(" \t", key.size());
        std::int64_t pid = 0;
        if (digits != std::string::npos) {
            std::from_chars(line.data() + digits, line.data() + line.size(), pid);
        }
        return pid > 0 ? static_cast<std::uint32_t>(pid) : 0;
    }
    return std::nullopt;
}

} // namespace ppp::sys::pidfd
