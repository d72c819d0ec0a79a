// SPDX-License-Identifier: LGPL-2.1-or-later
// Our table in a real kernel's nf_tables, in network namespaces of our own: TCP connections agree on what
// fits, and what others do to the table is told.
#include <array>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net_namespace.hpp"
#include "sys/packet_filter.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {
namespace {

using test::run;

constexpr std::uint16_t kPort = 4321;

class PacketFilterTest : public test::NetNamespace {
protected:
    void SetUp() override {
        NetNamespace::SetUp();
        if (IsSkipped())
            return;
        filter_.onInterference([this] { ++interfered_; });
        here_ = UniqueFd(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    }
    void write(const std::vector<core::MssClamp>& clamps) {
        std::string error;
        EXPECT_TRUE(filter_.write(clamps, error)) << error;
    }
    static std::string table() { return run("nft list ruleset"); }
    /// What the kernel has said by now is read.
    void turns() {
        for (int n = 0; n < 20; ++n)
            loop_.turn(0);
    }
    bool told() {
        for (int n = 0; n < 200 && interfered_ == 0; ++n)
            loop_.turn(50'000);
        return interfered_ > 0;
    }

    EventLoop loop_;
    PacketFilter filter_{loop_};
    UniqueFd here_;
    int interfered_ = 0;
};

/// A peer in a namespace of its own: v1 there, v0 here.
class Peer {
public:
    explicit Peer(int here) {
        run("ip link add v0 type veth peer name v1");
        EXPECT_EQ(unshare(CLONE_NEWNET), 0);
        there_ = UniqueFd(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
        EXPECT_EQ(setns(here, CLONE_NEWNET), 0);
        run("ip link set v1 netns /proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(there_.get()));
        addresses("v0", "1");
        EXPECT_EQ(setns(there_.get(), CLONE_NEWNET), 0);
        addresses("v1", "2");
        for (const int family : {AF_INET, AF_INET6})
            listen(family);
        EXPECT_EQ(setns(here, CLONE_NEWNET), 0);
    }
    /// Connects to it: the largest segments of this end and of the far one, bytes.
    std::array<int, 2> connect(int family) {
        const UniqueFd near(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const sockaddr_in6 six = address6();
        const sockaddr_in four = address4();
        const bool is6 = family == AF_INET6;
        const int done = ::connect(near.get(),
                                   is6 ? reinterpret_cast<const sockaddr*>(&six)
                                       : reinterpret_cast<const sockaddr*>(&four),
                                   is6 ? sizeof six : sizeof four);
        EXPECT_EQ(done, 0) << std::strerror(errno);
        const UniqueFd far(accept4(listeners_[is6 ? 1 : 0].get(), nullptr, nullptr, SOCK_CLOEXEC));
        return {segment(near.get()), segment(far.get())};
    }

private:
    static void addresses(const std::string& link, const std::string& host) {
        run("sysctl -q -w net.ipv4.tcp_timestamps=0");
        run("ip link set lo up");
        run("ip address add 192.0.2." + host + "/24 dev " + link);
        run("ip address add 2001:db8::" + host + "/64 dev " + link + " nodad");
        run("ip link set " + link + " up");
    }
    static sockaddr_in address4() {
        sockaddr_in out{};
        out.sin_family = AF_INET;
        out.sin_port = htons(kPort);
        out.sin_addr.s_addr = htonl(0xc0000202); // 192.0.2.2
        return out;
    }
    static sockaddr_in6 address6() {
        sockaddr_in6 out{};
        out.sin6_family = AF_INET6;
        out.sin6_port = htons(kPort);
        out.sin6_addr.s6_addr[0] = 0x20;
        out.sin6_addr.s6_addr[1] = 0x01;
        out.sin6_addr.s6_addr[2] = 0x0d;
        out.sin6_addr.s6_addr[3] = 0xb8;
        out.sin6_addr.s6_addr[15] = 2;
        return out;
    }
    void listen(int family) {
        UniqueFd socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const sockaddr_in6 six = address6();
        const sockaddr_in four = address4();
        const bool is6 = family == AF_INET6;
        EXPECT_EQ(
            bind(socket.get(),
                 is6 ? reinterpret_cast<const sockaddr*>(&six) : reinterpret_cast<const sockaddr*>(&four),
                 is6 ? sizeof six : sizeof four),
            0)
            << std::strerror(errno);
        EXPECT_EQ(::listen(socket.get(), 8), 0);
        listeners_[is6 ? 1 : 0] = std::move(socket);
    }
    static int segment(int socket) {
        int out = 0;
        socklen_t size = sizeof out;
        EXPECT_EQ(getsockopt(socket, IPPROTO_TCP, TCP_MAXSEG, &out, &size), 0);
        return out;
    }

    UniqueFd there_;
    std::array<UniqueFd, 2> listeners_;
};

using Sizes = std::array<int, 2>;

TEST_F(PacketFilterTest, TcpAgreesOnWhatFitsBothWaysInBothFamilies) {
    Peer peer(here_.get());
    EXPECT_EQ(peer.connect(AF_INET), (Sizes{1460, 1460}));
    EXPECT_EQ(peer.connect(AF_INET6), (Sizes{1440, 1440}));
    write({{if_nametoindex("v0"), 1400}, {99, 1300}});
    EXPECT_EQ(peer.connect(AF_INET), (Sizes{1360, 1360}));
    EXPECT_EQ(peer.connect(AF_INET6), (Sizes{1340, 1340}));
    write({{if_nametoindex("v0"), 9000}});
    EXPECT_EQ(peer.connect(AF_INET), (Sizes{1460, 1460})) << "never larger";
    write({{99, 1300}});
    EXPECT_EQ(peer.connect(AF_INET), (Sizes{1460, 1460})) << "another link's";
    write({{if_nametoindex("v0"), 1400}});
    write({});
    EXPECT_EQ(peer.connect(AF_INET6), (Sizes{1440, 1440}));
}

TEST_F(PacketFilterTest, TheTableComesAndGoesWhole) {
    run("nft 'add table inet other; add chain inet other c { type filter hook forward priority 0; }'");
    const std::string before = table();
    write({});
    EXPECT_EQ(table(), before) << "there was none";
    write({{1, 1492}, {7, 1492}, {8, 1400}});
    EXPECT_NE(table().find("table inet ppp-manager {"), std::string::npos);
    EXPECT_NE(table().find("size set 1452"), std::string::npos);
    EXPECT_NE(table().find("size set 1340"), std::string::npos);
    write({{8, 1400}});
    EXPECT_EQ(table().find("size set 1452"), std::string::npos);
    write({});
    EXPECT_EQ(table(), before);
}

TEST_F(PacketFilterTest, OnlyWhatOthersDoToItIsTold) {
    write({{1, 1492}});
    write({{1, 1400}});
    run("nft 'add table inet other; add chain inet other c; delete table inet other'");
    run("nft add table ip ppp-manager");
    turns();
    EXPECT_EQ(interfered_, 0);
    for (const char* command :
         {"flush ruleset", "delete table inet ppp-manager", "flush table inet ppp-manager",
          "add rule inet ppp-manager leaving counter"}) {
        run(std::string("nft ") + command);
        EXPECT_TRUE(told()) << command;
        write({{1, 1400}});
        interfered_ = 0;
        turns();
        EXPECT_EQ(interfered_, 0) << "ours, after " << command;
    }
    run("nft flush ruleset");
    write({{1, 1400}}); // before the notices of the flush were read
    turns();
    EXPECT_EQ(interfered_, 0) << "what came before no longer counts";
}

TEST_F(PacketFilterTest, WhatTheKernelRefusesIsSaid) {
    std::string error;
    EXPECT_FALSE(filter_.write({{1, 70000}}, error)) << "no such segment size";
    EXPECT_NE(error, "");
    EXPECT_EQ(error.find('\n'), std::string::npos);
    EXPECT_EQ(table(), "");
}

} // namespace
} // namespace ppp::sys
