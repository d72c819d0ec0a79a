// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl up, down and redial: what is said on the way, and the exit code of every outcome.
#include <csignal>
#include <regex>

#include "pppctl_fixture.hpp"
#include "terminal_process.hpp"

namespace ppp::test {
namespace {

class Link : public PppctlTest {
protected:
    std::string lastCall() {
        const auto calls = manager->calls();
        return calls.empty() ? "" : calls.back();
    }
};

TEST_F(Link, UpShowsPhasesAndEndsWithTheLink) {
    const auto ran = pppctl({"up", "isp"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    EXPECT_TRUE(std::regex_match(
        ran.out,
        std::regex("  [0-9]\\.[0-9]{3} s  discovery\n  [0-9]\\.[0-9]{3} s  lcp\n  [0-9]\\.[0-9]{3} s  auth\n"
                   "isp is up: ppp0 10\\.64\\.0\\.100 → 10\\.64\\.0\\.1, DNS 10\\.64\\.0\\.53, MTU "
                   "1492, 0\\.412 s\n")))
        << ran.out;
    EXPECT_EQ(lastCall(), "Up isp wait=true");
}

TEST_F(Link, UpOfOneThatIsUp) {
    const auto ran = pppctl({"up", "office"});
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.out, "office is up already: ppp0 10.64.0.100 → 10.64.0.1, DNS 10.64.0.53, MTU 1492\n");
    EXPECT_EQ(pppctl({"up", "--no-wait", "office"}).code, 0);
}

TEST_F(Link, UpWarnsWhereNobodyTakesTheDnsServers) {
    manager->set("dns", "none");
    const auto ran = pppctl({"up", "isp"});
    EXPECT_EQ(ran.code, 0);
    EXPECT_TRUE(contains(ran.err, "isp: warning: nothing on this machine takes the link's DNS servers"))
        << ran.err;
}

TEST_F(Link, UpAndStatusSayWhatIsAmiss) {
    manager->set("isp.trouble", "DNS: systemd-resolved does not answer");
    const auto ran = pppctl({"up", "isp"});
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.err, "isp: warning: DNS: systemd-resolved does not answer\n");
    EXPECT_TRUE(contains(pppctl({"status", "isp"}).out, "Trouble")) << ran.out;
}

TEST_F(Link, OptionsReachTheDaemon) {
    pppctl({"up", "isp", "--timeout", "7", "--no-interaction"});
    EXPECT_EQ(lastCall(), "Up isp auth.no_user_interaction=true timeout=7 wait=true");
    const auto started = pppctl({"up", "lab", "--no-wait"});
    EXPECT_EQ(started.code, 0);
    EXPECT_EQ(started.out, "lab: started\n");
    EXPECT_EQ(lastCall(), "Up lab");
    pppctl({"redial", "office", "--origin", "timer"});
    EXPECT_EQ(lastCall(), "Redial office origin=timer wait=true");
    pppctl({"down", "office", "--no-interaction"});
    EXPECT_EQ(lastCall(), "Down office auth.no_user_interaction=true wait=true");
    pppctl({"down", "office", "--no-wait"});
    EXPECT_EQ(lastCall(), "Down office");
}

TEST_F(Link, AFailureSaysWhyAndWhatComesNext) {
    manager->set("isp.Up", "error org.ppp.Error.Failed auth-failed: account \033[1mlocked");
    const auto ran = pppctl({"up", "isp"});
    EXPECT_EQ(ran.code, 5);
    EXPECT_TRUE(contains(ran.out, "  auth\n")) << ran.out;
    EXPECT_FALSE(contains(ran.out, "backoff")) << "waiting is no phase of the attempt: " << ran.out;
    EXPECT_TRUE(std::regex_match(
        ran.err, std::regex("isp: auth-failed: account \\\\x1[Bb]\\[1mlocked\n"
                            "  Set the password: pppctl set-secret isp\n"
                            "  next attempt in 15 s \\(attempt 2\\); stop it with: pppctl down isp\n")))
        << ran.err;
}

TEST_F(Link, ATunnelsSecretIsNotThePassword) {
    for (const std::string why : {"auth-failed: the tunnel server has another tunnel secret",
                                  "secrets-missing: the tunnel server asks for a tunnel secret and none is "
                                  "stored"}) {
        manager->set("isp.Up", "error org.ppp.Error.Failed " + why);
        const auto ran = pppctl({"up", "isp"});
        EXPECT_TRUE(contains(ran.err, "\n  Set the tunnel's secret: pppctl set-secret isp --tunnel-secret\n"))
            << ran.err;
    }
}

TEST_F(Link, AFailureThatSettlesAfterTheAnswer) {
    manager->set("isp.Up", "error org.ppp.Error.Failed discovery-timeout: no access concentrator answered");
    manager->set("isp.after", "late");
    const auto ran = pppctl({"up", "isp"});
    EXPECT_EQ(ran.code, 5);
    EXPECT_TRUE(std::regex_match(
        ran.err, std::regex("isp: discovery-timeout: no access concentrator answered\n"
                            "  next attempt in 1?[0-9] s \\(attempt 2\\); stop it with: pppctl down isp\n")))
        << ran.err;
}

TEST_F(Link, AFailureForGoodAndOneThatWaitsForTheCable) {
    manager->set("isp.Up", "error org.ppp.Error.Failed engine-missing: pppd is not installed");
    manager->set("isp.after", "failed");
    const auto given = pppctl({"up", "isp"});
    EXPECT_EQ(given.code, 5);
    EXPECT_EQ(given.err,
              "isp: engine-missing: pppd is not installed\n  Given up; try again with: pppctl up isp\n");
    manager->set("lab.Up", "error org.ppp.Error.Failed no-carrier: eth0 has no carrier");
    manager->set("lab.after", "carrier");
    const auto waiting = pppctl({"up", "lab"});
    EXPECT_EQ(waiting.code, 5);
    EXPECT_EQ(waiting.err, "lab: no-carrier: eth0 has no carrier\n"
                           "  waits for the carrier and goes on by itself; stop it with: pppctl down lab\n");
}

TEST_F(Link, ErrorsOfUpAndTheirExitCodes) {
    struct Row {
        const char* error;
        int code;
        const char* said;
    };
    for (const auto& row :
         {Row{"org.ppp.Error.NoSecrets no password", 5, "isp: secrets-missing: no password\n"},
          Row{"org.ppp.Error.InvalidProfile /type: is missing", 5,
              "isp: profile-invalid: /type: is missing\n"},
          Row{"org.ppp.Error.NotAuthorized not allowed", 4, "isp: not allowed\n"},
          Row{"org.ppp.Error.Timeout nothing within 7 s", 6, "isp: nothing within 7 s\n"},
          Row{"org.ppp.Error.LimitExceeded too many calls", 1, "isp: too many calls\n"},
          Row{"org.freedesktop.DBus.Error.AccessDenied by policy", 4, "isp: by policy\n"},
          Row{"org.example.Strange words", 1, "isp: words\n"}}) {
        manager->set("isp.Up", std::string("error ") + row.error);
        const auto ran = pppctl({"up", "isp"});
        EXPECT_EQ(ran.code, row.code) << row.error;
        EXPECT_TRUE(contains(ran.err, row.said)) << row.error << "\n" << ran.err;
        manager->set("isp.Up", "ok");
        pppctl({"down", "isp"});
    }
}

TEST_F(Link, ASilentDaemonIsATimeout) {
    manager->set("isp.Up", "hang");
    const auto ran = pppctl({"up", "isp", "--timeout", "1"});
    EXPECT_EQ(ran.code, 6);
    EXPECT_TRUE(contains(ran.err, "isp: no answer from ppp-managerd")) << ran.err;
}

TEST_F(Link, ALineWithoutACarrierIsNotWaitedForForEver) {
    manager->set("isp.line", "carrier");
    manager->set("isp.Up", "hang");
    const std::string wait = "It waits for the carrier (DCD) of ";
    const std::string cure = "; a cable without that wire needs /serial/modem-lines false\n";
    const auto ran = pppctl({"up", "isp"});
    EXPECT_EQ(ran.code, 6);
    EXPECT_TRUE(contains(ran.err, "isp: not up: " + wait) && contains(ran.err, cure)) << ran.err;
    EXPECT_TRUE(contains(ran.err, "It goes on waiting; stop it with: pppctl down isp")) << ran.err;

    manager->set("isp.Up", "error org.ppp.Error.Timeout nothing within 7 s");
    const auto timed = pppctl({"up", "isp", "--timeout", "7"});
    EXPECT_EQ(timed.code, 6);
    EXPECT_TRUE(contains(timed.err, "isp: nothing within 7 s: " + wait) && contains(timed.err, cure))
        << timed.err;
}

TEST_F(Link, ADaemonThatDiesOnTheWayIs7) {
    manager->set("isp.Up", "hang");
    ChildProcess up(commandLine({"up", "isp"}));
    while (!contains(up.readLine(), "auth")) {
    }
    manager->kill();
    EXPECT_EQ(up.wait(), 7);
    EXPECT_TRUE(contains(errors(), "isp: ppp-managerd went away before it answered")) << errors();
}

TEST_F(Link, CtrlCLeavesTheLinkConnecting) {
    manager->set("isp.Up", "hang");
    ChildProcess up(commandLine({"up", "isp"}));
    while (!contains(up.readLine(), "auth")) {
    }
    up.signal(SIGINT);
    EXPECT_EQ(up.wait(), 130);
    EXPECT_TRUE(contains(errors(), "isp: not waited for any longer; it goes on connecting\n")) << errors();
    EXPECT_TRUE(contains(errors(), "pppctl down isp")) << errors();
    EXPECT_EQ(manager->calls().size(), 1U);
}

TEST_F(Link, SeveralAtOnceEndWithTheWorst) {
    manager->set("lab.Up", "error org.ppp.Error.Failed lcp-timeout: no answer");
    const auto ran = pppctl({"up", "isp", "lab", "office", "isp"});
    EXPECT_EQ(ran.code, 5);
    EXPECT_TRUE(contains(ran.out, "isp is up: ppp0")) << ran.out;
    EXPECT_TRUE(contains(ran.out, "office is up already")) << ran.out;
    EXPECT_TRUE(std::regex_search(ran.out, std::regex("isp:   [0-9]\\.[0-9]{3} s  lcp\n"))) << ran.out;
    EXPECT_TRUE(std::regex_search(ran.out, std::regex("lab:   [0-9]\\.[0-9]{3} s  lcp\n"))) << ran.out;
    EXPECT_TRUE(contains(ran.err, "lab: lcp-timeout: no answer\n")) << ran.err;
    EXPECT_EQ(manager->calls().size(), 3U);
}

TEST_F(Link, OneUnknownNameAndNothingIsStarted) {
    EXPECT_EQ(pppctl({"up", "isp", "nobody"}).code, 3);
    EXPECT_EQ(manager->calls(), std::vector<std::string>{});
}

TEST_F(Link, DownAndRedial) {
    const auto down = pppctl({"down", "office"});
    EXPECT_EQ(down.code, 0);
    EXPECT_EQ(down.out, "office is down\n");
    const auto redial = pppctl({"redial", "office"});
    EXPECT_EQ(redial.code, 1);
    EXPECT_EQ(redial.err, "office: office is not up\n  Bring it up with: pppctl up office\n");
    EXPECT_EQ(pppctl({"redial", "--all"}).out, "0 connections redialled\n");
    pppctl({"up", "isp"});
    const auto all = pppctl({"redial", "--all"});
    EXPECT_EQ(all.code, 0);
    EXPECT_TRUE(contains(all.out, "isp is up: ppp0")) << all.out;
    EXPECT_EQ(lastCall(), "Redial isp wait=true");
    EXPECT_EQ(pppctl({"redial", "--all", "--no-wait"}).out, "1 connection redialled\n");
    EXPECT_EQ(lastCall(), "RedialAll");
    EXPECT_EQ(pppctl({"down", "--all"}).out, "1 connection taken down\n");
    EXPECT_EQ(lastCall(), "DownAll wait=true");
    manager->set("DownAll", "error org.ppp.Error.NotAuthorized no");
    EXPECT_EQ(pppctl({"down", "--all"}).code, 4);
    manager->set("isp.Down", "error org.ppp.Error.NotAuthorized no");
    EXPECT_EQ(pppctl({"down", "isp"}).code, 4);
}

// ---- on a terminal
// ------------------------------------------------------------------------------------------------

TEST_F(Link, ATerminalHasOneLiveLine) {
    manager->set("isp.Up", "hang");
    TerminalProcess up({PPP_TEST_PPPCTL, "up", "isp"});
    up.awaitText(" › auth 0.");
    up.awaitText("\033[1A\r\033[J");
    manager->set("isp.Up", "ok");
    manager->resume();
    const auto shown = up.awaitText("0.412 s\r\n");
    EXPECT_EQ(up.wait(), 0);
    EXPECT_TRUE(contains(shown, "isp is \033[32mup\033[0m: ppp0 10.64.0.100")) << shown;
    const auto last = shown.substr(shown.rfind("\033[J") + 3);
    EXPECT_EQ(last.rfind("isp is ", 0), 0U) << "the live line is still there: " << last;
}

TEST_F(Link, CtrlCOnATerminal) {
    manager->set("isp.Up", "hang");
    TerminalProcess up({PPP_TEST_PPPCTL, "up", "isp"});
    up.awaitText("auth");
    up.type("\x03");
    EXPECT_EQ(up.wait(), 130);
    EXPECT_TRUE(contains(up.shown(), "goes on connecting")) << up.shown();
}

TEST_F(Link, ThePasswordIsAskedForWithoutEcho) {
    TerminalProcess add(
        {PPP_TEST_PPPCTL, "add", "home", "--type", "pppoe", "--interface", "eth0", "--user", "alice"});
    add.awaitText("Password of alice: ");
    EXPECT_FALSE(add.echoes());
    add.type("correct horse\n");
    EXPECT_EQ(add.wait(), 0);
    EXPECT_FALSE(contains(add.shown(), "correct"));
    EXPECT_TRUE(contains(add.shown(), "home added")) << add.shown();
    EXPECT_TRUE(manager->calls().at(0) == "AddConnection home password=correct horse");
}

TEST_F(Link, APasswordThatNothingNeedsIsNotAskedFor) {
    EXPECT_EQ(pppctl({"add", "cable", "--type", "serial", "--device", "/dev/ttyS1"}).code, 0);
    EXPECT_EQ(
        pppctl({"add", "mobile", "--type", "serial", "--device", "/dev/ttyS1", "--number", "*99#"}).code, 0);
    EXPECT_EQ(manager->calls().at(2), "AddConnection mobile");
    TerminalProcess add({PPP_TEST_PPPCTL, "add", "shell", "--type", "serial", "--device", "/dev/ttyS1",
                         "--number", "5", "--set", R"(/serial/dial/login=[["word:", "$password"]])"});
    add.awaitText("Password: ");
    add.type("correct horse\n");
    EXPECT_EQ(add.wait(), 0);
    EXPECT_EQ(manager->calls().at(4), "AddConnection shell password=correct horse");
}

TEST_F(Link, CtrlCAtThePasswordGivesTheTerminalBack) {
    TerminalProcess set({"sh", "-c",
                         std::string("trap : INT; ") + PPP_TEST_PPPCTL +
                             " set-secret isp; echo code $?; stty -a; read wait"});
    set.awaitText("Password of isp: ");
    EXPECT_FALSE(set.echoes());
    set.type("secr\x03");
    set.awaitText("code 130");
    set.awaitText(" echo ");
    EXPECT_TRUE(set.echoes());
    EXPECT_EQ(manager->calls(), std::vector<std::string>{});
}

} // namespace
} // namespace ppp::test
