// SPDX-License-Identifier: LGPL-2.1-or-later
// The supervisor's end of an engine socket: whole datagrams in and out, never blocking. The language is
// plugin/message.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/engine_event.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {

/// Owns one end of a connected AF_UNIX SOCK_SEQPACKET pair.
class EngineSocket {
public:
    explicit EngineSocket(UniqueFd fd) : fd_(std::move(fd)) {}

    int fd() const { return fd_.get(); }

    enum class Got {
        Event,     ///< a report, in `event`
        Malformed, ///< a datagram that cannot be read; it is gone
        Nothing,   ///< none waits
        Closed,    ///< none waits and none will come
    };
    struct Read {
        Got got;
        std::optional<core::EngineEvent> event;
        std::size_t size = 0; ///< bytes of the datagram
    };
    Read read();

    /// 0, or the errno of send(2). EPIPE raises no signal.
    int send(std::span<const std::uint8_t> datagram);

private:
    UniqueFd fd_;
};

} // namespace ppp::sys
