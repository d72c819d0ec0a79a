// SPDX-License-Identifier: LGPL-2.1-or-later
// Who is in the group dip, and what that helps: polkit/ has the rule.
#include "cli/rights.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "dbus/names.hpp"

namespace ppp::cli {

Membership membership() {
    const group* dip = getgrnam("dip");
    if (dip == nullptr) {
        return Membership::None;
    }
    const gid_t wanted = dip->gr_gid;
    const int count = getgroups(0, nullptr);
    std::vector<gid_t> now(static_cast<std::size_t>(std::max(count, 0)));
    now.resize(static_cast<std::size_t>(std::max(getgroups(static_cast<int>(now.size()), now.data()), 0)));
    if (getegid() == wanted || std::find(now.begin(), now.end(), wanted) != now.end()) {
        return Membership::Member;
    }
    const passwd* user = getpwuid(getuid());
    if (user == nullptr) {
        return Membership::None;
    }
    int room = 256;
    std::vector<gid_t> next(static_cast<std::size_t>(room));
    if (getgrouplist(user->pw_name, user->pw_gid, next.data(), &room) < 0) {
        return Membership::None;
    }
    next.resize(static_cast<std::size_t>(room));
    return std::find(next.begin(), next.end(), wanted) != next.end() ? Membership::Waiting : Membership::None;
}

std::string rightsHint(std::string_view refusal, Membership dip) {
    for (const char* action : {names::kActionModify, names::kActionDebug}) {
        if (refusal.find(action) != std::string_view::npos) {
            return "That takes an administrator: run it with sudo.";
        }
    }
    switch (dip) {
    case Membership::Member:
        return "Run it with sudo.";
    case Membership::Waiting:
        return "You are a member of the group dip, but were not when you logged in: log in again, or run it "
               "with sudo.";
    case Membership::None:
        break;
    }
    return "Run it with sudo, or become a member of the group dip (adduser USER dip, then log in again) to "
           "control links.";
}

} // namespace ppp::cli
