// SPDX-License-Identifier: LGPL-2.1-or-later
// One line a key, to be deleted by whoever makes it work.
#include "core/profile_gaps.hpp"

namespace ppp::core {

std::vector<std::string> keysWithoutEffect(const Profile& profile) {
    std::vector<std::string> out;
    const auto note = [&](bool set, const char* key) {
        if (set) {
            out.emplace_back(key);
        }
    };
    note(!profile.redialAt.empty(), "redial-at");
    return out;
}

} // namespace ppp::core
