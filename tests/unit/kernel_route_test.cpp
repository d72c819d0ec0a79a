// SPDX-License-Identifier: LGPL-2.1-or-later
// The way to a single address, asked of a real kernel in a network namespace of its own, and host routes.
#include <tuple>

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include "net_namespace.hpp"
#include "sys/kernel_network.hpp"

namespace ppp::sys {
namespace {

using core::Route;
using test::run;

std::string tables() {
    return run("ip -d -4 route show table all") + run("ip -d -6 route show table all");
}

class KernelRouteTest : public test::NetNamespace {
protected:
    void SetUp() override {
        NetNamespace::SetUp();
        if (IsSkipped())
            return;
        vethPair();
        run("ip address add 192.0.2.1/24 dev v0");
        network_ =
            std::make_unique<KernelNetwork>(loop_, [](const std::string& text) { ADD_FAILURE() << text; });
    }

    EventLoop loop_;
    std::unique_ptr<KernelNetwork> network_;
};

TEST_F(KernelRouteTest, TellsTheWayToAnAddress) {
    EXPECT_FALSE(network_->routeTo(AF_INET, "198.51.100.1"));
    const auto near = network_->routeTo(AF_INET, "192.0.2.77");
    ASSERT_TRUE(near);
    EXPECT_EQ(near->interface, if_nametoindex("v0"));
    EXPECT_EQ(near->gateway, "");
    EXPECT_FALSE(near->isDefault());
    const auto own = network_->routeTo(AF_INET, "192.0.2.1");
    ASSERT_TRUE(own);
    EXPECT_EQ(own->type, RTN_LOCAL) << "an address of the machine itself";
    run("ip route add default via 192.0.2.2 dev v0 metric 100");
    run("ip -6 address add 2001:db8::1/64 dev v0 nodad");
    run("ip -6 route add default via 2001:db8::2 dev v0");
    const auto far = network_->routeTo(AF_INET, "198.51.100.1");
    ASSERT_TRUE(far);
    EXPECT_TRUE(far->isDefault());
    EXPECT_EQ(far->gateway, "192.0.2.2");
    EXPECT_EQ(far->metric, 100U);
    const auto far6 = network_->routeTo(AF_INET6, "2001:db8:1::1");
    ASSERT_TRUE(far6);
    EXPECT_TRUE(far6->isDefault());
    EXPECT_EQ(far6->gateway, "2001:db8::2");
    EXPECT_TRUE(test::eventually([&] { // the kernel makes that route in its own time
        const auto own6 = network_->routeTo(AF_INET6, "2001:db8::1");
        return own6 && own6->type == RTN_LOCAL;
    }));
}

TEST_F(KernelRouteTest, OfManyWaysTheFirstIsTold) {
    run("ip route add default metric 10 nexthop via 192.0.2.2 dev v0 nexthop via 192.0.2.3 dev v0");
    const auto many = network_->routeTo(AF_INET, "198.51.100.1");
    ASSERT_TRUE(many);
    EXPECT_EQ(many->interface, 0U);
    EXPECT_EQ(many->way().interface, if_nametoindex("v0"));
    EXPECT_EQ(many->way().gateway, "192.0.2.2");
    run("ip route del default");
    run("ip nexthop add id 7 via 192.0.2.4 dev v0");
    run("ip route add default nhid 7");
    const auto object = network_->routeTo(AF_INET, "198.51.100.1");
    ASSERT_TRUE(object);
    EXPECT_EQ(object->interface, 0U);
    EXPECT_EQ(object->way().interface, if_nametoindex("v0"));
    EXPECT_EQ(object->way().gateway, "192.0.2.4");
}

TEST_F(KernelRouteTest, HoldsHostRoutesOfBothFamilies) {
    run("ip -6 address add 2001:db8::1/64 dev v0 nodad");
    std::string before;
    EXPECT_TRUE(test::eventually([&] { // the kernel's own route comes by a worker of it
        before = tables();
        return before.find("local 2001:db8::1 ") != std::string::npos;
    }));
    for (const auto& [family, server, gateway] : {std::tuple{AF_INET, "198.51.100.1", "192.0.2.2"},
                                                  std::tuple{AF_INET6, "2001:db8:1::1", "fe80::2"}}) {
        Route pin;
        pin.family = family;
        pin.destination = server;
        pin.prefix = family == AF_INET ? 32 : 128;
        pin.gateway = gateway;
        pin.interface = if_nametoindex("v0");
        pin.metric = 5;
        std::string error;
        ASSERT_TRUE(network_->add(pin, error)) << error;
        const auto way = network_->routeTo(family, server);
        ASSERT_TRUE(way) << server;
        EXPECT_EQ(way->protocol, core::kRouteProtocol);
        EXPECT_EQ(way->destination, server);
        EXPECT_EQ(way->metric, 5U);
        EXPECT_TRUE(network_->remove(pin, error)) << error;
    }
    EXPECT_EQ(tables(), before);
}

} // namespace
} // namespace ppp::sys
