// SPDX-License-Identifier: LGPL-2.1-or-later
// Which IPsec policies protect a tunnel. The kernel's part: scenario l2tp_refused and the namespace test
// below.
#include "engine/l2tp/ipsec_policy.hpp"

#include <arpa/inet.h>

#include "net_namespace.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::l2tp {
namespace {

const std::vector<std::uint8_t> kUs{192, 0, 2, 2}, kServer{203, 0, 113, 9};

Flow flow() {
    return {AF_INET, kUs, kServer, 40000, 1701};
}

/// As a service in transport mode for UDP to port 1701 sets it.
IpsecPolicy policy() {
    IpsecPolicy out;
    out.family = AF_INET;
    out.from = kUs;
    out.to = kServer;
    out.fromPrefix = out.toPrefix = 32;
    out.toPort = 1701;
    out.toPortMask = 0xffff;
    out.protocol = 17;
    out.priority = 1000;
    out.encrypts = true;
    return out;
}

template <typename Change> bool with(Change change) {
    IpsecPolicy one = policy();
    change(one);
    return isProtected({one}, flow());
}

TEST(L2tpIpsec, onePolicyThatFits) {
    EXPECT_TRUE(isProtected({policy()}, flow()));
    EXPECT_FALSE(isProtected({}, flow()));
}

TEST(L2tpIpsec, eachPartOfTheSelectorCounts) {
    EXPECT_TRUE(with([](IpsecPolicy& p) { p.protocol = 0; }));
    EXPECT_FALSE(with([](IpsecPolicy& p) { p.protocol = 6; }));
    EXPECT_FALSE(with([](IpsecPolicy& p) { p.toPort = 1702; }));
    EXPECT_TRUE(with([](IpsecPolicy& p) { p.toPort = 1702, p.toPortMask = 0; }));
    EXPECT_FALSE(with([](IpsecPolicy& p) { p.fromPort = 1701, p.fromPortMask = 0xffff; }))
        << "we come from another port";
    EXPECT_FALSE(with([](IpsecPolicy& p) { p.to[3] = 8; }));
    EXPECT_TRUE(with([](IpsecPolicy& p) { p.to[3] = 8, p.toPrefix = 31; }));
    EXPECT_FALSE(with([](IpsecPolicy& p) { p.from[0] = 1; }));
    EXPECT_TRUE(with([](IpsecPolicy& p) { p.fromPrefix = p.toPrefix = 0; }));
    EXPECT_FALSE(with([](IpsecPolicy& p) { p.family = AF_INET6; }));
    EXPECT_FALSE(with([](IpsecPolicy& p) { p.special = true; }));
    EXPECT_FALSE(with([](IpsecPolicy& p) { p.encrypts = false; }));
}

TEST(L2tpIpsec, thePolicyThatTheKernelTakesCounts) {
    IpsecPolicy bypass = policy();
    bypass.encrypts = false;
    bypass.priority = 999;
    EXPECT_FALSE(isProtected({policy(), bypass}, flow()));
    bypass.priority = 1001;
    EXPECT_TRUE(isProtected({policy(), bypass}, flow()));
    bypass.priority = 1000;
    EXPECT_FALSE(isProtected({policy(), bypass}, flow())) << "of two alike the worse is assumed";
}

class L2tpIpsecKernel : public test::NetNamespace {};

TEST_F(L2tpIpsecKernel, readsTheKernelsPolicies) {
    vethPair();
    test::run("ip address add 192.0.2.2/24 dev v0");
    test::run("ip route add default via 192.0.2.1 dev v0");
    const sys::UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(1701);
    inet_pton(AF_INET, "203.0.113.9", &to.sin_addr);
    ASSERT_EQ(connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    const auto mine = flowOf(socket.get());
    ASSERT_TRUE(mine);
    EXPECT_EQ(mine->from, kUs);
    EXPECT_EQ(mine->to, kServer);
    EXPECT_EQ(mine->toPort, 1701);
    std::string error;
    if (test::shell("ip xfrm policy add src 192.0.2.2/32 dst 203.0.113.9/32 proto udp dport 1701 dir out "
                    "priority 1000 tmpl proto esp mode transport")
            .status != 0) {
        outboundPolicies(error);
        GTEST_SKIP() << "this kernel has no IPsec policies: " << error;
    }
    EXPECT_TRUE(isProtected(outboundPolicies(error), *mine)) << error;
    const std::string selector = "src 192.0.2.2/32 dst 203.0.113.9/32 proto udp dport 1701 dir out";
    for (const char* other :
         {"proto ah mode transport", "proto comp mode transport", "proto esp mode transport level use"}) {
        test::run("ip xfrm policy update " + selector + " priority 1000 tmpl " + other);
        EXPECT_FALSE(isProtected(outboundPolicies(error), *mine)) << other;
    }
    test::run("ip xfrm policy update " + selector +
              " priority 1000 tmpl proto ah mode transport tmpl proto esp mode transport");
    EXPECT_TRUE(isProtected(outboundPolicies(error), *mine)) << "both";
    test::run("ip xfrm policy add src 0.0.0.0/0 dst 203.0.113.9/32 dir out priority 10");
    EXPECT_FALSE(isProtected(outboundPolicies(error), *mine)) << "a bypass that goes before it";
}

} // namespace
} // namespace ppp::l2tp
