// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl explain and pppctl log, against a stand-in for the daemon.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "pppctl_fixture.hpp"

namespace ppp::test {
namespace {

using nlohmann::json;

class PppctlStory : public PppctlTest {};

TEST_F(PppctlStory, ExplainSaysThreeSentences) {
    const auto ran = pppctl({"explain", "office"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 3) << ran.out;
    EXPECT_EQ(ran.out.rfind("office has been up since ", 0), 0U) << ran.out;
    EXPECT_TRUE(contains(ran.out, "\nNothing has gone wrong with it so far.\n")) << ran.out;
    EXPECT_TRUE(contains(ran.out, "\nNothing is to be done;")) << ran.out;
}

TEST_F(PppctlStory, ExplainKnowsTheTimeline) {
    manager->set("office.story", "lost");
    const auto ran = pppctl({"explain", "office", "--json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    const json told = json::parse(ran.out);
    EXPECT_EQ(told.size(), 3U);
    EXPECT_TRUE(contains(told.at("last"), "office has been up")) << ran.out;
    EXPECT_TRUE(contains(told.at("why"), "it was lost once")) << ran.out;
    EXPECT_TRUE(contains(told.at("why"), "silence; this usually means that the line was cut")) << ran.out;
    EXPECT_TRUE(contains(told.at("next"), "Nothing is to be done")) << ran.out;
}

TEST_F(PppctlStory, ExplainOfABrokenProfileAndOfOneNeverDialled) {
    const auto broken = pppctl({"explain", "broken"});
    EXPECT_TRUE(contains(broken.out, "/pppoe/interface: is missing (and 1 more, see pppctl status broken)."))
        << broken.out;
    EXPECT_TRUE(contains(broken.out, "It is not dialled again by itself until the profile is corrected"))
        << broken.out;
    const auto never = pppctl({"explain", "isp"});
    EXPECT_TRUE(contains(never.out, "isp has not been dialled since the machine booted.")) << never.out;
    EXPECT_TRUE(contains(never.out, "It stays down until pppctl up isp.")) << never.out;
    EXPECT_EQ(pppctl({"explain", "ips"}).code, 3);
}

TEST_F(PppctlStory, LogShowsLinesWithTheirTimes) {
    const auto ran = pppctl({"log", "isp"}, {}, {"TZ=UTC"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out, "2023-11-14 22:13:20.123  isp: connecting → up\n"
                       "2023-11-14 22:13:21.000  LCP: \\x1B[31mtimeout\n");
    EXPECT_EQ(manager->calls().back(), "GetLog isp 200");
    pppctl({"log", "isp", "-n", "7"});
    EXPECT_EQ(manager->calls().back(), "GetLog isp 7");
}

TEST_F(PppctlStory, LogAsJson) {
    const auto ran = pppctl({"log", "isp", "--json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    const json lines = json::parse(ran.out);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0],
              json({{"time", 1'700'000'000'123'456}, {"priority", 6}, {"line", "isp: connecting → up"}}));
    EXPECT_EQ(lines[1].at("priority"), 3);
}

TEST_F(PppctlStory, LogThatIsRefused) {
    manager->set("isp.GetLog", "error org.ppp.Error.NotAuthorized not you");
    EXPECT_EQ(pppctl({"log", "isp"}).code, 4);
    manager->set("isp.GetLog", "error org.ppp.Error.Busy four are being read");
    const auto busy = pppctl({"log", "isp"});
    EXPECT_EQ(busy.code, 1);
    EXPECT_TRUE(contains(busy.err, "four are being read")) << busy.err;
}

TEST_F(PppctlStory, DebugSwitchesThePacketLog) {
    EXPECT_EQ(pppctl({"debug", "isp", "on"}).code, 0);
    EXPECT_EQ(manager->calls().back(), "SetDebug isp on");
    EXPECT_EQ(pppctl({"debug", "isp", "off"}).code, 0);
    EXPECT_EQ(manager->calls().back(), "SetDebug isp off");
    EXPECT_EQ(pppctl({"debug", "isp", "maybe"}).code, 2);
    EXPECT_EQ(pppctl({"debug", "isp"}).code, 2);
    EXPECT_EQ(pppctl({"debug", "ips", "on"}).code, 3);
    manager->set("isp.SetDebug", "error org.ppp.Error.NotAuthorized not you");
    EXPECT_EQ(pppctl({"debug", "isp", "on"}).code, 4);
}

} // namespace
} // namespace ppp::test
