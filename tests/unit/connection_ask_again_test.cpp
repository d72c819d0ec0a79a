// SPDX-License-Identifier: LGPL-2.1-or-later
// Secret agents that are asked once more: after a mistake, and while others want the link, too.
#include "ask_fixture.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;

TEST_F(Asked, ATypingErrorIsNotTrustedForAnEarlierRightOne) {
    startBare();
    enroll(":1.1");
    Answer answer;
    up(answer);
    give("right");
    negotiate();
    address();
    ASSERT_EQ(state(), "up");
    isp().down(false, [](const auto&) {});
    end();
    Answer again;
    up(again);
    give("rihgt");
    refuse();
    EXPECT_EQ(asked(), 3U) << "at once, with the server's words";
    EXPECT_FALSE(again.came);
}

TEST_F(Asked, AScriptThatJoinsSendsNobodyAway) {
    startBare();
    enroll(":1.1"); // not active: only because it called
    Answer person;
    Answer script;
    up(person);
    up(script, ":1.99", false);
    give("wrong");
    refuse();
    EXPECT_EQ(asked(), 2U);
    EXPECT_EQ(askedLast(), ":1.1");
}

} // namespace
