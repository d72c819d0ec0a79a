// SPDX-License-Identifier: LGPL-2.1-or-later
// A dump of the kernel's policies by netlink, and the choice among them.
#include "engine/l2tp/ipsec_policy.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/xfrm.h>
#include <netinet/in.h>

namespace ppp::l2tp {
namespace {

bool samePrefix(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b, unsigned bits) {
    if (bits > a.size() * 8 || a.size() != b.size()) {
        return bits == 0;
    }
    const auto whole = static_cast<std::ptrdiff_t>(bits / 8);
    if (!std::equal(a.begin(), a.begin() + whole, b.begin())) {
        return false;
    }
    const unsigned rest = bits % 8;
    const auto at = static_cast<std::size_t>(whole);
    return rest == 0 || ((a[at] ^ b[at]) >> (8 - rest)) == 0;
}

bool covers(const IpsecPolicy& policy, const Flow& flow) {
    return !policy.special && (policy.family == 0 || policy.family == flow.family) &&
           (policy.protocol == 0 || policy.protocol == IPPROTO_UDP) &&
           samePrefix(policy.from, flow.from, policy.fromPrefix) &&
           samePrefix(policy.to, flow.to, policy.toPrefix) &&
           ((policy.fromPort ^ flow.fromPort) & policy.fromPortMask) == 0 &&
           ((policy.toPort ^ flow.toPort) & policy.toPortMask) == 0;
}

std::vector<std::uint8_t> bytesOf(const xfrm_address_t& address, int family) {
    std::vector<std::uint8_t> out(family == AF_INET6 ? sizeof(in6_addr) : sizeof(in_addr));
    std::memcpy(out.data(), &address, out.size());
    return out;
}

/// One that is optional may let packets out as they are; AH and compression hide nothing.
void takeTemplates(IpsecPolicy& policy, const nlattr* attribute) {
    const std::size_t count = mnl_attr_get_payload_len(attribute) / sizeof(xfrm_user_tmpl);
    const auto* bytes = static_cast<const char*>(mnl_attr_get_payload(attribute));
    for (std::size_t n = 0; n < count; ++n) {
        xfrm_user_tmpl one{};
        std::memcpy(&one, bytes + n * sizeof one, sizeof one);
        policy.encrypts = policy.encrypts || (one.optional == 0 && one.id.proto == IPPROTO_ESP);
    }
}

int takeAttribute(const nlattr* attribute, void* into) {
    auto& policy = *static_cast<IpsecPolicy*>(into);
    const std::uint16_t type = mnl_attr_get_type(attribute);
    if (type == XFRMA_TMPL) {
        takeTemplates(policy, attribute);
    }
    policy.special = policy.special || type == XFRMA_MARK || type == XFRMA_IF_ID;
    return MNL_CB_OK;
}

int takePolicy(const nlmsghdr* message, void* into) {
    if (message->nlmsg_type != XFRM_MSG_NEWPOLICY ||
        mnl_nlmsg_get_payload_len(message) < sizeof(xfrm_userpolicy_info)) {
        return MNL_CB_OK;
    }
    xfrm_userpolicy_info info{};
    std::memcpy(&info, mnl_nlmsg_get_payload(message), sizeof info);
    if (info.dir != XFRM_POLICY_OUT) {
        return MNL_CB_OK;
    }
    IpsecPolicy policy;
    policy.family = info.sel.family;
    policy.from = bytesOf(info.sel.saddr, policy.family);
    policy.to = bytesOf(info.sel.daddr, policy.family);
    policy.fromPrefix = info.sel.prefixlen_s;
    policy.toPrefix = info.sel.prefixlen_d;
    policy.fromPort = ntohs(info.sel.sport);
    policy.fromPortMask = ntohs(info.sel.sport_mask);
    policy.toPort = ntohs(info.sel.dport);
    policy.toPortMask = ntohs(info.sel.dport_mask);
    policy.protocol = info.sel.proto;
    policy.priority = info.priority;
    policy.special = info.sel.ifindex != 0;
    mnl_attr_parse(message, sizeof info, takeAttribute, &policy);
    policy.encrypts = policy.encrypts && info.action == XFRM_POLICY_ALLOW;
    static_cast<std::vector<IpsecPolicy>*>(into)->push_back(std::move(policy));
    return MNL_CB_OK;
}

} // namespace

bool isProtected(const std::vector<IpsecPolicy>& policies, const Flow& flow) {
    const IpsecPolicy* best = nullptr;
    for (const IpsecPolicy& one : policies) {
        if (covers(one, flow) && (best == nullptr || one.priority < best->priority ||
                                  (one.priority == best->priority && !one.encrypts))) {
            best = &one;
        }
    }
    return best != nullptr && best->encrypts;
}

std::vector<IpsecPolicy> outboundPolicies(std::string& error) {
    std::vector<IpsecPolicy> out;
    const std::unique_ptr<mnl_socket, int (*)(mnl_socket*)> socket(
        mnl_socket_open2(NETLINK_XFRM, SOCK_CLOEXEC), mnl_socket_close);
    alignas(nlmsghdr) std::array<char, 32768> buffer{};
    nlmsghdr* request = mnl_nlmsg_put_header(buffer.data());
    request->nlmsg_type = XFRM_MSG_GETPOLICY;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request->nlmsg_seq = 1;
    mnl_nlmsg_put_extra_header(request, sizeof(xfrm_userpolicy_id));
    const bool sent = socket && mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) == 0 &&
                      mnl_socket_sendto(socket.get(), request, request->nlmsg_len) >= 0;
    for (int verdict = MNL_CB_OK; sent && verdict == MNL_CB_OK;) {
        const ssize_t size = mnl_socket_recvfrom(socket.get(), buffer.data(), buffer.size());
        verdict = size < 0 ? MNL_CB_ERROR
                           : mnl_cb_run(buffer.data(), static_cast<std::size_t>(size), 1,
                                        mnl_socket_get_portid(socket.get()), takePolicy, &out);
        if (verdict == MNL_CB_STOP) {
            return out;
        }
    }
    error = std::generic_category().message(errno);
    return {};
}

std::optional<Flow> flowOf(int socket) {
    Flow flow;
    for (const bool mine : {true, false}) {
        sockaddr_storage address{};
        socklen_t size = sizeof address;
        auto* raw = reinterpret_cast<sockaddr*>(&address);
        if ((mine ? getsockname(socket, raw, &size) : getpeername(socket, raw, &size)) < 0) {
            return std::nullopt;
        }
        auto& bytes = mine ? flow.from : flow.to;
        auto& port = mine ? flow.fromPort : flow.toPort;
        flow.family = address.ss_family;
        if (address.ss_family == AF_INET6) {
            const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address);
            bytes.assign(v6->sin6_addr.s6_addr, v6->sin6_addr.s6_addr + sizeof v6->sin6_addr);
            port = ntohs(v6->sin6_port);
        } else {
            const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address);
            bytes.resize(sizeof v4->sin_addr);
            std::memcpy(bytes.data(), &v4->sin_addr, bytes.size());
            port = ntohs(v4->sin_port);
        }
    }
    return flow;
}

} // namespace ppp::l2tp
