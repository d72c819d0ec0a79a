// SPDX-License-Identifier: LGPL-2.1-or-later
// Ends a PPPoE session on behalf of an engine that can no longer do it.
#pragma once

#include <cstdint>
#include <string>

#include "core/engine_event.hpp"
#include "sys/packet_socket.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {

class PadtSender {
public:
    /// Sends one PADT (RFC 2516 §5.5) from the interface's own address. Empty, or why that was not possible;
    /// `session` is 1–65535. Needs CAP_NET_RAW.
    std::string send(const std::string& interface, const core::MacAddress& peer, std::uint32_t session);

private:
    UniqueFd socket_ = openSendingSocket(); ///< early, to have one when descriptors have run out
};

} // namespace ppp::sys
