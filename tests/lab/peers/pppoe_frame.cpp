// SPDX-License-Identifier: LGPL-2.1-or-later
// PPPoE frames and tags: parsing, building, and words for the log.
#include "pppoe_frame.hpp"

#include <algorithm>
#include <cstdio>

namespace ppp::lab {

namespace {

constexpr std::uint8_t kVersionAndType = 0x11;

std::string_view codeName(PppoeCode code) {
    switch (code) {
    case PppoeCode::Session:
        return "session";
    case PppoeCode::Pado:
        return "PADO";
    case PppoeCode::Padi:
        return "PADI";
    case PppoeCode::Padr:
        return "PADR";
    case PppoeCode::Pads:
        return "PADS";
    case PppoeCode::Padt:
        return "PADT";
    }
    return "PAD?";
}

std::string_view tagName(TagType type) {
    switch (type) {
    case TagType::EndOfList:
        return "end";
    case TagType::ServiceName:
        return "service";
    case TagType::AcName:
        return "ac";
    case TagType::HostUniq:
        return "host-uniq";
    case TagType::AcCookie:
        return "cookie";
    case TagType::MaxPayload:
        return "max-payload";
    case TagType::RelaySessionId:
        return "relay";
    case TagType::ServiceNameError:
        return "service-name-error";
    case TagType::AcSystemError:
        return "ac-system-error";
    case TagType::GenericError:
        return "generic-error";
    }
    return "tag";
}

} // namespace

std::optional<PppoeFrame> parsePppoe(View frame) {
    if (frame.size() < kEthernetHeader + kPppoeHeader) {
        return std::nullopt;
    }
    PppoeFrame result;
    std::copy_n(frame.begin(), result.destination.size(), result.destination.begin());
    std::copy_n(frame.begin() + 6, result.source.size(), result.source.begin());
    result.etherType = get16(frame, 12);
    if ((result.etherType != kEtherDiscovery && result.etherType != kEtherSession) ||
        frame[kEthernetHeader] != kVersionAndType) {
        return std::nullopt;
    }
    result.code = static_cast<PppoeCode>(frame[kEthernetHeader + 1]);
    result.session = get16(frame, kEthernetHeader + 2);
    const std::size_t length = get16(frame, kEthernetHeader + 4);
    const View payload = frame.subspan(kEthernetHeader + kPppoeHeader);
    if (length > payload.size()) {
        return std::nullopt;
    }
    result.payload.assign(payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(length));
    return result;
}

Bytes buildPppoe(const PppoeFrame& frame) {
    Bytes bytes;
    putAll(bytes, frame.destination);
    putAll(bytes, frame.source);
    put16(bytes, frame.etherType);
    put8(bytes, kVersionAndType);
    put8(bytes, static_cast<std::uint8_t>(frame.code));
    put16(bytes, frame.session);
    put16(bytes, frame.payload.size());
    putAll(bytes, frame.payload);
    return bytes;
}

std::optional<Tags> parseTags(View payload) {
    Tags tags;
    while (payload.size() >= 4) {
        const auto type = static_cast<TagType>(get16(payload, 0));
        const std::size_t length = get16(payload, 2);
        if (type == TagType::EndOfList) {
            return tags;
        }
        if (length > payload.size() - 4) {
            return std::nullopt;
        }
        const View value = payload.subspan(4, length);
        tags.push_back({type, Bytes(value.begin(), value.end())});
        payload = payload.subspan(4 + length);
    }
    return tags;
}

Bytes buildTags(const Tags& tags) {
    Bytes bytes;
    for (const Tag& tag : tags) {
        put16(bytes, static_cast<std::uint16_t>(tag.type));
        put16(bytes, tag.value.size());
        putAll(bytes, tag.value);
    }
    return bytes;
}

const Tag* findTag(const Tags& tags, TagType type) {
    const auto found =
        std::find_if(tags.begin(), tags.end(), [type](const Tag& tag) { return tag.type == type; });
    return found == tags.end() ? nullptr : &*found;
}

std::optional<Mac> parseMac(std::string_view text) {
    std::array<unsigned, 6> parts{};
    char rest = 0;
    if (std::sscanf(std::string(text).c_str(), "%2x:%2x:%2x:%2x:%2x:%2x%c", parts.data(), &parts[1],
                    &parts[2], &parts[3], &parts[4], &parts[5], &rest) != 6) {
        return std::nullopt;
    }
    Mac mac{};
    std::transform(parts.begin(), parts.end(), mac.begin(),
                   [](unsigned part) { return static_cast<std::uint8_t>(part); });
    return mac;
}

std::string toText(const Mac& mac) {
    std::array<char, 18> text{};
    std::snprintf(text.data(), text.size(), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
                  mac[4], mac[5]);
    return text.data();
}

std::string describeDiscovery(const PppoeFrame& frame) {
    std::string text(codeName(frame.code));
    if (frame.session != 0) {
        text += " session=" + std::to_string(frame.session);
    }
    const auto tags = parseTags(frame.payload);
    if (!tags) {
        return text + " (broken tags)";
    }
    for (const Tag& tag : *tags) {
        text += ' ';
        text += tagName(tag.type);
        text += "='" + printable(tag.value) + '\'';
    }
    return text;
}

} // namespace ppp::lab
