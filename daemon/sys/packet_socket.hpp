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

/// An Ethernet interface that can send: its index and address, or why it cannot.
struct PacketDevice {
    int index = 0;
    core::MacAddress mac{};
    std::string error; ///< as PacketSocket::error
};

/// packet(7); needs CAP_NET_RAW.
PacketSocket openPacketSocket(const std::string& interface);

/// One that receives nothing and sends on any interface (sendFrameOn). Closing a packet socket waits for the
/// kernel to forget it (net/packet/af_packet.c, packet_release), 10 ms and more: who sends often keeps one.
UniqueFd openSendingSocket();

/// Looks `interface` up through any socket.
PacketDevice packetDevice(int fd, const std::string& interface);

/// Empty, or why the frame could not be sent.
std::string sendFrame(int fd, const core::pppoe::Frame& frame);

/// The same on the interface with that index, from any packet socket.
std::string sendFrameOn(int fd, int index, const core::pppoe::Frame& frame);

} // namespace ppp::sys
