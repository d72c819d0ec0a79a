// SPDX-License-Identifier: LGPL-2.1-or-later
// DHCPv6 clients of many sessions against a stand-in for systemd, which starts none: when one is asked for,
// and that its reports are seen.
#include "sys/dhcp6_clients.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fake.hpp"
#include "loop_fixture.hpp"
#include "temporary_folder.hpp"

namespace ppp::test {
namespace {

using Session = core::PrefixClients::Session;

class Dhcp6ClientsTest : public ::testing::Test {
protected:
    Dhcp6ClientsTest() { answer("done"); }
    void answer(const std::string& setting) { systemd.set("StartTransientUnit", setting); }
    void run(const Session& session) {
        running[session.connection] =
            clients.run(session, [this, name = session.connection] { ++changes[name]; });
    }
    void end(const Session& session) {
        running.erase(session.connection);
        clients.end(session);
    }
    std::string trouble() { return running.at("isp")->trouble(); }
    static int instances() {
        int out = 0;
        for (const auto& one : std::filesystem::directory_iterator("/proc/self/fd")) {
            std::error_code gone; // the descriptor that lists them
            out += std::filesystem::read_symlink(one.path(), gone) == "anon_inode:inotify" ? 1 : 0;
        }
        return out;
    }

    const Session isp{"isp", "ppp0", 17};
    const Session other{"other", "ppp1", 18};
    BusLoop fixture;
    Fake systemd{PPP_TEST_FAKE_SYSTEMD, "systemd"};
    TemporaryFolder folder;
    sys::Dhcp6Clients clients{
        fixture.loop, *fixture.bus, fixture.journal, folder.path() + "/dhcp6", {"/bin/true", "/bin/true", ""},
        true};
    std::map<std::string, int> changes;
    std::map<std::string, std::unique_ptr<core::PrefixClient>> running;
};

TEST_F(Dhcp6ClientsTest, OneThatRunsAlreadyIsTakenUp) {
    answer("error org.freedesktop.systemd1.UnitExists of an earlier life");
    run(isp);
    systemd.waitCalls(1);
    fixture.settle();
    EXPECT_EQ(trouble(), "");
}

TEST_F(Dhcp6ClientsTest, WhileTheOneBeforeEndsItIsAskedForAgain) {
    run(isp);
    systemd.waitCalls(1);
    end(isp);
    answer("error org.freedesktop.systemd1.UnitExists it ends");
    run(isp);
    ASSERT_TRUE(fixture.eventually([&] { return !trouble().empty(); }));
    EXPECT_EQ(trouble(), "no prefix is asked for: the client before it has not ended yet");
    answer("done");
    ASSERT_TRUE(fixture.eventually([&] { return trouble().empty(); }));
    EXPECT_GE(systemd.calls().size(), 3U);
    EXPECT_GE(changes["isp"], 2);
}

TEST_F(Dhcp6ClientsTest, ReportsOfManyAreSeenWithOneInstanceOfInotify) {
    const int before = instances();
    run(isp);
    run(other);
    EXPECT_EQ(instances(), before + 1);
    std::ofstream(folder.path() + "/dhcp6/other/report") << "x";
    ASSERT_TRUE(fixture.eventually([&] { return changes["other"] > 0; }));
    EXPECT_EQ(changes["isp"], 0);
    end(isp);
    run(isp);
    std::ofstream(folder.path() + "/dhcp6/isp/new") << "x";
    std::filesystem::rename(folder.path() + "/dhcp6/isp/new", folder.path() + "/dhcp6/isp/report");
    EXPECT_TRUE(fixture.eventually([&] { return changes["isp"] > 0; }));
}

} // namespace
} // namespace ppp::test
