// SPDX-License-Identifier: LGPL-2.1-or-later
// Engines over several lives of the daemon: what is stored and when, adoption, orphans, and why one cannot be
// started.
#include <csignal>

#include <sys/resource.h>

#include "support/engine_fixture.hpp"

namespace ppp::test {
namespace {

using core::EngineUnavailable;
using Why = core::EngineUnavailable::Why;
namespace engine = core::engine;

class EngineLauncherTest : public EngineTest {
protected:
    /// An engine that is up, handed to the next life. Returns its pid.
    std::uint32_t survivor(const std::string& rest) {
        script("wait-secrets\nphase running\n" + rest);
        auto one = launch("x");
        EXPECT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
        const auto pid = one->pid();
        one->release();
        one.reset();
        listener.events.clear();
        newLife();
        return pid;
    }
};

using Log = std::vector<std::string>;

TEST_F(EngineLauncherTest, StoresOnlyWithItsSecretsAndTheLifelineLast) {
    script("wait-for go\nwait-secrets\nphase running\nsleep-until-term\n");
    const auto one = launch("x");
    ASSERT_TRUE(until([this] { return listener.count<engine::Hello>() == 1; }));
    EXPECT_TRUE(keeper.log.empty());
    touch("go");
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    EXPECT_EQ(keeper.log, (Log{"+isp.pidfd", "+isp.socket", "+isp.lifeline"}));
    EXPECT_EQ(sys::pidfd::process(keeper.kept["isp.pidfd"].get()), one->pid());
    one->terminate();
    ASSERT_TRUE(untilEnd());
    EXPECT_TRUE(keeper.kept.empty());
}

TEST_F(EngineLauncherTest, AFullStoreKeepsNothingOfTheEngine) {
    keeper.refuse = "isp.socket";
    script("wait-secrets\nphase running\nsleep-until-term\n");
    const auto one = launch("x");
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    EXPECT_TRUE(keeper.kept.empty());
    EXPECT_EQ(journal.count("cannot be stored"), 1);
}

TEST_F(EngineLauncherTest, AsksForAScope) {
    script("phase running\nsleep-until-term\n");
    const auto one = launch();
    ASSERT_EQ(scopes.size(), 1u);
    EXPECT_EQ(scopes[0].first, "isp");
    EXPECT_EQ(scopes[0].second, one->pid());
}

TEST_F(EngineLauncherTest, ReleasedEngineIsAdoptedWithWhatItSaidMeanwhile) {
    const auto pid = survivor("wait-for go\nphase network\ntouch said\nphase running\nsleep-until-term\n");
    touch("go");
    ASSERT_TRUE(until([this] { return exists("said"); }));
    EXPECT_EQ(launcher->leftBehind(), Log{"isp"});
    const auto again = launcher->adopt("isp", listener);
    ASSERT_TRUE(again);
    EXPECT_TRUE(listener.events.empty()); // from the loop, not from the call
    EXPECT_EQ(again->pid(), pid);
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    EXPECT_EQ(listener.phases(), (std::vector<std::uint32_t>{PPPM_PHASE_NETWORK, PPPM_PHASE_RUNNING}));
    EXPECT_TRUE(launcher->leftBehind().empty());

    again->terminate();
    ASSERT_TRUE(untilEnd());
    EXPECT_EQ(listener.last<engine::Exit>()->status, 5u);
    EXPECT_FALSE(listener.end->code); // no child: not known
    EXPECT_FALSE(listener.end->signal);
    EXPECT_TRUE(keeper.kept.empty());
    EXPECT_EQ(waitFor(pid).si_status, 5);
}

TEST_F(EngineLauncherTest, CanBeAdoptedOnce) {
    const auto pid = survivor("sleep-until-term\n");
    auto again = launcher->adopt("isp", listener);
    ASSERT_TRUE(again);
    Recorder other;
    EXPECT_FALSE(launcher->adopt("isp", other));
    EXPECT_FALSE(launcher->adopt("unknown", other));
    again.reset(); // kills
    EXPECT_EQ(waitFor(pid).si_status, SIGKILL);
    EXPECT_TRUE(keeper.kept.empty());
    EXPECT_FALSE(launcher->adopt("isp", other));
}

TEST_F(EngineLauncherTest, SurvivesSeveralLives) {
    const auto pid = survivor("wait-for go\nphase network\nsleep-until-term\n");
    for (int life = 0; life < 3; ++life) {
        auto again = launcher->adopt("isp", listener);
        ASSERT_TRUE(again);
        EXPECT_EQ(again->pid(), pid);
        again->release();
        again.reset();
        newLife();
    }
    const auto last = launcher->adopt("isp", listener);
    touch("go");
    ASSERT_TRUE(untilPhase(PPPM_PHASE_NETWORK));
    last->kill();
    ASSERT_TRUE(untilEnd());
    EXPECT_EQ(waitFor(pid).si_status, SIGKILL);
}

TEST_F(EngineLauncherTest, EngineThatEndedMeanwhileIsToldFromTheLoop) {
    const auto pid = survivor("wait-for go\nlcp-terminated \"maintenance\"\nexit 16\n");
    touch("go");
    EXPECT_EQ(waitFor(pid).si_status, 16);
    const auto again = launcher->adopt("isp", listener);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->pid(), 0u);
    EXPECT_TRUE(listener.events.empty());
    EXPECT_FALSE(listener.end);
    ASSERT_TRUE(untilEnd());
    EXPECT_EQ(listener.last<engine::LcpTerminated>()->message, "maintenance");
    EXPECT_EQ(std::get<engine::Exit>(listener.events.back()).status, 16u);
    EXPECT_TRUE(keeper.kept.empty());
}

TEST_F(EngineLauncherTest, APidFileOfTheDeadGoesAndOneOfTheLivingStays) {
    const auto pid = survivor("sleep-until-term\n");
    const auto file = folder / "pppd.d" / "ppp7.pid";
    std::ofstream(file) << pid << '\n';
    launcher->tidyAfter(pid);
    loop.turn(0);
    EXPECT_TRUE(std::filesystem::exists(file)) << "that process runs";
    ASSERT_EQ(kill(static_cast<pid_t>(pid), SIGKILL), 0);
    EXPECT_EQ(waitFor(pid).si_status, SIGKILL);
    launcher->tidyAfter(pid + 100000);
    loop.turn(0);
    EXPECT_TRUE(std::filesystem::exists(file)) << "another's";
    launcher->tidyAfter(pid);
    launcher->tidyAfter(pid + 1);
    EXPECT_TRUE(std::filesystem::exists(file)) << "one look for all that end in a turn";
    loop.turn(0);
    EXPECT_FALSE(std::filesystem::exists(file));
}

// systemctl stop: the store goes, and with it the last write end of the lifeline.
TEST_F(EngineLauncherTest, ClosingTheStoreHangsUp) {
    const auto pid = survivor("sleep-until-term\n");
    keeper.inherited.clear();
    keeper.kept.clear();
    const siginfo_t info = waitFor(pid);
    EXPECT_EQ(info.si_code, CLD_EXITED);
    EXPECT_EQ(info.si_status, 5);
}

TEST_F(EngineLauncherTest, EngineWithoutItsSecretsDoesNotOutliveUs) {
    script("wait-for never\n");
    auto one = launch("x");
    ASSERT_TRUE(until([this] { return listener.count<engine::Hello>() == 1; }));
    const auto pid = one->pid();
    one->release();
    one.reset();
    waitFor(pid);
    EXPECT_TRUE(keeper.log.empty());
}

TEST_F(EngineLauncherTest, IncompleteSetIsSwept) {
    const auto pid = survivor("sleep-until-term\n");
    keeper.kept.erase("isp.pidfd");
    newLife();
    EXPECT_TRUE(launcher->leftBehind().empty());
    EXPECT_TRUE(keeper.kept.empty());
    EXPECT_EQ(waitFor(pid).si_status, 5); // its lifeline went
}

TEST_F(EngineLauncherTest, WhatIsNoEngineIsRefused) {
    for (const char* kind : {sys::kStoredPidfd, sys::kStoredSocket, sys::kStoredLifeline}) {
        keeper.kept[std::string("isp") + kind] = sys::UniqueFd(open("/dev/null", O_RDWR | O_CLOEXEC));
    }
    keeper.kept["something else"] = sys::UniqueFd(open("/dev/null", O_RDWR | O_CLOEXEC));
    newLife();
    EXPECT_FALSE(launcher->adopt("isp", listener));
    EXPECT_EQ(journal.count("not usable"), 1);
    ASSERT_EQ(keeper.kept.size(), 1u); // other people's are left alone
    EXPECT_EQ(keeper.kept.begin()->first, "something else");
}

TEST_F(EngineLauncherTest, NamesThatEndLikeAKindAreToldApart) {
    script("wait-secrets\nphase running\nsleep-until-term\n");
    Recorder second;
    auto first = order("x"), other = order("y");
    other.connection = "isp.socket";
    auto one = launcher->launch(std::move(first), listener);
    auto two = launcher->launch(std::move(other), second);
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    ASSERT_TRUE(until([&] { return second.in(PPPM_PHASE_RUNNING); }));
    const auto pids = std::pair(one->pid(), two->pid());
    one->release();
    two->release();
    one.reset();
    two.reset();
    newLife();
    EXPECT_EQ(launcher->leftBehind(), (Log{"isp", "isp.socket"}));
    EXPECT_EQ(launcher->adopt("isp.socket", second)->pid(), pids.second);
    EXPECT_EQ(waitFor(pids.second).si_status, SIGKILL);
    EXPECT_EQ(launcher->adopt("isp", listener)->pid(), pids.first);
    EXPECT_EQ(waitFor(pids.first).si_status, SIGKILL);
}

TEST_F(EngineLauncherTest, SurvivorNobodyWantsIsHungUp) {
    const auto pid = survivor("sleep-until-term\n");
    launcher->drop("unknown");
    EXPECT_EQ(launcher->leftBehind(), Log{"isp"});
    launcher->drop("isp");
    EXPECT_EQ(waitFor(pid).si_status, 5);
    EXPECT_TRUE(launcher->leftBehind().empty());
    EXPECT_TRUE(keeper.kept.empty());
}

TEST_F(EngineLauncherTest, LaunchReplacesASurvivorNobodyAdopted) {
    const auto pid = survivor("sleep-until-term\n");
    const auto fresh = launch("x");
    EXPECT_EQ(waitFor(pid).si_status, SIGKILL);
    ASSERT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
    EXPECT_EQ(sys::pidfd::process(keeper.kept["isp.pidfd"].get()), fresh->pid());
    EXPECT_EQ(keeper.kept.size(), 3u);
}

TEST_F(EngineLauncherTest, OneEngineAConnection) {
    script("phase running\nsleep-until-term\n");
    auto one = launch();
    EXPECT_EQ(refusal(), Why::Failed);
    one.reset();
    one = launch();
    EXPECT_TRUE(untilPhase(PPPM_PHASE_RUNNING));
}

TEST_F(EngineLauncherTest, SaysWhatIsMissing) {
    std::string text;
    paths.pppd = (folder / "nowhere").string();
    newLife();
    EXPECT_EQ(refusal(&text), Why::EngineMissing);
    EXPECT_EQ(text, "pppd is not installed (" + paths.pppd + " is missing)");

    paths.pppd = paths.plugin; // there, but no program
    newLife();
    EXPECT_EQ(refusal(&text), Why::EngineMissing);
    EXPECT_NE(text.find("Permission denied"), std::string::npos) << text;

    paths.pppd = (folder / "pppd").string();
    std::filesystem::remove(paths.plugin);
    newLife();
    EXPECT_EQ(refusal(&text), Why::EngineMissing);
    EXPECT_NE(text.find("plugin for pppd 2.4.9"), std::string::npos) << text;

    std::ofstream(paths.plugin) << "x";
    paths.pppDevice = (folder / "no-ppp").string();
    newLife();
    EXPECT_EQ(refusal(&text), Why::KernelSupportMissing);
    EXPECT_NE(text.find("no PPP support"), std::string::npos) << text;
    EXPECT_FALSE(exists("isp.runs"));
}

TEST_F(EngineLauncherTest, FailedExecIsAnExceptionAndLeavesNothing) {
    paths.pppd = (folder / "broken").string();
    std::ofstream(paths.pppd) << "no program\n";
    std::filesystem::permissions(paths.pppd, std::filesystem::perms::owner_all);
    newLife();
    std::string text;
    EXPECT_EQ(refusal(&text), Why::Failed);
    EXPECT_NE(text.find("Exec format error"), std::string::npos) << text;
    EXPECT_LT(waitpid(-1, nullptr, WNOHANG), 0);
    EXPECT_EQ(errno, ECHILD);
}

TEST_F(EngineLauncherTest, NoDescriptorsLeftIsAnException) {
    rlimit old{};
    getrlimit(RLIMIT_NOFILE, &old);
    const sys::UniqueFd highest(open("/dev/null", O_RDONLY | O_CLOEXEC));
    // Enough for the socket pair and not for the pipe (and for a sanitizer, which looks at memory through a
    // pipe of its own).
    const rlimit few{static_cast<rlim_t>(highest.get()) + 1 + 3, old.rlim_max};
    setrlimit(RLIMIT_NOFILE, &few);
    std::string text;
    const Why why = refusal(&text);
    setrlimit(RLIMIT_NOFILE, &old);
    EXPECT_EQ(why, Why::Failed);
    EXPECT_NE(text.find("Too many open files"), std::string::npos) << text;
    EXPECT_LT(waitpid(-1, nullptr, WNOHANG), 0);
}

} // namespace
} // namespace ppp::test
