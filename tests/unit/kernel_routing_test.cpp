// SPDX-License-Identifier: LGPL-2.1-or-later
// The contest of routes carried out on a real kernel in a network namespace of its own: whole tables before,
// during and after, of both families, rules and masters.
#include <algorithm>
#include <regex>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include "core/routing.hpp"
#include "net_namespace.hpp"
#include "support/fake_ports.hpp"
#include "sys/kernel_network.hpp"
#include "sys/netlink_build.hpp"

namespace ppp::sys {
namespace {

using core::Route;
using core::RouteClaim;
using test::run;

/// A lifetime runs on between two looks.
std::string tables() {
    const std::string all = run("ip -d -4 route show table all") + run("ip -d -6 route show table all") +
                            run("ip -4 rule") + run("ip -6 rule");
    return std::regex_replace(all, std::regex("expires [0-9]+sec"), "expires");
}

class KernelRoutingTest : public test::NetNamespace {
protected:
    void SetUp() override {
        NetNamespace::SetUp();
        if (IsSkipped())
            return;
        vethPair(); // v0 is the machine's Ethernet
        vethPair("p0", "q0");
        vethPair("p1", "q1"); // p0 and p1 stand for links
        run("ip address add 192.0.2.1/24 dev v0 && ip address add 192.0.2.7/24 dev v0");
        run("ip -6 address add 2001:db8::1/64 dev v0 nodad && ip -6 address add fe80::1/64 dev v0 nodad");
        run("ip address add 10.64.0.100 peer 10.64.0.1/32 dev p0");
        run("ip -6 address add 2001:db8:64::5/64 dev p0 nodad");
        // The kernel makes the route of an IPv6 address later, by itself (net/ipv6/addrconf.c,
        // addrconf_dad_work()).
        ASSERT_TRUE(test::eventually([] {
            const std::string local = run("ip -6 route show table local");
            return local.find("local 2001:db8::1 ") != std::string::npos &&
                   local.find("local fe80::1 ") != std::string::npos &&
                   local.find("local 2001:db8:64::5 ") != std::string::npos;
        }));
        network_ =
            std::make_unique<KernelNetwork>(loop_, [](const std::string& text) { ADD_FAILURE() << text; });
        routing_ = std::make_unique<core::Routing>(*network_, records_, journal_);
    }

    RouteClaim claim(const std::string& link = "p0", std::int32_t priority = 100) {
        RouteClaim out;
        out.connection = link;
        out.interface = if_nametoindex(link.c_str());
        out.priority = priority;
        out.ip6 = out.routed6 = true;
        return out;
    }
    void put(const RouteClaim& wish) {
        std::string error;
        readNotices();
        EXPECT_TRUE(routing_->claim(wish, error)) << error;
    }
    void readNotices() { network_->counters(1); }
    void reconcile() {
        readNotices();
        routing_->reconcile();
    }
    static std::string way(int family) {
        const std::string out =
            run(family == AF_INET ? "ip route get 203.0.113.9" : "ip -6 route get 2001:db8:f::9");
        return out.substr(out.find(" dev ") + 5, 2);
    }
    /// The notice of our own changes makes no more of them.
    void expectSettled() {
        const std::string before = tables();
        reconcile();
        EXPECT_EQ(tables(), before);
        EXPECT_TRUE(journal_.lines.empty()) << journal_.lines.front();
    }

    EventLoop loop_;
    test::FakeRecords records_;
    test::FakeJournal journal_;
    std::unique_ptr<KernelNetwork> network_;
    std::unique_ptr<core::Routing> routing_;
};

const std::vector<std::string> kRivals{
    "",
    "route add default via 192.0.2.2",
    "route add default via 192.0.2.2 metric 100",
    "route add default via 192.0.2.2 metric 1024",
    "route add default dev v0",
    "route add default via 192.0.2.2 dev v0 onlink proto dhcp src 192.0.2.7 mtu 1400 window 16384 advmss "
    "1300",
    "route add default via 192.0.2.2\nroute append default via 192.0.2.3",
    "route add default via 192.0.2.2\nroute add default via 192.0.2.3 metric 1",
    "route add default via 192.0.2.2\nroute add default via 192.0.2.3 metric 100",
    "route add default nexthop via 192.0.2.2 dev v0 weight 3 nexthop via 192.0.2.3 dev v0",
    "route add default via 192.0.2.2 rtt 20ms\nroute add default tos 0x10 via 192.0.2.3",
    "-6 route add default via 2001:db8::2 metric 1024",
    "-6 route add default via 2001:db8::2 metric 1",
    "-6 route add default via fe80::2 dev v0 proto ra metric 1 expires 1000 mtu 1400 hoplimit 64",
    "-6 route add default dev v0 metric 1",
    "-6 route add default metric 1 nexthop via 2001:db8::2 dev v0 nexthop via 2001:db8::3 dev v0",
    "-6 route add default via 2001:db8::2 metric 1\n-6 route add default via 2001:db8::3 metric 2",
};

void putRivals(const std::string& rivals) {
    if (!rivals.empty())
        run("ip " + std::regex_replace(rivals, std::regex("\n"), " && ip "));
}

TEST_F(KernelRoutingTest, WinsAgainstEveryRivalAndGivesItBackBitByBit) {
    for (const std::string& rivals : kRivals) {
        SCOPED_TRACE(rivals);
        putRivals(rivals);
        const std::string before = tables();
        put(claim());
        EXPECT_EQ(way(AF_INET), "p0");
        EXPECT_EQ(way(AF_INET6), "p0");
        expectSettled();
        put(claim("p1", 10)); // two of ours need more room
        EXPECT_EQ(way(AF_INET), "p1");
        EXPECT_EQ(way(AF_INET6), "p1");
        expectSettled();
        routing_->withdraw("p1");
        EXPECT_EQ(way(AF_INET), "p0");
        routing_->withdraw("p0");
        EXPECT_EQ(tables(), before);
        EXPECT_TRUE(records_.records.empty());
        for (const std::string family : {"-4", "-6"})
            while (test::shell("ip " + family + " route del default").status == 0) {
            }
    }
}

TEST_F(KernelRoutingTest, TheNextLifeGivesEveryRivalBack) {
    for (const std::string& rivals : kRivals) {
        SCOPED_TRACE(rivals);
        putRivals(rivals);
        const std::string before = tables();
        put(claim());
        routing_ = std::make_unique<core::Routing>(*network_, records_, journal_);
        if (!records_.records.empty())
            routing_->recover(records_.records.begin()->second);
        reconcile();
        EXPECT_EQ(tables(), before);
        EXPECT_TRUE(records_.records.empty());
        for (const std::string family : {"-4", "-6"})
            while (test::shell("ip " + family + " route del default").status == 0) {
            }
    }
}

TEST_F(KernelRoutingTest, AnAdvertisedRouteThatIsRenewedKeepsItsLifetime) {
    run("ip -6 route add default via fe80::2 dev v0 proto ra metric 1 expires 1000");
    put(claim());
    run("ip -6 route add default via fe80::2 dev v0 proto ra metric 1 expires 5000");
    reconcile();
    EXPECT_EQ(way(AF_INET6), "p0");
    expectSettled();
    routing_->withdraw("p0");
    const std::string after = run("ip -6 route show default");
    std::smatch found;
    ASSERT_TRUE(std::regex_search(after, found, std::regex("expires ([0-9]+)sec"))) << after;
    EXPECT_GT(std::stoi(found[1]), 1000) << after;
    EXPECT_NE(after.find("proto ra metric 1 "), std::string::npos) << after;
}

TEST_F(KernelRoutingTest, ARenewalWithOtherAttributesIsTheOneThatComesBack) {
    run("ip route add default via 192.0.2.2 dev v0 proto dhcp src 192.0.2.1 mtu 1400");
    put(claim());
    run("ip route replace default via 192.0.2.2 dev v0 proto dhcp src 192.0.2.7 mtu 1300");
    reconcile();
    EXPECT_EQ(way(AF_INET), "p0");
    expectSettled();
    routing_->withdraw("p0");
    EXPECT_EQ(run("ip route show default"),
              "default via 192.0.2.2 dev v0 proto dhcp src 192.0.2.7 mtu 1300 \n");
}

TEST_F(KernelRoutingTest, StaticRoutesAndRulesOfATable) {
    const std::string before = tables();
    RouteClaim wish = claim();
    wish.table = 1077;
    wish.lookUp = true;
    wish.sources = {"10.64.0.100"};
    wish.routes = {{"198.51.100.0/24", "10.64.0.1", 7}, {"2001:DB8:55:0::/48", "", {}}};
    put(wish);
    expectSettled();
    EXPECT_NE(run("ip -4 rule").find("30080:\tfrom 10.64.0.100 lookup 1077 proto 80"), std::string::npos)
        << run("ip -4 rule");
    EXPECT_NE(run("ip -6 rule").find("30080:\tfrom 2001:db8:64::5 lookup 1077 proto 80"), std::string::npos)
        << run("ip -6 rule");
    EXPECT_NE(run("ip route show table 1077").find("198.51.100.0/24 via 10.64.0.1 dev p0"),
              std::string::npos);
    EXPECT_NE(run("ip -6 route show table 1077").find("2001:db8:55::/48 dev p0"), std::string::npos);
    EXPECT_EQ(run("ip route get 203.0.113.9 from 10.64.0.100").find("203.0.113.9 from 10.64.0.100 dev p0"),
              0U);
    const std::string during = tables();
    run("ip rule flush && ip rule add lookup main prio 32766 && ip rule add lookup default prio 32767");
    run("ip -6 rule del prio 30080");
    EXPECT_TRUE(test::eventually([&] {
        reconcile();
        return tables() == during;
    })) << tables();
    routing_->withdraw("p0");
    EXPECT_EQ(tables(), before);
}

TEST_F(KernelRoutingTest, KnowsTheRulesThatAnEarlierLifeLeft) {
    run("ip rule add from 10.9.9.9 lookup 77 prio 30080 proto 80");
    run("ip rule add from 10.9.9.8 lookup 77 prio 30081");
    const KernelNetwork fresh(loop_, [](const std::string& text) { ADD_FAILURE() << text; });
    EXPECT_EQ(fresh.rules(), (std::vector<core::Rule>{{AF_INET, "10.9.9.9", 77}}));
    reconcile();
    EXPECT_EQ(run("ip rule").find("10.9.9.9"), std::string::npos);
    EXPECT_NE(run("ip rule").find("10.9.9.8"), std::string::npos) << "somebody else's";
}

TEST_F(KernelRoutingTest, ManyAtOnceAreAnsweredEach) {
    std::vector<Route> routes;
    for (std::uint32_t n = 0; n < 200; ++n) { // more than go into one message
        Route route;
        route.destination = "10.1." + std::to_string(n) + ".0";
        route.prefix = 24;
        route.interface = if_nametoindex("p0");
        routes.push_back(route);
    }
    routes[3].interface = 9999;
    routes[77].destination = "nonsense";
    const auto errors = network_->addAll(routes);
    for (std::size_t n = 0; n < routes.size(); ++n)
        EXPECT_EQ(errors[n].empty(), n != 3 && n != 77) << n << ": " << errors[n];
    EXPECT_EQ(network_->routes().size(), 198U);
    EXPECT_TRUE(network_->addAll(routes)[5].empty()) << "there already";
    routes.erase(routes.begin() + 77);
    for (const std::string& error : network_->removeAll(routes))
        EXPECT_EQ(error, "");
    EXPECT_TRUE(network_->routes().empty());
}

TEST_F(KernelRoutingTest, ARemovalOfMetricZeroTakesNoOther) {
    run("ip route add default via 192.0.2.2 metric 100");
    readNotices();
    ASSERT_EQ(network_->routes().size(), 1U);
    Route absent = network_->routes().front();
    absent = network_->withMetric(absent, 0);
    EXPECT_EQ(network_->removeAll({absent}), std::vector<std::string>{""});
    EXPECT_EQ(network_->routes().size(), 1U);
}

TEST_F(KernelRoutingTest, PutsALinkIntoAMasterAndOut) {
    run("ip link add name br0 type bridge && ip link set br0 up");
    const std::uint32_t bridge = if_nametoindex("br0"), link = if_nametoindex("p1");
    std::string error;
    ASSERT_TRUE(network_->setMaster(link, bridge, error)) << error;
    EXPECT_EQ(network_->link("p1")->master, bridge);
    EXPECT_EQ(network_->link("br0")->vrfTable, 0U) << "a bridge is no VRF";
    ASSERT_TRUE(network_->setMaster(link, 0, error)) << error;
    EXPECT_EQ(network_->link("p1")->master, 0U);
    EXPECT_FALSE(network_->setMaster(link, 9999, error));
    EXPECT_NE(error, "");
}

TEST(VrfNotice, TellsItsTable) { // not every kernel that builds this has the module
    for (const std::string kind : {"vrf", "vlan"}) {
        ifinfomsg head{};
        head.ifi_index = 7;
        netlink::Request notice(RTM_NEWLINK, 0);
        notice.head(head).putText(IFLA_IFNAME, "blue").put32(IFLA_MASTER, 3);
        const auto info = notice.open(IFLA_LINKINFO);
        notice.putText(IFLA_INFO_KIND, kind);
        const auto data = notice.open(IFLA_INFO_DATA);
        notice.put32(IFLA_VRF_TABLE, 300).close(data).close(info);
        const auto bytes = std::move(notice).finish();
        const auto all = netlink::messages(bytes);
        ASSERT_TRUE(all && all->size() == 1);
        const auto facts = netlink::link(all->front());
        ASSERT_TRUE(facts);
        EXPECT_EQ(facts->link.vrfTable, kind == "vrf" ? 300U : 0U);
        EXPECT_EQ(facts->link.master, 3U);
    }
}

} // namespace
} // namespace ppp::sys
