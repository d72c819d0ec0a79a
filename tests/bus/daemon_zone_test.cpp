// SPDX-License-Identifier: LGPL-2.1-or-later
// A link's firewall zone through the real daemon: the stand-in for pppd waits where the plugin waits.
#include "daemon_fixture.hpp"

namespace {

using namespace ppp;
using test::DaemonTest;
using test::eventually;
using test::Fake;
using test::run;

class DaemonZone : public DaemonTest {
protected:
    void SetUp() override {
        DaemonTest::SetUp();
        if (IsSkipped())
            return;
        std::string lines = goodScript();
        lines.replace(lines.find("phase network"), 0, "hold ppp0\ntouch released\n");
        script("isp", lines);
        ASSERT_EQ(addIsp(R"(,"firewall-zone":"17")"), "") << text_;
    }
    std::string trouble() {
        const auto details = property<test::Variants>("Details");
        const auto found = details.find("trouble");
        return found == details.end() ? "" : found->second.get<std::string>();
    }
    bool released() const { return std::filesystem::exists(folder() + "/pppd.d/released"); }
    static bool inGroup(const char* group) {
        return run("ip link show dev ppp0").find(std::string("group ") + group) != std::string::npos;
    }
};

TEST_F(DaemonZone, AGroupStandsForTheZone) {
    ASSERT_EQ(up(), "") << text_;
    EXPECT_TRUE(released());
    EXPECT_TRUE(inGroup("17"));
    EXPECT_EQ(trouble(), "");
    ASSERT_EQ(down(), "") << text_;
    EXPECT_TRUE(inGroup("default")) << "this interface outlives its link";
}

TEST_F(DaemonZone, AKilledDaemonsGroupIsTakenBack) {
    ASSERT_EQ(up(), "") << text_;
    EXPECT_TRUE(inGroup("17"));
    daemon_->signal(SIGKILL);
    daemon_->wait();
    std::ofstream(folder() + "/etc/connections/isp.json") << profile();
    startDaemon();
    EXPECT_TRUE(eventually([&] { return inGroup("default"); }));
}

TEST_F(DaemonZone, AnUnknownZoneIsToldAndTheLinkIsUp) {
    ASSERT_EQ(isp("UpdateProfile", profile(R"(,"firewall-zone":"no-such-zone-here")")), "") << text_;
    ASSERT_EQ(up(), "") << text_;
    EXPECT_TRUE(released());
    EXPECT_NE(trouble().find("there is no interface group \"no-such-zone-here\""), std::string::npos)
        << trouble();
}

} // namespace
