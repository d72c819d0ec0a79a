// SPDX-License-Identifier: LGPL-2.1-or-later
// recv and send of whole datagrams, and the three ways in which a SEQPACKET socket says "nothing".
#include "sys/engine_socket.hpp"

#include <array>
#include <cerrno>

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "core/engine_message.hpp"
#include "plugin/message.h"

namespace ppp::sys {
namespace {

// recv(2) answers 0 for an empty datagram as well as for the end.
bool isEnd(int fd) {
    int waiting = 0;
    if (ioctl(fd, FIONREAD, &waiting) == 0 && waiting > 0) {
        return false;
    }
    pollfd state{fd, POLLRDHUP, 0};
    return poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLRDHUP | POLLERR | POLLNVAL)) != 0;
}

} // namespace

EngineSocket::Read EngineSocket::read() {
    std::array<std::uint8_t, PPPM_MAX_DATAGRAM> buffer;
    for (;;) {
        const ssize_t size = recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT | MSG_TRUNC);
        if (size < 0) {
            // ECONNRESET comes once, ahead of what is still queued, where the engine died without having read
            // all of ours.
            if (errno == EINTR || errno == ECONNRESET) {
                continue;
            }
            return {errno == EAGAIN ? Got::Nothing : Got::Closed, {}, 0};
        }
        if (size == 0) {
            return {isEnd(fd_.get()) ? Got::Closed : Got::Malformed, {}, 0};
        }
        const auto length = static_cast<std::size_t>(size);
        if (length > buffer.size()) {
            return {Got::Malformed, {}, length};
        }
        auto event = core::decodeEngineMessage(std::span(buffer).first(length));
        const Got got = event ? Got::Event : Got::Malformed;
        return {got, std::move(event), length};
    }
}

int EngineSocket::send(std::span<const std::uint8_t> datagram) {
    for (;;) {
        if (::send(fd_.get(), datagram.data(), datagram.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
            return 0;
        }
        if (errno != EINTR) {
            return errno;
        }
    }
}

} // namespace ppp::sys
