// SPDX-License-Identifier: LGPL-2.1-or-later
// Requests by libmnl. The kernel answers inside send(), so nothing here waits for anybody.
#include "engine/l2tp/kernel_tunnel.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/if_pppox.h>
#include <linux/l2tp.h>
#include <netinet/in.h>

namespace ppp::l2tp {
namespace {

constexpr std::uint8_t kVersion = 2; // of L2TP, RFC 2661

[[noreturn]] void fail(int error, const char* what) {
    throw std::system_error(error, std::generic_category(), what);
}

int takeFamily(const nlattr* attribute, void* into) {
    if (mnl_attr_get_type(attribute) == CTRL_ATTR_FAMILY_ID &&
        mnl_attr_validate(attribute, MNL_TYPE_U16) >= 0) {
        *static_cast<std::uint16_t*>(into) = mnl_attr_get_u16(attribute);
    }
    return MNL_CB_OK;
}

int takeMessage(const nlmsghdr* message, void* into) {
    return mnl_attr_parse(message, sizeof(genlmsghdr), takeFamily, into);
}

} // namespace

/// One request of a few small attributes.
struct KernelTunnel::Request {
    Request(std::uint16_t family, std::uint8_t command) {
        head = mnl_nlmsg_put_header(bytes.data());
        head->nlmsg_type = family;
        head->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
        auto* generic = static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(head, sizeof(genlmsghdr)));
        generic->cmd = command;
        generic->version = 1;
    }
    alignas(nlmsghdr) std::array<char, 512> bytes{};
    nlmsghdr* head;
    std::uint16_t found = 0; ///< the family that was asked for
};

void KernelTunnel::Close::operator()(mnl_socket* socket) const {
    mnl_socket_close(socket);
}

KernelTunnel::KernelTunnel() : netlink_(mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC)) {
    if (!netlink_ || mnl_socket_bind(netlink_.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
        fail(errno, "generic netlink");
    }
    Request request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
    mnl_attr_put_strz(request.head, CTRL_ATTR_FAMILY_NAME, L2TP_GENL_NAME);
    if (const int error = ask(request); error != 0) {
        fail(error, "the kernel's L2TP");
    }
    family_ = request.found;
}

KernelTunnel::~KernelTunnel() {
    close();
}

/// 0 or an errno.
int KernelTunnel::ask(Request& request) {
    request.head->nlmsg_seq = ++sequence_;
    if (mnl_socket_sendto(netlink_.get(), request.head, request.head->nlmsg_len) < 0) {
        return errno;
    }
    alignas(nlmsghdr) std::array<char, 8192> answer{};
    for (;;) {
        const ssize_t size = mnl_socket_recvfrom(netlink_.get(), answer.data(), answer.size());
        if (size < 0 && errno == EINTR) {
            continue;
        }
        const int verdict =
            size < 0 ? MNL_CB_ERROR
                     : mnl_cb_run(answer.data(), static_cast<std::size_t>(size), sequence_,
                                  mnl_socket_get_portid(netlink_.get()), takeMessage, &request.found);
        if (verdict != MNL_CB_OK) {
            return verdict == MNL_CB_ERROR ? errno : 0;
        }
    }
}

bool KernelTunnel::isFree(std::uint16_t tunnel) {
    Request request(family_, L2TP_CMD_TUNNEL_GET);
    mnl_attr_put_u32(request.head, L2TP_ATTR_CONN_ID, tunnel);
    return ask(request) != 0;
}

void KernelTunnel::open(int socket, std::uint16_t tunnel, std::uint16_t peerTunnel) {
    Request request(family_, L2TP_CMD_TUNNEL_CREATE);
    mnl_attr_put_u32(request.head, L2TP_ATTR_CONN_ID, tunnel);
    mnl_attr_put_u32(request.head, L2TP_ATTR_PEER_CONN_ID, peerTunnel);
    mnl_attr_put_u8(request.head, L2TP_ATTR_PROTO_VERSION, kVersion);
    mnl_attr_put_u16(request.head, L2TP_ATTR_ENCAP_TYPE, L2TP_ENCAPTYPE_UDP);
    mnl_attr_put_u32(request.head, L2TP_ATTR_FD, static_cast<std::uint32_t>(socket));
    if (const int error = ask(request); error != 0) {
        fail(error, "cannot make the kernel's tunnel");
    }
    socket_ = socket;
    tunnel_ = tunnel;
    peerTunnel_ = peerTunnel;
}

sys::UniqueFd KernelTunnel::openSession(const ServerAddress& server, std::uint16_t session,
                                        std::uint16_t peerSession) {
    sys::UniqueFd out(::socket(AF_PPPOX, SOCK_DGRAM | SOCK_CLOEXEC, PX_PROTO_OL2TP));
    if (!out) {
        fail(errno, "the kernel's PPP over L2TP");
    }
    int done = 0;
    if (server.address.ss_family == AF_INET6) {
        sockaddr_pppol2tpin6 to{};
        to.sa_family = AF_PPPOX;
        to.sa_protocol = PX_PROTO_OL2TP;
        to.pppol2tp.fd = socket_;
        std::memcpy(&to.pppol2tp.addr, &server.address, sizeof to.pppol2tp.addr);
        to.pppol2tp.s_tunnel = tunnel_;
        to.pppol2tp.s_session = session;
        to.pppol2tp.d_tunnel = peerTunnel_;
        to.pppol2tp.d_session = peerSession;
        done = connect(out.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
    } else {
        sockaddr_pppol2tp to{};
        to.sa_family = AF_PPPOX;
        to.sa_protocol = PX_PROTO_OL2TP;
        to.pppol2tp.fd = socket_;
        std::memcpy(&to.pppol2tp.addr, &server.address, sizeof to.pppol2tp.addr);
        to.pppol2tp.s_tunnel = tunnel_;
        to.pppol2tp.s_session = session;
        to.pppol2tp.d_tunnel = peerTunnel_;
        to.pppol2tp.d_session = peerSession;
        done = connect(out.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
    }
    if (done < 0) {
        fail(errno, "cannot make the kernel's session");
    }
    return out;
}

void KernelTunnel::close() {
    if (tunnel_ == 0) {
        return;
    }
    Request request(family_, L2TP_CMD_TUNNEL_DELETE);
    mnl_attr_put_u32(request.head, L2TP_ATTR_CONN_ID, tunnel_);
    ask(request); // whether it was still there is all the same
    tunnel_ = 0;
}

} // namespace ppp::l2tp
