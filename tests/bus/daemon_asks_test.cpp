// SPDX-License-Identifier: LGPL-2.1-or-later
// What the real daemon asks of a running engine: the round trip of GetStatistics and SetDebug, over its
// restarts, too.
#include "daemon_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <sstream>

namespace {

using namespace ppp;
using test::DaemonTest;
using test::eventually;
using test::Variants;

class DaemonAsks : public DaemonTest {
protected:
    Variants statistics() {
        Variants out;
        proxy(names::kBusName, names::connectionPath("isp"))
            ->callMethod("GetStatistics")
            .onInterface(names::kConnectionInterface)
            .storeResultsTo(out);
        return out;
    }
    /// 0 where it is not told.
    std::uint64_t roundTrip() {
        const auto told = statistics();
        const auto found = told.find("echo-rtt-us");
        return found == told.end() ? 0 : found->second.get<std::uint64_t>();
    }
    std::string heard(const std::string& what) {
        std::ostringstream out;
        out << std::ifstream(folder() + "/pppd.d/isp." + what).rdbuf();
        return out.str();
    }
    long echoes() {
        const std::string lines = heard("echoes");
        return std::count(lines.begin(), lines.end(), '\n');
    }
    bool debugShown() { return property<Variants>("Details").contains("debug"); }
    bool bornWithDebug() { return ("\n" + heard("argv")).find("\ndebug\n") != std::string::npos; }
    void anotherDaemon(int signal) {
        daemon_->signal(signal);
        daemon_->wait();
        startDaemon();
    }
};

TEST_F(DaemonAsks, TheRoundTripIsMeasuredWhenAsked) {
    script("default", "echo 4321\n" + goodScript());
    ASSERT_EQ(addIsp(R"(,"autoconnect":false)"), "") << text_;
    EXPECT_EQ(roundTrip(), 0U) << "down";
    ASSERT_EQ(up(), "") << text_;
    EXPECT_EQ(echoes(), 0) << "nobody asked";
    EXPECT_EQ(roundTrip(), 4321U);
    EXPECT_EQ(echoes(), 1);
    EXPECT_EQ(statistics().count("rx-bytes"), 1U);
    ASSERT_EQ(down(), "");
    EXPECT_EQ(roundTrip(), 0U);
    EXPECT_EQ(echoes(), 2);
}

TEST_F(DaemonAsks, ASilentPeerHoldsNobodyUp) {
    script("default", "echo 0\n" + goodScript());
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "");
    // Three ask at once, and all others go on meanwhile.
    auto one = proxy(names::kBusName, names::connectionPath("isp"));
    int answered = 0;
    bool told = false;
    for (int i = 0; i < 3; ++i) {
        one->callMethodAsync("GetStatistics")
            .onInterface(names::kConnectionInterface)
            .uponReplyInvoke([&](bus::CallError error, const Variants& values) {
                ++answered;
                told = told || bus::failed(error) || values.contains("echo-rtt-us");
            });
    }
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(answered, 0) << "the daemon answered others while it waited";
    EXPECT_TRUE(eventually([&] {
        while (bus::processOne(*client_)) {
        }
        return answered == 3;
    }));
    EXPECT_FALSE(told);
    EXPECT_EQ(echoes(), 1) << "one echo for all three";
}

TEST_F(DaemonAsks, ALinkThatEndsAnswersThoseWhoAsked) {
    script("default", "echo 0\n" + goodScript());
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "");
    auto one = proxy(names::kBusName, names::connectionPath("isp"));
    bool answered = false;
    one->callMethodAsync("GetStatistics")
        .onInterface(names::kConnectionInterface)
        .uponReplyInvoke([&](bus::CallError error, const Variants&) { answered = !bus::failed(error); });
    ASSERT_EQ(isp("Remove"), "");
    EXPECT_TRUE(eventually([&] {
        while (bus::processOne(*client_)) {
        }
        return answered;
    }));
}

TEST_F(DaemonAsks, ThePacketLogIsSwitchedAndRemembered) {
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "");
    EXPECT_FALSE(bornWithDebug());
    ASSERT_EQ(isp("SetDebug", true), "") << text_;
    EXPECT_TRUE(eventually([&] { return heard("debug") == "on\n"; })) << heard("debug");
    EXPECT_TRUE(debugShown());
    ASSERT_EQ(isp("SetDebug", true), "");
    EXPECT_EQ(heard("debug"), "on\n") << "nothing new is nothing to say";
    ASSERT_EQ(isp("Redial", Variants{{"wait", sdbus::Variant{true}}}), "") << text_;
    EXPECT_TRUE(bornWithDebug());
    anotherDaemon(SIGKILL);
    EXPECT_TRUE(debugShown());
    ASSERT_TRUE(becomes("up"));
    ASSERT_EQ(isp("SetDebug", false), "");
    EXPECT_FALSE(debugShown());
    anotherDaemon(SIGKILL);
    EXPECT_FALSE(debugShown());
    ASSERT_TRUE(becomes("up"));
    EXPECT_FALSE(bornWithDebug());
}

TEST_F(DaemonAsks, ThePacketLogIsForThoseWhoMay) {
    ASSERT_EQ(addIsp(), "");
    polkit_->set("verdict", "no");
    EXPECT_EQ(isp("SetDebug", true), "NotAuthorized");
    EXPECT_FALSE(debugShown());
    const auto asked = polkit_->calls();
    EXPECT_TRUE(std::any_of(asked.begin(), asked.end(), [](const std::string& call) {
        return call.find("org.ppp.manager.debug") != std::string::npos;
    })) << ::testing::PrintToString(asked);
}

} // namespace
