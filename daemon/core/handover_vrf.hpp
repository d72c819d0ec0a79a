// SPDX-License-Identifier: LGPL-2.1-or-later
// The VRF of one link (`ipv4.vrf`): the ppp interface becomes a part of a VRF device that somebody else has
// made, whose table then takes the link's routes. Comes before the routes: what the kernel does on that
// occasion (it sets the link down and up again) costs the link its routes and its IPv6 addresses.
#pragma once

#include <optional>
#include <string>

#include "core/handover_part.hpp"
#include "core/ports.hpp"

namespace ppp::core {

class HandoverVrf final : public HandoverPart {
public:
    explicit HandoverVrf(Network& network) : network_(network) {}
    void apply(const Profile& profile, const LinkFacts& facts) override;
    void withdraw() override;
    void reapply() override;
    bool applied() const override { return trouble_.empty(); }
    /// A link that cannot be where it belongs gets no routes: they would lead the VRF's traffic astray.
    bool open() const override { return trouble_.empty(); }
    bool idle() const override { return !held_; }
    std::string trouble() const override { return trouble_; }

    /// The table of the VRF that the link is in; nothing where it is to be in none.
    std::optional<std::uint32_t> table() const;
    /// This link is the VRF that is wanted.
    bool concerns(const Link& link) const { return held_ && held_->vrf == link.name; }
    /// What was applied last is still so, or cannot be made so now.
    bool inPlace() const;

private:
    struct Held {
        std::string vrf;
        std::uint32_t interface = 0; ///< index
        std::uint32_t before = 0;    ///< index of its master until then
        LinkFacts facts;
    };
    void put();
    void giveBack();

    Network& network_;
    std::optional<Held> held_;
    std::string trouble_;
};

} // namespace ppp::core
