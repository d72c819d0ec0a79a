// SPDX-License-Identifier: LGPL-2.1-or-later
// LogControl1: what is read, what root may set, that others may not.
#include "sys/log_control.hpp"

#include <string>

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "child_process.hpp"
#include "loop_fixture.hpp"
#include "sys/journal.hpp"

namespace ppp::test {
namespace {

class LogControlTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_EQ(geteuid(), 0U) << "bus tests run as root";
        fixture.bus->requestName(bus::ServiceName{"test.Log"});
    }
    // busctl as the given user; output and errors.
    std::string busctl(const std::string& verb, std::vector<std::string> rest, const char* uid = "0") {
        std::vector<std::string> argv{"setpriv",
                                      "--reuid",
                                      uid,
                                      "--clear-groups",
                                      "busctl",
                                      "--address=" + fixture.dbus.address(),
                                      verb,
                                      "test.Log",
                                      "/org/freedesktop/LogControl1",
                                      "org.freedesktop.LogControl1"};
        argv.insert(argv.end(), rest.begin(), rest.end());
        ChildProcess child(argv, {}, true);
        bool ended = false;
        const auto end = fixture.loop.io(child.pidfd(), EPOLLIN, [&](std::uint32_t) { ended = true; });
        EXPECT_TRUE(fixture.eventually([&] { return ended; }));
        return child.readAll();
    }

    BusLoop fixture;
    sys::SystemJournal log;
    sys::LogControl control{*fixture.bus, log};
};

TEST_F(LogControlTest, EverybodyReads) {
    EXPECT_EQ(busctl("get-property", {"LogLevel"}, "65534"), "s \"info\"\n");
    EXPECT_EQ(busctl("get-property", {"SyslogIdentifier"}, "65534"), "s \"ppp-managerd\"\n");
    log.setTarget(sys::SystemJournal::Target::Console);
    EXPECT_EQ(busctl("get-property", {"LogTarget"}, "65534"), "s \"console\"\n");
}

TEST_F(LogControlTest, RootSets) {
    EXPECT_EQ(busctl("set-property", {"LogLevel", "s", "debug"}), "");
    EXPECT_EQ(log.level(), core::Severity::Debug);
    EXPECT_EQ(busctl("set-property", {"LogTarget", "s", "null"}), "");
    EXPECT_EQ(log.target(), sys::SystemJournal::Target::Null);
}

TEST_F(LogControlTest, OthersDoNotSet) {
    EXPECT_NE(busctl("set-property", {"LogLevel", "s", "debug"}, "65534").find("Access"), std::string::npos);
    EXPECT_EQ(log.level(), core::Severity::Info);
}

TEST_F(LogControlTest, UnknownWordsChangeNothing) {
    EXPECT_NE(busctl("set-property", {"LogLevel", "s", "loud"}).find("not a log level"), std::string::npos);
    EXPECT_NE(busctl("set-property", {"LogTarget", "s", "mail"}).find("not a log target"), std::string::npos);
    EXPECT_EQ(log.level(), core::Severity::Info);
}

} // namespace
} // namespace ppp::test
