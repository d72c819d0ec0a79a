// SPDX-License-Identifier: LGPL-2.1-or-later
// JournalReader without a journal: answers later and once, a limit of readers, called off by destruction.
// What it finds is shown in the lab (scenario story), where there is a journal.
#include "sys/journal_reader.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/limits.hpp"
#include "loop_fixture.hpp"

namespace ppp::sys {
namespace {

struct JournalReaderTest : testing::Test {
    std::unique_ptr<core::Pending> read(const std::string& name = "isp") {
        return reader.read({name, {{1, {}}, {2, {}}}, 10},
                           [this](const std::vector<core::LogLine>& lines, const std::string& error) {
                               EXPECT_EQ(error, "");
                               EXPECT_TRUE(lines.empty());
                               ++answers;
                           });
    }
    EventLoop loop;
    JournalReader reader{loop, testing::TempDir()};
    int answers = 0;
};

TEST_F(JournalReaderTest, AnswersLaterAndOnce) {
    const auto reading = read();
    EXPECT_EQ(answers, 0);
    ASSERT_TRUE(test::eventually(loop, [&] { return answers > 0; }));
    loop.turn(0);
    loop.turn(0);
    EXPECT_EQ(answers, 1);
}

TEST_F(JournalReaderTest, HasALimitAndGivesPlacesBack) {
    std::vector<std::unique_ptr<core::Pending>> readings;
    for (std::size_t n = 0; n < core::limits::kLogReaders; ++n) {
        readings.push_back(read());
    }
    try {
        read();
        FAIL() << "one too many";
    } catch (const core::Error& error) {
        EXPECT_EQ(error.code(), core::ErrorCode::Busy);
    }
    readings.pop_back(); // called off
    readings.push_back(read());
    ASSERT_TRUE(test::eventually(loop, [&] { return answers == 4; }));
    readings.clear();
    EXPECT_NO_THROW(read());
}

TEST_F(JournalReaderTest, AFolderThatIsNoneIsAnError) {
    JournalReader other(loop, testing::TempDir() + "/there-is-none");
    std::string said;
    const auto reading =
        other.read({"isp", {}, 10}, [&](const auto&, const std::string& error) { said = error; });
    ASSERT_TRUE(test::eventually(loop, [&] { return !said.empty(); }));
    EXPECT_NE(said.find("No such file"), std::string::npos) << said;
}

} // namespace
} // namespace ppp::sys
