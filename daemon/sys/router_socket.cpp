// SPDX-License-Identifier: LGPL-2.1-or-later
// RFC 3542: a filter for one type, the hop limit of what came, 255 for what is sent.
#include "sys/router_socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace ppp::sys {

namespace {

constexpr int kPacketsAtOnce = 16; // packets, in one turn of the loop
constexpr int kHopLimit = 255;
constexpr std::size_t kLongest = 1500; // bytes; of a longer one the options are cut off, so it is not valid

template <typename T> bool setOption(int fd, int level, int name, const T& value) {
    return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

struct Packet {
    std::array<std::uint8_t, kLongest> bytes{};
    std::size_t size = 0;
    int hopLimit = -1;
    std::array<std::uint8_t, 16> source{};
};

/// False where nothing is there (any more).
bool receive(int fd, Packet& out) {
    sockaddr_in6 from{};
    iovec part{out.bytes.data(), out.bytes.size()};
    alignas(cmsghdr) std::array<std::uint8_t, 128> control{};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t got = recvmsg(fd, &message, MSG_DONTWAIT);
    if (got < 0) {
        return false;
    }
    out.size = (message.msg_flags & MSG_TRUNC) != 0 ? 0 : static_cast<std::size_t>(got);
    out.hopLimit = -1;
    std::memcpy(out.source.data(), &from.sin6_addr, out.source.size());
    for (cmsghdr* part6 = CMSG_FIRSTHDR(&message); part6 != nullptr; part6 = CMSG_NXTHDR(&message, part6)) {
        if (part6->cmsg_level == IPPROTO_IPV6 && part6->cmsg_type == IPV6_HOPLIMIT) {
            std::memcpy(&out.hopLimit, CMSG_DATA(part6), sizeof out.hopLimit);
        }
    }
    return true;
}

} // namespace

RouterSocket::RouterSocket(EventLoop& loop, const std::string& interface, std::uint32_t index,
                           std::function<void(const core::RouterAdvert&)> heard)
    : index_(index), heard_(std::move(heard)) {
    if (!open(interface)) {
        trouble_ =
            "cannot listen for routers on " + interface + ": " + std::generic_category().message(errno);
        fd_.reset();
        return;
    }
    source_ = loop.io(fd_.get(), EPOLLIN, [this](std::uint32_t) { readable(); });
}

bool RouterSocket::open(const std::string& interface) {
    fd_.reset(socket(AF_INET6, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMPV6));
    if (!fd_) {
        return false;
    }
    icmp6_filter filter{};
    ICMP6_FILTER_SETBLOCKALL(&filter);
    ICMP6_FILTER_SETPASS(ND_ROUTER_ADVERT, &filter);
    const int fd = fd_.get();
    return setOption(fd, IPPROTO_ICMPV6, ICMP6_FILTER, filter) &&
           setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface.c_str(),
                      static_cast<socklen_t>(interface.size())) == 0 &&
           setOption(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) &&
           setOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, kHopLimit) &&
           setOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, static_cast<int>(index_));
}

bool RouterSocket::solicit() {
    sockaddr_in6 routers{};
    routers.sin6_family = AF_INET6;
    routers.sin6_scope_id = index_;
    inet_pton(AF_INET6, "ff02::2", &routers.sin6_addr);
    const auto bytes = core::routerSolicitation();
    return fd_ && sendto(fd_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                         reinterpret_cast<const sockaddr*>(&routers), sizeof routers) >= 0;
}

/// Of a heap of them the last one counts.
void RouterSocket::readable() {
    std::optional<core::RouterAdvert> last;
    Packet packet;
    for (int n = 0; n < kPacketsAtOnce && receive(fd_.get(), packet); ++n) {
        const std::span<const std::uint8_t> bytes(packet.bytes.data(), packet.size);
        if (const auto advert = core::readRouterAdvert(bytes, packet.hopLimit, packet.source)) {
            last = advert;
        }
    }
    if (last) {
        heard_(*last);
    }
}

} // namespace ppp::sys
