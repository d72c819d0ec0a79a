// SPDX-License-Identifier: LGPL-2.1-or-later
// What the resolver is to be told of a profile and the facts, and the same as lines of resolv.conf.
#include "core/handover_dns.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/resolv_conf.hpp"

namespace ppp::core {
namespace {

using Strings = std::vector<std::string>;

Profile profile(const std::string& dns, const std::string& more = {}) {
    const auto parsed = parseProfile(
        R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}, "dns": )" + dns +
        more + "}");
    EXPECT_TRUE(parsed.profile) << describe(parsed.faults);
    return parsed.profile.value_or(Profile{});
}

LinkFacts facts4() {
    LinkFacts facts;
    facts.ip4 = engine::Ip4Up{"ppp0", 7, {10, 64, 0, 100}, {10, 64, 0, 1}, {{10, 64, 0, 53}}, 1492};
    return facts;
}

LinkFacts facts6() {
    LinkFacts facts;
    facts.ip6 = engine::Ip6Up{"ppp0", 7, {1}, {2}, 1492};
    return facts;
}

Strings servers(const std::string& dns, const LinkFacts& facts = facts4()) {
    const auto plan = planDns(profile(dns), facts);
    return plan ? plan->servers : Strings{"no plan"};
}

TEST(PlanDns, TheModesSayWhoseServers) {
    EXPECT_EQ(servers(R"({})"), (Strings{"10.64.0.53"}));
    EXPECT_EQ(servers(R"({"mode": "static", "servers": ["192.0.2.1", "2001:db8::53"]})"),
              (Strings{"192.0.2.1", "2001:db8::53"}));
    EXPECT_EQ(servers(R"({"mode": "peer+static", "servers": ["192.0.2.1", "10.64.0.53"]})"),
              (Strings{"192.0.2.1", "10.64.0.53"}));
    EXPECT_EQ(servers(R"({"mode": "peer+static", "servers": ["192.0.2.1"]})"),
              (Strings{"192.0.2.1", "10.64.0.53"}));
    EXPECT_EQ(servers(R"({"mode": "off"})"), (Strings{"no plan"}));
    EXPECT_EQ(servers(R"({"handler": "none"})"), (Strings{"no plan"}));
}

TEST(PlanDns, AServerThatCannotBeOneSpoilsNoOther) {
    LinkFacts facts = facts4();
    facts.ip4->dns = {{127, 0, 0, 53}, {10, 64, 0, 53}};
    EXPECT_EQ(servers(R"({})", facts), (Strings{"10.64.0.53"})) << "the peer's own resolv.conf";
    facts.ip4->dns = {{10, 64, 0, 53}, {255, 255, 255, 255}};
    EXPECT_EQ(servers(R"({})", facts), (Strings{"10.64.0.53"}));
    facts.ip4->dns = {{0, 0, 0, 0}, {224, 0, 0, 1}};
    EXPECT_EQ(servers(R"({})", facts), (Strings{"no plan"}));
}

TEST(PlanDns, ALinkOfOneFamilyTakesServersOfBoth) {
    EXPECT_EQ(servers(R"({})", facts6()), (Strings{"no plan"}));
    EXPECT_EQ(servers(R"({"mode": "static", "servers": ["192.0.2.1", "2001:db8::53"]})", facts6()),
              (Strings{"192.0.2.1", "2001:db8::53"}));
}

TEST(PlanDns, WithoutALinkThereIsNoPlan) {
    EXPECT_EQ(servers(R"({"mode": "static", "servers": ["192.0.2.1"]})", LinkFacts{}), (Strings{"no plan"}));
}

TEST(PlanDns, EverythingElseOfTheProfile) {
    const auto plan = planDns(profile(R"({"search": ["example.com", "~corp"], "dnssec": "allow-downgrade",
                                          "over-tls": "opportunistic", "handler": "file"})",
                                      R"(, "priority": 30)"),
                              facts4());
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->interface, 7U);
    EXPECT_EQ(plan->interfaceName, "ppp0");
    EXPECT_EQ(plan->search, (Strings{"example.com", "~corp"}));
    EXPECT_EQ(plan->dnssec, "allow-downgrade");
    EXPECT_EQ(plan->overTls, "opportunistic");
    EXPECT_EQ(plan->handler, DnsHandlerChoice::File);
    EXPECT_EQ(plan->priority, 30);
}

bool takesAll(const std::string& dns, const std::string& more = {}) {
    const auto plan = planDns(profile(dns, more), facts4());
    return plan && plan->defaultRoute;
}

TEST(PlanDns, AllNamesGoWhereTheDefaultRouteGoesOrTheProfileSays) {
    EXPECT_TRUE(takesAll("{}"));
    EXPECT_FALSE(takesAll("{}", R"(, "ipv4": {"default-route": "never"})"));
    EXPECT_TRUE(takesAll(R"({"default-route": true})", R"(, "ipv4": {"default-route": "never"})"));
    EXPECT_FALSE(takesAll(R"({"default-route": false})"));
}

DnsPlan link(std::uint32_t index, std::int32_t priority, Strings list, Strings search = {}) {
    DnsPlan plan;
    plan.interface = index;
    plan.interfaceName = "ppp" + std::to_string(index);
    plan.servers = std::move(list);
    plan.search = std::move(search);
    plan.priority = priority;
    return plan;
}

TEST(ResolvConf, OneLinksLines) {
    EXPECT_EQ(resolvConfOf(link(1, 0, {"10.64.0.53", "fe80::53", "fe80::1%ppp9", "2001:db8::1"},
                                {"a.example", "~corp", "~.", "b.example"})),
              "search a.example b.example\n"
              "nameserver 10.64.0.53\nnameserver fe80::53%ppp1\nnameserver fe80::1%ppp9\n"
              "nameserver 2001:db8::1\n");
    EXPECT_EQ(resolvConfOf(link(1, 0, {"10.64.0.53"}, {"~corp"})), "nameserver 10.64.0.53\n");
}

std::string body(const std::map<std::uint32_t, DnsPlan>& plans) {
    const std::string whole = resolvConfFile(plans);
    EXPECT_TRUE(whole.starts_with(kResolvConfMark));
    return whole.substr(whole.find('\n') + 1);
}

TEST(ResolvConf, AllLinksInOrderOfPriority) {
    EXPECT_EQ(body({{1, link(1, 100, {"192.0.2.1", "192.0.2.9"}, {"one.example"})},
                    {2, link(2, 10, {"192.0.2.2", "192.0.2.9"}, {"two.example", "one.example"})},
                    {3, link(3, 100, {"192.0.2.3"})}}),
              "search two.example one.example\n"
              "nameserver 192.0.2.2\nnameserver 192.0.2.9\nnameserver 192.0.2.1\n");
}

TEST(ResolvConf, ALinkThatIsNotForAllNamesIsLeftOut) {
    auto some = link(1, 1, {"192.0.2.1"}, {"one.example"});
    some.defaultRoute = false;
    EXPECT_EQ(body({{1, some}, {2, link(2, 2, {"192.0.2.2"})}}), "nameserver 192.0.2.2\n");
}

TEST(DnsRecords, ComeBackAsTheyWere) {
    auto plan = link(7, -5, {"10.64.0.53"}, {"a.example"});
    plan.defaultRoute = false;
    const auto back = dnsRecordsFromJson(toJson(std::vector<DnsRecord>{{"file", plan}}));
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back.at(0).handler, "file");
    EXPECT_EQ(back.at(0).plan, plan);
    EXPECT_TRUE(dnsRecordsFromJson("").empty());
    EXPECT_TRUE(dnsRecordsFromJson("{}").empty());
    EXPECT_TRUE(dnsRecordsFromJson(R"([{"handler": 1}, 5, {"handler": "file"}])").empty());
}

} // namespace
} // namespace ppp::core
