// SPDX-License-Identifier: LGPL-2.1-or-later
// KernelNetwork against a real kernel, in a network namespace of its own: whole route tables before and
// after.
#include "sys/kernel_network.hpp"

#include <algorithm>
#include <sstream>

#include <arpa/inet.h>
#include <net/if.h>
#include <sys/socket.h>

#include "net_namespace.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {
namespace {

using core::Link;
using core::Route;
using test::run;

/// Every route of both families with all its attributes, as text.
std::string tables() {
    return run("ip -d -4 route show table all") + run("ip -d -6 route show table all");
}

std::uint32_t indexOf(const char* name) {
    return if_nametoindex(name);
}

Route deviceRoute(const char* interface, std::uint32_t metric) {
    Route route;
    route.interface = indexOf(interface);
    route.metric = metric;
    return route;
}

class KernelNetworkTest : public test::NetNamespace, public core::NetworkListener {
protected:
    void SetUp() override {
        NetNamespace::SetUp();
        if (IsSkipped())
            return;
        vethPair();
        run("ip address add 192.0.2.1/24 dev v0");
        network_ =
            std::make_unique<KernelNetwork>(loop_, [](const std::string& text) { ADD_FAILURE() << text; });
        network_->listen(this);
    }

    void linkChanged(const Link& link) override { story_.push_back("changed " + link.name); }
    void linkGone(const std::string& name) override { story_.push_back("gone " + name); }
    void routesChanged() override { story_.emplace_back("routes"); }
    void addressGone(std::uint32_t index) override {
        const auto link = network_->link(index);
        story_.push_back("bare " + (link ? link->name : "?"));
    }

    /// What the listener was told of all that happened so far.
    std::vector<std::string> told() {
        for (int n = 0; n < 5; ++n)
            loop_.turn(0);
        return std::exchange(story_, {});
    }

    template <typename Look> bool until(Look look) {
        return test::eventually([&] { return look() || (loop_.turn(100'000), look()); });
    }

    std::vector<Route> defaults(int family = AF_INET) const {
        std::vector<Route> out;
        for (const Route& route : network_->routes())
            if (route.isDefault() && route.family == family)
                out.push_back(route);
        return out;
    }

    void add(const Route& route) {
        std::string error;
        EXPECT_TRUE(network_->add(route, error)) << error;
    }
    void remove(const Route& route) {
        std::string error;
        EXPECT_TRUE(network_->remove(route, error)) << error;
    }
    std::string refusal(const Route& route) {
        std::string error;
        EXPECT_FALSE(network_->add(route, error));
        return error;
    }

    EventLoop loop_;
    std::unique_ptr<KernelNetwork> network_;
    std::vector<std::string> story_;
};

TEST_F(KernelNetworkTest, AddsAndRemovesOurDefaultRoute) {
    const std::string before = tables();
    add(deviceRoute("v1", 50));
    ASSERT_EQ(defaults().size(), 1U) << "the snapshot shows it as soon as add() returns";
    EXPECT_EQ(defaults()[0].protocol, core::kRouteProtocol);
    EXPECT_EQ(defaults()[0].metric, 50U);
    EXPECT_EQ(run("ip route show default"), "default dev v1 proto 80 scope link metric 50 \n");
    add(deviceRoute("v1", 50)); // the very same: nothing to do
    EXPECT_EQ(defaults().size(), 1U);
    remove(defaults()[0]);
    EXPECT_TRUE(defaults().empty());
    EXPECT_EQ(tables(), before);
    remove(deviceRoute("v1", 50)); // already gone
}

TEST_F(KernelNetworkTest, LeavesARivalOfTheSameMetricBeside) {
    run("ip route add default via 192.0.2.254");
    add(deviceRoute("v1", 0));
    EXPECT_EQ(defaults().size(), 2U);
    remove(deviceRoute("v1", 0));
    ASSERT_EQ(defaults().size(), 1U);
    EXPECT_EQ(defaults()[0].gateway, "192.0.2.254");
}

TEST_F(KernelNetworkTest, AddsStaticRoutesAndTablesOfTheirOwn) {
    const std::string before = tables();
    Route route = deviceRoute("v1", 0);
    route.destination = "10.0.0.0";
    route.prefix = 8;
    route.table = 1000;
    add(route);
    Route far = route;
    far.gateway = "192.0.2.9";
    far.interface = indexOf("v0");
    far.destination = "10.1.0.0";
    far.prefix = 16;
    far.source = "192.0.2.1";
    add(far);
    EXPECT_EQ(network_->routes().size(), 2U);
    remove(far);
    remove(route);
    EXPECT_EQ(tables(), before);
}

TEST_F(KernelNetworkTest, HandlesIp6) {
    run("ip -6 route add default via fe80::9 dev v0 metric 100");
    const std::string before = tables();
    Route route = deviceRoute("v1", 0);
    route.family = AF_INET6;
    add(route);
    ASSERT_EQ(defaults(AF_INET6).size(), 2U);
    EXPECT_EQ(std::max(defaults(AF_INET6)[0].metric, defaults(AF_INET6)[1].metric), 1024U)
        << "IPv6 has no metric 0";
    remove(route);
    EXPECT_EQ(tables(), before);
}

/// Each is somebody else's default route that gives way and comes back.
class ShiftTest : public KernelNetworkTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(ShiftTest, RestoresTheVerySameRoute) {
    run("ip address add 2001:db8::1/64 dev v0 nodad && ip address add 192.0.2.3/24 dev v0");
    run("ip nexthop add id 7 via 192.0.2.254 dev v0 && ip nexthop add id 8 via fe80::9 dev v0");
    ASSERT_TRUE(test::eventually([] { return tables().find("local 2001:db8::1") != std::string::npos; }))
        << "the kernel installs it in its own time";
    const std::string command = GetParam();
    const int family = command.rfind("-6", 0) == 0 ? AF_INET6 : AF_INET;
    const auto made = test::shell("ip " + command);
    ASSERT_EQ(made.status, 0) << made.output;
    const std::string before = tables();
    loop_.turn(0);
    ASSERT_EQ(defaults(family).size(), 1U);
    const Route original = defaults(family)[0];
    const Route shifted = network_->withMetric(original, 4000);

    add(shifted);
    remove(original);
    ASSERT_EQ(defaults(family), std::vector<Route>{shifted})
        << "equal to what withMetric() promised, byte by byte";
    remove(original); // gone already: a metric of 0 must not take the copy instead
    ASSERT_EQ(defaults(family).size(), 1U);

    add(original);
    remove(shifted);
    EXPECT_EQ(defaults(family), std::vector<Route>{original});
    EXPECT_EQ(tables(), before);
}

INSTANTIATE_TEST_SUITE_P(
    Rivals, ShiftTest,
    ::testing::Values("route add default via 192.0.2.254", "route add default dev v0",
                      "route add default via 192.0.2.254 proto dhcp src 192.0.2.3 metric 100",
                      "route add default via 198.51.100.1 dev v0 onlink proto static",
                      "route add default via 192.0.2.254 mtu 1400 advmss 1360 initcwnd 20 quickack 1",
                      "route add default via 192.0.2.254 mtu lock 1400 rto_min 300ms features ecn",
                      "route add default via 192.0.2.254 congctl cubic",
                      "route add default nexthop via 192.0.2.254 weight 3 nexthop via 192.0.2.253 weight 1",
                      "route add default metric 7 nexthop via 198.51.100.1 dev v0 onlink nexthop dev v1",
                      "-4 route add default via inet6 fe80::9 dev v0", "route add default nhid 7",
                      "route add default tos 0x10 via 192.0.2.254", "-6 route add default via fe80::9 dev v0",
                      "-6 route add default via fe80::9 dev v0 proto static metric 512 mtu 1400 pref high",
                      "-6 route add default from 2001:db8::/64 dev v0",
                      "-6 route add default nexthop via fe80::9 dev v0 nexthop via fe80::8 dev v0 weight 2",
                      "-6 route add default nhid 8 metric 20"));

TEST_F(KernelNetworkTest, RestoresARouteFromAnEarlierLife) {
    run("ip route add default via 192.0.2.254 mtu 1400");
    const std::string before = tables();
    loop_.turn(0);
    const Route original = defaults()[0];
    const Route shifted = network_->withMetric(original, 4000);
    add(shifted);
    remove(original);
    network_.reset(); // killed here
    network_ = std::make_unique<KernelNetwork>(loop_, [](const std::string& text) { ADD_FAILURE() << text; });
    ASSERT_EQ(defaults(), std::vector<Route>{shifted});
    add(original);
    remove(shifted);
    EXPECT_EQ(tables(), before);
}

TEST_F(KernelNetworkTest, SaysWhatTheKernelSays) {
    Route route = deviceRoute("v1", 0);
    route.interface = 4242;
    EXPECT_EQ(refusal(route), "No such device");
    route = deviceRoute("v1", 0);
    route.gateway = "203.0.113.1";
    EXPECT_EQ(refusal(route), "Nexthop has invalid gateway (Network is unreachable)");
    run("ip link set v1 down");
    EXPECT_NE(refusal(deviceRoute("v1", 0)).find("Network is down"), std::string::npos);
    route.gateway = "example.org";
    EXPECT_EQ(refusal(route), "the gateway is no address");
    EXPECT_TRUE(defaults().empty());
}

TEST_F(KernelNetworkTest, TellsOfLinksInOrder) {
    run("ip link add w0 type veth peer name w1");
    EXPECT_EQ(told().size(), 2U);
    run("ip link set w0 mtu 1492");
    EXPECT_EQ(told(), std::vector<std::string>{"changed w0"});
    EXPECT_EQ(network_->link("w0")->mtu, 1492U);
    run("ip link set w0 alias ignored");
    EXPECT_EQ(told(), std::vector<std::string>{}) << "nothing that matters changed";
    const std::uint32_t index = indexOf("w0");
    run("ip link set w0 name ppp0");
    EXPECT_EQ(told(), (std::vector<std::string>{"gone w0", "changed ppp0"}));
    EXPECT_EQ(network_->link(index)->name, "ppp0");
    EXPECT_FALSE(network_->link("w0"));
    run("ip link set ppp0 up && ip link set w1 up");
    EXPECT_TRUE(until([&] { return network_->link("ppp0")->up && network_->link("ppp0")->carrier; }));
    run("ip link set w1 down");
    EXPECT_TRUE(until([&] { return !network_->link("ppp0")->carrier; }));
    told();
    run("ip link del w1");
    auto last = told();
    std::sort(last.begin(), last.end());
    EXPECT_EQ(last, (std::vector<std::string>{"gone ppp0", "gone w1"}));
    EXPECT_FALSE(network_->link(index));
}

TEST_F(KernelNetworkTest, KnowsTheCountersOfALinkThatIsGone) {
    const std::uint32_t index = indexOf("v0");
    run("ip neighbour add 192.0.2.7 lladdr 02:00:00:00:00:07 dev v0");
    const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    peer.sin_port = htons(9);
    inet_pton(AF_INET, "192.0.2.7", &peer.sin_addr);
    const std::string data(1000, 'x');
    ASSERT_EQ(sendto(socket.get(), data.data(), data.size(), 0, reinterpret_cast<const sockaddr*>(&peer),
                     sizeof peer),
              static_cast<ssize_t>(data.size()));
    const auto before = network_->counters(index);
    ASSERT_TRUE(before);
    EXPECT_GE(before->txBytes, 14U + 20 + 8 + 1000);
    run("ip link set v1 down && ip link delete v0");
    const auto after = network_->counters(index);
    ASSERT_TRUE(after) << "the notice was not read before it was asked for";
    EXPECT_GE(after->txBytes, before->txBytes);
    EXPECT_FALSE(network_->counters(index + 1000));
}

TEST_F(KernelNetworkTest, ShowsALinkThatTakesAnothersNameAsPresent) {
    run("ip link add w0 type veth peer name w1");
    told();
    run("ip link set w1 mtu 1400 && ip link set w0 name w2 && ip link set w1 name w0");
    // The change of MTU is told with the last one, so that the last word on a name is right.
    EXPECT_EQ(told(), (std::vector<std::string>{"gone w0", "changed w2", "gone w1", "changed w0"}));
    EXPECT_EQ(network_->link("w0")->mtu, 1400U);
}

TEST_F(KernelNetworkTest, TellsOfRoutesOncePerTurn) {
    for (int n = 1; n <= 10; ++n)
        run("ip route add default via 192.0.2.254 metric " + std::to_string(n));
    EXPECT_EQ(told(), std::vector<std::string>{"routes"});
    EXPECT_EQ(defaults().size(), 10U);
    add(deviceRoute("v1", 0));
    EXPECT_TRUE(story_.empty()) << "never from within the call";
    EXPECT_EQ(told(), std::vector<std::string>{"routes"});
}

TEST_F(KernelNetworkTest, NoticesWhatTheKernelTakesAwaySilently) {
    const auto rival = [&](const std::string& route, const std::string& loss) {
        run("ip route add " + route);
        told();
        EXPECT_EQ(defaults().size(), 1U) << route;
        run(loss);
        const auto story = told();
        EXPECT_EQ(std::count(story.begin(), story.end(), "routes"), 1) << loss;
        EXPECT_TRUE(defaults().empty()) << loss;
        EXPECT_EQ(run("ip route show default"), "");
    };
    run("ip address add 192.0.2.3/32 dev v0");
    rival("default dev v0 src 192.0.2.3", "ip address del 192.0.2.3/32 dev v0");
    run("ip nexthop add id 7 via 192.0.2.254 dev v0");
    rival("default nhid 7", "ip nexthop del id 7");
    rival("default nexthop via 192.0.2.254 nexthop via 192.0.2.253", "ip link set v0 down");
    run("ip link set v0 up");
    rival("default dev v0", "ip link set v0 down");
    run("ip link set v0 up");
    rival("default dev v0", "ip address flush dev v0");
    run("ip address add 192.0.2.1/24 dev v0");
    rival("default dev v0", "ip link del v0");
}

TEST_F(KernelNetworkTest, TellsWhichLinkLostAnAddress) {
    run("ip address add 10.64.0.100 peer 10.64.0.1 dev v1");
    run("ip address add fe80::9/128 dev v1 nodad");
    EXPECT_EQ(told(), std::vector<std::string>{}) << "of no interest: no network comes with them";
    run("ip address add 198.51.100.1/24 dev v1");
    EXPECT_EQ(told(), std::vector<std::string>{"changed v1"});
    run("ip address flush dev v1");
    EXPECT_EQ(told(), std::vector<std::string>{"bare v1"}) << "once for both families";
    run("ip address add fe80::9/128 dev v1 nodad && ip -6 address flush dev v1");
    EXPECT_EQ(told(), std::vector<std::string>{"bare v1"});
    run("ip address add 10.64.0.100 dev v1 && ip link del v1");
    const auto story = told();
    EXPECT_EQ(std::count(story.begin(), story.end(), "bare ?"), 0) << "of a link that is gone, only that";
    EXPECT_NE(std::find(story.begin(), story.end(), "gone v1"), story.end());
}

TEST_F(KernelNetworkTest, PutsAddressesBack) {
    const core::LinkAddress four{AF_INET, indexOf("v1"), "10.64.0.100", "10.64.0.1"};
    const core::LinkAddress six{AF_INET6, indexOf("v1"), "fe80::0:0:0:9", ""};
    const auto shown = [] { return run("ip address show dev v1") + tables(); };
    run("ip address add 10.64.0.100 peer 10.64.0.1 dev v1");
    run("ip address add fe80::9/128 dev v1");
    ASSERT_TRUE(test::eventually([&] { return shown().find("tentative") == std::string::npos; }));
    const std::string before = shown();
    EXPECT_TRUE(network_->hasAddress(four));
    EXPECT_TRUE(network_->hasAddress(six));
    EXPECT_FALSE(network_->hasAddress({AF_INET, indexOf("v1"), "10.64.0.100", "10.64.0.2"}));
    EXPECT_FALSE(network_->hasAddress({AF_INET, indexOf("v0"), "10.64.0.100", ""}));
    EXPECT_FALSE(network_->hasAddress({AF_INET6, indexOf("v1"), "fe80::8", ""}));
    std::string error;
    EXPECT_TRUE(network_->addAddress(four, error)) << error << ": it is there";
    run("ip address flush dev v1");
    EXPECT_FALSE(network_->hasAddress(four));
    EXPECT_FALSE(network_->hasAddress(six));
    EXPECT_TRUE(network_->addAddress(four, error)) << error;
    EXPECT_TRUE(network_->addAddress(six, error)) << error;
    EXPECT_TRUE(test::eventually([&] { return shown() == before; })) << before << shown();
    EXPECT_FALSE(network_->addAddress({AF_INET, 4242, "10.64.0.100", ""}, error));
    EXPECT_NE(error, "");
    EXPECT_TRUE(network_->setMtu("v1", 1492, error)) << error;
    EXPECT_EQ(network_->link("v1")->mtu, 1492U);
    EXPECT_FALSE(network_->setMtu("none", 1492, error));
}

TEST_F(KernelNetworkTest, FollowsReplacements) {
    run("ip route add default via 192.0.2.254");
    run("ip route replace default via 192.0.2.253");
    run("ip -6 route add default via fe80::9 dev v0");
    run("ip -6 route append default via fe80::8 dev v0");
    told();
    ASSERT_EQ(defaults().size(), 1U);
    EXPECT_EQ(defaults()[0].gateway, "192.0.2.253");
    ASSERT_EQ(defaults(AF_INET6).size(), 1U);
    EXPECT_EQ(defaults(AF_INET6)[0].interface, 0U) << "the kernel merged them into a multipath route";
    run("ip -6 route del default via fe80::9 dev v0");
    told();
    ASSERT_EQ(defaults(AF_INET6).size(), 1U);
    EXPECT_EQ(defaults(AF_INET6)[0].gateway, "fe80::8");
}

/// Of the netlink sockets of this namespace that are members of groups (only ours): bytes that wait, notices
/// lost.
struct Queue {
    long bytes = 0, drops = 0;
};
Queue queue() {
    std::istringstream rows(run("cat /proc/thread-self/net/netlink"));
    std::string line;
    std::getline(rows, line);
    Queue sum;
    while (std::getline(rows, line)) {
        std::istringstream columns(line);
        std::string skipped;
        std::string groups;
        Queue one;
        columns >> skipped >> skipped >> skipped >> groups >> one.bytes;
        columns >> skipped >> skipped >> skipped >> one.drops;
        if (groups != "00000000") {
            sum.bytes += one.bytes;
            sum.drops += one.drops;
        }
    }
    return sum;
}

TEST_F(KernelNetworkTest, IsNotWokenByRoutesOfOthersAndRenewedAddresses) {
    told();
    ASSERT_EQ(queue().bytes, 0);
    run("ip route add 10.0.0.0/8 via 192.0.2.254 && ip route del 10.0.0.0/8");
    run("ip -6 route add 2001:db8:1::/48 dev v0");
    run("ip address add 2001:db8::5/64 dev v0 nodad"); // as each router advertisement does
    run("ip address replace 2001:db8::5/64 dev v0 nodad valid_lft 3600 preferred_lft 1800");
    EXPECT_EQ(queue().bytes, 0);
    EXPECT_EQ(network_->routes().size(), 0U);
    run("ip route add default via 192.0.2.254");
    EXPECT_GT(queue().bytes, 0);
}

TEST_F(KernelNetworkTest, RecoversFromLostNotices) {
    std::string batch;
    for (int n = 0; n < 4000; ++n)
        batch += "link set v1 mtu " + std::to_string(1000 + n % 400) + "\n";
    for (const char* last :
         {"link set v1 mtu 1111", "route add default via 192.0.2.254 metric 9", "link set v1 down",
          "link set v1 name gone", "link del gone", "link add w0 type veth peer name w1"})
        batch += std::string(last) + "\n";
    test::ipBatch(batch);
    ASSERT_GT(queue().drops, 0);
    const auto story = told();
    EXPECT_FALSE(network_->link("v1") || network_->link("gone") || network_->link("v0"));
    EXPECT_TRUE(network_->link("w0"));
    EXPECT_TRUE(defaults().empty());
    EXPECT_NE(std::find(story.begin(), story.end(), "gone v1"), story.end());
    EXPECT_NE(std::find(story.begin(), story.end(), "changed w0"), story.end());
    EXPECT_NE(std::find(story.begin(), story.end(), "bare ?"), story.end()) << "any may have lost one";
}

TEST_F(KernelNetworkTest, KeepsOnlyWhatMattersOfAFullTable) {
    std::string batch;
    for (int a = 0; a < 40; ++a)
        for (int b = 0; b < 250; ++b)
            batch +=
                "route add 10." + std::to_string(a) + "." + std::to_string(b) + ".0/24 via 192.0.2.254\n";
    test::ipBatch(batch);
    run("ip route add default via 192.0.2.254");
    KernelNetwork again(loop_, [](const std::string& text) { ADD_FAILURE() << text; });
    EXPECT_EQ(again.routes().size(), 1U);
}

TEST_F(KernelNetworkTest, IgnoresBridgePortsThatLeave) {
    if (test::shell("ip link add br0 type bridge").status != 0)
        GTEST_SKIP() << "this kernel has no bridge";
    run("ip link set v1 master br0 && ip link set v1 nomaster");
    told();
    EXPECT_TRUE(network_->link("v1"));
}

} // namespace
} // namespace ppp::sys
