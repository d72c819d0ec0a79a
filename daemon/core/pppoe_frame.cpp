// SPDX-License-Identifier: LGPL-2.1-or-later
// The codec of PPPoE discovery frames.
#include "core/pppoe_frame.hpp"

#include <algorithm>

namespace ppp::core::pppoe {

namespace {

constexpr std::size_t kEthernetHeader = 14;
constexpr std::size_t kHeader = kEthernetHeader + 6;
constexpr std::size_t kTagHeader = 4;
constexpr std::uint8_t kVersionAndType = 0x11;

std::uint16_t read16(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

void append16(std::vector<std::uint8_t>& out, std::size_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8 & 0xff));
    out.push_back(static_cast<std::uint8_t>(value & 0xff));
}

bool readTags(std::span<const std::uint8_t> payload, std::vector<Tag>& tags) {
    while (!payload.empty()) {
        if (payload.size() < kTagHeader)
            return false;
        const std::uint16_t type = read16(payload, 0);
        const std::size_t length = read16(payload, 2);
        if (type == tag::kEndOfList)
            return true;
        payload = payload.subspan(kTagHeader);
        if (length > payload.size())
            return false;
        const auto value = payload.first(length);
        tags.push_back({type, {value.begin(), value.end()}});
        payload = payload.subspan(length);
    }
    return true;
}

} // namespace

const Tag* Frame::find(std::uint16_t type) const {
    const auto found = std::find_if(tags.begin(), tags.end(), [&](const Tag& t) { return t.type == type; });
    return found == tags.end() ? nullptr : &*found;
}

std::optional<Frame> decode(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < kHeader || read16(bytes, 12) != kDiscoveryEtherType ||
        bytes[kEthernetHeader] != kVersionAndType)
        return std::nullopt;
    const std::size_t length = read16(bytes, 18);
    if (length > bytes.size() - kHeader)
        return std::nullopt;
    Frame frame;
    std::copy_n(bytes.begin(), 6, frame.destination.begin());
    std::copy_n(bytes.begin() + 6, 6, frame.source.begin());
    frame.code = static_cast<Code>(bytes[15]);
    frame.session = read16(bytes, 16);
    if (!readTags(bytes.subspan(kHeader, length), frame.tags))
        return std::nullopt;
    return frame;
}

std::vector<std::uint8_t> encode(const Frame& frame) {
    std::size_t length = 0;
    for (const Tag& t : frame.tags)
        length += kTagHeader + t.value.size();
    if (length > kMaxPayload)
        return {};
    std::vector<std::uint8_t> out;
    out.reserve(std::max(kMinFrame, kHeader + length));
    out.insert(out.end(), frame.destination.begin(), frame.destination.end());
    out.insert(out.end(), frame.source.begin(), frame.source.end());
    append16(out, kDiscoveryEtherType);
    out.push_back(kVersionAndType);
    out.push_back(static_cast<std::uint8_t>(frame.code));
    append16(out, frame.session);
    append16(out, length);
    for (const Tag& t : frame.tags) {
        append16(out, t.type);
        append16(out, t.value.size());
        out.insert(out.end(), t.value.begin(), t.value.end());
    }
    out.resize(std::max(out.size(), kMinFrame));
    return out;
}

} // namespace ppp::core::pppoe
