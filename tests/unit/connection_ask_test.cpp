// SPDX-License-Identifier: LGPL-2.1-or-later
// Secret agents: who is asked, in which order, for how long, and what becomes of a connection by their
// answers, their lies, their silence and their end.
#include "ask_fixture.hpp"
#include "core/limits.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

TEST_F(Asked, TheCallersOwnAgentGivesWhatIsMissing) {
    startBare();
    ASSERT_EQ(enroll(":1.1"), "");
    ASSERT_EQ(enroll(":1.2"), "");
    Answer answer;
    up(answer);
    EXPECT_EQ(state(), "connecting");
    EXPECT_EQ(phaseNow(), "secrets");
    EXPECT_EQ(m.engines.launches, 0) << "before the engine";
    ASSERT_EQ(asked(), 1U);
    EXPECT_EQ(askedLast(), ":1.1") << "its session is not active, but it is the caller";
    const AgentQuestion& question = m.agents.last().question;
    EXPECT_EQ(question.connection, "isp");
    EXPECT_EQ(question.keys, std::vector<std::string>{"password"});
    EXPECT_EQ(question.user, "alice");
    EXPECT_EQ(question.reason, "");
    ASSERT_TRUE(give("from a person"));
    EXPECT_EQ(m.engines.launches, 1);
    EXPECT_EQ(m.engines.lastPassword, "from a person");
    negotiate();
    address();
    EXPECT_EQ(state(), "up");
    EXPECT_TRUE(answer.came);
    EXPECT_TRUE(m.profiles.secrets["isp"].empty()) << "in memory only";
    EXPECT_TRUE(m.agents.cancelled.empty()) << "nothing was open";
}

TEST_F(Asked, WhatWasGivenServesUntilDown) {
    startBare();
    enroll(":1.1");
    Answer answer;
    up(answer);
    give("kept");
    negotiate();
    address();
    end();
    toNextAttempt();
    ASSERT_EQ(m.engines.launches, 2) << "a lost link";
    EXPECT_EQ(m.engines.lastPassword, "kept");
    EXPECT_EQ(asked(), 1U);
    isp().down(false, [](const auto&) {});
    end();
    Answer again;
    up(again);
    EXPECT_EQ(asked(), 2U) << "forgotten with Down";
}

TEST_F(Asked, SomebodyElsesAgentOnlyInAnActiveSession) {
    startBare();
    enroll(":1.1");
    Answer answer;
    up(answer, ":1.77");
    ASSERT_TRUE(answer.came) << "user 1000 is not active";
    EXPECT_EQ(answer.text().rfind("secrets-missing:", 0), 0U) << answer.text();
    EXPECT_EQ(state(), "failed");
    enroll(":1.3");
    m.clock.settle();
    ASSERT_EQ(asked(), 1U) << "a link that failed for want of an agent asks the one that comes";
    EXPECT_EQ(askedLast(), ":1.3");
    give("late but well");
    EXPECT_EQ(m.engines.lastPassword, "late but well");
}

TEST_F(Asked, OneAfterTheOtherUntilOneAnswers) {
    startBare();
    enroll(":1.2");
    enroll(":1.3");
    enroll(":1.1");
    Answer answer;
    up(answer);
    EXPECT_EQ(askedLast(), ":1.1");
    no();
    EXPECT_EQ(askedLast(), ":1.2") << "in the order in which they came";
    m.agents.leave(":1.2");
    m.clock.settle();
    EXPECT_EQ(askedLast(), ":1.3");
    EXPECT_EQ(asked(), 3U);
    give("third");
    EXPECT_EQ(m.engines.lastPassword, "third");
    EXPECT_TRUE(m.agents.cancelled.empty());
}

TEST_F(Asked, SilenceIsANo) {
    startBare();
    enroll(":1.1");
    Answer answer;
    up(answer);
    m.clock.advance(120s - 1us);
    EXPECT_FALSE(answer.came);
    EXPECT_TRUE(m.agents.cancelled.empty());
    m.clock.advance(1us);
    m.clock.settle();
    EXPECT_EQ(m.agents.cancelled, std::vector<std::string>{":1.1 isp"});
    ASSERT_TRUE(answer.came);
    EXPECT_NE(answer.text().find("120 s"), std::string::npos) << answer.text();
    EXPECT_EQ(state(), "failed");
    EXPECT_FALSE(give("too late"));
    EXPECT_EQ(m.engines.launches, 0);
    EXPECT_EQ(m.clock.armed(), 0U);
}

TEST_F(Asked, ANoIsNotAskedAboutAgain) {
    startBare();
    enroll(":1.2");
    Answer answer;
    up(answer);
    no();
    ASSERT_TRUE(answer.came);
    EXPECT_NE(answer.text().find("the dialogue was closed"), std::string::npos) << answer.text();
    enroll(":1.3");
    m.clock.settle();
    EXPECT_EQ(asked(), 1U) << "somebody said no";
    Answer again;
    up(again);
    EXPECT_EQ(asked(), 2U) << "until somebody wants the link again";
}

TEST_F(Asked, LiesAreNoAnswers) {
    const auto lie = [](const std::string& key, const std::string& value) {
        AgentReply reply;
        reply.secrets.emplace("password", Secret("good"));
        reply.secrets.insert_or_assign(key, Secret(value));
        return reply;
    };
    std::vector<AgentReply> lies;
    lies.push_back(lie("password", ""));
    lies.push_back(lie("password", std::string(limits::kSecretSize + 1, 'x')));
    lies.push_back(lie("password", "two\nlines"));
    lies.push_back(lie("password", std::string("a\0b", 3)));
    lies.push_back(lie("pin", "1234"));
    lies.push_back(lie("peer-password", "good"));
    lies.push_back(lie("tunnel-secret", "good"));
    lies.push_back(lie("root", "good"));
    lies.emplace_back();                                                // nothing at all
    lies.push_back({{}, "its \"password\" has the wrong type", false}); // as sys tells it
    startBare();
    enroll(":1.1");
    enroll(":1.2");
    for (AgentReply& one : lies) {
        const std::size_t before = asked();
        Answer answer;
        up(answer);
        ASSERT_EQ(asked(), before + 1);
        m.agents.reply(std::move(one));
        m.clock.settle();
        ASSERT_EQ(asked(), before + 2) << "the next one is asked";
        EXPECT_EQ(askedLast(), ":1.2");
        no();
        ASSERT_TRUE(answer.came);
        EXPECT_EQ(m.engines.launches, 0);
    }
}

TEST_F(Asked, TheLongestSecretIsTaken) {
    startBare();
    enroll(":1.1");
    Answer answer;
    up(answer);
    give(std::string(limits::kSecretSize, '\xff'));
    EXPECT_EQ(m.engines.lastPassword.size(), limits::kSecretSize);
}

TEST_F(Asked, WhoForbidsItIsNotAsked) {
    startBare();
    enroll(":1.1");
    enroll(":1.2");
    Answer answer;
    up(answer, ":1.1", false);
    ASSERT_TRUE(answer.came);
    EXPECT_EQ(asked(), 0U);
    restart(); // and the next life remembers
    enroll(":1.2");
    m.clock.settle();
    EXPECT_EQ(asked(), 0U);
}

TEST_F(Asked, AWrongAnswerIsAskedForAgainWithTheServersWords) {
    startBare();
    enroll(":1.1");
    Answer answer;
    up(answer);
    give("wrong");
    refuse();
    EXPECT_FALSE(answer.came) << "the attempt goes on";
    ASSERT_EQ(asked(), 2U) << "at once";
    EXPECT_EQ(phaseNow(), "secrets");
    EXPECT_EQ(m.agents.last().question.reason, "auth-failed");
    EXPECT_NE(m.agents.last().question.text.find("E=691 who are you"), std::string::npos);
    give("right");
    EXPECT_EQ(m.engines.lastPassword, "right");
    negotiate();
    address();
    EXPECT_EQ(state(), "up");
    ASSERT_TRUE(answer.came);
    EXPECT_FALSE(answer.error);
}

TEST_F(Asked, ThreeWrongAnswersAreTheEnd) {
    startBare();
    enroll(":1.1");
    Answer answer;
    up(answer);
    for (int attempt = 1; attempt <= 3; ++attempt) {
        ASSERT_EQ(asked(), static_cast<std::size_t>(attempt));
        give("wrong");
        refuse();
    }
    ASSERT_TRUE(answer.came);
    EXPECT_EQ(answer.text().rfind("auth-failed:", 0), 0U) << answer.text();
    EXPECT_EQ(state(), "failed");
    EXPECT_EQ(asked(), 3U);
    Answer again;
    up(again);
    ASSERT_EQ(asked(), 4U);
    EXPECT_EQ(m.agents.last().question.reason, "auth-failed") << "why it is asked for is still known";
}

TEST_F(Asked, AStoredPasswordIsTriedBeforeAnybodyIsAsked) {
    start();
    enroll(":1.1");
    Answer answer;
    up(answer);
    EXPECT_EQ(asked(), 0U);
    EXPECT_EQ(m.engines.lastPassword, "secret");
    refuse();
    ASSERT_EQ(asked(), 1U);
    give("better");
    EXPECT_EQ(m.engines.lastPassword, "better");
    negotiate();
    address();
    EXPECT_EQ(state(), "up");
}

TEST_F(Asked, NobodyAtHomeIsTheUsualWait) {
    start();
    enroll(":1.2");
    Answer answer;
    up(answer, "");
    refuse();
    ASSERT_EQ(asked(), 1U);
    m.clock.advance(120s);
    m.clock.settle();
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(phaseNow(), "backoff");
    ASSERT_TRUE(answer.came);
    EXPECT_EQ(answer.text().rfind("auth-failed:", 0), 0U);
    for (int attempt = 2; attempt <= 3; ++attempt) {
        toNextAttempt();
        ASSERT_EQ(m.engines.launches, attempt) << "with the stored one, as without any agent";
        refuse();
    }
    EXPECT_EQ(asked(), 1U) << "not again and again";
    EXPECT_EQ(state(), "failed");
}

TEST_F(Asked, APasswordThatWorkedIsNotDoubted) {
    start();
    enroll(":1.1");
    bringUp();
    m.clock.advance(30min);
    end();
    m.clock.settle();
    refuse("still logged in");
    EXPECT_EQ(asked(), 0U) << "a stale session at the provider looks like this";
    EXPECT_EQ(state(), "waiting");
}

TEST_F(Asked, DownCallsTheQuestionOff) {
    startBare();
    enroll(":1.1");
    Answer answer;
    up(answer);
    Answer down;
    isp().down(true, down.done());
    m.clock.settle();
    EXPECT_TRUE(down.came);
    EXPECT_EQ(state(), "down");
    ASSERT_TRUE(answer.came);
    EXPECT_EQ(answer.text().rfind("user-request:", 0), 0U);
    EXPECT_EQ(m.agents.cancelled, std::vector<std::string>{":1.1 isp"});
    EXPECT_FALSE(give("after Cancel"));
    EXPECT_EQ(m.engines.launches, 0);
    EXPECT_EQ(m.clock.armed(), 0U);
}

TEST_F(Asked, NewSecretsCallTheQuestionOff) {
    startBare();
    enroll(":1.1");
    Answer answer;
    up(answer);
    Secrets secrets;
    secrets.emplace("password", Secret("stored now"));
    manager->setSecrets(isp(), secrets);
    EXPECT_EQ(m.agents.cancelled, std::vector<std::string>{":1.1 isp"});
    EXPECT_EQ(m.engines.lastPassword, "stored now");
    EXPECT_FALSE(give("late"));
}

TEST_F(Asked, TheEndOfTheServiceCallsTheQuestionOff) {
    startBare();
    enroll(":1.1");
    Answer answer;
    up(answer);
    manager->shutdown([] {});
    EXPECT_EQ(m.agents.cancelled.size(), 1U);
    EXPECT_TRUE(answer.came);
}

TEST_F(Asked, WhoWantsTheLinkNowIsAskedNow) {
    startBare(
        R"({"type":"pppoe","pppoe":{"interface":"eth0"},"auth":{"user":"a"},"ipv6":{"enabled":false},"autoconnect":true})");
    enroll(":1.2");
    m.clock.settle();
    ASSERT_EQ(asked(), 1U) << "nobody was there at the start of the daemon";
    EXPECT_EQ(askedLast(), ":1.2");
    enroll(":1.1");
    Answer answer;
    up(answer);
    ASSERT_EQ(asked(), 2U);
    EXPECT_EQ(askedLast(), ":1.1");
    EXPECT_EQ(m.agents.cancelled, std::vector<std::string>{":1.2 isp"});
    Answer twice;
    up(twice);
    EXPECT_EQ(asked(), 2U) << "the same once more changes nothing";
    give("both");
    negotiate();
    address();
    EXPECT_TRUE(answer.came && twice.came);
}

TEST_F(Asked, AnotherLifeAsksAgain) {
    startBare();
    enroll(":1.1");
    Answer answer;
    up(answer);
    ASSERT_EQ(asked(), 1U);
    manager.reset(); // killed: nothing is written on the way out
    m.agents.users[":1.1"] = 1001;
    restart();
    EXPECT_TRUE(isp().wanted());
    EXPECT_EQ(asked(), 1U) << "the agents of the last life are not known";
    enroll(":1.1");
    m.clock.settle();
    ASSERT_EQ(asked(), 2U);
    give("second life");
    EXPECT_EQ(m.engines.lastPassword, "second life");
}

TEST_F(Asked, OthersDialWhileSomebodyTypes) {
    m.addProfile("other");
    startBare();
    m.profiles.password("other", "stored");
    enroll(":1.1");
    Answer answer;
    up(answer);
    manager->get("other").up({}, [](const auto&) {});
    m.clock.settle();
    EXPECT_EQ(m.engines.launches, 1);
}

TEST_F(Asked, WhatThePeerHasToProveIsNoQuestionForAPerson) {
    startBare(R"({"type":"pppoe","pppoe":{"interface":"eth0"},"auth":{"user":"a","require":["chap"]}})");
    enroll(":1.1");
    Answer answer;
    up(answer);
    ASSERT_TRUE(answer.came);
    EXPECT_EQ(asked(), 0U);
}

TEST_F(Asked, LimitsOfAgents) {
    startBare();
    EXPECT_EQ(enroll(":1.1"), "");
    EXPECT_EQ(enroll(":1.1"), "") << "the same again";
    EXPECT_EQ(enroll(":1.1", "/another"), "LimitExceeded") << "one a sender";
    EXPECT_EQ(enroll(":1.99"), "Failed") << "has left already";
    for (std::uint32_t uid = 2000; uid < 2004; ++uid) {
        for (int n = 0; n < 5; ++n) {
            const std::string owner = ":2." + std::to_string(uid * 10 + static_cast<std::uint32_t>(n));
            m.agents.users[owner] = uid;
            const bool room = n < 4 && !(uid == 2003 && n == 3);
            EXPECT_EQ(enroll(owner), room ? "" : "LimitExceeded") << owner;
        }
    }
    EXPECT_EQ(m.agents.watches.size(), limits::kAgents);
    m.agents.leave(":2.20000");
    EXPECT_EQ(m.agents.forgotten, std::vector<std::string>{":2.20000"});
    EXPECT_EQ(enroll(":1.2"), "") << "there is room again";
}

TEST_F(Asked, ManyOfOneUserAtOnceAreCountedWhenTheyAreKnown) {
    startBare();
    std::vector<Answer> answers(5);
    for (int n = 0; n < 5; ++n) {
        const std::string owner = ":3." + std::to_string(n);
        m.agents.users[owner] = 7;
        manager->agents().enroll({owner, "/a"}, answers[static_cast<std::size_t>(n)].done());
    }
    m.agents.tellWho();
    EXPECT_FALSE(answers[3].error);
    ASSERT_TRUE(answers[4].error);
    EXPECT_EQ(answers[4].error->code(), ErrorCode::LimitExceeded);
}

TEST_F(Asked, AnAgentThatSaysGoodbyeIsNotAsked) {
    startBare();
    enroll(":1.1");
    EXPECT_THROW(manager->agents().dismiss({":1.1", "/other"}), Error);
    EXPECT_THROW(manager->agents().dismiss({":1.2", "/agent"}), Error);
    Answer answer;
    up(answer);
    manager->agents().dismiss({":1.1", "/agent"});
    m.clock.settle();
    ASSERT_TRUE(answer.came) << "nobody is left";
    EXPECT_EQ(asked(), 1U);
    EXPECT_FALSE(manager->agents().has(":1.1"));
}

} // namespace
