// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's data plane of one tunnel: generic netlink family "l2tp" makes it, a PPPOX socket is its
// session.
#pragma once

#include <cstdint>

#include <sys/socket.h>

#include "sys/unique_fd.hpp"

namespace ppp::l2tp {

/// Where the server is, and the size of the address.
struct ServerAddress {
    sockaddr_storage address{};
    socklen_t size = 0;
};

class KernelTunnel {
public:
    /// Loads, by asking for it, what the kernel has as modules. Throws std::system_error where it has no
    /// L2TP, see meansNoSupport().
    KernelTunnel();

    static bool meansNoSupport(int error);
    /// Whether no tunnel of the machine is known to have this number.
    static bool isFree(std::uint16_t tunnel);
    /// From now on the kernel takes the data messages out of this connected UDP socket; control messages go
    /// on to whoever reads it. It all ends when the socket is closed: a session is not told, it falls silent.
    /// Once. Throws std::system_error.
    void open(int socket, const ServerAddress& server, std::uint16_t tunnel, std::uint16_t peerTunnel);
    /// A session of it, as pppd's pppol2tp plugin wants it. Throws std::system_error.
    sys::UniqueFd openSession(std::uint16_t session, std::uint16_t peerSession) const;

private:
    void connectTo(int fd, std::uint16_t session, std::uint16_t peerSession, const char* what) const;

    sys::UniqueFd tunnelSocket_;
    ServerAddress server_;
    int socket_ = -1;
    std::uint16_t tunnel_ = 0, peerTunnel_ = 0;
};

} // namespace ppp::l2tp
