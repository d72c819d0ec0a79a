// SPDX-License-Identifier: LGPL-2.1-or-later
// SCM_RIGHTS in the queue of a socket pair whose other end is closed.
#include "sys/fd_box.hpp"

#include <cstring>

#include <sys/socket.h>
#include <sys/stat.h>

namespace ppp::sys::fdbox {
namespace {

/// A message of one byte with room for one descriptor.
struct Letter {
    Letter() noexcept {
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = room;
        message.msg_controllen = sizeof room;
    }
    Letter(const Letter&) = delete;
    Letter& operator=(const Letter&) = delete;

    char byte = 0;
    iovec part{&byte, 1};
    alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
};

} // namespace

bool needed(int fd) noexcept {
    struct stat info {};
    return fstat(fd, &info) == 0 && (info.st_mode & S_IFMT) == 0;
}

UniqueFd pack(int fd) noexcept {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return {};
    }
    UniqueFd box(ends[0]);
    const UniqueFd sender(ends[1]);
    Letter letter;
    cmsghdr* const head = CMSG_FIRSTHDR(&letter.message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(head), &fd, sizeof fd);
    if (sendmsg(sender.get(), &letter.message, MSG_NOSIGNAL | MSG_DONTWAIT) != 1) {
        return {};
    }
    return box;
}

bool is(int fd) noexcept {
    int type = 0;
    socklen_t size = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_DGRAM;
}

UniqueFd unpack(int box) noexcept {
    Letter letter;
    if (recvmsg(box, &letter.message, MSG_PEEK | MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != 1) {
        return {};
    }
    const cmsghdr* const head = CMSG_FIRSTHDR(&letter.message);
    if (head == nullptr || head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS ||
        head->cmsg_len != CMSG_LEN(sizeof(int))) {
        return {};
    }
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(head), sizeof fd);
    return UniqueFd(fd);
}

} // namespace ppp::sys::fdbox
