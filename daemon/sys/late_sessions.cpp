// SPDX-License-Identifier: LGPL-2.1-or-later
// A PADT for each PADS that nobody waits for.
#include "sys/late_sessions.hpp"

#include <array>
#include <cerrno>
#include <ctime>
#include <utility>

#include <linux/filter.h>
#include <linux/if_packet.h>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace ppp::sys {

namespace {

namespace pppoe = core::pppoe;

constexpr std::size_t kLongestFrame = 1514;
constexpr int kFramesAtOnce = 64;

std::uint64_t after(core::Duration duration) {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1000 + static_cast<std::uint64_t>(duration.count());
}

/// Confirmations of sessions, to us: any other frame on the cable would wake us once for each link that
/// waits.
bool hearsSessionsOnly(int fd) {
    constexpr unsigned kCode = 15, kSession = 16; // in the frame, bytes
    sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, static_cast<unsigned>(SKF_AD_OFF + SKF_AD_PKTTYPE)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_HOST, 0, 5),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kCode),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(pppoe::Code::Pads), 0, 3),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, kSession),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, kLongestFrame),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    const sock_fprog program{static_cast<unsigned short>(std::size(code)), code};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

} // namespace

LateSessions::LateSessions(EventLoop& loop, const std::string& interface, std::vector<std::uint8_t> hostUniq,
                           core::Duration howLong, std::function<void(const std::string&)> complain)
    : hostUniq_(std::move(hostUniq)), complain_(std::move(complain)), socket_(openPacketSocket(interface)) {
    if (!socket_.fd || hostUniq_.empty())
        return;                          // with the interface gone nothing can come late either
    hearsSessionsOnly(socket_.fd.get()); // else refuse() looks
    readable_ = loop.io(socket_.fd.get(), EPOLLIN, [this](std::uint32_t) { read(); });
    timer_ = loop.timerBoot(after(howLong), [this] { end(); });
}

void LateSessions::read() {
    std::array<std::uint8_t, kLongestFrame> buffer;
    for (int n = 0; n < kFramesAtOnce; ++n) {
        const ssize_t got = recv(socket_.fd.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno != EAGAIN)
            return end();
        if (got < 0)
            return;
        if (const auto frame = pppoe::decode({buffer.data(), static_cast<std::size_t>(got)}))
            refuse(*frame);
    }
}

void LateSessions::refuse(const pppoe::Frame& frame) {
    const pppoe::Tag* uniq = frame.find(pppoe::tag::kHostUniq);
    if (frame.code != pppoe::Code::Pads || frame.session == 0 || frame.destination != socket_.mac ||
        (frame.source[0] & 1) != 0 || uniq == nullptr || uniq->value != hostUniq_)
        return;
    const std::string error =
        sendFrame(socket_.fd.get(), {frame.source, socket_.mac, pppoe::Code::Padt, frame.session, {}});
    if (!error.empty())
        complain_("cannot send back a session that was confirmed too late: " + error);
}

void LateSessions::end() {
    readable_.reset();
    timer_.reset();
    socket_.fd = UniqueFd();
}

} // namespace ppp::sys
