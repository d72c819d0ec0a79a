// SPDX-License-Identifier: LGPL-2.1-or-later
// What the daemon refuses, and peers that deny, hang or vanish: clear words, nothing changed, nothing leaked.
#include "daemon_fixture.hpp"

#include <sstream>

namespace {

using namespace ppp;
using test::DaemonTest;
using test::Variants;

class Refusal : public DaemonTest {};

TEST_F(Refusal, DeniedChangesNothing) {
    ASSERT_EQ(addIsp(), "");
    polkit_->set("verdict", "no");
    EXPECT_EQ(up(), "NotAuthorized");
    EXPECT_EQ(down(), "NotAuthorized");
    EXPECT_EQ(isp("SetSecrets", Variants{{"password", sdbus::Variant{std::string("x")}}}), "NotAuthorized");
    EXPECT_EQ(isp("UpdateProfile", profile(R"(,"priority":1)")), "NotAuthorized");
    EXPECT_EQ(isp("Remove"), "NotAuthorized");
    EXPECT_EQ(isp("GetProfile"), "NotAuthorized");
    EXPECT_EQ(manager("AddConnection", std::string("two"), profile(), Variants{}), "NotAuthorized");
    EXPECT_EQ(manager("Reload"), "NotAuthorized");
    EXPECT_EQ(manager("Discover", std::string("v0"), uint32_t{100}), "NotAuthorized");
    EXPECT_EQ(state(), "down");
    EXPECT_FALSE(std::filesystem::exists(folder() + "/pppd.d/isp.runs"));
    EXPECT_EQ(manager("GetConnection", std::string("two")), "NoSuchConnection");
    EXPECT_EQ(isp("GetStatistics"), "") << "reading is for everybody";
}

TEST_F(Refusal, EachCallAsksForItsOwnAction) {
    ASSERT_EQ(addIsp(), "");
    polkit_->forget();
    up();
    isp("SetSecrets", Variants{{"password", sdbus::Variant{std::string("x")}}});
    isp("GetProfile");
    const auto asked = polkit_->calls();
    ASSERT_EQ(asked.size(), 3U);
    EXPECT_NE(asked[0].find(names::kActionControl), std::string::npos) << asked[0];
    EXPECT_NE(asked[1].find(names::kActionModify), std::string::npos) << asked[1];
    EXPECT_NE(asked[2].find(names::kActionDebug), std::string::npos) << asked[2];
    EXPECT_NE(asked[0].find("isp"), std::string::npos) << "a person is told which connection";
}

TEST_F(Refusal, AHangingPolkitHoldsUpNobodyElse) {
    ASSERT_EQ(addIsp(), "");
    polkit_->set("verdict", "hang");
    auto waiting = proxy(names::kBusName, names::connectionPath("isp"));
    bool answered = false;
    waiting->callMethodAsync("Up")
        .onInterface(names::kConnectionInterface)
        .withArguments(Variants{})
        .uponReplyInvoke([&](bus::CallError) { answered = true; });
    polkit_->waitCalls(2);
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(isp("GetStatistics"), "");
    EXPECT_FALSE(answered);
    polkit_->set("verdict", "yes");
    polkit_->resume();
    EXPECT_TRUE(becomes("up"));
}

TEST_F(Refusal, WithoutPolkitRootMay) {
    ASSERT_EQ(addIsp(), "");
    polkit_->kill();
    EXPECT_EQ(up(), "") << text_;
}

TEST_F(Refusal, WithoutAResolverTheLinkIsUpAllTheSame) {
    resolved_->kill();
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "") << text_;
    EXPECT_EQ(proxy(names::kBusName, names::kManagerPath)
                  ->getProperty("DnsHandler")
                  .onInterface(names::kManagerInterface)
                  .get<std::string>(),
              "none");
    EXPECT_EQ(down(), "");
}

TEST_F(Refusal, AHangingResolverIsNotWaitedForForEver) {
    for (const char* method : {"SetLinkDNS", "SetLinkDomains", "SetLinkDefaultRoute", "RevertLink"}) {
        resolved_->set(method, "hang");
    }
    ASSERT_EQ(addIsp(), "");
    EXPECT_EQ(up(), "") << text_;
    EXPECT_EQ(down(), "") << text_;
    EXPECT_EQ(state(), "down");
}

TEST_F(Refusal, BadInputIsExplainedAndChangesNothing) {
    const Variants none;
    EXPECT_EQ(manager("AddConnection", std::string(".x"), profile(), none), "InvalidName");
    EXPECT_EQ(manager("AddConnection", std::string("../x"), profile(), none), "InvalidName");
    EXPECT_EQ(manager("AddConnection", std::string(65, 'x'), profile(), none), "InvalidName");
    EXPECT_EQ(manager("AddConnection", std::string("isp"), std::string("{"), none), "InvalidProfile");
    EXPECT_EQ(manager("AddConnection", std::string("isp"),
                      std::string(R"({"type":"pppoe","pppoe":{"interfce":"v0"},"ppp":{"mru":5},"hooks":3})"),
                      none),
              "InvalidProfile");
    for (const char* part : {"/pppoe/interfce", "\"interface\"", "/ppp/mru", "/hooks"}) {
        EXPECT_NE(text_.find(part), std::string::npos) << part << " in: " << text_;
    }
    EXPECT_EQ(manager("AddConnection", std::string("isp"), std::string(70000, ' '), none), "InvalidProfile");
    EXPECT_EQ(manager("AddConnection", std::string("isp"), profile(),
                      Variants{{"password", sdbus::Variant{std::string(256, 'x')}}}),
              "InvalidProfile");
    EXPECT_EQ(manager("AddConnection", std::string("isp"), profile(),
                      Variants{{"pasword", sdbus::Variant{std::string("x")}}}),
              "InvalidProfile");
    EXPECT_FALSE(std::filesystem::exists(folder() + "/etc/connections/isp.json"));
    ASSERT_EQ(addIsp(), "");
    EXPECT_EQ(addIsp(), "AlreadyExists");
    const std::string invalidArgs = "org.freedesktop.DBus.Error.InvalidArgs";
    EXPECT_EQ(isp("Up", Variants{{"wait", sdbus::Variant{std::string("yes")}}}), invalidArgs);
    EXPECT_EQ(isp("Up", Variants{{"wiat", sdbus::Variant{true}}}), invalidArgs);
    EXPECT_EQ(manager("Discover", std::string("v0"), uint32_t{0}), invalidArgs);
    EXPECT_EQ(manager("DiscoverSerial", uint32_t{0}), invalidArgs);
    EXPECT_EQ(manager("DiscoverSerial", uint32_t{60001}), invalidArgs);
    EXPECT_EQ(isp("UpdateProfile", std::string("[]")), "InvalidProfile");
    EXPECT_EQ(state(), "down");
}

TEST_F(Refusal, ABrokenFileDisablesThatConnectionAlone) {
    ASSERT_EQ(addIsp(), "");
    std::ofstream(folder() + "/etc/connections/broken.json")
        << R"({"type":"pppoe","pppoe":{"interfce":"v0"}})";
    ASSERT_EQ(manager("Reload"), "") << text_;
    const std::string path = names::connectionPath("broken");
    const auto broken = proxy(names::kBusName, path);
    EXPECT_EQ(broken->getProperty("State").onInterface(names::kConnectionInterface).get<std::string>(),
              "failed");
    EXPECT_EQ(broken->getProperty("Reason").onInterface(names::kConnectionInterface).get<std::string>(),
              "profile-invalid");
    EXPECT_EQ(call(path, names::kConnectionInterface, "Up", Variants{}), "InvalidProfile");
    EXPECT_EQ(up(), "");
}

TEST_F(Refusal, AFileThatNobodyHasReadIsNotReplaced) {
    ASSERT_EQ(addIsp(), "");
    const std::string mine = "// mine\n" + profile();
    for (const char* name : {"isp", "two"}) {
        std::ofstream(folder() + "/etc/connections/" + name + ".json") << mine;
    }
    EXPECT_EQ(isp("UpdateProfile", profile(R"(,"priority":7)")), "Failed");
    EXPECT_NE(text_.find("connections/isp.json was written by somebody else and is not read yet; Reload"),
              std::string::npos)
        << text_;
    EXPECT_EQ(manager("AddConnection", std::string("two"), profile(), Variants{}), "Failed");
    for (const char* name : {"isp", "two"}) {
        std::stringstream now;
        now << std::ifstream(folder() + "/etc/connections/" + name + ".json").rdbuf();
        EXPECT_EQ(now.str(), mine);
    }
    ASSERT_EQ(manager("Reload"), "") << text_;
    EXPECT_EQ(isp("UpdateProfile", profile(R"(,"priority":7)")), "") << text_;
    EXPECT_EQ(manager("AddConnection", std::string("two"), profile(), Variants{}), "AlreadyExists");
}

TEST_F(Refusal, AFileThatTheBusCannotCarryIsAnErrorAtOnce) {
    using namespace std::string_literals;
    ASSERT_EQ(addIsp(), ""); // the folder is there
    for (const std::string& content : {"{\"type\": \"pppoe\", // B\xfcro\n}"s, "{\"a\": 1}\0{}"s}) {
        std::ofstream(folder() + "/etc/connections/bad.json", std::ios::binary) << content;
        ASSERT_EQ(manager("Reload"), "") << text_;
        EXPECT_EQ(call(names::connectionPath("bad"), names::kConnectionInterface, "GetProfile"),
                  "InvalidProfile");
        EXPECT_NE(text_.find("UTF-8"), std::string::npos) << text_;
    }
}

TEST_F(Refusal, NothingIsStoredForWhatIsBeingRemoved) {
    script("default", goodScript() + "sleep 2000\n");
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "") << text_;
    const auto isp = proxy(names::kBusName, names::connectionPath("isp"));
    std::map<std::string, std::string> answers;
    const auto answer = [&](const std::string& call) {
        return [&answers, call](bus::CallError error) {
            answers[call] = error ? std::string(error->getName()) : std::string();
        };
    };
    isp->callMethodAsync("Remove").onInterface(names::kConnectionInterface).uponReplyInvoke(answer("Remove"));
    isp->callMethodAsync("UpdateProfile")
        .onInterface(names::kConnectionInterface)
        .withArguments(profile(R"(,"autoconnect":true)"))
        .uponReplyInvoke(answer("UpdateProfile"));
    isp->callMethodAsync("SetSecrets")
        .onInterface(names::kConnectionInterface)
        .withArguments(Variants{{"password", sdbus::Variant{std::string("x")}}})
        .uponReplyInvoke(answer("SetSecrets"));
    EXPECT_TRUE(test::eventually([&] {
        bus::processOne(*client_);
        return answers.size() == 3;
    }));
    EXPECT_EQ(answers["Remove"], "");
    EXPECT_EQ(answers["UpdateProfile"], "org.ppp.Error.NoSuchConnection");
    EXPECT_EQ(answers["SetSecrets"], "org.ppp.Error.NoSuchConnection");
    EXPECT_FALSE(std::filesystem::exists(folder() + "/etc/connections/isp.json"));
    EXPECT_FALSE(std::filesystem::exists(folder() + "/etc/secrets/isp.json"));
}

TEST_F(Refusal, TooManyPendingCallsAreRefused) {
    ASSERT_EQ(addIsp(), "");
    polkit_->set("verdict", "hang");
    auto object = proxy(names::kBusName, names::connectionPath("isp"));
    int refused = 0;
    for (int i = 0; i < 70; ++i) {
        object->callMethodAsync("Up")
            .onInterface(names::kConnectionInterface)
            .withArguments(Variants{})
            .uponReplyInvoke([&](bus::CallError error) {
                refused += error && error->getName() == "org.ppp.Error.LimitExceeded" ? 1 : 0;
            });
    }
    EXPECT_TRUE(test::eventually([&] {
        bus::processOne(*client_);
        return refused == 6;
    })) << refused;
}

TEST_F(Refusal, ThePasswordIsInNoAnswer) {
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "");
    std::map<sdbus::ObjectPath, std::map<std::string, Variants>> all;
    proxy(names::kBusName, names::kRootPath)
        ->callMethod("GetManagedObjects")
        .onInterface("org.freedesktop.DBus.ObjectManager")
        .storeResultsTo(all);
    ASSERT_EQ(all.count(sdbus::ObjectPath{names::connectionPath("isp")}), 1U);
    for (const auto& [path, interfaces] : all) {
        for (const auto& [interface, properties] : interfaces) {
            for (const auto& [name, value] : properties) {
                if (value.containsValueOfType<std::string>()) {
                    EXPECT_EQ(value.get<std::string>().find(kPassword), std::string::npos) << name;
                }
            }
        }
    }
    std::string stored;
    proxy(names::kBusName, names::connectionPath("isp"))
        ->callMethod("GetProfile")
        .onInterface(names::kConnectionInterface)
        .storeResultsTo(stored);
    EXPECT_EQ(stored, profile());
    for (const char* file : {"isp.argv", "isp.environ"}) {
        std::stringstream text;
        text << std::ifstream(folder() + "/pppd.d/" + file).rdbuf();
        EXPECT_GT(text.str().size(), 0U);
        EXPECT_EQ(text.str().find(kPassword), std::string::npos) << file;
    }
}

} // namespace
