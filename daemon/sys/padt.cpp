// SPDX-License-Identifier: LGPL-2.1-or-later
// One PADT.
#include "sys/padt.hpp"

#include <cerrno>
#include <system_error>

#include "core/text.hpp"

namespace ppp::sys {

std::string PadtSender::send(const std::string& interface, const core::MacAddress& peer,
                             std::uint32_t session) {
    if (session == 0 || session > UINT16_MAX)
        return "no such session id";
    if (!socket_)
        socket_ = openSendingSocket();
    if (!socket_)
        return core::text::cat("cannot open a packet socket: ", std::generic_category().message(errno));
    const PacketDevice device = packetDevice(socket_.get(), interface);
    if (!device.error.empty())
        return device.error;
    return sendFrameOn(socket_.get(), device.index,
                       {peer, device.mac, core::pppoe::Code::Padt, static_cast<std::uint16_t>(session), {}});
}

} // namespace ppp::sys
