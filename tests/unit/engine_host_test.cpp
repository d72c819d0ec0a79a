// SPDX-License-Identifier: LGPL-2.1-or-later
// The serial engine as the daemon meets it: a real ppp-manager-serial on a pseudo terminal, with the fake
// pppd as its child.
#include <algorithm>
#include <csignal>

#include <pty.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>

#include "core/engine_order.hpp"
#include "engine/host/report.hpp"
#include "engine/host/vault.hpp"
#include "engine/serial/tty_settings.hpp"
#include "support/engine_fixture.hpp"
#include "sys/line_lock.hpp"

namespace ppp::test {
namespace {

namespace engine = core::engine;
using core::Reason;
using Phases = std::vector<std::uint32_t>;

class EngineHostTest : public EngineTest {
protected:
    EngineHostTest() {
        paths.serial = PPP_TEST_PPP_MANAGER_SERIAL;
        std::filesystem::create_directories(folder / "locks");
        paths.locks = (folder / "locks").string();
        paths.lines = (folder / "lines").string();
        newLife();
        std::array<char, 64> name{};
        EXPECT_EQ(openpty(&master, &slave, name.data(), nullptr, nullptr), 0);
        node = name.data();
        found = *ppp::engine::TtySettings::of(slave);
    }
    ~EngineHostTest() override { unplug(); }
    void unplug() {
        for (int* fd : {&master, &slave}) {
            if (*fd >= 0) {
                close(*fd);
            }
            *fd = -1;
        }
    }
    std::unique_ptr<core::Engine> dial(const std::string& password = "s3cret") {
        core::EngineOrder made;
        made.connection = "cable";
        made.profile.type = core::LinkType::Serial;
        made.profile.serial.emplace();
        made.profile.serial->device = device.empty() ? node : device;
        made.profile.serial->speed = 57600;
        made.profile.serial->dial = login;
        made.device = made.profile.serial->device;
        made.secrets.emplace("password", core::Secret(password));
        return launcher->launch(std::move(made), listener);
    }
    std::size_t locks() const {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(folder / "locks"), {}));
    }
    std::uint32_t pppdPid() const {
        std::istringstream in(read("cable.runs"));
        std::uint32_t pid = 0;
        for (std::uint32_t next = 0; in >> next;) {
            pid = next;
        }
        return pid;
    }
    void givenBack() const {
        EXPECT_EQ(locks(), 0U);
        EXPECT_TRUE(*ppp::engine::TtySettings::of(slave) == found);
        EXPECT_FALSE(std::filesystem::exists(folder / "lines"));
    }

    void carrier(bool there) const {
        const winsize size{static_cast<unsigned short>(there ? 1 : 0), 1, 0, 0};
        EXPECT_EQ(ioctl(master, TIOCSWINSZ, &size), 0);
    }
    bool claimed() const {
        int alone = 0;
        return ioctl(slave, TIOCGEXCL, &alone) == 0 && alone != 0;
    }

    std::string node, device;
    std::optional<core::DialSection> login;
    int master = -1, slave = -1;
    ppp::engine::TtySettings found;
};

constexpr const char* kUp = "wait-secrets\nrecord-secret secret\nphase serialconn\nphase establish\nlcp\n"
                            "phase network\nip4 ppp0 10.0.0.2 10.0.0.1 mtu 1500 index 7\nphase running\n"
                            "sleep-until-term\n";

TEST_F(EngineHostTest, StandsBetweenUsAndPppd) {
    script(kUp);
    const auto one = dial();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    EXPECT_EQ(listener.phases(),
              (Phases{PPPM_PHASE_OPENING, PPPM_PHASE_ESTABLISH, PPPM_PHASE_NETWORK, PPPM_PHASE_RUNNING}));
    EXPECT_EQ(listener.count<engine::Hello>(), 2);
    EXPECT_EQ(listener.last<engine::Hello>()->pid, pppdPid()) << "who hooks and pid files know";
    EXPECT_EQ(listener.count<engine::SecretsWanted>(), 1);
    EXPECT_NE(pppdPid(), one->pid());
    EXPECT_EQ(read("secret"), "s3cret");
    EXPECT_EQ(ppp::engine::TtySettings::of(slave)->speed(), 57600U);
    EXPECT_EQ(locks(), 1U);
    EXPECT_EQ(keeper.kept.size(), 3U);

    one->measureEcho();
    ASSERT_TRUE(until([this] { return listener.count<engine::EchoReply>() == 1; }));
    one->setDebug(true);
    ASSERT_TRUE(until([this] { return read("cable.debug") == "on\n"; }));

    one->terminate();
    ASSERT_TRUE(untilEnd());
    EXPECT_EQ(listener.count<engine::Exit>(), 1);
    EXPECT_EQ(listener.last<engine::Exit>()->status, 5U);
    EXPECT_EQ(listener.end->code, 5);
    EXPECT_EQ(listener.count<engine::Failure>(), 0);
    givenBack();
}

// One that leads a session takes the line as its terminal, which no O_NOCTTY of pppd's keeps it from; when it
// ends, the kernel hangs up every line that is no pseudo terminal for us, too, and no modem can be told to
// hang up.
TEST_F(EngineHostTest, PppdLeadsNoSessionWhoseTerminalTheLineWouldBe) {
    script(kUp);
    const auto one = dial();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    const auto pid = static_cast<pid_t>(pppdPid());
    EXPECT_EQ(getsid(pid), static_cast<pid_t>(one->pid()));
    EXPECT_EQ(getpgid(pid), pid) << "what is for its group is not for us";
    one->terminate();
    ASSERT_TRUE(untilEnd());
    givenBack();
}

TEST_F(EngineHostTest, NoSecretIsInItsCommandLineEnvironmentOrOrder) {
    script(kUp);
    const auto one = dial("un1que-secret");
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    std::ostringstream all;
    for (const std::uint32_t pid : {one->pid(), pppdPid()}) {
        for (const char* file : {"cmdline", "environ"}) {
            all << std::ifstream("/proc/" + std::to_string(pid) + "/" + file).rdbuf();
        }
    }
    EXPECT_NE(all.str().find("ppp-manager-serial"), std::string::npos);
    EXPECT_EQ(all.str().find("un1que"), std::string::npos);
    EXPECT_EQ(read("cable.fds").find("\n5 "), std::string::npos) << "the order is not for pppd";
    one->terminate();
    ASSERT_TRUE(untilEnd());
}

TEST_F(EngineHostTest, WaitsForItsScopeBeforePppdIsBorn) {
    moves = false;
    script(kUp);
    const auto one = dial();
    ASSERT_TRUE(until([this] { return listener.count<engine::SecretsWanted>() == 1 && moved; }));
    EXPECT_FALSE(exists("cable.runs"));
    EXPECT_TRUE(keeper.kept.empty());
    moved();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    one->terminate();
    ASSERT_TRUE(untilEnd());
}

TEST_F(EngineHostTest, OutlivesUsAndSaysAgainHowThingsStand) {
    script("wait-secrets\nphase establish\nphase running\nwait-for go\nlcp-terminated \"bye\"\nexit 16\n");
    auto one = dial();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    const auto pid = one->pid();
    one->release();
    one.reset();
    newLife();
    const auto again = launcher->adopt("cable", listener);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->pid(), pid);
    touch("go");
    ASSERT_TRUE(untilEnd());
    EXPECT_EQ(listener.last<engine::LcpTerminated>()->message, "bye");
    EXPECT_EQ(listener.last<engine::Exit>()->status, 16U);
    waitFor(pid);
    givenBack();
}

TEST_F(EngineHostTest, ALifelineThatBreaksHangsUpAndGivesTheLineBack) {
    script(kUp);
    auto one = dial();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    const auto pid = one->pid();
    one->release();
    one.reset();
    newLife();
    keeper.inherited.clear();
    keeper.kept.clear();
    EXPECT_EQ(waitFor(pid).si_status, 5);
    givenBack();
}

TEST_F(EngineHostTest, APppdThatIsKilledIsToldAsItWas) {
    script(kUp);
    const auto one = dial();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    ASSERT_EQ(kill(static_cast<pid_t>(pppdPid()), SIGKILL), 0);
    ASSERT_TRUE(untilEnd());
    EXPECT_EQ(listener.end->signal, SIGKILL);
    EXPECT_EQ(listener.count<engine::Exit>(), 0);
    givenBack();
}

TEST_F(EngineHostTest, AnEngineThatIsKilledTakesPppdWithItAndTheNextCleansUp) {
    script(kUp);
    {
        const auto one = dial();
        ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
        const auto orphan = sys::pidfd::open(static_cast<pid_t>(pppdPid()));
        one->kill();
        ASSERT_TRUE(untilEnd());
        pollfd state{orphan.get(), POLLIN, 0};
        EXPECT_EQ(poll(&state, 1, 20'000), 1) << "pppd goes on";
        EXPECT_EQ(locks(), 1U);
    }
    listener.events.clear();
    listener.end.reset();
    const auto two = dial();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    two->terminate();
    ASSERT_TRUE(untilEnd());
    givenBack();
}

TEST_F(EngineHostTest, TheNextWaitsForThePppdOfAKilledOne) {
    script("wait-secrets\non-term leaving\nignore-term\nphase running\nwait-for gone\nexit 5\n");
    {
        const auto one = dial();
        ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
        one->kill();
        ASSERT_TRUE(untilEnd());
    }
    const auto orphan = pppdPid();
    script(kUp);
    listener.events.clear();
    listener.end.reset();
    const auto two = dial();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_OPENING));
    EXPECT_EQ(pppdPid(), orphan) << "one at a time";
    touch("gone");
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    EXPECT_NE(pppdPid(), orphan);
    two->terminate();
    ASSERT_TRUE(untilEnd());
}

TEST_F(EngineHostTest, AHolderOfTheLockIsNamed) {
    const std::string lock = (folder / "locks" / sys::lockName(node)).string();
    std::ofstream(lock) << getpid() << '\n';
    const auto one = dial();
    ASSERT_TRUE(untilEnd());
    const auto* failure = listener.last<engine::Failure>();
    ASSERT_NE(failure, nullptr);
    EXPECT_EQ(failure->reason, Reason::DeviceBusy);
    EXPECT_NE(failure->message.find(std::to_string(getpid())), std::string::npos) << failure->message;
    EXPECT_EQ(listener.end->code, 8);
    EXPECT_FALSE(exists("cable.runs"));
    EXPECT_TRUE(std::filesystem::exists(lock));
}

TEST_F(EngineHostTest, ALineThatIsNotThereOrGoesAwayIsMissing) {
    device = "/dev/no-such-line";
    auto one = dial();
    ASSERT_TRUE(untilEnd());
    ASSERT_NE(listener.last<engine::Failure>(), nullptr);
    EXPECT_EQ(listener.last<engine::Failure>()->reason, Reason::DeviceMissing);

    device.clear();
    listener.events.clear();
    listener.end.reset();
    script("wait-secrets\nphase running\nwait-for pulled\nexit 16\n");
    one = dial();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    unplug();
    touch("pulled");
    ASSERT_TRUE(untilEnd());
    ASSERT_NE(listener.last<engine::Failure>(), nullptr);
    EXPECT_EQ(listener.last<engine::Failure>()->reason, Reason::DeviceMissing);
    EXPECT_EQ(listener.last<engine::Exit>()->status, 16U);
    EXPECT_EQ(locks(), 0U);
}

TEST_F(EngineHostTest, ACarrierThatGoesBeforeLcpIsTheOtherEnds) {
    paths.serial = PPP_TEST_WIRED_SERIAL;
    newLife();
    carrier(true);
    script("wait-secrets\nphase serialconn\nwait-for gone\nphase establish\nsleep-until-term\n");
    const auto one = dial();
    ASSERT_TRUE(until([this] { return exists("cable.runs"); }));
    carrier(false);
    touch("gone");
    ASSERT_TRUE(untilEnd());
    const auto* failure = listener.last<engine::Failure>();
    ASSERT_NE(failure, nullptr);
    EXPECT_EQ(failure->reason, Reason::PeerTerminated);
    EXPECT_EQ(failure->message, "the other end hung up: the carrier of " + node + " is gone");
    givenBack();
}

TEST_F(EngineHostTest, TheLineIsOursAloneWhileWeTalkAndPppdsThen) {
    login.emplace();
    login->login = {{"go:", ""}};
    login->timeout = std::chrono::seconds(60);
    script(kUp);
    const auto one = dial();
    ASSERT_TRUE(untilPhase(PPPM_PHASE_DIALING));
    ASSERT_TRUE(until([this] { return claimed(); }));
    ASSERT_EQ(write(master, "go:", 3), 3);
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    EXPECT_FALSE(claimed());
    one->terminate();
    ASSERT_TRUE(untilEnd());
    givenBack();
}

TEST_F(EngineHostTest, PppdsComplaintsOfItsOptionsArrive) {
    touch("cable.early");
    script("complain \"unrecognized option 'frob'\"\nvanish 2\n");
    const auto one = dial();
    ASSERT_TRUE(untilEnd());
    const auto* failure = listener.last<engine::Failure>();
    ASSERT_NE(failure, nullptr);
    EXPECT_EQ(failure->reason, Reason::EngineFailed);
    EXPECT_NE(failure->message.find("frob"), std::string::npos) << failure->message;
    EXPECT_EQ(listener.end->code, 2);
    givenBack();
}

TEST(EngineTask, TravelsWhole) {
    core::EngineTask task;
    task.connection = "cable";
    task.pppd = "/usr/sbin/pppd";
    task.arguments = {"nodetach", "local"};
    task.pidFiles = "/run";
    task.locks = "/run/lock";
    task.state = "/run/x";
    task.pinStored = true;
    task.serial.emplace();
    task.serial->device = "/dev/ttyS1";
    task.serial->flowControl = core::FlowControl::XonXoff;
    task.serial->dial.emplace();
    task.serial->dial->number = "*99#";
    task.serial->dial->login = {{"ogin:", "alice"}, {"word:", "$password"}};
    task.serial->dial->timeout = std::chrono::seconds(7);
    const auto back = core::engineTaskFromJson(core::toJson(task));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->connection, task.connection);
    EXPECT_EQ(back->arguments, task.arguments);
    EXPECT_EQ(back->pidFiles, task.pidFiles);
    EXPECT_EQ(back->locks, task.locks);
    EXPECT_EQ(back->state, task.state);
    EXPECT_TRUE(back->pinStored);
    EXPECT_EQ(back->serial, task.serial);

    core::EngineTask tunnel;
    tunnel.connection = "t";
    tunnel.pppd = "/p";
    tunnel.type = core::LinkType::L2tp;
    tunnel.l2tp.emplace();
    tunnel.l2tp->server = "lns.example";
    tunnel.l2tp->hostname = "us";
    const auto same = core::engineTaskFromJson(core::toJson(tunnel));
    ASSERT_TRUE(same);
    EXPECT_EQ(same->l2tp, tunnel.l2tp);
    EXPECT_FALSE(core::engineTaskFromJson("{}"));
    EXPECT_FALSE(core::engineTaskFromJson(""));
}

TEST(Vault, TakesSecretsOnceAndWipesWhatTheyCameIn) {
    ppp::engine::Vault vault;
    EXPECT_FALSE(vault.password());
    const auto datagram = ppp::engine::Report(PPPM_SECRETS)
                              .text(PPPM_T_PASSWORD, "one")
                              .text(PPPM_T_TUNNEL_SECRET, "two")
                              .datagram();
    const auto take = [&] {
        std::copy(datagram.begin(), datagram.end(), vault.intake().begin());
        return vault.take(datagram.size());
    };
    EXPECT_TRUE(take());
    EXPECT_EQ(vault.password(), "one");
    EXPECT_EQ(vault.tunnelSecret(), "two");
    EXPECT_EQ(std::count(vault.intake().begin(), vault.intake().end(), 0),
              static_cast<std::ptrdiff_t>(vault.intake().size()));
    EXPECT_FALSE(take()) << "once";
}

} // namespace
} // namespace ppp::test
