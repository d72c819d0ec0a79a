// SPDX-License-Identifier: LGPL-2.1-or-later
// The transport of rtnetlink: one socket, and requests that are answered at once. Knows nothing of links and
// routes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include <linux/filter.h>
#include <linux/netlink.h>

#include "sys/netlink_parse.hpp"

struct mnl_socket;

namespace ppp::sys {

/// A netlink socket, close-on-exec, of rtnetlink or another family (netlink(7)). Construction and setting up
/// throw std::system_error.
class NetlinkSocket {
public:
    explicit NetlinkSocket(int family = NETLINK_ROUTE);

    int fd() const;
    void receiveBuffer(int bytes); ///< SO_RCVBUFFORCE, or what SO_RCVBUF allows without CAP_NET_ADMIN
    void receiveTimeout(int milliseconds);
    /// False where the kernel does not know the option.
    bool option(int which, bool on);
    /// Joins a group of notices (enum rtnetlink_groups, nfnetlink_groups); false where the kernel does not
    /// know it.
    bool join(unsigned group);
    /// A classic BPF program that looks at every datagram (socket(7), SO_ATTACH_FILTER).
    void filter(std::span<const sock_filter> program);

    /// 0 or an errno.
    int send(netlink::Bytes message);

    enum class Outcome {
        Datagram, ///< from the kernel, whole: see datagram()
        Nothing,  ///< nothing there, or (waiting) nothing came within the time-out
        Lost,     ///< the kernel dropped messages (ENOBUFS), or one was longer than any the kernel sends
    };
    Outcome receive(bool wait);
    /// What the last receive() brought; valid until the next.
    netlink::Bytes datagram() const { return netlink::Bytes(buffer_).first(size_); }

private:
    struct Close {
        void operator()(mnl_socket* socket) const;
    };
    std::unique_ptr<mnl_socket, Close> socket_;
    std::vector<std::uint8_t> buffer_;
    std::size_t size_ = 0;
};

/// Requests to rtnetlink. The kernel answers inside send(), so this does not wait for anybody; should it not,
/// a second of silence is an error (ETIMEDOUT). Answers to earlier requests are told apart by their sequence
/// number.
class NetlinkClient {
public:
    NetlinkClient(); ///< throws std::system_error

    /// One change; `request` must ask for an acknowledgement.
    netlink::Verdict ask(std::vector<std::uint8_t> request);
    /// Many changes in one message to the kernel (netlink(7): several headers in a row): all are tried, in
    /// this order, and each has its answer, also where one before it was refused. An empty request is
    /// EMSGSIZE.
    std::vector<netlink::Verdict> askAll(std::vector<std::vector<std::uint8_t>> requests);
    /// One dump, each message handed to `take`. EINTR where the table changed meanwhile (NLM_F_DUMP_INTR):
    /// ask again.
    netlink::Verdict dump(std::vector<std::uint8_t> request,
                          const std::function<void(const netlink::Message&)>& take);

private:
    netlink::Verdict exchange(std::vector<std::uint8_t> request,
                              const std::function<void(const netlink::Message&)>& take);
    netlink::Verdict broken(int error);
    void askSome(std::span<std::vector<std::uint8_t>> requests, std::span<netlink::Verdict> answers);

    NetlinkSocket socket_;
    std::uint32_t sequence_ = 0;
};

} // namespace ppp::sys
