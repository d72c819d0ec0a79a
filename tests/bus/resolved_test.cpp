// SPDX-License-Identifier: LGPL-2.1-or-later
// DnsHandler and its systemd-resolved backend against a stand-in.
#include "sys/dns_handler.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fake.hpp"
#include "loop_fixture.hpp"

namespace ppp::test {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

core::DnsPlan plan(std::uint32_t interface = 7) {
    core::DnsPlan p;
    p.interface = interface;
    p.interfaceName = "ppp0";
    p.servers = {"10.64.0.53", "fe80::53%ppp0"};
    p.search = {"example.com", "~corp", "~."};
    return p;
}

class ResolvedTest : public ::testing::Test {
protected:
    void startResolved() { resolved = std::make_unique<Fake>(PPP_TEST_FAKE_RESOLVED, "resolved"); }
    void makeDns() {
        sys::DnsPaths paths; // nobody else takes servers
        paths.resolvconf = {};
        paths.resolvConf = fixture.dbus.folder() + "/resolv.conf";
        paths.runtime = fixture.dbus.folder();
        dns = std::make_unique<sys::DnsHandler>(fixture.loop, *fixture.bus, fixture.journal, outside, paths,
                                                deadline);
        dns->onResolverChanged([this] { ++changes; });
    }
    void start() {
        startResolved();
        makeDns();
    }
    std::string apply(const core::DnsPlan& p) {
        std::optional<std::string> answer;
        dns->apply(p, [&](const std::string& error) { answer = error; });
        EXPECT_FALSE(answer) << "no answer from within the call";
        EXPECT_TRUE(fixture.eventually([&] { return answer.has_value(); }));
        return answer.value_or("no answer");
    }
    std::string revert(const core::DnsPlan& p) {
        std::optional<std::string> answer;
        dns->revert(p, [&](const std::string& error) { answer = error; });
        EXPECT_FALSE(answer) << "no answer from within the call";
        EXPECT_TRUE(fixture.eventually([&] { return answer.has_value(); }));
        return answer.value_or("no answer");
    }

    BusLoop fixture;
    sys::OutsideCommands outside{fixture.loop, *fixture.bus, ""};
    std::unique_ptr<Fake> resolved;
    std::chrono::microseconds deadline = sys::DnsHandler::kDeadline;
    std::unique_ptr<sys::DnsHandler> dns;
    int changes = 0;
};

TEST_F(ResolvedTest, DomainsAndDefaultRouteGoBeforeServers) {
    start();
    EXPECT_EQ(dns->handler(), "resolved");
    EXPECT_EQ(apply(plan()), "");
    EXPECT_EQ(resolved->calls(), (Strings{"SetLinkDomains 7 example.com ~corp ~.",
                                          "SetLinkDefaultRoute 7 true", "SetLinkDNS 7 10.64.0.53 fe80::53"}));
    resolved->forget();
    EXPECT_EQ(revert(plan()), "");
    EXPECT_EQ(resolved->calls(), (Strings{"RevertLink 7"}));
}

TEST_F(ResolvedTest, SecuritySettingsGoFirstAndAreTakenBackWithTheProfiles) {
    start();
    auto p = plan();
    p.dnssec = "allow-downgrade";
    p.overTls = "opportunistic";
    EXPECT_EQ(apply(p), "");
    EXPECT_EQ(resolved->calls(),
              (Strings{"SetLinkDNSSEC 7 allow-downgrade", "SetLinkDNSOverTLS 7 opportunistic",
                       "SetLinkDomains 7 example.com ~corp ~.", "SetLinkDefaultRoute 7 true",
                       "SetLinkDNS 7 10.64.0.53 fe80::53"}));
    resolved->forget();
    p.dnssec.clear();
    EXPECT_EQ(apply(p), "");
    EXPECT_EQ(resolved->calls().at(0), "SetLinkDNSSEC 7 ");
    resolved->forget();
    EXPECT_EQ(revert(p), "");
    EXPECT_EQ(apply(plan()), "");
    EXPECT_EQ(resolved->calls().at(1), "SetLinkDomains 7 example.com ~corp ~.") << "nothing of them is known";
}

TEST_F(ResolvedTest, WhatResolvedCannotDoIsSaid) {
    start();
    resolved->set("SetLinkDNSOverTLS", "error org.freedesktop.DBus.Error.NotSupported not built in");
    auto p = plan();
    p.overTls = "yes";
    EXPECT_EQ(apply(p), "systemd-resolved refused the DNS-over-TLS mode: not built in");
    EXPECT_EQ(resolved->calls().size(), 5U);
}

TEST_F(ResolvedTest, OneThatIsChosenIsWaitedFor) {
    makeDns();
    auto p = plan();
    p.handler = core::DnsHandlerChoice::Resolved;
    EXPECT_EQ(apply(p), "systemd-resolved is not running");
    startResolved();
    ASSERT_TRUE(fixture.eventually([&] { return changes == 1; }));
    EXPECT_EQ(apply(p), "");
}

TEST_F(ResolvedTest, NoDomainsAreMadeUp) {
    start();
    auto p = plan();
    p.search.clear();
    p.defaultRoute = false;
    EXPECT_EQ(apply(p), "");
    EXPECT_EQ(resolved->calls().at(0), "SetLinkDomains 7");
    EXPECT_EQ(resolved->calls().at(1), "SetLinkDefaultRoute 7 false");
}

TEST_F(ResolvedTest, WhatIsNoAddressIsNamedAndTheOthersArePushed) {
    start();
    auto p = plan();
    p.servers = {"10.64.0.53", "example.com", "1.2.3"};
    EXPECT_EQ(apply(p), "not an address: example.com; not an address: 1.2.3");
    EXPECT_EQ(resolved->calls().at(2), "SetLinkDNS 7 10.64.0.53");
}

TEST_F(ResolvedTest, WhatTheBusCannotCarryIsNotSent) {
    start();
    auto p = plan();
    p.search = {"\xff\xfe"};
    EXPECT_EQ(apply(p), "not a domain: \xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(apply(plan()), "");
}

TEST_F(ResolvedTest, ARefusalOfOneThingDoesNotKeepTheOthersBack) {
    start();
    resolved->set("SetLinkDomains", "error org.freedesktop.DBus.Error.InvalidArgs Invalid domain");
    EXPECT_EQ(apply(plan()), "systemd-resolved refused the domains: Invalid domain");
    EXPECT_EQ(resolved->calls().size(), 3U);
}

TEST_F(ResolvedTest, ALinkThatIsNotKnownYetIsTriedAgain) {
    start();
    resolved->set("SetLinkDomains", "error-times 3 org.freedesktop.resolve1.NoSuchLink Link 7 not known");
    EXPECT_EQ(apply(plan()), "");
    EXPECT_EQ(resolved->calls().size(), 12U);
}

TEST_F(ResolvedTest, AnAnswerThatComesTooLateTellsThatItIsBack) {
    deadline = 3s; // within which it answers, too, once it is back
    start();
    for (const char* method : {"SetLinkDomains", "SetLinkDefaultRoute", "SetLinkDNS"}) {
        resolved->set(method, "hang");
    }
    EXPECT_EQ(apply(plan()), "systemd-resolved does not answer");
    EXPECT_EQ(changes, 0);
    for (const char* method : {"SetLinkDomains", "SetLinkDefaultRoute", "SetLinkDNS"}) {
        resolved->set(method, "ok");
    }
    resolved->resume();
    EXPECT_TRUE(fixture.eventually([&] { return changes == 1; }));
    EXPECT_EQ(apply(plan()), "");
    EXPECT_EQ(changes, 1);
}

TEST_F(ResolvedTest, WhatIsAskedLaterSupersedesWhatIsLate) {
    deadline = 3s; // within which it answers, too, once it is back
    start();
    resolved->process().signal(SIGSTOP);
    EXPECT_EQ(apply(plan()), "systemd-resolved does not answer");
    std::optional<std::string> answer;
    dns->revert(plan(), [&](const std::string& error) { answer = error; });
    resolved->process().signal(SIGCONT);
    EXPECT_TRUE(fixture.eventually([&] { return answer.has_value(); }));
    EXPECT_EQ(answer, "");
    EXPECT_EQ(changes, 0);
    EXPECT_EQ(resolved->calls().back(), "RevertLink 7");
}

TEST_F(ResolvedTest, ALinkThatStaysUnknownIsSaidSoWithinTheDeadline) {
    deadline = 300ms;
    start();
    resolved->set("SetLinkDomains", "error org.freedesktop.resolve1.NoSuchLink Link 7 not known");
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(apply(plan()), "systemd-resolved does not know ppp0: Link 7 not known");
    EXPECT_LT(std::chrono::steady_clock::now() - before, 3s);
}

TEST_F(ResolvedTest, RevertOfALinkThatIsGoneIsDone) {
    start();
    resolved->set("RevertLink", "error org.freedesktop.resolve1.NoSuchLink Link 7 not known");
    EXPECT_EQ(revert(plan()), "");
}

TEST_F(ResolvedTest, RefusalsAreExplained) {
    start();
    resolved->set("SetLinkDNS", "error org.freedesktop.resolve1.LinkBusy Link ppp0 is managed.");
    EXPECT_EQ(apply(plan()), "systemd-resolved leaves ppp0 to systemd-networkd: Link ppp0 is managed.");
    resolved->set("SetLinkDNS", "error org.freedesktop.DBus.Error.InvalidArgs Invalid DNS\x1b server");
    EXPECT_EQ(apply(plan()), "systemd-resolved refused the servers: Invalid DNS\\x1B server");
    resolved->set("SetLinkDomains", "error org.freedesktop.DBus.Error.AccessDenied no");
    EXPECT_EQ(apply(plan()), "systemd-resolved refused the domains: no");
}

TEST_F(ResolvedTest, ALaterCallSupersedesAndOthersGoOn) {
    start();
    resolved->set("SetLinkDomains", "hang");
    Strings answers;
    dns->apply(plan(7), [&](const std::string& error) { answers.push_back("first:" + error); });
    dns->apply(plan(8), [&](const std::string& error) { answers.push_back("other:" + error); });
    fixture.settle();
    dns->revert(plan(7), [&](const std::string& error) { answers.push_back("revert:" + error); });
    ASSERT_TRUE(fixture.eventually([&] { return answers.size() == 2; }));
    EXPECT_EQ(answers, (Strings{std::string("first:") + sys::kDnsSuperseded, "revert:"}));
    resolved->set("SetLinkDomains", "ok");
    resolved->resume();
    ASSERT_TRUE(fixture.eventually([&] { return answers.size() == 3; }));
    EXPECT_EQ(answers.back(), "other:");
    fixture.settle();
    const auto calls = resolved->calls();
    EXPECT_EQ(std::count(calls.begin(), calls.end(), "RevertLink 7"), 1);
    EXPECT_EQ(answers.size(), 3U) << "the superseded job answered again";
}

TEST_F(ResolvedTest, HangingResolvedIsGivenUp) {
    deadline = 100ms;
    start();
    resolved->set("SetLinkDefaultRoute", "hang");
    EXPECT_EQ(apply(plan()), "systemd-resolved does not answer");
}

TEST_F(ResolvedTest, WithoutResolvedThereIsNoHandler) {
    makeDns();
    EXPECT_EQ(dns->handler(), "none");
    EXPECT_NE(apply(plan()), "");
    EXPECT_EQ(revert(plan()), "");
    startResolved();
    ASSERT_TRUE(fixture.eventually([&] { return changes == 1; }));
    EXPECT_EQ(dns->handler(), "resolved");
    EXPECT_EQ(apply(plan()), "");
}

TEST_F(ResolvedTest, RestartIsAnnouncedAndCallsGoToTheNewOwner) {
    start();
    EXPECT_EQ(apply(plan()), "");
    resolved->kill();
    ASSERT_TRUE(fixture.eventually([&] { return changes == 1; }));
    EXPECT_EQ(dns->handler(), "none");
    startResolved();
    ASSERT_TRUE(fixture.eventually([&] { return changes == 2; }));
    EXPECT_EQ(apply(plan()), "");
    EXPECT_EQ(resolved->calls().size(), 3U);
}

TEST_F(ResolvedTest, DyingDuringACallAnswersAtOnce) {
    start();
    resolved->set("SetLinkDNS", "crash");
    const auto before = std::chrono::steady_clock::now();
    const std::string error = apply(plan());
    EXPECT_NE(error, "");
    EXPECT_NE(error, "systemd-resolved does not answer");
    EXPECT_LT(std::chrono::steady_clock::now() - before, 4s);
}

TEST_F(ResolvedTest, AnswersMayAskAgain) {
    start();
    resolved->set("SetLinkDomains", "hang");
    Strings answers;
    dns->apply(plan(), [&](const std::string& error) {
        answers.push_back(error);
        dns->apply(plan(), [&](const std::string& again) { answers.push_back(again); });
    });
    fixture.settle();
    resolved->kill();
    ASSERT_TRUE(fixture.eventually([&] { return answers.size() == 2; }));
    EXPECT_EQ(answers.at(0), "systemd-resolved went away");
    EXPECT_NE(answers.at(1), "");
}

} // namespace
} // namespace ppp::test
