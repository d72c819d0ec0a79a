// SPDX-License-Identifier: LGPL-2.1-or-later
// The timer of redial-at follows the profile; a redial tells who asked, the old and the new address, and how
// long there was no link, over a death of the daemon, too.
#include <algorithm>

#include "connection_fixture.hpp"
#include "core/profile_alike.hpp"

namespace ppp::test {
namespace {

using namespace std::chrono_literals;

std::string profileWith(const std::string& more) {
    return R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}, "ipv6": {"enabled": false})" +
           (more.empty() ? "" : ", " + more) + "}";
}

struct Redialled : Line {
    std::vector<Details> all(const std::string& what) {
        std::vector<Details> out;
        for (const auto& entry : isp().story().timeline().last(0)) {
            if (entry.what == what) {
                out.push_back(entry.details);
            }
        }
        return out;
    }
    std::string line(const std::string& begin) const {
        for (auto it = m.journal.lines.rbegin(); it != m.journal.lines.rend(); ++it) {
            if (it->starts_with(begin)) {
                return *it;
            }
        }
        return {};
    }
    std::vector<std::string> fields(const std::string& begin) const {
        for (std::size_t n = m.journal.lines.size(); n-- > 0;) {
            if (m.journal.lines[n].starts_with(begin)) {
                return m.journal.fields[n];
            }
        }
        return {};
    }
    void moved() {
        m.network.links["ppp0"] = {10, "ppp0", 1492, true, true};
        engine::Ip4Up other = ip4();
        other.local = {10, 64, 0, 101};
        engine().report(other);
        m.dns.answer();
    }
    void redial(const std::string& origin = "timer") {
        isp().redial({false, origin}, [](const auto&) {});
    }
};

TEST_F(Redialled, SaysWhoAskedBothAddressesAndHowLongItTook) {
    start();
    bringUp();
    m.clock.advance(1h);
    redial();
    m.clock.advance(200ms);
    end();
    m.clock.advance(300ms);
    negotiate();
    moved();
    ASSERT_EQ(state(), "up");
    ASSERT_EQ(all("redialled").size(), 1U);
    const Details details = all("redialled").front();
    EXPECT_EQ(std::get<std::string>(details.at("origin")), "timer");
    EXPECT_EQ(std::get<std::string>(details.at("previous")), "10.64.0.100");
    EXPECT_EQ(std::get<std::string>(details.at("local")), "10.64.0.101");
    EXPECT_EQ(std::get<std::uint64_t>(details.at("down-us")), 500'000U);
    EXPECT_EQ(line("redialled"), "redialled by timer: 10.64.0.100 → 10.64.0.101, without a link for 0.5 s");
    const auto with = fields("redialled");
    for (const char* field : {"PPP_ORIGIN=timer", "PPP_DOWN_USEC=500000", "PPP_ADDRESS=10.64.0.101",
                              "PPP_PREVIOUS_ADDRESS=10.64.0.100"}) {
        EXPECT_EQ(std::count(with.begin(), with.end(), field), 1) << field;
    }
}

TEST_F(Redialled, AFailedOneGoesOnAsALostLinkAndCountsInFull) {
    start();
    bringUp();
    redial();
    end();
    end(); // the attempt fails: the peer hangs up at once
    ASSERT_EQ(state(), "waiting");
    EXPECT_TRUE(all("redialled").empty());
    toNextAttempt();
    ASSERT_EQ(state(), "connecting");
    negotiate();
    moved();
    ASSERT_EQ(all("redialled").size(), 1U);
    EXPECT_GE(std::get<std::uint64_t>(all("redialled").front().at("down-us")), 2'000'000U);
}

TEST_F(Redialled, IsToldByTheNextLifeWhereThisOneDies) {
    start();
    bringUp();
    m.clock.advance(1h);
    redial();
    m.engines.survivors.insert("isp");
    restart();
    EXPECT_EQ(state(), "disconnecting");
    m.clock.advance(1s);
    end();
    negotiate();
    moved();
    ASSERT_EQ(all("redialled").size(), 1U);
    EXPECT_EQ(std::get<std::string>(all("redialled").front().at("origin")), "timer");
    EXPECT_EQ(std::get<std::uint64_t>(all("redialled").front().at("down-us")), 1'000'000U);
}

TEST_F(Redialled, TheSessionLimitIsOneToo) {
    start(profileWith(R"("session-limit": "1h")"));
    bringUp();
    m.clock.advance(1h);
    end();
    negotiate();
    moved();
    ASSERT_EQ(all("redialled").size(), 1U);
    EXPECT_EQ(std::get<std::string>(all("redialled").front().at("origin")), "session-limit");
    EXPECT_TRUE(all("failure").empty()) << "it was planned";
}

TEST_F(Redialled, ALostLinkIsNone) {
    start();
    bringUp();
    redial();
    end();
    negotiate();
    moved();
    m.clock.advance(1h);
    end(15); // the peer hangs up, later
    m.clock.advance(1s);
    negotiate();
    moved();
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(all("redialled").size(), 1U);
}

TEST_F(Redialled, DownInBetweenEndsIt) {
    start();
    bringUp();
    redial();
    isp().down(false, [](const auto&) {});
    end();
    m.clock.advance(1h);
    isp().up({}, [](const auto&) {});
    negotiate();
    moved();
    EXPECT_TRUE(all("redialled").empty());
}

TEST_F(Redialled, TheTimerFollowsTheProfile) {
    m.redials.due = 77;
    start(profileWith(R"("redial-at": "04:00")"));
    EXPECT_EQ(m.redials.timers, (std::map<std::string, std::string>{{"isp", "04:00"}}));
    EXPECT_EQ(std::get<std::string>(isp().view().details.at("redial-at")), "04:00");
    EXPECT_EQ(std::get<std::uint64_t>(isp().view().details.at("next-redial")), 77U);
    manager->updateProfile(isp(), profileWith(R"("redial-at": "05:30")"));
    EXPECT_EQ(m.redials.timers.at("isp"), "05:30");
    manager->updateProfile(isp(), profileWith(""));
    EXPECT_TRUE(m.redials.timers.empty());
    EXPECT_FALSE(isp().view().details.contains("next-redial"));
}

TEST_F(Redialled, TheTimerIsThereInTheNextLifeAndGoesWithTheConnection) {
    start(profileWith(R"("redial-at": "04:00")"));
    manager->handOver();
    restart();
    EXPECT_EQ(m.redials.timers.at("isp"), "04:00");
    manager->remove("isp", [](const auto&) {});
    EXPECT_TRUE(m.redials.timers.empty());
}

TEST_F(Redialled, AReloadSetsTheTimerAgain) {
    start(profileWith(R"("redial-at": "04:00")"));
    const int before = m.redials.calls;
    manager->reload();
    EXPECT_GT(m.redials.calls, before);
}

TEST_F(Redialled, ABrokenProfileAndAStoppedServiceHaveNoTimer) {
    start(profileWith(R"("redial-at": "04:00")"));
    bringUp();
    m.profiles.profiles["isp"] = "{";
    manager->reload();
    EXPECT_TRUE(m.redials.timers.empty());
    m.profiles.profiles["isp"] = profileWith(R"("redial-at": "04:00")");
    manager->reload();
    EXPECT_EQ(m.redials.timers.size(), 1U);
    manager->shutdown([] {});
    EXPECT_TRUE(m.redials.timers.empty());
}

TEST_F(Redialled, WhatIsWrongWithTheTimerIsTrouble) {
    m.redials.refusal = "no timer in this test";
    start(profileWith(R"("redial-at": "04:00")"));
    bringUp();
    EXPECT_EQ(std::get<std::string>(isp().view().details.at("trouble")), "no timer in this test");
}

TEST_F(Redialled, AnotherTimeNeedsNoRedial) {
    start(profileWith(R"("redial-at": "04:00")"));
    bringUp();
    manager->updateProfile(isp(), "// nightly\n" + profileWith(R"("redial-at": "05:00")"));
    EXPECT_FALSE(isp().view().needsRedial);
    manager->updateProfile(isp(), profileWith(R"("redial-at": "05:00", "priority": 7)"));
    EXPECT_TRUE(isp().view().needsRedial);
    m.engines.survivors.insert("isp");
    restart();
    EXPECT_TRUE(isp().view().needsRedial);
}

TEST(ProfilesAlike, WhatMattersToTheLink) {
    EXPECT_TRUE(dialsAlike(R"({"a": 1, "b": 2})", "{\n  \"b\": 2, // words\n  \"a\": 1}"));
    EXPECT_TRUE(dialsAlike(R"({"a": 1})", R"({"a": 1, "redial-at": "04:00"})"));
    EXPECT_FALSE(dialsAlike(R"({"a": 1})", R"({"a": 2})"));
    EXPECT_FALSE(dialsAlike(R"({"a": 1})", "{"));
    EXPECT_FALSE(dialsAlike("[", "{"));
}

} // namespace
} // namespace ppp::test
