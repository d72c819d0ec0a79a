// SPDX-License-Identifier: LGPL-2.1-or-later
// Datagrams of plugin/message.h as an engine program writes them, and the few fields of others that it reads.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "plugin/message.h"

namespace ppp::engine {

using Bytes = std::span<const std::uint8_t>;

/// One datagram in the making. A text is cut to PPPM_MAX_TEXT bytes.
class Report {
public:
    explicit Report(pppm_kind kind);
    Report& number(pppm_tag tag, std::uint32_t value);
    Report& text(pppm_tag tag, std::string_view value);
    Report& bytes(pppm_tag tag, Bytes value);

    std::uint8_t kind() const { return out_[1]; }
    const std::vector<std::uint8_t>& datagram() const { return out_; }

private:
    std::vector<std::uint8_t> out_;
};

/// The kind of a datagram of this version; 0: it is none.
std::uint8_t kindOf(Bytes datagram);
/// The first field with this tag, a view into the datagram; nothing where there is none or a field is broken.
std::optional<std::string_view> fieldOf(Bytes datagram, pppm_tag tag);
std::optional<std::uint32_t> numberOf(Bytes datagram, pppm_tag tag);

} // namespace ppp::engine
