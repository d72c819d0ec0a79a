// SPDX-License-Identifier: LGPL-2.1-or-later
// Who takes our servers, and what outlives links and daemons: a resolvconf that notes its calls, the real
// program for resolv.conf, a stand-in for resolved.
#include "sys/dns_handler.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake.hpp"
#include "loop_fixture.hpp"

namespace ppp::test {
namespace {

using namespace std::chrono_literals;
using core::DnsHandlerChoice;

constexpr std::uint32_t kGone = 900001; // no machine has so many links
constexpr std::uint32_t kThere = 1;     // the loopback link

core::DnsPlan plan(std::uint32_t interface = kGone, DnsHandlerChoice handler = DnsHandlerChoice::Auto) {
    core::DnsPlan p;
    p.interface = interface;
    p.interfaceName = "ppp" + std::to_string(interface % 10);
    p.servers = {"10.64.0.53"};
    p.search = {"example.com", "~corp"};
    p.handler = handler;
    return p;
}

class DnsHandlerTest : public ::testing::Test {
protected:
    DnsHandlerTest() {
        paths.resolvconf = {path("resolvconf")};
        paths.resolvConf = path("resolv.conf");
        paths.helper = PPP_TEST_PPP_MANAGER_RESOLV_CONF;
        paths.runtime = path("run");
    }
    std::string path(const std::string& name) const { return fixture.dbus.folder() + "/" + name; }
    void put(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }
    std::string get(const std::string& name) const {
        std::ifstream in(path(name));
        return {std::istreambuf_iterator<char>(in), {}};
    }
    bool exists(const std::string& name) const { return access(path(name).c_str(), F_OK) == 0; }
    /// A resolvconf that notes its arguments and standard input, and then does `rest`.
    void install(const std::string& rest = {}) {
        put("resolvconf", "#!/bin/sh\n{ echo \"$*\" metric=$IF_METRIC; [ \"$1\" = -d ] || cat; } >>'" +
                              path("calls") + "'\n" + rest + "\n");
        chmod(path("resolvconf").c_str(), 0755);
    }
    void begin() {
        dns = std::make_unique<sys::DnsHandler>(fixture.loop, *fixture.bus, fixture.journal, outside, paths,
                                                deadline);
        dns->onResolverChanged([this] { ++changes; });
    }
    std::string apply(const core::DnsPlan& p) {
        return answer([&](auto done) { dns->apply(p, done); });
    }
    std::string revert(const core::DnsPlan& p) {
        return answer([&](auto done) { dns->revert(p, done); });
    }
    template <typename Ask> std::string answer(Ask ask) {
        std::optional<std::string> out;
        ask([&](const std::string& error) { out = error; });
        EXPECT_FALSE(out) << "no answer from within the call";
        EXPECT_TRUE(fixture.eventually([&] { return out.has_value(); }));
        return out.value_or("no answer");
    }

    BusLoop fixture;
    sys::OutsideCommands outside{fixture.loop, *fixture.bus, ""};
    sys::DnsPaths paths;
    std::chrono::microseconds deadline = sys::DnsHandler::kDeadline;
    std::unique_ptr<sys::DnsHandler> dns;
    int changes = 0;
};

TEST_F(DnsHandlerTest, ResolvconfIsToldWhatIsInForceAndWhatIsNot) {
    install();
    begin();
    EXPECT_EQ(dns->handler(), "resolvconf");
    EXPECT_EQ(apply(plan()), "");
    EXPECT_EQ(get("calls"), "-a ppp1.ppp-manager metric=\nsearch example.com\nnameserver 10.64.0.53\n");
    put("calls", "");
    EXPECT_EQ(revert(plan()), "");
    EXPECT_EQ(get("calls"), "-d ppp1.ppp-manager metric=\n");
    EXPECT_FALSE(exists("run/dns.json"));
}

TEST_F(DnsHandlerTest, ServersForSomeNamesOnlyArePrivate) {
    install();
    begin();
    auto p = plan();
    p.defaultRoute = false;
    p.priority = 107;
    EXPECT_EQ(apply(p), "");
    EXPECT_EQ(get("calls"), "-p -a ppp1.ppp-manager metric=7\nsearch example.com\nnameserver 10.64.0.53\n");
}

TEST_F(DnsHandlerTest, WhatResolvconfComplainsOfIsSaid) {
    install("echo \"Error: no space\"; exit 99");
    begin();
    EXPECT_EQ(apply(plan()), "resolvconf ended with status 99: Error: no space");
    EXPECT_EQ(revert(plan()), "resolvconf ended with status 99: Error: no space");
    ASSERT_EQ(fixture.journal.lines.size(), 1U);
    EXPECT_EQ(fixture.journal.lines.at(0),
              "|the name servers of ppp1 were not taken back: resolvconf ended with "
              "status 99: Error: no space");
}

TEST_F(DnsHandlerTest, WhatOpenresolvDoesNotKnowAnyMoreIsTakenBack) {
    install("echo \"No resolv.conf for interface ppp1.ppp-manager\" >&2; exit 1");
    begin();
    EXPECT_EQ(revert(plan()), "");
    EXPECT_TRUE(fixture.journal.lines.empty());
    EXPECT_NE(apply(plan()), "") << "where something is to be given it is an error";
}

TEST_F(DnsHandlerTest, AResolvconfThatHangsIsGivenUpAndTheLastWordCountsInTheEnd) {
    deadline = 300ms;
    mkfifo(path("gate").c_str(), 0600);
    install("[ \"$1\" = -d ] || read word <'" + path("gate") + "'");
    begin();
    EXPECT_EQ(apply(plan()), "resolvconf does not answer");
    EXPECT_EQ(revert(plan()), "resolvconf does not answer");
    put("gate", "go on\n");
    ASSERT_TRUE(fixture.eventually([&] { return outside.idle(); }));
    EXPECT_EQ(get("calls"), "-a ppp1.ppp-manager metric=\nsearch example.com\nnameserver 10.64.0.53\n"
                            "-d ppp1.ppp-manager metric=\n");
}

TEST_F(DnsHandlerTest, ASlowResolvconfIsLetGoOnAndHeardLate) {
    deadline = 300ms;
    mkfifo(path("gate").c_str(), 0600);
    install("read word <'" + path("gate") + "'");
    begin();
    EXPECT_EQ(apply(plan()), "resolvconf does not answer");
    EXPECT_EQ(changes, 0);
    put("gate", "go on\n");
    ASSERT_TRUE(fixture.eventually([&] { return changes == 1; }));
    const std::string calls = get("calls");
    EXPECT_EQ(apply(plan()), "") << "it is in force, and is not told again";
    EXPECT_EQ(get("calls"), calls);
    auto other = plan();
    other.servers = {"10.64.0.54"};
    EXPECT_EQ(apply(other), "resolvconf does not answer") << "other servers are";
    put("gate", "go on\n");
    ASSERT_TRUE(fixture.eventually([&] { return changes == 2; }));
    EXPECT_NE(get("calls"), calls);
    install();
    EXPECT_EQ(apply(other), "") << "another program knows of nothing";
    EXPECT_NE(get("calls").find("-a", calls.size() + calls.size()), std::string::npos);
}

TEST_F(DnsHandlerTest, WhatALateCommandSaysIsNoAnswerToTheNext) {
    deadline = 300ms;
    mkfifo(path("gate").c_str(), 0600);
    install("[ \"$1\" = -d ] || { read word <'" + path("gate") + "'; exit 7; }");
    begin();
    EXPECT_EQ(apply(plan()), "resolvconf does not answer");
    int answers = 0;
    for (int i = 0; i < 20; ++i) { // one of them may lie where the one lay that is answered
        dns->revert(plan(), [&](const std::string& error) {
            EXPECT_EQ(error.find("status 7"), std::string::npos) << error;
            ++answers;
        });
    }
    put("gate", "go on\n");
    ASSERT_TRUE(fixture.eventually([&] { return answers == 20; }));
}

TEST_F(DnsHandlerTest, ResolvedsOwnResolvconfDoesNotCount) {
    install();
    std::rename(path("resolvconf").c_str(), path("resolvectl").c_str());
    ASSERT_EQ(symlink("resolvectl", path("resolvconf").c_str()), 0);
    begin();
    EXPECT_EQ(dns->handler(), "none");
    EXPECT_NE(apply(plan()), "");
    EXPECT_EQ(apply(plan(kGone, DnsHandlerChoice::Resolvconf)), "the resolvconf command is not installed");
    EXPECT_FALSE(exists("calls"));
}

TEST_F(DnsHandlerTest, WhenResolvedComesLinksMoveOverToIt) {
    install();
    begin();
    EXPECT_EQ(apply(plan()), "");
    put("calls", "");
    Fake resolved(PPP_TEST_FAKE_RESOLVED, "resolved");
    ASSERT_TRUE(fixture.eventually([&] { return changes == 1; }));
    EXPECT_EQ(apply(plan()), "");
    EXPECT_EQ(dns->handler(), "resolved");
    ASSERT_TRUE(fixture.eventually([&] { return outside.idle(); }));
    EXPECT_EQ(get("calls"), "-d ppp1.ppp-manager metric=\n");
    EXPECT_FALSE(exists("run/dns.json"));
    resolved.kill();
    ASSERT_TRUE(fixture.eventually([&] { return changes == 2; }));
    EXPECT_EQ(dns->handler(), "resolvconf");
    EXPECT_EQ(apply(plan()), "");
    EXPECT_TRUE(exists("run/dns.json"));
}

TEST_F(DnsHandlerTest, TheFileIsWrittenForThoseAloneWhoChoseIt) {
    put("resolv.conf", "nameserver 127.0.0.1\n");
    begin();
    EXPECT_EQ(dns->handler(), "none");
    EXPECT_NE(apply(plan()), "");
    EXPECT_EQ(get("resolv.conf"), "nameserver 127.0.0.1\n");
    auto first = plan(kGone, DnsHandlerChoice::File);
    EXPECT_EQ(apply(first), "");
    EXPECT_EQ(dns->handler(), "file");
    EXPECT_TRUE(get("resolv.conf").ends_with("search example.com\nnameserver 10.64.0.53\n"));
    auto second = plan(kGone + 1, DnsHandlerChoice::File);
    second.servers = {"10.65.0.53"};
    second.priority = 1;
    EXPECT_EQ(apply(second), "");
    EXPECT_TRUE(get("resolv.conf").ends_with("nameserver 10.65.0.53\nnameserver 10.64.0.53\n"));
    EXPECT_EQ(revert(first), "");
    EXPECT_TRUE(get("resolv.conf").ends_with("search example.com\nnameserver 10.65.0.53\n"));
    EXPECT_EQ(revert(second), "");
    EXPECT_EQ(get("resolv.conf"), "nameserver 127.0.0.1\n");
    EXPECT_FALSE(exists("run/dns.json"));
    EXPECT_EQ(dns->handler(), "none");
}

TEST_F(DnsHandlerTest, AFileCannotServeSomeNamesOnly) {
    begin();
    auto p = plan(kGone, DnsHandlerChoice::File);
    p.defaultRoute = false;
    EXPECT_NE(apply(p).find("some names only"), std::string::npos);
    EXPECT_EQ(get("resolv.conf").find("nameserver"), std::string::npos);
    EXPECT_EQ(revert(p), "");
    EXPECT_FALSE(exists("resolv.conf"));
}

TEST_F(DnsHandlerTest, AFileThatWouldHaveNoServersReplacesNone) {
    put("resolv.conf", "nameserver 192.0.2.1\n");
    begin();
    auto some = plan(kGone, DnsHandlerChoice::File);
    some.defaultRoute = false;
    EXPECT_NE(apply(some).find("some names only"), std::string::npos);
    EXPECT_EQ(get("resolv.conf"), "nameserver 192.0.2.1\n");
    const auto all = plan(kGone + 1, DnsHandlerChoice::File);
    EXPECT_EQ(apply(all), "");
    EXPECT_NE(get("resolv.conf"), "nameserver 192.0.2.1\n");
    EXPECT_EQ(revert(all), "");
    EXPECT_EQ(get("resolv.conf"), "nameserver 192.0.2.1\n");
    EXPECT_EQ(revert(some), "");
    EXPECT_EQ(get("resolv.conf"), "nameserver 192.0.2.1\n");
}

TEST_F(DnsHandlerTest, WhatADeadDaemonsLinkLeftIsTakenBack) {
    put("resolv.conf", "nameserver 127.0.0.1\n");
    install();
    begin();
    EXPECT_EQ(apply(plan(kGone, DnsHandlerChoice::File)), "");
    EXPECT_EQ(apply(plan(kGone + 1, DnsHandlerChoice::Resolvconf)), "");
    put("calls", "");
    begin();
    ASSERT_TRUE(fixture.eventually([&] { return !exists("run/dns.json"); }));
    EXPECT_EQ(get("resolv.conf"), "nameserver 127.0.0.1\n");
    EXPECT_EQ(get("calls"), "-d ppp2.ppp-manager metric=\n");
}

TEST_F(DnsHandlerTest, WhatADeadDaemonsLinkLeftIsKeptWhileTheLinkIsThere) {
    put("resolv.conf", "nameserver 127.0.0.1\n");
    begin();
    EXPECT_EQ(apply(plan(kThere, DnsHandlerChoice::File)), "");
    EXPECT_EQ(apply(plan(kGone, DnsHandlerChoice::File)), "");
    begin();
    const auto onlyOne = [&] { return get("run/dns.json").find(std::to_string(kGone)) == std::string::npos; };
    ASSERT_TRUE(fixture.eventually(onlyOne));
    EXPECT_NE(get("resolv.conf").find("nameserver 10.64.0.53"), std::string::npos);
    EXPECT_EQ(revert(plan(kThere, DnsHandlerChoice::File)), "");
    EXPECT_EQ(get("resolv.conf"), "nameserver 127.0.0.1\n");
}

TEST_F(DnsHandlerTest, AFileOfOursThatNobodyHasARecordOfIsGivenBack) {
    put("resolv.conf", "nameserver 127.0.0.1\n");
    begin();
    EXPECT_EQ(apply(plan(kGone, DnsHandlerChoice::File)), "");
    dns.reset();
    std::remove(path("run/dns.json").c_str()); // the machine was started again
    begin();
    ASSERT_TRUE(fixture.eventually([&] { return !exists("resolv.conf.before-ppp-manager"); }));
    EXPECT_EQ(get("resolv.conf"), "nameserver 127.0.0.1\n");
}

TEST_F(DnsHandlerTest, WhatSomebodyElsePutThereIsSaidAndLeft) {
    put("resolv.conf", "nameserver 127.0.0.1\n");
    begin();
    EXPECT_EQ(apply(plan(kGone, DnsHandlerChoice::File)), "");
    std::remove(path("resolv.conf").c_str());
    put("resolv.conf", "nameserver 127.0.0.2\n");
    EXPECT_NE(revert(plan(kGone, DnsHandlerChoice::File)), "");
    EXPECT_EQ(get("resolv.conf"), "nameserver 127.0.0.2\n");
    ASSERT_EQ(fixture.journal.lines.size(), 1U);
    EXPECT_EQ(fixture.journal.lines.at(0), "|/etc/resolv.conf as it was before was not put back: resolv.conf "
                                           "ended with status 3: somebody else has "
                                           "replaced it meanwhile; theirs stays");
}

TEST_F(DnsHandlerTest, WhatCouldNotBeUndoneStaysOnRecordAndIsTriedAgain) {
    install("[ \"$1\" != -d ] || [ ! -e '" + path("broken") + "' ]");
    put("broken", "");
    begin();
    EXPECT_EQ(apply(plan()), "");
    EXPECT_NE(revert(plan()), "");
    EXPECT_TRUE(exists("run/dns.json"));
    std::remove(path("broken").c_str());
    ASSERT_TRUE(fixture.eventually([&] { return !exists("run/dns.json"); }));
    EXPECT_TRUE(get("calls").ends_with("-d ppp1.ppp-manager metric=\n-d ppp1.ppp-manager metric=\n"));
}

TEST_F(DnsHandlerTest, WhatCouldNotBeUndoneIsNotUndoneToTheNextOfThatName) {
    install("[ \"$1\" != -d ] || [ ! -e '" + path("broken") + "' ]");
    put("broken", "");
    begin();
    EXPECT_EQ(apply(plan()), "");
    EXPECT_NE(revert(plan()), "");
    EXPECT_EQ(apply(plan(kGone + 10)), "");
    EXPECT_EQ(get("run/dns.json").find(std::to_string(kGone)), std::string::npos);
    EXPECT_TRUE(get("calls").ends_with("nameserver 10.64.0.53\n"));
}

TEST_F(DnsHandlerTest, ALateEndOfALinkTakesNothingFromTheNextOfThatName) {
    for (const bool restarted : {false, true}) {
        put("calls", "");
        install();
        begin();
        EXPECT_EQ(apply(plan()), "");
        if (restarted) {
            begin();
            EXPECT_EQ(apply(plan()), "") << "its engine was taken over, dead or not";
        }
        auto next = plan(kGone + 10);
        next.servers = {"10.65.0.53"};
        EXPECT_EQ(apply(next), "");
        EXPECT_EQ(get("run/dns.json").find(std::to_string(kGone)), std::string::npos);
        const std::string calls = get("calls");
        EXPECT_TRUE(calls.ends_with("nameserver 10.65.0.53\n")) << calls;
        EXPECT_EQ(revert(plan()), "");
        EXPECT_EQ(get("calls"), calls) << "no word of the old one";
        EXPECT_EQ(dns->handler(), "resolvconf");
        EXPECT_EQ(revert(next), "");
        EXPECT_TRUE(get("calls").ends_with("-d ppp1.ppp-manager metric=\n"));
        EXPECT_FALSE(exists("run/dns.json"));
    }
}

TEST_F(DnsHandlerTest, ALinkThatWasRenamedKeepsItsServersInTheFile) {
    put("resolv.conf", "nameserver 127.0.0.1\n");
    begin();
    auto old = plan(kGone, DnsHandlerChoice::File);
    auto next = plan(kGone + 10, DnsHandlerChoice::File);
    next.servers = {"10.65.0.53"};
    EXPECT_EQ(apply(old), "");
    EXPECT_EQ(apply(next), "");
    EXPECT_NE(get("resolv.conf").find("nameserver 10.64.0.53\n"), std::string::npos);
    EXPECT_EQ(revert(old), "");
    EXPECT_TRUE(get("resolv.conf").ends_with("search example.com\nnameserver 10.65.0.53\n"));
    EXPECT_EQ(revert(next), "");
    EXPECT_EQ(get("resolv.conf"), "nameserver 127.0.0.1\n");
}

TEST_F(DnsHandlerTest, WhatIsLeftAtTheOldHandlerStaysOnRecord) {
    install("[ \"$1\" != -d ] || [ ! -e '" + path("broken") + "' ]");
    put("broken", "");
    begin();
    EXPECT_EQ(apply(plan()), "");
    const Fake resolved(PPP_TEST_FAKE_RESOLVED, "resolved");
    ASSERT_TRUE(fixture.eventually([&] { return changes == 1; }));
    EXPECT_EQ(apply(plan()), "");
    ASSERT_TRUE(fixture.eventually([&] { return !fixture.journal.lines.empty(); })) << "not taken back";
    EXPECT_TRUE(exists("run/dns.json"));
    EXPECT_EQ(dns->handler(), "resolved");
    std::remove(path("broken").c_str());
    ASSERT_TRUE(fixture.eventually([&] { return !exists("run/dns.json"); }));
}

TEST_F(DnsHandlerTest, WhatCannotBeRecordedIsNotDone) {
    put("run", "a file where the folder should be");
    install();
    begin();
    EXPECT_EQ(apply(plan()), "what is to be undone later cannot be recorded");
    EXPECT_FALSE(exists("calls"));
}

} // namespace
} // namespace ppp::test
