// SPDX-License-Identifier: LGPL-2.1-or-later
// The codec of PPPoE discovery frames: round trips, and every length that may lie.
#include "core/pppoe_frame.hpp"

#include <random>

#include <gtest/gtest.h>

namespace ppp::core::pppoe {
namespace {

using Wire = std::vector<std::uint8_t>;

constexpr MacAddress kClient{0x02, 0, 0, 0, 0, 0x01};
constexpr MacAddress kServer{0x02, 0, 0, 0, 0, 0x02};

Frame offer() {
    return {kClient,
            kServer,
            Code::Pado,
            0,
            {{tag::kServiceName, {}}, {tag::kConcentratorName, {'a', 'c'}}, {tag::kCookie, {1, 2, 3}}}};
}

/// A PADO with this payload and this length field.
Wire wire(const Wire& payload, std::size_t length) {
    Wire out{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0x63, 0x11, 0x07, 0, 0};
    out.push_back(static_cast<std::uint8_t>(length >> 8));
    out.push_back(static_cast<std::uint8_t>(length));
    out.insert(out.end(), payload.begin(), payload.end());
    return out;
}

TEST(PppoeFrame, SaysWhatTheStandardSays) {
    const Frame padi{
        kBroadcast, kClient, Code::Padi, 0, {{tag::kServiceName, {}}, {tag::kHostUniq, {0xab, 0xcd}}}};
    const Wire expected{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0x63, 0x11,
                        0x09, 0,    0,    0,    10,   1,    1, 0, 0, 1, 3, 0, 2,    0xab, 0xcd};
    Wire got = encode(padi);
    ASSERT_EQ(got.size(), kMinFrame);
    EXPECT_EQ(Wire(got.begin() + 30, got.end()), Wire(30, 0));
    got.resize(expected.size());
    EXPECT_EQ(got, expected);
}

TEST(PppoeFrame, ComesBackAsItWent) {
    EXPECT_EQ(decode(encode(offer())), offer());
    Frame padt{kServer, kClient, Code::Padt, 0xfffe, {}};
    EXPECT_EQ(decode(encode(padt)), padt);
    Frame full = offer();
    full.tags = {{tag::kGenericError, Wire(kMaxPayload - 4, 'x')}};
    EXPECT_EQ(decode(encode(full)), full);
}

TEST(PppoeFrame, FindsTheFirstOfATag) {
    Frame frame = offer();
    frame.tags.push_back({tag::kConcentratorName, {'b'}});
    EXPECT_EQ(frame.find(tag::kConcentratorName)->value, (Wire{'a', 'c'}));
    EXPECT_EQ(frame.find(tag::kHostUniq), nullptr);
}

TEST(PppoeFrame, RefusesToEncodeWhatDoesNotFit) {
    Frame frame = offer();
    frame.tags = {{tag::kCookie, Wire(kMaxPayload - 3, 0)}};
    EXPECT_TRUE(encode(frame).empty());
    frame.tags = {{tag::kCookie, Wire(70000, 0)}};
    EXPECT_TRUE(encode(frame).empty());
}

TEST(PppoeFrame, RefusesEveryCutOfAFrame) {
    Wire whole = encode(offer());
    whole.resize(20 + 4 + 6 + 7); // without padding
    ASSERT_EQ(decode(whole), offer());
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(decode(std::span(whole).first(size))) << size;
}

TEST(PppoeFrame, RefusesLengthsThatReachBeyond) {
    EXPECT_TRUE(decode(wire({}, 0)));
    EXPECT_FALSE(decode(wire({}, 1))) << "payload longer than the frame";
    EXPECT_FALSE(decode(wire({}, 0xffff)));
    EXPECT_FALSE(decode(wire({1, 1, 0}, 3))) << "tag header cut";
    EXPECT_FALSE(decode(wire({1, 1, 0, 1}, 4))) << "tag without its value";
    EXPECT_FALSE(decode(wire({1, 1, 0, 1, 'x', 'y'}, 4)))
        << "the value lies behind the payload, in the padding";
    EXPECT_FALSE(decode(wire({1, 1, 0xff, 0xff, 'x'}, 5)));
    EXPECT_FALSE(decode(wire({1, 1, 0, 0, 0}, 5))) << "one byte too many";
    EXPECT_TRUE(decode(wire({1, 1, 0, 0}, 4)));
}

TEST(PppoeFrame, EndsAtTheEndOfTheList) {
    const auto frame = decode(wire({1, 1, 0, 0, 0, 0, 0, 0, 1, 2, 0, 9}, 12));
    ASSERT_TRUE(frame);
    ASSERT_EQ(frame->tags.size(), 1U);
    EXPECT_EQ(frame->tags[0].type, tag::kServiceName);
}

TEST(PppoeFrame, RefusesOtherProtocolsAndVersions) {
    Wire frame = wire({}, 0);
    frame[13] = 0x64;
    EXPECT_FALSE(decode(frame)) << "session stage";
    frame = wire({}, 0);
    for (const std::uint8_t version : Wire{0x00, 0x10, 0x01, 0x21, 0x12}) {
        frame[14] = version;
        EXPECT_FALSE(decode(frame)) << +version;
    }
}

TEST(PppoeFrame, KeepsUnknownCodesAndTags) {
    Wire bytes = wire({0x7f, 0xff, 0, 1, 9}, 5);
    bytes[15] = 0x42;
    const auto frame = decode(bytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(static_cast<std::uint8_t>(frame->code), 0x42);
    EXPECT_EQ(frame->tags, (std::vector<Tag>{{0x7fff, {9}}}));
}

TEST(PppoeFrame, TakesNonsenseWithoutHarm) {
    const Wire seed = encode(offer());
    std::mt19937 random(1); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same every time, on purpose
    int taken = 0;
    for (int n = 0; n < 200'000; ++n) {
        Wire bytes = seed;
        bytes.resize(14 + random() % (bytes.size() - 14));
        for (std::uint32_t changes = random() % 4; changes > 0; --changes)
            bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
        const auto frame = decode(bytes);
        if (!frame)
            continue;
        ++taken;
        ASSERT_EQ(decode(encode(*frame)), frame);
    }
    EXPECT_GT(taken, 1000);
}

} // namespace
} // namespace ppp::core::pppoe
