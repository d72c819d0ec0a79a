// SPDX-License-Identifier: LGPL-2.1-or-later
// Secret agents of the real daemon: programs that answer, die, lie, are late or silent; pppctl up --ask on a
// terminal; credentials.
#include "daemon_fixture.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "terminal_process.hpp"

namespace {

using namespace ppp;
using test::ChildProcess;
using test::DaemonTest;
using test::eventually;
using test::TerminalProcess;
using test::Variants;

class DaemonAgent : public DaemonTest {
protected:
    /// The connection, down, and nothing stored for it.
    void addBare() {
        ASSERT_EQ(
            manager("AddConnection", std::string("isp"), profile(R"(,"autoconnect":false)"), Variants{}), "")
            << text_;
    }
    /// An agent that behaves so and wants the link.
    std::unique_ptr<ChildProcess> agent(const std::string& behaviour, const std::string& input = "") {
        auto process = std::make_unique<ChildProcess>(
            std::vector<std::string>{PPP_TEST_SECRET_AGENT, behaviour, names::connectionPath("isp")});
        process->write(input);
        EXPECT_EQ(process->readLine(), "ready");
        return process;
    }
    std::string phase() { return property<std::string>("Phase"); }
    std::string everything() {
        std::ostringstream out;
        for (const char* file : {"argv", "environ"}) {
            out << std::ifstream(folder() + "/pppd.d/isp." + file).rdbuf();
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder() + "/run")) {
            if (entry.is_regular_file()) {
                out << std::ifstream(entry.path()).rdbuf();
            }
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder() + "/etc")) {
            if (entry.is_regular_file()) {
                out << std::ifstream(entry.path()).rdbuf();
            }
        }
        return out.str();
    }
    static bool starts(const std::string& text, const std::string& with) { return text.rfind(with, 0) == 0; }
};

TEST_F(DaemonAgent, GivesThePasswordAndAgainAfterAWrongOne) {
    addBare();
    auto one = agent("give", std::string("wrong\n") + kPassword + "\n");
    EXPECT_EQ(one->readLine(), "asked password alice : ");
    const std::string again = one->readLine();
    EXPECT_TRUE(starts(again, "asked password alice auth-failed: ")) << again;
    EXPECT_NE(again.find("E=691 who are you"), std::string::npos) << again;
    EXPECT_EQ(one->readLine(), "up");
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(everything().find(kPassword), std::string::npos) << "in memory only";
    ASSERT_EQ(down(), "");
    EXPECT_NE(up(), "") << "forgotten, and the test has no agent of its own";
}

TEST_F(DaemonAgent, LiarsAndTheDeadAreNoHelp) {
    addBare();
    for (const std::string behaviour :
         {"decline", "die", "wrong-type", "signature", "long", "newline", "more", "nothing"}) {
        SCOPED_TRACE(behaviour);
        auto one = agent(behaviour, std::string(kPassword) + "\n");
        EXPECT_EQ(one->readLine(), "asked password alice : ");
        if (behaviour != "die") {
            const std::string outcome = one->readLine();
            EXPECT_TRUE(starts(outcome, "error org.ppp.Error.Failed: secrets-missing: ")) << outcome;
        }
        EXPECT_TRUE(becomes("failed"));
        EXPECT_FALSE(std::filesystem::exists(folder() + "/pppd.d/isp.runs")) << "nothing was started";
    }
}

TEST_F(DaemonAgent, AnAnswerAfterCancelIsThrownAway) {
    addBare();
    auto one = agent("late", std::string(kPassword) + "\n");
    EXPECT_EQ(one->readLine(), "asked password alice : ");
    EXPECT_EQ(phase(), "secrets");
    ASSERT_EQ(down(), "");
    std::vector<std::string> said{one->readLine(), one->readLine()};
    std::sort(said.begin(), said.end());
    EXPECT_EQ(said[0], "cancel");
    EXPECT_TRUE(starts(said[1], "error org.ppp.Error.Failed: user-request: ")) << said[1];
    EXPECT_EQ(state(), "down");
    EXPECT_FALSE(std::filesystem::exists(folder() + "/pppd.d/isp.runs"));
}

TEST_F(DaemonAgent, TheSecondOfTwoAnswersIsNoAnswer) {
    addBare();
    auto one = agent("twice", std::string(kPassword) + "\nother\n");
    EXPECT_EQ(one->readLine(), "asked password alice : ");
    EXPECT_EQ(one->readLine(), "up");
}

TEST_F(DaemonAgent, NewSecretsEndTheQuestion) {
    addBare();
    auto one = agent("never");
    EXPECT_EQ(one->readLine(), "asked password alice : ");
    ASSERT_EQ(isp("SetSecrets", Variants{{"password", sdbus::Variant{std::string(kPassword)}}}), "");
    std::vector<std::string> said{one->readLine(), one->readLine()};
    std::sort(said.begin(), said.end());
    EXPECT_EQ(said, (std::vector<std::string>{"cancel", "up"}));
}

TEST_F(DaemonAgent, LimitsAndWhoMay) {
    using Path = sdbus::ObjectPath;
    EXPECT_EQ(manager("RegisterSecretAgent", Path{"/a"}), "") << text_;
    EXPECT_EQ(manager("RegisterSecretAgent", Path{"/a"}), "");
    EXPECT_EQ(manager("RegisterSecretAgent", Path{"/b"}), "LimitExceeded");
    EXPECT_EQ(manager("UnregisterSecretAgent", Path{"/b"}), "Failed");
    EXPECT_EQ(manager("UnregisterSecretAgent", Path{"/a"}), "");
    EXPECT_EQ(manager("UnregisterSecretAgent", Path{"/a"}), "Failed");
    polkit_->set("verdict", "no");
    EXPECT_EQ(manager("RegisterSecretAgent", Path{"/a"}), "NotAuthorized");
    const auto asked = polkit_->calls();
    EXPECT_TRUE(std::any_of(asked.begin(), asked.end(), [](const std::string& call) {
        return call.find("org.ppp.manager.control") != std::string::npos;
    }));
}

TEST_F(DaemonAgent, PppctlAsksAtTheTerminal) {
    addBare();
    TerminalProcess terminal({PPP_TEST_PPPCTL, "up", "isp", "--ask"});
    terminal.awaitText("Password of alice for isp: ");
    EXPECT_TRUE(eventually([&] { return !terminal.echoes(); }));
    terminal.type("wrong\n");
    terminal.awaitText("E=691 who are you");
    terminal.awaitText("Password of alice for isp: ");
    EXPECT_TRUE(eventually([&] { return !terminal.echoes(); }));
    terminal.type(std::string(kPassword) + "\n");
    EXPECT_EQ(terminal.wait(), 0) << terminal.shown();
    EXPECT_NE(terminal.shown().find("isp is "), std::string::npos) << terminal.shown();
    EXPECT_EQ(terminal.shown().find(kPassword), std::string::npos);
    EXPECT_EQ(state(), "up");
}

TEST_F(DaemonAgent, CtrlCAtTheQuestionLeavesClean) {
    addBare();
    TerminalProcess terminal({PPP_TEST_PPPCTL, "up", "isp", "--ask"});
    terminal.awaitText("Password of alice for isp: ");
    EXPECT_TRUE(eventually([&] { return !terminal.echoes(); }));
    terminal.type("\x03");
    EXPECT_NE(terminal.wait(), 0);
    EXPECT_TRUE(becomes("failed")) << "nobody is left to be asked";
    EXPECT_EQ(property<std::string>("Reason"), "secrets-missing");
}

TEST_F(DaemonAgent, NothingTypedIsANo) {
    addBare();
    TerminalProcess terminal({PPP_TEST_PPPCTL, "up", "isp", "--ask"});
    terminal.awaitText("Password of alice for isp: ");
    EXPECT_TRUE(eventually([&] { return !terminal.echoes(); }));
    terminal.type("\x04");
    EXPECT_EQ(terminal.wait(), 5) << terminal.shown();
    EXPECT_NE(terminal.shown().find("secrets-missing"), std::string::npos) << terminal.shown();
}

TEST_F(DaemonAgent, WithoutATerminalNothingIsDone) {
    addBare();
    ChildProcess process({"setsid", "--wait", PPP_TEST_PPPCTL, "up", "isp", "--ask"}, {}, true);
    process.closeInput();
    const std::string said = process.readAll();
    EXPECT_EQ(process.wait(), 2);
    EXPECT_NE(said.find("--ask needs a terminal"), std::string::npos) << said;
    EXPECT_EQ(state(), "down");
}

TEST_F(DaemonAgent, ACredentialWinsAndIsNotCopiedToTheStore) {
    const std::string credentials = folder() + "/credentials";
    std::filesystem::create_directories(credentials);
    std::ofstream(credentials + "/isp.password") << kPassword << '\n';
    daemon_->signal(SIGTERM);
    daemon_->wait();
    startDaemon({"--ppp-device", ""}, {"CREDENTIALS_DIRECTORY=" + credentials});
    ASSERT_EQ(manager("AddConnection", std::string("isp"), profile(R"(,"autoconnect":false)"),
                      Variants{{"password", sdbus::Variant{std::string("an old one")}}}),
              "");
    EXPECT_EQ(up(), "") << text_;
    ASSERT_EQ(isp("SetSecrets", Variants{{"tunnel-secret", sdbus::Variant{std::string("t")}}}), "");
    EXPECT_EQ(everything().find(kPassword), std::string::npos);
}

TEST_F(DaemonAgent, AFolderOpenToOthersIsRefusedByName) {
    ASSERT_EQ(addIsp(R"(,"autoconnect":false)"), "") << text_;
    const std::string secrets = folder() + "/etc/secrets";
    std::filesystem::permissions(secrets, std::filesystem::perms(0750));
    EXPECT_EQ(up(), "Failed");
    EXPECT_TRUE(starts(text_, "secrets-missing: " + secrets + " has mode 0750")) << text_;
    EXPECT_EQ(isp("SetSecrets", Variants{{"password", sdbus::Variant{std::string("x")}}}), "Failed");
    EXPECT_NE(text_.find("chmod 700 " + secrets), std::string::npos) << text_;
    std::filesystem::permissions(secrets, std::filesystem::perms(0700));
    std::filesystem::permissions(secrets + "/isp.json", std::filesystem::perms(0644));
    EXPECT_EQ(up(), "Failed");
    EXPECT_TRUE(starts(text_, "secrets-missing: " + secrets + "/isp.json has mode 0644")) << text_;
    std::filesystem::permissions(secrets + "/isp.json", std::filesystem::perms(0600));
    EXPECT_EQ(up(), "") << text_;
}

} // namespace
