// SPDX-License-Identifier: LGPL-2.1-or-later
// What pppctl makes of terminals and locales, of words that nobody knows and of failures in JSON.
#include <gtest/gtest.h>

#include "cli/answer.hpp"
#include "cli/event_line.hpp"
#include "cli/look.hpp"
#include "cli/rights.hpp"
#include "cli/suggest.hpp"
#include "cli/terminal.hpp"

namespace ppp::cli {
namespace {

TEST(Locale, Utf8ByNameOrCodesetAndWhereNothingIsSaid) {
    EXPECT_TRUE(meansUtf8(nullptr, nullptr, nullptr, "ANSI_X3.4-1968"));
    EXPECT_TRUE(meansUtf8("", nullptr, "", "ANSI_X3.4-1968"));
    EXPECT_FALSE(meansUtf8("C", nullptr, "de_DE.UTF-8", "ANSI_X3.4-1968")) << "LC_ALL rules";
    EXPECT_FALSE(meansUtf8(nullptr, "POSIX", "C.UTF-8", "ANSI_X3.4-1968"));
    EXPECT_TRUE(meansUtf8(nullptr, nullptr, "xx_XX.utf8", "ANSI_X3.4-1968")) << "not installed";
    EXPECT_TRUE(meansUtf8(nullptr, nullptr, "ja_JP", "UTF-8"));
    EXPECT_FALSE(meansUtf8(nullptr, nullptr, "de_DE@euro", "ISO-8859-15"));
}

TEST(Ascii, OurSignsAndThoseOfOthers) {
    EXPECT_EQ(toAscii("a → b › c… ● ○ × ↻ “x”"), "a -> b > c... * - x ~ \"x\"");
    EXPECT_EQ(toAscii("Zürich 東京"), "Z?rich ??");
    EXPECT_EQ(toAscii(""), "");
}

TEST(Columns, WideAndCombining) {
    EXPECT_EQ(columns("a → b"), 5U);
    EXPECT_EQ(columns("東京"), 4U);
    EXPECT_EQ(columns("e\xcc\x81"), 1U);
    EXPECT_EQ(columns("\xf0\x9f\x98\x80"), 2U);
    EXPECT_EQ(fit("東京都", 5), "東京…");
    EXPECT_EQ(fit("東京都", 4), "東…");
    EXPECT_EQ(fit("abcdef", 5, "..."), "ab...");
    EXPECT_EQ(fit("abcdef", 2, "..."), "...");
}

TEST(Wrapped, AtBlanksAndWordsThatAreTooLong) {
    using Lines = std::vector<std::string>;
    EXPECT_EQ(wrapped("one two  three", 7), (Lines{"one two", "three"}));
    EXPECT_EQ(wrapped("one two", 0), (Lines{"one two"}));
    EXPECT_EQ(wrapped("", 5), (Lines{""}));
    EXPECT_EQ(wrapped("abcdefgh ij", 3), (Lines{"abc", "def", "gh", "ij"}));
    EXPECT_EQ(wrapped("ab cdefgh", 3), (Lines{"ab", "cde", "fgh"}));
    EXPECT_EQ(wrapped("abcdef", 3), (Lines{"abc", "def"}));
    EXPECT_EQ(wrapped("東京", 1), (Lines{"東京"})) << "no room for a single character: nothing is lost";
    EXPECT_EQ(longestWord("a bcd → ef"), 3U);
}

TEST(Suggest, Verbs) {
    const std::vector<std::string_view> verbs{"list", "status", "up", "down", "redial", "remove", "discover"};
    EXPECT_EQ(verbHint("lits", "", verbs), "Did you mean 'list'?");
    EXPECT_EQ(verbHint("LIST", "", verbs), "Did you mean 'list'?");
    EXPECT_EQ(verbHint("stat", "isp", verbs), "Did you mean 'status'?");
    EXPECT_EQ(verbHint("re", "isp", verbs), "See what there is: pppctl --help") << "two begin so";
    EXPECT_EQ(verbHint("start", "isp", verbs), "Did you mean 'up'?");
    EXPECT_EQ(verbHint("create", "isp", verbs), "See what there is: pppctl --help") << "there is no add here";
    EXPECT_EQ(verbHint("isp", "up", verbs), "Did you mean 'pppctl up isp'?");
    EXPECT_EQ(verbHint("frobnicate", "", verbs), "See what there is: pppctl --help");
}

TEST(Suggest, Connections) {
    const std::vector<std::string_view> two{"isp", "home-dsl"};
    EXPECT_EQ(connectionHint("ips", two), "Did you mean 'isp'? See what there is: pppctl list");
    EXPECT_EQ(connectionHint("ISP", two), "Did you mean 'isp'? See what there is: pppctl list");
    EXPECT_EQ(connectionHint("home", two), "Did you mean 'home-dsl'? See what there is: pppctl list");
    EXPECT_EQ(connectionHint("quite-else", two), "There is: isp, home-dsl");
    EXPECT_EQ(connectionHint("isp", {}), kAddHint);
    const std::vector<std::string_view> many(9, "router");
    EXPECT_EQ(connectionHint("quite-else", many), "See what there is: pppctl list");
}

TEST(Rights, WhatHelpsDependsOnTheAction) {
    const std::string control = "not authorised for org.ppp.manager.control";
    EXPECT_NE(rightsHint(control, Membership::None).find("group dip"), std::string::npos);
    EXPECT_NE(rightsHint(control, Membership::Waiting).find("log in again"), std::string::npos);
    EXPECT_EQ(rightsHint(control, Membership::Member), "Run it with sudo.");
    for (const char* action : {"org.ppp.manager.modify", "org.ppp.manager.debug"}) {
        EXPECT_EQ(rightsHint(std::string("not authorised for ") + action, Membership::None),
                  "That takes an administrator: run it with sudo.");
    }
}

TEST(FailureAsJson, ReasonsOfALinkAreTakenApart) {
    EXPECT_EQ(toJson(Failure(ExitCode::LinkFailed, "auth-failed: account: locked", "Set it")),
              nlohmann::json({{"exit-code", 5},
                              {"kind", "link-failed"},
                              {"reason", "auth-failed"},
                              {"text", "account: locked"},
                              {"hint", "Set it"}}));
    EXPECT_EQ(toJson(Failure(ExitCode::LinkFailed, "who: knows"))["reason"], "");
    EXPECT_EQ(toJson(Failure(ExitCode::LinkFailed, "lcp-timeout"))["text"], "");
    const auto plain = toJson(Failure(ExitCode::TimedOut, "auth-failed: no"));
    EXPECT_EQ(plain["reason"], "");
    EXPECT_EQ(plain["text"], "auth-failed: no");
    for (const auto code : {ExitCode::Failed, ExitCode::Usage, ExitCode::NoSuchConnection,
                            ExitCode::NotAuthorized, ExitCode::Unreachable, ExitCode::Interrupted}) {
        EXPECT_NE(kindOf(code), kindOf(ExitCode::Done));
    }
}

TEST(Event, EveryKindIsASentence) {
    const auto words = [](const std::string& text) { return sdbus::Variant{text}; };
    EXPECT_EQ(eventSentence("address", {{"local", words("10.0.0.2")}, {"previous", words("10.0.0.1")}}),
              "10.0.0.1 → 10.0.0.2");
    EXPECT_EQ(eventSentence("engine", {{"pid", sdbus::Variant{std::uint32_t{7}}}}),
              "pppd started, process 7");
    EXPECT_EQ(eventSentence("redial", {{"origin", words("timer")}}), "asked for by timer");
    EXPECT_EQ(eventSentence("hook", {{"hook", words("/etc/x")}, {"text", words("hangs\033")}}),
              "/etc/x: hangs\\x1B");
    EXPECT_EQ(eventSentence("repaired", {{"what", words("deleted the route")}}),
              "somebody deleted the route; put right again");
    EXPECT_EQ(eventSentence("failure", {{"reason", words("lcp-timeout")},
                                        {"text", words("silence")},
                                        {"attempt", sdbus::Variant{std::uint32_t{3}}}}),
              "lcp-timeout: silence (attempt 3)");
    EXPECT_EQ(eventSentence("new-kind", {{"key", words("value")}}), "key value");
}

} // namespace
} // namespace ppp::cli
