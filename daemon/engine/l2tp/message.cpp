// SPDX-License-Identifier: LGPL-2.1-or-later
// The codec: RFC 2661 section 3.1 (header) and 4.1 (attributes).
#include "engine/l2tp/message.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ppp::l2tp {
namespace {

constexpr std::size_t kHeaderSize = 12;
constexpr std::size_t kAttributeHeader = 6;
constexpr std::size_t kAttributeMost = 1023; // ten bits of length
constexpr std::uint16_t kControlFlags = 0xc802;
constexpr std::uint16_t kFlagsThatCount = 0xca0f; // T, L, S, O and the version; reserved ones are ignored
constexpr std::uint16_t kReservedBits = 0x3c00;
constexpr std::uint16_t kLengthBits = 0x03ff;
constexpr std::uint16_t kLastAttribute = 39, kNoAttribute = 20; // RFC 2661 section 4.4 and 10.1

std::uint16_t u16(Bytes bytes, std::size_t at = 0) {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

void put16(std::vector<std::uint8_t>& out, std::uint16_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value & 255));
}

std::string asText(Bytes bytes) {
    return {bytes.begin(), bytes.end()};
}

bool number(std::optional<std::uint16_t>& into, Bytes value) {
    if (value.size() != 2) {
        return false;
    }
    into = into.value_or(u16(value));
    return true;
}

/// 0 counts as if it were not there.
bool numberButNone(std::optional<std::uint16_t>& into, Bytes value) {
    return value.size() == 2 && u16(value) != 0 && number(into, value);
}

bool readResult(Message& message, Bytes value) {
    if (value.size() < 2 || value.size() == 3) {
        return false;
    }
    ResultCode code;
    code.result = u16(value);
    if (value.size() >= 4) {
        code.error = u16(value, 2);
        code.message = asText(value.subspan(4));
    }
    message.result = message.result.value_or(code);
    return true;
}

bool readResponse(Message& message, Bytes value) {
    Response response{};
    if (value.size() != response.size()) {
        return false;
    }
    std::copy(value.begin(), value.end(), response.begin());
    message.response = message.response.value_or(response);
    return true;
}

bool readChallenge(Message& message, Bytes value) {
    if (value.empty()) {
        return false;
    }
    if (!message.challenge) {
        message.challenge.emplace(value.begin(), value.end());
    }
    return true;
}

bool readHostName(Message& message, Bytes value) {
    if (value.empty()) {
        return false;
    }
    message.hostName = message.hostName.value_or(asText(value));
    return true;
}

/// False where the value cannot be.
bool takeValue(Message& message, std::uint16_t attribute, Bytes value) {
    switch (static_cast<Attribute>(attribute)) {
    case Attribute::ProtocolVersion:
        return number(message.version, value);
    case Attribute::AssignedTunnel:
        return numberButNone(message.tunnel, value);
    case Attribute::AssignedSession:
        return number(message.session, value);
    case Attribute::ReceiveWindow:
        return numberButNone(message.window, value);
    case Attribute::HostName:
        return readHostName(message, value);
    case Attribute::Challenge:
        return readChallenge(message, value);
    case Attribute::ChallengeResponse:
        return readResponse(message, value);
    case Attribute::Result:
        return readResult(message, value);
    default:
        return true;
    }
}

/// The attributes of one message, one after the other.
class Reader {
public:
    Reader(Bytes body, Bytes secret) : rest_(body), secret_(secret) {}

    std::variant<Message, Flaw> read() {
        while (!rest_.empty()) {
            if (rest_.size() < kAttributeHeader) {
                return flaw(error::kLength, "an attribute is cut off");
            }
            const std::uint16_t flags = u16(rest_);
            const std::size_t length = flags & kLengthBits;
            if (length < kAttributeHeader || length > rest_.size()) {
                return flaw(error::kLength, "an attribute's length does not fit the message");
            }
            const Bytes attribute = rest_.first(length);
            rest_ = rest_.subspan(length);
            if (auto bad = first_ ? takeType(flags, attribute) : take(flags, attribute)) {
                return *bad;
            }
        }
        return std::move(message_);
    }

private:
    Flaw flaw(std::uint16_t code, std::string text, bool hidden = false) const {
        return {code, std::move(text), message_.type, hidden};
    }

    std::optional<Flaw> takeType(std::uint16_t flags, Bytes attribute) {
        const bool plain = (flags & (kReservedBits | MessageWriter::kHidden)) == 0;
        if (!plain || attribute.size() != kAttributeHeader + 2 || u16(attribute, 2) != 0 ||
            u16(attribute, 4) != static_cast<std::uint16_t>(Attribute::MessageKind)) {
            return flaw(error::kValue, "the first attribute is not the message's type");
        }
        message_.type = u16(attribute, kAttributeHeader);
        message_.mustKnow = (flags & MessageWriter::kMandatory) != 0;
        first_ = false;
        return std::nullopt;
    }

    std::optional<Flaw> take(std::uint16_t flags, Bytes attribute) {
        const std::uint16_t vendor = u16(attribute, 2);
        const std::uint16_t type = u16(attribute, 4);
        const bool mandatory = (flags & MessageWriter::kMandatory) != 0;
        const bool known =
            (flags & kReservedBits) == 0 && vendor == 0 && type <= kLastAttribute && type != kNoAttribute;
        const std::string name = "attribute " + std::to_string(type) +
                                 (vendor != 0 ? " of vendor " + std::to_string(vendor) : std::string());
        if (!known) {
            return mandatory ? std::optional(flaw(error::kUnknownAttribute, name + " is unknown"))
                             : std::nullopt;
        }
        const Bytes value = attribute.subspan(kAttributeHeader);
        if (static_cast<Attribute>(type) == Attribute::RandomVector) {
            randomVector_ = value;
            return std::nullopt;
        }
        std::vector<std::uint8_t> clear;
        const bool hidden = (flags & MessageWriter::kHidden) != 0;
        if (hidden) {
            auto found = secret_.empty() || randomVector_.empty()
                             ? std::nullopt
                             : unhide(type, secret_, randomVector_, value);
            if (!found) {
                return mandatory
                           ? std::optional(flaw(error::kVendor, name + " is hidden and cannot be read", true))
                           : std::nullopt;
            }
            clear = std::move(*found);
        }
        if (!takeValue(message_, type, hidden ? Bytes(clear) : value) && mandatory) {
            return flaw(error::kValue, name + " has a value that cannot be", hidden);
        }
        return std::nullopt;
    }

    Bytes rest_, secret_, randomVector_;
    Message message_;
    bool first_ = true;
};

} // namespace

std::optional<Header> readHeader(Bytes datagram) {
    if (datagram.size() < kHeaderSize || (u16(datagram) & kFlagsThatCount) != kControlFlags) {
        return std::nullopt;
    }
    const std::size_t length = u16(datagram, 2);
    if (length < kHeaderSize || length > datagram.size()) {
        return std::nullopt;
    }
    return Header{u16(datagram, 4), u16(datagram, 6), u16(datagram, 8), u16(datagram, 10),
                  datagram.subspan(kHeaderSize, length - kHeaderSize)};
}

Datagram writeMessage(std::uint16_t tunnel, std::uint16_t session, std::uint16_t ns, std::uint16_t nr,
                      Bytes body) {
    Datagram out;
    out.reserve(kHeaderSize + body.size());
    put16(out, kControlFlags);
    put16(out, static_cast<std::uint16_t>(kHeaderSize + body.size()));
    for (const std::uint16_t field : {tunnel, session, ns, nr}) {
        put16(out, field);
    }
    out.insert(out.end(), body.begin(), body.end());
    return out;
}

std::variant<Message, Flaw> readMessage(Bytes body, Bytes secret) {
    return Reader(body, secret).read();
}

MessageWriter::MessageWriter(MessageType type) {
    number16(Attribute::MessageKind, static_cast<std::uint16_t>(type));
}

MessageWriter& MessageWriter::number16(Attribute attribute, std::uint16_t value) {
    const std::array<std::uint8_t, 2> wide{static_cast<std::uint8_t>(value >> 8),
                                           static_cast<std::uint8_t>(value & 255)};
    return bytes(attribute, wide);
}

MessageWriter& MessageWriter::number32(Attribute attribute, std::uint32_t value) {
    const std::array<std::uint8_t, 4> wide{
        static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16 & 255),
        static_cast<std::uint8_t>(value >> 8 & 255), static_cast<std::uint8_t>(value & 255)};
    return bytes(attribute, wide);
}

MessageWriter& MessageWriter::bytes(Attribute attribute, Bytes value, bool mandatory) {
    return raw(mandatory ? kMandatory : 0, 0, static_cast<std::uint16_t>(attribute), value);
}

MessageWriter& MessageWriter::text(Attribute attribute, std::string_view value, bool mandatory) {
    return bytes(attribute, {reinterpret_cast<const std::uint8_t*>(value.data()), value.size()}, mandatory);
}

MessageWriter& MessageWriter::raw(std::uint16_t flags, std::uint16_t vendor, std::uint16_t attribute,
                                  Bytes value) {
    const Bytes kept = value.first(std::min(value.size(), kAttributeMost - kAttributeHeader));
    put16(body_, static_cast<std::uint16_t>(flags | (kAttributeHeader + kept.size())));
    put16(body_, vendor);
    put16(body_, attribute);
    body_.insert(body_.end(), kept.begin(), kept.end());
    return *this;
}

MessageWriter& MessageWriter::result(const ResultCode& code) {
    std::vector<std::uint8_t> value;
    put16(value, code.result);
    if (code.error || !code.message.empty()) {
        put16(value, code.error.value_or(error::kNone));
        value.insert(value.end(), code.message.begin(), code.message.end());
    }
    return bytes(Attribute::Result, value);
}

} // namespace ppp::l2tp
