// SPDX-License-Identifier: LGPL-2.1-or-later
// Every pair of state and event, and the words for them.
#include "core/state.hpp"

#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>

namespace {

using namespace ppp::core;

using Row = std::map<Event, State>;

// Written out once more by hand, so that a slip in the table shows: what is not here must have no transition.
const std::map<State, Row> kExpected{
    {State::Down,
     {{Event::UpRequested, State::Connecting},
      {Event::DownRequested, State::Down},
      {Event::Proceed, State::Connecting},
      {Event::GiveUp, State::Failed},
      {Event::SettledWaiting, State::Waiting}}},
    {State::Waiting,
     {{Event::UpRequested, State::Connecting},
      {Event::DownRequested, State::Down},
      {Event::RedialRequested, State::Connecting},
      {Event::Proceed, State::Connecting},
      {Event::SettledWaiting, State::Waiting},
      {Event::SettledDown, State::Down},
      {Event::Stop, State::Disconnecting},
      {Event::Ended, State::Disconnecting},
      {Event::GiveUp, State::Failed}}},
    {State::Connecting,
     {{Event::UpRequested, State::Connecting},
      {Event::DownRequested, State::Disconnecting},
      {Event::RedialRequested, State::Connecting},
      {Event::Completed, State::Up},
      {Event::Stop, State::Disconnecting},
      {Event::Ended, State::Disconnecting},
      {Event::SettledWaiting, State::Waiting},
      {Event::SettledDown, State::Down},
      {Event::GiveUp, State::Failed}}},
    {State::Up,
     {{Event::DownRequested, State::Disconnecting},
      {Event::RedialRequested, State::Disconnecting},
      {Event::Stop, State::Disconnecting},
      {Event::Ended, State::Disconnecting}}},
    {State::Disconnecting,
     {{Event::UpRequested, State::Disconnecting},
      {Event::DownRequested, State::Disconnecting},
      {Event::RedialRequested, State::Disconnecting},
      {Event::Stop, State::Disconnecting},
      {Event::Ended, State::Disconnecting},
      {Event::SettledDown, State::Down},
      {Event::SettledWaiting, State::Waiting},
      {Event::SettledFailed, State::Failed},
      {Event::SettledDial, State::Connecting}}},
    {State::Failed,
     {{Event::UpRequested, State::Connecting},
      {Event::DownRequested, State::Down},
      {Event::Proceed, State::Connecting},
      {Event::SettledDown, State::Down},
      {Event::SettledWaiting, State::Waiting},
      {Event::GiveUp, State::Failed}}},
};

TEST(State, EveryPair) {
    for (const State state : kStates) {
        for (const Event event : kEvents) {
            const Row& row = kExpected.at(state);
            const auto expected = row.find(event);
            const auto got = next(state, event);
            if (expected == row.end()) {
                EXPECT_FALSE(got) << wire(state) << " × " << name(event);
            } else {
                ASSERT_TRUE(got) << wire(state) << " × " << name(event);
                EXPECT_EQ(wire(*got), wire(expected->second)) << wire(state) << " × " << name(event);
            }
        }
    }
}

TEST(State, WordsAreDistinctAndReadBack) {
    std::set<std::string_view> words;
    for (const State state : kStates) {
        EXPECT_TRUE(words.insert(wire(state)).second);
        EXPECT_EQ(stateFromWire(wire(state)), state);
    }
    EXPECT_FALSE(stateFromWire("sideways"));
    for (int i = 0; i <= static_cast<int>(Phase::Running); ++i) {
        EXPECT_EQ(phaseFromWire(wire(static_cast<Phase>(i))), static_cast<Phase>(i));
    }
}

} // namespace
