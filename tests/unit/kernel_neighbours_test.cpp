// SPDX-License-Identifier: LGPL-2.1-or-later
// Proxy ARP entries against a real kernel, in a network namespace of their own.
#include <fcntl.h>
#include <net/if.h>
#include <unistd.h>

#include "net_namespace.hpp"
#include "sys/kernel_neighbours.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {
namespace {

using core::Neighbours;
using core::ProxyEntry;
using test::run;

class KernelNeighboursTest : public test::NetNamespace {
protected:
    void SetUp() override {
        NetNamespace::SetUp();
        if (IsSkipped())
            return;
        vethPair();
        kernel_ = std::make_unique<KernelNeighbours>();
    }
    std::string place(const std::string& address) {
        const auto found = kernel_->placeFor(address, error_);
        EXPECT_TRUE(!found || found->interface == if_nametoindex(found->name.c_str()));
        return found ? found->name : "";
    }

    std::unique_ptr<KernelNeighbours> kernel_;
    std::string error_;
};

TEST_F(KernelNeighboursTest, FindsTheInterfaceWhoseNetworkHasTheAddress) {
    EXPECT_EQ(place("192.0.2.77"), "");
    EXPECT_EQ(error_, "");
    run("ip address add 192.0.2.1/24 dev v0");
    EXPECT_EQ(place("192.0.2.77"), "v0");
    EXPECT_EQ(place("198.51.100.1"), "");
    run("ip address add 192.0.2.65/26 dev v1");
    EXPECT_EQ(place("192.0.2.77"), "v1") << "the smaller network";
    EXPECT_EQ(place("192.0.2.7"), "v0");
    run("ip link set v1 arp off");
    EXPECT_EQ(place("192.0.2.77"), "v0");
    run("ip link set v0 down");
    EXPECT_EQ(place("192.0.2.77"), "");
    EXPECT_EQ(place("no address"), "");
    EXPECT_NE(error_, "");
}

TEST_F(KernelNeighboursTest, ALinkOfOtherKindDoesNotFit) {
    run("ip tuntap add dev t0 mode tun && ip address add 192.0.2.1/24 dev t0 && ip link set t0 up");
    run("ip address add 192.0.2.129/24 dev lo");
    EXPECT_EQ(place("192.0.2.77"), "");
}

TEST_F(KernelNeighboursTest, EntriesComeAndGo) {
    const ProxyEntry entry{if_nametoindex("v0"), "v0", "192.0.2.77"};
    EXPECT_EQ(kernel_->owner(entry), Neighbours::Owner::Nobody);
    ASSERT_TRUE(kernel_->add(entry, error_)) << error_;
    ASSERT_TRUE(kernel_->add(entry, error_)) << error_;
    EXPECT_NE(run("ip neighbour show proxy").find("192.0.2.77 dev v0"), std::string::npos);
    EXPECT_EQ(kernel_->owner(entry), Neighbours::Owner::Ours);
    ASSERT_TRUE(kernel_->remove(entry, error_)) << error_;
    EXPECT_EQ(run("ip neighbour show proxy"), "");
    EXPECT_TRUE(kernel_->remove(entry, error_)) << error_;
    run("ip neighbour add proxy 192.0.2.77 dev v0");
    EXPECT_EQ(kernel_->owner(entry), Neighbours::Owner::Other);
    const ProxyEntry gone{4711, "gone", "192.0.2.77"};
    EXPECT_FALSE(kernel_->add(gone, error_));
    EXPECT_NE(error_, "");
    EXPECT_TRUE(kernel_->remove(gone, error_)) << error_;
}

TEST_F(KernelNeighboursTest, WhatCannotBeListedIsNotTakenOver) {
    const ProxyEntry entry{if_nametoindex("v0"), "v0", "192.0.2.77"};
    const UniqueFd nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
    const int next = dup(nothing.get());
    close(next);
    KernelNeighbours deaf; // its socket is the next descriptor
    ASSERT_EQ(dup2(nothing.get(), next), next);
    EXPECT_EQ(deaf.owner(entry), Neighbours::Owner::Other);
    EXPECT_NE(deaf.hindrance(entry).find("cannot list the proxy ARP entries"), std::string::npos);
    EXPECT_EQ(deaf.hindrance(entry).find("cannot list"), std::string::npos) << "once";
}

TEST_F(KernelNeighboursTest, SaysWhereTheKernelDoesNotForward) {
    const ProxyEntry entry{if_nametoindex("v0"), "v0", "192.0.2.77"};
    run("sysctl -q -w net.ipv4.conf.v0.forwarding=0");
    EXPECT_NE(kernel_->hindrance(entry).find("does not forward"), std::string::npos);
    run("sysctl -q -w net.ipv4.conf.v0.forwarding=1");
    EXPECT_EQ(kernel_->hindrance(entry), "");
}

} // namespace
} // namespace ppp::sys
