// SPDX-License-Identifier: LGPL-2.1-or-later
// RFC 4638, the rules.
#include "core/payload.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace ppp::core {

std::uint32_t largePayload(const Profile& profile) {
    constexpr std::uint32_t kUsual = 1492;
    const std::uint32_t wanted = std::min(effectiveMtu(profile), effectiveMru(profile));
    return profile.type == LinkType::Pppoe && wanted > kUsual ? wanted : 0;
}

std::string payloadTrouble(const Profile& profile, const LinkFacts& facts, const std::optional<Link>& port) {
    constexpr std::uint32_t kMppeHeader = 4; // pppd takes it off the MTU
    const std::uint32_t wanted = largePayload(profile);
    const std::uint32_t usable = wanted - (wanted > 0 && profile.ppp.mppe != "off" ? kMppeHeader : 0);
    const std::uint32_t mtu = facts.ip4 ? facts.ip4->mtu : facts.ip6 ? facts.ip6->mtu : 0;
    if (mtu == 0 || mtu >= usable) {
        return {};
    }
    const std::string less = text::cat("packets of ", mtu, " bytes, not ", wanted, ": ");
    if (port && port->mtu < wanted + kPppoeOverhead) {
        return text::cat(less, port->name, " carries no more than ", port->mtu);
    }
    const std::uint32_t granted = facts.session ? facts.session->maxPayload : 0;
    if (granted == 0) {
        return less + "the server does not grant more";
    }
    return text::cat(less, "the server granted ", granted, granted > mtu ? ", and then asked for less" : "");
}

} // namespace ppp::core
