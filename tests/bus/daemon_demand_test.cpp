// SPDX-License-Identifier: LGPL-2.1-or-later
// On-demand dialling through the real daemon: a stand-in for pppd waits for a file where pppd waits for a
// packet.
#include "daemon_fixture.hpp"

namespace {

using namespace ppp;
using test::DaemonTest;
using test::eventually;
using test::Variants;

class DaemonDemand : public DaemonTest {
protected:
    void SetUp() override {
        DaemonTest::SetUp();
        if (IsSkipped())
            return;
        std::string lines = goodScript();
        lines.replace(lines.find('\n') + 1, 0, "demand ppp0 10.64.64.64 10.112.112.112 packet\n");
        lines.replace(lines.find("sleep-until-term"), std::string::npos, "take idle\nexit 12\n");
        script("isp", lines);
        ASSERT_EQ(addIsp(R"(,"on-demand":true,"idle-timeout":60)"), "") << text_;
    }
    std::string phase() { return property<std::string>("Phase"); }
    bool stands() {
        return eventually([&] { return phase() == "demand"; });
    }
    void happens(const std::string& what) { std::ofstream(folder() + "/pppd.d/" + what) << "now"; }
};

TEST_F(DaemonDemand, TrafficAndIdleness) {
    ASSERT_EQ(up(), "") << text_;
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(phase(), "demand");
    EXPECT_NE(property<std::uint32_t>("EnginePid"), 0U);
    EXPECT_EQ(property<std::string>("Interface"), "ppp0");
    EXPECT_EQ(property<std::string>("LocalAddress"), "");
    EXPECT_TRUE(property<bool>("DefaultRoute"));
    EXPECT_NE(routes().find("dev ppp0"), std::string::npos) << routes();
    for (int round = 0; round < 2; ++round) {
        happens("packet");
        ASSERT_TRUE(becomes("up"));
        EXPECT_EQ(property<std::string>("LocalAddress"), "10.64.0.100");
        EXPECT_EQ(property<std::string>("Reason"), "");
        const auto engine = property<std::uint32_t>("EnginePid");
        happens("idle");
        ASSERT_TRUE(stands());
        EXPECT_EQ(state(), "waiting");
        EXPECT_EQ(property<std::string>("Reason"), "idle-timeout");
        EXPECT_NE(property<std::uint32_t>("EnginePid"), engine);
        EXPECT_NE(routes().find("dev ppp0"), std::string::npos) << routes();
    }
    EXPECT_EQ(up(), "") << "dials at once, without traffic: " << text_;
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(up(), "AlreadyUp");
    happens("idle");
    ASSERT_TRUE(stands());
    ASSERT_EQ(down(), "") << text_;
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(routes(), "");
}

TEST_F(DaemonDemand, AnotherDaemonStandsReadyToo) {
    ASSERT_EQ(up(), "") << text_;
    daemon_->signal(SIGKILL);
    daemon_->wait();
    startDaemon();
    ASSERT_TRUE(stands()) << "without a descriptor store the engine went with the daemon and is replaced";
    happens("packet");
    EXPECT_TRUE(becomes("up"));
    ASSERT_EQ(down(), "");
    EXPECT_EQ(routes(), "");
}

TEST_F(DaemonDemand, ACallThatFailsIsWaitedForWithoutARoute) {
    script("isp", "wait-secrets\ndemand ppp0 10.64.64.64 10.112.112.112 packet\nphase discovery\nexit 8\n");
    ASSERT_EQ(isp("UpdateProfile", profile(R"(,"on-demand":true,"reconnect":{"discovery":{"first":60}})")),
              "");
    ASSERT_EQ(up(), "") << text_;
    happens("packet");
    ASSERT_TRUE(eventually([&] { return phase() == "backoff"; }));
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(property<std::string>("Reason"), "discovery-timeout");
    EXPECT_NE(property<std::uint64_t>("NextAttempt"), 0U);
    EXPECT_EQ(routes(), "");
    ASSERT_EQ(down(), "");
}

} // namespace
