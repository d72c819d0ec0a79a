// SPDX-License-Identifier: LGPL-2.1-or-later
// The loop: every kind of source, order, sources that end themselves, faults; the clock on top of it.
#include "sys/event_loop.hpp"

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" { // glibc 2.36 forgot it in this header
#include <sys/pidfd.h>
}

#include "loop_fixture.hpp"
#include "sys/system_clock.hpp"

namespace ppp::test {
namespace {

using namespace std::chrono_literals;
using sys::EventLoop;
using sys::EventSource;
namespace priority = sys::priority;

std::uint64_t microseconds(clockid_t clock) {
    timespec t{};
    clock_gettime(clock, &t);
    return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(t.tv_nsec) / 1'000;
}

pid_t forkExiting(int code) {
    const pid_t pid = fork();
    if (pid == 0) {
        _exit(code);
    }
    return pid;
}

TEST(EventLoopTest, IoTellsWhatIsReady) {
    EventLoop loop;
    const int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    std::uint32_t seen = 0;
    const auto source = loop.io(fd, EPOLLIN, [&](std::uint32_t events) {
        seen = events;
        std::uint64_t count = 0;
        EXPECT_EQ(read(fd, &count, sizeof count), static_cast<ssize_t>(sizeof count));
    });
    loop.turn(0);
    EXPECT_EQ(seen, 0U);
    const std::uint64_t one = 1;
    ASSERT_EQ(write(fd, &one, sizeof one), static_cast<ssize_t>(sizeof one));
    EXPECT_TRUE(eventually(loop, [&] { return seen != 0; }));
    EXPECT_EQ(seen, static_cast<std::uint32_t>(EPOLLIN));
    seen = 0;
    source->setEvents(EPOLLOUT | EPOLLIN);
    ASSERT_EQ(write(fd, &one, sizeof one), static_cast<ssize_t>(sizeof one));
    EXPECT_TRUE(eventually(loop, [&] { return seen == (EPOLLIN | EPOLLOUT); }));
    close(fd);
}

TEST(EventLoopTest, AReadySourceThatIsOffStaysSilentUntilArmed) {
    EventLoop loop;
    const int fd = eventfd(1, EFD_CLOEXEC);
    int calls = 0;
    const auto source = loop.io(fd, EPOLLIN, [&](std::uint32_t) { ++calls; });
    source->off();
    loop.turn(0);
    EXPECT_EQ(calls, 0);
    source->arm();
    EXPECT_TRUE(eventually(loop, [&] { return calls > 0; }));
    close(fd);
}

TEST(EventLoopTest, PrioritiesOrderWhatIsReadyTogether) {
    EventLoop loop;
    const int fd = eventfd(1, EFD_CLOEXEC);
    std::string order;
    std::unique_ptr<EventSource> engine;
    const auto flush = loop.defer([&] { order += 'f'; });
    const auto timer = loop.timerBoot(1, [&] { order += 't'; });
    const auto normal = loop.defer([&] { order += 'n'; }, priority::kNormal);
    engine = loop.io(
        fd, EPOLLIN,
        [&](std::uint32_t) {
            order += 'e';
            engine.reset();
        },
        priority::kEngine);
    EXPECT_TRUE(eventually(loop, [&] { return order.size() == 4; }));
    EXPECT_EQ(order, "entf");
    close(fd);
}

TEST(EventLoopTest, ASourceMayDestroyItselfAndItsCallbackLivesOn) {
    EventLoop loop;
    auto token = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = token;
    std::unique_ptr<EventSource> source;
    bool done = false;
    source = loop.defer([&source, &done, token = std::move(token)] {
        source.reset();
        EXPECT_EQ(*token, 1);
        done = true;
    });
    EXPECT_TRUE(eventually(loop, [&] { return done; }));
    EXPECT_TRUE(watched.expired()) << "the callback is freed once it has returned";
}

TEST(EventLoopTest, ADestroyedSourceThatWasReadyDoesNotFire) {
    EventLoop loop;
    bool fired = false;
    auto second = loop.defer([&] { fired = true; }, priority::kFlush);
    const auto first = loop.defer([&] { second.reset(); }, priority::kNormal);
    for (int i = 0; i < 5; ++i) {
        loop.turn(0);
    }
    EXPECT_FALSE(second);
    EXPECT_FALSE(fired);
}

TEST(EventLoopTest, DeferFiresOncePerArm) {
    EventLoop loop;
    int calls = 0;
    const auto source = loop.defer([&] { ++calls; }, priority::kFlush, false);
    loop.turn(0);
    EXPECT_EQ(calls, 0);
    source->arm();
    source->arm();
    EXPECT_TRUE(eventually(loop, [&] { return calls == 1; }));
    loop.turn(0);
    EXPECT_EQ(calls, 1);
}

TEST(EventLoopTest, ADeferArmedByItselfFiresInTheNextTurn) {
    EventLoop loop;
    int calls = 0;
    std::unique_ptr<EventSource> source;
    source = loop.defer([&] {
        if (++calls < 3) {
            source->arm();
        }
    });
    EXPECT_TRUE(eventually(loop, [&] { return calls == 3; }));
}

TEST(EventLoopTest, PostKeepsOrderAndDoesNotRunAtOnce) {
    EventLoop loop;
    std::string order;
    loop.post([&] {
        order += '1';
        loop.post([&] { order += '3'; });
    });
    loop.post([&] { order += '2'; });
    EXPECT_EQ(order, "");
    EXPECT_TRUE(eventually(loop, [&] { return order.size() == 3; }));
    EXPECT_EQ(order, "123");
}

TEST(EventLoopTest, TimersFireNotBeforeTheirTimeAndOnce) {
    EventLoop loop;
    const std::uint64_t due = microseconds(CLOCK_BOOTTIME) + 20'000;
    std::uint64_t fired = 0;
    int calls = 0;
    const auto timer = loop.timerBoot(due, [&] {
        fired = microseconds(CLOCK_BOOTTIME);
        ++calls;
    });
    bool later = false;
    const auto after = loop.timerMonotonic(microseconds(CLOCK_MONOTONIC) + 60'000, [&] { later = true; });
    EXPECT_TRUE(eventually(loop, [&] { return later; }));
    EXPECT_EQ(calls, 1);
    EXPECT_GE(fired, due);
    timer->armAt(1);
    EXPECT_TRUE(eventually(loop, [&] { return calls == 2; }));
}

TEST(EventLoopTest, ATimerThatIsOffDoesNotFire) {
    EventLoop loop;
    bool fired = false;
    const auto timer = loop.timerBoot(1, [&] { fired = true; });
    timer->off();
    loop.turn(0);
    EXPECT_FALSE(fired);
}

TEST(EventLoopTest, SignalsComeThroughTheLoop) {
    EventLoop loop;
    int calls = 0;
    const auto source = loop.signal(SIGUSR1, [&] { ++calls; });
    kill(getpid(), SIGUSR1);
    EXPECT_TRUE(eventually(loop, [&] { return calls == 1; }));
}

TEST(EventLoopTest, AChildsEndIsToldAndTheChildReaped) {
    EventLoop loop;
    const pid_t pid = forkExiting(42);
    const int pidfd = pidfd_open(pid, 0);
    ASSERT_GE(pidfd, 0);
    int status = -1;
    std::unique_ptr<EventSource> source;
    source = loop.child(pidfd, [&](const siginfo_t& info) {
        EXPECT_EQ(info.si_code, CLD_EXITED);
        EXPECT_EQ(info.si_pid, pid);
        source.reset();
        status = info.si_status;
    });
    EXPECT_TRUE(eventually(loop, [&] { return status == 42; }));
    loop.turn(0);
    EXPECT_EQ(waitpid(pid, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
    close(pidfd);
}

TEST(EventLoopTest, AKilledChildsSignalIsTold) {
    EventLoop loop;
    const pid_t pid = fork();
    if (pid == 0) {
        pause();
        _exit(0);
    }
    const int pidfd = pidfd_open(pid, 0);
    siginfo_t end{};
    const auto source = loop.child(pidfd, [&](const siginfo_t& info) { end = info; });
    kill(pid, SIGKILL);
    EXPECT_TRUE(eventually(loop, [&] { return end.si_pid == pid; }));
    EXPECT_EQ(end.si_code, CLD_KILLED);
    EXPECT_EQ(end.si_status, SIGKILL);
    close(pidfd);
}

TEST(EventLoopTest, AnExceptionEndsTheLoopWithFailureAndIsReported) {
    EventLoop loop;
    std::string reported;
    loop.onFault([&](const std::string& what) { reported = what; });
    loop.post([] { throw std::runtime_error("broken"); });
    EXPECT_EQ(loop.run(), EXIT_FAILURE);
    EXPECT_EQ(reported, "broken");
}

TEST(EventLoopTest, ThingsThatAreNoExceptionsAreCaughtToo) {
    EventLoop loop;
    std::string reported;
    loop.onFault([&](const std::string& what) { reported = what; });
    const auto source = loop.defer([] { throw 7; });
    EXPECT_EQ(loop.run(), EXIT_FAILURE);
    EXPECT_EQ(reported, "unknown exception");
}

TEST(EventLoopTest, TheFirstFailureIsTheExitCode) {
    EventLoop loop;
    loop.post([&] {
        loop.exit(3);
        loop.exit(0);
        loop.exit(4);
    });
    EXPECT_EQ(loop.run(), 3);
    EXPECT_FALSE(loop.turn(0));
}

TEST(EventLoopTest, PrepareComesBeforeEachPoll) {
    EventLoop loop;
    const int fd = eventfd(0, EFD_CLOEXEC);
    int prepared = 0;
    const auto source = loop.io(fd, EPOLLIN, [](std::uint32_t) {});
    source->onPrepare([&] { ++prepared; });
    loop.turn(0);
    loop.turn(0);
    EXPECT_EQ(prepared, 2);
    close(fd);
}

TEST(SystemClockTest, ATimerFiresAtItsBootTimeUnlessDestroyed) {
    EventLoop loop;
    sys::SystemClock clock(loop);
    const auto due = clock.now() + 20ms;
    core::BootTime fired;
    const auto timer = clock.at(due, [&] { fired = clock.now(); });
    bool never = false;
    auto cancelled = clock.at(due, [&] { never = true; });
    cancelled.reset();
    EXPECT_TRUE(eventually(loop, [&] { return fired.sinceBoot.count() != 0; }));
    EXPECT_GE(fired, due);
    EXPECT_FALSE(never);
}

TEST(SystemClockTest, ATimerMayDestroyItself) {
    EventLoop loop;
    sys::SystemClock clock(loop);
    std::unique_ptr<core::Timer> timer;
    bool done = false;
    timer = clock.at({}, [&] {
        timer.reset();
        done = true;
    });
    EXPECT_FALSE(done);
    EXPECT_TRUE(eventually(loop, [&] { return done; }));
}

TEST(SystemClockTest, WallTimeIsReckonedBackFromNow) {
    EventLoop loop;
    const sys::SystemClock clock(loop);
    const auto before = static_cast<std::int64_t>(microseconds(CLOCK_REALTIME));
    const auto shown = static_cast<std::int64_t>(clock.wall({clock.now().sinceBoot - 1h}));
    const std::int64_t hour = 3'600'000'000;
    EXPECT_NEAR(static_cast<double>(before - shown), static_cast<double>(hour), 1e6);
}

} // namespace
} // namespace ppp::test
