// SPDX-License-Identifier: LGPL-2.1-or-later
// pppol2tp_connect() of net/l2tp/l2tp_ppp.c: with both session numbers 0 it makes the tunnel.
#include "engine/l2tp/kernel_tunnel.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>

#include <netinet/in.h> // before the kernel's own view of the same structures

#include <linux/if_pppox.h>

namespace ppp::l2tp {
namespace {

sys::UniqueFd pppSocket() {
    sys::UniqueFd out(socket(AF_PPPOX, SOCK_DGRAM | SOCK_CLOEXEC, PX_PROTO_OL2TP));
    if (!out) {
        throw std::system_error(errno, std::generic_category(), "PPP over L2TP in the kernel");
    }
    return out;
}

} // namespace

KernelTunnel::KernelTunnel() : tunnelSocket_(pppSocket()) {}

bool KernelTunnel::meansNoSupport(int error) {
    return error == EPROTONOSUPPORT || error == EAFNOSUPPORT || error == ESOCKTNOSUPPORT ||
           error == EOPNOTSUPP;
}

bool KernelTunnel::isFree(std::uint16_t tunnel) {
    std::ifstream list("/proc/net/pppol2tp");
    const std::string name = "'tunl " + std::to_string(tunnel) + "'";
    for (std::string line; std::getline(list, line);) {
        if (line.find(name) != std::string::npos) {
            return false;
        }
    }
    return true;
}

void KernelTunnel::open(int socket, const ServerAddress& server, std::uint16_t tunnel,
                        std::uint16_t peerTunnel) {
    server_ = server;
    socket_ = socket;
    tunnel_ = tunnel;
    peerTunnel_ = peerTunnel;
    connectTo(tunnelSocket_.get(), 0, 0, "cannot make the kernel's tunnel");
}

sys::UniqueFd KernelTunnel::openSession(std::uint16_t session, std::uint16_t peerSession) const {
    sys::UniqueFd out = pppSocket();
    connectTo(out.get(), session, peerSession, "cannot make the kernel's session");
    return out;
}

void KernelTunnel::connectTo(int fd, std::uint16_t session, std::uint16_t peerSession,
                             const char* what) const {
    const auto fill = [&](auto& to) {
        to.sa_family = AF_PPPOX;
        to.sa_protocol = PX_PROTO_OL2TP;
        to.pppol2tp.fd = socket_;
        std::memcpy(&to.pppol2tp.addr, &server_.address, sizeof to.pppol2tp.addr);
        to.pppol2tp.s_tunnel = tunnel_;
        to.pppol2tp.d_tunnel = peerTunnel_;
        to.pppol2tp.s_session = session;
        to.pppol2tp.d_session = peerSession;
        const void* raw = &to; // packed, as the kernel has it
        return connect(fd, static_cast<const sockaddr*>(raw), sizeof to);
    };
    sockaddr_pppol2tp four{};
    sockaddr_pppol2tpin6 six{};
    if ((server_.address.ss_family == AF_INET6 ? fill(six) : fill(four)) < 0) {
        throw std::system_error(errno, std::generic_category(), what);
    }
}

} // namespace ppp::l2tp
