// SPDX-License-Identifier: LGPL-2.1-or-later
// SleepWatch against a stand-in for systemd-logind.
#include "sys/sleep_watch.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <systemd/sd-bus.h>

#include "fake.hpp"
#include "loop_fixture.hpp"

namespace ppp::test {
namespace {

using Strings = std::vector<std::string>;

const std::string kInhibit = "Inhibit sleep ppp-manager PPP links hang up in order delay";

/// A signal to this one name, as no match keeps it out, from somebody who is not logind.
void forge(const std::string& to) {
    sd_bus* bus = nullptr;
    ASSERT_GE(sd_bus_open_system(&bus), 0);
    sd_bus_message* signal = nullptr;
    ASSERT_GE(sd_bus_message_new_signal(bus, &signal, "/org/freedesktop/login1",
                                        "org.freedesktop.login1.Manager", "PrepareForSleep"),
              0);
    EXPECT_GE(sd_bus_message_append(signal, "b", 1), 0);
    EXPECT_GE(sd_bus_send_to(bus, signal, to.c_str(), nullptr), 0);
    sd_bus_message_unref(signal);
    sd_bus_flush_close_unref(bus);
}

class SleepWatchTest : public ::testing::Test {
protected:
    void startLogind() { logind = std::make_unique<Fake>(PPP_TEST_FAKE_LOGIND, "logind"); }
    void watch() {
        watcher = std::make_unique<sys::SleepWatch>(fixture.loop, *fixture.bus, fixture.journal);
        watcher->listen(
            [this](std::function<void()> done) {
                told.push_back("sleep");
                ready = std::move(done);
            },
            [this] { told.push_back("awake"); });
    }
    /// How many of the inhibitors that were given out are still open.
    std::string held() {
        logind->forget();
        logind->set("look", "");
        return logind->calls().back();
    }
    bool becomesHeld(int count) {
        return fixture.eventually([&] {
            fixture.settle(); // an answer with a descriptor has been taken, or thrown away
            return held() == "held " + std::to_string(count);
        });
    }
    bool hears(const Strings& words) {
        return fixture.eventually([&] { return told == words; });
    }

    BusLoop fixture;
    std::unique_ptr<Fake> logind;
    std::unique_ptr<sys::SleepWatch> watcher;
    std::function<void()> ready;
    Strings told;
};

TEST_F(SleepWatchTest, TheInhibitorIsHeldUntilReadyAndTakenAgainAfterTheWake) {
    startLogind();
    watch();
    ASSERT_TRUE(fixture.eventually([&] { return !logind->calls().empty(); }));
    EXPECT_EQ(logind->calls(), (Strings{kInhibit}));
    ASSERT_TRUE(becomesHeld(1));

    logind->set("asleep", "yes");
    ASSERT_TRUE(hears({"sleep"}));
    fixture.settle();
    EXPECT_EQ(held(), "held 1") << "let go before the links were down";
    ready();
    EXPECT_EQ(held(), "held 0");

    logind->set("asleep", "no");
    ASSERT_TRUE(hears({"sleep", "awake"}));
    ASSERT_TRUE(becomesHeld(1));
}

TEST_F(SleepWatchTest, ALateReadyDoesNotLetTheNextInhibitorGo) {
    startLogind();
    watch();
    ASSERT_TRUE(becomesHeld(1));
    logind->set("asleep", "yes");
    ASSERT_TRUE(hears({"sleep"}));
    const auto late = ready;
    logind->set("asleep", "no");
    ASSERT_TRUE(hears({"sleep", "awake"}));
    ASSERT_TRUE(becomesHeld(1)) << "the old one closed, a new one had";
    late();
    EXPECT_EQ(held(), "held 1");
}

TEST_F(SleepWatchTest, RepeatedAnnouncementsAreOne) {
    startLogind();
    watch();
    ASSERT_TRUE(becomesHeld(1));
    logind->set("asleep", "yes");
    logind->set("asleep", "yes");
    ASSERT_TRUE(hears({"sleep"}));
    fixture.settle();
    EXPECT_EQ(told, (Strings{"sleep"}));
}

TEST_F(SleepWatchTest, WithoutLogindNothingHappensAndNothingIsSaid) {
    watch();
    fixture.settle();
    EXPECT_EQ(told, Strings{});
    EXPECT_EQ(fixture.journal.lines, Strings{});
}

TEST_F(SleepWatchTest, ALogindThatComesLaterIsUsed) {
    watch();
    startLogind();
    ASSERT_TRUE(becomesHeld(1));
    logind->set("asleep", "yes");
    EXPECT_TRUE(hears({"sleep"}));
}

TEST_F(SleepWatchTest, ALogindThatComesBackIsAskedHowThingsStand) {
    startLogind();
    watch();
    ASSERT_TRUE(becomesHeld(1));
    logind->release();
    fixture.settle();
    EXPECT_EQ(held(), "held 0");
    logind->set("preparing", "yes");
    logind->acquire();
    EXPECT_TRUE(hears({"sleep"}));
}

TEST_F(SleepWatchTest, ALogindThatDiesInTheSleepDoesNotLeaveTheLinksDown) {
    startLogind();
    watch();
    ASSERT_TRUE(becomesHeld(1));
    logind->set("asleep", "yes");
    ASSERT_TRUE(hears({"sleep"}));
    logind->kill();
    ASSERT_TRUE(hears({"sleep", "awake"}));
    startLogind();
    ASSERT_TRUE(becomesHeld(1));
}

TEST_F(SleepWatchTest, AStartOnASleepingMachineIsTold) {
    startLogind();
    logind->set("preparing", "yes");
    watch();
    EXPECT_EQ(told, (Strings{"sleep"})) << "before listen() came back";
    logind->set("asleep", "no");
    ASSERT_TRUE(hears({"sleep", "awake"}));
    ASSERT_TRUE(becomesHeld(1));
}

TEST_F(SleepWatchTest, ARefusalIsSaidAndTheAnnouncementsStillCount) {
    startLogind();
    logind->set("Inhibit", "error org.freedesktop.DBus.Error.AccessDenied not\x1b you");
    watch();
    ASSERT_TRUE(fixture.eventually([&] { return !fixture.journal.lines.empty(); }));
    EXPECT_EQ(fixture.journal.lines,
              (Strings{"|systemd-logind does not delay a sleep for us: not\\x1B you"}));
    logind->set("asleep", "yes");
    EXPECT_TRUE(hears({"sleep"}));
}

TEST_F(SleepWatchTest, AForgedSignalIsNoSleep) {
    startLogind();
    watch();
    ASSERT_TRUE(becomesHeld(1));
    forge(fixture.bus->getUniqueName());
    logind->set("look", ""); // and the real one speaks after it
    fixture.settle();
    EXPECT_EQ(told, Strings{});
    logind->set("asleep", "yes");
    EXPECT_TRUE(hears({"sleep"}));
}

} // namespace
} // namespace ppp::test
