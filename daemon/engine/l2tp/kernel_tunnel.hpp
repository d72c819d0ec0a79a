// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's data plane of one tunnel: generic netlink family "l2tp" makes it, a PPPOX socket is its
// session.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <sys/socket.h>

#include "sys/unique_fd.hpp"

struct mnl_socket;

namespace ppp::l2tp {

/// Where the server is, and the size of the address.
struct ServerAddress {
    sockaddr_storage address{};
    socklen_t size = 0;
};

class KernelTunnel {
public:
    /// Loads, by asking for it, what the kernel has as modules. Throws std::system_error: of errno ENOENT,
    /// EPROTONOSUPPORT or EAFNOSUPPORT where the kernel has no L2TP.
    KernelTunnel();
    ~KernelTunnel();
    KernelTunnel(const KernelTunnel&) = delete;
    KernelTunnel& operator=(const KernelTunnel&) = delete;

    /// Whether no tunnel of the machine has this number.
    bool isFree(std::uint16_t tunnel);
    /// From now on the kernel takes the data messages out of this connected UDP socket; control messages go
    /// on to whoever reads it. Once. Throws std::system_error.
    void open(int socket, std::uint16_t tunnel, std::uint16_t peerTunnel);
    /// A session of it, as pppd's pppol2tp plugin wants it. Throws std::system_error.
    sys::UniqueFd openSession(const ServerAddress& server, std::uint16_t session, std::uint16_t peerSession);
    /// Takes it away; its session hangs up. The socket stays.
    void close();

private:
    struct Close {
        void operator()(mnl_socket* socket) const;
    };
    struct Request;
    int ask(Request& request);

    std::unique_ptr<mnl_socket, Close> netlink_;
    std::uint16_t family_ = 0;
    std::uint32_t sequence_ = 0;
    int socket_ = -1;
    std::uint16_t tunnel_ = 0, peerTunnel_ = 0;
};

} // namespace ppp::l2tp
