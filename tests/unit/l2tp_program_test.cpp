// SPDX-License-Identifier: LGPL-2.1-or-later
// The L2TP engine between its daemon and the network, as far as no L2TP of the kernel is needed: what it
// says, and when it chooses the way to its server.
#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "core/engine_message.hpp"
#include "engine/host/engine_host.hpp"
#include "engine/l2tp/lac_program.hpp"
#include "net_namespace.hpp"

namespace ppp::l2tp {
namespace {

using Datagrams = std::vector<std::vector<std::uint8_t>>;

const std::vector<std::uint8_t> kServer{203, 0, 113, 9};

class NoJournal : public core::Journal {
public:
    void log(core::Severity, const std::string&, const std::string&,
             const std::vector<std::string>&) override {}
};

class L2tpProgram : public test::NetNamespace {
protected:
    void SetUp() override {
        NetNamespace::SetUp();
        if (IsSkipped()) {
            return;
        }
        vethPair();
        test::run("ip address add 192.0.2.2/24 dev v0");
    }

    void start(const std::string& server) {
        std::array<int, 2> ends{};
        ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
        daemon = sys::UniqueFd(ends[0]);
        std::array<int, 2> line{};
        ASSERT_EQ(pipe(line.data()), 0);
        lifeline = sys::UniqueFd(line[1]);
        core::EngineTask task;
        task.connection = "work";
        task.type = core::LinkType::L2tp;
        task.l2tp.emplace();
        task.l2tp->server = server;
        task.l2tp->requireIpsec = true;
        host = std::make_unique<engine::EngineHost>(
            loop, task, engine::HostFds{sys::UniqueFd(ends[1]), sys::UniqueFd(line[0])}, program, journal);
        program.bind(*host);
        say(core::encodeSecrets(std::nullopt));
    }
    void say(const std::vector<std::uint8_t>& datagram) {
        EXPECT_EQ(send(daemon.get(), datagram.data(), datagram.size(), 0),
                  static_cast<ssize_t>(datagram.size()));
    }
    /// The first report of this kind, now or after more turns of the loop.
    std::optional<core::EngineEvent> await(std::uint8_t kind) {
        std::optional<core::EngineEvent> out;
        test::eventually([&] {
            const bool runs = loop.turn(10'000);
            collect();
            for (const auto& one : heard) {
                if (!out && engine::kindOf(one) == kind) {
                    out = core::decodeEngineMessage(one);
                }
            }
            return out || !runs;
        });
        EXPECT_TRUE(out) << "no report of kind " << +kind;
        return out;
    }
    std::optional<core::engine::Failure> failure() {
        const auto event = await(PPPM_FAILURE);
        return event ? std::optional(std::get<core::engine::Failure>(*event)) : std::nullopt;
    }
    bool failed() {
        collect();
        return std::any_of(heard.begin(), heard.end(),
                           [](const auto& one) { return engine::kindOf(one) == PPPM_FAILURE; });
    }
    void collect() {
        std::vector<std::uint8_t> buffer(PPPM_MAX_DATAGRAM);
        for (ssize_t size = 0; (size = recv(daemon.get(), buffer.data(), buffer.size(), MSG_DONTWAIT)) > 0;) {
            heard.emplace_back(buffer.begin(), buffer.begin() + size);
        }
    }

    sys::EventLoop loop;
    NoJournal journal;
    LacProgram program{loop};
    sys::UniqueFd daemon, lifeline;
    std::unique_ptr<engine::EngineHost> host;
    Datagrams heard;
};

TEST_F(L2tpProgram, theWayIsChosenWhenTheServerIsPinned) {
    start("203.0.113.9"); // to which there is no way yet
    const auto server = await(PPPM_SERVER);
    ASSERT_TRUE(server);
    EXPECT_EQ(std::get<core::engine::Server>(*server).address, kServer);
    EXPECT_FALSE(failed()) << "it waits for the answer";
    test::run("ip route add default via 192.0.2.1 dev v0");
    say(core::encodePinned(kServer));
    const auto why = failure();
    ASSERT_TRUE(why);
    EXPECT_EQ(why->reason, core::Reason::TunnelRefused) << why->message;
    EXPECT_NE(why->message.find("require-ipsec"), std::string::npos) << why->message;
    EXPECT_NE(why->message.find("nothing was sent"), std::string::npos) << why->message;
}

TEST_F(L2tpProgram, withoutADaemonItGoesOnByItself) {
    start("203.0.113.9");
    ASSERT_TRUE(await(PPPM_SERVER));
    const auto why = failure();
    ASSERT_TRUE(why);
    EXPECT_EQ(why->reason, core::Reason::TunnelTimeout) << why->message;
    EXPECT_FALSE(why->passing);
}

TEST_F(L2tpProgram, aShortageWhenItLooksTheNameUpIsPassing) {
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    start("lns.invalid");
    const int lowest = dup(0);
    close(lowest);
    const rlimit none{static_cast<rlim_t>(lowest), before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    const auto why = failure();
    setrlimit(RLIMIT_NOFILE, &before);
    ASSERT_TRUE(why);
    EXPECT_EQ(why->reason, core::Reason::EngineFailed);
    EXPECT_TRUE(why->passing) << why->message;
}

TEST(L2tpShortage, isToldByItsErrno) {
    for (const int passing : {EAGAIN, ENOMEM, ENOBUFS, EMFILE, ENFILE}) {
        EXPECT_TRUE(engine::EngineHost::meansShortage(passing)) << passing;
    }
    for (const int lasting : {0, ENOENT, EACCES, EPERM, EINVAL, ENOEXEC}) {
        EXPECT_FALSE(engine::EngineHost::meansShortage(lasting)) << lasting;
    }
}

} // namespace
} // namespace ppp::l2tp
