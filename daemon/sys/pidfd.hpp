// SPDX-License-Identifier: LGPL-2.1-or-later
// Processes by descriptor: what is signalled or reaped is the process that was opened, never another one that
// was given its number.
#pragma once

#include <cstdint>
#include <optional>

#include <sys/types.h>

#include "sys/unique_fd.hpp"

namespace ppp::sys::pidfd {

/// pidfd_open(2), close-on-exec; empty with errno set. For a child of ours that is not reaped there is no
/// race.
UniqueFd open(pid_t pid) noexcept;
/// pidfd_send_signal(2). 0, or errno; a process that is gone is no error.
int signal(int fd, int signo) noexcept;
/// Reaps a child that has ended; `block`: waits for that. False where there was nothing to reap.
bool reap(int fd, bool block) noexcept;
/// The process it stands for, read from /proc/self/fdinfo (pidfd_open(2), proc(5)). 0: it is gone; nothing:
/// not a pidfd.
std::optional<std::uint32_t> process(int fd);

} // namespace ppp::sys::pidfd
