// SPDX-License-Identifier: LGPL-2.1-or-later
// What a connection tells: its story over lives of the daemon, its counters, the fields of its journal lines.
#include "connection_fixture.hpp"
#include "core/messages.hpp"
#include "core/story_lines.hpp"

namespace ppp::test {
namespace {

struct StoryOfALink : Line {
    std::vector<std::string> told() const {
        std::vector<std::string> out;
        for (const auto& entry : manager->get("isp").story().timeline().last(0)) {
            out.push_back(storyLine(entry));
        }
        return out;
    }
    const Statistics& statistics() { return isp().story().statistics(); }
    Details last(const std::string& what) {
        Details out;
        for (const auto& entry : isp().story().timeline().last(0)) {
            if (entry.what == what) {
                out = entry.details;
            }
        }
        return out;
    }
    void traffic(std::uint64_t rx, std::uint64_t tx) { m.network.bytes[10] = {rx, tx}; }
    /// What the last line that begins so says in the field.
    std::string field(const std::string& text, const std::string& name) const {
        for (std::size_t n = m.journal.lines.size(); n-- > 0;) {
            if (m.journal.lines[n].rfind(text, 0) != 0) {
                continue;
            }
            for (const std::string& one : m.journal.fields[n]) {
                if (one.rfind(name + "=", 0) == 0) {
                    return one.substr(name.size() + 1);
                }
            }
            return "none";
        }
        return "no line";
    }
};

TEST_F(StoryOfALink, OutlivesTheDaemon) {
    start();
    bringUp();
    traffic(500, 70);
    m.clock.advance(std::chrono::minutes(5));
    const auto before = told();
    const std::string counted = storyLine(statistics());
    m.engines.survivors.insert("isp");
    restart(); // nobody handed anything over: as after a kill
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(told(), before);
    EXPECT_EQ(storyLine(statistics()), counted);
    m.dns.answer();
    end();
    EXPECT_EQ(statistics().sessions, 1U);
    EXPECT_EQ(statistics().totalRx, 500U) << "the session of the life before";
    EXPECT_GE(statistics().totalUp, 300'000'000U);
    EXPECT_EQ(told().front(), before.front());
}

TEST_F(StoryOfALink, HandsOverItsCounters) {
    start();
    bringUp();
    traffic(11, 12);
    manager->handOver();
    m.network.bytes.clear(); // it ends while nobody looks
    restart();
    EXPECT_EQ(statistics().totalRx, 11U);
    EXPECT_EQ(statistics().totalTx, 12U);
    EXPECT_EQ(statistics().session.reason, "engine-failed");
}

TEST_F(StoryOfALink, ASessionIsCounted) {
    start();
    bringUp();
    EXPECT_EQ(statistics().session.address, "10.64.0.100");
    EXPECT_TRUE(statistics().session.ended.none());
    traffic(1000, 2000);
    m.clock.advance(std::chrono::seconds(90));
    end();
    const auto first = statistics();
    EXPECT_EQ(first.session.upFor, std::chrono::seconds(90));
    EXPECT_EQ(first.totalUp, 90'000'000U);
    EXPECT_EQ(first.totalRx, 1000U);
    EXPECT_EQ(first.totalTx, 2000U);
    EXPECT_EQ(first.failures, 1U);
    EXPECT_FALSE(first.session.reason.empty());
    EXPECT_EQ(std::get<std::uint64_t>(last("session").at("up-us")), 90'000'000U);
    EXPECT_EQ(std::get<std::uint64_t>(last("session").at("rx-bytes")), 1000U);

    toNextAttempt();
    negotiate();
    m.network.links["ppp0"] = {11, "ppp0", 1492, true, true};
    auto other = ip4("ppp0", 11);
    other.local = {10, 64, 0, 7};
    engine().report(other);
    m.dns.answer();
    m.network.bytes[11] = {1, 1};
    ASSERT_EQ(state(), "up");
    EXPECT_EQ(statistics().session.address, "10.64.0.7");
    EXPECT_EQ(statistics().session.previousAddress, "10.64.0.100");
    EXPECT_EQ(statistics().totalRx, 1000U) << "not the present one";
    end();
    EXPECT_EQ(statistics().sessions, 2U);
    EXPECT_EQ(statistics().totalRx, 1001U);
}

TEST_F(StoryOfALink, AnEndThatTakesIp4FirstIsNoNewAddress) {
    start(R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}})");
    isp().up({}, [](const auto&) {});
    negotiate();
    engine().report(engine::Ip6Up{"ppp0", 10, {1, 2, 3, 4, 5, 6, 7, 8}, {8, 7, 6, 5, 4, 3, 2, 1}, 1492});
    address();
    ASSERT_EQ(state(), "up");
    engine().report(engine::Ip4Down{});
    m.dns.answer();
    ASSERT_EQ(state(), "up");
    EXPECT_EQ(statistics().session.address, "10.64.0.100");
    EXPECT_TRUE(last("address").empty());
}

TEST_F(StoryOfALink, ANewAddressOfAnUpLinkIsTold) {
    start();
    bringUp();
    auto other = ip4();
    other.local = {10, 64, 0, 7};
    engine().report(engine::Ip4Down{});
    m.dns.answer();
    engine().report(other);
    m.dns.answer();
    ASSERT_EQ(state(), "up");
    EXPECT_EQ(std::get<std::string>(last("address").at("previous")), "10.64.0.100");
    EXPECT_EQ(statistics().session.address, "10.64.0.7");
    EXPECT_EQ(statistics().sessions, 1U);
}

TEST_F(StoryOfALink, GoesWithTheConnection) {
    start();
    bringUp();
    m.stories.stories["gone"] = "{}\n";
    m.engines.survivors.insert("isp");
    restart();
    EXPECT_EQ(m.stories.names(), std::vector<std::string>{"isp"}) << "nobody's is removed at the start";
    manager->remove("isp", [](const auto&) {});
    m.dns.answer();
    end();
    EXPECT_EQ(manager->find("isp"), nullptr);
    EXPECT_TRUE(m.stories.stories.empty());
}

TEST_F(StoryOfALink, StaysWhenTheServiceStops) {
    start();
    bringUp();
    manager->shutdown([] {});
    m.dns.answer();
    end();
    const auto before = told();
    restart();
    auto after = told();
    ASSERT_GE(after.size(), before.size());
    after.resize(before.size());
    EXPECT_EQ(after, before);
}

TEST_F(StoryOfALink, AFullDiskDoesNotDisturbTheLink) {
    m.stories.full = true;
    start();
    bringUp();
    EXPECT_EQ(state(), "up");
    end();
    toNextAttempt();
    negotiate();
    address();
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(statistics().sessions, 2U);
}

TEST_F(StoryOfALink, JournalLinesHaveFields) {
    start();
    bringUp();
    EXPECT_EQ(field("connecting → up", "MESSAGE_ID"), message::kState);
    EXPECT_EQ(field("connecting → up", "PPP_STATE"), "up");
    EXPECT_EQ(field("connecting → up", "PPP_PHASE"), "running");
    EXPECT_EQ(field("connecting → up", "PPP_ATTEMPT"), "1");
    EXPECT_EQ(field("connecting → up", "PPP_REASON"), "");
    EXPECT_NE(field("connecting → up", "PPP_AFTER_USEC"), "none");
    EXPECT_EQ(field("pppd started", "PPP_ENGINE_PID"), "4242");
    traffic(5, 6);
    m.clock.advance(std::chrono::seconds(2));
    isp().redial({false, "a test"}, [](const auto&) {});
    EXPECT_EQ(field("redial asked for", "PPP_STATE"), "up");
    EXPECT_EQ(field("redial asked for", "PPP_AFTER_USEC"), "2000000");
    m.dns.answer();
    end();
    EXPECT_EQ(field("the session ended", "MESSAGE_ID"), message::kSessionEnd);
    EXPECT_EQ(field("the session ended", "PPP_SESSION_USEC"), "2000000");
    EXPECT_EQ(field("the session ended", "PPP_RX_BYTES"), "5");
    EXPECT_EQ(field("the session ended", "PPP_TX_BYTES"), "6");
    EXPECT_EQ(field("the session ended", "PPP_REASON"), "user-request");
    phase(PPPM_PHASE_SERIALCONN);
    m.clock.advance(std::chrono::minutes(2));
    end();
    EXPECT_EQ(field("discovery-timeout: ", "MESSAGE_ID"), message::failure(Reason::DiscoveryTimeout));
    EXPECT_EQ(field("discovery-timeout: ", "PPP_REASON"), "discovery-timeout");
    EXPECT_EQ(field("discovery-timeout: ", "PPP_ATTEMPT"), "1");
    EXPECT_NE(field("discovery-timeout: ", "PPP_AFTER_USEC"), "none");
}

} // namespace
} // namespace ppp::test
