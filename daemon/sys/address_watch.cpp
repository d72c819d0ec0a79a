// SPDX-License-Identifier: LGPL-2.1-or-later
// One monitoring socket whose filter knows the interfaces; after each notice the kernel is asked what is
// there.
#include "sys/address_watch.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <set>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_addr.h>
#include <sys/epoll.h>

#include "sys/netlink_build.hpp"

namespace ppp::sys {

namespace {

constexpr int kDumpAttempts = 5;      // of a list that changes under the dump
constexpr int kDatagramsAtOnce = 256; // in one turn of the loop
// Interfaces. Both the filter and the one it replaces count against net.core.optmem_max, 20480 before Linux
// 6.7: that is enough for some 370.
constexpr std::size_t kMostFiltered = 250;

/// Passes notices about these interfaces. The machine loads words in network order, netlink writes them in
/// the host's.
std::vector<sock_filter> filterFor(const std::map<std::uint32_t, std::function<void()>>& watched) {
    constexpr std::uint32_t kIndex = sizeof(nlmsghdr) + offsetof(ifaddrmsg, ifa_index);
    std::vector<sock_filter> out;
    if (watched.size() <= kMostFiltered) {
        out.push_back({BPF_LD | BPF_W | BPF_ABS, 0, 0, kIndex});
        for (const auto& [index, changed] : watched) {
            out.push_back({BPF_JMP | BPF_JEQ | BPF_K, 0, 1, htonl(index)});
            out.push_back({BPF_RET | BPF_K, 0, 0, UINT32_MAX});
        }
    }
    out.push_back({BPF_RET | BPF_K, 0, 0, watched.size() <= kMostFiltered ? 0 : UINT32_MAX});
    return out;
}

std::uint32_t number(netlink::Bytes value) {
    std::uint32_t out = 0;
    if (value.size() == sizeof out) {
        std::memcpy(&out, value.data(), sizeof out);
    }
    return out;
}

/// Of an interface that is gone, or an address that is.
bool meansAbsent(int error) {
    return error == ENODEV || error == EADDRNOTAVAIL || error == ENOENT || error == EOPNOTSUPP;
}

} // namespace

std::optional<Address6> address6(const netlink::Message& message) {
    ifaddrmsg head{};
    const bool about = message.type == RTM_NEWADDR || message.type == RTM_DELADDR;
    if (!about || message.payload.size() < sizeof head) {
        return std::nullopt;
    }
    std::memcpy(&head, message.payload.data(), sizeof head);
    const auto all = netlink::attributes(message.payload.subspan(sizeof head));
    if (head.ifa_family != AF_INET6 || head.ifa_prefixlen > 128 || !all) {
        return std::nullopt;
    }
    netlink::Bytes local;
    std::uint32_t flags = head.ifa_flags;
    for (const netlink::Attribute& attribute : *all) {
        if (attribute.type == IFA_LOCAL || (attribute.type == IFA_ADDRESS && local.empty())) {
            local = attribute.value;
        } else if (attribute.type == IFA_FLAGS) {
            flags = number(attribute.value);
        }
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (local.size() != sizeof(in6_addr) ||
        inet_ntop(AF_INET6, local.data(), text.data(), text.size()) == nullptr) {
        return std::nullopt;
    }
    Address6 out;
    out.interface = head.ifa_index;
    out.text = std::string(text.data()) + "/" + std::to_string(head.ifa_prefixlen);
    out.usable = head.ifa_scope == RT_SCOPE_UNIVERSE && (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) == 0;
    out.lasting = (flags & IFA_F_PERMANENT) != 0;
    return out;
}

AddressWatch::AddressWatch(EventLoop& loop, std::function<void(const std::string&)> complain)
    : loop_(loop), complain_(std::move(complain)) {}

bool AddressWatch::watch(std::uint32_t interface, std::function<void()> changed) {
    watched_[interface] = std::move(changed);
    return listen();
}

void AddressWatch::forget(std::uint32_t interface) {
    watched_.erase(interface);
    if (watched_.empty()) {
        source_.reset();
        socket_.reset();
        trouble_.clear();
    } else {
        listen();
    }
}

bool AddressWatch::listen() {
    try {
        if (!socket_) {
            auto fresh = std::make_unique<NetlinkSocket>();
            fresh->filter(filterFor(watched_));
            if (!fresh->join(RTNLGRP_IPV6_IFADDR)) {
                throw std::system_error(errno, std::generic_category(), "netlink group");
            }
            source_ = loop_.io(fresh->fd(), EPOLLIN, [this](std::uint32_t) { readable(); });
            socket_ = std::move(fresh);
        } else {
            socket_->filter(filterFor(watched_));
        }
        trouble_.clear();
        return true;
    } catch (const std::system_error& e) {
        trouble_ = std::string("cannot watch the addresses: ") + e.what();
        complain_(trouble_);
        return false;
    }
}

void AddressWatch::readable() {
    std::set<std::uint32_t> touched;
    for (int n = 0; n < kDatagramsAtOnce; ++n) {
        const auto outcome = socket_->receive(false);
        if (outcome == NetlinkSocket::Outcome::Nothing) {
            break;
        }
        const auto all = netlink::messages(socket_->datagram());
        if (outcome == NetlinkSocket::Outcome::Lost || !all) {
            for (const auto& [index, changed] : watched_) {
                touched.insert(index);
            }
            continue;
        }
        for (const netlink::Message& message : *all) {
            if (const auto address = address6(message)) {
                touched.insert(address->interface);
            }
        }
    }
    for (const std::uint32_t index : touched) {
        if (const auto found = watched_.find(index); found != watched_.end()) {
            const auto call = found->second; // it may forget itself
            call();
        }
    }
}

std::vector<Address6> AddressWatch::list(std::uint32_t interface) {
    std::vector<Address6> out;
    netlink::Verdict answer;
    for (int n = 0; n < kDumpAttempts; ++n) {
        out.clear();
        answer =
            client_.dump(netlink::dumpAddresses(AF_INET6, interface), [&](const netlink::Message& message) {
                auto one = address6(message);
                if (one && one->interface == interface) {
                    out.push_back(std::move(*one));
                }
            });
        if (answer.error != EINTR) {
            break;
        }
    }
    if (!answer && answer.error != EINTR && !meansAbsent(answer.error)) {
        complain_("cannot list the addresses: " + answer.text);
    }
    return out;
}

void AddressWatch::remove(const Address6& address) {
    const auto slash = address.text.find('/');
    in6_addr bytes{};
    if (slash == std::string::npos ||
        inet_pton(AF_INET6, address.text.substr(0, slash).c_str(), &bytes) != 1) {
        return;
    }
    ifaddrmsg head{};
    head.ifa_family = AF_INET6;
    head.ifa_prefixlen = static_cast<std::uint8_t>(std::stoi(address.text.substr(slash + 1)));
    head.ifa_index = address.interface;
    const auto* raw = reinterpret_cast<const std::uint8_t*>(&bytes);
    netlink::Request request(RTM_DELADDR, NLM_F_ACK);
    request.head(head).put(IFA_LOCAL, {raw, sizeof bytes});
    if (const auto answer = client_.ask(std::move(request).finish()); !answer && !meansAbsent(answer.error)) {
        complain_("cannot remove the address " + address.text + ": " + answer.text);
    }
}

} // namespace ppp::sys
