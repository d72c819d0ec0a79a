// SPDX-License-Identifier: LGPL-2.1-or-later
// A wrong PIN is sent once in the life of a SIM, whatever dies, is retried or is asked for in between.
#include "core/pin_guard.hpp"

#include <gtest/gtest.h>

#include "connection_fixture.hpp"

namespace ppp::test {
namespace {

TEST(PinGuard, GivesOnceAndAgainOnlyWhatWasAccepted) {
    FakeProfiles store;
    EXPECT_FALSE(pinFor("sim", store).pin);
    store.secrets["sim"].insert_or_assign("pin", Secret("1234"));

    PinAnswer first = pinFor("sim", store);
    ASSERT_TRUE(first.pin);
    EXPECT_EQ(first.pin->view(), "1234");
    EXPECT_EQ(store.pinStates["sim"], PinState::Trying) << "stored before it goes out";

    const PinAnswer unknown = pinFor("sim", store);
    EXPECT_FALSE(unknown.pin);
    EXPECT_NE(unknown.why.find("never told"), std::string::npos) << unknown.why;

    notePinResult("sim", store, true);
    for (int powerOn = 0; powerOn < 3; ++powerOn) {
        EXPECT_TRUE(pinFor("sim", store).pin);
        EXPECT_EQ(store.pinStates["sim"], PinState::Trying) << "the SIM may be another one";
        notePinResult("sim", store, true);
        EXPECT_EQ(store.pinStates["sim"], PinState::Accepted);
    }
    EXPECT_TRUE(pinFor("sim", store).pin);
    EXPECT_FALSE(pinFor("sim", store).pin) << "nobody told what became of it";

    notePinResult("sim", store, false);
    const PinAnswer refused = pinFor("sim", store);
    EXPECT_FALSE(refused.pin);
    EXPECT_NE(refused.why.find("refused"), std::string::npos) << refused.why;

    forgetPin("sim", store);
    notePinResult("sim", store, false);
    EXPECT_EQ(store.pinStates["sim"], PinState::Fresh) << "that was the other PIN";
    EXPECT_TRUE(pinFor("sim", store).pin);
}

TEST(PinGuard, GivesNothingItCannotRemember) {
    FakeProfiles store;
    store.secrets["sim"].insert_or_assign("pin", Secret("1234"));
    store.full = true;
    const PinAnswer answer = pinFor("sim", store);
    EXPECT_FALSE(answer.pin);
    EXPECT_NE(answer.why.find("No space left"), std::string::npos) << answer.why;
    store.full = false;
    store.busy = true;
    EXPECT_FALSE(pinFor("sim", store).pin);
    store.busy = false;
    store.pinStates["sim"] = PinState::Accepted;
    store.full = true;
    EXPECT_FALSE(pinFor("sim", store).pin);
    store.full = false;
    EXPECT_TRUE(pinFor("sim", store).pin) << "a disk that was full costs nothing";
}

TEST(PinGuard, OnlyDigitsAreAPin) {
    for (const char* good : {"1234", "00000000"}) {
        EXPECT_NO_THROW(checkPin("pin", good));
    }
    for (const char* bad : {"", "123", "123456789", "12a4", "12 4", "1234\r", "1234\"", "\xd9\xa1\xd9\xa2"}) {
        EXPECT_THROW(checkPin("pin", bad), Error) << bad;
        EXPECT_NO_THROW(checkPin("password", bad));
        FakeProfiles store;
        store.secrets["sim"].insert_or_assign("pin", Secret(bad));
        EXPECT_FALSE(pinFor("sim", store).pin) << bad;
        EXPECT_EQ(store.pinState("sim"), PinState::Fresh) << "nothing was tried";
    }
}

/// A modem whose SIM counts, over any number of daemons and engines.
struct PinStory : Line {
    void begin() {
        m.profiles.secrets["isp"].insert_or_assign("pin", Secret("9999"));
        start();
    }
    /// The engine asks for the PIN and, where it gets one, may tell that it is wrong; then it ends.
    void askInVain(bool tellsResult = true) {
        ASSERT_NE(m.engines.of("isp"), nullptr);
        engine().report(engine::PinWanted{});
        ASSERT_EQ(engine().pins.size(), 1U) << "every question is answered";
        if (engine().pins[0]) {
            ++sent;
            if (tellsResult) {
                engine().report(engine::PinResult{false, "+CME ERROR: 16"});
            }
        }
        engine().report(engine::Failure{Reason::SecretsMissing, "no PIN"});
        end(8);
    }
    int sent = 0;
};

TEST_F(PinStory, AWrongPinIsSentOnceOverUpsAndDaemons) {
    begin();
    for (int life = 0; life < 3; ++life) {
        for (int up = 0; up < 4; ++up) {
            Answer answer;
            isp().up({true, Duration(0)}, answer.done());
            askInVain();
            EXPECT_TRUE(answer.came);
            EXPECT_EQ(isp().view().reason, "secrets-missing");
            EXPECT_EQ(state(), "failed") << "not retried by itself";
            EXPECT_NE(isp().view().reasonText.find("set-secret isp --pin"), std::string::npos)
                << isp().view().reasonText;
        }
        manager->handOver();
        manager.reset();
        restart();
    }
    EXPECT_EQ(sent, 1);
}

TEST_F(PinStory, AnEngineThatDiesOverItCountsAsAnAttempt) {
    begin();
    for (int up = 0; up < 3; ++up) {
        isp().up({}, [](const auto&) {});
        askInVain(false);
    }
    EXPECT_EQ(sent, 1);
}

TEST_F(PinStory, ADaemonThatDiesOverItCountsAsAnAttempt) {
    begin();
    isp().up({}, [](const auto&) {});
    engine().report(engine::PinWanted{});
    ASSERT_EQ(engine().pins.size(), 1U);
    EXPECT_EQ(engine().pins[0], "9999");
    manager->handOver(); // what the modem said was read by nobody
    manager.reset();
    m.engines.survivors.insert("isp");
    restart();
    askInVain();
    EXPECT_EQ(sent, 0);
}

TEST_F(PinStory, AQuestionThatIsSaidAgainIsNoSecondOne) {
    begin();
    isp().up({}, [](const auto&) {});
    engine().report(engine::PinWanted{});
    engine().report(engine::PinWanted{}); // as to a daemon that asks for what is standing
    EXPECT_EQ(engine().pins.size(), 1U);
    EXPECT_EQ(engine().pins[0], "9999");
    engine().report(engine::PinResult{true, "OK"});
    engine().report(engine::Failure{Reason::ModemBusy, "BUSY"});
    end(8);
    EXPECT_EQ(isp().view().reason, "modem-busy");
    EXPECT_EQ(m.profiles.pinStates["isp"], PinState::Accepted);
    toNextAttempt();
    engine().report(engine::PinWanted{});
    EXPECT_EQ(engine().pins.size(), 1U) << "another engine's is another";
}

TEST_F(PinStory, AnAnswerOfTheDaemonBeforeCountsWhereTheQuestionComesAgain) {
    begin();
    isp().up({}, [](const auto&) {});
    engine().report(engine::PinWanted{});
    manager->handOver();
    manager.reset();
    m.engines.survivors.insert("isp");
    restart();
    engine().report(engine::PinWanted{}); // it has not read the answer yet
    engine().report(engine::PinResult{true, "OK"});
    engine().report(engine::Failure{Reason::ModemBusy, "BUSY"});
    end(8);
    EXPECT_EQ(isp().view().reason, "modem-busy");
}

TEST_F(PinStory, ANewPinIsTriedAtOnce) {
    begin();
    isp().up({}, [](const auto&) {});
    askInVain();
    Secrets other;
    other.emplace("password", Secret("word"));
    manager->setSecrets(isp(), other);
    EXPECT_EQ(m.profiles.pinStates["isp"], PinState::Refused) << "another secret changes nothing";
    askInVain();
    EXPECT_EQ(sent, 1);

    Secrets pin;
    pin.emplace("pin", Secret("1234"));
    manager->setSecrets(isp(), pin);
    ASSERT_NE(m.engines.of("isp"), nullptr);
    engine().report(engine::PinWanted{});
    ASSERT_EQ(engine().pins.size(), 1U);
    EXPECT_EQ(engine().pins[0], "1234");
    engine().report(engine::PinResult{true, "OK"});
    EXPECT_EQ(m.profiles.pinStates["isp"], PinState::Accepted);

    Secrets bad;
    bad.emplace("pin", Secret("12ab"));
    EXPECT_THROW(manager->setSecrets(isp(), bad), Error);
}

TEST_F(PinStory, AResultIsNotedOnTheWayDown) {
    begin();
    isp().up({}, [](const auto&) {});
    engine().report(engine::PinWanted{});
    isp().down(false, [](const auto&) {});
    engine().report(engine::PinResult{false, "ERROR"});
    EXPECT_EQ(m.profiles.pinStates["isp"], PinState::Refused);
}

} // namespace
} // namespace ppp::test
