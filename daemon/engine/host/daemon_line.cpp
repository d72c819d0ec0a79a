// SPDX-License-Identifier: LGPL-2.1-or-later
// send and recv with MSG_DONTWAIT, and the queue in between.
#include "engine/host/daemon_line.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace ppp::engine {
namespace {

constexpr int kLinesPerTurn = 32;

}

DaemonLine::DaemonLine(sys::EventLoop& loop, sys::UniqueFd socket, Vault& vault,
                       std::function<void()> secrets, std::function<void(Bytes)> heard)
    : socket_(std::move(socket)), vault_(vault), secrets_(std::move(secrets)), heard_(std::move(heard)) {
    source_ = loop.io(socket_.get(), EPOLLIN, [this](std::uint32_t events) {
        if ((events & EPOLLOUT) != 0) {
            writable();
        }
        if ((events & EPOLLIN) != 0) {
            readable();
        } else if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
            source_.reset(); // every other end is closed: the lifeline tells what that means
        }
    });
}

void DaemonLine::readable() {
    for (int i = 0; i < kLinesPerTurn; ++i) {
        const auto intake = vault_.intake();
        const ssize_t size = recv(socket_.get(), intake.data(), intake.size(), MSG_DONTWAIT | MSG_TRUNC);
        if (size < 0 && (errno == EINTR || errno == ECONNRESET)) {
            continue;
        }
        if (size <= 0) {
            if (size == 0 || errno != EAGAIN) {
                source_.reset();
            }
            return;
        }
        const auto length = static_cast<std::size_t>(size);
        if (length > intake.size()) {
            continue;
        }
        const Bytes datagram = Bytes(intake).first(length);
        if (kindOf(datagram) != PPPM_SECRETS) {
            heard_(datagram);
            explicit_bzero(intake.data(), length); // it may have been a PIN
        } else if (vault_.take(length)) {
            secrets_();
        }
    }
}

bool DaemonLine::trySend(Bytes datagram) {
    for (;;) {
        if (send(socket_.get(), datagram.data(), datagram.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
            return true;
        }
        if (errno != EINTR) {
            return errno != EAGAIN && errno != EWOULDBLOCK; // nobody will ever read it
        }
    }
}

void DaemonLine::say(Bytes datagram) {
    if (queue_.empty() && trySend(datagram)) {
        return;
    }
    if (queue_.size() == kQueue) {
        queue_.pop_front();
    }
    queue_.emplace_back(datagram.begin(), datagram.end());
    if (source_) {
        source_->setEvents(EPOLLIN | EPOLLOUT);
    }
}

void DaemonLine::writable() {
    while (!queue_.empty() && trySend(queue_.front())) {
        queue_.pop_front();
    }
    if (queue_.empty() && source_) {
        source_->setEvents(EPOLLIN);
    }
}

void DaemonLine::sayStanding(const Report& report) {
    standing_[report.kind()] = report.datagram();
    say(report.datagram());
}

void DaemonLine::repeat() {
    for (const auto& [kind, datagram] : standing_) {
        say(datagram);
    }
}

} // namespace ppp::engine
