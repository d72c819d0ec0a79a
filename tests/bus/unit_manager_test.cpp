// SPDX-License-Identifier: LGPL-2.1-or-later
// UnitManager against a stand-in for the service manager, and without one.
#include "sys/unit_manager.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake.hpp"
#include "loop_fixture.hpp"

namespace ppp::test {
namespace {

constexpr std::uint32_t kNobody = 5'000'000; // and above: PID_MAX_LIMIT is 4194304

/// A process that begins another one when it is told to.
class Engine {
public:
    Engine() {
        if (pipe(go_.data()) != 0 || pipe(born_.data()) != 0) {
            ADD_FAILURE() << "pipe";
        }
        pid_ = fork();
        if (pid_ == 0) {
            char word = 0;
            if (read(go_[0], &word, 1) == 1 && fork() == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                const pid_t self = getpid();
                _exit(write(born_[1], &self, sizeof self) == sizeof self ? pause() : 1);
            }
            _exit(pause());
        }
    }
    ~Engine() {
        end();
        for (const int fd : {go_[0], go_[1], born_[0], born_[1]}) {
            close(fd);
        }
    }
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    std::uint32_t pid() const { return static_cast<std::uint32_t>(pid_); }
    std::string name() const { return "ppp-manager-l2tp-" + std::to_string(pid_); }
    std::uint32_t begin() {
        pid_t child = 0;
        EXPECT_EQ(write(go_[1], "x", 1), 1);
        EXPECT_EQ(read(born_[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
        return static_cast<std::uint32_t>(child);
    }
    /// Its child ends with it.
    void end() {
        if (!ended_) {
            ended_ = true;
            kill(pid_, SIGKILL);
            waitpid(pid_, nullptr, 0);
        }
    }

private:
    std::array<int, 2> go_{}, born_{};
    pid_t pid_ = -1;
    bool ended_ = false;
};

class UnitManagerTest : public ::testing::Test {
protected:
    explicit UnitManagerTest(sys::ScopeQueue::Times given = {}) : times(given) {}
    void startSystemd() { systemd = std::make_unique<Fake>(PPP_TEST_FAKE_SYSTEMD, "systemd"); }
    std::optional<bool> ask() {
        std::optional<bool> answer;
        units.stopIsRestart([&](bool restart) { answer = restart; });
        EXPECT_FALSE(answer) << "no answer from within the call";
        EXPECT_TRUE(fixture.eventually([&] { return answer.has_value(); }));
        return answer;
    }

    /// Processes to ask for, each in our own control group.
    void move(std::uint32_t first, std::uint32_t last) {
        for (std::uint32_t pid = first; pid <= last; ++pid) {
            ours.insert(pid);
            units.moveToScope("isp", pid);
        }
    }
    /// Of a question: "NAME PIDs".
    static std::string gist(const std::string& call) {
        const auto name = call.find(' ') + 1;
        const auto pids = call.find("PIDs=") + 5;
        return call.substr(name, call.find(' ', name) - name) + " " +
               call.substr(pids, call.find(' ', pids) - pids);
    }
    /// The gists of all questions that are about this engine.
    std::vector<std::string> asked(const Engine& engine) {
        std::vector<std::string> found;
        for (const auto& call : systemd->calls()) {
            if (call.find(engine.name()) != std::string::npos) {
                found.push_back(gist(call));
            }
        }
        return found;
    }
    bool until(const std::function<bool()>& holds) {
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        while (!holds()) {
            if (std::chrono::steady_clock::now() > deadline) {
                return false;
            }
            fixture.loop.turn(20'000);
        }
        return true;
    }

    BusLoop fixture;
    std::unique_ptr<Fake> systemd;
    std::set<std::uint32_t> ours; ///< processes that are still in our own control group
    sys::ScopeQueue::Times times;
    sys::UnitManager units{fixture.loop,
                           *fixture.bus,
                           fixture.journal,
                           "ppp-manager.service",
                           [this](std::uint32_t pid) { return ours.contains(pid); },
                           times};
};

/// With less patience than the daemon has.
class HastyUnitManagerTest : public UnitManagerTest {
protected:
    HastyUnitManagerTest() : UnitManagerTest({std::chrono::seconds(1), std::chrono::milliseconds(20)}) {}
};

using Calls = std::vector<std::string>;

TEST_F(UnitManagerTest, AScopePerEngineWithTheDaemonsDevicePolicy) {
    startSystemd();
    ours = {4711};
    units.moveToScope("my isp", 4711);
    EXPECT_EQ(
        systemd->waitCalls(1).at(0),
        "StartTransientUnit ppp-manager-my\\x20isp-4711.scope fail Description=PPP connection my isp "
        "PIDs=4711 "
        "After=network.target,dbus.service,systemd-resolved.service Before=ppp-manager.service "
        "CollectMode=inactive-or-failed KillMode=control-group SendSIGHUP=false TimeoutStopUSec=15000000 "
        "DevicePolicy=closed "
        "DeviceAllow=/dev/ppp:rw,char-tty*:rw,char-rfcomm:rw,char-pts:rw");
    fixture.settle();
    EXPECT_TRUE(fixture.journal.lines.empty());
}

TEST_F(UnitManagerTest, ARefusedScopeIsAWarning) {
    startSystemd();
    systemd->set("StartTransientUnit",
                 "error org.freedesktop.DBus.Error.InvalidArgs Process 4711 is not to be moved");
    bool told = false;
    ours = {4711};
    units.moveToScope("isp", 4711, [&] { told = true; });
    ASSERT_TRUE(fixture.eventually([&] { return !fixture.journal.lines.empty(); }));
    EXPECT_EQ(fixture.journal.lines,
              Calls{"isp|the engine got no scope of its own: Process 4711 is not to be moved"});
    EXPECT_TRUE(told);
    EXPECT_EQ(systemd->calls().size(), 1U);
}

TEST_F(UnitManagerTest, FewAtATimeAndEachInTheEnd) {
    startSystemd();
    systemd->set("StartTransientUnit", "hang");
    move(kNobody + 1, kNobody + 10);
    ours.erase(kNobody + 7); // has ended while it waited
    fixture.settle();
    EXPECT_EQ(systemd->waitCalls(4).size(), 4U);
    systemd->set("StartTransientUnit", "");
    systemd->resume();
    ASSERT_TRUE(fixture.eventually([&] { return systemd->calls().size() == 9; }));
    EXPECT_TRUE(fixture.journal.lines.empty());
}

TEST_F(HastyUnitManagerTest, WhatSystemdDidNotAnswerIsAskedForAgain) {
    ours = {4711};
    units.moveToScope("isp", 4711); // nobody is there
    fixture.settle();
    startSystemd();
    ASSERT_TRUE(fixture.eventually([&] { return !systemd->calls().empty(); }));
    EXPECT_NE(systemd->calls().at(0).find("PIDs=4711"), std::string::npos);
    fixture.settle();
    EXPECT_TRUE(fixture.journal.lines.empty());
}

// The answer to the question tells only that there is a job.
TEST_F(UnitManagerTest, TheScopeIsThereWhenTheEngineIsInIt) {
    startSystemd();
    bool told = false;
    ours = {kNobody};
    units.moveToScope("isp", kNobody, [&] { told = true; });
    systemd->waitCalls(1);
    for (int i = 0; i < 3; ++i) { // systemd's answer, and whatever is asked upon that
        fixture.settle();
        EXPECT_EQ(systemd->calls().size(), 1U);
    }
    EXPECT_FALSE(told);
    ours.clear();
    ASSERT_TRUE(fixture.eventually([&] { return told; }));
    EXPECT_EQ(systemd->calls().size(), 1U);
    EXPECT_TRUE(fixture.journal.lines.empty());
}

TEST_F(HastyUnitManagerTest, AJobThatWasNotDoneIsAskedForAgain) {
    startSystemd();
    bool told = false;
    ours = {kNobody};
    units.moveToScope("isp", kNobody, [&] { told = true; });
    ASSERT_TRUE(until([&] { return systemd->calls().size() == 2; }));
    EXPECT_TRUE(told);
    EXPECT_EQ(gist(systemd->calls().at(1)), gist(systemd->calls().at(0)));
    EXPECT_TRUE(fixture.journal.lines.empty());
}

TEST_F(HastyUnitManagerTest, AnEngineThatHasItsScopeOrHasEndedIsNotAskedForAgainNorComplainedOf) {
    startSystemd();
    systemd->set("StartTransientUnit", "error-times 2 org.freedesktop.DBus.Error.NoReply late");
    ours = {kNobody};
    units.moveToScope("isp", kNobody, [&] { // in its scope after all, or ended
        ours = {kNobody + 1};
        units.moveToScope("isp", kNobody + 1);
    });
    ASSERT_TRUE(until([&] { return systemd->calls().size() == 3; }));
    EXPECT_NE(systemd->calls().at(1).find(std::to_string(kNobody + 1)), std::string::npos);
    EXPECT_EQ(gist(systemd->calls().at(2)), gist(systemd->calls().at(1)));
    EXPECT_TRUE(fixture.journal.lines.empty());
}

TEST_F(HastyUnitManagerTest, AnEngineThatWaitedTakesAlongWhatItHasBegun) {
    startSystemd();
    systemd->set("StartTransientUnit", "hang");
    move(kNobody + 1,
         kNobody + 8); // twice as many as are asked for at once: the engine's patience ends first
    Engine engine;
    std::uint32_t child = 0;
    ours.insert(engine.pid());
    units.moveToScope("l2tp", engine.pid(), [&] {
        child = engine.begin();
        ours.insert(child);
    });
    ASSERT_TRUE(until([&] { return !asked(engine).empty(); }));
    ASSERT_NE(child, 0U);
    EXPECT_EQ(asked(engine).at(0),
              engine.name() + ".scope " + std::to_string(engine.pid()) + "," + std::to_string(child));
}

// systemd comes to the first question when it is given up, and moves the engine alone.
TEST_F(HastyUnitManagerTest, WhatAnEngineHasBegunOutsideItsScopeGetsOneOfItsOwn) {
    startSystemd();
    systemd->set("StartTransientUnit", "hang");
    Engine engine;
    std::uint32_t child = 0;
    ours = {engine.pid()};
    units.moveToScope("l2tp", engine.pid(), [&] {
        child = engine.begin();
        ours = {child};
    });
    ASSERT_TRUE(until([&] { return asked(engine).size() == 2; }));
    const std::string number = std::to_string(child);
    EXPECT_EQ(asked(engine).at(1), engine.name() + "-" + number + ".scope " + number);
    ours.clear();
    systemd->set("StartTransientUnit", "");
    systemd->resume();
    move(kNobody, kNobody); // asked for when all that was before it is done with
    ASSERT_TRUE(until([&] { return systemd->calls().size() >= 3; }));
    EXPECT_EQ(asked(engine).size(), 2U);
    EXPECT_TRUE(fixture.journal.lines.empty());
}

// The same where the question was asked again before systemd came to the first one.
TEST_F(HastyUnitManagerTest, AScopeThatIsThereHasNotTakenWhatWasBegunLater) {
    startSystemd();
    systemd->set("StartTransientUnit", "error-times 1 org.freedesktop.DBus.Error.NoReply late");
    Engine engine;
    std::uint32_t child = 0;
    ours = {engine.pid()};
    units.moveToScope("l2tp", engine.pid(), [&] {
        child = engine.begin();
        ours.insert(child);
        systemd->set("StartTransientUnit", "error-times 1 org.freedesktop.systemd1.UnitExists it is there");
    });
    ASSERT_TRUE(until([&] { return asked(engine).size() == 2; }));
    const std::string number = std::to_string(child);
    EXPECT_EQ(asked(engine).at(1), engine.name() + ".scope " + std::to_string(engine.pid()) + "," + number);
    ours.erase(engine.pid());
    ASSERT_TRUE(until([&] { return asked(engine).size() == 3; }));
    EXPECT_EQ(asked(engine).at(2), engine.name() + "-" + number + ".scope " + number);
    EXPECT_TRUE(fixture.journal.lines.empty());
}

// systemd refuses all of them where one of them is not there any more.
TEST_F(HastyUnitManagerTest, WhatEndsWhileItIsAskedForDoesNotSpoilItForTheRest) {
    startSystemd();
    systemd->set("StartTransientUnit", "hang");
    Engine engine;
    const std::uint32_t child = engine.begin();
    ours = {engine.pid(), child};
    units.moveToScope("l2tp", engine.pid());
    systemd->waitCalls(1);
    ours.erase(child);
    systemd->set("StartTransientUnit",
                 "error-times 1 org.freedesktop.DBus.Error.UnixProcessIdUnknown no such process");
    systemd->resume();
    ASSERT_TRUE(until([&] { return asked(engine).size() == 2; }));
    EXPECT_EQ(asked(engine).at(1), engine.name() + ".scope " + std::to_string(engine.pid()));
    EXPECT_TRUE(fixture.journal.lines.empty());
}

TEST_F(UnitManagerTest, ANumberThatIsAnotherProcessByNowIsNotAskedFor) {
    startSystemd();
    systemd->set("StartTransientUnit", "hang");
    move(kNobody + 1, kNobody + 4);
    Engine engine;
    bool told = false;
    ours.insert(engine.pid()); // and it stays so: the process after it is ours, too
    units.moveToScope("l2tp", engine.pid(), [&] { told = true; });
    systemd->waitCalls(4);
    engine.end();
    systemd->set("StartTransientUnit", "");
    systemd->resume();
    ASSERT_TRUE(fixture.eventually([&] { return told; }));
    EXPECT_EQ(asked(engine), Calls());
    EXPECT_TRUE(fixture.journal.lines.empty());
}

TEST_F(UnitManagerTest, TheJobTellsAStopFromARestart) {
    startSystemd();
    systemd->set("job", "restart");
    EXPECT_EQ(ask(), true);
    EXPECT_EQ(systemd->calls().at(0), "GetUnit ppp-manager.service");
    systemd->set("job", "stop");
    EXPECT_EQ(ask(), false);
    systemd->set("job", "none");
    EXPECT_EQ(ask(), false);
}

TEST_F(UnitManagerTest, NoAnswerIsNoRestart) {
    startSystemd();
    systemd->set("job", "restart");
    systemd->set("GetUnit", "hang");
    EXPECT_EQ(ask(), false);
    systemd->set("GetUnit", "error org.freedesktop.systemd1.NoSuchUnit none");
    EXPECT_EQ(ask(), false);
}

TEST_F(HastyUnitManagerTest, WithoutAServiceManagerOnTheBusNothingBreaks) {
    EXPECT_EQ(ask(), false);
    ours = {4711};
    int told = 0;
    units.moveToScope("isp", 4711, [&] { ++told; });
    ASSERT_TRUE(fixture.eventually([&] { return told == 1; }));
    EXPECT_TRUE(fixture.journal.lines.empty());
    ASSERT_TRUE(fixture.eventually([&] { return !fixture.journal.lines.empty(); }));
    EXPECT_EQ(fixture.journal.lines.at(0).rfind("isp|the engine got no scope of its own: ", 0), 0U);
    EXPECT_EQ(told, 1);
}

TEST_F(UnitManagerTest, WithoutAUnitOfOurOwnNothingIsAsked) {
    startSystemd();
    sys::UnitManager none(fixture.loop, *fixture.bus, fixture.journal, "",
                          [](std::uint32_t) { return true; });
    std::optional<bool> answer;
    none.stopIsRestart([&](bool restart) { answer = restart; });
    none.moveToScope("isp", 4711);
    EXPECT_FALSE(answer);
    ASSERT_TRUE(fixture.eventually([&] { return answer.has_value(); }));
    EXPECT_FALSE(*answer);
    fixture.settle();
    EXPECT_TRUE(systemd->calls().empty());
    EXPECT_TRUE(fixture.journal.lines.empty());
}

} // namespace
} // namespace ppp::test
