// SPDX-License-Identifier: LGPL-2.1-or-later
// Random walks over two connections: whatever happens in whatever order, the invariants hold.
#include <gtest/gtest.h>
#include <random>

#include "plugin/message.h"
#include "support/fake_ports.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

class Walk {
public:
    explicit Walk(std::uint32_t seed) : random_(seed) {
        m_.addProfile("one");
        const std::string demand = seed % 2 == 0 ? "false" : "true";
        m_.addProfile("two", R"({"type":"pppoe","autoconnect":true,"priority":5,"pppoe":{"interface":"eth0"},
                                 "auth":{"user":"bob"},"on-demand":)" +
                                 demand + "}");
        Route rival;
        rival.gateway = "192.168.1.1";
        rival.interface = 2;
        rival.protocol = 16;
        rival.scope = 0;
        m_.network.table = {rival};
        before_ = m_.network.table;
        start();
    }

    void step() {
        const std::string name = pick() % 2 == 0 ? "one" : "two";
        switch (pick() % 16) {
        case 14:
            asleep_ ? wake() : sleep();
            break;
        case 15:
            m_.clock.wallAtBoot += pick();
            manager_->clockStepped();
            break;
        case 0:
        case 1:
        case 5:
        case 6:
            call(manager_->get(name));
            break;
        case 2:
        case 7:
            m_.clock.advance(pick() % 2 == 0 ? Duration(std::chrono::milliseconds(pick() % 5000))
                                             : Duration(std::chrono::minutes(pick() % 40)));
            break;
        case 3:
        case 8:
            m_.dns.answer();
            break;
        case 4:
        case 9:
            pick() % 2 == 0 ? flapCarrier() : handOver();
            break;
        default:
            if (FakeEngine* engine = m_.engines.of(name)) {
                report(*engine, name);
            }
            break;
        }
    }

    /// What must hold at any moment.
    void check() const {
        std::size_t engines = 0;
        for (Connection* c : manager_->connections()) {
            const bool running = m_.engines.of(c->name()) != nullptr;
            engines += running ? 1U : 0U;
            const State s = c->state();
            if (s == State::Up) {
                ASSERT_TRUE(running);
            }
            const bool standsBy = s == State::Waiting && c->view().phase == "demand";
            if (standsBy) {
                ASSERT_TRUE(running);
                ASSERT_NE(c->view().interfaceIndex, 0U);
                ASSERT_TRUE(c->view().localAddress.empty());
                ASSERT_FALSE(asleep_) << story();
            } else if (s == State::Down || s == State::Waiting || s == State::Failed) {
                ASSERT_FALSE(running) << c->name() << " is " << wire(s);
                ASSERT_EQ(c->view().enginePid, 0U);
                ASSERT_TRUE(c->view().localAddress.empty());
            }
            if (s == State::Waiting && !standsBy) {
                ASSERT_TRUE(c->view().nextAttempt != 0 || c->view().phase == "device" ||
                            c->view().phase == "carrier")
                    << "waits for nothing";
            }
            if (s == State::Down) {
                ASSERT_FALSE(c->wanted()) << story();
            }
            if (asleep_) {
                ASSERT_NE(wire(s), "connecting") << story();
                ASSERT_NE(wire(s), "up") << story();
            }
        }
        ASSERT_EQ(engines, m_.engines.running.size());
    }

    /// All down: the machine must be as it was.
    void finish() {
        m_.network.links["eth0"] = {2, "eth0", 1500, true, true};
        wake();
        for (Connection* c : manager_->connections()) {
            c->down(false, [](const auto&) {});
        }
        for (int i = 0; i < 4; ++i) {
            for (const char* name : {"one", "two"}) {
                if (FakeEngine* engine = m_.engines.of(name)) {
                    m_.network.removeInterface(std::string(name) == "one" ? "ppp0" : "ppp1");
                    engine->end({5, {}});
                }
            }
            m_.dns.answer();
            m_.clock.advance(20s);
        }
        for (Connection* c : manager_->connections()) {
            ASSERT_EQ(wire(c->state()), "down") << c->name();
        }
        ASSERT_EQ(m_.network.table, before_);
        ASSERT_TRUE(m_.dns.applied.empty());
        ASSERT_TRUE(m_.engines.running.empty());
        ASSERT_EQ(m_.clock.armed(), 0U);
        ASSERT_EQ(m_.records.records.count("one"), 0U);
        ASSERT_EQ(m_.records.records.count(Routing::kRecord), 0U);
    }

    /// The last lines of the journal, for a walk that went wrong.
    std::string story() const {
        std::string out;
        const auto& lines = m_.journal.lines;
        for (std::size_t i = lines.size() > 12 ? lines.size() - 12 : 0; i < lines.size(); ++i) {
            out += lines[i] + "\n";
        }
        return out;
    }

private:
    void sleep() {
        asleep_ = true;
        manager_->prepareSleep([] {});
    }
    void wake() {
        asleep_ = false;
        manager_->resumed();
    }

    std::uint32_t pick() { return static_cast<std::uint32_t>(random_()); }

    template <typename Action> void attempt(Action action) {
        try {
            action();
        } catch (const Error&) {
            // refusals are part of the walk
        }
    }

    void call(Connection& c) {
        switch (pick() % 3) {
        case 0:
            attempt([&] { c.up({pick() % 2 == 0, std::chrono::seconds(pick() % 5)}, [](const auto&) {}); });
            break;
        case 1:
            c.down(pick() % 2 == 0, [](const auto&) {});
            break;
        default:
            attempt([&] { c.redial({pick() % 2 == 0, "walk"}, [](const auto&) {}); });
            break;
        }
    }

    void report(FakeEngine& engine, const std::string& name) {
        const std::uint32_t index = name == "one" ? 10 : 11;
        const std::string interface = name == "one" ? "ppp0" : "ppp1";
        switch (pick() % 8) {
        case 7:
            m_.network.links[interface] = {index, interface, 1492, true, true};
            engine.report(engine::DemandReady{interface, index, {10, 64, 64, 64}, {10, 112, 112, 112}, 1492});
            break;
        case 0:
            engine.report(engine::PhaseChange{pick() % 13});
            break;
        case 1:
        case 2:
            m_.network.links[interface] = {index, interface, 1492, true, true};
            engine.report(ip4(interface, index));
            break;
        case 3:
            engine.report(engine::Ip4Down{});
            break;
        case 4:
            end(engine, interface);
            break;
        case 5:
            engine.report(engine::Auth{0xc223, pick() % 3, "words", 5});
            break;
        default:
            oddReport(engine);
            break;
        }
    }

    void end(FakeEngine& engine, const std::string& interface) {
        const std::uint32_t status = pick() % 22;
        m_.network.removeInterface(interface);
        if (pick() % 2 == 0) {
            engine.report(engine::Exit{status});
            engine.end({static_cast<int>(status), {}});
        } else {
            engine.end({{}, 9});
        }
    }

    void start() {
        manager_ = std::make_unique<Manager>(m_.ports());
        manager_->load();
        if (asleep_) {
            sleep();
        }
        manager_->begin();
    }

    void handOver() {
        if (pick() % 4 != 0) {
            return;
        }
        manager_->handOver();
        std::set<std::string> alive;
        for (const auto& [name, engine] : m_.engines.running) {
            if (pick() % 3 != 0) {
                alive.insert(name);
            } else {
                m_.network.removeInterface(name == "one" ? "ppp0" : "ppp1");
            }
        }
        m_.dns.answer();
        manager_.reset();
        m_.dns.pending.clear();
        m_.engines.survivors = alive;
        start();
        EXPECT_TRUE(m_.engines.survivors.empty());
    }

    void flapCarrier() {
        Link link{2, "eth0", 1500, true, pick() % 2 == 0};
        m_.network.change(link);
    }

    void oddReport(FakeEngine& engine) {
        const EngineEvent odd[] = {engine::Session{pick() % 99, {}, "ac"},
                                   engine::DiscoveryError{0x0201 + pick() % 3, {}, "no"},
                                   engine::LcpUp{1492, 1492},
                                   engine::LcpTerminated{"bye"},
                                   engine::ProtocolRejected{0x8057},
                                   engine::Ip6Down{}};
        engine.report(odd[pick() % 6]);
    }

    Machine m_;
    std::mt19937 random_;
    std::vector<Route> before_;
    std::unique_ptr<Manager> manager_;
    bool asleep_ = false;
};

class RandomWalk : public testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomWalk, HoldsTheInvariants) {
    for (std::uint32_t seed = GetParam() * 100; seed < GetParam() * 100 + 100; ++seed) {
        SCOPED_TRACE(seed);
        Walk walk(seed);
        for (int i = 0; i < 300; ++i) {
            walk.step();
            ASSERT_NO_FATAL_FAILURE(walk.check()) << "seed " << seed << ", step " << i;
        }
        ASSERT_NO_FATAL_FAILURE(walk.finish()) << "seed " << seed;
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomWalk, testing::Range(0U, 4U));

} // namespace
