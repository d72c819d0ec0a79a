// SPDX-License-Identifier: LGPL-2.1-or-later
// Fields in, fields out.
#include "engine/host/report.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace ppp::engine {
namespace {

constexpr std::size_t kHeader = 2;
constexpr std::size_t kFieldHeader = 4;

std::uint16_t u16(Bytes at) {
    std::uint16_t value = 0;
    std::memcpy(&value, at.data(), sizeof value);
    return value;
}

} // namespace

Report::Report(pppm_kind kind) : out_{PPPM_VERSION, static_cast<std::uint8_t>(kind)} {}

Report& Report::bytes(pppm_tag tag, Bytes value) {
    for (const std::size_t part : {static_cast<std::size_t>(tag), value.size()}) {
        std::array<std::uint8_t, 2> raw{};
        const auto number = static_cast<std::uint16_t>(part);
        std::memcpy(raw.data(), &number, sizeof number);
        out_.insert(out_.end(), raw.begin(), raw.end());
    }
    out_.insert(out_.end(), value.begin(), value.end());
    return *this;
}

Report& Report::number(pppm_tag tag, std::uint32_t value) {
    std::array<std::uint8_t, sizeof value> raw{};
    std::memcpy(raw.data(), &value, sizeof value);
    return bytes(tag, raw);
}

Report& Report::text(pppm_tag tag, std::string_view value) {
    const auto kept = value.substr(0, PPPM_MAX_TEXT);
    return bytes(tag, {reinterpret_cast<const std::uint8_t*>(kept.data()), kept.size()});
}

std::uint8_t kindOf(Bytes datagram) {
    return datagram.size() >= kHeader && datagram[0] == PPPM_VERSION ? datagram[1] : std::uint8_t{0};
}

std::optional<std::string_view> fieldOf(Bytes datagram, pppm_tag tag) {
    for (Bytes rest = datagram.subspan(std::min(kHeader, datagram.size())); rest.size() >= kFieldHeader;) {
        const std::uint16_t own = u16(rest);
        const std::uint16_t length = u16(rest.subspan(2));
        rest = rest.subspan(kFieldHeader);
        if (length > rest.size()) {
            return std::nullopt;
        }
        if (own == static_cast<std::uint16_t>(tag)) {
            return std::string_view(reinterpret_cast<const char*>(rest.data()), length);
        }
        rest = rest.subspan(length);
    }
    return std::nullopt;
}

std::optional<std::uint32_t> numberOf(Bytes datagram, pppm_tag tag) {
    const auto field = fieldOf(datagram, tag);
    std::uint32_t value = 0;
    if (!field || field->size() != sizeof value) {
        return std::nullopt;
    }
    std::memcpy(&value, field->data(), sizeof value);
    return value;
}

} // namespace ppp::engine
