// SPDX-License-Identifier: LGPL-2.1-or-later
// Two small dumps for each question: these are asked once a link.
#include "sys/kernel_neighbours.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/neighbour.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <unistd.h>

#include "core/text.hpp"
#include "sys/netlink_build.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {
namespace {

constexpr int kAttempts = 5; // of a table that changes under the dump

using Ip4 = std::array<std::uint8_t, 4>;

std::optional<Ip4> parse(const std::string& address) {
    Ip4 bytes{};
    return inet_pton(AF_INET, address.c_str(), bytes.data()) == 1 ? std::optional(bytes) : std::nullopt;
}

std::uint32_t hostOrder(const Ip4& address) {
    std::uint32_t raw = 0;
    std::memcpy(&raw, address.data(), sizeof raw);
    return ntohl(raw);
}

template <typename Head> std::optional<Head> headOf(const netlink::Message& message) {
    Head head{};
    if (message.payload.size() < sizeof head) {
        return std::nullopt;
    }
    std::memcpy(&head, message.payload.data(), sizeof head);
    return head;
}

template <typename Head> netlink::Bytes attributesOf(const netlink::Message& message) {
    return message.payload.subspan(std::min(NLMSG_ALIGN(sizeof(Head)), message.payload.size()));
}

/// IPv4 network on an interface.
struct Network {
    std::uint32_t interface = 0;
    unsigned prefix = 0;
};

std::optional<Network> networkWith(const netlink::Message& message, std::uint32_t wanted) {
    const auto head = headOf<ifaddrmsg>(message);
    if (message.type != RTM_NEWADDR || !head || head->ifa_family != AF_INET || head->ifa_prefixlen > 32 ||
        head->ifa_prefixlen == 0) {
        return std::nullopt;
    }
    const auto all = netlink::attributes(attributesOf<ifaddrmsg>(message));
    for (const auto& one : all.value_or(std::vector<netlink::Attribute>())) {
        Ip4 address{};
        if (one.type != IFA_ADDRESS || one.value.size() != address.size()) {
            continue;
        }
        std::memcpy(address.data(), one.value.data(), address.size());
        const std::uint32_t mask = ~std::uint32_t{0} << (32U - head->ifa_prefixlen);
        if ((hostOrder(address) & mask) == (wanted & mask)) {
            return Network{head->ifa_index, head->ifa_prefixlen};
        }
    }
    return std::nullopt;
}

netlink::Verdict dump(NetlinkClient& client, const std::vector<std::uint8_t>& request,
                      const std::function<void()>& restart,
                      const std::function<void(const netlink::Message&)>& take) {
    netlink::Verdict answer;
    for (int i = 0; i < kAttempts; ++i) {
        restart();
        answer = client.dump(request, take);
        if (answer.error != EINTR) {
            break;
        }
    }
    return answer;
}

std::vector<std::uint8_t> change(std::uint16_t type, std::uint16_t flags, const core::ProxyEntry& entry,
                                 const Ip4& address) {
    ndmsg head{};
    head.ndm_family = AF_INET;
    head.ndm_ifindex = static_cast<int>(entry.interface);
    head.ndm_flags = NTF_PROXY;
    netlink::Request request(type, static_cast<std::uint16_t>(NLM_F_ACK | flags));
    request.head(head).put(NDA_DST, address);
    if (type == RTM_NEWNEIGH) {
        request.put(NDA_PROTOCOL, netlink::Bytes(&core::kRouteProtocol, 1));
    }
    return std::move(request).finish();
}

} // namespace

std::optional<core::ProxyEntry> KernelNeighbours::placeFor(const std::string& address, std::string& error) {
    error.clear();
    const auto wanted = parse(address);
    if (!wanted) {
        error = "no IPv4 address: " + address;
        return std::nullopt;
    }
    std::map<std::uint32_t, std::string> fit; // up, with ARP
    auto answer = dump(
        client_, netlink::dumpLinks(), [&] { fit.clear(); },
        [&](const netlink::Message& message) {
            const auto head = headOf<ifinfomsg>(message);
            const auto link = netlink::link(message);
            constexpr unsigned kNeeds = IFF_UP | IFF_BROADCAST;
            constexpr unsigned kBars = IFF_LOOPBACK | IFF_POINTOPOINT | IFF_NOARP;
            if (head && link && head->ifi_type == ARPHRD_ETHER && (head->ifi_flags & kNeeds) == kNeeds &&
                (head->ifi_flags & kBars) == 0) {
                fit[link->link.index] = link->link.name;
            }
        });
    std::optional<Network> best;
    if (answer) {
        answer = dump(
            client_, netlink::dumpAddresses(AF_INET, 0), [&] { best.reset(); },
            [&](const netlink::Message& message) {
                const auto found = networkWith(message, hostOrder(*wanted));
                if (found && fit.contains(found->interface) && (!best || found->prefix > best->prefix)) {
                    best = found;
                }
            });
    }
    if (!answer) {
        error = "cannot list the interfaces: " + answer.text;
        return std::nullopt;
    }
    return best ? std::optional(core::ProxyEntry{best->interface, fit[best->interface], address})
                : std::nullopt;
}

core::Neighbours::Owner KernelNeighbours::owner(const core::ProxyEntry& entry) {
    const auto wanted = parse(entry.address);
    ndmsg head{};
    head.ndm_family = AF_INET;
    head.ndm_flags = NTF_PROXY;
    netlink::Request request(RTM_GETNEIGH, NLM_F_DUMP);
    request.head(head);
    Owner out = Owner::Nobody;
    const netlink::Verdict answer = dump(
        client_, std::move(request).finish(), [&] { out = Owner::Nobody; },
        [&](const netlink::Message& message) {
            const auto one = headOf<ndmsg>(message);
            if (!wanted || !one || static_cast<std::uint32_t>(one->ndm_ifindex) != entry.interface ||
                (one->ndm_flags & NTF_PROXY) == 0) {
                return;
            }
            bool same = false;
            bool ours = false;
            const auto all = netlink::attributes(attributesOf<ndmsg>(message));
            for (const auto& attribute : all.value_or(std::vector<netlink::Attribute>())) {
                same = same || (attribute.type == NDA_DST && attribute.value.size() == wanted->size() &&
                                std::memcmp(attribute.value.data(), wanted->data(), wanted->size()) == 0);
                ours = ours || (attribute.type == NDA_PROTOCOL && attribute.value.size() == 1 &&
                                attribute.value[0] == core::kRouteProtocol);
            }
            if (same) {
                out = ours ? Owner::Ours : Owner::Other;
            }
        });
    unlisted_ = answer ? "" : core::text::cat("cannot list the proxy ARP entries: ", answer.text);
    return answer || out != Owner::Nobody ? out : Owner::Other;
}

bool KernelNeighbours::add(const core::ProxyEntry& entry, std::string& error) {
    const auto address = parse(entry.address);
    const netlink::Verdict answer =
        address ? client_.ask(change(RTM_NEWNEIGH, NLM_F_CREATE, entry, *address)) : netlink::failure(EINVAL);
    error = answer.text;
    return static_cast<bool>(answer);
}

bool KernelNeighbours::remove(const core::ProxyEntry& entry, std::string& error) {
    const auto address = parse(entry.address);
    const netlink::Verdict answer =
        address ? client_.ask(change(RTM_DELNEIGH, 0, entry, *address)) : netlink::failure(EINVAL);
    if (answer || answer.error == ENOENT || answer.error == ENODEV || answer.error == ENXIO) {
        return true;
    }
    error = answer.text;
    return false;
}

std::string KernelNeighbours::hindrance(const core::ProxyEntry& entry) {
    if (!unlisted_.empty()) {
        return std::exchange(unlisted_, {});
    }
    const std::string path = "/proc/sys/net/ipv4/conf/" + entry.name + "/forwarding"; // ip-sysctl.rst
    const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    char value = '1';
    if (!file || read(file.get(), &value, 1) != 1 || value != '0') {
        return {};
    }
    return core::text::cat("nobody is answered on ", entry.name,
                           " while the kernel does not forward there (net.ipv4.conf.", entry.name,
                           ".forwarding)");
}

} // namespace ppp::sys
