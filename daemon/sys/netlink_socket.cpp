// SPDX-License-Identifier: LGPL-2.1-or-later
// The transport of rtnetlink over libmnl.
#include "sys/netlink_socket.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <libmnl/libmnl.h>
#include <sys/time.h>

namespace ppp::sys {

namespace {

/// What the kernel's dumps come in at most (net/netlink/af_netlink.c).
constexpr std::size_t kDatagram = std::size_t{32} * 1024;
constexpr int kAnswerTimeout = 1000; // ms
/// Changes in one message: their answers, about 1 KiB of kernel memory each, fit into any receive buffer.
constexpr std::size_t kAtOnce = 64;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

template <typename T> bool set(int fd, int level, int name, const T& value) {
    return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

NetlinkSocket requestSocket() {
    NetlinkSocket socket;
    socket.receiveTimeout(kAnswerTimeout);
    socket.option(NETLINK_EXT_ACK, true);
    socket.option(NETLINK_CAP_ACK, true);
    socket.option(NETLINK_GET_STRICT_CHK, true);
    return socket;
}

} // namespace

void NetlinkSocket::Close::operator()(mnl_socket* socket) const {
    mnl_socket_close(socket);
}

NetlinkSocket::NetlinkSocket(int family)
    : socket_(mnl_socket_open2(family, SOCK_CLOEXEC)), buffer_(kDatagram) {
    if (!socket_ || mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0)
        fail("netlink socket");
}

int NetlinkSocket::fd() const {
    return mnl_socket_get_fd(socket_.get());
}

void NetlinkSocket::receiveBuffer(int bytes) {
    if (!set(fd(), SOL_SOCKET, SO_RCVBUFFORCE, bytes) && !set(fd(), SOL_SOCKET, SO_RCVBUF, bytes))
        fail("netlink receive buffer");
}

void NetlinkSocket::receiveTimeout(int milliseconds) {
    const timeval limit{milliseconds / 1000, suseconds_t{1000} * (milliseconds % 1000)};
    if (!set(fd(), SOL_SOCKET, SO_RCVTIMEO, limit))
        fail("netlink time-out");
}

bool NetlinkSocket::option(int which, bool on) {
    return set(fd(), SOL_NETLINK, which, static_cast<int>(on));
}

bool NetlinkSocket::join(unsigned group) {
    return set(fd(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, static_cast<int>(group));
}

void NetlinkSocket::filter(std::span<const sock_filter> program) {
    std::vector<sock_filter> copy(program.begin(), program.end());
    const sock_fprog whole{static_cast<unsigned short>(copy.size()), copy.data()};
    if (!set(fd(), SOL_SOCKET, SO_ATTACH_FILTER, whole))
        fail("netlink filter");
}

int NetlinkSocket::send(netlink::Bytes message) {
    return mnl_socket_sendto(socket_.get(), message.data(), message.size()) < 0 ? errno : 0;
}

NetlinkSocket::Outcome NetlinkSocket::receive(bool wait) {
    for (;;) {
        sockaddr_nl from{};
        socklen_t fromSize = sizeof from;
        const ssize_t got =
            recvfrom(fd(), buffer_.data(), buffer_.size(), MSG_TRUNC | (wait ? 0 : MSG_DONTWAIT),
                     reinterpret_cast<sockaddr*>(&from), &fromSize);
        if (got < 0 && errno == EINTR)
            continue;
        size_ = 0;
        if (got < 0)
            return errno == EAGAIN ? Outcome::Nothing : Outcome::Lost;
        if (from.nl_pid != 0)
            continue; // only the kernel is believed
        if (static_cast<std::size_t>(got) > buffer_.size())
            return Outcome::Lost;
        size_ = static_cast<std::size_t>(got);
        return Outcome::Datagram;
    }
}

NetlinkClient::NetlinkClient() : socket_(requestSocket()) {}

netlink::Verdict NetlinkClient::ask(std::vector<std::uint8_t> request) {
    return exchange(std::move(request), [](const netlink::Message&) {});
}

netlink::Verdict NetlinkClient::dump(std::vector<std::uint8_t> request,
                                     const std::function<void(const netlink::Message&)>& take) {
    return exchange(std::move(request), take);
}

netlink::Verdict NetlinkClient::exchange(std::vector<std::uint8_t> request,
                                         const std::function<void(const netlink::Message&)>& take) {
    if (request.size() < sizeof(nlmsghdr))
        return netlink::failure(EMSGSIZE);
    const std::uint32_t sequence = ++sequence_;
    reinterpret_cast<nlmsghdr*>(request.data())->nlmsg_seq = sequence;
    if (const int error = socket_.send(request); error != 0)
        return netlink::failure(error);
    bool interrupted = false;
    for (;;) {
        const auto outcome = socket_.receive(true);
        if (outcome == NetlinkSocket::Outcome::Nothing)
            return broken(ETIMEDOUT);
        const auto all = netlink::messages(socket_.datagram());
        if (outcome == NetlinkSocket::Outcome::Lost || !all)
            return broken(EBADMSG);
        for (const netlink::Message& message : *all) {
            if (message.sequence != sequence)
                continue;
            interrupted = interrupted || (message.flags & NLM_F_DUMP_INTR) != 0;
            if (auto answer = netlink::verdict(message))
                return *answer && interrupted ? netlink::failure(EINTR) : *answer;
            take(message);
        }
    }
}

std::vector<netlink::Verdict> NetlinkClient::askAll(std::vector<std::vector<std::uint8_t>> requests) {
    std::vector<netlink::Verdict> answers(requests.size());
    for (std::size_t at = 0; at < requests.size(); at += kAtOnce) {
        const std::size_t count = std::min(kAtOnce, requests.size() - at);
        askSome(std::span(requests).subspan(at, count), std::span(answers).subspan(at, count));
    }
    return answers;
}

void NetlinkClient::askSome(std::span<std::vector<std::uint8_t>> requests,
                            std::span<netlink::Verdict> answers) {
    std::vector<std::uint8_t> all;
    const std::uint32_t first = sequence_ + 1;
    std::vector<bool> open(requests.size());
    for (std::size_t n = 0; n < requests.size(); ++n) {
        ++sequence_;
        open[n] = requests[n].size() >= sizeof(nlmsghdr);
        if (!open[n]) {
            answers[n] = netlink::failure(EMSGSIZE);
            continue;
        }
        reinterpret_cast<nlmsghdr*>(requests[n].data())->nlmsg_seq = sequence_;
        all.insert(all.end(), requests[n].begin(), requests[n].end());
    }
    const auto giveUp = [&](int error) {
        const auto verdict = broken(error);
        for (std::size_t n = 0; n < open.size(); ++n)
            if (open[n])
                answers[n] = verdict;
    };
    if (const int error = all.empty() ? 0 : socket_.send(all); error != 0)
        return giveUp(error);
    auto left = std::count(open.begin(), open.end(), true);
    while (left > 0) {
        const auto outcome = socket_.receive(true);
        if (outcome == NetlinkSocket::Outcome::Nothing)
            return giveUp(ETIMEDOUT);
        const auto datagram = netlink::messages(socket_.datagram());
        if (outcome == NetlinkSocket::Outcome::Lost || !datagram)
            return giveUp(EBADMSG);
        for (const netlink::Message& message : *datagram) {
            const std::size_t n = message.sequence - first;
            const auto answer = n < open.size() && open[n] ? netlink::verdict(message) : std::nullopt;
            if (answer) {
                answers[n] = *answer;
                open[n] = false;
                --left;
            }
        }
    }
}

netlink::Verdict NetlinkClient::broken(int error) {
    socket_ =
        requestSocket(); // half an answer may be waiting in the old one, and a dump in it blocks the next
    return netlink::failure(error);
}

} // namespace ppp::sys
