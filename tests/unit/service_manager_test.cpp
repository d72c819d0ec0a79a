// SPDX-License-Identifier: LGPL-2.1-or-later
// What goes to the service manager's notification socket and comes back in $LISTEN_FDS; the journal's words
// and fields.
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-login.h>
#include <unistd.h>

#include "loop_fixture.hpp"
#include "sys/event_loop.hpp"
#include "sys/fd_box.hpp"
#include "sys/fd_store.hpp"
#include "sys/journal.hpp"
#include "sys/unique_fd.hpp"
#include "sys/unit_manager.hpp"

namespace ppp::test {
namespace {

using sys::FdStore;
using sys::UniqueFd;

struct Notification {
    std::string text;
    int fd = -1;
};

// Stands in for the manager's end; an abstract socket, so that nothing is left on disk.
class NotifySocket {
public:
    NotifySocket() : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        const std::string name = "ppp-manager-test-" + std::to_string(getpid());
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path + 1, name.data(), name.size());
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
        EXPECT_EQ(bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
        setenv("NOTIFY_SOCKET", ("@" + name).c_str(), 1);
    }
    ~NotifySocket() { unsetenv("NOTIFY_SOCKET"); }
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;

    // sendmsg has put it there before the sender went on.
    Notification receive() const {
        char text[1024];
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
        iovec part{text, sizeof text};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        const ssize_t size = recvmsg(fd_.get(), &message, MSG_CMSG_CLOEXEC);
        if (size < 0) {
            return {"nothing", -1};
        }
        Notification out{{text, static_cast<std::size_t>(size)}, -1};
        for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
            if (c->cmsg_type == SCM_RIGHTS) {
                std::memcpy(&out.fd, CMSG_DATA(c), sizeof out.fd);
            }
        }
        return out;
    }

private:
    UniqueFd fd_;
};

bool sameFile(int a, int b) {
    struct stat x {};
    struct stat y {};
    return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_ino == y.st_ino && x.st_dev == y.st_dev;
}

TEST(FdStoreTest, PushSendsTheDescriptorAndKeepsOurs) {
    const NotifySocket manager;
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd reading(ends[0]);
    const UniqueFd writing(ends[1]);
    FdStore store;
    EXPECT_TRUE(store.available());
    EXPECT_TRUE(store.push("isp.lifeline", writing.get()));
    const Notification got = manager.receive();
    const UniqueFd received(got.fd);
    EXPECT_EQ(got.text, "FDSTORE=1\nFDPOLL=0\nFDNAME=isp.lifeline");
    EXPECT_TRUE(sameFile(received.get(), writing.get()));
    EXPECT_TRUE(store.remove("isp.lifeline"));
    EXPECT_EQ(manager.receive().text, "FDSTOREREMOVE=1\nFDNAME=isp.lifeline");
}

// A manager on a kernel without kcmp(2) takes two pidfds for one and keeps the first.
TEST(FdStoreTest, WhatSharesItsInodeIsStoredInsideASocketOfItsOwn) {
    const NotifySocket manager;
    const UniqueFd first(eventfd(1, EFD_CLOEXEC));
    const UniqueFd second(eventfd(2, EFD_CLOEXEC));
    ASSERT_TRUE(sameFile(first.get(), second.get()));
    FdStore store;
    EXPECT_TRUE(store.push("a.pidfd", first.get()));
    EXPECT_TRUE(store.push("b.pidfd", second.get()));
    const UniqueFd stored(manager.receive().fd);
    const UniqueFd other(manager.receive().fd);
    EXPECT_FALSE(sameFile(stored.get(), other.get()));
    ASSERT_TRUE(sys::fdbox::is(stored.get()) && sys::fdbox::is(other.get()));
    for (int life = 0; life < 2; ++life) {
        const UniqueFd again = sys::fdbox::unpack(other.get());
        ASSERT_TRUE(again);
        EXPECT_EQ(fcntl(again.get(), F_GETFD), FD_CLOEXEC);
        EXPECT_TRUE(sys::fdbox::needed(again.get()));
    }
    std::uint64_t value = 0;
    const UniqueFd again = sys::fdbox::unpack(other.get());
    EXPECT_EQ(read(again.get(), &value, sizeof value), static_cast<ssize_t>(sizeof value));
    EXPECT_EQ(value, 2U);
}

TEST(FdStoreTest, AnEmptyBoxIsNothing) {
    const UniqueFd bare(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    EXPECT_TRUE(sys::fdbox::is(bare.get()));
    EXPECT_FALSE(sys::fdbox::unpack(bare.get()));
}

TEST(FdStoreTest, NamesThatTheManagerRefusesAreNotSent) {
    const NotifySocket manager;
    FdStore store;
    EXPECT_FALSE(store.push("", 0));
    EXPECT_FALSE(store.push("a:b", 0));
    EXPECT_FALSE(store.push("a\nFDSTOREREMOVE=1", 0));
    EXPECT_FALSE(store.push(std::string(256, 'a'), 0));
    EXPECT_FALSE(store.remove("a:b"));
    EXPECT_EQ(manager.receive().text, "nothing");
    EXPECT_TRUE(FdStore::validName(std::string(255, 'a')));
}

TEST(FdStoreTest, WithoutAManagerNothingIsStored) {
    unsetenv("NOTIFY_SOCKET");
    FdStore store;
    EXPECT_FALSE(store.available());
    EXPECT_FALSE(store.push("isp.socket", 0));
    EXPECT_FALSE(store.remove("isp.socket"));
    EXPECT_TRUE(store.names().empty());
}

// In a child: descriptors 3 and up are free to be arranged there.
[[noreturn]] void inheritThree() {
    int first[2];
    int second[2];
    if (pipe(first) != 0 || pipe(second) != 0) {
        _exit(10);
    }
    const int a = fcntl(first[0], F_DUPFD, 100);
    const int b = fcntl(second[0], F_DUPFD, 100);
    dup2(a, 3);
    dup2(b, 4);
    dup2(a, 5);
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
    setenv("LISTEN_FDS", "3", 1);
    setenv("LISTEN_FDNAMES", "isp.socket:home.socket:isp.socket", 1);
    FdStore store;
    if (store.names() != std::vector<std::string>{"home.socket", "isp.socket"}) {
        _exit(11);
    }
    if (std::getenv("LISTEN_FDS") != nullptr || fcntl(5, F_GETFD) != -1) {
        _exit(12);
    }
    if (store.take("isp.socket") != 3 || store.take("isp.socket") != -1 || store.take("none") != -1) {
        _exit(13);
    }
    if (fcntl(3, F_GETFD) != FD_CLOEXEC || !sameFile(3, a)) {
        _exit(14);
    }
    _exit(0);
}

[[noreturn]] void inheritABox() {
    const int inner = fcntl(eventfd(7, 0), F_DUPFD, 100);
    const UniqueFd box = sys::fdbox::pack(inner);
    dup2(fcntl(box.get(), F_DUPFD, 101), 3);
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
    setenv("LISTEN_FDS", "1", 1);
    setenv("LISTEN_FDNAMES", "isp.pidfd", 1);
    FdStore store;
    std::uint64_t value = 0;
    _exit(read(store.take("isp.pidfd"), &value, sizeof value) == sizeof value && value == 7 ? 0 : 15);
}

TEST(FdStoreTest, WhatWasPackedIsTakenOut) {
    EXPECT_EXIT(inheritABox(), ::testing::ExitedWithCode(0), "");
}

TEST(FdStoreTest, InheritedDescriptorsAreFoundByNameTheNewestWins) {
    EXPECT_EXIT(inheritThree(), ::testing::ExitedWithCode(0), "");
}

TEST(NotifyTest, StateAndStatusOnOneLineEach) {
    const NotifySocket manager;
    sys::UnitManager::notifyReady("2 connections");
    EXPECT_EQ(manager.receive().text, "READY=1\nSTATUS=2 connections");
    sys::UnitManager::notifyStatus("1 up\nFDSTOREREMOVE=1");
    EXPECT_EQ(manager.receive().text, "STATUS=1 up");
    sys::UnitManager::notifyStopping("hanging up");
    EXPECT_EQ(manager.receive().text, "STOPPING=1\nSTATUS=hanging up");
}

TEST(NotifyTest, TheWatchdogIsFedFromTheLoop) {
    const NotifySocket manager;
    setenv("WATCHDOG_USEC", "200000", 1);
    sys::EventLoop loop;
    EXPECT_TRUE(loop.watchdog());
    std::string got;
    EXPECT_TRUE(eventually(loop, [&] {
        got = manager.receive().text;
        return got != "nothing";
    }));
    EXPECT_EQ(got, "WATCHDOG=1");
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    const rlimit none{0, before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    for (int more = 0; more < 2; ++more) { // without a descriptor to be had
        EXPECT_TRUE(eventually(loop, [&] { return manager.receive().text == "WATCHDOG=1"; }));
    }
    setrlimit(RLIMIT_NOFILE, &before);
    unsetenv("WATCHDOG_USEC");
    sys::EventLoop other;
    EXPECT_FALSE(other.watchdog());
}

TEST(UnitNameTest, ScopesAreNamedAndEscaped) {
    EXPECT_EQ(sys::UnitManager::scopeName("isp-1.A_b", 42), "ppp-manager-isp-1.A_b-42.scope");
    EXPECT_EQ(sys::UnitManager::scopeName("a/b c", 1), "ppp-manager-a\\x2fb\\x20c-1.scope");
}

TEST(UnitNameTest, WhereItCannotBeFoundOutAProcessCountsAsOurs) {
    EXPECT_FALSE(sys::UnitManager::isIn(5'000'000, "ppp-manager.service")) << "no process has that number";
    EXPECT_FALSE(sys::UnitManager::isIn(static_cast<std::uint32_t>(getpid()), "ppp-manager.service"));
    char* unit = nullptr; // without control groups to look at it is found out that there is no unit
    const bool looks = sd_pid_get_unit(5'000'000, &unit) == -ESRCH;
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    const rlimit none{0, before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    const bool ours = sys::UnitManager::isIn(static_cast<std::uint32_t>(getpid()), "ppp-manager.service");
    setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_EQ(ours, looks);
}

TEST(JournalTest, WordsOfTheInterface) {
    using sys::SystemJournal;
    for (const char* word : {"err", "warning", "notice", "info", "debug"}) {
        core::Severity level{};
        ASSERT_TRUE(SystemJournal::parse(word, level));
        EXPECT_EQ(SystemJournal::wire(level), word);
    }
    core::Severity level{};
    EXPECT_TRUE(SystemJournal::parse("crit", level));
    EXPECT_EQ(level, core::Severity::Error);
    EXPECT_FALSE(SystemJournal::parse("loud", level));
    for (const char* word : {"journal", "console", "null"}) {
        SystemJournal::Target target{};
        ASSERT_TRUE(SystemJournal::parse(word, target));
        EXPECT_EQ(SystemJournal::wire(target), word);
    }
    SystemJournal::Target target{};
    EXPECT_TRUE(SystemJournal::parse("auto", target));
    EXPECT_FALSE(SystemJournal::parse("", target));
}

TEST(JournalTest, TheConsoleGetsOneHarmlessLineFromTheLevelUp) {
    sys::SystemJournal journal;
    journal.setTarget(sys::SystemJournal::Target::Console);
    ::testing::internal::CaptureStderr();
    journal.log(core::Severity::Debug, "isp", "not shown");
    journal.log(core::Severity::Info, "isp", "peer says \x1b[2Jhi\nfoo");
    journal.setLevel(core::Severity::Debug);
    journal.log(core::Severity::Debug, {}, "shown");
    EXPECT_EQ(::testing::internal::GetCapturedStderr(),
              "info: isp: peer says \\x1B[2Jhi\\nfoo\ndebug: shown\n");
}

} // namespace
} // namespace ppp::test
