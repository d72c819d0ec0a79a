// SPDX-License-Identifier: LGPL-2.1-or-later
// From dhcpcd's environment to a file and back, with servers that say what they like.
#include "core/prefix_report.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace ppp::core {
namespace {

using namespace std::chrono_literals;
using Environment = std::map<std::string, std::string>;

constexpr BootTime kNow{100s};

std::optional<std::string> reportOf(Environment environment) {
    environment.emplace(kSessionVariable, "4711");
    return prefixReport(
        [&](const std::string& name) -> std::optional<std::string> {
            const auto found = environment.find(name);
            return found == environment.end() ? std::nullopt : std::optional(found->second);
        },
        kNow);
}

Environment bound(const std::string& prefix = "2001:db8:f000:100::", const std::string& length = "56",
                  const std::string& valid = "20") {
    return {{"reason", "BOUND6"},
            {"new_dhcp6_ia_pd1_prefix1", prefix},
            {"new_dhcp6_ia_pd1_prefix1_length", length},
            {"new_dhcp6_ia_pd1_prefix1_vltime", valid}};
}

std::vector<DelegatedPrefix> read(const Environment& environment) {
    return prefixesOf(reportOf(environment).value_or("nothing"), "4711");
}

TEST(PrefixReport, APrefixAndItsTime) {
    EXPECT_EQ(reportOf(bound()), "4711\n2001:db8:f000:100::/56 120000000\n");
    EXPECT_EQ(read(bound()), (std::vector<DelegatedPrefix>{{"2001:db8:f000:100::/56", BootTime{120s}}}));
}

TEST(PrefixReport, SeveralOfSeveralAssociations) {
    Environment all = bound();
    all.insert({{"new_dhcp6_ia_pd1_prefix2", "2001:db8:1::"},
                {"new_dhcp6_ia_pd1_prefix2_length", "48"},
                {"new_dhcp6_ia_pd1_prefix2_vltime", "4294967295"},
                {"new_dhcp6_ia_pd2_prefix1", "fd00:1::"},
                {"new_dhcp6_ia_pd2_prefix1_length", "64"},
                {"new_dhcp6_ia_pd2_prefix1_vltime", "7"},
                {"old_dhcp6_ia_pd1_prefix1", "2001:db8:9::"},
                {"old_dhcp6_ia_pd1_prefix1_length", "48"},
                {"old_dhcp6_ia_pd1_prefix1_vltime", "7"}});
    const auto got = read(all);
    ASSERT_EQ(got.size(), 3U);
    EXPECT_EQ(got[0].text, "2001:db8:1::/48");
    EXPECT_GT(got[0].until.sinceBoot, 24h * 365) << "for ever";
    EXPECT_EQ(got[1].text, "2001:db8:f000:100::/56");
    EXPECT_EQ(got[2], (DelegatedPrefix{"fd00:1::/64", BootTime{107s}}));
}

TEST(PrefixReport, AnEventOfTheEndEmptiesTheList) {
    for (const char* reason : {"EXPIRE6", "STOP6", "STOPPED", "DEPARTED", "RELEASE6"}) {
        Environment end = bound();
        end["reason"] = reason;
        EXPECT_EQ(reportOf(end), "4711\n") << reason;
    }
}

TEST(PrefixReport, OtherEventsSayNothing) {
    for (const char* reason : {"PREINIT", "CARRIER", "NOCARRIER", "ROUTERADVERT", "BOUND", ""}) {
        Environment other = bound();
        other["reason"] = reason;
        EXPECT_FALSE(reportOf(other)) << reason;
    }
    EXPECT_FALSE(reportOf({}));
}

TEST(PrefixReport, WhatCannotBeDelegatedIsLeftOut) {
    for (const auto& [prefix, length] :
         std::vector<std::pair<std::string, std::string>>{{"fe80::", "64"},
                                                          {"ff02::", "64"},
                                                          {"::", "56"},
                                                          {"::1", "64"},
                                                          {"nonsense", "56"},
                                                          {"", ""},
                                                          {"2001:db8::", "0"},
                                                          {"2001:db8::", "65"},
                                                          {"2001:db8::", "-1"},
                                                          {"2001:db8::", "5x"},
                                                          {"2001:db8::", "4294967352"},
                                                          {"10.0.0.0", "56"},
                                                          {"2001:db8::%eth0", "56"},
                                                          {"2001:db8::\n1", "56"}}) {
        EXPECT_EQ(reportOf(bound(prefix, length)), "4711\n") << prefix << "/" << length;
    }
    EXPECT_EQ(reportOf(bound("2001:db8::", "56", "0")), "4711\n") << "withdrawn by the server";
    EXPECT_EQ(reportOf(bound("2001:db8::", "56", "soon")), "4711\n");
}

TEST(PrefixReport, BitsBehindThePrefixAreCut) {
    EXPECT_EQ(read(bound("2001:db8:f000:1ff::1", "56")).at(0).text, "2001:db8:f000:100::/56");
}

TEST(PrefixReport, OfAnotherSessionDoesNotCount) {
    EXPECT_TRUE(prefixesOf("4711\n2001:db8::/56 120000000\n", "4712").empty());
    EXPECT_TRUE(prefixesOf("2001:db8::/56 120000000\n", "4711").empty());
    EXPECT_TRUE(prefixesOf("", "4711").empty());
}

TEST(PrefixReport, BrokenLinesAreLeftOutAndTheRestCounts) {
    const auto got = prefixesOf("4711\n\n2001:db8::/56\n2001:db8::/56 x\n2001:db8::/56 -5\nrubbish 5\n"
                                "2001:db8:1::/56 7\n2001:db8:1::/56 8\n2001:db8:2::/56 9",
                                "4711");
    ASSERT_EQ(got.size(), 2U);
    EXPECT_EQ(got[0].text, "2001:db8:1::/56");
    EXPECT_EQ(got[0].until.sinceBoot, 7us) << "the first of two";
    EXPECT_EQ(got[1].text, "2001:db8:2::/56");
}

TEST(PrefixReport, ThereIsAnEndToIt) {
    std::string many = "4711\n";
    for (int n = 0; n < 100; ++n) {
        many += "2001:db8:" + std::to_string(n) + "::/56 9\n";
    }
    EXPECT_EQ(prefixesOf(many, "4711").size(), kMostPrefixes);
    many.resize(kLongestReport + 1, '\n');
    EXPECT_TRUE(prefixesOf(many, "4711").empty());
}

TEST(PrefixReport, AnyBytesAreReadToTheirEnd) {
    std::mt19937 chance(11);
    constexpr std::string_view kWords = "4711\n2001:db8::/56 1234\nfd00::/64 9 /:\t";
    for (int n = 0; n < 20000; ++n) {
        std::string text = n % 2 == 0 ? "4711\n" : "";
        for (std::size_t size = chance() % 60; size > 0; --size) {
            text += chance() % 8 == 0 ? static_cast<char>(chance()) : kWords[chance() % kWords.size()];
        }
        for (const auto& one : prefixesOf(text, "4711")) {
            EXPECT_NE(one.text.find('/'), std::string::npos);
        }
    }
}

} // namespace
} // namespace ppp::core
