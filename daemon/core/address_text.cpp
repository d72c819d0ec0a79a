// SPDX-License-Identifier: LGPL-2.1-or-later
// By printf: inet_ntop would compress what the kernel shows in full.
#include "core/address_text.hpp"

#include <cstdio>

namespace ppp::core {

std::string showAddress(const std::array<std::uint8_t, 4>& a) {
    std::array<char, 16> out{};
    const int size = std::snprintf(out.data(), out.size(), "%u.%u.%u.%u", +a[0], +a[1], +a[2], +a[3]);
    return {out.data(), static_cast<std::size_t>(size)};
}

std::string showLinkLocal(const std::array<std::uint8_t, 8>& id) {
    std::array<char, 40> out{};
    const auto word = [&](std::size_t i) { return static_cast<unsigned>(id[i] << 8 | id[i + 1]); };
    const int size =
        std::snprintf(out.data(), out.size(), "fe80::%x:%x:%x:%x", word(0), word(2), word(4), word(6));
    return {out.data(), static_cast<std::size_t>(size)};
}

std::string showMac(const MacAddress& m) {
    std::array<char, 18> out{};
    std::snprintf(out.data(), out.size(), "%02x:%02x:%02x:%02x:%02x:%02x", +m[0], +m[1], +m[2], +m[3], +m[4],
                  +m[5]);
    return {out.data()};
}

} // namespace ppp::core
