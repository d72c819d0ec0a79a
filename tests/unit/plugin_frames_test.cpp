// SPDX-License-Identifier: LGPL-2.1-or-later
// The plugin's two parsers of what an untrusted peer sends: every length fault, and that no byte beyond the
// frame is read.
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

extern "C" {
#include "discovery_frame.h"
#include "ppp_frame.h"
}

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes operator+(Bytes left, const Bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

Bytes bytesOf(std::string_view text) {
    return {text.begin(), text.end()};
}

Bytes word(std::size_t value) {
    return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value & 0xff)};
}

/// A copy on the heap that is exactly as long as the frame, so that a sanitizer sees the first byte read
/// beyond it.
struct Exact {
    explicit Exact(const Bytes& bytes) : data(new std::uint8_t[bytes.size()]), size(bytes.size()) {
        if (size) {
            std::memcpy(data.get(), bytes.data(), size);
        }
    }
    std::unique_ptr<std::uint8_t[]> data;
    std::size_t size;
};

std::string textOf(const std::uint8_t* text, std::size_t length) {
    return text ? std::string(text, text + length) : std::string();
}

// ---- PPP

constexpr std::uint16_t kLcp = 0xc021, kPap = 0xc023, kChap = 0xc223, kEap = 0xc227;

Bytes pppFrame(std::uint16_t protocol, std::uint8_t code, const Bytes& body, std::size_t declared) {
    return Bytes{0xff, 0x03} + word(protocol) + Bytes{code, 7} + word(declared) + body;
}

Bytes pppFrame(std::uint16_t protocol, std::uint8_t code, const Bytes& body) {
    return pppFrame(protocol, code, body, body.size() + 4);
}

struct PppRead {
    ppp_event event;
    std::string text;
    unsigned id, rejected;
};

PppRead readPpp(const Bytes& bytes) {
    const Exact exact(bytes);
    const auto frame = ppp_frame_read(exact.data.get(), exact.size);
    if (frame.text) {
        EXPECT_GE(frame.text, exact.data.get());
        EXPECT_LE(frame.text + frame.text_length, exact.data.get() + exact.size);
    } else {
        EXPECT_EQ(frame.text_length, 0U);
    }
    return {frame.event, textOf(frame.text, frame.text_length), frame.id, frame.rejected};
}

struct Kind {
    std::uint16_t protocol;
    std::uint8_t code;
    Bytes body;
    ppp_event event;
    std::string text;
};

std::vector<Kind> kinds() {
    return {
        {kLcp, 1, {1, 4, 5, 0xd4}, PPP_EVENT_LCP_REQUEST, ""},
        {kLcp, 2, {}, PPP_EVENT_LCP_ANSWER, ""},
        {kLcp, 3, {1, 4, 5, 0xd4}, PPP_EVENT_LCP_DECLINE, ""},
        {kLcp, 4, {1, 4, 5, 0xd4}, PPP_EVENT_LCP_DECLINE, ""},
        {kLcp, 5, bytesOf("maintenance"), PPP_EVENT_LCP_TERMINATE, "maintenance"},
        {kLcp, 5, {}, PPP_EVENT_LCP_TERMINATE, ""},
        {kLcp, 8, {0x80, 0x57, 1, 2, 3}, PPP_EVENT_LCP_PROTOCOL_REJECT, ""},
        {kLcp, 10, Bytes{1, 2, 3, 4} + bytesOf("pppm1234"), PPP_EVENT_LCP_ECHO_REPLY, "pppm1234"},
        {kLcp, 10, {1, 2, 3, 4}, PPP_EVENT_LCP_ECHO_REPLY, ""},
        {kLcp, 10, {1, 2, 3}, PPP_EVENT_NONE, ""},
        {kLcp, 9, Bytes{1, 2, 3, 4} + bytesOf("pppm1234"), PPP_EVENT_NONE, ""},
        {kPap, 1, Bytes{4} + bytesOf("isp ") + Bytes{6} + bytesOf("secret"), PPP_EVENT_PAP_REQUEST, "secret"},
        {kPap, 1, {0, 0}, PPP_EVENT_PAP_REQUEST, ""},
        {kPap, 1, {0}, PPP_EVENT_NONE, ""},
        {kPap, 1, {2, 'a', 0}, PPP_EVENT_NONE, ""},
        {kPap, 1, {1, 'a', 2, 'b'}, PPP_EVENT_NONE, ""},
        {kPap, 2, Bytes{8} + bytesOf("Login ok"), PPP_EVENT_PAP_ACK, "Login ok"},
        {kPap, 3, Bytes{6} + bytesOf("denied"), PPP_EVENT_PAP_NAK, "denied"},
        {kPap, 3, {0}, PPP_EVENT_PAP_NAK, ""},
        {kPap, 3, {}, PPP_EVENT_PAP_NAK, ""},
        {kPap, 3, Bytes{3} + bytesOf("denied"), PPP_EVENT_PAP_NAK, "den"},
        {kChap, 1, Bytes{2, 0xaa, 0xbb} + bytesOf("ac"), PPP_EVENT_CHAP_CHALLENGE, ""},
        {kChap, 2, Bytes{2, 0xaa, 0xbb} + bytesOf("isp"), PPP_EVENT_CHAP_RESPONSE, ""},
        {kChap, 2, {3, 0xaa, 0xbb}, PPP_EVENT_NONE, ""},
        {kChap, 2, {}, PPP_EVENT_NONE, ""},
        {kChap, 3, bytesOf("Welcome"), PPP_EVENT_CHAP_SUCCESS, "Welcome"},
        {kChap, 4, bytesOf("E=691 R=0"), PPP_EVENT_CHAP_FAILURE, "E=691 R=0"},
        {kChap, 4, {}, PPP_EVENT_CHAP_FAILURE, ""},
        {kEap, 1, {1}, PPP_EVENT_EAP_REQUEST, ""},
        {kEap, 1, Bytes{4, 2, 0xaa, 0xbb}, PPP_EVENT_EAP_REQUEST, ""},
        {kEap, 1, Bytes{2} + bytesOf("expired"), PPP_EVENT_EAP_NOTICE, "expired"},
        {kEap, 1, {2}, PPP_EVENT_EAP_NOTICE, ""},
        {kEap, 1, Bytes{26, 4, 1, 0, 9} + bytesOf("E=691"), PPP_EVENT_EAP_NOTICE, "E=691"},
        {kEap, 1, Bytes{26, 4, 1, 0}, PPP_EVENT_EAP_REQUEST, ""},
        {kEap, 1, Bytes{26, 1, 1, 0, 9} + bytesOf("x"), PPP_EVENT_EAP_REQUEST, ""},
        {kEap, 3, {}, PPP_EVENT_EAP_SUCCESS, ""},
        {kEap, 4, {}, PPP_EVENT_EAP_FAILURE, ""},
    };
}

TEST(PppFrame, ReadsEveryKind) {
    for (const auto& kind : kinds()) {
        const auto read = readPpp(pppFrame(kind.protocol, kind.code, kind.body));
        EXPECT_EQ(read.event, kind.event) << kind.protocol << ' ' << int{kind.code};
        EXPECT_EQ(read.text, kind.text);
        EXPECT_EQ(read.id, 7U);
    }
    EXPECT_EQ(readPpp(pppFrame(kLcp, 8, {0x80, 0x57})).rejected, 0x8057U);
}

TEST(PppFrame, ReadsTheWishToAuthenticate) {
    const auto wish = [](std::uint8_t code, const Bytes& options) {
        const Exact exact(pppFrame(kLcp, code, options));
        const auto frame = ppp_frame_read(exact.data.get(), exact.size);
        return std::pair<unsigned, unsigned>(frame.auth_protocol, frame.auth_digest);
    };
    using Wish = std::pair<unsigned, unsigned>;
    const Bytes mru{1, 4, 5, 0xd4};
    EXPECT_EQ(wish(1, mru), Wish(0, 0));
    EXPECT_EQ(wish(1, mru + Bytes{3, 4, 0xc0, 0x23}), Wish(kPap, 0));
    EXPECT_EQ(wish(2, Bytes{3, 5, 0xc2, 0x23, 0x81} + mru), Wish(kChap, 0x81));
    EXPECT_EQ(wish(4, {3, 4, 0xc2, 0x27}), Wish(kEap, 0));
    EXPECT_EQ(wish(1, {3, 3, 0xc2}), Wish(0, 0)) << "too short for a protocol";
    EXPECT_EQ(wish(1, {3, 5, 0xc2, 0x23}), Wish(0, 0)) << "longer than the packet";
    EXPECT_EQ(wish(1, Bytes{1, 0} + Bytes{3, 4, 0xc0, 0x23}), Wish(0, 0)) << "no length";
    EXPECT_EQ(wish(1, {1, 1, 3, 4, 0xc0, 0x23}), Wish(0, 0));
    EXPECT_EQ(wish(1, {3}), Wish(0, 0));
}

TEST(PppFrame, ReadsTheNameThatAPeerGives) {
    const auto name = [](std::uint16_t protocol, std::uint8_t code, const Bytes& body) {
        const Exact exact(pppFrame(protocol, code, body));
        const auto frame = ppp_frame_read(exact.data.get(), exact.size);
        return textOf(frame.name, frame.name_length);
    };
    EXPECT_EQ(name(kPap, 1, Bytes{3} + bytesOf("isp") + Bytes{2} + bytesOf("pw")), "isp");
    EXPECT_EQ(name(kChap, 2, Bytes{2, 1, 2} + bytesOf("isp")), "isp");
    EXPECT_EQ(name(kChap, 2, {2, 1, 2}), "");
}

TEST(PppFrame, EveryCutFrameIsNothing) {
    for (const auto& kind : kinds()) {
        const auto whole = pppFrame(kind.protocol, kind.code, kind.body);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
            EXPECT_EQ(readPpp(cut).event, PPP_EVENT_NONE)
                << kind.protocol << ' ' << int{kind.code} << ' ' << length;
        }
    }
}

TEST(PppFrame, DeclaredLengthRulesNotTheFrames) {
    const auto padding = Bytes(40, 'p');
    for (const auto& kind : kinds()) {
        const auto declared = kind.body.size() + 4;
        const auto padded = readPpp(pppFrame(kind.protocol, kind.code, kind.body + padding, declared));
        EXPECT_EQ(padded.event, kind.event);
        EXPECT_EQ(padded.text, kind.text);
        for (std::size_t tooShort = 0; tooShort < 4; ++tooShort) {
            EXPECT_EQ(readPpp(pppFrame(kind.protocol, kind.code, kind.body, tooShort)).event, PPP_EVENT_NONE);
        }
        for (std::size_t tooLong : {declared + 1, declared + 200, std::size_t{0xffff}}) {
            EXPECT_EQ(readPpp(pppFrame(kind.protocol, kind.code, kind.body, tooLong)).event, PPP_EVENT_NONE);
        }
    }
}

TEST(PppFrame, PapMessageLongerThanThePacketIsNothing) {
    const auto body = Bytes{7} + bytesOf("denied");
    EXPECT_EQ(readPpp(pppFrame(kPap, 3, body)).event, PPP_EVENT_NONE);
    EXPECT_EQ(readPpp(pppFrame(kPap, 3, Bytes{255})).event, PPP_EVENT_NONE);
    // The byte that would complete it lies behind the declared length.
    EXPECT_EQ(readPpp(pppFrame(kPap, 3, body + Bytes{'!'}, body.size() + 4)).event, PPP_EVENT_NONE);
}

TEST(PppFrame, ProtocolRejectWithoutAProtocolIsNothing) {
    EXPECT_EQ(readPpp(pppFrame(kLcp, 8, {})).event, PPP_EVENT_NONE);
    EXPECT_EQ(readPpp(pppFrame(kLcp, 8, {0x80})).event, PPP_EVENT_NONE);
}

TEST(PppFrame, EapRequestWithoutATypeIsNothing) {
    EXPECT_EQ(readPpp(pppFrame(kEap, 1, {})).event, PPP_EVENT_NONE);
}

TEST(PppFrame, OtherCodesAndProtocolsAreNothing) {
    for (int code = 0; code < 256; ++code) {
        EXPECT_EQ(readPpp(pppFrame(0x8021, static_cast<std::uint8_t>(code), {1, 2, 3})).event,
                  PPP_EVENT_NONE);
    }
    for (int code : {0, 6, 7, 9, 10, 11, 255}) {
        EXPECT_EQ(readPpp(pppFrame(kLcp, static_cast<std::uint8_t>(code), {1, 2, 3})).event, PPP_EVENT_NONE);
    }
    for (int code : {0, 1, 4, 255}) {
        EXPECT_EQ(readPpp(pppFrame(kPap, static_cast<std::uint8_t>(code), {0})).event, PPP_EVENT_NONE);
    }
    for (int code : {0, 5, 255}) {
        EXPECT_EQ(readPpp(pppFrame(kChap, static_cast<std::uint8_t>(code), {0})).event, PPP_EVENT_NONE);
    }
    for (int code : {0, 2, 5, 255}) {
        EXPECT_EQ(readPpp(pppFrame(kEap, static_cast<std::uint8_t>(code), {0})).event, PPP_EVENT_NONE);
    }
}

TEST(PppFrame, LongestTextIsGivenWhole) {
    const Bytes text(1500, 0x1b);
    EXPECT_EQ(readPpp(pppFrame(kChap, 4, text)).text.size(), text.size());
}

// ---- PPPoE discovery

const Bytes kOurMac = {2, 0, 0, 0, 0, 1};
const Bytes kTheirMac = {2, 0, 0, 0, 0, 9};
const Bytes kHostUniq = {1, 2, 3, 4};

Bytes tag(std::size_t type, const Bytes& data) {
    return word(type) + word(data.size()) + data;
}

Bytes discoveryFrame(std::uint8_t code, const Bytes& tags, std::size_t declared, std::size_t session = 0) {
    return kOurMac + kTheirMac + word(0x8863) + Bytes{0x11, code} + word(session) + word(declared) + tags;
}

Bytes discoveryFrame(std::uint8_t code, const Bytes& tags) {
    return discoveryFrame(code, tags, tags.size());
}

discovery_filter ourFilter() {
    discovery_filter filter{};
    std::memcpy(filter.mac, kOurMac.data(), sizeof filter.mac);
    filter.host_uniq_length = kHostUniq.size();
    std::memcpy(filter.host_uniq, kHostUniq.data(), kHostUniq.size());
    return filter;
}

struct DiscoveryRead {
    unsigned code, session, errorTag, maxPayload;
    std::string name, errorText;
    Bytes source;
};

DiscoveryRead readDiscovery(const Bytes& bytes, const discovery_filter& filter = ourFilter()) {
    const Exact exact(bytes);
    const auto frame = discovery_frame_read(exact.data.get(), exact.size, &filter);
    return {frame.code,
            frame.session,
            frame.error_tag,
            frame.max_payload,
            textOf(frame.ac_name, frame.ac_name_length),
            textOf(frame.error_text, frame.error_text_length),
            Bytes(frame.source, frame.source + 6)};
}

const Bytes kOffer = tag(0x0101, {}) + tag(0x0102, bytesOf("ac-1")) + tag(0x0103, kHostUniq);

TEST(DiscoveryFrame, ReadsAnOffer) {
    const auto read = readDiscovery(discoveryFrame(DISCOVERY_PADO, kOffer));
    EXPECT_EQ(read.code, unsigned{DISCOVERY_PADO});
    EXPECT_EQ(read.name, "ac-1");
    EXPECT_EQ(read.errorTag, 0U);
    EXPECT_EQ(read.source, kTheirMac);
}

TEST(DiscoveryFrame, ReadsAConfirmation) {
    const auto tags = tag(0x0103, kHostUniq);
    const auto read = readDiscovery(discoveryFrame(DISCOVERY_PADS, tags, tags.size(), 0x1234));
    EXPECT_EQ(read.code, unsigned{DISCOVERY_PADS});
    EXPECT_EQ(read.session, 0x1234U);
    EXPECT_EQ(read.name, "");
}

TEST(DiscoveryFrame, ReadsEachErrorTagAndTheFirstOfThem) {
    for (std::size_t error : {0x0201U, 0x0202U, 0x0203U}) {
        const auto read =
            readDiscovery(discoveryFrame(DISCOVERY_PADS, kOffer + tag(error, bytesOf("no such service"))));
        EXPECT_EQ(read.errorTag, error);
        EXPECT_EQ(read.errorText, "no such service");
        EXPECT_EQ(readDiscovery(discoveryFrame(DISCOVERY_PADS, tag(error, {}) + kOffer)).errorTag, error);
    }
    const auto two = tag(0x0202, bytesOf("full")) + tag(0x0203, bytesOf("later"));
    EXPECT_EQ(readDiscovery(discoveryFrame(DISCOVERY_PADO, kOffer + two)).errorText, "full");
}

TEST(DiscoveryFrame, ReadsTheGrantedPayload) {
    const auto granted = [](const Bytes& value) {
        return readDiscovery(discoveryFrame(DISCOVERY_PADS, kOffer + tag(0x0120, value))).maxPayload;
    };
    EXPECT_EQ(granted(word(1500)), 1500U);
    EXPECT_EQ(granted({}), 0U);
    EXPECT_EQ(granted({5}), 0U);
    EXPECT_EQ(granted(word(1500) + word(1500)), 0U);
    EXPECT_EQ(readDiscovery(discoveryFrame(DISCOVERY_PADS, kOffer)).maxPayload, 0U);
}

TEST(DiscoveryFrame, EveryCutFrameIsNothing) {
    const auto whole = discoveryFrame(DISCOVERY_PADO, kOffer + tag(0x0203, bytesOf("busy")));
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_EQ(readDiscovery(cut).code, 0U) << length;
    }
}

TEST(DiscoveryFrame, DeclaredLengthRules) {
    const auto padded = discoveryFrame(DISCOVERY_PADO, kOffer + Bytes(30, 0xee), kOffer.size());
    EXPECT_EQ(readDiscovery(padded).name, "ac-1");
    EXPECT_EQ(readDiscovery(discoveryFrame(DISCOVERY_PADO, kOffer, kOffer.size() + 1)).code, 0U);
    EXPECT_EQ(readDiscovery(discoveryFrame(DISCOVERY_PADO, kOffer, 0xffff)).code, 0U);
    // Cut short inside a tag, at every place that is not the end of one.
    for (std::size_t declared = 0; declared < kOffer.size(); ++declared) {
        EXPECT_EQ(readDiscovery(discoveryFrame(DISCOVERY_PADO, kOffer, declared)).code, 0U) << declared;
    }
}

TEST(DiscoveryFrame, TagThatDoesNotFitBreaksTheWholeFrame) {
    for (std::size_t length : {5U, 6U, 255U, 0x7fffU, 0xffffU}) {
        EXPECT_EQ(readDiscovery(
                      discoveryFrame(DISCOVERY_PADO, kOffer + word(0x0203) + word(length) + bytesOf("busy")))
                      .code,
                  0U);
    }
    for (const auto& stub : {Bytes{2}, Bytes{2, 3}, Bytes{2, 3, 0}}) {
        EXPECT_EQ(readDiscovery(discoveryFrame(DISCOVERY_PADO, kOffer + stub)).code, 0U);
    }
}

TEST(DiscoveryFrame, NothingCountsBehindEndOfList) {
    const auto read =
        readDiscovery(discoveryFrame(DISCOVERY_PADO, kOffer + tag(0, {}) + tag(0x0203, bytesOf("busy"))));
    EXPECT_EQ(read.name, "ac-1");
    EXPECT_EQ(read.errorTag, 0U);
    EXPECT_EQ(readDiscovery(discoveryFrame(DISCOVERY_PADO, tag(0, {}) + kOffer)).code, 0U);
}

TEST(DiscoveryFrame, OnlyWhatIsForUs) {
    const auto frameWith = [](std::size_t at, std::uint8_t value) {
        auto frame = discoveryFrame(DISCOVERY_PADO, kOffer);
        frame[at] = value;
        return readDiscovery(frame).code;
    };
    EXPECT_EQ(frameWith(5, 2), 0U) << "another station";
    EXPECT_EQ(frameWith(6, 0x01), 0U) << "a group address as source";
    EXPECT_EQ(frameWith(13, 0x64), 0U) << "a session frame";
    EXPECT_EQ(frameWith(14, 0x12), 0U) << "another version";
    for (int code = 0; code < 256; ++code) {
        const auto known = code == DISCOVERY_PADO || code == DISCOVERY_PADS;
        EXPECT_EQ(frameWith(15, static_cast<std::uint8_t>(code)), known ? static_cast<unsigned>(code) : 0U);
    }
}

TEST(DiscoveryFrame, HostUniqMustBeOurs) {
    const auto name = tag(0x0102, bytesOf("ac-1"));
    EXPECT_EQ(readDiscovery(discoveryFrame(DISCOVERY_PADO, name)).code, 0U);
    EXPECT_EQ(readDiscovery(discoveryFrame(DISCOVERY_PADO, name + tag(0x0103, {1, 2, 3, 5}))).code, 0U);
    EXPECT_EQ(readDiscovery(discoveryFrame(DISCOVERY_PADO, name + tag(0x0103, {1, 2, 3}))).code, 0U);
    EXPECT_EQ(readDiscovery(discoveryFrame(DISCOVERY_PADO, name + tag(0x0103, {1, 2, 3, 4, 5}))).code, 0U);
    EXPECT_EQ(readDiscovery(discoveryFrame(DISCOVERY_PADO, name + tag(0x0103, {}))).code, 0U);

    auto any = ourFilter();
    any.host_uniq_length = 0;
    EXPECT_EQ(readDiscovery(discoveryFrame(DISCOVERY_PADO, name), any).code, unsigned{DISCOVERY_PADO});
}

TEST(DiscoveryText, Hex) {
    Bytes bytes(4);
    EXPECT_EQ(discovery_parse_hex("00fFaB", bytes.data(), bytes.size()), 3U);
    EXPECT_EQ(bytes, (Bytes{0x00, 0xff, 0xab, 0}));
    EXPECT_EQ(discovery_parse_hex("01020304", bytes.data(), bytes.size()), 4U);
    for (const char* bad : {"", "0", "012", "0g", "g0", "0x12", "0102030405", " 01"}) {
        EXPECT_EQ(discovery_parse_hex(bad, bytes.data(), bytes.size()), 0U) << bad;
    }
}

TEST(DiscoveryText, Mac) {
    Bytes mac(6);
    EXPECT_EQ(discovery_parse_mac("02:00:5E:a:B:fF", mac.data()), 1);
    EXPECT_EQ(mac, (Bytes{0x02, 0x00, 0x5e, 0x0a, 0x0b, 0xff}));
    for (const char* bad :
         {"", "02", "02:00:5e:0a:0b", "02:00:5e:0a:0b:", "02:00:5e:0a:0b:ff:", "02:00:5e:0a:0b:fff",
          "02-00-5e-0a-0b-ff", "02::5e:0a:0b:ff", "g2:00:5e:0a:0b:ff"}) {
        EXPECT_EQ(discovery_parse_mac(bad, mac.data()), 0) << bad;
    }
}

} // namespace
