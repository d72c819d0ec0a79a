// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl top and edit, as a script and as a person at a terminal meet them.
#include <sys/ioctl.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <regex>

#include <nlohmann/json.hpp>

#include "pppctl_fixture.hpp"
#include "terminal_process.hpp"

namespace ppp::test {
namespace {

using nlohmann::json;

constexpr const char* kUsual = "// the line of the office\n{ \"type\": \"pppoe\", \"priority\": 7 }\n";

class Top : public PppctlTest {};

TEST_F(Top, InBatchIsALineALinkAndSample) {
    const auto ran = pppctl({"top", "--batch", "-n", "2", "--interval", "0.1"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(std::regex_match(
        ran.out,
        std::regex("([0-9:]{8}  broken  failed  profile-invalid\n"
                   "[0-9:]{8}  isp  down\n"
                   "[0-9:]{8}  lab  down\n"
                   "[0-9:]{8}  office  up  ppp0  received 0 B/s  sent 0 B/s  round trip 12\\.3 ms\n){2}")))
        << ran.out;
}

TEST_F(Top, WithoutATerminalIsBatchByItself) {
    const auto ran = pppctl({"top", "-n", "1", "--interval", "0.1"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_FALSE(contains(ran.out, "\033")) << ran.out;
}

TEST_F(Top, AsJsonIsAnObjectASample) {
    const auto ran = pppctl({"top", "--json", "-n", "2", "--interval", "0.1"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    std::istringstream lines(ran.out);
    int samples = 0;
    for (std::string line; std::getline(lines, line); ++samples) {
        const json sample = json::parse(line);
        EXPECT_GT(sample.at("time").get<std::uint64_t>(), 0U);
        ASSERT_EQ(sample.at("connections").size(), 4U);
        const json& office = sample["connections"][3];
        EXPECT_EQ(office.at("name"), "office");
        EXPECT_EQ(office.at("rx-bytes"), 1'234'567);
        EXPECT_EQ(office.at("rx-rate"), 0);
        EXPECT_EQ(office.at("echo-rtt-us"), 12'345);
        EXPECT_TRUE(sample["connections"][1].at("rx-rate").is_null()) << "a link that is down";
    }
    EXPECT_EQ(samples, 2);
}

TEST_F(Top, UsageFaults) {
    for (const auto& wrong : std::vector<std::vector<std::string>>{
             {"top", "-n", "0"}, {"top", "--interval", "0"}, {"top", "--interval", "4000"}, {"top", "isp"}}) {
        EXPECT_EQ(pppctl(wrong).code, 2) << ::testing::PrintToString(wrong);
    }
}

TEST_F(Top, OnATerminalQuitsOnQAndGivesItBack) {
    TerminalProcess person({PPP_TEST_PPPCTL, "top", "--interval", "0.1"});
    person.awaitText("office");
    person.awaitText("0 B/s");
    EXPECT_FALSE(person.echoes());
    EXPECT_TRUE(contains(person.shown(), "\033[?1049h"));
    person.type("q");
    EXPECT_EQ(person.wait(), 0);
    EXPECT_TRUE(contains(person.shown(), "\033[?25h\033[?1049l"));
}

TEST_F(Top, GivesTheTerminalBackWhateverEndsIt) {
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
        TerminalProcess person(
            {"sh", "-c", R"("$@"; echo "status $?"; stty -a; exec cat)", "sh", PPP_TEST_PPPCTL, "top"});
        person.awaitText("office");
        EXPECT_FALSE(person.echoes());
        if (number == SIGINT) {
            person.type("\x03");
        } else {
            // sh's only child
            std::ifstream children("/proc/" + std::to_string(person.pid()) + "/task/" +
                                   std::to_string(person.pid()) + "/children");
            pid_t child = 0;
            ASSERT_TRUE(children >> child);
            kill(child, number);
        }
        if (number != SIGINT) { // sh ends of Ctrl-C, too
            person.awaitText("status " + std::to_string(128 + number));
            EXPECT_TRUE(person.echoes());
            person.type("\x04");
        }
        person.wait();
        EXPECT_TRUE(contains(person.shown(), "\033[?25h\033[?1049l")) << number;
    }
}

TEST_F(Top, SaysThatTheDaemonIsAwayAndGoesOnWhenItIsBack) {
    TerminalProcess person({PPP_TEST_PPPCTL, "top", "--interval", "0.1"});
    person.awaitText("office");
    manager->release();
    person.awaitText("ppp-managerd is not running");
    const auto before = person.shown().size();
    manager->acquire();
    person.awaitText("office", kPatience, before);
    person.type("q");
    EXPECT_EQ(person.wait(), 0);
}

TEST_F(Top, ASilentLinkHoldsUpNothingOnATerminal) {
    manager->set("office.GetStatistics", "hang");
    TerminalProcess person({PPP_TEST_PPPCTL, "top", "--interval", "0.1"});
    person.awaitText("office");
    manager->set("office.GetStatistics", "ok");
    manager->resume();
    person.awaitText("0 B/s");
    person.type("q");
    EXPECT_EQ(person.wait(), 0);
}

// ---- edit
// ----------------------------------------------------------------------------------------------------------------

class Edit : public PppctlTest {
protected:
    Edit() { std::filesystem::create_directory(folder()); }

    /// Where pppctl makes its private folders.
    std::string folder() const { return bus.folder() + "/tmp"; }
    bool nothingLeft() const { return std::filesystem::is_empty(folder()); }

    /// An editor that is a script; the file is "$1".
    std::vector<std::string> editor(const std::string& script) const {
        const std::string path = bus.folder() + "/editor";
        std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
        return {"VISUAL=" + path, "TMPDIR=" + folder()};
    }

    Ran edit(const std::string& script, const std::vector<std::string>& more = {}) const {
        std::vector<std::string> line{"edit", "isp"};
        line.insert(line.end(), more.begin(), more.end());
        return pppctl(line, {}, editor(script));
    }

    bool updated() const {
        for (const auto& call : manager->calls()) {
            if (call.rfind("UpdateProfile", 0) == 0) {
                return true;
            }
        }
        return false;
    }
};

TEST_F(Edit, StoresWhatTheEditorLeftCommentsAndAll) {
    manager->set("isp.changed", "yes");
    const auto ran = edit("stat -c %a \"$1\" \"${1%/*}\"; sed -i s/7/8/ \"$1\"; touch \"$1~\"");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out, "600\n700\nisp stored; it takes effect with: pppctl redial isp\n");
    std::string wanted = kUsual;
    wanted.replace(wanted.find('7'), 1, "8");
    EXPECT_EQ(manager->calls().back(), "UpdateProfile isp " + wanted);
    EXPECT_TRUE(nothingLeft()) << "also what the editor left beside it";
}

TEST_F(Edit, WhatIsUnchangedIsNotStored) {
    const auto ran = edit("cp \"$1\" \"$1.new\"; mv \"$1.new\" \"$1\"");
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.out, "isp is as it was: nothing is stored\n");
    EXPECT_FALSE(updated());
    EXPECT_TRUE(nothingLeft());
}

TEST_F(Edit, AnEditorThatFailsChangesNothing) {
    const auto ran = edit("sed -i s/7/8/ \"$1\"; exit 3");
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.err, "pppctl: the editor ended with status 3: nothing is changed\n");
    EXPECT_FALSE(updated());
    EXPECT_TRUE(nothingLeft());
    EXPECT_EQ(
        pppctl({"edit", "isp"}, {}, {"VISUAL=", "EDITOR=/nonexistent/editor", "TMPDIR=" + folder()}).code, 1);
    EXPECT_TRUE(nothingLeft());
}

TEST_F(Edit, WithoutATerminalFaultsAreToldAtTheirLineAndTheTextIsKept) {
    manager->set("isp.UpdateProfile", "error org.ppp.Error.InvalidProfile /mtuu: unknown key");
    const auto ran = edit("printf '{ \"type\": \"pppoe\",\\n  \"mtuu\": 5 }\\n' >\"$1\"");
    EXPECT_EQ(ran.code, 1);
    EXPECT_TRUE(contains(ran.err, "pppctl: isp is not stored: its profile has a fault\n"
                                  "  line 2: /mtuu: unknown key\n      \"mtuu\": 5 }\n"
                                  "Your text is kept in " +
                                      folder()))
        << ran.err;
    std::smatch kept;
    ASSERT_TRUE(std::regex_search(ran.err, kept, std::regex("--file (/\\S+)")));
    manager->set("isp.UpdateProfile", "ok");
    const auto again = pppctl({"edit", "isp", "--file", kept[1]});
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(manager->calls().back(), "UpdateProfile isp { \"type\": \"pppoe\",\n  \"mtuu\": 5 }\n");
}

TEST_F(Edit, WhatTheBusCannotCarryIsAFaultToo) {
    const auto ran = edit("printf '{\\n\\377}' >\"$1\"");
    EXPECT_EQ(ran.code, 1);
    EXPECT_TRUE(contains(ran.err, "  line 2: not UTF-8 text")) << ran.err;
    EXPECT_EQ(edit("head -c 70000 /dev/zero | tr '\\0' ' ' >\"$1\"").code, 1);
    EXPECT_FALSE(updated());
}

TEST_F(Edit, WhatSomebodyElseChangedMeanwhileIsNotOverwritten) {
    ChildProcess person(commandLine({"edit", "isp"}),
                        editor("sed -i s/7/8/ \"$1\"; echo open; read -r answer"));
    EXPECT_EQ(person.readLine(), "open");
    manager->set("isp.profile", "{ \"type\": \"pppoe\" }");
    person.write("go\n");
    EXPECT_EQ(person.wait(), 1);
    EXPECT_TRUE(contains(errors(), "isp is not stored: somebody else has changed it meanwhile")) << errors();
    EXPECT_TRUE(contains(errors(), "Your text is kept in ")) << errors();
    EXPECT_FALSE(updated());
}

TEST_F(Edit, WhoMayNotIsToldAndKeepsTheText) {
    manager->set("isp.UpdateProfile", "error org.ppp.Error.NotAuthorized no");
    const auto ran = edit("sed -i s/7/8/ \"$1\"");
    EXPECT_EQ(ran.code, 4);
    EXPECT_TRUE(contains(ran.err, "Your text is kept in ")) << ran.err;
    EXPECT_EQ(pppctl({"edit", "ips"}, {}, {"VISUAL=true"}).code, 3);
}

TEST_F(Edit, OnATerminalFaultsCanBeMendedOrDiscarded) {
    manager->set("isp.UpdateProfile", "error-times 1 org.ppp.Error.InvalidProfile /priority: too high");
    auto line = std::vector<std::string>{"env"};
    for (const auto& variable : editor("sed -i 's/7/8/; s/8 /9 /' \"$1\"")) {
        line.push_back(variable);
    }
    line.insert(line.end(), {PPP_TEST_PPPCTL, "edit", "isp"});
    {
        TerminalProcess person(line);
        person.awaitText("line 2: /priority: too high");
        person.awaitText("discard it (d)? ");
        person.type("x\n");
        person.type("e\n");
        person.awaitText("isp stored");
        EXPECT_EQ(person.wait(), 0);
    }
    manager->set("isp.UpdateProfile", "error org.ppp.Error.InvalidProfile /priority: too high");
    for (const char* answer : {"d\n", "\x03"}) {
        TerminalProcess person(line);
        person.awaitText("discard it (d)? ");
        person.type(answer);
        EXPECT_EQ(person.wait(), *answer == 'd' ? 1 : 128 + SIGINT);
        EXPECT_TRUE(nothingLeft()) << answer;
    }
}

TEST_F(Edit, ASignalLeavesNothingBehind) {
    for (const int number : {SIGTERM, SIGHUP}) {
        ChildProcess person({PPP_TEST_PPPCTL, "edit", "isp"}, editor("echo open; read -r answer"));
        EXPECT_EQ(person.readLine(), "open");
        EXPECT_FALSE(nothingLeft());
        person.signal(number);
        EXPECT_EQ(person.wait(), 128 + number);
        EXPECT_TRUE(nothingLeft());
    }
    EXPECT_FALSE(updated());
}

} // namespace
} // namespace ppp::test
