// SPDX-License-Identifier: LGPL-2.1-or-later
// One PADT.
#include "sys/padt.hpp"

#include "sys/packet_socket.hpp"

namespace ppp::sys {

std::string sendPadt(const std::string& interface, const core::MacAddress& peer, std::uint32_t session) {
    if (session == 0 || session > UINT16_MAX)
        return "no such session id";
    const PacketSocket socket = openPacketSocket(interface);
    if (!socket.fd)
        return socket.error;
    return sendFrame(socket.fd.get(),
                     {peer, socket.mac, core::pppoe::Code::Padt, static_cast<std::uint16_t>(session), {}});
}

} // namespace ppp::sys
