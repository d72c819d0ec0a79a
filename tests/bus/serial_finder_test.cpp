// SPDX-License-Identifier: LGPL-2.1-or-later
// SerialFinder on pseudo-terminals: who answers, who has a line, and that a line is left as it was.
#include "core/error.hpp"
#include "sys/serial_finder.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "fake.hpp"
#include "loop_fixture.hpp"
#include "sys/line_lock.hpp"
#include "sys/serial_ports.hpp"

namespace ppp::test {
namespace {

namespace fs = std::filesystem;
using core::SerialPort;
using namespace std::chrono_literals;

/// A line with something at its far end, in the loop of the test.
class FarEnd {
public:
    using Answer = std::function<std::string(const std::string& line)>;
    FarEnd(sys::EventLoop& loop, Answer answer) : answer_(std::move(answer)) {
        master_.reset(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
        grantpt(master_.get());
        unlockpt(master_.get());
        slave_.reset(open(ptsname(master_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
        source_ = loop.io(master_.get(), EPOLLIN, [this](std::uint32_t) { readable(); });
    }
    std::string name() const { return ptsname(master_.get()); }
    int slave() const { return slave_.get(); }
    termios settings() const {
        termios out{};
        tcgetattr(slave_.get(), &out);
        return out;
    }
    std::vector<std::string> heard;

private:
    void readable() {
        std::array<char, 256> bytes{};
        const ssize_t size = read(master_.get(), bytes.data(), bytes.size());
        for (ssize_t at = 0; at < size; ++at) {
            const char byte = bytes[static_cast<std::size_t>(at)];
            if (byte != '\r') {
                line_ += byte;
                continue;
            }
            heard.push_back(line_);
            const std::string reply = answer_(std::exchange(line_, {}));
            EXPECT_EQ(write(master_.get(), reply.data(), reply.size()), static_cast<ssize_t>(reply.size()));
        }
    }
    Answer answer_;
    sys::UniqueFd master_, slave_;
    std::string line_;
    std::unique_ptr<sys::EventSource> source_;
};

std::string modem(const std::string& line) {
    return line == "ATI" ? "ATI\r\r\nLab \x1b[2J Modem\r\n56K\r\n\r\nOK\r\n" : line + "\r\r\nOK\r\n";
}

class SerialFinderTest : public ::testing::Test {
protected:
    void SetUp() override {
        for (const char* folder : {"tty", "dev", "lock", "proc"}) {
            fs::create_directories(root / folder);
        }
        paths = {root / "tty", root / "dev", root / "lock", root / "proc"};
    }

    /// A tty as sysfs shows it, with a device node.
    FarEnd& tty(const std::string& name, FarEnd::Answer answer) {
        fs::create_directories(root / "tty" / name / "device");
        auto& end = *ends.emplace_back(std::make_unique<FarEnd>(fixture.loop, std::move(answer)));
        fs::create_symlink(end.name(), root / "dev" / name);
        return end;
    }
    void lock(const std::string& name, const std::string& content) {
        std::ofstream(root / "lock" / ("LCK.." + name)) << content;
    }
    std::map<std::string, SerialPort> find(core::Duration howLong = 20s,
                                           const std::vector<core::NamedPort>& named = {}) {
        sys::SerialFinder finder(fixture.loop, *fixture.bus, paths);
        std::map<std::string, SerialPort> out;
        bool done = false;
        const auto search =
            finder.find(named, howLong, [&](std::vector<SerialPort> found, const auto& error) {
                EXPECT_EQ(error, "");
                for (SerialPort& port : found) {
                    out.emplace(port.device.substr(port.device.rfind('/') + 1), port);
                }
                done = true;
            });
        EXPECT_TRUE(fixture.eventually([&] { return done; }));
        return out;
    }

    fs::path root = [] {
        std::string name = fs::temp_directory_path() / "serial-XXXXXX";
        return fs::path(mkdtemp(name.data()));
    }();
    struct Cleaner {
        const fs::path& root;
        ~Cleaner() { fs::remove_all(root); }
    } cleaner{root};
    BusLoop fixture;
    sys::SerialPaths paths;
    std::vector<std::unique_ptr<FarEnd>> ends;
};

TEST_F(SerialFinderTest, AsksWhoAnswers) {
    FarEnd& answering = tty("ttyUSB0", modem);
    const termios before = answering.settings();
    FarEnd& noisy = tty("ttyUSB1", [n = 0](const std::string& line) mutable {
        return ++n == 1 ? std::string("\xff\xfe garbage") : modem(line);
    });
    const auto found = find();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_TRUE(found.at("ttyUSB0").answers);
    EXPECT_EQ(found.at("ttyUSB0").model, "Lab \\x1B[2J Modem 56K");
    EXPECT_EQ(found.at("ttyUSB0").heldBy, "");
    EXPECT_TRUE(found.at("ttyUSB1").answers) << "it is asked again";
    EXPECT_EQ(answering.heard, (std::vector<std::string>{"AT", "ATI"}));
    EXPECT_GE(noisy.heard.size(), 3U);
    const termios after = answering.settings();
    EXPECT_EQ(before.c_iflag, after.c_iflag);
    EXPECT_EQ(before.c_oflag, after.c_oflag);
    EXPECT_EQ(before.c_cflag, after.c_cflag);
    EXPECT_EQ(before.c_lflag, after.c_lflag);
    EXPECT_EQ(cfgetospeed(&before), cfgetospeed(&after));
}

TEST_F(SerialFinderTest, ASilentLineIsGivenUpInTime) {
    FarEnd& silent = tty("ttyACM0", [](const std::string&) { return "login: \r\nPassword: "; });
    const auto found = find(500ms); // it would ask again after a second
    EXPECT_FALSE(found.at("ttyACM0").answers);
    EXPECT_EQ(found.at("ttyACM0").error, "");
    EXPECT_EQ(silent.heard, std::vector<std::string>{"AT"});
}

TEST_F(SerialFinderTest, LeavesAloneWhatSomebodyHas) {
    FarEnd& locked = tty("ttyUSB0", modem);
    FarEnd& binary = tty("ttyUSB1", modem);
    tty("ttyUSB3", modem);
    FarEnd& exclusive = tty("ttyUSB4", modem);
    FarEnd& ours = tty("ttyUSB5", modem);
    const pid_t us = getpid();
    lock("ttyUSB0", "      " + std::to_string(us) + "\n");
    lock("ttyUSB1", std::string(reinterpret_cast<const char*>(&us), sizeof us));
    lock("ttyUSB3", "2147483647\n"); // of a process that is gone
    ASSERT_EQ(ioctl(exclusive.slave(), TIOCEXCL), 0);
    const auto found = find(20s, {{ours.name(), 9600, "connection isp"}, {root / "dev/none", 9600, ""}});
    const std::string holder = sys::describeProcess(us);
    EXPECT_NE(holder.find("(serial_finder"), std::string::npos) << holder;
    EXPECT_EQ(found.at("ttyUSB0").heldBy, holder);
    EXPECT_EQ(found.at("ttyUSB1").heldBy, holder);
    EXPECT_TRUE(found.at("ttyUSB3").answers);
    EXPECT_EQ(found.at("ttyUSB4").heldBy, "a program that has it for itself");
    const std::string pts = ours.name().substr(ours.name().rfind('/') + 1);
    EXPECT_EQ(found.at(pts).heldBy, "connection isp");
    EXPECT_EQ(found.at("none").error, "No such file or directory");
    for (const FarEnd* end : {&locked, &binary, &exclusive}) {
        EXPECT_TRUE(end->heard.empty());
    }
    ioctl(exclusive.slave(), TIOCNXCL);
}

TEST_F(SerialFinderTest, HasTheLockAsLongAsItHasTheLine) {
    std::string whileAsked;
    FarEnd& asked = tty("ttyUSB0", [&](const std::string& line) {
        std::ifstream file(root / "lock" / sys::lockName(ends[0]->name()));
        std::getline(file, whileAsked);
        return modem(line);
    });
    const termios before = asked.settings();
    FarEnd& silent = tty("ttyUSB1", [&](const std::string&) {
        if (!whileAsked.empty() && !fs::exists(root / "lock" / sys::lockName(asked.name()))) {
            EXPECT_EQ(asked.settings().c_lflag, before.c_lflag) << "given back by then";
            return "OK\r\n"; // what was asked first has been let go before the search is over
        }
        return "";
    });
    FarEnd& taken = tty("ttyUSB2", modem);
    sys::LineLock theirs;
    ASSERT_EQ(theirs.acquire(root / "lock", taken.name()).got, sys::LineLock::Got::Held);
    const auto found = find();
    EXPECT_EQ(whileAsked, std::string(10 - std::min<std::size_t>(10, std::to_string(getpid()).size()), ' ') +
                              std::to_string(getpid()));
    EXPECT_TRUE(found.at("ttyUSB1").answers);
    EXPECT_GE(silent.heard.size(), 2U);
    EXPECT_EQ(found.at("ttyUSB2").heldBy, sys::describeProcess(getpid()));
    EXPECT_TRUE(taken.heard.empty());
    EXPECT_EQ(std::distance(fs::directory_iterator(root / "lock"), {}), 1) << "theirs";
}

TEST_F(SerialFinderTest, TypesIntoNobodysTerminalAndNoConsole) {
    FarEnd& login = tty("ttyUSB0", modem);
    FarEnd& console = tty("ttyUSB1", modem);
    tty("ttyUSB2", modem);
    fs::create_directories(root / "tty/console");
    std::ofstream(root / "tty/console/active") << "tty0 ttyUSB1\n";
    struct stat info {};
    ASSERT_EQ(stat(login.name().c_str(), &info), 0);
    const fs::path process = root / "proc" / std::to_string(getpid());
    fs::create_directories(process);
    const unsigned number =
        (major(info.st_rdev) << 8) | (minor(info.st_rdev) & 0xffU) | ((minor(info.st_rdev) & ~0xffU) << 12);
    std::ofstream(process / "stat") << getpid() << " (a) b) S 1 2 3 " << number << " 5 6 7\n";
    fs::create_directories(root / "proc/self");
    const auto found = find();
    EXPECT_EQ(found.at("ttyUSB0").heldBy, sys::describeProcess(getpid()) + ", whose terminal it is");
    EXPECT_EQ(found.at("ttyUSB1").heldBy, "the kernel, whose console it is");
    EXPECT_TRUE(found.at("ttyUSB2").answers);
    EXPECT_TRUE(login.heard.empty());
    EXPECT_TRUE(console.heard.empty());
}

TEST_F(SerialFinderTest, KnowsAUartThatIsNone) {
    fs::create_directories(root / "tty/ttyS0/device");
    std::ofstream(root / "tty/ttyS0/type") << "4\n";
    fs::create_directories(root / "tty/ttyS1/device");
    std::ofstream(root / "tty/ttyS1/type") << "0\n";
    fs::create_directories(root / "tty/tty7");
    fs::create_directories(root / "tty/rfcomm0");
    EXPECT_EQ(sys::listTtys(paths),
              (std::vector<std::string>{paths.devices + "/rfcomm0", paths.devices + "/ttyS0"}));
}

TEST_F(SerialFinderTest, LeavesModemManagersToIt) {
    Fake manager(PPP_TEST_FAKE_MODEM_MANAGER, "modem_manager");
    FarEnd& held = tty("ttyUSB2", modem);
    tty("ttyUSB3", modem);
    auto found = find();
    EXPECT_EQ(found.at("ttyUSB2").heldBy, "ModemManager");
    EXPECT_EQ(found.at("ttyUSB2").model, "Lab LTE\\n7");
    EXPECT_FALSE(found.at("ttyUSB2").answers);
    EXPECT_TRUE(held.heard.empty());
    EXPECT_TRUE(found.at("ttyUSB3").answers);
}

TEST_F(SerialFinderTest, AModemManagerThatHangsIsNotWaitedFor) {
    Fake manager(PPP_TEST_FAKE_MODEM_MANAGER, "modem_manager");
    manager.process().signal(SIGSTOP);
    tty("ttyUSB2", modem);
    EXPECT_TRUE(find().at("ttyUSB2").answers);
    manager.process().signal(SIGCONT);
}

TEST_F(SerialFinderTest, ASearchThatIsCalledOffTellsNothing) {
    tty("ttyUSB0", modem);
    sys::SerialFinder finder(fixture.loop, *fixture.bus, paths);
    auto search = finder.find({}, 20s, [](const auto&, const auto&) { ADD_FAILURE(); });
    search.reset();
    fixture.settle();
    std::vector<std::unique_ptr<core::Pending>> many;
    const auto ignore = [](const auto&, const auto&) {};
    for (std::size_t n = 0; n < sys::SerialFinder::kAtOnce; ++n) {
        many.push_back(finder.find({}, 20s, ignore));
    }
    try {
        finder.find({}, 20s, ignore);
        ADD_FAILURE() << "one search too many";
    } catch (const core::Error& error) {
        EXPECT_EQ(error.code(), core::ErrorCode::Busy);
    }
}

} // namespace
} // namespace ppp::test
