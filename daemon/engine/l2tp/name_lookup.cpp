// SPDX-License-Identifier: LGPL-2.1-or-later
// The answer is one datagram: the addresses as they are in memory, or the resolver's words behind a zero
// byte.
#include "engine/l2tp/name_lookup.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

#include <netdb.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "sys/pidfd.hpp"

namespace ppp::l2tp {
namespace {

constexpr const char* kRole = "--look-up";

NameLookup::Answer resolve(const char* server, const char* port, int flags) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    hints.ai_flags = AI_NUMERICSERV | flags;
    addrinfo* list = nullptr;
    NameLookup::Answer out;
    if (const int error = getaddrinfo(server, port, &hints, &list); error != 0) {
        out.error = gai_strerror(error);
        return out;
    }
    for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
        const bool fits = one->ai_family == AF_INET || one->ai_family == AF_INET6;
        if (fits && out.addresses.size() < NameLookup::kAddresses) {
            ServerAddress& address = out.addresses.emplace_back();
            address.size = one->ai_addrlen;
            std::memcpy(&address.address, one->ai_addr, address.size);
        }
    }
    freeaddrinfo(list);
    if (out.addresses.empty()) {
        out.error = "there is no address for this name";
    }
    return out;
}

} // namespace

bool NameLookup::isLookup(int argc, char** argv) {
    return argc == 4 && std::string_view(argv[1]) == kRole; // a connection's name comes alone
}

int NameLookup::run(char** argv) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const Answer found = resolve(argv[2], argv[3], 0);
    std::array<char, 4096> out{};
    std::size_t size = 0;
    if (found.addresses.empty()) {
        size = std::min(found.error.size() + 1, out.size());
        std::memcpy(out.data() + 1, found.error.data(), size - 1);
    } else {
        out[size++] = 1;
        for (const ServerAddress& one : found.addresses) {
            std::memcpy(out.data() + size, &one, sizeof one);
            size += sizeof one;
        }
    }
    static_assert(1 + kAddresses * sizeof(ServerAddress) <= std::tuple_size_v<decltype(out)>);
    return send(sys::kEngineSocketFd, out.data(), size, MSG_NOSIGNAL) < 0 ? 1 : 0;
}

NameLookup::NameLookup(sys::EventLoop& loop, const std::string& server, std::uint16_t port,
                       std::function<void(Answer)> done)
    : done_(std::move(done)) {
    const std::string service = std::to_string(port);
    if (Answer written = resolve(server.c_str(), service.c_str(), AI_NUMERICHOST);
        !written.addresses.empty()) {
        timer_ = loop.after(std::chrono::microseconds(0), [this, written] { answer(written); });
        return;
    }
    std::array<char, 4096> self{};
    const ssize_t size = readlink("/proc/self/exe", self.data(), self.size() - 1);
    handles_ = sys::spawnEngine(std::string(self.data(), size > 0 ? static_cast<std::size_t>(size) : 0),
                                {kRole, server, service});
    socketSource_ = loop.io(handles_.socket.get(), EPOLLIN, [this](std::uint32_t) { readable(); });
    endSource_ = loop.child(handles_.pidfd.get(), [](const siginfo_t&) {});
    timer_ = loop.after(kPatience, [this] { answer({{}, "the name servers do not answer"}); });
}

/// The process is killed and reaped: it may be in the middle of a lookup.
NameLookup::~NameLookup() {
    endSource_.reset();
    if (handles_.pidfd) {
        sys::pidfd::signal(handles_.pidfd.get(), SIGKILL);
        sys::pidfd::reap(handles_.pidfd.get(), true);
    }
}

void NameLookup::readable() {
    std::array<char, 4096> in{};
    const ssize_t size = recv(handles_.socket.get(), in.data(), in.size(), MSG_DONTWAIT);
    if (size < 0) {
        return;
    }
    Answer found;
    const auto count = static_cast<std::size_t>(size);
    if (count > 0 && in[0] != 0) {
        for (std::size_t at = 1; at + sizeof(ServerAddress) <= count; at += sizeof(ServerAddress)) {
            std::memcpy(&found.addresses.emplace_back(), in.data() + at, sizeof(ServerAddress));
        }
    }
    if (found.addresses.empty()) {
        found.error = count > 1 ? std::string(in.data() + 1, count - 1) : "the resolver failed";
    }
    answer(std::move(found));
}

void NameLookup::answer(Answer found) {
    socketSource_.reset();
    timer_.reset();
    if (const auto done = std::exchange(done_, nullptr)) {
        done(std::move(found));
    }
}

} // namespace ppp::l2tp
