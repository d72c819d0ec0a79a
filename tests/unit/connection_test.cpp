// SPDX-License-Identifier: LGPL-2.1-or-later
// The state machine told by hand what happens: life of a link, the intent table, failures.
#include <gtest/gtest.h>

#include "connection_fixture.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

TEST_F(Line, UpAndDownWithoutATrace) {
    start();
    EXPECT_EQ(state(), "down");
    Answer up;
    isp().up({true, 0s}, up.done());
    EXPECT_EQ(state(), "connecting");
    EXPECT_EQ(m.engines.lastDevice, "eth0");
    EXPECT_EQ(m.engines.lastPassword, "secret");
    negotiate();
    EXPECT_EQ(isp().view().phase, "network");
    m.network.links["ppp0"] = {10, "ppp0", 1492, true, true};
    engine().report(ip4());
    EXPECT_EQ(state(), "connecting") << "the resolver has not answered yet";
    EXPECT_EQ(isp().view().phase, "applying");
    m.dns.answer();
    EXPECT_EQ(state(), "up");
    EXPECT_TRUE(up.came);
    EXPECT_FALSE(up.error);
    const View view = isp().view();
    EXPECT_EQ(view.localAddress, "10.64.0.100");
    EXPECT_EQ(view.peerAddress, "10.64.0.1");
    EXPECT_EQ(view.dnsServers, (std::vector<std::string>{"10.64.0.53"}));
    EXPECT_EQ(view.mtu, 1492U);
    EXPECT_TRUE(view.defaultRoute);
    EXPECT_EQ(manager->primary(), "isp");
    EXPECT_FALSE(m.records.records.empty());

    Answer down;
    isp().down(true, down.done());
    EXPECT_EQ(state(), "disconnecting");
    EXPECT_EQ(engine().terminated, 1);
    EXPECT_FALSE(down.came);
    m.dns.answer();
    end();
    EXPECT_EQ(state(), "down");
    EXPECT_TRUE(down.came);
    EXPECT_TRUE(nothingApplied());
    EXPECT_TRUE(m.records.records.empty());
    EXPECT_EQ(m.clock.armed(), 0U);
    EXPECT_EQ(isp().view().reason, "user-request");
}

TEST_F(Line, UpOfALinkThatIsUp) {
    start();
    bringUp();
    try {
        isp().up({}, [](const auto&) {});
        FAIL() << "no error";
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), ErrorCode::AlreadyUp);
    }
}

TEST_F(Line, UpJoinsTheAttempt) {
    start();
    Answer first, second;
    isp().up({true, 0s}, first.done());
    isp().up({true, 0s}, second.done());
    EXPECT_EQ(m.engines.launches, 1);
    negotiate();
    address();
    EXPECT_TRUE(first.came && second.came);
}

TEST_F(Line, DownAbortsAnAttemptAndTellsWhoWaits) {
    start();
    Answer up;
    isp().up({true, 0s}, up.done());
    isp().down(false, [](const auto&) {});
    ASSERT_TRUE(up.came);
    EXPECT_EQ(up.text().rfind("user-request:", 0), 0U) << up.text();
    end();
    EXPECT_EQ(state(), "down");
}

TEST_F(Line, UpWhileDisconnectingDialsAfterTheEnd) {
    start();
    bringUp();
    isp().down(false, [](const auto&) {});
    Answer up;
    isp().up({true, 0s}, up.done());
    EXPECT_EQ(state(), "disconnecting");
    m.dns.answer();
    end();
    EXPECT_EQ(state(), "connecting");
    EXPECT_EQ(m.engines.launches, 2);
    EXPECT_FALSE(up.came);
    negotiate();
    address();
    EXPECT_TRUE(up.came);
}

TEST_F(Line, RedialTable) {
    start();
    EXPECT_THROW(isp().redial({}, [](const auto&) {}), Error);
    bringUp();
    Answer redial;
    isp().redial({true, "timer"}, redial.done());
    EXPECT_EQ(state(), "disconnecting");
    m.dns.answer();
    end();
    EXPECT_EQ(state(), "connecting");
    isp().redial({}, [](const auto&) {});
    EXPECT_EQ(m.engines.launches, 2) << "nothing to do while connecting";
    negotiate();
    address();
    EXPECT_TRUE(redial.came);
    EXPECT_FALSE(redial.error);
    end(16);
    EXPECT_EQ(state(), "waiting");
    isp().redial({}, [](const auto&) {});
    EXPECT_EQ(state(), "connecting");
}

TEST_F(Line, WrongPasswordSaysSoInTheServersWords) {
    start();
    Answer up;
    isp().up({true, 0s}, up.done());
    phase(PPPM_PHASE_SERIALCONN);
    engine().report(engine::Session{5, {}, "ac"});
    phase(PPPM_PHASE_ESTABLISH);
    engine().report(engine::LcpUp{1492, 1492});
    phase(PPPM_PHASE_AUTHENTICATE);
    engine().report(engine::Auth{0xc223, PPPM_VERDICT_REFUSED, "account locked", 5});
    phase(PPPM_PHASE_TERMINATE);
    end(19);
    ASSERT_TRUE(up.came);
    EXPECT_EQ(up.error->code(), ErrorCode::Failed);
    EXPECT_EQ(up.text().rfind("auth-failed:", 0), 0U);
    EXPECT_NE(up.text().find("account locked"), std::string::npos);
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(isp().view().phase, "backoff");
    EXPECT_GT(isp().view().nextAttempt, 0U);
    for (int attempt = 2; attempt <= 3; ++attempt) {
        toNextAttempt();
        ASSERT_EQ(state(), "connecting");
        engine().report(engine::Auth{0xc223, PPPM_VERDICT_REFUSED, "account locked", 5});
        end(19);
    }
    EXPECT_EQ(state(), "failed");
    const int launches = m.engines.launches;
    m.clock.advance(24h);
    EXPECT_EQ(m.engines.launches, launches);
    manager->setSecrets(isp(), [] {
        Secrets s;
        s.emplace("password", Secret("right"));
        return s;
    }());
    EXPECT_EQ(state(), "connecting") << "a new password is tried at once";
}

TEST_F(Line, NoServerEndsAtTheProfilesTimeout) {
    start(R"({"type":"pppoe","pppoe":{"interface":"eth0","discovery-timeout":7},"auth":{"user":"a"}})");
    Answer up;
    isp().up({true, 0s}, up.done());
    phase(PPPM_PHASE_SERIALCONN);
    m.clock.advance(6999ms);
    EXPECT_EQ(state(), "connecting");
    m.clock.advance(1ms);
    EXPECT_EQ(state(), "disconnecting");
    EXPECT_EQ(engine().terminated, 1);
    end(8);
    EXPECT_EQ(up.text().rfind("discovery-timeout:", 0), 0U) << up.text();
    EXPECT_EQ(state(), "waiting");
}

TEST_F(Line, ARefusedServiceDoesNotWaitForTheTimeout) {
    start();
    Answer up;
    isp().up({true, 0s}, up.done());
    phase(PPPM_PHASE_SERIALCONN);
    engine().report(engine::DiscoveryError{0x0201, {}, "no gold"});
    m.clock.advance(1s);
    EXPECT_EQ(state(), "disconnecting");
    end(5);
    EXPECT_EQ(up.text().rfind("service-rejected:", 0), 0U) << up.text();
}

TEST_F(Line, TheWaitedTimeoutLeavesTheAttemptAlone) {
    start();
    Answer up;
    isp().up({true, 3s}, up.done());
    phase(PPPM_PHASE_SERIALCONN);
    m.clock.advance(3s);
    ASSERT_TRUE(up.came);
    EXPECT_EQ(up.error->code(), ErrorCode::Timeout);
    EXPECT_EQ(state(), "connecting");
}

TEST_F(Line, LostAfterAMinuteIsDialledAtOnce) {
    start();
    bringUp();
    m.clock.advance(60s);
    end(16);
    EXPECT_EQ(state(), "waiting");
    EXPECT_TRUE(nothingApplied());
    m.clock.settle();
    EXPECT_EQ(state(), "connecting");
}

TEST_F(Line, LadderForAnEngineThatIgnoresSigterm) {
    start();
    bringUp();
    isp().down(false, [](const auto&) {});
    m.dns.answer();
    m.clock.advance(8s);
    EXPECT_EQ(engine().terminated, 2);
    EXPECT_FALSE(engine().killed);
    m.clock.advance(3s);
    EXPECT_TRUE(engine().killed);
    engine().end({{}, 9});
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(m.network.padts, 1) << "the session is ended on the engine's behalf";
}

TEST_F(Line, AnEngineInDiscoveryIsToldUntilItHears) {
    start();
    isp().up({false, 0s}, [](const auto&) {});
    m.clock.settle();
    phase(PPPM_PHASE_SERIALCONN);
    isp().down(false, [](const auto&) {});
    EXPECT_EQ(engine().terminated, 1);
    m.clock.advance(250ms);
    m.clock.advance(250ms);
    EXPECT_EQ(engine().terminated, 3) << "a SIGTERM just before pppd's wait is seen when that wait ends";
    engine().end({{}, 5});
    EXPECT_EQ(state(), "down");
}

TEST_F(Line, AnEngineWithASessionIsToldOnce) {
    start();
    bringUp();
    isp().down(false, [](const auto&) {});
    m.dns.answer();
    m.clock.advance(7s);
    EXPECT_EQ(engine().terminated, 1) << "LCP is given its time";
    engine().end({{}, 5});
    EXPECT_EQ(state(), "down");
}

TEST_F(Line, AResolverThatNeverAnswersDoesNotHoldUsForEver) {
    start();
    bringUp();
    m.dns.hangs = true;
    isp().down(false, [](const auto&) {});
    end();
    EXPECT_EQ(state(), "disconnecting");
    m.clock.advance(8s);
    EXPECT_EQ(state(), "down");
}

TEST_F(Line, MissingInterfaceIsWaitedFor) {
    m.network.links.clear();
    start();
    Answer up;
    isp().up({true, 0s}, up.done());
    ASSERT_TRUE(up.came);
    EXPECT_EQ(up.text().rfind("device-missing:", 0), 0U);
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(isp().view().phase, "device");
    EXPECT_EQ(m.clock.armed(), 0U) << "no polling";
    m.network.change({2, "eth0", 1500, true, true});
    EXPECT_EQ(state(), "connecting");
}

TEST_F(Line, NoCarrierIsWaitedFor) {
    m.network.links["eth0"].carrier = false;
    start();
    isp().up({}, [](const auto&) {});
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(isp().view().phase, "carrier");
    EXPECT_EQ(isp().view().reason, "no-carrier");
    m.network.change({2, "eth0", 1500, true, true});
    EXPECT_EQ(state(), "connecting");
}

TEST_F(Line, APortThatIsDownIsSetUpAndGivenBack) {
    m.network.links["eth0"] = {2, "eth0", 1500, false, false};
    start();
    bringUp();
    EXPECT_EQ(state(), "up");
    EXPECT_TRUE(m.network.links["eth0"].up);
    isp().down(false, [](const auto&) {});
    m.dns.answer();
    end();
    EXPECT_FALSE(m.network.links["eth0"].up);
    EXPECT_TRUE(m.records.records.empty());
}

TEST_F(Line, APortThatAnotherLinkUsesStaysUpUntilThatIsDown) {
    m.network.links["eth0"] = {2, "eth0", 1500, false, false};
    m.addProfile("other");
    start();
    bringUp();
    manager->get("other").up({}, [](const auto&) {});
    isp().down(false, [](const auto&) {});
    m.dns.answer();
    end();
    EXPECT_EQ(state(), "down");
    EXPECT_TRUE(m.network.links["eth0"].up);
    manager->get("other").down(false, [](const auto&) {});
    m.engines.of("other")->end({5, {}});
    EXPECT_FALSE(m.network.links["eth0"].up);
    EXPECT_TRUE(m.records.records.empty());
}

TEST_F(Line, APortWithoutCarrierGetsAMomentAfterItWasSetUp) {
    m.network.links["eth0"] = {2, "eth0", 1500, false, false};
    m.network.plugged = false;
    start();
    Answer up;
    isp().up({true, 0s}, up.done());
    EXPECT_EQ(state(), "connecting");
    EXPECT_EQ(isp().view().phase, "carrier");
    m.network.change({2, "eth0", 1500, true, true});
    EXPECT_EQ(m.engines.launches, 1);
    EXPECT_FALSE(up.came);
}

TEST_F(Line, VlanAndOwnMacAreMadeAndRemoved) {
    start(R"({"type":"pppoe","pppoe":{"interface":"eth0","vlan":7,"clone-mac":"02:00:00:00:00:09"},
              "auth":{"user":"a"},"ipv6":{"enabled":false}})");
    bringUp();
    EXPECT_EQ(m.engines.lastDevice, "eth0.7m");
    isp().down(false, [](const auto&) {});
    m.dns.answer();
    end();
    EXPECT_EQ(m.network.links.size(), 1U);
}

TEST_F(Line, TheSecondFamilyIsWaitedForButNotForEver) {
    start(R"({"type":"pppoe","pppoe":{"interface":"eth0"},"auth":{"user":"a"}})");
    isp().up({}, [](const auto&) {});
    negotiate();
    address();
    EXPECT_EQ(state(), "connecting");
    m.clock.advance(1s);
    EXPECT_EQ(state(), "up");
    engine().report(engine::Ip6Up{"ppp0", 10, {0, 0, 0, 0, 0, 0, 0, 1}, {0, 0, 0, 0, 0, 0, 0, 2}, 1492});
    EXPECT_EQ(isp().view().localAddress6, "fe80::0:0:0:1");
}

TEST_F(Line, ARefusedSecondFamilyIsNotWaitedFor) {
    start(R"({"type":"pppoe","pppoe":{"interface":"eth0"},"auth":{"user":"a"}})");
    isp().up({}, [](const auto&) {});
    negotiate();
    engine().report(engine::ProtocolRejected{0x8057});
    address();
    EXPECT_EQ(state(), "up");
}

TEST_F(Line, AnAddressThatChangesWhileUpIsFollowed) {
    start();
    bringUp();
    engine().report(engine::Ip4Down{});
    EXPECT_EQ(state(), "up");
    EXPECT_TRUE(nothingApplied() || !m.dns.pending.empty());
    m.dns.answer();
    auto other = ip4();
    other.local = {10, 64, 0, 101};
    engine().report(other);
    m.dns.answer();
    EXPECT_EQ(isp().view().localAddress, "10.64.0.101");
    EXPECT_EQ(isp().view().phase, "running");
    EXPECT_FALSE(nothingApplied());
}

TEST_F(Line, WithoutAStoredPasswordNothingIsDialled) {
    start();
    m.profiles.secrets.clear();
    Answer up;
    isp().up({true, 0s}, up.done());
    EXPECT_EQ(up.text().rfind("secrets-missing:", 0), 0U);
    EXPECT_EQ(state(), "failed");
    EXPECT_EQ(m.engines.launches, 0);
}

TEST_F(Line, NoEngineOnTheMachine) {
    m.engines.refuse = EngineUnavailable::Why::EngineMissing;
    start();
    Answer up;
    isp().up({true, 0s}, up.done());
    EXPECT_EQ(up.text().rfind("engine-missing:", 0), 0U);
    EXPECT_EQ(state(), "failed");
}

TEST_F(Line, BrokenProfileIsFailedAndMended) {
    start(R"({"type":"pppoe","pppoe":{"interfce":"eth0"}})");
    EXPECT_EQ(state(), "failed");
    EXPECT_EQ(isp().view().reason, "profile-invalid");
    EXPECT_NE(isp().view().reasonText.find("/pppoe/interfce"), std::string::npos);
    EXPECT_THROW(isp().up({}, [](const auto&) {}), Error);
    m.addProfile("isp");
    manager->reload();
    EXPECT_EQ(state(), "down");
}

TEST_F(Line, TimelineTellsTheStory) {
    start();
    bringUp();
    std::vector<std::string> phases;
    for (const auto& entry : isp().story().timeline().last(0)) {
        if (entry.what == "phase") {
            phases.push_back(std::get<std::string>(entry.details.at("phase")));
        }
    }
    EXPECT_EQ(phases, (std::vector<std::string>{"device", "secrets", "dialing", "discovery", "lcp", "auth",
                                                "network", "applying", "running"}));
}

TEST_F(Line, ALongWaitForTheSecondFamilyHasNoOtherLimit) {
    start(R"({"type":"pppoe","pppoe":{"interface":"eth0"},"auth":{"user":"alice"},"ipv6":{"wait":60}})");
    isp().up({}, [](const auto&) {});
    negotiate();
    address();
    m.dns.answer();
    m.clock.advance(59s);
    EXPECT_EQ(state(), "connecting");
    m.clock.advance(1s);
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(m.engines.launches, 1);
}

} // namespace
