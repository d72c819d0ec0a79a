// SPDX-License-Identifier: LGPL-2.1-or-later
// A serial line without PPP: its lock, its settings on pseudo terminals, what a killed engine leaves, and the
// wait for its carrier (a FIFO stands in for the open that waits).
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <poll.h>
#include <pty.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "engine/serial/carrier_wait.hpp"
#include "engine/serial/tty.hpp"
#include "sys/line_lock.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::test {
namespace {

namespace fs = std::filesystem;
using core::FlowControl;
using core::Reason;
using engine::Tty;
using engine::TtySettings;
using sys::LineLock;
using Got = LineLock::Got;

/// A child that waits, with a name of its own, until it is told to end.
class Sleeper {
public:
    explicit Sleeper(const char* name) {
        std::array<int, 2> ends{};
        EXPECT_EQ(pipe(ends.data()), 0);
        pid_ = fork();
        if (pid_ == 0) {
            prctl(PR_SET_NAME, name);
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            close(ends[0]);
            close(ends[1]); // tells that the name is set
            for (;;) {
                pause();
            }
        }
        close(ends[1]);
        char none = 0;
        EXPECT_EQ(read(ends[0], &none, 1), 0);
        close(ends[0]);
    }
    ~Sleeper() { end(); }
    void end() {
        if (pid_ > 0) {
            kill(pid_, SIGKILL);
            waitpid(pid_, nullptr, 0);
        }
        pid_ = 0;
    }
    pid_t pid() const { return pid_; }

private:
    pid_t pid_;
};

/// Takes capabilities away that a root who runs tests has and the service has not.
class Without {
public:
    explicit Without(std::initializer_list<unsigned> capabilities) {
        syscall(SYS_capget, &head_, before_.data());
        auto now = before_;
        for (const unsigned one : capabilities) {
            now[one / 32].effective &= ~(1U << (one % 32));
        }
        EXPECT_EQ(syscall(SYS_capset, &head_, now.data()), 0);
    }
    ~Without() { syscall(SYS_capset, &head_, before_.data()); }
    Without(const Without&) = delete;
    Without& operator=(const Without&) = delete;

private:
    __user_cap_header_struct head_{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> before_{};
};

class SerialLineTest : public ::testing::Test {
protected:
    SerialLineTest() {
        std::string pattern = (fs::temp_directory_path() / "serial-test-XXXXXX").string();
        folder = mkdtemp(pattern.data());
        std::array<char, 64> name{};
        EXPECT_EQ(openpty(&master, &slave, name.data(), nullptr, nullptr), 0);
        node = name.data();
    }
    ~SerialLineTest() override {
        unplug();
        fs::remove_all(folder);
    }
    void unplug() {
        for (int* fd : {&master, &slave}) {
            if (*fd >= 0) {
                close(*fd);
            }
            *fd = -1;
        }
    }
    std::string lockFile() const { return folder + "/" + sys::lockName(node); }
    void put(const std::string& path, const std::string& text) const { std::ofstream(path) << text; }
    static std::string read(const std::string& path) {
        std::ostringstream out;
        out << std::ifstream(path).rdbuf();
        return out.str();
    }
    static std::string id(pid_t pid) {
        std::array<char, 16> text{};
        std::snprintf(text.data(), text.size(), "%10d\n", static_cast<int>(pid));
        return text.data();
    }
    std::size_t files() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
    }
    core::SerialSection section(std::uint32_t speed = 115200) const {
        core::SerialSection out;
        out.device = node;
        out.speed = speed;
        return out;
    }
    unsigned mode() const {
        struct stat info {};
        EXPECT_EQ(stat(node.c_str(), &info), 0);
        return info.st_mode & 07777U;
    }

    std::string folder, node;
    int master = -1, slave = -1;
};

TEST_F(SerialLineTest, LockHoldsOurIdTheWayOfTheFhsAndGoes) {
    EXPECT_EQ(sys::lockName("/dev/ttyUSB0"), "LCK..ttyUSB0");
    EXPECT_EQ(sys::lockName("/dev/pts/3"), "LCK..pts_3");
    {
        const mode_t before = umask(0077); // the service's
        LineLock lock;
        EXPECT_EQ(lock.acquire(folder, node).got, Got::Held);
        umask(before);
        EXPECT_EQ(read(lockFile()), id(getpid()));
        EXPECT_EQ(fs::status(lockFile()).permissions() & fs::perms::others_read, fs::perms::others_read);
        EXPECT_EQ(files(), 1U) << "no draft is left";
    }
    EXPECT_EQ(files(), 0U);
}

TEST_F(SerialLineTest, LiveHolderIsNamedAndKeepsHisLock) {
    const Sleeper holder("mini com)");
    put(lockFile(), id(holder.pid()));
    LineLock lock;
    const auto outcome = lock.acquire(folder, node);
    EXPECT_EQ(outcome.got, Got::Busy);
    EXPECT_EQ(outcome.words, "process " + std::to_string(holder.pid()) + " (mini com))");
    lock.release();
    EXPECT_EQ(read(lockFile()), id(holder.pid()));
    EXPECT_EQ(files(), 1U);
}

TEST_F(SerialLineTest, LockOfADeadProcessIsTakenOver) {
    Sleeper holder("gone");
    put(lockFile(), id(holder.pid()));
    holder.end();
    LineLock lock;
    EXPECT_EQ(lock.acquire(folder, node).got, Got::Held);
    EXPECT_EQ(read(lockFile()), id(getpid()));
}

TEST_F(SerialLineTest, ALockInBinaryIsOneToo) {
    Sleeper holder("uucico");
    const pid_t pid = holder.pid();
    put(lockFile(), std::string(reinterpret_cast<const char*>(&pid), sizeof pid));
    LineLock lock;
    const auto outcome = lock.acquire(folder, node);
    EXPECT_EQ(outcome.got, Got::Busy);
    EXPECT_EQ(outcome.words, "process " + std::to_string(pid) + " (uucico)");
    holder.end();
    EXPECT_EQ(lock.acquire(folder, node).got, Got::Held);
    EXPECT_EQ(read(lockFile()), id(getpid()));
}

TEST_F(SerialLineTest, AStaleLockIsRemovedByOneAtATime) {
    Sleeper dead("dead");
    const std::string stale = id(dead.pid());
    dead.end();
    put(lockFile(), stale);
    LineLock lock;
    {
        const sys::UniqueFd rival(open(lockFile().c_str(), O_RDONLY | O_CLOEXEC));
        ASSERT_EQ(flock(rival.get(), LOCK_EX), 0); // as one who is about to remove it
        EXPECT_EQ(lock.acquire(folder, node).got, Got::Busy);
        EXPECT_EQ(read(lockFile()), stale);
    }
    EXPECT_EQ(lock.acquire(folder, node).got, Got::Held);
}

TEST_F(SerialLineTest, LockThatIsBeingWrittenIsRespectedAndAnOldEmptyOneNot) {
    put(lockFile(), "");
    LineLock lock;
    EXPECT_EQ(lock.acquire(folder, node).got, Got::Busy);
    const timespec old[2] = {{1000, 0}, {1000, 0}};
    ASSERT_EQ(utimensat(AT_FDCWD, lockFile().c_str(), old, 0), 0);
    EXPECT_EQ(lock.acquire(folder, node).got, Got::Held);
}

TEST_F(SerialLineTest, WithoutALockFolderNobodyLocks) {
    LineLock lock;
    EXPECT_EQ(lock.acquire(folder + "/none", node).got, Got::Held);
    put(folder + "/file", "");
    EXPECT_EQ(lock.acquire(folder + "/file", node).got, Got::Refused);
}

TEST_F(SerialLineTest, ALockThatSomebodyElseTookMeanwhileIsHis) {
    LineLock lock;
    ASSERT_EQ(lock.acquire(folder, node).got, Got::Held);
    put(lockFile(), id(1));
    lock.release();
    EXPECT_EQ(read(lockFile()), id(1));
}

TEST_F(SerialLineTest, AnySpeedTheKernelTakesAndRawBytes) {
    const auto found = TtySettings::of(slave);
    ASSERT_TRUE(found);
    for (const std::uint32_t speed : {300U, 115200U, 250000U, 1843200U, 4000000U}) {
        ASSERT_EQ(found->forPpp(speed, FlowControl::RtsCts, true).applyTo(slave), 0);
        EXPECT_EQ(TtySettings::of(slave)->speed(), speed);
        EXPECT_TRUE(TtySettings::of(slave)->local());
        EXPECT_FALSE(TtySettings::of(slave)->withLocal(false).local());
    }
    termios now{};
    ASSERT_EQ(tcgetattr(slave, &now), 0);
    EXPECT_EQ(now.c_lflag, 0U);
    EXPECT_EQ(now.c_oflag, 0U);
    EXPECT_NE(now.c_cflag & CRTSCTS, 0U);
    ASSERT_EQ(found->forPpp(9600, FlowControl::XonXoff, true).applyTo(slave), 0);
    ASSERT_EQ(tcgetattr(slave, &now), 0);
    EXPECT_EQ(now.c_cflag & CRTSCTS, 0U);
    EXPECT_EQ(now.c_iflag & (IXON | IXOFF), static_cast<tcflag_t>(IXON | IXOFF));
    EXPECT_EQ(cfgetospeed(&now), static_cast<speed_t>(B9600)) << "a speed that has a name is known by it";
    EXPECT_EQ(TtySettings::fromHex(found->toHex()), found);
    EXPECT_FALSE(TtySettings::fromHex("zz"));
}

TEST_F(SerialLineTest, GivesBackSettingsDisciplinePermissionsAndTheRightToOpen) {
    ASSERT_EQ(chmod(node.c_str(), 0622), 0);
    const auto before = TtySettings::of(slave);
    {
        Tty tty;
        ASSERT_FALSE(tty.open(node, std::nullopt));
        ASSERT_FALSE(tty.prepare(section(1843200)));
        EXPECT_FALSE(*TtySettings::of(slave) == *before);
        EXPECT_FALSE(tty.carrier()) << "a pseudo terminal has none";
        // What a pppd leaves that is killed.
        int discipline = N_SLIP;
        static_cast<void>(ioctl(tty.fd(), TIOCSETD, &discipline)); // where this kernel has it
        EXPECT_EQ(ioctl(tty.fd(), TIOCEXCL), 0);
        EXPECT_EQ(fchmod(tty.fd(), 0600), 0);
    }
    EXPECT_TRUE(*TtySettings::of(slave) == *before);
    EXPECT_EQ(mode(), 0622U);
    int discipline = -1;
    int alone = 1;
    EXPECT_EQ(ioctl(slave, TIOCGETD, &discipline), 0);
    EXPECT_EQ(discipline, N_TTY);
    EXPECT_EQ(ioctl(slave, TIOCGEXCL, &alone), 0);
    EXPECT_EQ(alone, 0);
}

TEST_F(SerialLineTest, WhatAKilledEngineFoundIsGivenBackByTheNext) {
    const auto before = *TtySettings::of(slave);
    {
        Tty killed;
        ASSERT_FALSE(killed.open(node, std::nullopt));
        ASSERT_FALSE(killed.prepare(section()));
        engine::saveLineRecord(folder, node, killed.record());
        const auto left = *TtySettings::of(slave);
        EXPECT_TRUE(killed.giveBack());
        ASSERT_EQ(left.applyTo(slave), 0); // as if it had not
    }
    const auto record = engine::loadLineRecord(folder, node);
    ASSERT_TRUE(record);
    {
        Tty next;
        ASSERT_FALSE(next.open(node, record));
        ASSERT_FALSE(next.prepare(section()));
    }
    EXPECT_TRUE(*TtySettings::of(slave) == before);

    // Somebody has set the line since: that is what is found.
    const auto theirs = before.forPpp(300, FlowControl::None, true);
    ASSERT_EQ(theirs.applyTo(slave), 0);
    {
        Tty next;
        ASSERT_FALSE(next.open(node, record));
        ASSERT_FALSE(next.prepare(section()));
    }
    EXPECT_EQ(TtySettings::of(slave)->speed(), 300U);
    engine::removeLineRecord(folder, node);
    EXPECT_FALSE(engine::loadLineRecord(folder, node));
    fs::create_directory(folder);
    put(folder + "/" + sys::lockName(node) + ".json", "{");
    EXPECT_FALSE(engine::loadLineRecord(folder, node));
}

TEST_F(SerialLineTest, WhatIsNotThereOrNoLineIsSaid) {
    std::string real;
    const auto missing = Tty::resolve("/dev/no-such-line", real);
    ASSERT_TRUE(missing);
    EXPECT_EQ(missing->reason, Reason::DeviceMissing);
    EXPECT_EQ(missing->words, "there is no /dev/no-such-line");
    fs::create_symlink(node, folder + "/link");
    EXPECT_FALSE(Tty::resolve(folder + "/link", real));
    EXPECT_EQ(real, node);
    Tty tty;
    const auto null = tty.open("/dev/null", std::nullopt);
    ASSERT_TRUE(null);
    EXPECT_EQ(null->reason, Reason::EngineFailed);
    EXPECT_NE(null->words.find("no serial line"), std::string::npos) << null->words;
}

TEST_F(SerialLineTest, AShortageOfDescriptorsIsPassing) {
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    const int lowest = dup(slave);
    close(lowest);
    const rlimit none{static_cast<rlim_t>(lowest), before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    Tty tty;
    const auto fault = tty.open(node, std::nullopt);
    setrlimit(RLIMIT_NOFILE, &before);
    ASSERT_TRUE(fault);
    EXPECT_TRUE(fault->passing) << fault->words;
    const auto null = tty.open("/dev/null", std::nullopt);
    ASSERT_TRUE(null);
    EXPECT_FALSE(null->passing) << null->words;
}

TEST_F(SerialLineTest, WhoForbidsALineIsSaid) {
    ASSERT_EQ(chmod(node.c_str(), 0), 0);
    const Without rights{CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH};
    Tty tty;
    const auto fault = tty.open(node, std::nullopt);
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, Reason::EngineFailed);
    EXPECT_NE(fault->words.find("the permissions of " + node), std::string::npos) << fault->words;
}

TEST_F(SerialLineTest, LineThatSomebodyHasForHimselfIsBusy) {
    ASSERT_EQ(ioctl(slave, TIOCEXCL), 0);
    Tty tty;
    const auto fault = tty.open(node, std::nullopt);
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, Reason::DeviceBusy);
    EXPECT_EQ(ioctl(slave, TIOCNXCL), 0);
    EXPECT_FALSE(tty.open(node, std::nullopt));
}

TEST_F(SerialLineTest, ALineThatVanishesIsNoticed) {
    Tty tty;
    ASSERT_FALSE(tty.open(node, std::nullopt));
    EXPECT_FALSE(tty.vanished());
    unplug();
    EXPECT_TRUE(tty.vanished());
    EXPECT_TRUE(tty.giveBack()) << "there is nobody to give it to";
    EXPECT_EQ(tty.fd(), -1);
}

TEST_F(SerialLineTest, ALineThatWasHungUpIsLetGoOfBeforeItIsOpenedAgain) {
    Tty tty;
    ASSERT_FALSE(tty.open(node, std::nullopt));
    ASSERT_FALSE(tty.prepare(section()));
    ASSERT_EQ(ioctl(slave, TIOCVHANGUP), 0);
    EXPECT_FALSE(tty.vanished());
    EXPECT_EQ(tty.fd(), -1) << "it would keep pppd's claim on the line";
    EXPECT_TRUE(tty.held());
    EXPECT_TRUE(tty.giveBack());
    EXPECT_FALSE(tty.held());
}

TEST_F(SerialLineTest, WhatCannotBeGivenBackIsSaid) {
    Tty tty;
    ASSERT_FALSE(tty.open(node, std::nullopt));
    ASSERT_FALSE(tty.prepare(section()));
    tty.claim(true); // as pppd, whose claim outlives a hang-up
    ASSERT_EQ(ioctl(slave, TIOCVHANGUP), 0);
    {
        const Without rights{CAP_SYS_ADMIN};
        EXPECT_FALSE(tty.giveBack());
    }
    EXPECT_EQ(tty.fd(), -1);
}

TEST(Tty, ASpeedThatIsNotWhatWasAskedForIsSaid) {
    EXPECT_FALSE(Tty::speedFault("/dev/ttyS0", 115200, 115200));
    EXPECT_FALSE(Tty::speedFault("/dev/ttyS0", 115200, 117647));
    EXPECT_FALSE(Tty::speedFault("/dev/ttyS0", 12000000, 11700000));
    for (const std::uint32_t applied : {0U, 9600U, 111000U, 120000U, 4000000U}) {
        const auto fault = Tty::speedFault("/dev/ttyS0", 115200, applied);
        ASSERT_TRUE(fault) << applied;
        EXPECT_EQ(fault->reason, Reason::EngineFailed);
        EXPECT_EQ(fault->words, "/dev/ttyS0 cannot do 115200 bit/s (/serial/speed): it set " +
                                    std::to_string(applied) + " bit/s instead");
    }
}

TEST_F(SerialLineTest, CarrierIsWaitedForInAChildThatEndsWithUs) {
    sys::EventLoop loop;
    const std::string fifo = folder + "/line";
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600),
              0); // O_RDWR on a FIFO never waits: this is the carrier that is there
    std::optional<int> told;
    {
        engine::CarrierWait wait(loop, fifo, [&](int error) { told = error; });
        for (int turns = 0; turns < 1000 && !told; ++turns) {
            loop.turn(20'000);
        }
        EXPECT_EQ(told, 0);
    }
    told.reset();
    {
        engine::CarrierWait wait(loop, folder + "/none", [&](int error) { told = error; });
        for (int turns = 0; turns < 1000 && !told; ++turns) {
            loop.turn(20'000);
        }
        EXPECT_EQ(told, ENOENT);
    }
    {
        const engine::CarrierWait abandoned(loop, fifo, [](int) { FAIL(); });
    }
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "no child is left";
}

TEST(LineRecord, KnowsAProcessFromAnotherOfItsId) {
    EXPECT_NE(engine::startOf(static_cast<std::uint32_t>(getpid())), 0U);
    EXPECT_EQ(engine::startOf(0x3fffffff), 0U);
}

} // namespace
} // namespace ppp::test
