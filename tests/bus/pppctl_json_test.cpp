// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl --json of verbs that act and of failures: data/doc/pppctl-json.md.
#include <csignal>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "pppctl_fixture.hpp"
#include "terminal_process.hpp"

namespace ppp::test {
namespace {

using nlohmann::json;

class Json : public PppctlTest {
protected:
    explicit Json(bool daemon = true) : PppctlTest(daemon) {}

    /// One document on one line, with the exit code of the process.
    json answer(std::vector<std::string> arguments, const std::string& input = {}) {
        arguments.emplace_back("--json");
        const auto ran = detached(arguments, input);
        EXPECT_EQ(ran.out.find('\n'), ran.out.size() - 1) << ran.out;
        json out = json::parse(ran.out, nullptr, false);
        EXPECT_TRUE(out.is_object()) << ran.out << ran.err;
        if (out.is_object() && out.contains("exit-code")) {
            EXPECT_EQ(out["exit-code"], ran.code);
        }
        return out;
    }
    /// Of one connection: its entry.
    json only(const json& whole) {
        EXPECT_EQ(whole["connections"].size(), 1U) << whole;
        return whole["connections"].at(0);
    }
};

class JsonWithoutDaemon : public Json {
protected:
    JsonWithoutDaemon() : Json(false) {}
    std::vector<std::string> everyVerb() const {
        std::istringstream help(pppctl({"--help"}).out);
        std::vector<std::string> out;
        bool verbs = false;
        for (std::string line; std::getline(help, line);) {
            verbs = verbs || line == "Subcommands:" || line == "Verbs:";
            if (verbs && line.size() > 3 && line.rfind("  ", 0) == 0 && line[2] != ' ' && line[2] != '-') {
                out.push_back(line.substr(2, line.find(' ', 2) - 2));
            }
        }
        return out;
    }
};

TEST_F(JsonWithoutDaemon, EveryVerbFailsInJson) {
    const auto verbs = everyVerb();
    EXPECT_GE(verbs.size(), 15U);
    for (const auto& verb : verbs) {
        const json said = answer({verb, "isp"}); // of some that is wrong usage, of others nobody is there
        EXPECT_FALSE(said["error"].is_null()) << verb << said;
        EXPECT_FALSE(said["error"]["text"].get<std::string>().empty()) << verb;
    }
    const json gone = answer({"status", "isp"});
    EXPECT_EQ(gone["verb"], "status");
    EXPECT_EQ(gone["error"]["kind"], "unreachable");
    EXPECT_EQ(gone["error"]["exit-code"], 7);
    EXPECT_EQ(gone["connections"], json::array());
    EXPECT_NE(gone["error"]["hint"].get<std::string>().find("systemctl"), std::string::npos);
}

TEST_F(JsonWithoutDaemon, WrongUsageIsSaidInJsonToo) {
    const json misspelt = answer({"lits"});
    EXPECT_TRUE(misspelt["verb"].is_null());
    EXPECT_EQ(misspelt["error"]["kind"], "usage");
    EXPECT_EQ(misspelt["error"]["hint"], "Did you mean 'list'?");
    EXPECT_EQ(answer({"up", "isp", "--tiemout", "5"})["exit-code"], 2);
    EXPECT_EQ(answer({"up"})["error"]["text"], "which connection?");
    const auto yaml = pppctl({"list", "--json=yaml"});
    EXPECT_EQ(yaml.code, 2);
    EXPECT_EQ(yaml.out, "") << "nobody knows what was wanted";
    EXPECT_EQ(json::parse(pppctl({"--json=true", "lits"}).out)["error"]["kind"], "usage");
}

TEST_F(JsonWithoutDaemon, HelpAndVersionStayText) {
    EXPECT_EQ(pppctl({"--json", "--version"}).out, pppctl({"--version"}).out);
    EXPECT_EQ(pppctl({"--json", "--help"}).out, pppctl({"--help"}).out);
    EXPECT_EQ(pppctl({"up", "--help", "--json"}).out, pppctl({"up", "--help"}).out);
}

TEST_F(Json, UpSaysWhatBecameOfEach) {
    manager->set("lab.Up", "error org.ppp.Error.Failed lcp-timeout: no \033[1manswer");
    manager->set("isp.trouble", "DNS: systemd-resolved does not answer");
    const json said = answer({"up", "isp", "lab", "office"});
    EXPECT_EQ(said["verb"], "up");
    EXPECT_EQ(said["exit-code"], 5);
    EXPECT_TRUE(said["error"].is_null());
    ASSERT_EQ(said["connections"].size(), 3U);
    std::map<std::string, json> by;
    for (const auto& one : said["connections"]) {
        by[one["name"]] = one;
    }
    EXPECT_EQ(by["isp"]["outcome"], "up");
    EXPECT_TRUE(by["isp"]["error"].is_null());
    EXPECT_EQ(by["isp"]["connection"]["local-address"], "10.64.0.100");
    EXPECT_GT(by["isp"]["took-us"], 0);
    EXPECT_EQ(by["lab"]["outcome"], "failed");
    EXPECT_EQ(by["lab"]["error"]["reason"], "lcp-timeout");
    EXPECT_EQ(by["lab"]["error"]["text"], "no \033[1manswer");
    EXPECT_EQ(by["lab"]["connection"]["state"], "waiting");
    EXPECT_GT(by["lab"]["connection"]["next-attempt"], 0);
    EXPECT_EQ(by["office"]["outcome"], "already-up");
    EXPECT_NE(said["complaints"].dump().find("isp: warning: DNS:"), std::string::npos) << said;
    EXPECT_NE(said["messages"].dump().find("isp is up"), std::string::npos) << said;
    EXPECT_EQ(said["messages"].dump().find("discovery"), std::string::npos) << "phases are no messages";
}

TEST_F(Json, OutputThatIsCutOffIsNoSuccess) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"show", "isp"},
                                                  {"list"},
                                                  {"--json", "status", "isp"},
                                                  {"down", "isp"},
                                                  {"--help"},
                                                  {"up", "--help"}}) {
        auto line = commandLine(words);
        line.insert(line.begin(), {"sh", "-c", "\"$@\" >/dev/full", "sh"});
        const Ran ran = ended(line);
        EXPECT_EQ(ran.code, 1) << words.back();
        EXPECT_TRUE(contains(ran.err, "standard output cannot be written to")) << ran.err;
    }
    auto line = commandLine({"--json", "down", "nosuch"});
    line.insert(line.begin(), {"sh", "-c", "\"$@\" >/dev/full", "sh"});
    EXPECT_EQ(ended(line).code, 3) << "what is worse counts";
}

TEST_F(Json, UpAllTimeoutAndNoWait) {
    EXPECT_EQ(answer({"up", "nobody"})["error"]["kind"], "no-such-connection");
    EXPECT_EQ(only(answer({"up", "isp", "--no-wait"}))["outcome"], "started");
    EXPECT_EQ(only(answer({"up", "office", "--no-wait"}))["outcome"], "already-up");
    manager->set("lab.Up", "error org.ppp.Error.Timeout nothing within 7 s");
    const json late = answer({"up", "lab", "--timeout", "7"});
    EXPECT_EQ(late["exit-code"], 6);
    EXPECT_EQ(only(late)["outcome"], "unfinished");
    EXPECT_EQ(only(late)["error"]["kind"], "timed-out");
    manager->set("lab.Up", "error org.ppp.Error.NotAuthorized not you");
    manager->set("broken.Up", "error org.ppp.Error.InvalidProfile /type: is missing");
    const json all = answer({"up", "--all"});
    EXPECT_EQ(all["exit-code"], 5) << "the highest of 4 and 5";
    EXPECT_EQ(all["connections"].size(), 2U) << "isp and office are up already";
}

TEST_F(Json, UpWhoseDaemonDiesAndUpThatIsInterrupted) {
    manager->set("isp.Up", "hang");
    const auto start = [&] {
        auto up = std::make_unique<ChildProcess>(commandLine({"up", "isp", "--json"}));
        manager->waitCalls(1);
        return up;
    };
    auto up = start();
    up->signal(SIGINT);
    const json left = json::parse(up->readAll());
    EXPECT_EQ(up->wait(), 130);
    EXPECT_EQ(left["exit-code"], 130);
    EXPECT_EQ(only(left)["outcome"], "unfinished");
    manager->forget();
    up = start();
    manager->kill();
    const json dead = json::parse(up->readAll());
    EXPECT_EQ(up->wait(), 7);
    EXPECT_EQ(only(dead)["error"]["kind"], "unreachable");
    EXPECT_TRUE(only(dead)["connection"].is_null());
}

TEST_F(Json, DownAndRedial) {
    EXPECT_EQ(only(answer({"redial", "office"}))["outcome"], "up");
    EXPECT_EQ(only(answer({"redial", "office", "--no-wait"}))["outcome"], "redialling");
    const json not_up = answer({"redial", "isp", "--no-wait"});
    EXPECT_EQ(not_up["exit-code"], 1);
    EXPECT_EQ(only(not_up)["error"]["hint"], "Bring it up with: pppctl up isp");
    const json all = answer({"redial", "--all", "--no-wait"});
    EXPECT_EQ(only(all)["name"], "office");
    manager->set("lab.Down", "error org.ppp.Error.NotAuthorized no");
    const json down = answer({"down", "office", "lab", "isp"});
    EXPECT_EQ(down["exit-code"], 4) << "one is refused, the others are down";
    ASSERT_EQ(down["connections"].size(), 3U);
    std::map<std::string, json> by;
    for (const auto& one : down["connections"]) {
        by[one["name"]] = one;
    }
    EXPECT_EQ(by["office"]["outcome"], "down");
    EXPECT_EQ(by["office"]["connection"]["state"], "down");
    EXPECT_EQ(by["lab"]["error"]["kind"], "not-authorized");
    EXPECT_EQ(by["isp"]["outcome"], "down");
    EXPECT_EQ(only(answer({"down", "--all"}))["name"], "broken") << "all others are down already";
    EXPECT_EQ(only(answer({"down", "isp", "--no-wait"}))["outcome"], "going-down");
}

TEST_F(Json, RedialOfWhatIsNotUpAndOfWhatTakesTooLong) {
    const json down = answer({"redial", "isp", "--if-up"});
    EXPECT_EQ(down["exit-code"], 0);
    EXPECT_EQ(only(down)["outcome"], "not-up");
    EXPECT_EQ(only(down)["connection"]["state"], "down");
    manager->set("office.Redial", "hang");
    manager->forget();
    const json late = answer({"redial", "office", "--timeout", "1"});
    EXPECT_EQ(late["exit-code"], 6);
    EXPECT_EQ(only(late)["outcome"], "unfinished");
    EXPECT_EQ(only(late)["error"]["text"], "not up within 1 s");
    EXPECT_EQ(manager->calls().at(0), "Redial office wait=true") << "the daemon knows no timeout of a redial";
}

TEST_F(Json, WhatIsScheduled) {
    const json none = answer({"schedule", "isp"});
    EXPECT_EQ(none["exit-code"], 0);
    EXPECT_EQ(only(none)["outcome"], "not-scheduled");
    EXPECT_EQ(only(none)["redial-at"], "");
    EXPECT_EQ(only(none)["next-redial"], 0);
}

TEST_F(Json, WhatIsStored) {
    const json added = answer({"add", "home", "--type", "pppoe", "--interface", "eth0", "--no-password"});
    EXPECT_EQ(only(added)["outcome"], "added");
    EXPECT_EQ(only(added)["name"], "home");
    manager->set("AddConnection", "error org.ppp.Error.AlreadyExists home is there already");
    EXPECT_EQ(
        answer({"add", "home", "--type", "pppoe", "--interface", "eth0", "--no-password"})["error"]["kind"],
        "failed");
    const json secret = answer({"set-secret", "isp", "--pin-stdin"}, "1234\n");
    EXPECT_EQ(only(secret)["outcome"], "secret-stored");
    EXPECT_EQ(only(secret)["secret"], "pin");
    EXPECT_EQ(secret.dump().find("1234"), std::string::npos);
    EXPECT_EQ(only(answer({"debug", "isp", "on"}))["outcome"], "debug-on");
    EXPECT_EQ(only(answer({"remove", "lab"}))["outcome"], "removed");
    manager->set("office.changed", "yes");
    const json reload = answer({"reload"});
    EXPECT_EQ(reload["exit-code"], 0);
    ASSERT_EQ(reload["connections"].size(), 2U);
    EXPECT_EQ(reload["connections"][0]["outcome"], "invalid");
    EXPECT_EQ(reload["connections"][0]["error"]["text"], "/pppoe/interface: is missing\n/mtuu: unknown key");
    EXPECT_EQ(reload["connections"][1]["outcome"], "needs-redial");
}

TEST_F(Json, PrettyIsTheSameOnManyLines) {
    const auto ran = pppctl({"down", "office", "--json=pretty"});
    EXPECT_EQ(ran.code, 0);
    EXPECT_TRUE(contains(ran.out, "\n  \"exit-code\": 0,\n")) << ran.out;
    EXPECT_EQ(json::parse(ran.out)["verb"], "down");
}

TEST_F(Json, ATerminalGetsNothingBesides) {
    TerminalProcess up({PPP_TEST_PPPCTL, "up", "isp", "--json"});
    EXPECT_EQ(up.wait(), 0);
    EXPECT_TRUE(json::accept(up.shown())) << up.shown();
    TerminalProcess list({PPP_TEST_PPPCTL, "list", "--json"});
    EXPECT_EQ(list.wait(), 0);
    EXPECT_TRUE(json::accept(list.shown())) << list.shown();
}

} // namespace
} // namespace ppp::test
