// SPDX-License-Identifier: LGPL-2.1-or-later
// The IPv6 side of a provider: on every ppp interface it answers router solicitations with the prefix of that
// interface's own global address, and delegates a prefix of its own to each session by DHCPv6 (RFC 8415).
//   lab_router6 --lifetime S [--delegate PREFIX] [--interfaces START] [--renew S] [--dns ADDRESS]
// Session n of PREFIX (a /40, say "2001:db8:f000::") gets its n-th /56 and a route to it. SIGUSR1: from the
// next renewal on every session has another one. SIGUSR2: the router lifetime is told as 0, or as before
// again.
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using Bytes = std::vector<std::uint8_t>;
volatile std::sig_atomic_t renumber = 0, resigned = 0;

enum Message {
    kSolicit = 1,
    kAdvertise = 2,
    kRequest = 3,
    kRenew = 5,
    kRebind = 6,
    kReply = 7,
    kRelease = 8
};
enum Option { kClientId = 1, kServerId = 2, kRapidCommit = 14, kIaPd = 25, kIaPrefix = 26 };

struct Settings {
    std::uint16_t lifetime = 1800;
    std::string delegate, interfaces = "ppp", dns;
    std::uint32_t renew = 1800;
} settings;

void put16(Bytes& to, unsigned value) {
    to.insert(to.end(), {std::uint8_t(value >> 8), std::uint8_t(value)});
}
void put32(Bytes& to, std::uint32_t value) {
    put16(to, value >> 16);
    put16(to, value & 0xffff);
}
void putOption(Bytes& to, unsigned code, const Bytes& value) {
    put16(to, code);
    put16(to, static_cast<unsigned>(value.size()));
    to.insert(to.end(), value.begin(), value.end());
}

std::map<unsigned, Bytes> options(const Bytes& from, std::size_t at) {
    std::map<unsigned, Bytes> out;
    while (at + 4 <= from.size()) {
        const unsigned code = from[at] << 8 | from[at + 1], size = from[at + 2] << 8 | from[at + 3];
        at += 4;
        if (at + size > from.size()) {
            break;
        }
        out[code] = Bytes(from.begin() + static_cast<long>(at), from.begin() + static_cast<long>(at + size));
        at += size;
    }
    return out;
}

std::string show(const in6_addr& address) {
    char text[INET6_ADDRSTRLEN] = "";
    inet_ntop(AF_INET6, &address, text, sizeof text);
    return text;
}

void ip(std::vector<std::string> words) {
    words.insert(words.begin(), {"ip", "-6", "route"});
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    pid_t child = 0;
    if (posix_spawnp(&child, "ip", nullptr, nullptr, arguments.data(), environ) == 0) {
        waitpid(child, nullptr, 0);
    }
}

/// The first global address of the interface, if it has one.
bool ownAddress(const std::string& interface, in6_addr& out) {
    ifaddrs* all = nullptr;
    bool found = false;
    if (getifaddrs(&all) == 0) {
        for (ifaddrs* one = all; one != nullptr && !found; one = one->ifa_next) {
            const auto* six = reinterpret_cast<const sockaddr_in6*>(one->ifa_addr);
            if (six != nullptr && six->sin6_family == AF_INET6 && interface == one->ifa_name &&
                !IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr)) {
                out = six->sin6_addr;
                found = true;
            }
        }
        freeifaddrs(all);
    }
    return found;
}

void send(int fd, const Bytes& what, sockaddr_in6 to, unsigned index, const char* name) {
    to.sin6_scope_id = index;
    const ssize_t sent = sendto(fd, what.data(), what.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
    std::printf("%s: type %u to %s: %s\n", name, what[0], show(to.sin6_addr).c_str(),
                sent < 0 ? std::strerror(errno) : "sent");
}

/// Not before the interface has its address: a host that has heard a router asks no more.
void advertise(int fd, unsigned index, const char* name) {
    in6_addr own{};
    if (!ownAddress(name, own)) {
        return;
    }
    const unsigned lifetime = resigned % 2 != 0 ? 0 : settings.lifetime;
    Bytes out{ND_ROUTER_ADVERT, 0, 0, 0, 64, 0};
    put16(out, lifetime);
    put32(out, 0);
    put32(out, 0);
    out.insert(out.end(), {3, 4, 64, 0xc0});
    put32(out, 3600);
    put32(out, 3600);
    put32(out, 0);
    out.insert(out.end(), own.s6_addr, own.s6_addr + 8);
    out.insert(out.end(), 8, 0);
    if (in6_addr server{}; inet_pton(AF_INET6, settings.dns.c_str(), &server) == 1) { // RFC 8106 section 5.1
        out.insert(out.end(), {25, 3, 0, 0});
        put32(out, 3600);
        out.insert(out.end(), server.s6_addr, server.s6_addr + 16);
    }
    sockaddr_in6 all{};
    all.sin6_family = AF_INET6;
    inet_pton(AF_INET6, "ff02::1", &all.sin6_addr);
    const int of = static_cast<int>(index);
    setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &of, sizeof of);
    send(fd, out, all, index, name);
}

class Delegations {
public:
    /// The prefixes of this session: the one that is valid, and one that was until now.
    std::pair<in6_addr, std::vector<in6_addr>> of(unsigned index, bool renewal) {
        auto& [generation, number] = given_[index];
        std::vector<in6_addr> old;
        if (number == 0 || (renewal && generation != renumber)) {
            if (number != 0) {
                old.push_back(prefix(number));
            }
            number = ++last_;
            generation = renumber;
        }
        return {prefix(number), std::move(old)};
    }
    void forget(unsigned index) { given_.erase(index); }

private:
    static in6_addr prefix(unsigned number) {
        in6_addr out{};
        inet_pton(AF_INET6, settings.delegate.c_str(), &out);
        out.s6_addr[5] = static_cast<std::uint8_t>(number >> 8);
        out.s6_addr[6] = static_cast<std::uint8_t>(number);
        return out;
    }
    std::map<unsigned, std::pair<int, unsigned>> given_; // by interface: generation, number
    unsigned last_ = 0;
} delegations;

void putPrefix(Bytes& to, const in6_addr& prefix, std::uint32_t lifetime) {
    Bytes value;
    put32(value, lifetime);
    put32(value, lifetime);
    value.push_back(56);
    value.insert(value.end(), prefix.s6_addr, prefix.s6_addr + 16);
    putOption(to, kIaPrefix, value);
}

/// Empty: nothing to say.
Bytes answer(const Bytes& question, unsigned index, const char* name) {
    const auto asked = question.size() < 4 ? std::map<unsigned, Bytes>{} : options(question, 4);
    if (!asked.contains(kClientId) || settings.delegate.empty()) {
        return {};
    }
    const unsigned type = question[0];
    const bool rapid = type == kSolicit && asked.contains(kRapidCommit);
    Bytes out{std::uint8_t(type == kSolicit && !rapid ? kAdvertise : kReply), question[1], question[2],
              question[3]};
    putOption(out, kClientId, asked.at(kClientId));
    putOption(out, kServerId, {0, 3, 0, 1, 2, 0, 0, 0, 0, 1});
    if (rapid) {
        putOption(out, kRapidCommit, {});
    }
    if (asked.contains(kIaPd) && asked.at(kIaPd).size() >= 12 && type != kRelease) {
        const auto [prefix, old] = delegations.of(index, type == kRenew || type == kRebind);
        Bytes ia(asked.at(kIaPd).begin(), asked.at(kIaPd).begin() + 4);
        put32(ia, settings.renew);
        put32(ia, settings.renew * 2);
        for (const in6_addr& gone : old) {
            putPrefix(ia, gone, 0);
            ip({"del", show(gone) + "/56", "dev", name});
        }
        putPrefix(ia, prefix, settings.renew * 4);
        putOption(out, kIaPd, ia);
        ip({"replace", show(prefix) + "/56", "dev", name});
        std::printf("%s: delegated %s/56\n", name, show(prefix).c_str());
    }
    return out;
}

int openSocket(int type, int protocol) {
    const int fd = socket(AF_INET6, type | SOCK_CLOEXEC, protocol);
    const int on = 1, hops = 255;
    setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
    setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops);
    setsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hops, sizeof hops);
    return fd;
}

void join(int fd, const char* group, unsigned index) {
    ipv6_mreq request{};
    inet_pton(AF_INET6, group, &request.ipv6mr_multiaddr);
    request.ipv6mr_interface = index;
    setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request);
}

/// The packet, its sender and its interface; empty where nothing came.
Bytes receive(int fd, sockaddr_in6& from, unsigned& index) {
    Bytes buffer(1500);
    iovec part{buffer.data(), buffer.size()};
    alignas(cmsghdr) std::array<char, 128> control{};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t got = recvmsg(fd, &message, MSG_DONTWAIT);
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); got > 0 && c != nullptr; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            in6_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(c), sizeof info);
            index = info.ipi6_ifindex;
        }
    }
    buffer.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return buffer;
}

/// Those that came, and those that went.
void lookAtInterfaces(int routers, int servers) {
    static std::set<unsigned> known;
    std::set<unsigned> now;
    struct if_nameindex* all = if_nameindex();
    for (struct if_nameindex* one = all; one != nullptr && one->if_index != 0; ++one) {
        if (std::string(one->if_name).starts_with(settings.interfaces)) {
            now.insert(one->if_index);
        }
    }
    if_freenameindex(all);
    for (const unsigned index : now) {
        if (!known.contains(index)) {
            join(routers, "ff02::2", index);
            join(servers, "ff02::1:2", index);
        }
    }
    for (const unsigned index : known) {
        if (!now.contains(index)) {
            delegations.forget(index);
        }
    }
    known = now;
}

void advertiseEverywhere(int routers) {
    struct if_nameindex* all = if_nameindex();
    for (struct if_nameindex* one = all; one != nullptr && one->if_index != 0; ++one) {
        if (std::string(one->if_name).starts_with(settings.interfaces)) {
            advertise(routers, one->if_index, one->if_name);
        }
    }
    if_freenameindex(all);
}

void serve() {
    const int routers = openSocket(SOCK_RAW, IPPROTO_ICMPV6), servers = openSocket(SOCK_DGRAM, 0);
    icmp6_filter filter{};
    ICMP6_FILTER_SETBLOCKALL(&filter);
    ICMP6_FILTER_SETPASS(ND_ROUTER_SOLICIT, &filter);
    setsockopt(routers, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
    sockaddr_in6 any{};
    any.sin6_family = AF_INET6;
    any.sin6_port = htons(547);
    if (bind(servers, reinterpret_cast<sockaddr*>(&any), sizeof any) < 0) {
        std::perror("bind");
        std::exit(1);
    }
    int told = 0;
    for (;;) {
        lookAtInterfaces(routers, servers);
        if (told != resigned) {
            told = resigned;
            advertiseEverywhere(routers);
        }
        std::array<pollfd, 2> ready{pollfd{routers, POLLIN, 0}, pollfd{servers, POLLIN, 0}};
        poll(ready.data(), ready.size(), 50);
        for (const pollfd& one : ready) {
            sockaddr_in6 from{};
            unsigned index = 0;
            const Bytes packet = receive(one.fd, from, index);
            char name[IF_NAMESIZE] = "";
            if (packet.empty() || if_indextoname(index, name) == nullptr ||
                !std::string(name).starts_with(settings.interfaces)) {
                continue;
            }
            std::printf("%s: type %u from %s\n", name, packet[0], show(from.sin6_addr).c_str());
            if (one.fd == routers) {
                advertise(routers, index, name);
            } else if (const Bytes out = answer(packet, index, name); !out.empty()) {
                send(servers, out, from, index, name);
            }
        }
        std::fflush(stdout);
    }
}

} // namespace

int main(int count, char** arguments) {
    for (int n = 1; n + 1 < count; n += 2) {
        const std::string key = arguments[n], value = arguments[n + 1];
        if (key == "--lifetime") {
            settings.lifetime = static_cast<std::uint16_t>(std::stoul(value));
        } else if (key == "--delegate") {
            settings.delegate = value;
        } else if (key == "--dns") {
            settings.dns = value;
        } else if (key == "--interfaces") {
            settings.interfaces = value;
        } else if (key == "--renew") {
            settings.renew = static_cast<std::uint32_t>(std::stoul(value));
        } else {
            std::fprintf(stderr, "lab_router6: %s?\n", key.c_str());
            return 2;
        }
    }
    std::signal(SIGUSR1, [](int) { renumber = renumber + 1; });
    std::signal(SIGUSR2, [](int) { resigned = resigned + 1; });
    serve();
}
