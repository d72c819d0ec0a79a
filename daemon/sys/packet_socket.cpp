// SPDX-License-Identifier: LGPL-2.1-or-later
// Opens packet sockets, with words for what may be wrong with an interface.
#include "sys/packet_socket.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "core/text.hpp"

namespace ppp::sys {

namespace {

std::string words(const std::string& interface) {
    const int error = errno;
    if (error == ENODEV || error == ENXIO)
        return "there is no interface " + interface;
    if (error == EPERM || error == EACCES)
        return "not permitted to open a packet socket (CAP_NET_RAW is missing)";
    if (error == ENETDOWN)
        return "the interface " + interface + " is down";
    return core::text::cat("cannot open a packet socket on ", interface, ": ",
                           std::generic_category().message(error));
}

sockaddr_ll discoveryAddress(int index) {
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(core::pppoe::kDiscoveryEtherType);
    address.sll_ifindex = index;
    return address;
}

/// Through `to`, or where the socket is bound.
std::string transmit(int fd, const sockaddr_ll* to, const core::pppoe::Frame& frame) {
    const auto bytes = core::pppoe::encode(frame);
    if (bytes.empty())
        return "the frame is too long";
    if (sendto(fd, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(to),
               to == nullptr ? 0 : sizeof *to) < 0)
        return std::generic_category().message(errno);
    return {};
}

} // namespace

PacketDevice packetDevice(int fd, const std::string& interface) {
    PacketDevice out;
    ifreq request{};
    if (interface.empty() || interface.size() >= sizeof request.ifr_name) {
        out.error = "there is no interface " + core::text::harmless(interface, 64);
        return out;
    }
    std::copy(interface.begin(), interface.end(), std::begin(request.ifr_name));
    if (ioctl(fd, SIOCGIFHWADDR, &request) < 0) {
        out.error = words(interface);
        return out;
    }
    const auto hardware = request.ifr_hwaddr.sa_family;
    std::memcpy(out.mac.data(), request.ifr_hwaddr.sa_data, out.mac.size());
    if (hardware != ARPHRD_ETHER) {
        out.error = "the interface " + interface + " is not Ethernet";
    } else if (ioctl(fd, SIOCGIFFLAGS, &request) < 0) {
        out.error = words(interface);
    } else if ((request.ifr_flags & IFF_UP) == 0) {
        out.error = "the interface " + interface + " is down";
    } else if (ioctl(fd, SIOCGIFINDEX, &request) < 0) {
        out.error = words(interface);
    } else {
        out.index = request.ifr_ifindex;
    }
    return out;
}

UniqueFd openSendingSocket() {
    // Protocol 0 receives nothing until bind() names interface and protocol, so no frame of another interface
    // comes in.
    return UniqueFd(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

PacketSocket openPacketSocket(const std::string& interface) {
    PacketSocket out;
    out.fd = openSendingSocket();
    if (!out.fd) {
        out.error = words(interface);
        return out;
    }
    const PacketDevice device = packetDevice(out.fd.get(), interface);
    out.mac = device.mac;
    out.error = device.error;
    const sockaddr_ll address = discoveryAddress(device.index);
    if (out.error.empty() &&
        bind(out.fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
        out.error = words(interface);
    if (!out.error.empty())
        out.fd.reset();
    return out;
}

std::string sendFrame(int fd, const core::pppoe::Frame& frame) {
    return transmit(fd, nullptr, frame);
}

std::string sendFrameOn(int fd, int index, const core::pppoe::Frame& frame) {
    const sockaddr_ll address = discoveryAddress(index);
    return transmit(fd, &address, frame);
}

} // namespace ppp::sys
