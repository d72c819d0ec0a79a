// SPDX-License-Identifier: LGPL-2.1-or-later
// One engine: how it is born, what it reports, how it gets its secrets, how it is stopped and how it ends.
#include <csignal>

#include <sys/socket.h>

#include "support/engine_fixture.hpp"

namespace ppp::test {
namespace {

using core::Engine;
namespace engine = core::engine;

class EngineProcessTest : public EngineTest {};

constexpr const char* kUp = "wait-secrets\nphase discovery\ndiscovery 02:00:00:00:00:01 ac\n"
                            "session 7 02:00:00:00:00:01 ac\nphase establish\nlcp\nphase authenticate\n"
                            "auth chap started\nauth chap ok \"welcome\"\nphase network\n"
                            "ip4 ppp0 10.64.0.100 10.64.0.1 10.64.0.53 mtu 1492 index 7\nphase running\n"
                            "sleep-until-term\n";

// SIGCANCEL and SIGSETXID (32, 33): glibc's own, which posix_spawn leaves ignored on purpose.
constexpr unsigned long long kLibcSignals = 0x180000000;

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        all.push_back(line);
    }
    return all;
}

std::string field(const std::string& status, const std::string& key) {
    for (const auto& line : lines(status)) {
        if (line.rfind(key + ":\t", 0) == 0) {
            return line.substr(key.size() + 2);
        }
    }
    return "?";
}

TEST_F(EngineProcessTest, ReportsAllOfALinkInOrder) {
    script(kUp);
    const auto up = launch("s3cret");
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    EXPECT_EQ(up->pid(), std::get<engine::Hello>(listener.events.front()).pid);
    EXPECT_TRUE(std::holds_alternative<engine::SecretsWanted>(listener.events.at(1)));
    EXPECT_EQ(listener.last<engine::Session>()->id, 7u);
    EXPECT_EQ(listener.last<engine::Auth>()->message, "welcome");
    EXPECT_EQ(listener.last<engine::Ip4Up>()->mtu, 1492u);
    EXPECT_EQ(listener.last<engine::Ip4Up>()->dns.size(), 1u);
    EXPECT_FALSE(listener.end);
}

TEST_F(EngineProcessTest, SecretArrivesByteForByteAndNowhereElse) {
    const std::string password = "p\xff\x01 \"'\\\xc3\xa4";
    script("wait-secrets\nrecord-secret secret\nphase running\nsleep-until-term\n");
    const auto one = launch(password);
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    EXPECT_EQ(read("secret"), password);
    EXPECT_EQ(read("isp.argv").find(password), std::string::npos);
    EXPECT_EQ(read("isp.environ").find(password), std::string::npos);
}

TEST_F(EngineProcessTest, NoPasswordIsAnAnswerToo) {
    script("wait-secrets\nrecord-secret secret\nphase running\nsleep-until-term\n");
    const auto one = launch();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    EXPECT_TRUE(exists("secret"));
    EXPECT_EQ(read("secret"), "");
}

TEST_F(EngineProcessTest, AnswersWhatItIsAsked) {
    script(std::string("echo 777\n") + kUp);
    const auto up = launch("s3cret");
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    up->measureEcho();
    up->setDebug(true);
    up->setDebug(false);
    ASSERT_TRUE(
        until([&] { return listener.count<engine::EchoReply>() == 1 && read("isp.debug") == "on\noff\n"; }));
    EXPECT_EQ(listener.last<engine::EchoReply>()->microseconds, 777u);
}

TEST_F(EngineProcessTest, NothingIsAskedBeforeTheSecretsAreIn) {
    script(kUp);
    const auto up = launch("s3cret");
    up->measureEcho();
    up->setDebug(true);
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING))
        << "an engine that waits for its secrets ends on anything else";
    ASSERT_TRUE(until([&] { return read("isp.debug") == "on\n"; })) << "said as soon as it can be heard";
    EXPECT_EQ(listener.count<engine::EchoReply>(), 0);
}

// The number of a process that was reaped may come again while what stood for it is still there.
TEST_F(EngineProcessTest, SecretsStayHeldWhereAnEarlierEngineHadTheSameNumber) {
    script("wait-secrets\nphase running\nsleep-until-term\n");
    sys::EngineRoom room{loop, keeper, journal, sys::EngineReaper(loop), {loop, paths.pidFiles}, {}, {}};
    sys::EngineHandles handles = sys::spawnEngine(
        paths.pppd, {"ppp-manager-fd", "3", "ppp-manager-lifeline-fd", "4", "ipparam", "isp"});
    sys::EngineHandles old;
    old.pidfd = sys::UniqueFd(dup(handles.pidfd.get()));
    Recorder unheard;
    auto earlier = std::make_unique<sys::EngineProcess>(room, "isp", sys::EngineProcess::Kin::Survivor,
                                                        std::move(old), core::Secrets(), unheard);
    sys::EngineProcess one(room, "isp", sys::EngineProcess::Kin::Child, std::move(handles), core::Secrets(),
                           listener);
    ASSERT_EQ(earlier->pid(), one.pid());
    one.watch();
    const auto before = earlier->holdSecrets(), hold = one.holdSecrets();
    EXPECT_EQ(room.held.at(before), earlier.get());
    EXPECT_EQ(room.held.at(hold), &one);
    earlier->release();
    earlier.reset();
    EXPECT_EQ(room.held.size(), 1u);
    ASSERT_TRUE(until([this] { return listener.count<engine::SecretsWanted>() == 1; }));
    EXPECT_TRUE(keeper.log.empty()) << "they were handed over";
    room.held.at(hold)->releaseSecrets();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    EXPECT_TRUE(room.held.empty());
}

TEST_F(EngineProcessTest, AHoldEndsWithItsEngine) {
    script("vanish 3\n");
    sys::EngineRoom room{loop, keeper, journal, sys::EngineReaper(loop), {loop, paths.pidFiles}, {}, {}};
    sys::EngineProcess one(room, "isp", sys::EngineProcess::Kin::Child,
                           sys::spawnEngine(paths.pppd, {"ppp-manager-fd", "3", "ppp-manager-lifeline-fd",
                                                         "4", "ipparam", "isp"}),
                           core::Secrets(), listener);
    one.watch();
    one.holdSecrets();
    ASSERT_TRUE(untilEnd());
    EXPECT_TRUE(room.held.empty());
}

TEST_F(EngineProcessTest, SecretsAreGivenOnce) {
    script("wait-secrets\nask-secrets\nphase running\nsleep-until-term\n");
    const auto one = launch("x");
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    EXPECT_EQ(listener.count<engine::SecretsWanted>(), 2);
    EXPECT_EQ(journal.count("a second time"), 1);
}

TEST_F(EngineProcessTest, IsBornWithNothingOfOurs) {
    const sys::UniqueFd leak(fcntl(STDIN_FILENO, F_DUPFD, 50)); // not close-on-exec, as careless libraries do
    sigset_t blocked, old;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, &old);
    const auto oldPipe = std::signal(SIGPIPE, SIG_IGN);
    const auto oldTerm = std::signal(SIGTERM, SIG_IGN);
    script("phase running\nsleep-until-term\n");
    const auto one = launch();
    std::signal(SIGTERM, oldTerm);
    std::signal(SIGPIPE, oldPipe);
    sigprocmask(SIG_SETMASK, &old, nullptr);
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));

    const auto fds = lines(read("isp.fds"));
    ASSERT_EQ(fds.size(), 5u) << read("isp.fds");
    EXPECT_EQ(fds[0], "0 /dev/null");
    EXPECT_EQ(fds[1], "1 /dev/null");
    EXPECT_EQ(fds[2].rfind("2 /memfd:engine-words", 0), 0u) << fds[2];
    EXPECT_EQ(fds[3].rfind("3 socket:", 0), 0u);
    EXPECT_EQ(fds[4].rfind("4 pipe:", 0), 0u);
    const std::string status = read("isp.status");
    EXPECT_EQ(field(status, "SigBlk"), "0000000000000000");
    EXPECT_EQ(std::stoull(field(status, "SigIgn"), nullptr, 16) & ~kLibcSignals, 0u);
    EXPECT_EQ(field(status, "NSsid"), std::to_string(one->pid()));
    EXPECT_EQ(read("isp.environ"), "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLANG=C\n");
    const auto arguments = lines(read("isp.argv"));
    EXPECT_EQ(arguments.front(), paths.pppd);
    EXPECT_EQ(arguments.back(), "nic-eth0.7"); // the order's device, not the profile's
}

// Our own ends may have been given the very numbers that the engine's are to get.
TEST_F(EngineProcessTest, IsBornRightWhereLowNumbersAreFree) {
    script("exit 0\n");
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        close_range(0, ~0U, 0);
        const auto handles = sys::spawnEngine(
            paths.pppd, {"ppp-manager-fd", "3", "ppp-manager-lifeline-fd", "4", "ipparam", "low"});
        sys::EngineSocket socket(sys::UniqueFd(dup(handles.socket.get())));
        siginfo_t info{};
        waitid(P_PIDFD, static_cast<id_t>(handles.pidfd.get()), &info, WEXITED);
        const auto hello = socket.read();
        _exit(info.si_status == 0 && hello.got == sys::EngineSocket::Got::Event ? 0 : 1);
    }
    const siginfo_t info = waitFor(static_cast<std::uint32_t>(child));
    EXPECT_EQ(info.si_code, CLD_EXITED);
    EXPECT_EQ(info.si_status, 0);
    const auto fds = lines(read("low.fds"));
    ASSERT_EQ(fds.size(), 5u);
    EXPECT_EQ(fds[3].rfind("3 socket:", 0), 0u);
    EXPECT_EQ(fds[4].rfind("4 pipe:", 0), 0u);
}

TEST_F(EngineProcessTest, TerminateHangsUpInOrder) {
    script(kUp);
    const auto one = launch();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    const auto before = listener.phases().size();
    one->terminate();
    ASSERT_TRUE(untilEnd());
    const auto phases = listener.phases();
    const std::vector<std::uint32_t> last(phases.begin() + static_cast<std::ptrdiff_t>(before), phases.end());
    EXPECT_EQ(last, (std::vector<std::uint32_t>{PPPM_PHASE_TERMINATE, PPPM_PHASE_ESTABLISH,
                                                PPPM_PHASE_DISCONNECT, PPPM_PHASE_DEAD}));
    EXPECT_EQ(listener.count<engine::Ip4Down>(), 1);
    EXPECT_EQ(std::get<engine::Exit>(listener.events.back()).status, 5u);
    EXPECT_EQ(listener.end->code, 5);
    EXPECT_FALSE(listener.end->signal);
    EXPECT_TRUE(reaped(one->pid()));
    one->terminate(); // no process of that number is hit, nothing is said
    one->kill();
    EXPECT_TRUE(journal.lines.empty());
}

TEST_F(EngineProcessTest, TerminateInDiscoverySaysConnectFailed) {
    script("wait-secrets\nphase discovery\nsleep-until-term\n");
    const auto one = launch();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_SERIALCONN));
    one->terminate();
    ASSERT_TRUE(untilEnd());
    EXPECT_EQ(listener.end->code, 8);
}

TEST_F(EngineProcessTest, KillEndsAnEngineThatIgnoresTerminate) {
    script("ignore-term\nphase running\nwait-for go\nphase network\nsleep-until-term\n");
    const auto one = launch();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    one->terminate();
    touch("go");
    ASSERT_TRUE(untilPhase(PPPM_PHASE_NETWORK)); // it lives on
    one->kill();
    ASSERT_TRUE(untilEnd());
    EXPECT_EQ(listener.end->signal, SIGKILL);
    EXPECT_FALSE(listener.end->code);
}

TEST_F(EngineProcessTest, WrongPasswordIsToldBeforeTheEnd) {
    script("wait-secrets\nphase establish\nlogin chap right \"E=691 no such subscriber\"\n");
    const auto one = launch("wrong");
    ASSERT_TRUE(untilEnd());
    EXPECT_EQ(listener.last<engine::Auth>()->verdict, static_cast<std::uint32_t>(PPPM_VERDICT_REFUSED));
    EXPECT_EQ(listener.last<engine::Auth>()->message, "E=691 no such subscriber");
    EXPECT_EQ(listener.end->code, 19);
}

TEST_F(EngineProcessTest, CrashIsASignal) {
    script("phase establish\ncrash 11\n");
    const auto one = launch();
    ASSERT_TRUE(untilEnd());
    EXPECT_EQ(listener.end->signal, SIGSEGV);
    EXPECT_FALSE(listener.last<engine::Exit>());
}

TEST_F(EngineProcessTest, AllThatWasSaidComesBeforeTheEnd) {
    script("spam 600\nlcp-terminated bye\nvanish 3\n"); // the last of them while we pause for a flood
    const auto one = launch();
    ASSERT_TRUE(untilEnd());
    EXPECT_EQ(listener.count<engine::Discovery>(), 600);
    EXPECT_TRUE(std::holds_alternative<engine::LcpTerminated>(listener.events.back()));
    EXPECT_EQ(listener.end->code, 3);
}

TEST_F(EngineProcessTest, UnreadAnswerDoesNotHideTheLastWords) {
    script("ask-secrets\nwait-for go\nphase establish\nlcp-terminated bye\nvanish 4\n");
    const auto one = launch("never read");
    ASSERT_TRUE(until([this] { return listener.count<engine::SecretsWanted>() == 1; }));
    touch("go");
    siginfo_t info{};
    waitid(P_PID, one->pid(), &info, WEXITED | WNOWAIT);
    ASSERT_TRUE(untilEnd());
    ASSERT_TRUE(listener.last<engine::LcpTerminated>());
    EXPECT_EQ(listener.last<engine::LcpTerminated>()->message, "bye");
    EXPECT_EQ(listener.end->code, 4);
}

// The kernel reports ECONNRESET ahead of what is queued where the peer died with our answer unread.
TEST(EngineSocketTest, TellsNothingFromTheEnd) {
    using Got = sys::EngineSocket::Got;
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    sys::EngineSocket socket{sys::UniqueFd(ends[0])};
    sys::UniqueFd peer(ends[1]);
    EXPECT_EQ(socket.read().got, Got::Nothing);
    EXPECT_EQ(send(peer.get(), "", 0, 0), 0);
    EXPECT_EQ(socket.read().got, Got::Malformed);
    const std::uint8_t down[] = {PPPM_VERSION, PPPM_IP4_DOWN};
    EXPECT_EQ(send(peer.get(), "", 0, 0), 0);
    EXPECT_EQ(send(peer.get(), down, sizeof down, 0), 2);
    EXPECT_EQ(socket.send(down), 0);
    peer.reset();
    EXPECT_EQ(socket.read().got, Got::Malformed);
    EXPECT_EQ(socket.read().got, Got::Event);
    EXPECT_EQ(socket.read().got, Got::Closed);
    EXPECT_EQ(socket.send(down), EPIPE);
}

TEST_F(EngineProcessTest, MalformedReportsAreDroppedAndLoggedOnce) {
    script("garbage\ngarbage\nphase running\nsleep-until-term\n");
    const auto one = launch();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    EXPECT_EQ(listener.events.size(), 2u); // HELLO and the phase
    EXPECT_EQ(journal.lines.size(), 1u);
    one->terminate();
    ASSERT_TRUE(untilEnd());
    ASSERT_EQ(journal.lines.size(), 2u);
    EXPECT_NE(journal.lines[1].find("16 reports"), std::string::npos) << journal.lines[1];
}

TEST_F(EngineProcessTest, AFloodLeavesTheLoopToOthersAndCanBeStopped) {
    script("phase running\nspam 4000000000\n");
    const auto one = launch();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    int otherTurns = 0;
    const auto start = std::chrono::steady_clock::now();
    const auto other = loop.defer([&] { ++otherTurns; });
    while (std::chrono::steady_clock::now() - start < std::chrono::milliseconds(300)) {
        other->arm();
        loop.turn(10'000);
    }
    EXPECT_GT(otherTurns, 10);
    EXPECT_LE(listener.count<engine::Discovery>(), 2 * (512 + 32));
    one->terminate();
    ASSERT_TRUE(untilEnd());
    EXPECT_EQ(listener.end->code, 5);
}

TEST_F(EngineProcessTest, AFloodThatStopsLosesNothing) {
    script("spam 2000\nphase running\nsleep-until-term\n");
    const auto one = launch();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    EXPECT_EQ(listener.count<engine::Discovery>(), 2000);
}

TEST_F(EngineProcessTest, ClosedSocketIsNotTheEnd) {
    script("phase running\nclose-socket\nwait-for go\nvanish 6\n");
    const auto one = launch();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    for (int i = 0; i < 20; ++i) {
        loop.turn(1000);
    }
    EXPECT_FALSE(listener.end);
    touch("go");
    ASSERT_TRUE(untilEnd());
    EXPECT_EQ(listener.end->code, 6);
}

TEST_F(EngineProcessTest, DestroyingKillsAndLeavesNoZombie) {
    script("ignore-term\nphase running\nsleep-until-term\n");
    auto one = launch();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    const auto pid = one->pid();
    one.reset();
    ASSERT_TRUE(until([&] { return reaped(pid); }));
    EXPECT_FALSE(listener.end);
    auto two = launch();
    const auto other = two->pid();
    two.reset();
    launcher.reset(); // without another turn of the loop
    EXPECT_TRUE(reaped(other));
}

TEST_F(EngineProcessTest, ItsPidFileGoesWhereItCouldNotRemoveIt) {
    std::ofstream(folder / "pppd.d" / "other.pid") << "1\n";
    script("wait-secrets\nphase running\ntouch ppp0.pid\ncrash 9\n");
    const auto one = launch("x");
    ASSERT_TRUE(untilEnd());
    EXPECT_TRUE(until([&] { return !exists("ppp0.pid"); }));
    EXPECT_TRUE(exists("other.pid"));
}

TEST_F(EngineProcessTest, WhatItComplainsOfBeforeItsPluginSpeaksIsKept) {
    touch("isp.early");
    script("complain \"pppd: no such option\"\ncomplain \"and more\"\nvanish 2\n");
    const auto one = launch();
    ASSERT_TRUE(untilEnd());
    EXPECT_EQ(listener.end->code, 2);
    EXPECT_EQ(listener.end->words, "pppd: no such option; and more");
}

TEST_F(EngineProcessTest, ItsComplaintsAreBounded) {
    touch("isp.early");
    script("complain \"" + std::string(600, 'a') + "\"\ncomplain \"" + std::string(600, 'b') +
           "\"\nvanish 2\n");
    const auto one = launch();
    ASSERT_TRUE(untilEnd());
    EXPECT_LE(listener.end->words.size(), sys::kEngineWords + 1);
    EXPECT_EQ(listener.end->words.rfind(std::string(600, 'a'), 0), 0u);
}

TEST_F(EngineProcessTest, MayBeDestroyedInsideItsReport) {
    script("phase running\nspam 5\nsleep-until-term\n");
    auto one = launch();
    const auto pid = one->pid();
    listener.onReport = [&](const core::EngineEvent& event) {
        if (std::holds_alternative<engine::Discovery>(event)) {
            one.reset();
        }
    };
    ASSERT_TRUE(until([&] { return reaped(pid); }));
    EXPECT_EQ(listener.count<engine::Discovery>(), 1);
    EXPECT_FALSE(listener.end);
}

TEST_F(EngineProcessTest, MayBeReplacedInsideItsEnd) {
    script("wait-secrets\nphase establish\nexit 10\n");
    auto one = launch();
    Recorder second;
    listener.onEnd = [&] {
        EXPECT_TRUE(reaped(one->pid()));
        script("wait-secrets\nphase running\nsleep-until-term\n");
        one.reset();
        one = launcher->launch(order(), second);
    };
    ASSERT_TRUE(until([&] { return second.in(PPPM_PHASE_RUNNING); }));
    EXPECT_EQ(keeper.kept.size(), 3u);
}

} // namespace
} // namespace ppp::test
