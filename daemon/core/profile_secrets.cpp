// SPDX-License-Identifier: LGPL-2.1-or-later
// Looks at the sections that use a password.
#include "core/profile_secrets.hpp"

#include <algorithm>

namespace ppp::core {

bool loginSendsPassword(const Profile& profile) {
    const auto sends = [](const auto& step) { return step.second.find("$password") != std::string::npos; };
    return profile.serial && profile.serial->dial &&
           std::any_of(profile.serial->dial->login.begin(), profile.serial->dial->login.end(), sends);
}

bool needsPassword(const Profile& profile) {
    return !profile.auth.allowEmptyPassword && (!profile.auth.user.empty() || loginSendsPassword(profile));
}

} // namespace ppp::core
