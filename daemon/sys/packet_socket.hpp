// SPDX-License-Identifier: LGPL-2.1-or-later
// A packet socket for PPPoE discovery frames on one Ethernet interface.
#pragma once

#include <string>

#include "core/pppoe_frame.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {

struct PacketSocket {
    UniqueFd fd; ///< non-blocking; whole frames of ethertype 0x8863
    core::MacAddress mac{};
    std::string error; ///< why there is none: no such interface, not Ethernet, down, not permitted
};

/// packet(7); needs CAP_NET_RAW.
PacketSocket openPacketSocket(const std::string& interface);

/// Empty, or why the frame could not be sent.
std::string sendFrame(int fd, const core::pppoe::Frame& frame);

} // namespace ppp::sys
