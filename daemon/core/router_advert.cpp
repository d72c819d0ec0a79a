// SPDX-License-Identifier: LGPL-2.1-or-later
// The checks of RFC 4861, and what is taken.
#include "core/router_advert.hpp"

#include <algorithm>

#include <arpa/inet.h>

#include "core/limits.hpp"

namespace ppp::core {

namespace {

constexpr std::uint8_t kSolicitation = 133, kAdvertisement = 134;
constexpr std::size_t kHeader = 16, kLifetime = 6; // bytes
constexpr int kHopLimit = 255;                     // else it has passed a router
constexpr std::uint8_t kServersOption = 25;        // RFC 8106 section 5.1
constexpr std::size_t kServersHead = 8, kServersLifetime = 4, kAddress = 16;

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

using Options = std::span<const std::uint8_t>;

/// Empty where no packet can go there.
std::string serverAddress(Options bytes) {
    const bool group = bytes[0] == 0xff;
    const bool small = std::all_of(bytes.begin(), bytes.end() - 1, [](auto byte) { return byte == 0; });
    std::array<char, INET6_ADDRSTRLEN> out{};
    if (group || small || inet_ntop(AF_INET6, bytes.data(), out.data(), out.size()) == nullptr) {
        return {};
    }
    return out.data();
}

std::vector<RouterAdvert::Server> serversOf(Options options) {
    std::vector<RouterAdvert::Server> out;
    for (; !options.empty(); options = options.subspan(options[1] * std::size_t{8})) {
        Options option = options.first(options[1] * std::size_t{8});
        if (option[0] != kServersOption || option.size() < kServersHead) {
            continue;
        }
        std::uint32_t lifetime = 0;
        for (const std::uint8_t byte : option.subspan(kServersLifetime, 4)) {
            lifetime = lifetime << 8 | byte;
        }
        for (option = option.subspan(kServersHead);
             option.size() >= kAddress && out.size() < limits::kDnsServers;
             option = option.subspan(kAddress)) {
            if (std::string address = serverAddress(option.first(kAddress)); !address.empty()) {
                out.push_back({std::move(address), std::chrono::seconds(lifetime)});
            }
        }
    }
    return out;
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
    return RouterAdvert{std::chrono::seconds(message[kLifetime] << 8 | message[kLifetime + 1]),
                        serversOf(message.subspan(kHeader))};
}

std::array<std::uint8_t, 8> routerSolicitation() {
    return {kSolicitation};
}

} // namespace ppp::core
