// SPDX-License-Identifier: LGPL-2.1-or-later
// How pppctl says things: JSON keys and values, tables, amounts, names out of paths.
#include <gtest/gtest.h>

#include "cli/client.hpp"
#include "cli/format.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/table.hpp"
#include "dbus/names.hpp"

namespace ppp::cli {
namespace {

TEST(Kebab, PropertyNames) {
    EXPECT_EQ(kebab("Name"), "name");
    EXPECT_EQ(kebab("LocalAddress6"), "local-address6");
    EXPECT_EQ(kebab("DnsServers"), "dns-servers");
    EXPECT_EQ(kebab("rx-bytes"), "rx-bytes");
    EXPECT_EQ(kebab(""), "");
}

TEST(Json, EveryTypeOfTheContract) {
    EXPECT_EQ(toJson(sdbus::Variant{std::string("x")}), "x");
    EXPECT_EQ(toJson(sdbus::Variant{sdbus::ObjectPath{"/org/ppp"}}), "/org/ppp");
    EXPECT_EQ(toJson(sdbus::Variant{true}), true);
    EXPECT_EQ(toJson(sdbus::Variant{std::uint8_t{255}}), 255);
    EXPECT_EQ(toJson(sdbus::Variant{std::uint32_t{4'294'967'295}}), 4'294'967'295);
    EXPECT_EQ(toJson(sdbus::Variant{std::uint64_t{18'446'744'073'709'551'615ULL}}).dump(),
              "18446744073709551615");
    EXPECT_EQ(toJson(sdbus::Variant{std::int32_t{-7}}), -7);
    EXPECT_EQ(toJson(sdbus::Variant{std::int64_t{-7}}), -7);
    EXPECT_EQ(toJson(sdbus::Variant{std::int16_t{-7}}), -7);
    EXPECT_EQ(toJson(sdbus::Variant{1.5}), 1.5);
    EXPECT_EQ(toJson(sdbus::Variant{std::vector<std::uint8_t>{0, 0xab}}), "00ab");
    EXPECT_EQ(toJson(sdbus::Variant{std::vector<std::string>{"a", "b"}}), nlohmann::json::array({"a", "b"}));
    EXPECT_EQ(toJson(sdbus::Variant{std::vector<sdbus::ObjectPath>{sdbus::ObjectPath{"/a"}}}),
              nlohmann::json::array({"/a"}));
    EXPECT_EQ(toJson(sdbus::Variant{Dictionary{{"Key", sdbus::Variant{std::uint32_t{1}}}}}),
              nlohmann::json({{"key", 1}}));
    EXPECT_EQ(toJson(sdbus::Variant{std::vector<Dictionary>{{}}}).dump(), "[{}]");
    EXPECT_TRUE(toJson(sdbus::Variant{std::map<std::string, std::string>{}}).is_null());
    EXPECT_TRUE(toJson(sdbus::Variant{}).is_null());
}

TEST(Dictionary, WrongTypesAndAbsentKeysAreEmpty) {
    const Dictionary values{{"text", sdbus::Variant{std::string("x")}},
                            {"minus", sdbus::Variant{std::int32_t{-1}}}};
    EXPECT_EQ(number(values, "text"), 0U);
    EXPECT_EQ(number(values, "minus"), 0U);
    EXPECT_EQ(text(values, "minus"), "");
    EXPECT_EQ(text(values, "absent"), "");
    EXPECT_FALSE(flag(values, "text"));
    EXPECT_TRUE(texts(values, "text").empty());
    EXPECT_TRUE(dictionary(values, "text").empty());
    EXPECT_EQ(describe(values), "minus -1, text x");
}

TEST(Name, OutOfAPathIsTheInverseOfTheLabel) {
    for (const char* name : {"isp", "a.b-c_d", "7up", "x", "A_5f", "a__b"}) {
        EXPECT_EQ(nameOf(names::connectionPath(name)), name);
    }
    EXPECT_EQ(nameOf("/org/ppp/Manager"), "");
}

TEST(Fit, CutsAtCodePoints) {
    EXPECT_EQ(fit("abcdef", 6), "abcdef");
    EXPECT_EQ(fit("abcdef", 5), "abcd…");
    EXPECT_EQ(fit("äöüß", 3), "äö…");
    EXPECT_EQ(fit("abcdef", 0), "abcdef");
    EXPECT_EQ(columns("a → b"), 5U);
}

TEST(Table, AlignsAndCutsTheLastColumn) {
    const std::vector<std::vector<Cell>> rows{
        {{"NAME"}, {"TYPE"}, {"WHY"}}, {{"ä"}, {""}, {"a long reason for it"}}, {{"bc"}, {"x"}, {""}}};
    EXPECT_EQ(layOut(rows, 0, false),
              (std::vector<std::string>{"NAME  TYPE  WHY", "ä           a long reason for it", "bc    x"}));
    EXPECT_EQ(layOut(rows, 22, false)[1], "ä           a long re…");
    EXPECT_EQ(layOut(rows, 3, false)[1], "ä           a long …");
    EXPECT_EQ(layOut({{{"x", Colour::Red}, {"y"}}}, 0, true)[0], "\033[31mx\033[0m  y");
}

TEST(Table, ColumnsBetweenGiveWayTheFirstDoesNot) {
    const std::vector<std::vector<Cell>> rows{{{"/dev/ttyUSB0"}, {"no such file"}, {"minicom 7"}, {"Lab"}}};
    EXPECT_EQ(layOut(rows, 42, false)[0], "/dev/ttyUSB0  no such file  minicom 7  Lab");
    EXPECT_EQ(layOut(rows, 40, false)[0], "/dev/ttyUSB0  no such f…  minicom 7  Lab");
    EXPECT_EQ(layOut(rows, Look{32, false, false})[0], "/dev/ttyUSB0  no ...  min...  Lab");
}

TEST(Amount, DecimalUnits) {
    EXPECT_EQ(amount(0), "0 B");
    EXPECT_EQ(amount(999), "999 B");
    EXPECT_EQ(amount(1000), "1.0 kB");
    EXPECT_EQ(amount(999'949), "999.9 kB");
    EXPECT_EQ(amount(999'950), "1.0 MB");
    EXPECT_EQ(amount(18'446'744'073'709'551'615ULL), "18446.7 PB");
    EXPECT_EQ(seconds(412'345), "0.412 s");
}

TEST(Until, RoundsToWholeSecondsAndNeverGoesBack) {
    EXPECT_EQ(until(0), "now");
    EXPECT_EQ(until(realtimeNow() + 14'990'000), "in 15 s");
    EXPECT_EQ(since(0), "");
}

TEST(Clean, NothingMovesTheCursor) {
    EXPECT_EQ(clean("a\033[2Jb").find('\033'), std::string::npos);
    EXPECT_EQ(cleanLines("{\n\t\"a\": 1\033[2J }\r\x7f\xc2\x9b \xc3\xa4\n"),
              "{\n\t\"a\": 1?[2J }??? \xc3\xa4\n");
}

TEST(Summary, OfALinkWithIpv6Alone) {
    Snapshot link;
    link.properties = {{"Interface", sdbus::Variant{std::string("ppp1")}},
                       {"Addresses6", sdbus::Variant{std::vector<std::string>{"2001:db8::1/64"}}},
                       {"PeerAddress6", sdbus::Variant{std::string("fe80::1")}}};
    EXPECT_EQ(linkSummary(link), "ppp1 2001:db8::1/64 → fe80::1");
}

} // namespace
} // namespace ppp::cli
