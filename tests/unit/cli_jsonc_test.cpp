// SPDX-License-Identifier: LGPL-2.1-or-later
// One member of a profile is changed, and every other byte stays.
#include "cli/schedule/jsonc.hpp"

#include <gtest/gtest.h>

namespace ppp::cli {
namespace {

std::string put(const std::string& text) {
    return putMember(text, "redial-at", "\"04:00\"").value_or("nothing");
}

TEST(Jsonc, AValueIsExchangedInItsPlace) {
    EXPECT_EQ(put("{ \"redial-at\" : \"\" // nightly\n}"), "{ \"redial-at\" : \"04:00\" // nightly\n}");
    EXPECT_EQ(put("{/*a*/\"redial-at\"/*b*/:/*c*/\"05:00\"/*d*/,\"x\":[1,{\"redial-at\":2}]}"),
              "{/*a*/\"redial-at\"/*b*/:/*c*/\"04:00\"/*d*/,\"x\":[1,{\"redial-at\":2}]}");
    EXPECT_EQ(put(R"({"redial\u002dat": "05:00"})"), R"({"redial\u002dat": "04:00"})");
}

TEST(Jsonc, ANewMemberIsTheLastOneBehindTheCommentsOfTheOneBefore) {
    EXPECT_EQ(
        put("{\n    \"a\": 1, // one\n    \"b\": 2 // two\n    /* end */\n}\n"),
        "{\n    \"a\": 1, // one\n    \"b\": 2, // two\n    /* end */\n    \"redial-at\": \"04:00\"\n}\n");
    EXPECT_EQ(put(R"({"a": {"redial-at": "x"}, "b": "}, // no"})"),
              R"({"a": {"redial-at": "x"}, "b": "}, // no", "redial-at": "04:00"})");
    EXPECT_EQ(put("// head\n{\n\t\"a\": -1.5e3}\n// tail"),
              "// head\n{\n\t\"a\": -1.5e3,\n\t\"redial-at\": \"04:00\"}\n// tail");
    EXPECT_EQ(put("{}"), "{\"redial-at\": \"04:00\"}");
    EXPECT_EQ(put("{\n}"), "{\n  \"redial-at\": \"04:00\"\n}");
    EXPECT_EQ(put(R"({"a": "\"\\", "b": true})"), R"({"a": "\"\\", "b": true, "redial-at": "04:00"})");
}

TEST(Jsonc, WhatIsNoObjectIsLeftAlone) {
    for (const char* text : {"", "[]", "{", "{\"a\": }", "{} {}", "1", "{\"a\" 1}", "{/* }"}) {
        EXPECT_FALSE(putMember(text, "redial-at", "1")) << text;
    }
    EXPECT_FALSE(putMember(R"({"redial-at": 1, "redial-at": 2})", "redial-at", "3"));
}

TEST(Jsonc, SaysWhatAMemberHolds) {
    EXPECT_EQ(memberOf(R"({"a": [1, 2], "redial-at": "04:00"})", "redial-at"), "\"04:00\"");
    EXPECT_EQ(memberOf(R"({"a": [1, 2]})", "a"), "[1, 2]");
    EXPECT_EQ(memberOf(R"({"a": 1})", "redial-at"), "");
    EXPECT_FALSE(memberOf("{", "a"));
}

} // namespace
} // namespace ppp::cli
