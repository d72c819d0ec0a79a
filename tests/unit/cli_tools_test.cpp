// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl's tools in small: rates and the page of top, places of faults in an edited profile, the bus behind
// ssh, what completion offers.
#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

#include "cli/command.hpp"
#include "cli/completion.hpp"
#include "cli/edit/pointer_lines.hpp"
#include "cli/edit/private_text.hpp"
#include "cli/remote.hpp"
#include "cli/terminal.hpp"
#include "cli/top/rates.hpp"
#include "cli/top/top_page.hpp"

namespace ppp::cli {
namespace {

// ---- rates
// ------------------------------------------------------------------------------------------------------------

Counters reading(int ms, std::uint64_t sessions, std::uint64_t rx, std::uint64_t tx) {
    return {Clock::time_point(std::chrono::milliseconds(ms)), sessions, rx, tx};
}

TEST(Rates, AreDifferencesOverTime) {
    RateMeter meter;
    EXPECT_FALSE(meter.note(reading(0, 1, 1000, 50)));
    const auto rate = meter.note(reading(2000, 1, 5000, 150));
    ASSERT_TRUE(rate);
    EXPECT_EQ(rate->rx, 2000U);
    EXPECT_EQ(rate->tx, 50U);
    EXPECT_EQ(meter.history().size(), 2U);
}

TEST(Rates, ANewSessionHasNoneYetEvenWhereItsCountersAreHigher) {
    RateMeter meter;
    meter.note(reading(0, 1, 1000, 1000));
    EXPECT_FALSE(meter.note(reading(1000, 2, 9'000'000, 9'000'000)));
    const auto rate = meter.note(reading(2000, 2, 9'000'500, 9'000'100));
    ASSERT_TRUE(rate);
    EXPECT_EQ(rate->rx, 500U);
    EXPECT_EQ(rate->tx, 100U);
}

TEST(Rates, CountersThatGoBackTimeThatStandsAndGapsGiveNone) {
    RateMeter meter;
    meter.note(reading(0, 1, 1000, 1000));
    EXPECT_FALSE(meter.note(reading(1000, 1, 10, 2000)));
    EXPECT_FALSE(meter.note(reading(1000, 1, 20, 3000)));
    EXPECT_TRUE(meter.note(reading(2000, 1, 30, 4000)));
    meter.gap();
    EXPECT_FALSE(meter.last());
    EXPECT_FALSE(meter.note(reading(3000, 1, 40, 5000)));
}

TEST(Rates, HistoryIsBounded) {
    RateMeter meter;
    for (int i = 0; i < 1000; ++i) {
        meter.note(reading(i * 1000, 1, 0, 0));
    }
    EXPECT_EQ(meter.history().size(), RateMeter::kKept);
}

// ---- the page
// ---------------------------------------------------------------------------------------------------------

TEST(Sparkline, ScalesToItsHighestAndShowsGaps) {
    EXPECT_EQ(sparkline({0, 7000, std::nullopt, 3500}, 6, true), "  ▁█ ▅");
    EXPECT_EQ(sparkline({0, 7000, std::nullopt, 3500}, 6, false), "  _# =");
    EXPECT_EQ(sparkline({9, 9, 1'000'000, 5}, 2, false), "#_") << "the newest that fit";
    EXPECT_EQ(sparkline({10, 20}, 2, false), "__") << "a few bytes are no full bar";
}

TopFrame frameOf(std::size_t links) {
    TopFrame frame{"12:00:00", "", {}};
    for (std::size_t i = 0; i < links; ++i) {
        TopLine line;
        line.name = "link" + std::to_string(i);
        line.state = i % 2 == 0 ? "up" : "waiting";
        line.interface = i % 2 == 0 ? "ppp0" : "";
        line.counted = i % 2 == 0;
        line.remark = i % 2 == 0 ? "" : "again in 5 s";
        line.rate = Rate{1'234'567, 890};
        line.history = {Rate{0, 0}, Rate{1'234'567, 890}};
        line.rx = 5'000'000;
        line.echo = 12'345;
        frame.lines.push_back(line);
    }
    return frame;
}

TEST(TopPage, NeverIsWiderOrHigherThanTheTerminal) {
    for (std::size_t width = 1; width <= 250; ++width) {
        for (const std::size_t height : {1U, 3U, 4U, 5U, 24U}) {
            for (const bool unicode : {true, false}) {
                const auto page = topPage(frameOf(30), {width, height, 3, false, unicode});
                EXPECT_LE(page.size(), height);
                for (const auto& line : page) {
                    EXPECT_LE(columns(line), width) << line;
                }
            }
        }
    }
}

TEST(TopPage, AsOnATerminalOf80Columns) {
    const auto page = topPage(frameOf(2), {80, 24, 0, false, false});
    ASSERT_EQ(page.size(), 6U);
    EXPECT_EQ(page[0], "12:00:00  1 of 2 up, 2.5 MB/s received, 1.8 kB/s sent");
    EXPECT_NE(page[2].find("RECEIVED"), std::string::npos);
    EXPECT_EQ(page[3].substr(0, 37), "link0  up       ppp0         1.2 MB/s");
    EXPECT_NE(page[3].find("#"), std::string::npos) << page[3];
    EXPECT_EQ(page[4], "link1  waiting" + std::string(13, ' ') + "again in 5 s");
    EXPECT_EQ(page[5], "q quits");
}

TEST(TopPage, ScrollsAndSaysWhereItIs) {
    const auto page = topPage(frameOf(30), {80, 10, 99, false, true});
    ASSERT_EQ(page.size(), 10U);
    EXPECT_EQ(page[3].substr(0, 6), "link24");
    EXPECT_EQ(page[9], "q quits, arrow keys scroll: links 25 to 30 of 30");
}

// ---- places of faults
// ---------------------------------------------------------------------------------------------------

constexpr const char* kProfile = R"(// the line of the office
{
  "type": "pppoe", /* a
  comment with "pppoe": in it */
  "pppoe": {
    "interface": "eth\"0",
    "od/d: k~ey": 1
  },
  "dns": { "servers": [ "10.0.0.1",
    "bad" ] },
  "type": "serial"
}
)";

TEST(PointerLines, FindMembersItemsAndTheNearestThatIsThere) {
    const PointerLines lines(kProfile);
    EXPECT_EQ(lines.lineOf(""), 2U);
    EXPECT_EQ(lines.lineOf("/type"), 11U) << "of two, the later";
    EXPECT_EQ(lines.lineOf("/pppoe"), 5U);
    EXPECT_EQ(lines.lineOf("/pppoe/interface"), 6U);
    EXPECT_EQ(lines.lineOf("/dns/servers/0"), 9U);
    EXPECT_EQ(lines.lineOf("/dns/servers/1"), 10U);
    EXPECT_EQ(lines.lineOf("/pppoe/vlan"), 5U) << "missing: the object that lacks it";
    EXPECT_EQ(lines.lineOf("/nowhere/at/all"), 2U);
}

TEST(PointerLines, PlaceWhatTheDaemonSays) {
    const PointerLines lines(kProfile);
    const auto fault = placed("/pppoe/od~1d: k~0ey: unknown key: try \"vlan\"", kProfile, lines);
    EXPECT_EQ(fault.line, 7U);
    EXPECT_EQ(fault.pointer, "/pppoe/od~1d: k~0ey");
    EXPECT_EQ(fault.text, "unknown key: try \"vlan\"");
    EXPECT_EQ(placed("not JSON: line 3, column 7: expected ','", kProfile, lines).line, 3U);
    EXPECT_EQ(placed("not JSON: line 999, column 7: x", kProfile, lines).line, 13U);
    EXPECT_EQ(placed("and 3 more faults", kProfile, lines).line, 0U);
}

TEST(PointerLines, SurviveWhatIsNoJson) {
    for (const char* text : {"", "{", "{\"a\"", "{\"a\":", "[1,", "\"", "{\"a\": \"\\", "/*", "//", "}",
                             "{\"\\ud800\": 1}", "{\"a\": 1,, \"b\": 2}"}) {
        EXPECT_GE(PointerLines(text).lineOf("/a/b"), 1U) << text;
    }
    EXPECT_EQ(PointerLines(std::string(100'000, '[')).lineOf("/0"), 1U) << "too deep is no crash";
}

TEST(PrivateText, IsPrivateAndGoesWithAllThatLiesBesideIt) {
    std::string path;
    {
        const PrivateText text("isp.json", "hello\n");
        path = text.path();
        EXPECT_EQ(text.read(100), "hello\n");
        EXPECT_EQ(text.read(3), "hell") << "one byte more than the limit tells that it is too long";
    }
    EXPECT_THROW(readText(path, 10), std::system_error);
}

// ---- another machine
// ----------------------------------------------------------------------------------------------------

TEST(Remote, AddressIsThatOfSystemctl) {
    EXPECT_EQ(remoteBusAddress("root@router1"),
              "unixexec:path=ssh,argv1=-xT,argv2=--,argv3=root%40router1,argv4=systemd-stdio-bridge");
    EXPECT_EQ(remoteBusAddress("r:2222"),
              "unixexec:path=ssh,argv1=-xT,argv2=-p,argv3=2222,argv4=--,argv5=r,argv6=systemd-stdio-bridge");
    EXPECT_EQ(remoteBusAddress("a@[2001:db8::1]:22"),
              "unixexec:path=ssh,argv1=-xT,argv2=-p,argv3=22,argv4=--,argv5="
              "a%402001%3adb8%3a%3a1,argv6=systemd-stdio-bridge");
    EXPECT_EQ(remoteBusAddress("2001:db8::1"),
              "unixexec:path=ssh,argv1=-xT,argv2=--,argv3=2001%3adb8%3a%3a1,argv4=systemd-stdio-bridge");
}

TEST(Remote, WhatNamesNoHostIsAUsageFault) {
    for (const char* where : {"", "-oProxyCommand=x", "root@-oProxyCommand=x", "root@", "@host", "a b",
                              "host:", "host:x", "host:123456", "[::1", "[::1]x", "h\nost"}) {
        try {
            remoteBusAddress(where);
            ADD_FAILURE() << where;
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.code(), ExitCode::Usage) << where;
        }
    }
}

// ---- completion
// ----------------------------------------------------------------------------------------------------------

class Completion : public ::testing::Test {
protected:
    Completion() {
        app.add_option("-H,--host", host, "Another machine");
        app.add_flag("--json", json, "JSON");
        for (const auto& verb : verbs()) {
            commands.push_back(verb.make());
            commands.back()->declare(*app.add_subcommand(std::string(verb.name), std::string(verb.help)));
        }
    }

    std::vector<std::string> offered(const std::vector<std::string>& words) {
        std::vector<std::string> out;
        const Candidates found = complete(app, words, [this] {
            ++asked;
            return std::vector<std::string>{"isp", "lab", "office"};
        });
        for (const auto& candidate : found.words) {
            out.push_back(candidate.word);
        }
        if (found.files) {
            out.emplace_back(":files");
        }
        return out;
    }
    using Words = std::vector<std::string>;

    std::string host, json;
    CLI::App app{"", "pppctl"};
    std::vector<std::unique_ptr<Command>> commands;
    int asked = 0;
};

TEST_F(Completion, OffersEveryVerbOfTheTable) {
    const auto all = offered({""});
    ASSERT_EQ(all.size(), verbs().size());
    for (const auto& verb : verbs()) {
        EXPECT_NE(std::find(all.begin(), all.end(), verb.name), all.end()) << verb.name;
    }
    EXPECT_EQ(offered({"sta"}), Words{"status"});
    EXPECT_EQ(asked, 0) << "nobody is asked for names where none can stand";
}

TEST_F(Completion, OffersEveryFlagThatAVerbDeclares) {
    for (const auto& verb : verbs()) {
        const auto all = offered({std::string(verb.name), "--"});
        const auto* declared = app.get_subcommand(std::string(verb.name));
        for (const auto* option : declared->get_options()) {
            for (const auto& name : option->get_lnames()) {
                EXPECT_NE(std::find(all.begin(), all.end(), "--" + name), all.end())
                    << verb.name << " --" << name;
            }
        }
    }
    const auto grouped = offered({"set-secret", "--p"});
    EXPECT_NE(std::find(grouped.begin(), grouped.end(), "--pin-stdin"), grouped.end()) << "of a group, too";
}

TEST_F(Completion, KnowsConnectionsValuesAndFiles) {
    EXPECT_EQ(offered({"up", ""}), (Words{"isp", "lab", "office"}));
    EXPECT_EQ(offered({"up", "isp", ""}), (Words{"lab", "office"})) << "none twice";
    EXPECT_EQ(offered({"up", "--timeout", "5", "l"}), Words{"lab"});
    EXPECT_EQ(offered({"up", "--timeout", ""}), Words{});
    EXPECT_EQ(offered({"debug", "isp", ""}), (Words{"on", "off"}));
    EXPECT_EQ(offered({"debug", "isp", "on", "x"}), Words{});
    EXPECT_EQ(offered({"add", ""}), Words{}) << "a new name";
    EXPECT_EQ(offered({"add", "x", "--type", "p"}), Words{"pppoe"});
    EXPECT_EQ(offered({"add", "x", "--type=s"}), Words{"--type=serial"});
    EXPECT_EQ(offered({"add", "x", "--file", ""}), Words{":files"});
    EXPECT_EQ(offered({
                  "--json=",
              }),
              Words{"--json=pretty"});
    EXPECT_EQ(offered({"status", "--", "--"}), Words{}) << "a name, whatever it looks like";
}

TEST_F(Completion, OpensNoSessionOfSshForNames) {
    EXPECT_EQ(offered({"-H", "root@r1", "up", ""}), Words{});
    EXPECT_EQ(offered({"--host=r1", "sta"}), Words{"status"});
    EXPECT_EQ(asked, 0);
}

} // namespace
} // namespace ppp::cli
