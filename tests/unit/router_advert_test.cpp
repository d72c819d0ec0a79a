// SPDX-License-Identifier: LGPL-2.1-or-later
// Router advertisements, and what may come in their place.
#include "core/router_advert.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "core/limits.hpp"

namespace ppp::core {
namespace {

using std::chrono::seconds;

constexpr std::array<std::uint8_t, 16> kPeer{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};

/// With a lifetime of 1800 s and one option, an MTU.
std::vector<std::uint8_t> advert() {
    return {134, 0, 0x12, 0x34, 64, 0, 0x07, 0x08, 0, 0, 0, 0, 0, 0, 0, 0, 5, 1, 0, 0, 0, 0, 0x05, 0xd4};
}

TEST(RouterAdvert, TellsTheLifetimeOfTheRouter) {
    const auto read = readRouterAdvert(advert(), 255, kPeer);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->lifetime, seconds(1800));
    auto longest = advert();
    longest[6] = longest[7] = 0xff;
    EXPECT_EQ(readRouterAdvert(longest, 255, kPeer)->lifetime, seconds(65535));
    auto none = advert();
    none[6] = none[7] = 0;
    EXPECT_EQ(readRouterAdvert(none, 255, kPeer)->lifetime, seconds(0));
    none.resize(16);
    EXPECT_TRUE(readRouterAdvert(none, 255, kPeer)) << "options are optional";
}

/// An option 25 of these last bytes of 2001:db8::.
std::vector<std::uint8_t> servers(std::uint32_t lifetime, std::vector<std::uint8_t> hosts) {
    std::vector<std::uint8_t> out{25, static_cast<std::uint8_t>(1 + 2 * hosts.size()), 0, 0};
    for (int shift = 24; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(lifetime >> shift));
    }
    for (const std::uint8_t host : hosts) {
        out.insert(out.end(), {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, host});
    }
    return out;
}
std::vector<std::uint8_t> with(const std::vector<std::uint8_t>& option) {
    auto out = advert();
    out.insert(out.end(), option.begin(), option.end());
    return out;
}
std::vector<RouterAdvert::Server> read(const std::vector<std::uint8_t>& message) {
    const auto advert = readRouterAdvert(message, 255, kPeer);
    return advert ? advert->servers : std::vector<RouterAdvert::Server>{{"none", seconds(0)}};
}

TEST(RouterAdvert, TellsTheNameServers) {
    using Servers = std::vector<RouterAdvert::Server>;
    EXPECT_EQ(read(advert()), Servers{});
    EXPECT_EQ(read(with(servers(3600, {0x53, 0x54}))),
              (Servers{{"2001:db8::53", seconds(3600)}, {"2001:db8::54", seconds(3600)}}));
    EXPECT_EQ(read(with(servers(0, {0x53}))), (Servers{{"2001:db8::53", seconds(0)}}));
    EXPECT_EQ(read(with(servers(0xffffffff, {0x53}))), (Servers{{"2001:db8::53", seconds(0xffffffff)}}));
    auto two = with(servers(10, {1}));
    const auto second = servers(20, {2});
    two.insert(two.end(), second.begin(), second.end());
    EXPECT_EQ(read(two), (Servers{{"2001:db8::1", seconds(10)}, {"2001:db8::2", seconds(20)}}));
}

TEST(RouterAdvert, NameServersThatAreNoneDoNotCount) {
    EXPECT_TRUE(read(with(servers(10, {}))).empty());
    for (const std::uint8_t first : std::vector<std::uint8_t>{0xff, 0x00}) { // a group; ::1
        auto bad = with(servers(10, {1}));
        auto address = bad.end() - 16;
        std::fill(address, bad.end() - 1, 0);
        *address = first;
        EXPECT_TRUE(read(bad).empty());
    }
    auto odd = servers(10, {1});
    odd[1] = 4;
    odd.insert(odd.end(), 8, 0xee);
    EXPECT_EQ(read(with(odd)).size(), 1U) << "half an address at the end is none";
    EXPECT_EQ(read(with(servers(10, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}))).size(), limits::kDnsServers);
}

TEST(RouterAdvert, ThatCameFromAfarDoesNotCount) {
    EXPECT_FALSE(readRouterAdvert(advert(), 254, kPeer)) << "it has passed a router";
    EXPECT_FALSE(readRouterAdvert(advert(), -1, kPeer)) << "the hop limit is not known";
    auto global = kPeer;
    global[0] = 0x20;
    EXPECT_FALSE(readRouterAdvert(advert(), 255, global));
    auto site = kPeer;
    site[1] = 0xc0; // fec0::
    EXPECT_FALSE(readRouterAdvert(advert(), 255, site));
    EXPECT_FALSE(readRouterAdvert(advert(), 255, {}));
}

TEST(RouterAdvert, OfAnotherTypeOrCodeIsNone) {
    auto solicitation = advert();
    solicitation[0] = 133;
    EXPECT_FALSE(readRouterAdvert(solicitation, 255, kPeer));
    auto code = advert();
    code[1] = 1;
    EXPECT_FALSE(readRouterAdvert(code, 255, kPeer));
}

TEST(RouterAdvert, WithBrokenOptionsDoesNotCount) {
    auto empty = advert();
    empty[17] = 0;
    EXPECT_FALSE(readRouterAdvert(empty, 255, kPeer)) << "an option of no length";
    auto beyond = advert();
    beyond[17] = 2;
    EXPECT_FALSE(readRouterAdvert(beyond, 255, kPeer)) << "an option longer than the packet";
    auto half = advert();
    half.push_back(5);
    EXPECT_FALSE(readRouterAdvert(half, 255, kPeer)) << "half an option";
}

TEST(RouterAdvert, EveryShorterOneIsNone) {
    const auto whole = advert();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const bool bare = size == 16;
        const std::vector<std::uint8_t> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_EQ(readRouterAdvert(cut, 255, kPeer).has_value(), bare) << size;
    }
}

TEST(RouterAdvert, AnyBytesAreReadToTheirEndAndNoFurther) {
    std::mt19937 chance(7);
    for (int n = 0; n < 20000; ++n) {
        std::vector<std::uint8_t> bytes(chance() % 80);
        for (auto& byte : bytes) {
            byte = static_cast<std::uint8_t>(chance() % 4 == 0 ? chance() : chance() % 4);
        }
        if (bytes.size() > 1) {
            bytes[0] = 134;
            bytes[1] = 0;
        }
        const auto read = readRouterAdvert(bytes, 255, kPeer);
        ASSERT_TRUE(!read || bytes.size() >= 16);
    }
}

TEST(RouterSolicitation, HasNoOptions) {
    const auto bytes = routerSolicitation();
    EXPECT_EQ(bytes[0], 133);
    for (std::size_t n = 1; n < bytes.size(); ++n) {
        EXPECT_EQ(bytes[n], 0);
    }
}

} // namespace
} // namespace ppp::core
