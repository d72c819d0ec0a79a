// SPDX-License-Identifier: LGPL-2.1-or-later
// A path on which "fragmentation needed" is dropped: client → router with our table → provider → server, 1500
// bytes everywhere but 1492 between router and provider. A large answer hangs without the clamp and comes
// with it.
#include <array>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "net_namespace.hpp"
#include "sys/packet_filter.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {
namespace {

using test::run;

constexpr std::uint16_t kPort = 4321;
constexpr std::size_t kLarge = 100'000;        // bytes; fits into a socket's buffers
constexpr int kComes = 20'000, kHangs = 2'000; // ms without a byte

/// One namespace; whoever is in it is on its machine.
class Space {
public:
    explicit Space(int home) : home_(home) {
        EXPECT_EQ(unshare(CLONE_NEWNET), 0);
        fd_ = UniqueFd(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
        run("ip link set lo up");
        EXPECT_EQ(setns(home_, CLONE_NEWNET), 0);
    }
    template <typename Act> void in(Act act) const {
        EXPECT_EQ(setns(fd_.get(), CLONE_NEWNET), 0);
        act();
        EXPECT_EQ(setns(home_, CLONE_NEWNET), 0);
    }
    std::string path() const {
        return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(fd_.get());
    }

private:
    int home_;
    UniqueFd fd_;
};

void address(const std::string& link, const std::string& net, const std::string& host) {
    run("ip link set " + link + " up");
    run("ip address add 10.9." + net + "." + host + "/24 dev " + link);
    run("ip address add 2001:db8:" + net + "::" + host + "/64 dev " + link + " nodad");
}

void route(const std::string& net, const std::string& by) {
    run("ip route add 10.9." + net + ".0/24 via 10.9." + by);
    run("ip route add 2001:db8:" + net + "::/64 via 2001:db8:" + by.substr(0, 1) + "::" + by.substr(2));
}

/// Nobody is told what does not fit.
void deaf(const std::string& hook) {
    run("nft 'table inet deaf { chain c { type filter hook " + hook +
        " priority 0; icmp type destination-unreachable drop; icmpv6 type packet-too-big drop; }; }'");
}

class PacketPath : public test::NetNamespace {
protected:
    /// Networks: 1 client–router, 2 router–provider, 3 provider–server; the first of each pair is host 1.
    void SetUp() override {
        NetNamespace::SetUp();
        if (IsSkipped())
            return;
        const std::string forward = "sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1";
        run(forward);
        run("ip link add lan type veth peer name eth netns " + client_.path());
        run("ip link add wan mtu 1492 type veth peer name port mtu 1492 netns " + provider_.path());
        client_.in([] {
            address("eth", "1", "1");
            route("2", "1.2");
            route("3", "1.2");
            deaf("input");
        });
        address("lan", "1", "2");
        address("wan", "2", "1");
        provider_.in([&] {
            run(forward);
            run("ip link add core type veth peer name eth netns " + server_.path());
            address("port", "2", "2");
            address("core", "3", "1");
            route("1", "2.1");
            deaf("output");
        });
        route("3", "2.2");
        server_.in([] {
            address("eth", "3", "2");
            route("1", "3.1");
            route("2", "3.1");
        });
    }

    /// The far end's address, or the wildcard.
    static sockaddr_in6 server(int family, bool any) {
        sockaddr_in6 out{};
        out.sin6_family = AF_INET6;
        out.sin6_port = htons(kPort);
        const std::array<std::uint8_t, 16> four{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 9, 3, 2};
        const std::array<std::uint8_t, 16> six{0x20, 1, 0x0d, 0xb8, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
        if (!any)
            std::memcpy(&out.sin6_addr, family == AF_INET ? four.data() : six.data(), 16);
        return out;
    }

    /// What the client has of a large answer, at the latest after so long without a byte.
    std::size_t fetch(int family, int patience) {
        UniqueFd listener, near;
        server_.in([&] {
            listener = UniqueFd(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
            const int yes = 1;
            setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
            const sockaddr_in6 any = server(family, true);
            EXPECT_EQ(bind(listener.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
            EXPECT_EQ(listen(listener.get(), 1), 0);
        });
        client_.in([&] { near = UniqueFd(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)); });
        const sockaddr_in6 to = server(family, false);
        EXPECT_EQ(connect(near.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0)
            << std::strerror(errno);
        const UniqueFd far(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        const std::string answer(kLarge, 'x');
        std::size_t sent = 0, got = 0;
        std::array<char, 65536> buffer{};
        while (got < kLarge) {
            const ssize_t more = send(far.get(), answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
            sent += more > 0 ? static_cast<std::size_t>(more) : 0;
            pollfd ready{near.get(), POLLIN, 0};
            if (poll(&ready, 1, patience) != 1)
                break;
            const ssize_t part = recv(near.get(), buffer.data(), buffer.size(), 0);
            if (part <= 0)
                break;
            got += static_cast<std::size_t>(part);
        }
        return got;
    }

    UniqueFd home_{open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)};
    Space client_{home_.get()}, provider_{home_.get()}, server_{home_.get()};
    EventLoop loop_;
    PacketFilter filter_{loop_};
};

TEST_F(PacketPath, HangsWithoutTheClampAndNotWithIt) {
    for (const int family : {AF_INET, AF_INET6}) {
        SCOPED_TRACE(family == AF_INET ? "IPv4" : "IPv6");
        std::string error;
        EXPECT_LT(fetch(family, kHangs), kLarge);
        ASSERT_TRUE(filter_.write({{if_nametoindex("wan"), 1492}}, error)) << error;
        EXPECT_EQ(fetch(family, kComes), kLarge);
        ASSERT_TRUE(filter_.write({}, error)) << error;
    }
}

} // namespace
} // namespace ppp::sys
