// SPDX-License-Identifier: LGPL-2.1-or-later
// In and out by one netlink call each; the addresses that the kernel drops then are set again.
#include "core/handover_vrf.hpp"

#include "core/address_text.hpp"
#include "core/family.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

std::uint32_t interfaceOf(const LinkFacts& facts) {
    return facts.ip4 ? facts.ip4->index : facts.ip6 ? facts.ip6->index : 0;
}

/// Of the two ends of IPv6 the kernel remembers nothing when a link goes down.
std::string restoreAddress6(Network& network, const LinkFacts& facts) {
    if (!facts.ip6) {
        return {};
    }
    const bool knowsPeer = facts.ip6->peerId != decltype(facts.ip6->peerId){};
    const LinkAddress address{kInet6, facts.ip6->index, showLinkLocal(facts.ip6->localId),
                              knowsPeer ? showLinkLocal(facts.ip6->peerId) : ""};
    std::string error;
    return network.hasAddress(address) || network.addAddress(address, error) ? std::string() : error;
}

} // namespace

void HandoverVrf::apply(const Profile& profile, const LinkFacts& facts) {
    const std::uint32_t interface = profile.ipv4.vrf.empty() ? 0 : interfaceOf(facts);
    if (held_ && (held_->interface != interface || held_->vrf != profile.ipv4.vrf)) {
        giveBack();
    }
    trouble_.clear();
    if (interface == 0) {
        return;
    }
    if (!held_) {
        held_ = Held{profile.ipv4.vrf, interface, 0, {}};
    }
    held_->facts = facts;
    put();
}

void HandoverVrf::reapply() {
    if (held_) {
        put();
    }
}

void HandoverVrf::put() {
    trouble_.clear();
    const auto vrf = network_.link(held_->vrf);
    const auto link = network_.link(held_->interface);
    if (!vrf || vrf->vrfTable == 0) {
        trouble_ = text::cat("the link is not in use: there is no VRF ", held_->vrf);
        return;
    }
    if (!link || link->master == vrf->index) {
        return;
    }
    held_->before = link->master;
    std::string error;
    if (!network_.setMaster(held_->interface, vrf->index, error)) {
        trouble_ = text::cat("cannot put ", link->name, " into the VRF ", held_->vrf, ": ", error);
    } else if (error = restoreAddress6(network_, held_->facts); !error.empty()) {
        trouble_ = text::cat("cannot set the IPv6 address of ", link->name, " again: ", error);
    }
}

void HandoverVrf::giveBack() {
    const auto vrf = network_.link(held_->vrf);
    const auto link = network_.link(held_->interface);
    std::string error;
    // A link that somebody has put elsewhere meanwhile is theirs.
    if (vrf && link && link->master == vrf->index &&
        network_.setMaster(held_->interface, held_->before, error)) {
        restoreAddress6(network_, held_->facts);
    }
    held_.reset();
}

void HandoverVrf::withdraw() {
    if (held_) {
        giveBack();
    }
    trouble_.clear();
}

std::optional<std::uint32_t> HandoverVrf::table() const {
    const auto vrf = held_ ? network_.link(held_->vrf) : std::nullopt;
    return vrf && vrf->vrfTable != 0 ? std::optional(vrf->vrfTable) : std::nullopt;
}

bool HandoverVrf::inPlace() const {
    if (!held_) {
        return true;
    }
    const auto vrf = network_.link(held_->vrf);
    const auto link = network_.link(held_->interface);
    const bool possible = vrf && vrf->vrfTable != 0 && link;
    return possible ? link->master == vrf->index : !trouble_.empty();
}

} // namespace ppp::core
