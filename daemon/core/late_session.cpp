// SPDX-License-Identifier: LGPL-2.1-or-later
// What tells our late session from anybody else's.
#include "core/late_session.hpp"

#include <charconv>
#include <cstring>

namespace ppp::core {

std::vector<std::uint8_t> sentHostUniq(const Profile& profile, std::uint32_t enginePid) {
    if (!profile.pppoe)
        return {};
    const std::string& digits = profile.pppoe->hostUniq;
    if (digits.empty()) {
        std::vector<std::uint8_t> out(enginePid == 0 ? 0 : sizeof enginePid);
        std::memcpy(out.data(), &enginePid, out.size());
        return out;
    }
    std::vector<std::uint8_t> out(digits.size() / 2);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const char* const from = digits.data() + 2 * i;
        if (std::from_chars(from, from + 2, out[i], 16).ptr != from + 2)
            return {};
    }
    return out;
}

} // namespace ppp::core
