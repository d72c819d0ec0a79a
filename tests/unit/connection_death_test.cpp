// SPDX-License-Identifier: LGPL-2.1-or-later
// The daemon dies before every single step of a whole story, and the next life completes or undoes: the same
// walk as the lab's die_anywhere, in a fraction of a second, with an engine that dies meanwhile or lives.
#include <gtest/gtest.h>

#include "plugin/message.h"
#include "support/dying_ports.hpp"
#include "support/fake_ports.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

struct Died {};

class Doom final : public Fate {
public:
    void step(const std::string& what) override {
        if (dead_ || ++count_ == last) {
            dead_ = true;
            where = what;
            throw Died{};
        }
    }
    bool dead() const override { return dead_; }
    void revive() {
        dead_ = false;
        last = 0;
    }
    int count() const { return count_; }
    int last = 0; ///< 0: nobody dies
    std::string where;

private:
    int count_ = 0;
    bool dead_ = false;
};

/// What an engine has come to, whoever was there to hear it.
struct Truth {
    bool talked = false, addressed = false;
    bool ending = false; ///< told to, or by itself: it goes at the next occasion
};

/// Where the profile leads its routes, and what is then there beside the rival.
struct Way {
    const char* ipv4;
    std::size_t routes, rules;
    std::uint32_t master; ///< of ppp0
};
constexpr Way kWays[] = {
    {R"({"proxy-arp": true})", 1, 0, 0},
    {R"({"proxy-arp": true, "table": 77, "routes": [{"to": "198.51.100.0/24"}]})", 2, 1, 0},
    {R"({"proxy-arp": true, "vrf": "blue", "routes": [{"to": "198.51.100.0/24"}]})", 2, 0, 20},
};

class World {
public:
    World(int step, bool engineSurvives, const Way& way) : survives_(engineSurvives), way_(way) {
        doom.last = step;
        m.network.links["blue"] = {20, "blue", 1500, true, true, 0, 300};
        rival_.gateway = "192.168.7.1";
        rival_.interface = 2;
        rival_.protocol = 3;
        rival_.scope = 0;
        m.network.table = {rival_};
        m.firewall.runs = true;
        m.neighbours.lan = 5;
        m.hooks.fillAll();
        live([] {});
    }

    /// One act of the story; a death in it is followed by the next life, which goes on from there.
    template <typename Act> void live(Act act) {
        try {
            if (!manager) {
                begin();
            }
            act();
        } catch (const Died&) {
            rise();
        } catch (const Error&) {
            // what a life before did already
        }
    }

    void story() {
        live([&] { manager->add("isp", profile(), secrets()); });
        live([&] {
            find() ? find()->up({}, [](const auto&) {}) : void(manager->add("isp", profile(), secrets()));
        });
        live([&] { find()->up({}, [](const auto&) {}); });
        settle();
        expectUp();
        live([&] { find()->redial({false, "test"}, [](const auto&) {}); });
        settle();
        expectUp();
        live([&] { endEngine(); }); // the server hangs up
        settle();
        expectUp();
        live([&] { find()->down(false, [](const auto&) {}); });
        live([&] { find()->down(false, [](const auto&) {}); }); // the first may have been the death
        settle();
        live([&] { remove(); });
        settle();
        live([&] { remove(); });
        settle();
    }

    void expectAsBefore() const {
        EXPECT_EQ(m.network.table, std::vector<Route>{rival_});
        EXPECT_TRUE(m.network.ruleTable.empty());
        EXPECT_EQ(m.network.links.size(), 2U) << m.network.links.rbegin()->first;
        EXPECT_TRUE(m.dns.applied.empty());
        EXPECT_TRUE(m.filter.table.empty());
        EXPECT_TRUE(m.firewall.zones.empty());
        EXPECT_TRUE(m.neighbours.entries.empty());
        EXPECT_TRUE(m.engines.running.empty());
        EXPECT_TRUE(m.records.records.empty()) << m.records.records.begin()->first;
        EXPECT_TRUE(m.profiles.profiles.empty());
        EXPECT_TRUE(m.profiles.secrets.empty());
        EXPECT_TRUE(m.stories.stories.empty());
        expectEachToldOnce("ip-up.d", "ip-down.d", "ip-pre-up.d");
        expectEachToldOnce("dispatcher.d/up", "dispatcher.d/down", "");
    }

    /// Who was told that something came (or is about to) was told once that it went, and in that order.
    void expectEachToldOnce(const std::string& up, const std::string& down, const std::string& before) const {
        bool prepared = false;
        bool there = false;
        int times = 0;
        for (const std::string& event : m.hooks.events()) {
            if (event == before) {
                EXPECT_FALSE(prepared || there) << event << " twice";
                prepared = true;
            } else if (event == up) {
                EXPECT_FALSE(there) << event << " twice";
                there = true;
                ++times;
            } else if (event == down) {
                EXPECT_TRUE(prepared || there) << event << " of what nobody has heard of";
                prepared = there = false;
            }
        }
        EXPECT_FALSE(prepared || there) << "nobody was told the end: " << up;
        EXPECT_GT(times, 0);
    }

    Machine m;
    Doom doom;
    std::unique_ptr<DyingPorts> ports;
    std::unique_ptr<Manager> manager;

private:
    std::string profile() const {
        return std::string(
                   R"({"type": "pppoe", "pppoe": {"interface": "eth0", "vlan": 7, "clone-mac": "02:00:00:00:00:99"},
            "auth": {"user": "alice"}, "ipv6": {"enabled": false}, "firewall-zone": "wan", "hooks": true, "ipv4": )") +
               way_.ipv4 + "}";
    }

    static Secrets secrets() {
        Secrets out;
        out.insert_or_assign("password", Secret("secret"));
        return out;
    }
    Connection* find() const { return manager->find("isp"); }
    void remove() {
        if (find()) {
            manager->remove("isp", [](const auto&) {});
        }
    }

    void begin() {
        ports = std::make_unique<DyingPorts>(doom, m.ports());
        manager = std::make_unique<Manager>(ports->ports());
        manager->load();
        manager->begin();
    }

    void rise() {
        deaths_.push_back(doom.where);
        const FakeEngine* before = m.engines.of("isp");
        truth_.ending = truth_.ending || (before != nullptr && (before->terminated > 0 || before->killed));
        std::set<std::string> alive;
        if (before != nullptr && survives_) {
            alive.insert("isp");
        }
        manager.reset();
        if (alive.empty()) {
            m.network.removeInterface("ppp0");
            truth_ = {};
        }
        m.dns.pending.clear();
        m.firewall.answer(); // what the dead one has sent is done all the same
        m.hooks.pending.clear();
        m.clock.settle();
        m.engines.survivors = alive;
        doom.revive();
        begin();
        EXPECT_TRUE(m.engines.survivors.empty()) << "an engine that nobody took";
        if (FakeEngine* engine = m.engines.of("isp")) {
            tellAgain(*engine);
        }
    }

    /// An engine tells an adopting daemon again what it has come to.
    void tellAgain(FakeEngine& engine) {
        if (truth_.talked) {
            negotiate(engine);
        }
        if (truth_.addressed) {
            engine.report(ip4());
        }
    }

    void negotiate(FakeEngine& engine) {
        truth_.talked = true;
        for (const std::uint32_t phase : {PPPM_PHASE_SERIALCONN, PPPM_PHASE_ESTABLISH}) {
            engine.report(engine::PhaseChange{phase});
        }
        engine.report(engine::Session{5, {2, 0, 0, 0, 0, 1}, "ac"});
        engine.report(engine::ReadyWanted{"ppp0", 10});
        engine.report(engine::PhaseChange{PPPM_PHASE_AUTHENTICATE});
        engine.report(engine::Auth{0xc223, PPPM_VERDICT_ACCEPTED, "", 5});
        engine.report(engine::PhaseChange{PPPM_PHASE_NETWORK});
    }

    void endEngine() {
        if (FakeEngine* engine = m.engines.of("isp")) {
            truth_.ending = true;
            m.network.removeInterface("ppp0");
            engine->report(engine::Exit{16});
            if (m.engines.of("isp") == engine) {
                engine->end({16, {}});
            }
        }
    }

    /// Lets the machine, its engines and the time go on until nothing happens any more.
    void settle() {
        for (int round = 0; round < 12; ++round) {
            live([&] { m.dns.answer(); });
            live([&] { m.firewall.answer(); });
            live([&] { driveEngine(); });
            live([&] { m.firewall.answer(); });
            live([&] { m.hooks.answer(); });
            live([&] { m.dns.answer(); });
            live([&] { m.hooks.answer(); });
            live([&] { m.clock.advance(3s); });
        }
    }

    void driveEngine() {
        FakeEngine* engine = m.engines.of("isp");
        if (engine == nullptr) {
            truth_ = {};
            return;
        }
        if (engine->terminated > 0 || engine->killed || truth_.ending) {
            endEngine();
        } else if (!truth_.addressed) {
            negotiate(*engine);
            m.network.links["ppp0"] = {10, "ppp0", 1492, true, true};
            truth_.addressed = true;
            engine->report(ip4());
        }
    }

    void expectUp() const {
        ASSERT_NE(find(), nullptr);
        EXPECT_EQ(wire(find()->state()), "up") << "after a death before: " << doom.where;
        EXPECT_EQ(m.dns.applied.size(), 1U);
        EXPECT_EQ(m.filter.table, (std::vector<MssClamp>{{10, 1492}}));
        EXPECT_EQ(m.firewall.zones, (std::map<std::string, std::string>{{"ppp0", "wan"}}));
        EXPECT_EQ(m.neighbours.entries.size(), 1U);
        EXPECT_EQ(m.network.table.size(), 1 + way_.routes) << "ours, and the other, perhaps moved aside";
        EXPECT_EQ(m.network.ruleTable.size(), way_.rules);
        EXPECT_EQ(m.network.links.at("ppp0").master, way_.master);
    }

    bool survives_;
    const Way& way_;
    Route rival_;
    Truth truth_;
    std::vector<std::string> deaths_;
};

class Death : public testing::TestWithParam<std::tuple<bool, int>> {};

TEST_P(Death, BeforeEveryStepIsCompletedOrUndone) {
    const auto& [survives, number] = GetParam();
    const Way& way = kWays[number];
    int total = 0;
    {
        World world(0, survives, way);
        ASSERT_NO_FATAL_FAILURE(world.story());
        world.expectAsBefore();
        total = world.doom.count();
    }
    ASSERT_GT(total, 40) << "are the ports still wrapped?";
    for (int step = 1; step <= total; ++step) {
        World world(step, survives, way);
        SCOPED_TRACE("step " + std::to_string(step));
        ASSERT_NO_FATAL_FAILURE(world.story()) << world.doom.where;
        world.expectAsBefore();
        if (HasFailure()) {
            for (const std::string& line : world.m.journal.lines) {
                std::cout << "  " << line << '\n';
            }
            FAIL() << "died before: " << world.doom.where;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(EngineLives, Death, testing::Combine(testing::Bool(), testing::Values(0, 1, 2)));

} // namespace
