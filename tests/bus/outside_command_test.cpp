// SPDX-License-Identifier: LGPL-2.1-or-later
// OutsideCommands through a stand-in for the service manager, and without one: the same promises.
#include "sys/outside_command.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/hook_order.hpp"
#include "fake.hpp"
#include "few_descriptors.hpp"
#include "loop_fixture.hpp"
#include "sys/hook_runner.hpp"

namespace ppp::test {
namespace {

using namespace std::chrono_literals;

/// Parameter: the unit that the daemon runs in; empty: no systemd.
class OutsideCommandTest : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        if (!GetParam().empty()) {
            systemd = std::make_unique<Fake>(PPP_TEST_FAKE_SYSTEMD, "systemd");
        }
    }
    static sys::OutsideCommand shell(const std::string& script, const std::string& input = {}) {
        return {"a test", {"/bin/sh", "-c", script, "name", "$HOME %n"}, {"A=1", "B=two words"}, input, 20s};
    }
    sys::OutsideEnd run(const sys::OutsideCommand& command) {
        std::optional<sys::OutsideEnd> end;
        commands.run(command, [&](const sys::OutsideEnd& e) { end = e; });
        EXPECT_FALSE(end) << "no answer from within the call";
        EXPECT_TRUE(fixture.eventually([&] { return end.has_value(); }));
        EXPECT_TRUE(commands.idle());
        return end.value_or(sys::OutsideEnd{"no answer", {}, {}});
    }
    std::size_t started() {
        const auto calls = systemd->calls();
        return static_cast<std::size_t>(std::count_if(calls.begin(), calls.end(), [](const auto& call) {
            return call.starts_with("StartTransientUnit");
        }));
    }

    BusLoop fixture;
    std::unique_ptr<Fake> systemd;
    sys::OutsideCommands commands{fixture.loop, *fixture.bus, GetParam()};
};

TEST_P(OutsideCommandTest, ArgumentsEnvironmentAndInputArriveAndItsWordsComeBack) {
    const auto end = run(shell("cat; echo $A $B \"$1\"; echo bad >&2", "hello\n"));
    EXPECT_EQ(end.error, "");
    EXPECT_EQ(end.code, 0);
    EXPECT_EQ(end.words, "hello\n1 two words $HOME %n\nbad\n");
}

TEST_P(OutsideCommandTest, HowItEndedIsTold) {
    auto end = run(shell("exit 7"));
    EXPECT_EQ(end.code, 7);
    EXPECT_EQ(end.error, "ended with status 7");
    end = run(shell("kill -KILL $$"));
    EXPECT_EQ(end.code, std::nullopt);
    EXPECT_EQ(end.error, "was ended by signal 9 (Killed)");
}

TEST_P(OutsideCommandTest, OnlyTheEndOfManyWordsIsKept) {
    const auto end = run(shell("i=0; while [ $i -lt 40000 ]; do echo line $i; i=$((i+1)); done; echo last"));
    EXPECT_EQ(end.error, "");
    EXPECT_EQ(end.words.size(), sys::OutsideCommand::kWords);
    EXPECT_TRUE(end.words.ends_with("line 39999\nlast\n"));
}

TEST_P(OutsideCommandTest, TheFailuresOfManyHooksAreAllTold) {
    const std::string program = fixture.dbus.folder() + "/runner";
    const std::string line = core::failureLine({"/etc/ppp/ip-up.d/a", std::string(300, 'x')});
    std::ofstream(program) << "#!/bin/sh\nfor i in 1 2 3 4 5 6; do for j in 1 2 3 4 5; do\necho '"
                           << line.substr(0, line.size() - 1) << "'\ndone; done\necho '" << core::endLine(30)
                           << "'\n";
    chmod(program.c_str(), 0755);
    sys::HookRunner runner(commands, program, fixture.dbus.folder(), fixture.dbus.folder());
    std::optional<core::HookReport> report;
    runner.run({"isp", 1, "/etc/ppp/ip-up.d", {}, {}, 10s, 20s},
               [&](const core::HookReport& told) { report = told; });
    ASSERT_TRUE(fixture.eventually([&] { return report.has_value(); }));
    EXPECT_EQ(report->failures.size(), 30U);
    EXPECT_EQ(report->ran, 30U);
}

TEST_P(OutsideCommandTest, ManyAtATime) {
    int ended = 0;
    for (int i = 0; i < 5; ++i) {
        commands.run(shell("cat", std::to_string(i)), [&ended, i](const sys::OutsideEnd& end) {
            EXPECT_EQ(end.words, std::to_string(i));
            ++ended;
        });
    }
    ASSERT_TRUE(fixture.eventually([&] { return ended == 5; }));
    EXPECT_TRUE(commands.idle());
}

TEST_P(OutsideCommandTest, AnAnswerMayRunTheNext) {
    std::string words;
    commands.run(shell("echo one"), [&](const sys::OutsideEnd& end) {
        words += end.words;
        commands.run(shell("echo two"), [&](const sys::OutsideEnd& second) { words += second.words; });
    });
    ASSERT_TRUE(fixture.eventually([&] { return commands.idle(); }));
    EXPECT_EQ(words, "one\ntwo\n");
}

TEST_P(OutsideCommandTest, TooManyWaitInOrderAndTheUrgentPass) {
    const std::string gate = fixture.dbus.folder() + "/gate";
    ASSERT_EQ(mkfifo(gate.c_str(), 0600), 0);
    sys::UniqueFd held(open(gate.c_str(), O_RDWR | O_CLOEXEC));
    std::string ended;
    for (std::size_t i = 0; i < sys::OutsideCommands::kAtOnce; ++i) {
        commands.run(shell("exec cat <'" + gate + "'"), [&](const sys::OutsideEnd&) {});
    }
    for (const char* name : {"1", "2"}) {
        commands.run(shell("true"), [&ended, name](const sys::OutsideEnd&) { ended += name; });
    }
    auto urgent = shell("true");
    urgent.urgent = true;
    commands.run(urgent, [&](const sys::OutsideEnd& end) { ended += "urgent" + end.error + ' '; });
    ASSERT_TRUE(fixture.eventually([&] { return !ended.empty(); }));
    EXPECT_EQ(ended, "urgent ");
    if (systemd) {
        EXPECT_EQ(started(), sys::OutsideCommands::kAtOnce + 1);
    }
    EXPECT_FALSE(commands.idle());
    unlink(gate.c_str()); // for whoever has not opened it yet
    held.reset();
    ASSERT_TRUE(fixture.eventually([&] { return commands.idle(); }));
    EXPECT_EQ(ended.size(), std::string("urgent 12").size());
}

TEST_P(OutsideCommandTest, AProgramThatIsNotThereIsAnError) {
    auto command = shell("");
    command.argv = {"/nowhere/at/all"};
    const auto end = run(command);
    EXPECT_NE(end.error, "");
    EXPECT_TRUE(!end.code || end.code == 203) << *end.code;
}

INSTANTIATE_TEST_SUITE_P(Ways, OutsideCommandTest, ::testing::Values("ppp-manager.service", ""),
                         [](const auto& way) { return way.param.empty() ? "child" : "unit"; });

class OutsideUnitTest : public OutsideCommandTest {
protected:
    static std::string unit(int number) {
        return "ppp-manager-a\\x20test-" + std::to_string(getpid()) + "-" + std::to_string(number) +
               ".service";
    }
};
INSTANTIATE_TEST_SUITE_P(Ways, OutsideUnitTest, ::testing::Values("ppp-manager.service"));

TEST_P(OutsideUnitTest, WhatSystemdIsAsked) {
    run(shell("true"));
    const auto calls = systemd->waitCalls(2);
    EXPECT_EQ(
        calls.at(0),
        "StartTransientUnit " + unit(1) +
            " fail Description=PPP connection manager: /bin/sh Type=oneshot "
            "ExecStartEx=/bin/sh,-c,true,name,$HOME %n Environment=A=1,B=two words "
            "StandardInputFileDescriptor=fd StandardOutputFileDescriptor=fd "
            "StandardErrorFileDescriptor=fd TimeoutStartUSec=20000000 TimeoutStopUSec=1000000 "
            "KillMode=control-group DefaultDependencies=false CollectMode=inactive-or-failed AddRef=true");
    EXPECT_EQ(calls.at(1), "UnrefUnit " + unit(1));
}

TEST_P(OutsideUnitTest, SystemdsLimitIsTold) {
    systemd->set("result", "timeout");
    EXPECT_EQ(run(shell("true")).error, "took longer than 20 s");
}

TEST_P(OutsideUnitTest, AUnitThatStillEndsIsWaitedFor) {
    systemd->set("slow", "3");
    EXPECT_EQ(run(shell("exit 4")).code, 4);
}

TEST_P(OutsideUnitTest, ARefusalIsTold) {
    systemd->set("StartTransientUnit", "error org.freedesktop.systemd1.Shutdown no more");
    EXPECT_EQ(run(shell("true")).error, "could not be started: no more");
}

TEST_P(OutsideUnitTest, SystemdThatHangsIsGivenUp) {
    systemd->process().signal(SIGSTOP);
    auto command = shell("true");
    command.limit = 100ms;
    EXPECT_EQ(run(command).error, "systemd does not answer");
    systemd->process().signal(SIGCONT);
    ASSERT_TRUE(fixture.eventually([&] { return systemd->calls().size() >= 3; }));
    const auto calls = systemd->calls();
    EXPECT_EQ(calls.at(1), "StopUnit " + unit(1) + " replace") << "it was told as failed";
    EXPECT_EQ(calls.at(2), "UnrefUnit " + unit(1));
}

TEST_P(OutsideUnitTest, AUnitThatDoesNotEndIsGivenUpAndNotHeldOnTo) {
    systemd->set("slow", "1000000");
    auto command = shell("true");
    command.limit = 100ms;
    EXPECT_EQ(run(command).error, "did not end, as far as systemd says");
    EXPECT_EQ(systemd->waitCalls(2).at(1), "UnrefUnit " + unit(1));
}

class OutsideChildTest : public OutsideCommandTest {};
INSTANTIATE_TEST_SUITE_P(Ways, OutsideChildTest, ::testing::Values(""));

TEST_P(OutsideChildTest, TheLimitEndsAllItHasStarted) {
    auto command = shell("trap '' TERM; sleep 100 & echo on; while :; do wait; done");
    command.limit = 100ms;
    const auto end = run(command);
    EXPECT_EQ(end.error, "took longer than 0.1 s");
    EXPECT_EQ(end.code, std::nullopt);
}

TEST_P(OutsideChildTest, AChildThatCannotBeWatchedIsNotLeftBehind) {
    const std::string before = childrenOfThis();
    std::optional<sys::OutsideEnd> end;
    {
        const FewDescriptors four(4); // what goes in, the pipe, its far end: none is left for the pidfd
        commands.run(shell("exec sleep 1000"), [&](const sys::OutsideEnd& e) { end = e; });
    }
    ASSERT_TRUE(fixture.eventually([&] { return end.has_value(); }));
    EXPECT_EQ(end->error, "could not be started: pidfd_open: Too many open files");
    EXPECT_EQ(childrenOfThis(), before);
}

} // namespace
} // namespace ppp::test
