// SPDX-License-Identifier: LGPL-2.1-or-later
// PolkitAuthority against a stand-in that allows, denies, hangs, vanishes and is absent.
#include "sys/polkit_authority.hpp"

#include <csignal>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "child_process.hpp"
#include "fake.hpp"
#include "loop_fixture.hpp"
#include "sys/name_watcher.hpp"

namespace ppp::test {
namespace {

using namespace std::chrono_literals;
using core::Authority;

constexpr const char* kAction = "org.ppp.manager.control";
constexpr const char* kNobody = "65534";

struct Answer {
    Authority::Decision decision;
    std::string why;
};

class PolkitTest : public ::testing::Test {
protected:
    // Root is treated differently from others, so both are needed.
    void SetUp() override { ASSERT_EQ(geteuid(), 0U) << "bus tests run as root"; }

    std::unique_ptr<core::Pending> ask(const std::string& sender, bool interactive = false,
                                       const std::map<std::string, std::string>& details = {}) {
        return authority().check(sender, kAction, details, interactive,
                                 [this](Authority::Decision d, const std::string& why) {
                                     ++answers;
                                     answer = Answer{d, why};
                                 });
    }
    bool answered() {
        return fixture.eventually([this] { return answer.has_value(); });
    }
    bool allowed() const { return answer && answer->decision == Authority::Decision::Allowed; }
    bool denied() const { return answer && answer->decision == Authority::Decision::Denied; }
    sys::PolkitAuthority& authority() {
        if (!authority_) {
            authority_ =
                std::make_unique<sys::PolkitAuthority>(fixture.loop, *fixture.bus, watcher, patience);
        }
        return *authority_;
    }
    void startPolkit() { polkit = std::make_unique<Fake>(PPP_TEST_FAKE_POLKIT, "polkit"); }
    // What the stand-in was told beside the questions themselves.
    std::size_t cancellations() {
        fixture.settle();
        std::size_t count = 0;
        for (const auto& call : polkit->calls()) {
            count += call.starts_with("cancel ") ? 1 : 0;
        }
        return count;
    }

    BusLoop fixture;
    sys::NameWatcher watcher{fixture.loop, *fixture.bus};
    sys::PolkitAuthority::Patience patience;
    std::unique_ptr<sys::PolkitAuthority> authority_;
    std::unique_ptr<Fake> polkit;
    ChildProcess root{{PPP_TEST_BUS_CLIENT}};
    ChildProcess other{{PPP_TEST_BUS_CLIENT, kNobody}};
    std::string rootName = root.readLine();
    std::string otherName = other.readLine();
    std::optional<Answer> answer;
    int answers = 0;
};

TEST_F(PolkitTest, AsksForTheSenderWithDetailsAndFlag) {
    startPolkit();
    polkit->set("verdict", "yes");
    const auto pending = ask(otherName, true, {{"connection", "isp"}});
    EXPECT_FALSE(answer) << "no answer from within the call";
    ASSERT_TRUE(answered());
    EXPECT_TRUE(allowed());
    EXPECT_EQ(answer->why, "");
    const auto calls = polkit->calls();
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_EQ(calls[0], "check org.ppp.manager.control " + otherName + " 1 ppp-manager-1 connection=isp");
    EXPECT_EQ(cancellations(), 0U);
}

TEST_F(PolkitTest, WithoutInteractionTheFlagIsOff) {
    startPolkit();
    polkit->set("verdict", "challenge");
    const auto pending = ask(otherName);
    ASSERT_TRUE(answered());
    EXPECT_TRUE(denied());
    EXPECT_EQ(answer->why, "this needs authentication, and interaction was not allowed");
    EXPECT_EQ(polkit->calls().at(0), "check org.ppp.manager.control " + otherName + " 0 ppp-manager-1");
}

TEST_F(PolkitTest, DenialIsDenialForRootToo) {
    startPolkit();
    polkit->set("verdict", "no");
    const auto pending = ask(rootName);
    ASSERT_TRUE(answered());
    EXPECT_TRUE(denied());
    EXPECT_EQ(answer->why, "polkit does not allow it");
}

TEST_F(PolkitTest, SeveralQuestionsAtOnceGetTheirOwnAnswers) {
    startPolkit();
    polkit->set("verdict", "yes");
    polkit->set("org.ppp.manager.modify", "no");
    std::string order;
    const auto note = [&](char c) {
        return [&order, c](Authority::Decision d, const std::string&) {
            order += c;
            order += d == Authority::Decision::Allowed ? '+' : '-';
        };
    };
    const auto a = authority().check(otherName, kAction, {}, false, note('a'));
    const auto b = authority().check(otherName, "org.ppp.manager.modify", {}, false, note('b'));
    const auto c = authority().check(rootName, kAction, {}, false, note('c'));
    ASSERT_TRUE(fixture.eventually([&] { return order.size() == 6; }));
    EXPECT_EQ(order, "a+b-c+");
}

TEST_F(PolkitTest, WithoutPolkitRootOnly) {
    auto pending = ask(rootName);
    ASSERT_TRUE(answered());
    EXPECT_TRUE(allowed());
    EXPECT_EQ(answer->why, "polkit is not running: root is allowed");
    answer.reset();
    pending = ask(otherName);
    ASSERT_TRUE(answered());
    EXPECT_TRUE(denied());
    EXPECT_EQ(answer->why, "polkit is not running: only root is allowed");
}

TEST_F(PolkitTest, HangingPolkitRootOnlyAfterPatience) {
    patience.machine = 50ms;
    startPolkit();
    polkit->set("verdict", "hang");
    auto pending = ask(otherName);
    ASSERT_TRUE(answered());
    EXPECT_TRUE(denied());
    EXPECT_EQ(answer->why, "polkit does not answer: only root is allowed");
    EXPECT_EQ(cancellations(), 1U);
    answer.reset();
    pending = ask(rootName);
    ASSERT_TRUE(answered());
    EXPECT_TRUE(allowed());
    EXPECT_EQ(answer->why, "polkit does not answer: root is allowed");
    EXPECT_EQ(cancellations(), 2U);
}

TEST_F(PolkitTest, AnInteractiveQuestionDoesNotWaitForAPersonWherePolkitHangs) {
    patience.machine = 50ms;
    patience.life = 50ms;
    startPolkit();
    polkit->process().signal(SIGSTOP);
    const auto pending = ask(otherName, true);
    ASSERT_TRUE(answered());
    EXPECT_TRUE(denied());
    EXPECT_EQ(answer->why, "polkit does not answer: only root is allowed");
    polkit->process().signal(SIGCONT);
}

TEST_F(PolkitTest, APersonMayTakeLongerThanAMachine) {
    patience.machine = 30ms;
    startPolkit();
    polkit->set("verdict", "hang");
    const auto pending = ask(otherName, true);
    polkit->waitCalls(1);
    bool later = false;
    const auto timer = fixture.loop.after(200ms, [&] { later = true; });
    ASSERT_TRUE(fixture.eventually([&] { return later; }));
    EXPECT_FALSE(answer);
    polkit->set("verdict", "yes");
    polkit->resume();
    ASSERT_TRUE(answered());
    EXPECT_TRUE(allowed());
}

TEST_F(PolkitTest, APersonDoesNotTakeForEver) {
    patience.machine = 20ms;
    patience.person = 100ms;
    startPolkit();
    polkit->set("verdict", "hang");
    const auto pending = ask(otherName, true);
    ASSERT_TRUE(answered());
    EXPECT_TRUE(denied());
    EXPECT_EQ(answer->why, "nobody authenticated in time");
    EXPECT_EQ(cancellations(), 1U);
}

TEST_F(PolkitTest, InteractiveRootDoesNotWaitForAPerson) {
    patience.machine = 50ms;
    startPolkit();
    polkit->set("verdict", "hang");
    const auto pending = ask(rootName, true);
    ASSERT_TRUE(answered());
    EXPECT_TRUE(allowed());
}

TEST_F(PolkitTest, DestroyingThePendingCancelsAndSilences) {
    startPolkit();
    polkit->set("verdict", "hang");
    auto pending = ask(otherName, true);
    polkit->waitCalls(1);
    pending.reset();
    polkit->set("verdict", "yes");
    fixture.settle();
    polkit->resume();
    EXPECT_EQ(polkit->waitCalls(2).at(1), "cancel ppp-manager-1");
    fixture.settle();
    EXPECT_EQ(answers, 0);
}

TEST_F(PolkitTest, AVanishingCallerCancels) {
    startPolkit();
    polkit->set("verdict", "hang");
    const auto pending = ask(otherName, true);
    polkit->waitCalls(1);
    fixture.settle();
    other.closeInput();
    ASSERT_TRUE(answered());
    EXPECT_TRUE(denied());
    EXPECT_EQ(answer->why, "the caller has left the bus");
    EXPECT_EQ(cancellations(), 1U);
}

TEST_F(PolkitTest, ACallerThatWasGoneBeforeIsNoticed) {
    startPolkit();
    polkit->set("verdict", "hang");
    other.closeInput();
    other.wait();
    fixture.settle();
    const auto pending = ask(otherName, true);
    ASSERT_TRUE(answered());
    EXPECT_TRUE(denied());
    EXPECT_EQ(answer->why, "the caller has left the bus");
}

TEST_F(PolkitTest, PolkitThatDiesOnTheQuestionIsNoVerdict) {
    startPolkit();
    polkit->set("verdict", "crash");
    const auto pending = ask(otherName);
    ASSERT_TRUE(answered());
    EXPECT_TRUE(denied());
    EXPECT_EQ(answer->why, "polkit went away without an answer: only root is allowed");
}

TEST_F(PolkitTest, AnErrorOfPolkitIsNoVerdictAndItsWordsAreHarmless) {
    startPolkit();
    polkit->set("verdict", "error org.freedesktop.PolicyKit1.Error.Failed Action is not\x1b[31m registered");
    auto pending = ask(otherName);
    ASSERT_TRUE(answered());
    EXPECT_TRUE(denied());
    EXPECT_EQ(answer->why, "polkit cannot decide: Action is not\\x1B[31m registered: only root is allowed");
    answer.reset();
    pending = ask(rootName);
    ASSERT_TRUE(answered());
    EXPECT_TRUE(allowed());
}

TEST_F(PolkitTest, CalledOffDialogueIsDenied) {
    startPolkit();
    polkit->set("verdict", "error org.freedesktop.PolicyKit1.Error.Cancelled bye");
    const auto pending = ask(rootName, true);
    ASSERT_TRUE(answered());
    EXPECT_TRUE(denied());
    EXPECT_EQ(answer->why, "the authentication was called off");
}

TEST_F(PolkitTest, TheAnswerMayDestroyItsPending) {
    startPolkit();
    polkit->set("verdict", "yes");
    std::unique_ptr<core::Pending> pending;
    bool done = false;
    pending = authority().check(otherName, kAction, {}, true, [&](Authority::Decision, const std::string&) {
        pending.reset();
        done = true;
    });
    ASSERT_TRUE(fixture.eventually([&] { return done; }));
    fixture.settle();
    EXPECT_EQ(cancellations(), 0U);
}

} // namespace
} // namespace ppp::test
