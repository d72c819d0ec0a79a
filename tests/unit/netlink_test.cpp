// SPDX-License-Identifier: LGPL-2.1-or-later
// rtnetlink as bytes: what we build, what we parse, and every length the parser must not believe. No socket.
#include "sys/netlink_parse.hpp"

#include <cerrno>
#include <cstring>
#include <random>

#include <gtest/gtest.h>
#include <linux/if_link.h>
#include <net/if.h>

#include "sys/netlink_build.hpp"

namespace ppp::sys::netlink {
namespace {

using Wire = std::vector<std::uint8_t>;

Message only(const Wire& datagram) {
    const auto all = messages(datagram);
    EXPECT_TRUE(all && all->size() == 1);
    return all && !all->empty() ? all->front() : Message{};
}

template <typename T> Wire bytesOf(const T& value) {
    Wire out(sizeof value);
    std::memcpy(out.data(), &value, sizeof value);
    return out;
}

/// A notice as the kernel sends it: the builder in reverse.
Wire notice(Request request) {
    return std::move(request).finish();
}

rtmsg routeHead(int family = AF_INET, unsigned flags = 0) {
    rtmsg head{};
    head.rtm_family = static_cast<unsigned char>(family);
    head.rtm_table = RT_TABLE_MAIN;
    head.rtm_protocol = RTPROT_DHCP;
    head.rtm_type = RTN_UNICAST;
    head.rtm_flags = flags;
    return head;
}

TEST(NetlinkMessages, WalksADatagram) {
    Wire two = notice(Request(RTM_NEWLINK, 0).head(ifinfomsg{}));
    const Wire second = notice(Request(NLMSG_DONE, NLM_F_MULTI).append("\0\0\0\0", 4));
    two.insert(two.end(), second.begin(), second.end());
    const auto all = messages(two);
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 2U);
    EXPECT_EQ(all->at(0).type, RTM_NEWLINK);
    EXPECT_EQ(all->at(0).payload.size(), sizeof(ifinfomsg));
    EXPECT_EQ(all->at(1).type, NLMSG_DONE);
    EXPECT_TRUE(messages({})->empty());
}

TEST(NetlinkMessages, RefusesEveryCut) {
    const Wire whole = notice(Request(RTM_NEWROUTE, 0).head(routeHead()).put32(RTA_OIF, 3));
    for (std::size_t size = 1; size < whole.size(); ++size)
        EXPECT_FALSE(messages(Bytes(whole).first(size))) << size;
}

TEST(NetlinkMessages, RefusesLyingLengths) {
    Wire whole = notice(Request(RTM_NEWROUTE, 0).head(routeHead()));
    for (const std::uint32_t length : {0U, 1U, 15U, static_cast<unsigned>(whole.size() + 1), 0xffffffffU}) {
        std::memcpy(whole.data(), &length, sizeof length);
        EXPECT_FALSE(messages(whole)) << length;
    }
}

TEST(NetlinkAttributes, RefusesEveryCutAndLyingLengths) {
    Wire whole = notice(Request(RTM_NEWROUTE, 0).put32(RTA_OIF, 3).put32(RTA_PRIORITY, 7));
    whole.erase(whole.begin(), whole.begin() + sizeof(nlmsghdr));
    ASSERT_EQ(attributes(whole)->size(), 2U);
    EXPECT_EQ(attributes(whole)->at(1).type, RTA_PRIORITY);
    for (std::size_t size = 1; size < whole.size(); ++size)
        EXPECT_EQ(attributes(Bytes(whole).first(size)).has_value(), size == 8) << size;
    for (const std::uint16_t length : std::vector<std::uint16_t>{0, 1, 3, 17, 0xffff}) {
        std::memcpy(whole.data(), &length, sizeof length);
        EXPECT_FALSE(attributes(whole)) << length;
    }
}

Wire acknowledgement(int error, const char* words, std::uint16_t extra = 0, std::size_t echoed = 0) {
    nlmsgerr refused{};
    refused.error = error;
    refused.msg.nlmsg_len = static_cast<std::uint32_t>(sizeof(nlmsghdr) + echoed);
    Request request(NLMSG_ERROR, static_cast<std::uint16_t>(extra | (words != nullptr ? NLM_F_ACK_TLVS : 0)));
    request.head(refused).append(Wire(echoed).data(), echoed);
    if (words != nullptr)
        request.putText(NLMSGERR_ATTR_MSG, words);
    return notice(std::move(request));
}

TEST(NetlinkVerdict, TellsSuccessFromFailure) {
    EXPECT_FALSE(verdict(only(notice(Request(RTM_NEWLINK, 0).head(ifinfomsg{})))));
    EXPECT_TRUE(*verdict(only(acknowledgement(0, nullptr))));
    const auto refused =
        verdict(only(acknowledgement(-ENETUNREACH, "Nexthop has invalid gateway", NLM_F_CAPPED, 0)));
    EXPECT_EQ(refused->error, ENETUNREACH);
    EXPECT_EQ(refused->text, "Nexthop has invalid gateway (Network is unreachable)");
    EXPECT_EQ(verdict(only(acknowledgement(-ESRCH, nullptr)))->text, "No such process");
}

TEST(NetlinkVerdict, FindsTheWordsBehindAnEchoedRequest) {
    EXPECT_EQ(verdict(only(acknowledgement(-EINVAL, "why", 0, 28)))->text, "why (Invalid argument)");
    // Capped: the length of the request is told, the request itself is not there.
    nlmsgerr refused{};
    refused.error = -EINVAL;
    refused.msg.nlmsg_len = 400;
    const Wire capped = notice(
        Request(NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS).head(refused).putText(NLMSGERR_ATTR_MSG, "so"));
    EXPECT_EQ(verdict(only(capped))->text, "so (Invalid argument)");
    const Wire lying =
        notice(Request(NLMSG_ERROR, NLM_F_ACK_TLVS).head(refused).putText(NLMSGERR_ATTR_MSG, "so"));
    EXPECT_EQ(verdict(only(lying))->text, "Invalid argument");
}

TEST(NetlinkVerdict, NeverTakesNonsenseForSuccess) {
    EXPECT_EQ(verdict(only(acknowledgement(7, nullptr)))->error, EBADMSG) << "positive";
    EXPECT_EQ(verdict(only(acknowledgement(-100000, nullptr)))->error, EBADMSG);
    EXPECT_EQ(verdict(only(notice(Request(NLMSG_ERROR, 0))))->error, EBADMSG) << "empty";
    EXPECT_EQ(verdict(only(notice(Request(NLMSG_ERROR, 0).append("\xff\xff\xff\xff", 4))))->error, EBADMSG)
        << "cut";
    EXPECT_TRUE(*verdict(only(notice(Request(NLMSG_DONE, 0)))));
    const std::int32_t code = -EBUSY;
    EXPECT_EQ(verdict(only(notice(Request(NLMSG_DONE, 0).head(code))))->error, EBUSY)
        << "a dump that failed at its end";
}

TEST(NetlinkVerdict, MakesTheWordsHarmless) {
    EXPECT_EQ(failure(EINVAL, "a\x1b[2Jb").text, "a\\x1B[2Jb (Invalid argument)");
}

TEST(NetlinkLink, TakesWhatMatters) {
    ifinfomsg head{};
    head.ifi_index = 7;
    head.ifi_flags = IFF_UP | 1U << 16;
    Request request(RTM_NEWLINK, 0);
    request.head(head).putText(IFLA_IFNAME, "eth0.7").put32(IFLA_MTU, 1492).put32(IFLA_LINK, 2);
    request.putText(IFLA_IFALIAS, "mine").put(IFLA_ADDRESS, Wire{2, 0, 0, 0, 0, 9});
    const auto info = request.open(IFLA_LINKINFO);
    request.putText(IFLA_INFO_KIND, "vlan");
    const auto data = request.open(IFLA_INFO_DATA);
    request.put16(IFLA_VLAN_ID, 7).close(data).close(info);
    const auto facts = link(only(notice(std::move(request))));
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->link, (core::Link{7, "eth0.7", 1492, true, true}));
    EXPECT_EQ(facts->parent, 2U);
    EXPECT_EQ(facts->kind, "vlan");
    EXPECT_EQ(facts->vlan, 7U);
    EXPECT_EQ(facts->alias, "mine");
    EXPECT_EQ(facts->mac, (core::MacAddress{2, 0, 0, 0, 0, 9}));
}

TEST(NetlinkLink, IgnoresBridgePortsAndNonsense) {
    ifinfomsg head{};
    head.ifi_index = 7;
    head.ifi_family = AF_BRIDGE;
    EXPECT_FALSE(link(only(notice(Request(RTM_DELLINK, 0).head(head)))));
    head.ifi_family = AF_UNSPEC;
    head.ifi_index = 0;
    EXPECT_FALSE(link(only(notice(Request(RTM_NEWLINK, 0).head(head)))));
    EXPECT_FALSE(link(only(notice(Request(RTM_NEWLINK, 0).append("\0\0\0\0", 4)))));
    head.ifi_index = 1;
    EXPECT_FALSE(link(only(notice(Request(RTM_NEWLINK, 0).head(head).append("\xff\xff\0\0", 4)))));
    // A name without its NUL and a short number are taken as far as they go.
    const auto facts = link(only(
        notice(Request(RTM_NEWLINK, 0).head(head).put(IFLA_IFNAME, Wire{'a', 'b'}).put(IFLA_MTU, Wire{1}))));
    EXPECT_EQ(facts->link.name, "ab");
    EXPECT_EQ(facts->link.mtu, 0U);
}

TEST(NetlinkRoute, TakesTheFields) {
    rtmsg head = routeHead();
    head.rtm_dst_len = 8;
    head.rtm_scope = RT_SCOPE_LINK;
    const auto got = route(only(notice(Request(RTM_NEWROUTE, 0)
                                           .head(head)
                                           .put32(RTA_TABLE, 1000)
                                           .put(RTA_DST, Wire{10, 0, 0, 0})
                                           .put32(RTA_PRIORITY, 20)
                                           .put(RTA_GATEWAY, Wire{192, 0, 2, 9})
                                           .put(RTA_PREFSRC, Wire{192, 0, 2, 1})
                                           .put32(RTA_OIF, 4))));
    ASSERT_TRUE(got);
    EXPECT_EQ(got->family, AF_INET);
    EXPECT_EQ(got->table, 1000U);
    EXPECT_EQ(got->destination, "10.0.0.0");
    EXPECT_EQ(got->prefix, 8);
    EXPECT_EQ(got->gateway, "192.0.2.9");
    EXPECT_EQ(got->source, "192.0.2.1");
    EXPECT_EQ(got->interface, 4U);
    EXPECT_EQ(got->metric, 20U);
    EXPECT_EQ(got->protocol, RTPROT_DHCP);
    EXPECT_EQ(got->scope, RT_SCOPE_LINK);
    EXPECT_FALSE(got->isDefault());
}

TEST(NetlinkRoute, IgnoresWhatIsNoUnicastRoute) {
    const auto taken = [](const rtmsg& head) {
        return route(only(notice(Request(RTM_NEWROUTE, 0).head(head)))).has_value();
    };
    EXPECT_TRUE(taken(routeHead()));
    EXPECT_FALSE(taken(routeHead(AF_INET, RTM_F_CLONED)));
    EXPECT_FALSE(taken(routeHead(AF_MPLS)));
    for (const unsigned char type :
         {RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST, RTN_UNREACHABLE, RTN_BLACKHOLE}) {
        rtmsg head = routeHead();
        head.rtm_type = type;
        EXPECT_FALSE(taken(head)) << +type;
    }
    rtmsg head = routeHead();
    head.rtm_dst_len = 8;
    EXPECT_FALSE(taken(head)) << "a prefix without a destination";
    EXPECT_FALSE(route(only(notice(Request(RTM_NEWROUTE, 0).head(head).put(RTA_DST, Wire{10, 0})))))
        << "a short address";
    EXPECT_FALSE(route(only(notice(Request(RTM_NEWROUTE, 0).append("\2\0\0\0", 4))))) << "a short header";
}

rtnexthop hop(unsigned char flags) {
    rtnexthop out{};
    out.rtnh_len = sizeof out;
    out.rtnh_flags = flags;
    out.rtnh_ifindex = 4;
    return out;
}

TEST(NetlinkRoute, RawIsTheSameForTwoViewsOfOneRoute) {
    rta_cacheinfo cache{};
    cache.rta_used = 77;
    const auto seen =
        route(only(notice(Request(RTM_NEWROUTE, 0)
                              .head(routeHead(AF_INET, RTNH_F_LINKDOWN | RTNH_F_OFFLOAD | RTNH_F_ONLINK))
                              .put32(RTA_PRIORITY, 5)
                              .put32(RTA_OIF, 4)
                              .put(RTA_CACHEINFO, bytesOf(cache)))));
    const auto again = route(only(notice(Request(RTM_NEWROUTE, 0)
                                             .head(routeHead(AF_INET, RTNH_F_ONLINK))
                                             .put32(RTA_OIF, 4)
                                             .put32(RTA_PRIORITY, 5))));
    EXPECT_EQ(*seen, *again);
    EXPECT_EQ(attributes(Bytes(seen->raw).subspan(sizeof(rtmsg)))->size(), 2U);
}

TEST(NetlinkRoute, KeepsMultipathInRawAlone) {
    const auto seen = route(only(notice(Request(RTM_NEWROUTE, 0)
                                            .head(routeHead())
                                            .put(RTA_MULTIPATH, bytesOf(hop(RTNH_F_DEAD | RTNH_F_ONLINK))))));
    const auto plain = route(only(
        notice(Request(RTM_NEWROUTE, 0).head(routeHead()).put(RTA_MULTIPATH, bytesOf(hop(RTNH_F_ONLINK))))));
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->interface, 0U);
    EXPECT_EQ(*seen, *plain);
    EXPECT_EQ(seen->way().interface, 4U) << "the first way all the same";
    EXPECT_EQ(seen->way().gateway, "");
    rtnexthop lying = hop(0);
    for (const std::uint16_t length : std::vector<std::uint16_t>{0, 7, 9, 4000}) {
        lying.rtnh_len = length;
        EXPECT_FALSE(route(
            only(notice(Request(RTM_NEWROUTE, 0).head(routeHead()).put(RTA_MULTIPATH, bytesOf(lying))))))
            << length;
    }
    EXPECT_FALSE(
        route(only(notice(Request(RTM_NEWROUTE, 0).head(routeHead()).put(RTA_MULTIPATH, Wire{8, 0, 0})))));
}

TEST(NetlinkRoute, DropsTheExpandedNexthopBesideAnId) {
    const auto seen = route(only(notice(Request(RTM_NEWROUTE, 0)
                                            .head(routeHead())
                                            .put32(RTA_NH_ID, 9)
                                            .put32(RTA_OIF, 4)
                                            .put(RTA_GATEWAY, Wire{192, 0, 2, 9}))));
    EXPECT_EQ(seen->interface, 0U);
    EXPECT_EQ(seen->gateway, "");
    const auto kept = attributes(Bytes(seen->raw).subspan(sizeof(rtmsg)));
    ASSERT_EQ(kept->size(), 1U);
    EXPECT_EQ(kept->at(0).type, RTA_NH_ID);
}

TEST(NetlinkRoute, TurnsALifetimeIntoWhatTheKernelTakes) {
    rta_cacheinfo cache{};
    cache.rta_expires = 180000; // hundredths of a second
    const auto seen = route(only(notice(Request(RTM_NEWROUTE, 0)
                                            .head(routeHead(AF_INET6))
                                            .put32(RTA_OIF, 4)
                                            .put(RTA_CACHEINFO, bytesOf(cache)))));
    const auto kept = attributes(Bytes(seen->raw).subspan(sizeof(rtmsg)));
    ASSERT_EQ(kept->size(), 2U);
    EXPECT_EQ(kept->at(1).type, RTA_EXPIRES);
    EXPECT_EQ(Wire(kept->at(1).value.begin(), kept->at(1).value.end()), bytesOf(std::uint32_t{1800}));
}

TEST(NetlinkRoute, ChangesOnlyThePriority) {
    const auto seen = route(only(notice(Request(RTM_NEWROUTE, 0)
                                            .head(routeHead())
                                            .put32(RTA_OIF, 4)
                                            .put32(RTA_METRICS, 0)
                                            .put32(RTA_PRIORITY, 5))));
    const auto moved = withPriority(seen->raw, 4000);
    const auto expected = route(only(notice(Request(RTM_NEWROUTE, 0)
                                                .head(routeHead())
                                                .put32(RTA_OIF, 4)
                                                .put32(RTA_METRICS, 0)
                                                .put32(RTA_PRIORITY, 4000))));
    EXPECT_EQ(*moved, expected->raw);
    EXPECT_EQ(withPriority(*moved, 5), seen->raw);
    EXPECT_EQ(attributes(Bytes(*withPriority(*moved, 0)).subspan(sizeof(rtmsg)))->size(), 2U);
    for (std::size_t size = 0; size < sizeof(rtmsg); ++size)
        EXPECT_FALSE(withPriority(Bytes(seen->raw).first(size), 1)) << size;
    EXPECT_FALSE(withPriority(Bytes(seen->raw).first(sizeof(rtmsg) + 3), 1));
}

TEST(NetlinkAddress, IsReadWhole) {
    ifaddrmsg head{};
    head.ifa_index = 7;
    const auto read = [&](int family, std::uint16_t type, const Wire& local, const Wire& address) {
        head.ifa_family = static_cast<unsigned char>(family);
        Request request(type, 0);
        request.head(head);
        if (!local.empty())
            request.put(IFA_LOCAL, local);
        if (!address.empty())
            request.put(IFA_ADDRESS, address);
        return linkAddress(only(notice(std::move(request))));
    };
    const Wire one{192, 0, 2, 3}, other{192, 0, 2, 4};
    EXPECT_EQ(read(AF_INET, RTM_DELADDR, one, other),
              (core::LinkAddress{AF_INET, 7, "192.0.2.3", "192.0.2.4"}));
    EXPECT_EQ(read(AF_INET, RTM_NEWADDR, one, one), (core::LinkAddress{AF_INET, 7, "192.0.2.3", ""}));
    EXPECT_EQ(read(AF_INET, RTM_NEWADDR, one, {}), (core::LinkAddress{AF_INET, 7, "192.0.2.3", ""}));
    EXPECT_FALSE(read(AF_INET, RTM_NEWLINK, one, one));
    EXPECT_FALSE(read(AF_INET, RTM_DELADDR, Wire{192, 0, 2}, {})) << "a short address";
    EXPECT_FALSE(read(AF_INET, RTM_DELADDR, {}, one)) << "only the other end";
    EXPECT_FALSE(read(AF_INET, RTM_DELADDR, {}, {}));
    Wire six(16);
    six[0] = 0xfe, six[1] = 0x80, six[15] = 9;
    EXPECT_EQ(read(AF_INET6, RTM_NEWADDR, {}, six), (core::LinkAddress{AF_INET6, 7, "fe80::9", ""}));
    Wire far = six;
    far[15] = 8;
    EXPECT_EQ(read(AF_INET6, RTM_NEWADDR, six, far), (core::LinkAddress{AF_INET6, 7, "fe80::9", "fe80::8"}));
    EXPECT_FALSE(read(AF_INET6, RTM_NEWADDR, one, {}));
    EXPECT_FALSE(read(AF_BRIDGE, RTM_NEWADDR, one, one));
}

TEST(NetlinkAddress, IsBuiltAsItIsRead) {
    std::string error;
    for (const core::LinkAddress& address :
         {core::LinkAddress{AF_INET, 7, "192.0.2.3", "192.0.2.4"},
          core::LinkAddress{AF_INET, 7, "192.0.2.3", ""}, core::LinkAddress{AF_INET6, 7, "fe80::9", ""}}) {
        const auto built = addAddress(address, error);
        ASSERT_TRUE(built) << error;
        EXPECT_EQ(linkAddress(only(*built)), address);
    }
    EXPECT_FALSE(addAddress({AF_INET, 7, "fe80::9", ""}, error));
    EXPECT_FALSE(addAddress({AF_INET, 7, "192.0.2.3", "x"}, error));
    EXPECT_EQ(error, "no address");
    EXPECT_TRUE(sameAddress(AF_INET6, "fe80::0:0:0:9", "fe80::9"));
    EXPECT_FALSE(sameAddress(AF_INET6, "fe80::8", "fe80::9"));
    EXPECT_FALSE(sameAddress(AF_INET, "x", "x"));
}

/// Broken messages of every kind, always the same ones; worth most under the sanitizers.
TEST(NetlinkNonsense, IsTakenWithoutHarm) {
    Request linkNotice(RTM_NEWLINK, 0);
    ifinfomsg head{};
    head.ifi_index = 7;
    linkNotice.head(head).putText(IFLA_IFNAME, "eth0").put32(IFLA_MTU, 1500);
    const auto info = linkNotice.open(IFLA_LINKINFO);
    linkNotice.putText(IFLA_INFO_KIND, "vlan").close(info);
    const std::vector<Wire> seeds{
        notice(std::move(linkNotice)),
        notice(Request(RTM_NEWROUTE, 0)
                   .head(routeHead())
                   .put(RTA_MULTIPATH, bytesOf(hop(0)))
                   .put(RTA_CACHEINFO, bytesOf(rta_cacheinfo{}))
                   .put32(RTA_PRIORITY, 5)),
        notice(Request(RTM_DELADDR, 0).head(ifaddrmsg{}).put(IFA_LOCAL, Wire{1, 2, 3, 4})),
        acknowledgement(-EINVAL, "words", 0, 28)};
    std::mt19937 random(1); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same every time, on purpose
    std::size_t routes = 0;
    for (int n = 0; n < 200'000; ++n) {
        Wire bytes = seeds[random() % seeds.size()];
        for (std::uint32_t changes = 1 + random() % 4; changes > 0; --changes)
            bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
        for (const Message& message : messages(bytes).value_or(std::vector<Message>{})) {
            link(message);
            verdict(message);
            linkAddress(message);
            const auto got = route(message);
            if (!got)
                continue;
            ++routes;
            const auto moved = withPriority(got->raw, 7);
            ASSERT_TRUE(moved) << "what we give out we take back";
            ASSERT_EQ(withPriority(*moved, 7), moved);
        }
    }
    EXPECT_GT(routes, 1000U);
}

core::Route parsedBack(const core::Route& built) {
    std::string error;
    const auto bytes = addRoute(built, error);
    EXPECT_EQ(error, "");
    if (!bytes)
        return {};
    const Message message = only(*bytes);
    EXPECT_EQ(message.flags, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_APPEND);
    auto out = route(message).value_or(core::Route{});
    out.raw.clear();
    return out;
}

TEST(NetlinkBuild, SaysARouteWhole) {
    core::Route device;
    device.interface = 9;
    device.metric = 50;
    EXPECT_EQ(parsedBack(device), device);
    core::Route far = device;
    far.destination = "10.0.0.0";
    far.prefix = 8;
    far.gateway = "192.0.2.9";
    far.source = "192.0.2.1";
    far.table = 70000;
    far.scope = RT_SCOPE_UNIVERSE;
    EXPECT_EQ(parsedBack(far), far);
    core::Route otherFamily = far;
    otherFamily.gateway = "fe80::1";
    EXPECT_EQ(parsedBack(otherFamily), otherFamily);
}

TEST(NetlinkBuild, CorrectsWhatTheKernelWouldRefuse) {
    core::Route narrow;
    narrow.gateway = "192.0.2.9";
    EXPECT_EQ(parsedBack(narrow).scope, RT_SCOPE_UNIVERSE);
    core::Route six;
    six.family = AF_INET6;
    six.interface = 9;
    EXPECT_EQ(parsedBack(six).metric, kDefaultMetric6);
    EXPECT_EQ(parsedBack(six).scope, RT_SCOPE_UNIVERSE);
}

TEST(NetlinkBuild, RefusesWhatIsNoRoute) {
    const auto why = [](auto change) {
        core::Route bad;
        change(bad);
        std::string error;
        EXPECT_FALSE(addRoute(bad, error));
        EXPECT_FALSE(removeRoute(bad, error));
        return error;
    };
    EXPECT_EQ(why([](core::Route& r) { r.gateway = "example.org"; }), "the gateway is no address");
    EXPECT_EQ(why([](core::Route& r) { r.destination = "10.0.0"; }), "the destination is no address");
    EXPECT_EQ(why([](core::Route& r) { r.source = "::1"; }), "the source is no address");
    EXPECT_EQ(why([](core::Route& r) { r.prefix = 33; }), "prefix longer than the address");
    EXPECT_EQ(why([](core::Route& r) { r.prefix = 8; }), "a prefix without a destination");
    EXPECT_EQ(why([](core::Route& r) { r.family = AF_UNIX; }), "unknown address family");
    EXPECT_EQ(why([](core::Route& r) { r.raw = {1, 2, 3}; }), "the recorded route is damaged");
    EXPECT_EQ(why([](core::Route& r) { r.raw.assign(sizeof(rtmsg) + 8, 0xff); }),
              "the recorded route is damaged");
}

TEST(NetlinkBuild, GivesUpOnTooMuch) {
    Request request(RTM_NEWROUTE, 0);
    for (int n = 0; n < 3; ++n)
        request.put(RTA_METRICS, Wire(30000));
    EXPECT_TRUE(std::move(request).finish().empty());
    Request single(RTM_NEWROUTE, 0);
    single.put(RTA_METRICS, Wire(65533));
    EXPECT_TRUE(std::move(single).finish().empty());
    Request nested(RTM_NEWLINK, 0);
    const auto nest = nested.open(IFLA_LINKINFO);
    nested.put(IFLA_INFO_DATA, Wire(40000)).put(IFLA_INFO_DATA, Wire(20000));
    nested.put(IFLA_INFO_DATA, Wire(5600)).close(nest);
    EXPECT_TRUE(std::move(nested).finish().empty());
}

TEST(NetlinkBuild, MakesLinksThatParseBack) {
    const LinkWish wish{2, std::uint16_t{7}, core::MacAddress{2, 0, 0, 0, 0, 9}};
    Wire bytes = makeLink(wish, "eth0.7");
    const std::int32_t index = 5;
    std::memcpy(bytes.data() + sizeof(nlmsghdr) + 4, &index, sizeof index);
    const auto facts = link(only(bytes));
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->link.name, "eth0.7");
    EXPECT_EQ(facts->kind, "vlan");
    EXPECT_EQ(facts->vlan, 7U);
    EXPECT_EQ(facts->parent, 2U);
    EXPECT_EQ(facts->mac, *wish.mac);
    EXPECT_EQ(only(bytes).flags, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
}

} // namespace
} // namespace ppp::sys::netlink
