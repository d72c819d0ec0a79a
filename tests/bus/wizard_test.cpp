// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl add at a terminal: from nothing to a link with three answers, and what it says and leaves behind
// where something goes wrong.
#include <csignal>

#include <nlohmann/json.hpp>
#include <termios.h>

#include "wizard_fixture.hpp"

namespace ppp::test {
namespace {

using nlohmann::json;

class Wizard : public WizardTest {
protected:
    /// To the question after the last of the three answers.
    static std::unique_ptr<TerminalProcess> answered(const std::vector<std::string>& arguments,
                                                     const std::string& password = kPassword) {
        auto add = pppctl(arguments);
        add->awaitText("Which line? (h: another one, by hand) [1]: ");
        add->type("1\n");
        add->awaitText("User name that the provider gave: ");
        add->type("alice\n");
        add->awaitText("Password of alice: ");
        EXPECT_FALSE(add->echoes());
        add->type(password + "\n");
        return add;
    }
};

TEST_F(Wizard, ThreeAnswersMakeALink) {
    concentrator();
    const auto add = answered({"add"});
    add->awaitText("\033[32mup\033[0m: ppp0 10.64.0.100");
    add->awaitText("at every boot and keep it up? [Y/n]: ");
    EXPECT_EQ(state(), "up");
    add->type("\n");
    EXPECT_EQ(add->wait(), 0) << add->shown();
    const std::string& shown = add->shown();
    EXPECT_TRUE(has(shown, "v0  PPPoE, ac0")) << shown;
    EXPECT_TRUE(has(shown, "pppctl status isp")) << shown;
    EXPECT_FALSE(has(shown, kPassword)) << shown;
    EXPECT_EQ(state(), "up");
    EXPECT_TRUE(property<bool>("AutoConnect"));
    EXPECT_FALSE(property<bool>("NeedsRedial")) << "autoconnect is nothing that a session has";
    EXPECT_EQ(json::parse(stored("isp")), json::parse(R"({"type": "pppoe", "autoconnect": true,
        "pppoe": {"interface": "v0"}, "auth": {"user": "alice"}})"));
}

TEST_F(Wizard, WhatIsKnownIsNotAskedFor) {
    const auto add = pppctl({"add", "--interface", "v0", "--user", "alice", "--no-autoconnect", "--no-ipv6"});
    add->awaitText("Password of alice: ");
    add->type(std::string(kPassword) + "\n");
    EXPECT_EQ(add->wait(), 0) << add->shown();
    EXPECT_FALSE(has(add->shown(), "Looking")) << add->shown();
    EXPECT_FALSE(has(add->shown(), "?")) << add->shown();
    EXPECT_EQ(state(), "up");
    EXPECT_FALSE(property<bool>("AutoConnect"));
}

TEST_F(Wizard, AWrongPasswordIsAskedForAgain) {
    concentrator();
    const auto add = answered({"add", "--no-autoconnect"}, "wrong one");
    add->awaitText("What now? [p]: ");
    EXPECT_EQ(state(), "down") << "nobody dials on while a person thinks";
    EXPECT_TRUE(has(add->shown(), "auth-failed: ")) << add->shown();
    EXPECT_TRUE(has(add->shown(), "E=691 who are you")) << add->shown();
    EXPECT_TRUE(has(add->shown(), "user name or password are wrong")) << add->shown();
    EXPECT_FALSE(has(add->shown(), "set-secret"))
        << "advice for somebody who is on his own: " << add->shown();
    add->type("\n");
    add->awaitText("What now? [p]: \r\nPassword of alice: ");
    EXPECT_FALSE(add->echoes());
    add->type(std::string(kPassword) + "\n");
    EXPECT_EQ(add->wait(), 0) << add->shown();
    EXPECT_EQ(state(), "up");
    EXPECT_TRUE(add->echoes());
}

TEST_F(Wizard, AnotherUserAndPassword) {
    concentrator();
    const auto add = answered({"add", "--no-autoconnect"}, "wrong one");
    add->awaitText("What now? [p]: ");
    add->type("u\n");
    add->awaitText("User name [alice]: ");
    add->type("bob\n");
    add->awaitText("Password of bob: ");
    add->type(std::string(kPassword) + "\n");
    EXPECT_EQ(add->wait(), 0) << add->shown();
    EXPECT_EQ(json::parse(stored("isp"))["auth"]["user"], "bob");
}

TEST_F(Wizard, AfterAFailureItIsKeptOrRemoved) {
    concentrator();
    auto add = answered({"add", "home"}, "wrong one");
    add->awaitText("What now? [p]: ");
    add->type("k\n");
    EXPECT_EQ(add->wait(), 5) << add->shown();
    EXPECT_TRUE(has(add->shown(), "pppctl up home")) << add->shown();
    EXPECT_FALSE(stored("home").empty());
    EXPECT_EQ(call(names::connectionPath("home"), names::kConnectionInterface, "Remove"), "");
    add = answered({"add"}, "wrong one");
    add->awaitText("What now? [p]: ");
    add->type("r\n");
    EXPECT_EQ(add->wait(), 5) << add->shown();
    EXPECT_TRUE(has(add->shown(), "isp is removed again")) << add->shown();
    expectNothingStored();
}

TEST_F(Wizard, AnotherLineKeepsUserAndPassword) {
    concentrator({"north,mac=02:00:00:00:0a:01", "south,mac=02:00:00:00:0a:02"});
    const auto add = answered({"add", "--no-autoconnect"}, "other");
    add->awaitText("What now? [p]: ");
    EXPECT_FALSE(has(stored("isp"), "access-concentrator")) << "the first line is that of whoever answers";
    script("default", goodScript("other"));
    add->type("l\n");
    add->awaitText("isp is removed again.\r\nLooking");
    add->type("3\n"); // the second of the two, whichever that is
    EXPECT_EQ(add->wait(), 0) << add->shown();
    const std::string name = json::parse(stored("isp"))["pppoe"]["access-concentrator"];
    EXPECT_TRUE(name == "north" || name == "south") << name;
    const std::string last = add->shown().substr(add->shown().rfind("Lines found"));
    EXPECT_EQ(last.find("only " + name), last.rfind("only ")) << "the last one: " << last;
    EXPECT_EQ(json::parse(stored("isp"))["auth"]["user"], "alice");
}

TEST_F(Wizard, NothingFoundSaysWhereItLookedAndTakesALineByHand) {
    run("ip link add idle type veth peer name idle1 && ip link set idle up");
    const auto add = pppctl({"add", "--type", "pppoe", "--no-autoconnect"});
    add->awaitText("What now? [h]: ");
    const std::string& shown = add->shown();
    EXPECT_TRUE(has(shown, "No line was found.")) << shown;
    EXPECT_TRUE(has(shown, "no PPPoE access concentrator answered")) << shown;
    EXPECT_TRUE(has(shown, "no carrier: no cable")) << shown;
    EXPECT_TRUE(has(shown, "is switched off; dialling would switch it on")) << shown;
    add->type("\n");
    add->awaitText("Ethernet interface: ");
    add->type("v0\n");
    add->awaitText("VLAN id that the provider wants (none: no VLAN): ");
    add->type("4095\n");
    add->awaitText("from 1 to 4094");
    add->type("\n");
    add->awaitText("User name that the provider gave: ");
    add->type("\n"); // is asked again
    add->type("alice\n");
    add->awaitText("Password of alice: ");
    add->type(std::string(kPassword) + "\n");
    EXPECT_EQ(add->wait(), 0) << add->shown();
    EXPECT_EQ(json::parse(stored("isp"))["pppoe"], json::parse(R"({"interface": "v0"})"));
}

TEST_F(Wizard, NamesThatAreTaken) {
    ASSERT_EQ(addIsp(), "");
    const auto twice = pppctl({"add", "isp"});
    EXPECT_EQ(twice->wait(), 1);
    EXPECT_TRUE(has(twice->shown(), "isp is there already")) << twice->shown();
    const auto add = pppctl({"add", "--interface", "v0", "--user", "alice", "--no-try"});
    add->awaitText("Password of alice: ");
    add->type(std::string(kPassword) + "\n");
    EXPECT_EQ(add->wait(), 0) << add->shown();
    EXPECT_FALSE(stored("isp2").empty());
    EXPECT_TRUE(has(add->shown(), "pppctl up isp2")) << add->shown();
    EXPECT_EQ(pppctl({"add", ".hidden"})->wait(), 1);
}

TEST_F(Wizard, JsonAsksNothing) {
    const auto add = pppctl({"--json", "add"});
    EXPECT_EQ(add->wait(), 2) << add->shown();
    EXPECT_TRUE(has(add->shown(), "NAME is missing")) << add->shown();
    const auto place = pppctl({"--json", "add", "isp", "--type", "pppoe"});
    EXPECT_EQ(place->wait(), 2) << place->shown();
    EXPECT_TRUE(has(place->shown(), "--interface is missing")) << place->shown();
}

/// pppctl as a shell runs it: the terminal outlives it, and so shows how it was left.
class WizardStopped : public Wizard {
protected:
    static std::unique_ptr<TerminalProcess> inShell(const std::string& arguments) {
        return std::make_unique<TerminalProcess>(
            std::vector<std::string>{"sh", "-c",
                                     std::string("trap : INT QUIT; ") + PPP_TEST_PPPCTL + " add " +
                                         arguments + "; echo code $?; stty -a; read wait"});
    }
    void expectStopped(TerminalProcess& add, const std::string& said, const char* key = "\x03") {
        add.type(key);
        add.awaitText("code 130");
        add.awaitText(" echo ");
        EXPECT_TRUE(add.echoes());
        EXPECT_TRUE(has(add.shown(), said)) << add.shown();
    }
};

TEST_F(WizardStopped, WhileItLooks) {
    const auto add = inShell("");
    add->awaitText("Looking for lines");
    expectStopped(*add, "stopped; nothing is stored");
    expectNothingStored();
}

TEST_F(WizardStopped, AtThePassword) {
    const auto add = inShell("--interface v0 --user alice");
    add->awaitText("Password of alice: ");
    EXPECT_FALSE(add->echoes());
    add->type("secr");
    expectStopped(*add, "stopped; nothing is stored");
    expectNothingStored();
}

TEST_F(WizardStopped, AtThePasswordByTheQuitKey) {
    const auto add = inShell("--interface v0 --user alice");
    add->awaitText("Password of alice: ");
    EXPECT_FALSE(add->echoes());
    expectStopped(*add, "stopped; nothing is stored", "\x1c");
    expectNothingStored();
}

TEST_F(WizardStopped, AfterAFailureByTheQuitKey) {
    const auto add = inShell("--interface v0 --user alice");
    add->awaitText("Password of alice: ");
    add->type("wrong one\n");
    add->awaitText("What now? [p]: ");
    expectStopped(*add, "isp is removed again", "\x1c");
    expectNothingStored();
}

TEST_F(WizardStopped, WhileItTries) {
    script("default", "wait-secrets\nphase discovery\nsleep-until-term\n");
    const auto add = inShell("--interface v0 --user alice");
    add->awaitText("Password of alice: ");
    add->type(std::string(kPassword) + "\n");
    add->awaitText("discovery");
    expectStopped(*add, "isp is removed again");
    expectNothingStored();
}

TEST_F(WizardStopped, AfterAFailure) {
    const auto add = inShell("--interface v0 --user alice");
    add->awaitText("Password of alice: ");
    add->type("wrong one\n");
    add->awaitText("What now? [p]: ");
    add->type("p\n");
    add->awaitText("What now? [p]: p\r\nPassword of alice: ");
    EXPECT_FALSE(add->echoes());
    expectStopped(*add, "isp is removed again");
    expectNothingStored();
}

TEST_F(WizardStopped, AtTheLastQuestionTheLinkStays) {
    const auto add = inShell("--interface v0 --user alice");
    add->awaitText("Password of alice: ");
    add->type(std::string(kPassword) + "\n");
    add->awaitText("keep it up? [Y/n]: ");
    expectStopped(*add, "isp stays as it is");
    EXPECT_EQ(state(), "up");
    EXPECT_FALSE(property<bool>("AutoConnect"));
}

TEST_F(WizardStopped, ByTheEndOfTheTerminal) {
    const auto add = pppctl({"add", "--interface", "v0", "--user", "alice"});
    add->awaitText("Password of alice: ");
    add->type("wrong one\n");
    add->awaitText("What now? [p]: ");
    kill(add->pid(), SIGHUP);
    EXPECT_EQ(add->wait(), 130) << add->shown();
    expectNothingStored();
}

} // namespace
} // namespace ppp::test
