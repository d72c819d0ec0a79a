// SPDX-License-Identifier: LGPL-2.1-or-later
// How importers cut a file into settings: shell assignments without a shell, sections in brackets.
#include <gtest/gtest.h>

#include "cli/import/ini_settings.hpp"
#include "cli/import/shell_settings.hpp"

namespace ppp::cli::importing {
namespace {

Settings shell(std::string_view text) {
    return readShell(text, "/f");
}

/// The value of the only setting.
std::string value(std::string_view text) {
    const Settings all = shell(text);
    EXPECT_EQ(all.settings.size(), 1U) << text;
    EXPECT_TRUE(all.bad.empty()) << text;
    return all.settings.empty() ? "(none)" : std::string(all.settings[0].text());
}

std::string refused(std::string_view text) {
    const Settings all = shell(text);
    EXPECT_EQ(all.settings.size(), 1U) << text;
    EXPECT_TRUE(all.bad.empty()) << text;
    if (all.settings.empty()) {
        return "(none)";
    }
    EXPECT_EQ(all.settings[0].text(), "") << text;
    return all.settings[0].refused;
}

TEST(Shell, Quoting) {
    EXPECT_EQ(value("A=plain"), "plain");
    EXPECT_EQ(value("  export A=plain # comment\n"), "plain");
    EXPECT_EQ(value("A=a#b"), "a#b");
    EXPECT_EQ(value("A="), "");
    EXPECT_EQ(value("A='it'\\''s'"), "it's");
    EXPECT_EQ(value("A='$HOME `x` \\n'"), "$HOME `x` \\n");
    EXPECT_EQ(value(R"(A="a \"b\" \$c \\ \d")"), R"(a "b" $c \ \d)");
    EXPECT_EQ(value(R"(A=a\ b\$c)"), "a b$c");
    EXPECT_EQ(value("A=\"one\ntwo\""), "one\ntwo");
    EXPECT_EQ(value("A=one\\\ntwo"), "onetwo");
    EXPECT_EQ(value("A='one'\"two\"three"), "onetwothree");
    EXPECT_EQ(value("A=5$"), "5$");
    EXPECT_EQ(value("A=gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
}

TEST(Shell, SeveralOnALine) {
    const Settings all = shell("A=1; B=2 ;C=3\nD=4");
    ASSERT_EQ(all.settings.size(), 4U);
    EXPECT_EQ(all.settings[2].name, "C");
    EXPECT_EQ(all.settings[2].place.line, 1U);
    EXPECT_EQ(all.settings[3].place.line, 2U);
}

TEST(Shell, Arrays) {
    const Settings all = shell("A=(one 'two three'\n  # comment\n  \"four\")\nB=()\n");
    ASSERT_EQ(all.settings.size(), 2U);
    ASSERT_EQ(all.settings[0].list.size(), 3U);
    EXPECT_EQ(all.settings[0].list[1].view(), "two three");
    EXPECT_TRUE(all.settings[1].array);
    EXPECT_EQ(all.settings[1].place.line, 4U);
}

TEST(Shell, NothingIsExpanded) {
    EXPECT_NE(refused("A=$(rm -rf / ')' \")\")").find("$(…)"), std::string::npos);
    EXPECT_NE(refused("A=`id`x").find("`…`"), std::string::npos);
    EXPECT_NE(refused("A=\"x ${HOME:-'}'} y\"").find("${…}"), std::string::npos);
    EXPECT_NE(refused("A=$HOME/x").find("$NAME"), std::string::npos);
    EXPECT_NE(refused("A=\"$1\"").find("$NAME"), std::string::npos);
    EXPECT_NE(refused("A=~/x").find('~'), std::string::npos);
    EXPECT_NE(refused("A=$'\\x41'").find("$'…'"), std::string::npos);
    EXPECT_NE(refused("A=(a $(b) c)").find("$(…)"), std::string::npos);
}

TEST(Shell, WhatIsNoAssignmentIsABadLineWithItsNumber) {
    for (const char* const text :
         {"\n. /etc/other\nA=1\n", "\nif [ x ]; then\nA=1\n", "\nA = 1\nA=1\n", "\nB+=2\nA=1\n",
          "\nB=1 ls\nA=1\n", "\nB=1>x\nA=1\n", "\nB=1 && C=2\nA=1\n"}) {
        const Settings all = shell(text);
        ASSERT_EQ(all.bad.size(), 1U) << text;
        EXPECT_EQ(all.bad[0].place.line, 2U) << text;
        EXPECT_NE(all.bad[0].why.find("expected"), std::string::npos) << text;
        ASSERT_EQ(all.settings.size(), 1U) << text;
        EXPECT_EQ(all.settings[0].name, "A") << text;
    }
}

TEST(Shell, AnOpenQuoteEndsTheReadingAndShowsNothing) {
    for (const char* const text : {"A=1\nPassword='hunter2\nB=3\n", "A=1\nPassword=\"hunter2\n",
                                   "A=1\nB=(x y\n", "A=1\nB=$(x\n", "A=1\nB=`x\n", "A=1\nB=\"${x\"\n"}) {
        const Settings all = shell(text);
        ASSERT_EQ(all.bad.size(), 1U) << text;
        EXPECT_EQ(all.bad[0].place.line, 2U) << text;
        EXPECT_EQ((all.bad[0].what + all.bad[0].why).find("hunter2"), std::string::npos);
        EXPECT_EQ(all.settings.size(), 1U) << text;
    }
}

TEST(PlainText, MarksAndLineEnds) {
    std::string trouble;
    EXPECT_EQ(plainText("\xef\xbb\xbf"
                        "A=1\r\nB=2\r",
                        trouble)
                  .view(),
              "A=1\nB=2");
    EXPECT_EQ(trouble, "");
    plainText(std::string("\xff\xfe"
                          "A\0",
                          4),
              trouble);
    EXPECT_NE(trouble.find("UTF-16"), std::string::npos);
    plainText(std::string(2, '\0'), trouble);
    EXPECT_NE(trouble.find("NUL"), std::string::npos);
    plainText(std::string(kFileSize + 1, 'a'), trouble);
    EXPECT_NE(trouble.find("bytes"), std::string::npos);
}

TEST(Ini, SectionsAndLines) {
    const Settings all = readIni("# c\n[one]\nkey = a = b \n\n[ two ]\nkey=\n", "/f", {.comments = "#"});
    ASSERT_EQ(all.settings.size(), 2U);
    EXPECT_TRUE(all.bad.empty());
    EXPECT_EQ(all.settings[0].text(), "a = b");
    EXPECT_EQ(all.settings[1].section, "two");
    EXPECT_EQ(all.settings[1].place.line, 6U);
}

TEST(Ini, Dialects) {
    EXPECT_EQ(
        readIni("[s]\na = b ; c\n", "/f", {.comments = ";", .commentsBehind = true}).settings.at(0).text(),
        "b");
    EXPECT_EQ(
        readIni("[s]\na = b ; c \n", "/f", {.comments = ";", .keepTrailing = true}).settings.at(0).text(),
        "b ; c ");
    EXPECT_EQ(readIni("[s]\na\n", "/f", {.comments = ";", .bareNames = true}).settings.at(0).name, "a");
}

TEST(Ini, BadLines) {
    const Settings all =
        readIni("early=hunter2\n[s\nb=hunter2\n[t]\nhunter2\nc=1\n[u] x\n", "/f", {.comments = "#"});
    ASSERT_EQ(all.bad.size(), 5U);
    EXPECT_EQ(all.bad[0].place.line, 1U);
    EXPECT_EQ(all.bad[4].place.line, 7U);
    EXPECT_EQ(all.settings.size(), 1U);
    for (const BadLine& line : all.bad) {
        EXPECT_EQ((line.what + line.why).find("hunter2"), std::string::npos);
        EXPECT_NE(line.why.find("expected"), std::string::npos);
    }
}

} // namespace
} // namespace ppp::cli::importing
