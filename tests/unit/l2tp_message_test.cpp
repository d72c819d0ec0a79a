// SPDX-License-Identifier: LGPL-2.1-or-later
// L2TP's codec against bytes written down by hand, digests computed by another program, and bytes that are
// wrong in every place.
#include "engine/l2tp/message.hpp"

#include <random>

#include <gtest/gtest.h>

namespace ppp::l2tp {
namespace {

using Raw = std::vector<std::uint8_t>;

Raw fromHex(std::string_view hex) {
    Raw out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        out.push_back(static_cast<std::uint8_t>(std::stoul(std::string(hex.substr(i, 2)), nullptr, 16)));
    }
    return out;
}

Raw asBytes(std::string_view text) {
    return {text.begin(), text.end()};
}

const Raw kSecret = asBytes("geheim");

Message good(const Raw& body, const Raw& secret = {}) {
    const auto read = readMessage(body, secret);
    if (const auto* flaw = std::get_if<Flaw>(&read)) {
        ADD_FAILURE() << flaw->text;
        return {};
    }
    return std::get<Message>(read);
}

std::uint16_t flawOf(const Raw& body, const Raw& secret = {}) {
    const auto read = readMessage(body, secret);
    const auto* flaw = std::get_if<Flaw>(&read);
    return flaw != nullptr ? flaw->error : std::uint16_t{0xffff};
}

constexpr std::uint16_t kNoFlaw = 0xffff;

TEST(L2tpHeader, readsWhatTheRfcDraws) {
    const Raw bytes = fromHex("c802000c12340005000a000b");
    const auto header = readHeader(bytes);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->tunnel, 0x1234);
    EXPECT_EQ(header->session, 5);
    EXPECT_EQ(header->ns, 10);
    EXPECT_EQ(header->nr, 11);
    EXPECT_TRUE(header->body.empty());
    EXPECT_EQ(writeMessage(0x1234, 5, 10, 11, {}), bytes);
}

TEST(L2tpHeader, bytesBehindTheLengthAreIgnored) {
    Raw bytes = fromHex("c802000c12340005000a000bffff");
    const auto header = readHeader(bytes);
    ASSERT_TRUE(header);
    EXPECT_TRUE(header->body.empty());
}

TEST(L2tpHeader, refusesWhatIsNoControlMessage) {
    for (const char* hex : {
             "",
             "c8",
             "c802000c12340005000a00",   // cut off
             "4002000c12340005000a000b", // data
             "8802000c12340005000a000b", // no length
             "c002000c12340005000a000b", // no numbers
             "ca02000c12340005000a000b", // an offset
             "c803000c12340005000a000b", // version 3
             "c801000c12340005000a000b", // L2F
             "c802000b12340005000a000b", // shorter than its header
             "c802000d12340005000a000b", // longer than what came
             "c802ffff12340005000a000b",
         }) {
        EXPECT_FALSE(readHeader(fromHex(hex))) << hex;
    }
}

TEST(L2tpHeader, reservedBitsAreIgnored) {
    EXPECT_TRUE(readHeader(fromHex("fcf2000c12340005000a000b")));
}

TEST(L2tpMessage, readsAnAnswerAsTheWireHasIt) {
    const Raw body = fromHex("8008000000000002" // SCCRP
                             "8008000000020100" // version
                             "800a00000003"
                             "00000003"           // framing
                             "8009000000076c6e73" // host name
                             "8008000000091267"   // tunnel
                             "80080000000a0004"   // window
                             "80160000000b000102030405060708090a0b0c0d0e0f");
    const Message message = good(body);
    EXPECT_EQ(message.type, 2);
    EXPECT_TRUE(message.mustKnow);
    EXPECT_EQ(message.version, 0x0100);
    EXPECT_EQ(message.hostName, "lns");
    EXPECT_EQ(message.tunnel, 0x1267);
    EXPECT_EQ(message.window, 4);
    ASSERT_TRUE(message.challenge);
    EXPECT_EQ(message.challenge->size(), 16U);
    EXPECT_FALSE(message.response);
}

TEST(L2tpMessage, writesWhatItReads) {
    const ResultCode code{2, 6, "keine Lust"};
    Raw body =
        MessageWriter(MessageType::StopCcn).number16(Attribute::AssignedTunnel, 77).result(code).take();
    const Message message = good(body);
    EXPECT_EQ(message.type, 4);
    EXPECT_EQ(message.tunnel, 77);
    EXPECT_EQ(message.result, code);
    body = MessageWriter(MessageType::Cdn).result({3, std::nullopt, {}}).take();
    EXPECT_EQ(good(body).result, (ResultCode{3, std::nullopt, {}}));
    EXPECT_EQ(body.size(), 8U + 8U);
}

TEST(L2tpMessage, theFirstAttributeIsTheType) {
    EXPECT_EQ(flawOf(fromHex("8008000000091267")), error::kValue);
    EXPECT_EQ(flawOf(fromHex("c008000000000002")), error::kValue) << "hidden";
    EXPECT_EQ(flawOf(fromHex("8008000100000002")), error::kValue) << "of a vendor";
    EXPECT_EQ(flawOf(fromHex("80090000000000020a")), error::kValue) << "too long";
}

TEST(L2tpMessage, lengthsMustFit) {
    EXPECT_EQ(flawOf(fromHex("80080000000000")), error::kLength);
    EXPECT_EQ(flawOf(fromHex("80050000000000")), error::kLength) << "less than its own header";
    EXPECT_EQ(flawOf(fromHex("80080000000000020008")), error::kLength);
    EXPECT_EQ(flawOf(fromHex("800800000000000280090000000912")), error::kLength);
}

TEST(L2tpMessage, anUnknownAttributeCountsOnlyWhereItIsMandatory) {
    const auto with = [](std::uint16_t flags, std::uint16_t vendor, std::uint16_t type) {
        return flawOf(MessageWriter(MessageType::Hello).raw(flags, vendor, type, {}).take());
    };
    EXPECT_EQ(with(0, 0, 46), kNoFlaw);
    EXPECT_EQ(with(MessageWriter::kMandatory, 0, 46), error::kUnknownAttribute);
    EXPECT_EQ(with(0, 9, 9), kNoFlaw);
    EXPECT_EQ(with(MessageWriter::kMandatory, 9, 9), error::kUnknownAttribute);
    EXPECT_EQ(with(MessageWriter::kMandatory, 0, 20), error::kUnknownAttribute) << "20 was never given out";
    EXPECT_EQ(with(MessageWriter::kMandatory | 0x0400, 0, 37), error::kUnknownAttribute)
        << "with a reserved bit no attribute is known";
    EXPECT_EQ(with(0x0400, 0, 37), kNoFlaw);
    EXPECT_EQ(with(MessageWriter::kMandatory, 0, 37), kNoFlaw) << "known and of no use to us";
}

TEST(L2tpMessage, aValueThatCannotBeCountsOnlyWhereItIsMandatory) {
    const Raw zero{0, 0};
    const Raw odd{1, 2, 3};
    for (const auto attribute : {Attribute::AssignedTunnel, Attribute::ReceiveWindow}) {
        EXPECT_EQ(flawOf(MessageWriter(MessageType::Sccrp).bytes(attribute, zero).take()), error::kValue);
        EXPECT_EQ(flawOf(MessageWriter(MessageType::Sccrp).bytes(attribute, odd).take()), error::kValue);
        EXPECT_EQ(flawOf(MessageWriter(MessageType::Sccrp).bytes(attribute, odd, false).take()), kNoFlaw);
    }
    EXPECT_EQ(flawOf(MessageWriter(MessageType::Sccrp).bytes(Attribute::ChallengeResponse, odd).take()),
              error::kValue);
    EXPECT_EQ(flawOf(MessageWriter(MessageType::Sccrp).bytes(Attribute::Challenge, {}).take()),
              error::kValue);
    EXPECT_EQ(flawOf(MessageWriter(MessageType::StopCcn).bytes(Attribute::Result, odd).take()),
              error::kValue);
}

TEST(L2tpMessage, ofTwoTheFirstCounts) {
    const Raw body = MessageWriter(MessageType::Sccrp)
                         .number16(Attribute::AssignedTunnel, 1)
                         .number16(Attribute::AssignedTunnel, 2)
                         .take();
    EXPECT_EQ(good(body).tunnel, 1);
}

// Digests and ciphertext below: python3, hashlib.
TEST(L2tpProof, challengeResponses) {
    Raw challenge(16);
    for (std::size_t i = 0; i < challenge.size(); ++i) {
        challenge[i] = static_cast<std::uint8_t>(i + 1);
    }
    const auto hex = [&](MessageType carrier) {
        const Response response = challengeResponse(carrier, kSecret, challenge);
        return Raw(response.begin(), response.end());
    };
    EXPECT_EQ(hex(MessageType::Sccrp), fromHex("ef722b11d3910657e89b677f0a2c1226"));
    EXPECT_EQ(hex(MessageType::Scccn), fromHex("d9a195fa85f1a210093979cfefde7242"));
}

TEST(L2tpProof, unhidesOverSeveralBlocks) {
    const Raw hidden =
        fromHex("e0dc6a1c955c187ea906465f7c6e9e3c8c791e75a3736c7143fc0d153498f34466adbe239f0a0fa5"
                "4d1f20");
    const Raw vector = fromHex("a1b2c3d4");
    const std::string name = "a-host-name-of-forty-bytes-0123456789.org";
    EXPECT_EQ(unhide(7, kSecret, vector, hidden), asBytes(name));
    EXPECT_EQ(hide(7, kSecret, vector, asBytes(name), 0), hidden);
    EXPECT_NE(unhide(7, asBytes("geheiM"), vector, hidden), asBytes(name));
    EXPECT_NE(unhide(8, kSecret, vector, hidden), asBytes(name)) << "the type is part of the key";
}

TEST(L2tpProof, unhidesWithPadding) {
    const Raw vector = fromHex("00112233445566778899aabbccddeeff");
    EXPECT_EQ(unhide(9, kSecret, vector, fromHex("c138dcaf3ee556")), fromHex("1234"));
    EXPECT_FALSE(unhide(9, kSecret, vector, fromHex("c1")));
}

TEST(L2tpMessage, hiddenAttributesNeedSecretAndVector) {
    const Raw vector = fromHex("00112233445566778899aabbccddeeff");
    const Raw hidden = fromHex("c138dcaf3ee556");
    const auto body = [&](std::uint16_t flags, bool withVector) {
        MessageWriter writer(MessageType::Sccrp);
        if (withVector) {
            writer.bytes(Attribute::RandomVector, asBytes("another")).bytes(Attribute::RandomVector, vector);
        }
        return writer.raw(flags, 0, 9, hidden).take();
    };
    constexpr auto kBoth = MessageWriter::kMandatory | MessageWriter::kHidden;
    EXPECT_EQ(good(body(kBoth, true), kSecret).tunnel, 0x1234) << "the vector before it counts";
    EXPECT_EQ(flawOf(body(kBoth, true), asBytes("wrong")), error::kVendor);
    EXPECT_EQ(flawOf(body(kBoth, true)), error::kVendor);
    EXPECT_EQ(flawOf(body(kBoth, false), kSecret), error::kVendor);
    EXPECT_EQ(flawOf(body(MessageWriter::kHidden, false), kSecret), kNoFlaw);
}

TEST(L2tpWords, codesAreShownInWordsAndNumbers) {
    EXPECT_EQ(describeStop({4, std::nullopt, {}}),
              "this machine is not authorized to have a tunnel (result 4)");
    EXPECT_EQ(describeStop({2, 6, "no licence"}),
              "an error ended the tunnel: an error of the vendor's own (result 2, error 6): \"no licence\"");
    EXPECT_EQ(describeStop({5, 0x0100, {}}), "the protocol version is not supported (result 5, error 256)");
    EXPECT_EQ(describeCall({4, 4, "full"}),
              "facilities are lacking for the moment: resources are insufficient (result 4, error 4): "
              "\"full\"");
    EXPECT_EQ(describeCall({1, 0, {}}), "the carrier was lost (result 1)");
    EXPECT_EQ(describeStop({99, 1000, "x"}), "result 99, error 1000: \"x\"");
    EXPECT_EQ(messageName(1), "SCCRQ");
    EXPECT_EQ(messageName(5), "message 5");
    EXPECT_EQ(messageName(600), "message 600");
}

// Every cut, every single changed byte, and noise: it must come out as a value or a flaw, within its bounds.
TEST(L2tpMessage, takesAnyBytes) {
    const Raw vector = asBytes("12345678");
    Raw whole = MessageWriter(MessageType::Sccrp)
                    .number16(Attribute::ProtocolVersion, 0x0100)
                    .text(Attribute::HostName, "lns.example")
                    .bytes(Attribute::RandomVector, vector)
                    .raw(MessageWriter::kMandatory | MessageWriter::kHidden, 0, 9,
                         hide(9, kSecret, vector, fromHex("4711"), 16))
                    .result({2, 3, "words"})
                    .take();
    ASSERT_EQ(good(whole, kSecret).tunnel, 0x4711);
    std::size_t flaws = 0;
    const auto check = [&](const Raw& body) {
        const auto read = readMessage(body, kSecret);
        if (const auto* message = std::get_if<Message>(&read)) {
            EXPECT_LE(message->hostName.value_or("").size(), body.size());
        } else {
            ++flaws;
        }
    };
    for (std::size_t size = 1; size <= whole.size(); ++size) {
        check({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (int value = 0; value < 256; ++value) {
            Raw changed = whole;
            changed[at] = static_cast<std::uint8_t>(value);
            check(changed);
        }
    }
    std::mt19937 random(20261121);
    for (int n = 0; n < 20'000; ++n) {
        Raw noise(random() % 80);
        for (auto& byte : noise) {
            byte = static_cast<std::uint8_t>(random());
        }
        check(noise);
        readHeader(noise);
    }
    EXPECT_GT(flaws, 1000U);
}

} // namespace
} // namespace ppp::l2tp
