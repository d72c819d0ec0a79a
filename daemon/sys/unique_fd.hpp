// SPDX-License-Identifier: LGPL-2.1-or-later
// A file descriptor with one owner.
#pragma once

#include <cerrno>
#include <utility>

#include <unistd.h>

namespace ppp::sys {

/// Closes what it owns; -1 owns nothing.
class UniqueFd {
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        reset(std::exchange(other.fd_, -1));
        return *this;
    }
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd() { reset(); }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    int release() { return std::exchange(fd_, -1); }
    /// Leaves errno as it was, so that an error path can close first and report later. Not retried on EINTR:
    /// on Linux the number is free then (close(2)).
    void reset(int fd = -1) noexcept {
        const int old = std::exchange(fd_, fd);
        if (old >= 0) {
            const int saved = errno;
            close(old);
            errno = saved;
        }
    }

private:
    int fd_ = -1;
};

} // namespace ppp::sys
