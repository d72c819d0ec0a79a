// SPDX-License-Identifier: LGPL-2.1-or-later
// The routes of one link, as far as its hand-over goes: routing.hpp settles them between the connections.
#pragma once

#include <optional>
#include <string>

#include "core/handover_part.hpp"
#include "core/handover_vrf.hpp"
#include "core/route_plan.hpp"

namespace ppp::core {

/// Who decides between the connections on routes.
class RouteHost {
public:
    virtual ~RouteHost() = default;
    /// False where they are not in force. `error`: why, also where something short of that is amiss.
    virtual bool claimRoutes(const RouteClaim& claim, std::string& error) = 0;
    virtual void withdrawRoutes(const std::string& connection) = 0;
    /// What is amiss with them now; empty: nothing.
    virtual std::string routeTrouble(const std::string& connection) const = 0;
    virtual bool ownsDefaultRoute(const std::string& connection) const = 0;
};

class HandoverRoutes final : public HandoverPart {
public:
    HandoverRoutes(std::string connection, RouteHost& host, const HandoverVrf& vrf)
        : connection_(std::move(connection)), host_(host), vrf_(vrf) {}
    void apply(const Profile& profile, const LinkFacts& facts) override;
    void withdraw() override;
    void reapply() override;
    bool applied() const override { return applied_; }
    bool idle() const override { return !claimed_; }
    std::string trouble() const override { return claimed_ ? host_.routeTrouble(connection_) : ""; }

private:
    const std::string connection_;
    RouteHost& host_;
    const HandoverVrf& vrf_; ///< whose table it is, where the link is in one
    std::optional<RouteClaim> claimed_;
    bool applied_ = false;
};

/// `vrfTable`: of the VRF that the link is in; it goes before the profile's table, and needs no rules.
RouteClaim claimFor(const std::string& connection, const Profile& profile, const LinkFacts& facts,
                    std::optional<std::uint32_t> vrfTable = {});

} // namespace ppp::core
