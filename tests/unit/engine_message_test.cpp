// SPDX-License-Identifier: LGPL-2.1-or-later
// The engine socket's language: every kind, every missing or malformed field, every cut.
#include "core/engine_message.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "core/limits.hpp"
#include "plugin/message.h"

namespace {

using namespace ppp::core;
using namespace std::string_literals;

using Bytes = std::vector<std::uint8_t>;

/// Builds a datagram as the plugin does.
class Datagram {
public:
    explicit Datagram(int kind, int version = PPPM_VERSION)
        : bytes_{static_cast<std::uint8_t>(version), static_cast<std::uint8_t>(kind)} {}

    Datagram& field(int tag, const std::string& value) {
        append(static_cast<std::uint16_t>(tag));
        append(static_cast<std::uint16_t>(value.size()));
        bytes_.insert(bytes_.end(), value.begin(), value.end());
        bounds_.push_back(bytes_.size());
        return *this;
    }
    Datagram& number(int tag, std::uint32_t value) {
        std::string raw(sizeof value, '\0');
        std::memcpy(raw.data(), &value, sizeof value);
        return field(tag, raw);
    }
    const Bytes& bytes() const { return bytes_; }
    bool isBound(std::size_t size) const {
        return size == 2 || std::find(bounds_.begin(), bounds_.end(), size) != bounds_.end();
    }

private:
    template <typename Whole> void append(Whole value) {
        Bytes raw(sizeof value);
        std::memcpy(raw.data(), &value, sizeof value);
        bytes_.insert(bytes_.end(), raw.begin(), raw.end());
    }
    Bytes bytes_;
    std::vector<std::size_t> bounds_;
};

/// Decodes from memory of just that size, so that a sanitizer sees a read past the end.
std::optional<EngineEvent> decode(const Bytes& bytes, std::size_t size) {
    const auto exact = std::make_unique<std::uint8_t[]>(size);
    std::copy_n(bytes.begin(), size, exact.get());
    return decodeEngineMessage({exact.get(), size});
}
std::optional<EngineEvent> decode(const Datagram& datagram) {
    return decode(datagram.bytes(), datagram.bytes().size());
}
template <typename Event> Event decodeAs(const Datagram& datagram) {
    const auto event = decode(datagram);
    EXPECT_TRUE(event && std::holds_alternative<Event>(*event));
    return event && std::holds_alternative<Event>(*event) ? std::get<Event>(*event) : Event{};
}

const std::string kMac("\x02\x00\x00\x00\x00\x01", 6);

Datagram ip4() {
    return Datagram(PPPM_IP4)
        .field(PPPM_T_INTERFACE, "ppp0")
        .number(PPPM_T_IFINDEX, 7)
        .field(PPPM_T_LOCAL, "\x0a\x40\x00\x64"s)
        .field(PPPM_T_PEER, "\x0a\x40\x00\x01"s)
        .field(PPPM_T_DNS, "\x0a\x40\x00\x35"s)
        .field(PPPM_T_DNS, "\x0a\x40\x00\x36"s)
        .number(PPPM_T_MTU, 1492);
}
Datagram ip6() {
    return Datagram(PPPM_IP6)
        .field(PPPM_T_INTERFACE, "ppp0")
        .number(PPPM_T_IFINDEX, 7)
        .field(PPPM_T_LOCAL_ID, "\0\0\0\0\0\0\0\1"s)
        .field(PPPM_T_PEER_ID, "\0\0\0\0\0\0\0\2"s)
        .number(PPPM_T_MTU, 1400);
}
Datagram auth() {
    return Datagram(PPPM_AUTH)
        .number(PPPM_T_AUTH_PROTOCOL, 0xc223)
        .number(PPPM_T_VERDICT, PPPM_VERDICT_REFUSED)
        .field(PPPM_T_TEXT, "E=691 R=1")
        .number(PPPM_T_CHAP_DIGEST, 0x81);
}

Datagram readyWanted(std::uint32_t index) {
    return Datagram(PPPM_READY_WANTED).field(PPPM_T_INTERFACE, "ppp0").number(PPPM_T_IFINDEX, index);
}

/// A full datagram of each kind, and the tags it cannot do without.
struct Sample {
    Datagram datagram;
    std::vector<int> needed;
};
std::vector<Sample> samples() {
    return {
        {Datagram(PPPM_HELLO).number(PPPM_T_PID, 42).field(PPPM_T_TEXT, "2.4.9"), {PPPM_T_PID}},
        {Datagram(PPPM_PHASE).number(PPPM_T_PHASE, PPPM_PHASE_NETWORK), {PPPM_T_PHASE}},
        {Datagram(PPPM_SECRETS_WANTED), {}},
        {auth(), {PPPM_T_AUTH_PROTOCOL, PPPM_T_VERDICT}},
        {ip4(), {PPPM_T_INTERFACE, PPPM_T_IFINDEX, PPPM_T_LOCAL, PPPM_T_PEER, PPPM_T_MTU}},
        {Datagram(PPPM_IP4_DOWN), {}},
        {ip6(), {PPPM_T_INTERFACE, PPPM_T_IFINDEX, PPPM_T_LOCAL_ID, PPPM_T_PEER_ID, PPPM_T_MTU}},
        {Datagram(PPPM_IP6_DOWN), {}},
        {Datagram(PPPM_LCP).number(PPPM_T_MRU, 1492).number(PPPM_T_PEER_MRU, 1480),
         {PPPM_T_MRU, PPPM_T_PEER_MRU}},
        {Datagram(PPPM_LCP_TERMINATED).field(PPPM_T_TEXT, "bye"), {}},
        {Datagram(PPPM_SESSION)
             .number(PPPM_T_SESSION_ID, 9)
             .field(PPPM_T_PEER_MAC, kMac)
             .field(PPPM_T_AC_NAME, "ac"),
         {PPPM_T_SESSION_ID, PPPM_T_PEER_MAC}},
        {Datagram(PPPM_DISCOVERY).field(PPPM_T_PEER_MAC, kMac).field(PPPM_T_AC_NAME, "ac"),
         {PPPM_T_PEER_MAC}},
        {Datagram(PPPM_DISCOVERY_ERROR)
             .number(PPPM_T_ERROR_TAG, 0x0201)
             .field(PPPM_T_PEER_MAC, kMac)
             .field(PPPM_T_TEXT, "no"),
         {PPPM_T_ERROR_TAG, PPPM_T_PEER_MAC}},
        {Datagram(PPPM_PROTOCOL_REJECTED).number(PPPM_T_PROTOCOL, 0x8057), {PPPM_T_PROTOCOL}},
        {Datagram(PPPM_EXIT).number(PPPM_T_STATUS, 19), {PPPM_T_STATUS}},
        {Datagram(PPPM_ECHO_REPLY).number(PPPM_T_MICROSECONDS, 12300), {PPPM_T_MICROSECONDS}},
        {Datagram(PPPM_TUNNEL)
             .number(PPPM_T_TUNNEL_ID, 11)
             .number(PPPM_T_PEER_TUNNEL_ID, 22)
             .field(PPPM_T_HOST_NAME, "lns"),
         {PPPM_T_TUNNEL_ID, PPPM_T_PEER_TUNNEL_ID}},
        {Datagram(PPPM_FAILURE).field(PPPM_T_REASON, "modem-busy").field(PPPM_T_TEXT, "BUSY"),
         {PPPM_T_REASON}},
        {Datagram(PPPM_PIN_WANTED), {}},
        {Datagram(PPPM_PIN_RESULT)
             .number(PPPM_T_VERDICT, PPPM_VERDICT_REFUSED)
             .field(PPPM_T_TEXT, "+CME ERROR: 16"),
         {PPPM_T_VERDICT}},
        {Datagram(PPPM_SERVER).field(PPPM_T_ADDRESS, "\x0a\x40\x00\x01"s), {PPPM_T_ADDRESS}},
        {Datagram(PPPM_MODEM).field(PPPM_T_TEXT, "CONNECT 115200"), {}},
        {Datagram(PPPM_PEER_AUTH)
             .number(PPPM_T_AUTH_PROTOCOL, 0xc223)
             .number(PPPM_T_VERDICT, PPPM_VERDICT_STRANGER)
             .field(PPPM_T_TEXT, "isp")
             .number(PPPM_T_CHAP_DIGEST, 0x81),
         {PPPM_T_AUTH_PROTOCOL, PPPM_T_VERDICT}},
        {Datagram(PPPM_LCP_CLOSED).field(PPPM_T_TEXT, "MPPE disabled"), {}},
        {Datagram(PPPM_DAMAGED).number(PPPM_T_COUNT, 3), {PPPM_T_COUNT}},
        {Datagram(PPPM_DEMAND)
             .field(PPPM_T_INTERFACE, "ppp0")
             .number(PPPM_T_IFINDEX, 10)
             .field(PPPM_T_LOCAL, "\x0a\x40\x40\x40"s)
             .field(PPPM_T_PEER, "\x0a\x70\x70\x70"s)
             .number(PPPM_T_MTU, 1492),
         {PPPM_T_INTERFACE, PPPM_T_IFINDEX, PPPM_T_LOCAL, PPPM_T_PEER, PPPM_T_MTU}},
        {readyWanted(10), {PPPM_T_INTERFACE, PPPM_T_IFINDEX}},
    };
}

/// The fields of a datagram, in order.
std::vector<std::pair<int, std::string>> fieldsOf(const Bytes& bytes) {
    std::vector<std::pair<int, std::string>> out;
    for (std::size_t at = 2; at < bytes.size();) {
        std::uint16_t tag = 0;
        std::uint16_t length = 0;
        std::memcpy(&tag, &bytes[at], sizeof tag);
        std::memcpy(&length, &bytes[at + 2], sizeof length);
        const auto value = bytes.begin() + static_cast<std::ptrdiff_t>(at) + 4;
        out.emplace_back(tag, std::string(value, value + length));
        at += 4U + length;
    }
    return out;
}

TEST(DecodeEngineMessage, ReadsEveryKind) {
    std::size_t index = 0;
    for (const Sample& sample : samples()) {
        const auto event = decode(sample.datagram);
        ASSERT_TRUE(event) << "kind " << int{sample.datagram.bytes()[1]};
        EXPECT_EQ(event->index(),
                  index++); // the variant has them in the order of their kinds, without the other way's
    }
    EXPECT_EQ(index, std::variant_size_v<EngineEvent>);
}

TEST(DecodeEngineMessage, ReadsAddresses) {
    const auto four = decodeAs<engine::Ip4Up>(ip4());
    EXPECT_EQ(four.interface, "ppp0");
    EXPECT_EQ(four.index, 7U);
    EXPECT_EQ(four.local, (std::array<std::uint8_t, 4>{10, 64, 0, 100}));
    EXPECT_EQ(four.peer, (std::array<std::uint8_t, 4>{10, 64, 0, 1}));
    ASSERT_EQ(four.dns.size(), 2U);
    EXPECT_EQ(four.dns[1], (std::array<std::uint8_t, 4>{10, 64, 0, 54}));
    EXPECT_EQ(four.mtu, 1492U);
    const auto six = decodeAs<engine::Ip6Up>(ip6());
    EXPECT_EQ(six.localId[7], 1);
    EXPECT_EQ(six.peerId[7], 2);
}

TEST(DecodeEngineMessage, ReadsTheServersWords) {
    const auto refused = decodeAs<engine::Auth>(auth());
    EXPECT_EQ(refused.protocol, 0xc223U);
    EXPECT_EQ(refused.verdict, PPPM_VERDICT_REFUSED);
    EXPECT_EQ(refused.message, "E=691 R=1");
    EXPECT_EQ(refused.digest, 0x81U);
    const auto error = decodeAs<engine::DiscoveryError>(samples()[12].datagram);
    EXPECT_EQ(error.tag, 0x0201U);
    EXPECT_EQ(error.message, "no");
    EXPECT_EQ(error.peer[5], 1);
}

TEST(DecodeEngineMessage, CutsTextsToWhatIsKept) {
    const std::string text(limits::kPeerText + 100, 'x');
    EXPECT_EQ(decodeAs<engine::LcpTerminated>(Datagram(PPPM_LCP_TERMINATED).field(PPPM_T_TEXT, text)).message,
              std::string(limits::kPeerText, 'x'));
    const std::string raw("\xff\0\n\x1b", 4);
    EXPECT_EQ(decodeAs<engine::LcpTerminated>(Datagram(PPPM_LCP_TERMINATED).field(PPPM_T_TEXT, raw)).message,
              raw);
}

TEST(DecodeEngineMessage, SkipsUnknownTags) {
    const auto exit = decodeAs<engine::Exit>(
        Datagram(PPPM_EXIT).field(999, "new").number(PPPM_T_STATUS, 16).field(1000, "").field(999, "again"));
    EXPECT_EQ(exit.status, 16U);
}

TEST(DecodeEngineMessage, WantsEveryNeededFieldOnceAndOfItsSize) {
    for (const Sample& sample : samples()) {
        const int kind = sample.datagram.bytes()[1];
        const auto fields = fieldsOf(sample.datagram.bytes());
        for (const int tag : sample.needed) {
            Datagram without(kind);
            Datagram twice(kind);
            Datagram shorter(kind);
            Datagram longer(kind);
            Datagram empty(kind);
            for (const auto& [own, value] : fields) {
                if (own != tag) {
                    without.field(own, value);
                }
                twice.field(own, value);
                shorter.field(own, own == tag ? value.substr(1) : value);
                longer.field(own, own == tag ? value + std::string(16, 'x') : value);
                empty.field(own, own == tag ? "" : value);
                if (own == tag) {
                    twice.field(own, value);
                }
            }
            EXPECT_FALSE(decode(without)) << kind << ' ' << tag;
            EXPECT_FALSE(decode(twice)) << kind << ' ' << tag;
            EXPECT_FALSE(decode(longer)) << kind << ' ' << tag;
            EXPECT_FALSE(decode(empty)) << kind << ' ' << tag;
            EXPECT_EQ(decode(shorter).has_value(), tag == PPPM_T_INTERFACE) << kind << ' ' << tag;
        }
    }
}

TEST(DecodeEngineMessage, RefusesWhatNoEngineCanMean) {
    const auto verdict = [](int kind, std::uint32_t value) {
        return decode(Datagram(kind).number(PPPM_T_AUTH_PROTOCOL, 0xc023).number(PPPM_T_VERDICT, value))
            .has_value();
    };
    EXPECT_FALSE(verdict(PPPM_AUTH, PPPM_VERDICT_STRANGER));
    EXPECT_FALSE(verdict(PPPM_PEER_AUTH, PPPM_VERDICT_DECLINED));
    EXPECT_FALSE(verdict(PPPM_PEER_AUTH, 5));
    EXPECT_FALSE(decode(Datagram(PPPM_SECRETS).field(PPPM_T_PASSWORD, "x"))); // goes the other way
    EXPECT_FALSE(decode(Datagram(0)));
    EXPECT_FALSE(decode(Datagram(17)));
    EXPECT_FALSE(decode(Datagram(255)));
    EXPECT_FALSE(decode(Datagram(PPPM_IP4_DOWN, PPPM_VERSION + 1)));
    EXPECT_FALSE(decode(Datagram(PPPM_IP4_DOWN, 0)));
    for (const std::string& name : {"a/b"s, "ppp\n"s, "\xff"s, "p\0p"s, ""s, std::string(16, 'p')}) {
        Datagram strange(PPPM_IP4);
        for (const auto& [tag, value] : fieldsOf(ip4().bytes())) {
            strange.field(tag, tag == PPPM_T_INTERFACE ? name : value);
        }
        EXPECT_FALSE(decode(strange)) << name;
    }
    Datagram crowd = ip4();
    for (std::size_t i = 0; i < limits::kDnsServers; ++i) {
        crowd.field(PPPM_T_DNS, "\x0a\x40\x00\x35"s);
    }
    EXPECT_FALSE(decode(crowd));
}

TEST(DecodeEngineMessage, RefusesDatagramsOfTheWrongSize) {
    EXPECT_FALSE(decodeEngineMessage({}));
    EXPECT_FALSE(decode(Datagram(PPPM_IP4_DOWN).bytes(), 1));
    Datagram big(PPPM_IP4_DOWN);
    big.field(999, std::string(PPPM_MAX_DATAGRAM - 6, 'x'));
    EXPECT_EQ(big.bytes().size(), std::size_t{PPPM_MAX_DATAGRAM});
    EXPECT_TRUE(decode(big));
    big.field(999, "");
    EXPECT_FALSE(decode(big));
}

TEST(DecodeEngineMessage, NoCutOfADatagramIsMisread) {
    for (const Sample& sample : samples()) {
        const Bytes& bytes = sample.datagram.bytes();
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            const auto event = decode(bytes, size);
            if (!sample.datagram.isBound(size)) {
                EXPECT_FALSE(event) << "kind " << int{bytes[1]} << " cut to " << size;
            }
        }
    }
}

TEST(DecodeEngineMessage, RandomChangesNeverGoPastTheEnd) {
    std::mt19937 random(11); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
    const auto all = samples();
    std::size_t read = 0;
    for (int round = 0; round < 50000; ++round) {
        Bytes bytes = all[random() % all.size()].datagram.bytes();
        for (unsigned changes = random() % 4; changes > 0; --changes) {
            bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
        }
        read += decode(bytes, random() % 4 == 0 ? random() % (bytes.size() + 1) : bytes.size()).has_value()
                    ? 1U
                    : 0U;
    }
    EXPECT_GT(read, 1000U); // some must survive, or nothing was tried
}

TEST(EncodeSecrets, CarriesThePasswordOrNone) {
    const Bytes with = encodeSecrets("pa\xff word");
    EXPECT_EQ(with[0], PPPM_VERSION);
    EXPECT_EQ(with[1], PPPM_SECRETS);
    EXPECT_EQ(fieldsOf(with), (std::vector<std::pair<int, std::string>>{{PPPM_T_PASSWORD, "pa\xff word"}}));
    EXPECT_EQ(fieldsOf(encodeSecrets("")), (std::vector<std::pair<int, std::string>>{{PPPM_T_PASSWORD, ""}}));
    EXPECT_TRUE(fieldsOf(encodeSecrets(std::nullopt)).empty());
    EXPECT_EQ(encodeSecrets(std::nullopt).size(), 2U);
    const std::string longest(limits::kSecretSize, 'x');
    EXPECT_EQ(fieldsOf(encodeSecrets(longest)).front().second, longest);
    EXPECT_THROW(encodeSecrets(longest + "x"), std::length_error);
}

TEST(DecodeEngineMessage, ReadsWhatEngineProgramsSay) {
    const auto all = samples();
    const auto tunnel = decodeAs<engine::Tunnel>(all[16].datagram);
    EXPECT_EQ(tunnel.id, 11U);
    EXPECT_EQ(tunnel.peerId, 22U);
    EXPECT_EQ(tunnel.host, "lns");
    const auto failure = decodeAs<engine::Failure>(all[17].datagram);
    EXPECT_EQ(failure.reason, Reason::ModemBusy);
    EXPECT_EQ(failure.message, "BUSY");
    EXPECT_FALSE(failure.passing);
    const Datagram shortage =
        Datagram(PPPM_FAILURE).field(PPPM_T_REASON, "engine-failed").number(PPPM_T_PASSING, 1);
    EXPECT_TRUE(decodeAs<engine::Failure>(shortage).passing);
    EXPECT_FALSE(decode(Datagram(PPPM_FAILURE).field(PPPM_T_REASON, "of-tomorrow")));
    const auto pin = decodeAs<engine::PinResult>(all[19].datagram);
    EXPECT_FALSE(pin.accepted);
    EXPECT_EQ(pin.message, "+CME ERROR: 16");
    const Datagram started = Datagram(PPPM_PIN_RESULT).number(PPPM_T_VERDICT, PPPM_VERDICT_STARTED);
    EXPECT_FALSE(decode(started)) << "no result";
    const auto six =
        decodeAs<engine::Server>(Datagram(PPPM_SERVER).field(PPPM_T_ADDRESS, std::string(16, 'x')));
    EXPECT_EQ(six.address, Bytes(16, 'x'));
    EXPECT_EQ(decodeAs<engine::Modem>(all[21].datagram).message, "CONNECT 115200");
    const auto demand = decodeAs<engine::DemandReady>(all[25].datagram);
    EXPECT_EQ(demand.interface, "ppp0");
    EXPECT_EQ(demand.local, (std::array<std::uint8_t, 4>{10, 64, 64, 64}));
    EXPECT_EQ(demand.peer, (std::array<std::uint8_t, 4>{10, 112, 112, 112}));
    EXPECT_FALSE(decode(Datagram(PPPM_DEMAND)
                            .field(PPPM_T_INTERFACE, "ppp0")
                            .number(PPPM_T_IFINDEX, 0)
                            .field(PPPM_T_LOCAL, "aaaa")
                            .field(PPPM_T_PEER, "bbbb")
                            .number(PPPM_T_MTU, 1492)));
}

TEST(DecodeEngineMessage, AnEngineAsksBeforeItSetsAnAddress) {
    const auto wanted = decodeAs<engine::ReadyWanted>(readyWanted(7));
    EXPECT_EQ(wanted.interface, "ppp0");
    EXPECT_EQ(wanted.index, 7U);
    EXPECT_FALSE(decode(readyWanted(0))) << "no interface";
    EXPECT_FALSE(decode(Datagram(PPPM_READY_WANTED).number(PPPM_T_IFINDEX, 7)));
}

TEST(DecodeEngineMessage, ReadsThePeersProof) {
    const auto proof = decodeAs<engine::PeerAuth>(samples()[22].datagram);
    EXPECT_EQ(proof.protocol, 0xc223U);
    EXPECT_EQ(proof.verdict, static_cast<std::uint32_t>(PPPM_VERDICT_STRANGER));
    EXPECT_EQ(proof.name, "isp");
    EXPECT_EQ(proof.digest, 0x81U);
    EXPECT_EQ(decodeAs<engine::LcpClosed>(samples()[23].datagram).message, "MPPE disabled");
}

TEST(EncodeSecrets, TunnelSecretAndPinHaveTagsOfTheirOwn) {
    using Pairs = std::vector<std::pair<int, std::string>>;
    EXPECT_EQ(fieldsOf(encodeSecrets("a", "b")),
              (Pairs{{PPPM_T_PASSWORD, "a"}, {PPPM_T_TUNNEL_SECRET, "b"}}));
    EXPECT_EQ(fieldsOf(encodeSecrets(std::nullopt, "b")), (Pairs{{PPPM_T_TUNNEL_SECRET, "b"}}));
    EXPECT_EQ(fieldsOf(encodeSecrets("a", std::nullopt, "c")),
              (Pairs{{PPPM_T_PASSWORD, "a"}, {PPPM_T_PEER_SECRET, "c"}}));
    EXPECT_EQ(encodePin(std::nullopt), (Bytes{PPPM_VERSION, PPPM_PIN}));
    EXPECT_EQ(fieldsOf(encodePin("1234")), (Pairs{{PPPM_T_PIN, "1234"}}));
    EXPECT_FALSE(decodeEngineMessage(encodePin("1234"))) << "goes the other way";
    EXPECT_THROW(encodeSecrets("a", std::string(limits::kSecretSize + 1, 'x')), std::length_error);
}

TEST(EngineQuestions, SayWhatIsAsked) {
    const Bytes server{192, 0, 2, 1};
    EXPECT_EQ(encodePinned(server), Datagram(PPPM_PINNED).field(PPPM_T_ADDRESS, "\xc0\0\2\1"s).bytes());
    EXPECT_FALSE(decodeEngineMessage(encodePinned(server))) << "goes the other way";
    EXPECT_EQ(encodeReady(), (Bytes{PPPM_VERSION, PPPM_READY}));
    EXPECT_FALSE(decodeEngineMessage(encodeReady())) << "goes the other way";
    EXPECT_EQ(encodeEcho(), (Bytes{PPPM_VERSION, PPPM_ECHO}));
    for (const bool on : {true, false}) {
        EXPECT_EQ(encodeDebug(on), Datagram(PPPM_DEBUG).number(PPPM_T_ENABLED, on ? 1 : 0).bytes());
        EXPECT_FALSE(decodeEngineMessage(encodeDebug(on))) << "goes the other way";
    }
    EXPECT_FALSE(decodeEngineMessage(encodeEcho()));
}

TEST(DecodeEngineMessage, RoundTripsAreBounded) {
    for (const std::uint32_t wrong : {0U, PPPM_MAX_ROUND_TRIP + 1U, 0xffffffffU}) {
        EXPECT_FALSE(decode(Datagram(PPPM_ECHO_REPLY).number(PPPM_T_MICROSECONDS, wrong))) << wrong;
    }
    for (const std::uint32_t right : {1U, PPPM_MAX_ROUND_TRIP + 0U}) {
        EXPECT_EQ(decodeAs<engine::EchoReply>(Datagram(PPPM_ECHO_REPLY).number(PPPM_T_MICROSECONDS, right))
                      .microseconds,
                  right);
    }
}

} // namespace
