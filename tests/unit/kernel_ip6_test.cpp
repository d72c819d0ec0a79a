// SPDX-License-Identifier: LGPL-2.1-or-later
// IPv6 settings, advertisements and addresses against a real kernel: a veth pair, at whose other end the test
// is the router.
#include "sys/kernel_ip6.hpp"

#include <fstream>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "net_namespace.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {
namespace {

using test::run;
using Texts = std::vector<std::string>;

std::string setting(const std::string& name) {
    std::string out;
    std::getline(std::ifstream("/proc/sys/net/ipv6/conf/v0/" + name), out);
    return out;
}

/// The router at v1: it hears solicitations and sends advertisements.
class Router {
public:
    Router() : fd_(socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6)) {
        icmp6_filter filter{};
        ICMP6_FILTER_SETBLOCKALL(&filter);
        ICMP6_FILTER_SETPASS(ND_ROUTER_SOLICIT, &filter);
        setsockopt(fd_.get(), IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
        EXPECT_EQ(setsockopt(fd_.get(), SOL_SOCKET, SO_BINDTODEVICE, "v1", 2), 0);
        const ipv6_mreq all{in6_addr{{{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}}},
                            if_nametoindex("v1")};
        EXPECT_EQ(setsockopt(fd_.get(), IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &all, sizeof all), 0);
    }
    bool asked() {
        std::uint8_t bytes[64];
        return recv(fd_.get(), bytes, sizeof bytes, 0) >= 8 && bytes[0] == ND_ROUTER_SOLICIT;
    }
    /// With the prefix 2001:db8:5::/64 for hosts to make addresses of.
    void advertise(std::uint16_t lifetime, int hops = 255) {
        std::vector<std::uint8_t> bytes{
            134, 0, 0, 0, 64, 0, std::uint8_t(lifetime >> 8), std::uint8_t(lifetime)};
        bytes.resize(16);
        bytes.insert(bytes.end(), {3,    4, 64,   0xc0, 0, 0, 0x0e, 0x10, 0, 0, 0x0e, 0x10, 0, 0, 0, 0,
                                   0x20, 1, 0x0d, 0xb8, 0, 5, 0,    0,    0, 0, 0,    0,    0, 0, 0, 0});
        setsockopt(fd_.get(), IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops);
        sockaddr_in6 to{};
        to.sin6_family = AF_INET6;
        to.sin6_scope_id = if_nametoindex("v1");
        inet_pton(AF_INET6, "ff02::1", &to.sin6_addr);
        EXPECT_EQ(
            sendto(fd_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to),
            static_cast<ssize_t>(bytes.size()));
    }

private:
    UniqueFd fd_;
};

class KernelIp6Test : public test::NetNamespace, public core::Ip6Listener {
protected:
    void SetUp() override {
        NetNamespace::SetUp();
        if (IsSkipped())
            return;
        vethPair();
        for (const char* link : {"v0", "v1"}) // as a ppp interface: nothing is looked for before its use
            std::ofstream(std::string("/proc/sys/net/ipv6/conf/") + link + "/accept_dad") << "0";
        run("ip address add fe80::1/64 dev v0 nodad");
        run("ip address add fe80::2/64 dev v1 nodad");
        index_ = if_nametoindex("v0");
        ip6_ = std::make_unique<KernelIp6>(
            loop_, [this](const std::string& text) { EXPECT_TRUE(refused_) << text; });
    }
    void routerAdvertised(const core::RouterAdvert& advert) override {
        heard_.push_back(advert.lifetime.count());
    }
    void addressesChanged() override { now_ = watch_->addresses(); }

    void watch(bool routers = true) {
        std::string error;
        ASSERT_TRUE(ip6_->configure("v0", routers, error)) << error;
        watch_ = ip6_->watch("v0", index_, routers, *this);
        EXPECT_EQ(watch_->trouble(), "");
    }
    template <typename Holds> bool until(Holds holds) {
        return test::eventually([&] {
            loop_.turn(10'000);
            return holds();
        });
    }

    EventLoop loop_;
    std::uint32_t index_ = 0;
    std::unique_ptr<KernelIp6> ip6_;
    std::unique_ptr<core::Ip6Watch> watch_;
    bool refused_ = false; ///< the kernel is expected to
    std::vector<long> heard_;
    Texts now_;
};

TEST_F(KernelIp6Test, SettingsAreAsTheProfileSays) {
    std::string error;
    ASSERT_TRUE(ip6_->configure("v0", true, error)) << error;
    EXPECT_EQ(setting("accept_ra"), "2");
    EXPECT_EQ(setting("accept_ra_defrtr"), "0");
    EXPECT_EQ(setting("autoconf"), "1");
    ASSERT_TRUE(ip6_->configure("v0", false, error)) << error;
    EXPECT_EQ(setting("accept_ra"), "0");
    EXPECT_EQ(setting("autoconf"), "0");
    EXPECT_FALSE(ip6_->configure("nowhere", true, error));
    EXPECT_EQ(error, "accept_ra_defrtr: No such file or directory");
}

TEST_F(KernelIp6Test, ARouterAnswersAndItsPrefixBecomesAnAddressButNoDefaultRoute) {
    std::ofstream("/proc/sys/net/ipv6/conf/v0/forwarding") << "1";
    watch();
    Router router;
    ASSERT_TRUE(until([&] { return watch_->solicit() && router.asked(); }));
    router.advertise(1800);
    ASSERT_TRUE(until([&] { return heard_.size() == 1 && now_.size() == 1; }));
    EXPECT_EQ(heard_.front(), 1800);
    EXPECT_EQ(now_.front().substr(0, 11), "2001:db8:5:") << "also where the machine forwards";
    EXPECT_EQ(now_.front().substr(now_.front().size() - 3), "/64");
    EXPECT_EQ(run("ip -6 route show default"), "");
    router.advertise(0);
    ASSERT_TRUE(until([&] { return heard_.size() == 2; }));
    EXPECT_EQ(heard_.back(), 0);
}

TEST_F(KernelIp6Test, AnAdvertisementThatPassedARouterIsNotHeard) {
    watch();
    Router router;
    router.advertise(1000, 64);
    router.advertise(2000);
    ASSERT_TRUE(until([&] { return !heard_.empty(); }));
    EXPECT_EQ(heard_, (std::vector<long>{2000}));
}

TEST_F(KernelIp6Test, AddressesComeAndGo) {
    run("ip address add 2001:db8::1/64 dev v0 nodad");
    watch(false);
    EXPECT_EQ(watch_->addresses(), (Texts{"2001:db8::1/64"}))
        << "what was there before, and no link-local one";
    run("ip address add 2001:db8::2/56 dev v0 nodad");
    EXPECT_TRUE(until([&] { return now_ == Texts{"2001:db8::1/64", "2001:db8::2/56"}; }));
    run("ip address del 2001:db8::1/64 dev v0");
    EXPECT_TRUE(until([&] { return now_ == Texts{"2001:db8::2/56"}; }));
    run("ip link set v0 down");
    EXPECT_TRUE(until([&] { return now_.empty(); }));
    EXPECT_FALSE(watch_->solicit());
}

TEST_F(KernelIp6Test, OtherInterfacesAndOtherFamiliesDoNotCount) {
    watch(false);
    run("ip address add 2001:db8:9::1/64 dev v1 nodad");
    run("ip address add 192.0.2.1/24 dev v0");
    run("ip address add 2001:db8::2/56 dev v0 nodad");
    EXPECT_TRUE(until([&] { return now_ == Texts{"2001:db8::2/56"}; }));
}

TEST_F(KernelIp6Test, ManyInterfacesWithTheMemoryOfOldKernels) {
    std::ofstream("/proc/sys/net/core/optmem_max") << "20480"; // of this namespace alone, from Linux 6.8 on
    AddressWatch addresses(loop_, [](const std::string& text) { ADD_FAILURE() << text; });
    for (std::uint32_t other = 10'000; other < 10'600; ++other)
        ASSERT_TRUE(addresses.watch(other, [] {})) << other;
    bool told = false;
    ASSERT_TRUE(addresses.watch(index_, [&] { told = true; }));
    run("ip address add 2001:db8::1/64 dev v0 nodad");
    EXPECT_TRUE(until([&] { return told; }));
    for (std::uint32_t other = 10'000; other < 10'600; ++other)
        addresses.forget(other);
    told = false;
    run("ip address del 2001:db8::1/64 dev v0");
    EXPECT_TRUE(until([&] { return told; }));
}

TEST_F(KernelIp6Test, ThatNoNoticesComeIsToldUntilTheyDo) {
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit none{0, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    refused_ = true;
    watch_ = ip6_->watch("v0", index_, false, *this);
    refused_ = false;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_NE(watch_->trouble().find("cannot watch the addresses: "), std::string::npos) << watch_->trouble();
    const auto other = ip6_->watch("v1", if_nametoindex("v1"), false, *this);
    EXPECT_EQ(watch_->trouble(), "");
}

TEST_F(KernelIp6Test, WhatCameByAdvertisementGoesAndWhatAPersonGaveStays) {
    watch();
    Router router;
    run("ip address add 2001:db8::1/64 dev v0 nodad");
    router.advertise(1800);
    ASSERT_TRUE(until([&] { return now_.size() == 2; }));
    watch_.reset();
    ip6_->release("v0", index_);
    const std::string left = run("ip -6 address show dev v0");
    EXPECT_NE(left.find("2001:db8::1/64"), std::string::npos) << left;
    EXPECT_NE(left.find("fe80::1/64"), std::string::npos) << left;
    EXPECT_EQ(left.find("2001:db8:5:"), std::string::npos) << left;
    EXPECT_EQ(setting("accept_ra"), "0");
    ip6_->release("nowhere", 4711);
}

} // namespace
} // namespace ppp::sys
