// SPDX-License-Identifier: LGPL-2.1-or-later
// The real program ppp-manager-hooks on hooks in a temporary folder: what it runs, what it refuses, what it
// ends.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child_process.hpp"
#include "core/hook_order.hpp"
#include "hooks/hook_folder.hpp"
#include "hooks/hook_process.hpp"
#include "support/few_descriptors.hpp"
#include "support/temporary_folder.hpp"

namespace {

using namespace ppp;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Runner : public testing::Test {
protected:
    void SetUp() override { std::filesystem::create_directories(folder()); }

    std::string root() const { return top_.path() + "/root"; }
    std::string folder() const { return root() + "/etc/ppp/ip-up.d"; }
    std::string said() const {
        std::ifstream file(top_.path() + "/said");
        return {std::istreambuf_iterator<char>(file), {}};
    }
    /// A hook that notes its name and arguments, then does `more`.
    void hook(const std::string& name, const std::string& more = "", mode_t mode = 0755) {
        write(folder() + '/' + name,
              "#!/bin/sh\necho \"${0##*/} $*\" >>" + top_.path() + "/said\n" + more + '\n', mode);
    }
    static void write(const std::string& path, const std::string& text, mode_t mode) {
        std::ofstream(path) << text;
        ASSERT_EQ(chmod(path.c_str(), mode), 0);
    }
    core::HookReport run(uid_t owner = geteuid()) {
        test::ChildProcess program({PPP_TEST_PPP_MANAGER_HOOKS, "--state", top_.path() + "/state", "--root",
                                    root(), "--owner", std::to_string(owner)});
        program.write(core::toValue(order).dump());
        program.closeInput();
        bool complete = false;
        const core::HookReport report = core::hookReportFrom(program.readAll(), complete);
        EXPECT_TRUE(complete);
        EXPECT_EQ(program.wait(), 0);
        ++order.number;
        return report;
    }
    static std::string texts(const core::HookReport& report) {
        std::string out;
        for (const auto& failure : report.failures) {
            out += failure.hook + ": " + failure.text + '\n';
        }
        return out;
    }

    test::TemporaryFolder top_;
    core::HookOrder order{
        "isp", 1, "/etc/ppp/ip-up.d", {"ppp0", "eth 0"}, {"PATH=/usr/bin:/bin", "IFNAME=ppp0"}, 10s, 20s};
};

TEST_F(Runner, RunsThemInOrderWithArgumentsAndNothingButTheEnvironment) {
    hook("20-second");
    hook("10-first", "env | sort >>" + top_.path() + "/said");
    const auto report = run();
    EXPECT_EQ(texts(report), "");
    EXPECT_EQ(report.ran, 2U);
    EXPECT_THAT(said(), HasSubstr("10-first ppp0 eth 0\nIFNAME=ppp0\n"));
    EXPECT_THAT(said(), testing::EndsWith("20-second ppp0 eth 0\n"));
    EXPECT_EQ(said().find("HOME"), std::string::npos);
}

TEST_F(Runner, OtherNamesAndWhatCannotBeExecutedAreNoHooks) {
    for (const char* name : {"a.sh", "b~", "c.dpkg-old", ".d", "e f", "g#"}) {
        hook(name);
    }
    hook("h", "", 0644);
    std::filesystem::create_directory(folder() + "/i");
    const auto report = run();
    EXPECT_EQ(report.ran, 0U);
    EXPECT_EQ(texts(report), "");
    EXPECT_EQ(said(), "");
}

TEST_F(Runner, AFolderThatIsNotThereIsEmpty) {
    std::filesystem::remove(folder());
    const auto report = run();
    EXPECT_EQ(report.ran, 0U);
    EXPECT_EQ(texts(report), "");
}

TEST_F(Runner, WhatOthersCanWriteIsNotRun) {
    hook("group", "", 0775);
    hook("others", "", 0757);
    hook("safe");
    const auto report = run();
    EXPECT_EQ(report.ran, 1U);
    EXPECT_EQ(said(), "safe ppp0 eth 0\n");
    EXPECT_THAT(report.failures, SizeIs(2));
    EXPECT_THAT(texts(report), HasSubstr("/etc/ppp/ip-up.d/group: not run: group can be written by others"));
    EXPECT_THAT(texts(report), HasSubstr("/etc/ppp/ip-up.d/others: not run"));
}

TEST_F(Runner, WhatBelongsToSomebodyElseIsNotRun) {
    hook("any");
    const auto report = run(geteuid() + 1);
    EXPECT_EQ(report.ran, 0U);
    EXPECT_EQ(said(), "");
    EXPECT_THAT(texts(report), HasSubstr("/etc/ppp/ip-up.d: nothing in it is run"));
}

TEST_F(Runner, AFolderOnTheWayThatOthersCanWriteIsEnough) {
    hook("any");
    for (const std::string& on : {folder(), root() + "/etc/ppp", root()}) {
        ASSERT_EQ(chmod(on.c_str(), 0777), 0);
        const auto report = run();
        EXPECT_EQ(report.ran, 0U) << on;
        EXPECT_THAT(texts(report), HasSubstr("can be written by others")) << on;
        ASSERT_EQ(chmod(on.c_str(), 0755), 0);
    }
    EXPECT_EQ(run().ran, 1U);
}

TEST_F(Runner, LinksAreFollowedAsFarAsAllOnTheirWayCanBeTrusted) {
    const std::string shared = root() + "/usr/share";
    std::filesystem::create_directories(shared + "/open");
    write(shared + "/good", "#!/bin/sh\necho \"${0##*/}\" >>" + top_.path() + "/said\n", 0755);
    write(shared + "/open/bad", "#!/bin/sh\necho bad >>" + top_.path() + "/said\n", 0755);
    ASSERT_EQ(chmod((shared + "/open").c_str(), 0777), 0);
    std::filesystem::create_symlink("../../../usr/share/good", folder() + "/relative");
    std::filesystem::create_symlink("/usr/share/open/bad", folder() + "/open");
    std::filesystem::create_symlink("loop", folder() + "/loop");
    std::filesystem::create_symlink("/nowhere", folder() + "/nowhere");
    std::filesystem::create_symlink("../../../../../../../../../../bin/true", folder() + "/out-of-the-tree");
    const auto report = run();
    EXPECT_EQ(report.ran, 1U);
    EXPECT_EQ(said(), "relative\n") << "by its own name";
    EXPECT_THAT(report.failures, SizeIs(4));
    EXPECT_THAT(texts(report), HasSubstr("/etc/ppp/ip-up.d/open: not run: open can be written by others"));
    EXPECT_THAT(texts(report), HasSubstr("/etc/ppp/ip-up.d/loop: cannot be run: Too many levels"));
    EXPECT_THAT(texts(report), HasSubstr("/etc/ppp/ip-up.d/nowhere: cannot be run: No such file"));
    EXPECT_THAT(texts(report), HasSubstr("/etc/ppp/ip-up.d/out-of-the-tree: cannot be run: No such file"));
}

TEST_F(Runner, AFailureKeepsNoOtherFromRunning) {
    hook("1", "echo no such table >&2; exit 3");
    hook("2", "kill -SEGV $$");
    write(folder() + "/3", "no program at all", 0755);
    hook("4");
    const auto report = run();
    EXPECT_THAT(report.failures, SizeIs(3));
    EXPECT_THAT(texts(report), HasSubstr("/etc/ppp/ip-up.d/1: ended with status 3: no such table\n"));
    EXPECT_THAT(texts(report), HasSubstr("/etc/ppp/ip-up.d/2: was ended by signal 11"));
    EXPECT_THAT(texts(report), HasSubstr("/etc/ppp/ip-up.d/3: cannot be run: Exec format error"));
    EXPECT_THAT(said(), testing::EndsWith("4 ppp0 eth 0\n"));
}

TEST_F(Runner, AHangingOneIsEndedWithWhatItHasStarted) {
    order.each = 300ms;
    hook("1",
         "sleep 1000 & echo $! >" + top_.path() + "/child; trap '' TERM; echo waiting; wait; sleep 1000");
    hook("2");
    const auto report = run();
    EXPECT_EQ(report.ran, 2U);
    ASSERT_THAT(report.failures, SizeIs(1));
    EXPECT_THAT(report.failures[0].text, HasSubstr("took longer than 0.3 s and was ended: waiting"));
    std::ifstream file(top_.path() + "/child");
    pid_t child = 0;
    file >> child;
    ASSERT_GT(child, 0);
    // Nobody here is its parent: whoever reaps it may take a moment.
    const auto until = std::chrono::steady_clock::now() + test::kPatience;
    while (kill(child, 0) == 0 && std::chrono::steady_clock::now() < until) {
        std::ifstream status("/proc/" + std::to_string(child) + "/stat");
        std::string text;
        if (std::getline(status, text) && text.find(") Z ") != std::string::npos) {
            return;
        }
        std::this_thread::yield();
    }
    EXPECT_NE(kill(child, 0), 0);
}

TEST_F(Runner, AllTogetherHaveALimitToo) {
    order.each = 10s;
    order.all = 300ms;
    hook("1", "sleep 1000");
    hook("2");
    const auto report = run();
    EXPECT_EQ(report.ran, 1U);
    EXPECT_THAT(texts(report), HasSubstr("/etc/ppp/ip-up.d/2: not run: those before it took 0.3 s"));
}

TEST_F(Runner, OfAFloodTheEndIsKept) {
    hook("1", "head -c 3000000 /dev/zero | tr '\\0' x; echo; printf 'the end\\033[31m'; exit 1");
    const auto report = run();
    ASSERT_THAT(report.failures, SizeIs(1));
    EXPECT_THAT(report.failures[0].text, testing::EndsWith("the end\\x1B[31m"));
    EXPECT_LE(report.failures[0].text.size(), 600U);
}

TEST_F(Runner, WhatIsLeftRunningIsNotWaitedFor) {
    hook("1", "sleep 1000 & echo $! >" + top_.path() + "/child");
    const auto report = run();
    EXPECT_EQ(texts(report), "");
    std::ifstream file(top_.path() + "/child");
    pid_t child = 0;
    file >> child;
    ASSERT_GT(child, 0);
    EXPECT_EQ(kill(child, SIGKILL), 0) << "it was ended with the hook";
}

// More than a pipe holds, once nobody of ours is there any more.
TEST_F(Runner, WhatIsLeftRunningMayGoOnTalking) {
    const std::string done = top_.path() + "/done";
    const std::string go = top_.path() + "/go";
    hook("10-talker", "(while [ ! -e " + go +
                          " ]; do sleep 0.01; done; head -c 200000 /dev/zero | tr '\\0' x; " + "touch " +
                          done + ") &");
    EXPECT_EQ(texts(run()), "");
    std::ofstream(go) << "";
    const auto limit = std::chrono::steady_clock::now() + 20s;
    while (!std::filesystem::exists(done) && std::chrono::steady_clock::now() < limit) {
        std::this_thread::sleep_for(1ms);
    }
    EXPECT_TRUE(std::filesystem::exists(done)) << "it stands still";
}

TEST_F(Runner, NoOrderIsRunTwiceAndNoneThatIsOlder) {
    hook("1");
    order.number = 7;
    EXPECT_EQ(run().ran, 1U);
    order.number = 7;
    EXPECT_EQ(run().ran, 0U);
    order.number = 6;
    EXPECT_EQ(run().ran, 0U);
    order.number = 8;
    EXPECT_EQ(run().ran, 1U);
}

TEST_F(Runner, TheNextOrderWaitsForTheOneBefore) {
    hook("1");
    const int other = open((top_.path() + "/state").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ASSERT_GE(other, 0);
    ASSERT_EQ(flock(other, LOCK_EX), 0);
    std::thread run([this] { this->run(); });
    EXPECT_EQ(said(), "");
    ASSERT_EQ(pwrite(other, "1", 1, 0), 1); // it was this order that was under way
    close(other);
    run.join();
    EXPECT_EQ(said(), "");
}

TEST_F(Runner, AHookThatCannotBeWatchedIsNotLeftBehind) {
    hook("1", "exec sleep 1000");
    const std::string before = test::childrenOfThis();
    const test::FewDescriptors three(3); // the pipe and its far end: none is left for the pidfd
    EXPECT_THROW(hooks::runHook(folder() + "/1", order, std::chrono::steady_clock::now() + 20s),
                 std::system_error);
    EXPECT_EQ(test::childrenOfThis(), before);
}

TEST(HookName, AsRunParts) {
    for (const char* good : {"a", "0000usepeerdns", "A_b-9"}) {
        EXPECT_TRUE(hooks::isHookName(good)) << good;
    }
    for (const char* bad : {"", "a.sh", "a b", "a~", "\xc3\xa4", "a/b"}) {
        EXPECT_FALSE(hooks::isHookName(bad)) << bad;
    }
}

} // namespace
