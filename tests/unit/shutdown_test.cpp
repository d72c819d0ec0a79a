// SPDX-License-Identifier: LGPL-2.1-or-later
// The service stops: nobody dials any more, whatever happens while links hang up, and all is given back.
#include "unit/connection_fixture.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;

constexpr const char* kOther =
    R"({"type": "pppoe", "autoconnect": true, "pppoe": {"interface": "eth1"}, "auth": {"user": "a"}})";

struct Shutdown : Line {
    /// "isp" is up and hangs up slowly; eth1 is there for another one.
    void begin(bool carrier) {
        Link link = m.network.links.at("eth0");
        link.name = "eth1";
        link.index = 77;
        link.carrier = carrier;
        m.network.links["eth1"] = link;
        start();
        bringUp();
        launches = m.engines.launches;
    }
    void stop() {
        manager->shutdown([this] { gone = true; });
        m.dns.answer();
        EXPECT_FALSE(gone);
    }
    void stopped() {
        m.clock.settle();
        EXPECT_EQ(m.engines.launches, launches) << "dialled while the service stops";
        end();
        EXPECT_TRUE(gone);
        EXPECT_TRUE(m.engines.running.empty());
    }

    int launches = 0;
    bool gone = false;
};

TEST_F(Shutdown, ACableThatComesBackIsNotDialled) {
    m.addProfile("other", kOther);
    begin(false);
    stop();
    m.network.links["eth1"].carrier = true;
    manager->get("other").linkChanged(m.network.links["eth1"]);
    stopped();
}

TEST_F(Shutdown, ANewPasswordDialsNobody) {
    m.addProfile("other", kOther);
    m.profiles.secrets.erase("other");
    begin(true);
    stop();
    Secrets secrets;
    secrets.emplace("password", Secret("pw"));
    manager->setSecrets(manager->get("other"), secrets);
    stopped();
}

TEST_F(Shutdown, AConnectionThatIsNewIsNotDialled) {
    begin(true);
    stop();
    m.addProfile("other", kOther);
    manager->reload();
    Secrets secrets;
    secrets.emplace("password", Secret("pw"));
    manager->add("another", kOther, secrets);
    stopped();
}

TEST_F(Shutdown, ThoseThatWaitTheirTurnLoseIt) {
    constexpr std::size_t kLinks = 12; // more than dial at once
    for (std::size_t n = 0; n < kLinks; ++n) {
        m.addProfile("link" + std::to_string(n), Machine::kProfile);
    }
    restart();
    for (Connection* link : manager->connections()) {
        link->up({}, [](const auto&) {});
    }
    m.clock.settle();
    const auto dialling = m.engines.running;
    ASSERT_LT(dialling.size(), kLinks);
    manager->shutdown([this] { gone = true; });
    m.clock.settle();
    for (const auto& [name, engine] : dialling) {
        ASSERT_TRUE(engine->terminated) << name;
        engine->end({5, {}});
        m.dns.answer();
        m.clock.settle();
    }
    EXPECT_TRUE(gone);
    EXPECT_TRUE(m.engines.running.empty());
    EXPECT_EQ(m.engines.launches, static_cast<int>(dialling.size()));
}

TEST_F(Shutdown, APortThatWasKeptForTheNextAttemptIsGivenBack) {
    m.network.links.at("eth0").up = false;
    start();
    isp().up({}, [](const auto&) {});
    phase(PPPM_PHASE_SERIALCONN);
    engine().end({8, {}});
    m.dns.answer();
    ASSERT_EQ(state(), "waiting") << isp().view().reasonText;
    EXPECT_TRUE(m.network.links.at("eth0").up) << "kept";
    manager->shutdown([this] { gone = true; });
    m.clock.settle();
    EXPECT_TRUE(gone);
    EXPECT_FALSE(m.network.links.at("eth0").up);
}

} // namespace
