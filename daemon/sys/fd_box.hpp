// SPDX-License-Identifier: LGPL-2.1-or-later
// A descriptor inside another one. The service manager keeps a descriptor only if it is none that it has
// already, and where the kernel has neither F_DUPFD_QUERY (6.10) nor kcmp(2) it tells by device, inode and
// flags (systemd, same_fd()): there all pidfds of a kernel before 6.9 are one, and of many engines' only the
// first would be kept. A socket has an inode of its own.
#pragma once

#include "sys/unique_fd.hpp"

namespace ppp::sys::fdbox {

/// Whether `fd` is of a kind of which all share an inode.
bool needed(int fd) noexcept;
/// A datagram socket in whose queue lies a duplicate of `fd`; empty with errno set.
UniqueFd pack(int fd) noexcept;
/// Whether it may be one: no other datagram socket is ever stored.
bool is(int fd) noexcept;
/// A duplicate of what lies in it, close-on-exec; it stays in there, for the next life. Empty where there is
/// nothing.
UniqueFd unpack(int box) noexcept;

} // namespace ppp::sys::fdbox
