// SPDX-License-Identifier: LGPL-2.1-or-later
// The story of a link on its store: lines and back, torn and broken ones, compaction, a store that is full.
#include "core/story.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/limits.hpp"
#include "core/story_lines.hpp"
#include "core/text.hpp"
#include "support/fake_ports.hpp"

namespace ppp::test {
namespace {

bool operator==(const TimelineEntry& a, const TimelineEntry& b) {
    return a.at.at == b.at.at && a.at.firstShown == b.at.firstShown && a.what == b.what &&
           a.details == b.details;
}

bool same(const Timeline& a, const Timeline& b) {
    const auto one = a.last(0);
    const auto other = b.last(0);
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [](const auto& x, const auto& y) { return x == y; });
}

struct Stories : testing::Test {
    Machine m;
    Ports ports = m.ports();

    Story story() { return {"isp", ports}; }
    std::string& file() { return m.stories.stories["isp"]; }
    std::size_t lines() { return static_cast<std::size_t>(std::count(file().begin(), file().end(), '\n')); }
    std::size_t warnings() const {
        return static_cast<std::size_t>(
            std::count_if(m.journal.lines.begin(), m.journal.lines.end(),
                          [](const auto& line) { return line.find("story") != std::string::npos; }));
    }
    void tell(Story& story, int events) {
        for (int n = 0; n < events; ++n) {
            m.clock.advance(Duration(1000));
            story.note("phase", {{"number", std::uint64_t(n)}});
        }
    }
};

TEST_F(Stories, EveryKindOfDetailComesBack) {
    Story first = story();
    first.note("engine", {{"pid", std::uint32_t{4242}},
                          {"next-us", std::uint64_t{1} << 60},
                          {"text", std::string("\"E=691\"\n\u00fc \\x1b")},
                          {"yes", true},
                          {"no", false}});
    Statistics& statistics = first.change();
    statistics = {1, 2, 3, 4, 5, 6, {}};
    statistics.session = {Moment::now(m.clock), Moment::now(m.clock), Duration(7), 8, 9, 10,
                          "echo-timeout",       "10.64.0.100",        "10.64.0.99"};
    first.flush();

    const Story second = story();
    EXPECT_TRUE(same(first.timeline(), second.timeline()));
    EXPECT_EQ(storyLine(first.statistics()), storyLine(second.statistics()));
    EXPECT_EQ(second.statistics().totalTx, 6U);
    EXPECT_EQ(second.statistics().session.interface, 8U);
    EXPECT_EQ(second.statistics().session.previousAddress, "10.64.0.99");
}

TEST_F(Stories, CountersGoWithTheNextEvent) {
    Story first = story();
    ++first.change().attempts;
    EXPECT_EQ(lines(), 0U);
    first.note("state", {});
    EXPECT_EQ(lines(), 2U);
    first.note("state", {});
    EXPECT_EQ(lines(), 3U) << "they did not change";
    EXPECT_EQ(story().statistics().attempts, 1U);
}

TEST_F(Stories, ATornLastLineIsIgnoredAndHealed) {
    {
        Story first = story();
        tell(first, 3);
    }
    file().resize(file().size() - 5);
    Story second = story();
    EXPECT_EQ(second.timeline().last(0).size(), 2U);
    second.note("after", {});
    EXPECT_EQ(story().timeline().last(0).size(), 3U) << "the new line was glued to the torn one";
    EXPECT_EQ(m.stories.replaced, 1);
}

TEST_F(Stories, ABrokenLineCostsItselfAlone) {
    {
        Story first = story();
        tell(first, 2);
    }
    for (const char* broken :
         {"nonsense", "{}", "[1]", "null", R"({"what":3,"at":[1,2],"details":{}})",
          R"({"what":"state","at":[1,2],"details":{"x":{"later":1}}})", R"({"statistics":{"sessions":1}})",
          R"({"what":"state","at":[1,2],"details":[[]]})", R"({"what":"state","at":"now","details":{}})"}) {
        file() += std::string(broken) + "\n";
    }
    Story second = story();
    tell(second, 1);
    EXPECT_EQ(story().timeline().last(0).size(), 3U);
}

TEST_F(Stories, IsCompactedAndStaysWhole) {
    Story first = story();
    first.change().attempts = 7;
    std::size_t most = 0;
    for (int n = 0; n < 2000; ++n) {
        tell(first, 1);
        most = std::max(most, lines());
    }
    EXPECT_LE(most, 2 * limits::kTimelineEvents);
    EXPECT_GE(m.stories.replaced, 5);
    EXPECT_LE(m.stories.replaced, 8) << "not at every event";
    const Story second = story();
    EXPECT_EQ(second.timeline().last(0).size(), limits::kTimelineEvents);
    EXPECT_TRUE(same(first.timeline(), second.timeline()));
    EXPECT_EQ(second.statistics().attempts, 7U);
}

TEST_F(Stories, AFullDiskIsSaidOnceAndHealedLater) {
    Story first = story();
    tell(first, 2);
    m.stories.full = true;
    for (int n = 0; n < 50; ++n) {
        m.clock.advance(std::chrono::seconds(1));
        tell(first, 1);
    }
    EXPECT_EQ(warnings(), 1U);
    EXPECT_EQ(first.timeline().last(0).size(), 52U);
    m.stories.full = false;
    m.clock.advance(std::chrono::seconds(20));
    tell(first, 1);
    EXPECT_TRUE(same(first.timeline(), story().timeline()));
    m.stories.full = true;
    tell(first, 1);
    EXPECT_EQ(warnings(), 2U) << "it had worked in between";
}

TEST_F(Stories, AForgottenOneIsNotWrittenAgain) {
    Story first = story();
    tell(first, 3);
    first.forget();
    tell(first, 1000);
    first.flush();
    EXPECT_TRUE(m.stories.stories.empty());
}

TEST_F(Stories, KnowsTheLastEngines) {
    Story first = story();
    for (std::uint32_t pid = 1; pid <= 20; ++pid) {
        m.clock.advance(Duration(10));
        first.note("engine", {{"pid", pid}});
        first.note("phase", {{"pid", std::string("no number")}});
    }
    const auto engines = story().engines();
    ASSERT_EQ(engines.size(), limits::kStoryEngines);
    EXPECT_EQ(engines.front().pid, 5U);
    EXPECT_EQ(engines.back().pid, 20U);
    EXPECT_EQ(engines.back().started, m.clock.now());
}

TEST_F(Stories, LongTextsAreCutAtACharacter) {
    Story first = story();
    std::string umlauts;
    for (std::size_t n = 0; n < limits::kStoryText; ++n) {
        umlauts += "\u00fc";
    }
    first.note("failure", {{"text", "x" + umlauts}});
    const auto cut = std::get<std::string>(first.timeline().last(1).front().details.at("text"));
    EXPECT_EQ(cut.size(), limits::kStoryText - 1);
    EXPECT_TRUE(text::isUtf8(cut));
    EXPECT_TRUE(same(first.timeline(), story().timeline()));
}

} // namespace
} // namespace ppp::test
