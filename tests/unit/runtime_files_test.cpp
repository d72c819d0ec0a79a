// SPDX-License-Identifier: LGPL-2.1-or-later
// Records and stories in the runtime folder.
#include <system_error>

#include "files_fixture.hpp"
#include "sys/record_files.hpp"
#include "sys/story_files.hpp"

namespace ppp::sys {
namespace {

using test::FilesTest;

// ---- records
// ------------------------------------------------------------------------------------------------------

TEST_F(FilesTest, KeepsRecords) {
    RecordFiles records(root_ + "/run");
    records.save("isp", "{}");
    records.save(".routes", "[]");
    records.save("isp", "{ }");
    EXPECT_EQ(mode("run/records"), 0700);
    EXPECT_EQ(mode("run/records/isp.json"), 0600);
    using All = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(records.loadAll(), (All{{".routes", "[]"}, {"isp", "{ }"}}));
    put("run/records/.tmp-1", "half");
    EXPECT_EQ(RecordFiles(root_ + "/run").loadAll().size(), 2U);
    EXPECT_FALSE(exists("run/records/.tmp-1"));
    records.remove(".routes");
    records.remove(".routes");
    EXPECT_EQ(records.loadAll(), (All{{"isp", "{ }"}}));
    for (const char* name : {"", "a/b", "../x", ".tmp-x", "a b"})
        EXPECT_THROW(records.save(name, "{}"), std::system_error) << name;
    test::run("rm -r '" + path("run") + "'");
    EXPECT_TRUE(records.loadAll().empty());
    records.save("isp", "{}");
    EXPECT_EQ(records.loadAll().size(), 1U);
}

// ---- stories

TEST_F(FilesTest, StoriesAreAppendedReplacedAndListed) {
    StoryFiles stories(root_ + "/run");
    EXPECT_EQ(mode("run/stories"), 0700);
    EXPECT_EQ(stories.load("isp"), "");
    stories.append("isp", "one\n");
    stories.append("isp", "two\n");
    EXPECT_EQ(mode("run/stories/isp"), 0600);
    EXPECT_EQ(stories.load("isp"), "one\ntwo\n");
    stories.replace("isp", "all\n");
    EXPECT_EQ(get("run/stories/isp"), "all\n");
    EXPECT_EQ(mode("run/stories/isp"), 0600);
    put("run/stories/.tmp-left", "x");
    StoryFiles again(root_ + "/run");
    EXPECT_EQ(again.names(), std::vector<std::string>{"isp"});
    EXPECT_FALSE(exists("run/stories/.tmp-left"));
    stories.remove("isp");
    stories.remove("isp");
    EXPECT_TRUE(stories.names().empty());
}

TEST_F(FilesTest, StoriesFollowNoNameOutOfTheirFolder) {
    StoryFiles stories(root_ + "/run");
    put("secret", "kept");
    for (const char* name : {"../secret", "a/b", "", ".hidden", "x y"}) {
        EXPECT_THROW(stories.append(name, "x\n"), std::system_error) << name;
        EXPECT_THROW(stories.load(name), std::system_error) << name;
        EXPECT_THROW(stories.remove(name), std::system_error) << name;
    }
    ASSERT_EQ(symlink((root_ + "/secret").c_str(), path("run/stories/isp").c_str()), 0);
    EXPECT_THROW(stories.append("isp", "x\n"), std::system_error);
    EXPECT_EQ(get("secret"), "kept");
}

TEST_F(FilesTest, AStoryThatIsNoneOfOursIsRemoved) {
    StoryFiles stories(root_ + "/run");
    put("run/stories/isp", std::string(std::size_t{5} * 1024 * 1024, 'x'));
    EXPECT_EQ(stories.load("isp"), "");
    EXPECT_FALSE(exists("run/stories/isp"));
}

} // namespace
} // namespace ppp::sys
