// SPDX-License-Identifier: LGPL-2.1-or-later
// Secrets before the engine starts, and a peer that has to prove itself.
#include "connection_fixture.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

constexpr const char* kMutual =
    R"({"type":"pppoe","pppoe":{"interface":"eth0"},"auth":{"user":"a","require":["chap"]}})";
constexpr const char* kTheirs =
    R"({"type":"pppoe","pppoe":{"interface":"eth0"},"auth":{"require":["chap"]}})";
constexpr const char* kEmpty =
    R"({"type":"pppoe","pppoe":{"interface":"eth0"},"auth":{"user":"a","allow-empty-password":true}})";

Secrets one(const char* key, const char* value) {
    Secrets out;
    out.emplace(key, Secret(value));
    return out;
}

struct ProvingLine : Line {
    void start(const std::string& profile) {
        m.addProfile("isp", profile);
        m.profiles.secrets["isp"].emplace("peer-password", Secret("theirs"));
        restart();
    }
    void peerFails() {
        phase(PPPM_PHASE_SERIALCONN);
        engine().report(engine::Session{5, {}, "ac"});
        engine().report(engine::LcpUp{1492, 1492});
        phase(PPPM_PHASE_AUTHENTICATE);
        engine().report(engine::Auth{0xc223, PPPM_VERDICT_ACCEPTED, "welcome", 5});
        engine().report(engine::PeerAuth{0xc223, PPPM_VERDICT_REFUSED, "mallory", 5});
        end(11);
    }
};

TEST_F(ProvingLine, APeerThatCannotProveItselfIsGivenUpThoughOurPasswordWorks) {
    start(kMutual);
    Answer up;
    isp().up({true, 0s}, up.done());
    peerFails();
    ASSERT_TRUE(up.came);
    EXPECT_EQ(up.text().rfind("peer-auth-failed:", 0), 0U) << up.text();
    EXPECT_NE(up.text().find("mallory"), std::string::npos);
    EXPECT_EQ(state(), "waiting");
    for (int attempt = 2; attempt <= 3; ++attempt) {
        toNextAttempt();
        ASSERT_EQ(state(), "connecting");
        peerFails();
    }
    EXPECT_EQ(state(), "failed");
    manager->setSecrets(isp(), one("peer-password", "right"));
    EXPECT_EQ(state(), "connecting") << "a new secret is tried at once";
}

TEST_F(ProvingLine, APeerThatProvesItselfAndRefusesUsIsGivenUp) {
    start(kMutual);
    isp().up({}, [](const auto&) {});
    for (int attempt = 1; attempt <= 3; ++attempt) {
        ASSERT_EQ(state(), "connecting") << attempt;
        phase(PPPM_PHASE_SERIALCONN);
        engine().report(engine::Session{5, {}, "ac"});
        engine().report(engine::LcpUp{1492, 1492});
        phase(PPPM_PHASE_AUTHENTICATE);
        engine().report(engine::PeerAuth{0xc223, PPPM_VERDICT_ACCEPTED, "isp", 5});
        engine().report(engine::Auth{0xc223, PPPM_VERDICT_REFUSED, "no", 5});
        end(19);
        if (attempt < 3) {
            toNextAttempt();
        }
    }
    EXPECT_EQ(state(), "failed");
    EXPECT_EQ(isp().view().reason, "auth-failed");
}

TEST_F(ProvingLine, OurOwnPasswordIsNotWhatThePeerProves) {
    start(kMutual);
    Secrets own = one("password", "pw");
    m.profiles.secrets["isp"] = std::move(own);
    Answer up;
    isp().up({true, 0s}, up.done());
    EXPECT_EQ(up.text().rfind("secrets-missing:", 0), 0U) << up.text();
    EXPECT_NE(up.text().find("--peer-password"), std::string::npos);
    EXPECT_EQ(m.engines.launches, 0);
}

TEST_F(ProvingLine, NothingToProveIsNoDial) {
    start(kTheirs);
    m.profiles.secrets.clear();
    Answer up;
    isp().up({true, 0s}, up.done());
    EXPECT_EQ(up.text().rfind("secrets-missing:", 0), 0U) << up.text();
    EXPECT_NE(up.text().find("--peer-password"), std::string::npos);
    EXPECT_EQ(m.engines.launches, 0);
    manager->setSecrets(isp(), one("peer-password", "right"));
    EXPECT_EQ(state(), "connecting");
}

TEST_F(ProvingLine, AnEmptyPasswordIsOneWhereItIsAllowed) {
    start(kEmpty);
    m.profiles.secrets.clear();
    isp().up({}, [](const auto&) {});
    ASSERT_EQ(state(), "connecting");
    EXPECT_TRUE(m.engines.hadPassword);
    EXPECT_EQ(m.engines.lastPassword, "");
}

TEST_F(ProvingLine, AServerThatAsksAndNobodyHasAPassword) {
    start(R"({"type":"pppoe","pppoe":{"interface":"eth0"}})");
    m.profiles.secrets.clear();
    Answer up;
    isp().up({true, 0s}, up.done());
    engine().report(engine::Session{5, {}, "ac"});
    engine().report(engine::Auth{0xc023, PPPM_VERDICT_DECLINED, {}, 0});
    engine().report(engine::LcpUp{1492, 1492});
    phase(PPPM_PHASE_NETWORK);
    engine().report(engine::LcpTerminated{"peer refused to authenticate"});
    end(16);
    EXPECT_EQ(up.text().rfind("secrets-missing:", 0), 0U) << up.text();
    EXPECT_EQ(isp().view().details.count("auth-protocol"), 0U) << "it was not used";
}

} // namespace
