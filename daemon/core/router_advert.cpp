// SPDX-License-Identifier: LGPL-2.1-or-later
// The checks of RFC 4861, and one field.
#include "core/router_advert.hpp"

namespace ppp::core {

namespace {

constexpr std::uint8_t kSolicitation = 133, kAdvertisement = 134;
constexpr std::size_t kHeader = 16, kLifetime = 6; // bytes
constexpr int kHopLimit = 255;                     // else it has passed a router

/// fe80::/10
bool linkLocal(const std::array<std::uint8_t, 16>& address) {
    return address[0] == 0xfe && (address[1] & 0xc0) == 0x80;
}

/// Each fits, and none is empty: an empty one would be read for ever.
bool wholeOptions(std::span<const std::uint8_t> options) {
    while (!options.empty()) {
        const std::size_t length = options.size() < 2 ? 0 : options[1] * std::size_t{8};
        if (length == 0 || length > options.size()) {
            return false;
        }
        options = options.subspan(length);
    }
    return true;
}

} // namespace

std::optional<RouterAdvert> readRouterAdvert(std::span<const std::uint8_t> message, int hopLimit,
                                             const std::array<std::uint8_t, 16>& source) {
    const bool valid = hopLimit == kHopLimit && linkLocal(source) && message.size() >= kHeader &&
                       message[0] == kAdvertisement && message[1] == 0 &&
                       wholeOptions(message.subspan(kHeader));
    if (!valid) {
        return std::nullopt;
    }
    return RouterAdvert{std::chrono::seconds(message[kLifetime] << 8 | message[kLifetime + 1])};
}

std::array<std::uint8_t, 8> routerSolicitation() {
    return {kSolicitation};
}

} // namespace ppp::core
