// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl on terminals of any width, with colours and without, in UTF-8 and in ASCII; and what it suggests.
#include <algorithm>
#include <sstream>

#include "pppctl_fixture.hpp"
#include "terminal_process.hpp"

namespace ppp::test {
namespace {

class Looks : public PppctlTest {
protected:
    /// What a terminal of this width shows; `environment` in front of the command.
    static std::string on(int width, const std::string& command, const std::string& environment = "") {
        TerminalProcess process({"sh", "-c",
                                 "stty cols " + std::to_string(width) + "; exec env " + environment + " " +
                                     PPP_TEST_PPPCTL + " " + command});
        EXPECT_EQ(process.wait(), 0) << process.shown();
        return process.shown();
    }
    static bool isAscii(const std::string& text) {
        return std::all_of(text.begin(), text.end(),
                           [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    }
    static std::size_t widest(const std::string& text) {
        std::size_t out = 0;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            if (!line.empty() && line.back() == '\r') {
                line.pop_back();
            }
            std::size_t columns = 0;
            for (const char c : line) {
                columns += (static_cast<unsigned char>(c) & 0xc0U) == 0x80U ? 0 : 1;
            }
            out = std::max(out, columns);
        }
        return out;
    }
};

TEST_F(Looks, ATerminalsWidthIsKept) {
    for (const int width : {40, 60, 80, 120}) {
        for (const char* command :
             {"list", "status", "status office", "explain broken", "discover --serial"}) {
            const std::string shown = on(width, command, "NO_COLOR=1 LC_ALL=C.UTF-8");
            EXPECT_LE(widest(shown), static_cast<std::size_t>(width)) << command << "\n" << shown;
        }
    }
    EXPECT_GT(widest(pppctl({"explain", "broken"}).out), 120U) << "a pipe has no width";
}

TEST_F(Looks, ColoursOnATerminalUnlessRefused) {
    EXPECT_TRUE(contains(on(80, "status office"), "\033[32mup\033[0m"));
    EXPECT_FALSE(contains(on(80, "status office", "NO_COLOR=1"), "\033"));
    EXPECT_FALSE(contains(on(80, "status office", "TERM=dumb"), "\033"));
    EXPECT_FALSE(contains(pppctl({"status", "office"}).out, "\033"));
}

TEST_F(Looks, AsciiWhereTheLocaleSaysSo) {
    for (const char* command : {"list", "status", "up office", "explain isp", "redial office"}) {
        EXPECT_TRUE(isAscii(on(80, command, "LC_ALL=C"))) << command;
    }
    EXPECT_TRUE(contains(on(80, "status office", "NO_COLOR=1 LC_ALL=C"), "10.64.0.100 -> 10.64.0.1"));
    EXPECT_TRUE(contains(on(80, "status office", "NO_COLOR=1 LC_ALL=C"), "* office"));
    EXPECT_TRUE(contains(on(80, "status office", "-u LC_ALL LANG=C.UTF-8"), "●"));
    EXPECT_TRUE(contains(on(80, "status office", "-u LC_ALL -u LC_CTYPE -u LANG"), "→"));
    EXPECT_TRUE(contains(pppctl({"list"}, {}, {"LC_ALL=C"}).out, "10.64.0.100 -> 10.64.0.1"));
    EXPECT_TRUE(contains(pppctl({"show", "office"}, {}, {"LC_ALL=C"}).out, "// the line of the office"));
}

TEST_F(Looks, MonitorOnATerminalSaysThatItListens) {
    TerminalProcess monitor({PPP_TEST_PPPCTL, "monitor"});
    monitor.awaitText("Ctrl-C ends it");
    pppctl({"down", "isp"});
    monitor.awaitText("down → down, user-request");
    monitor.type("\x03");
    EXPECT_EQ(monitor.wait(), 130);
}

TEST_F(Looks, ExplainWithEvents) {
    manager->set("office.story", "lost");
    const auto ran = pppctl({"explain", "office", "-n", "1"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(contains(ran.out, "\n\n")) << ran.out;
    EXPECT_TRUE(contains(ran.out, "  failure  echo-timeout: silence\n")) << ran.out;
    EXPECT_FALSE(contains(ran.out, "  session  ")) << "one was asked for: " << ran.out;
    EXPECT_TRUE(contains(pppctl({"explain", "office", "-n", "5", "--json"}).out, "\"timeline\":[{"));
    EXPECT_EQ(pppctl({"explain", "office", "-n", "0"}).code, 2);
}

TEST_F(Looks, WhatWasMeant) {
    EXPECT_TRUE(contains(pppctl({"isp", "up"}).err, "Did you mean 'pppctl up isp'?"));
    EXPECT_TRUE(contains(pppctl({"start", "isp"}).err, "Did you mean 'up'?"));
    EXPECT_TRUE(contains(pppctl({"up", "ips"}).err, "Did you mean 'isp'?"));
    EXPECT_TRUE(contains(pppctl({"up", "offi"}).err, "Did you mean 'office'?"));
    EXPECT_TRUE(contains(pppctl({"up", "somewhere"}).err, "There is: broken, isp, lab, office"));
    for (const char* name : {"broken", "isp", "lab", "office"}) {
        ASSERT_EQ(pppctl({"remove", name}).code, 0);
    }
    EXPECT_TRUE(contains(pppctl({"up", "isp"}).err, "Add one: pppctl add NAME --type pppoe"));
}

} // namespace
} // namespace ppp::test
