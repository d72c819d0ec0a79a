// SPDX-License-Identifier: LGPL-2.1-or-later
// The story of a link over lives of the real daemon: timeline and statistics are the same after a restart and
// after a kill; who may read the journal.
#include "daemon_fixture.hpp"

namespace {

using namespace ppp;
using test::DaemonTest;
using test::Variants;

using Event = sdbus::Struct<std::uint64_t, std::string, Variants>;

class DaemonStory : public DaemonTest {
protected:
    std::vector<std::string> timeline() {
        std::vector<Event> events;
        proxy(names::kBusName, names::connectionPath("isp"))
            ->callMethod("GetTimeline")
            .onInterface(names::kConnectionInterface)
            .withArguments(std::uint32_t{0})
            .storeResultsTo(events);
        std::vector<std::string> out;
        for (const Event& event : events) {
            std::string line = std::to_string(std::get<0>(event)) + " " + std::get<1>(event);
            for (const auto& [key, value] : std::get<2>(event)) {
                line += " " + key + "=" + shown(value);
            }
            out.push_back(line);
        }
        return out;
    }
    Variants statistics() {
        Variants out;
        proxy(names::kBusName, names::connectionPath("isp"))
            ->callMethod("GetStatistics")
            .onInterface(names::kConnectionInterface)
            .storeResultsTo(out);
        return out;
    }
    std::string statisticsText() {
        std::string out;
        for (const auto& [key, value] : statistics()) {
            out += key + "=" + shown(value) + "\n";
        }
        return out;
    }
    std::uint64_t number(const std::string& key) { return statistics().at(key).get<std::uint64_t>(); }

    void anotherDaemon(int signal) {
        daemon_->signal(signal);
        daemon_->wait();
        startDaemon();
    }

private:
    static std::string shown(const sdbus::Variant& value) {
        const std::string type(value.peekValueType());
        if (type == "s") {
            return value.get<std::string>();
        }
        if (type == "b") {
            return value.get<bool>() ? "true" : "false";
        }
        return type + std::to_string(type == "u" ? value.get<std::uint32_t>() : value.get<std::uint64_t>());
    }
};

TEST_F(DaemonStory, IsTheSameAfterARestartAndAKill) {
    ASSERT_EQ(addIsp(R"(,"autoconnect":false)"), "") << text_;
    ASSERT_EQ(up(), "") << text_;
    ASSERT_EQ(down(), "") << text_;
    script("default", goodScript("another"));
    ASSERT_EQ(up(), "Failed");
    const auto before = timeline();
    const auto counted = statisticsText();
    EXPECT_GT(before.size(), 15U);
    EXPECT_EQ(number("sessions"), 1U);
    EXPECT_EQ(number("attempts"), 2U);
    EXPECT_EQ(number("failures"), 1U);
    EXPECT_GT(number("total-up-us"), 0U);
    EXPECT_GT(number("session-ended"), number("session-started"));
    EXPECT_EQ(statistics().at("session-reason").get<std::string>(), "user-request");
    EXPECT_EQ(statistics().at("session-address").get<std::string>(), "10.64.0.100");

    for (const int signal : {SIGTERM, SIGKILL, SIGKILL}) {
        anotherDaemon(signal);
        EXPECT_EQ(state(), "waiting");
        EXPECT_EQ(timeline(), before) << "signal " << signal;
        EXPECT_EQ(statisticsText(), counted) << "signal " << signal;
    }
    ASSERT_EQ(down(), "");
    EXPECT_GT(timeline().size(), before.size());
}

TEST_F(DaemonStory, AStoryWithoutItsConnectionIsRemovedAtTheStart) {
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "");
    ASSERT_EQ(down(), "");
    daemon_->signal(SIGTERM);
    daemon_->wait();
    EXPECT_TRUE(std::filesystem::exists(folder() + "/run/stories/isp")) << "a stop keeps it";
    std::filesystem::remove(folder() + "/etc/connections/isp.json");
    startDaemon();
    EXPECT_TRUE(std::filesystem::is_empty(folder() + "/run/stories"));
}

TEST_F(DaemonStory, AStoreThatCannotBeWrittenDisturbsNothing) {
    ASSERT_EQ(addIsp(), "");
    std::filesystem::remove_all(folder() + "/run/stories");
    std::ofstream(folder() + "/run/stories") << "in the way";
    ASSERT_EQ(up(), "") << text_;
    const auto before = timeline();
    EXPECT_GT(before.size(), 8U);
    std::filesystem::remove(folder() + "/run/stories");
    ASSERT_EQ(down(), "");
    EXPECT_EQ(state(), "down");
}

TEST_F(DaemonStory, TheJournalIsForThoseWhoMay) {
    ASSERT_EQ(addIsp(), "");
    EXPECT_EQ(isp("GetLog", std::uint32_t{0}), "") << text_;
    polkit_->set("verdict", "no");
    EXPECT_EQ(isp("GetLog", std::uint32_t{0}), "NotAuthorized");
    EXPECT_EQ(isp("GetTimeline", std::uint32_t{0}), "") << "everybody may";
    EXPECT_EQ(isp("GetStatistics"), "");
    const auto asked = polkit_->calls();
    EXPECT_TRUE(std::any_of(asked.begin(), asked.end(), [](const std::string& call) {
        return call.find("org.ppp.manager.debug") != std::string::npos;
    })) << ::testing::PrintToString(asked);
}

} // namespace
