// SPDX-License-Identifier: LGPL-2.1-or-later
// From the facts of a link to what it asks for.
#include "core/handover_clamp.hpp"

#include <algorithm>

namespace ppp::core {

std::optional<MssClamp> clampFor(const Profile& profile, const LinkFacts& facts) {
    if (!profile.mssClamp || (!facts.ip4 && !facts.ip6)) {
        return std::nullopt;
    }
    const std::uint32_t four = facts.ip4 ? facts.ip4->mtu : 0;
    const std::uint32_t six = facts.ip6 ? facts.ip6->mtu : 0;
    const MssClamp clamp{facts.ip4 ? facts.ip4->index : facts.ip6->index,
                         four == 0 || six == 0 ? std::max(four, six) : std::min(four, six)};
    return clamp.interface == 0 || clamp.mtu == 0 ? std::nullopt : std::optional(clamp);
}

void HandoverClamp::apply(const Profile& profile, const LinkFacts& facts) {
    if (const auto clamp = clampFor(profile, facts)) {
        claimed_ = true;
        host_.claimClamp(connection_, *clamp);
    } else {
        withdraw();
    }
}

void HandoverClamp::withdraw() {
    if (claimed_) {
        claimed_ = false;
        host_.releaseClamp(connection_);
    }
}

} // namespace ppp::core
