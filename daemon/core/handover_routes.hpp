// SPDX-License-Identifier: LGPL-2.1-or-later
// The routes of one link, as far as its hand-over goes: routing.hpp settles them between the connections.
#pragma once

#include <optional>
#include <string>

#include "core/handover_part.hpp"
#include "core/route_plan.hpp"

namespace ppp::core {

/// Who decides between the connections on routes.
class RouteHost {
public:
    virtual ~RouteHost() = default;
    /// False where they are not in force. `error`: why, also where something short of that is amiss.
    virtual bool claimRoutes(const RouteClaim& claim, std::string& error) = 0;
    virtual void withdrawRoutes(const std::string& connection) = 0;
    virtual bool ownsDefaultRoute(const std::string& connection) const = 0;
};

class HandoverRoutes final : public HandoverPart {
public:
    HandoverRoutes(std::string connection, RouteHost& host)
        : connection_(std::move(connection)), host_(host) {}
    void apply(const Profile& profile, const LinkFacts& facts) override;
    void withdraw() override;
    void reapply() override;
    bool applied() const override { return applied_; }
    bool idle() const override { return !claimed_; }
    std::string trouble() const override { return trouble_; }

private:
    const std::string connection_;
    RouteHost& host_;
    std::optional<RouteClaim> claimed_;
    bool applied_ = false;
    std::string trouble_;
};

RouteClaim claimFor(const std::string& connection, const Profile& profile, const LinkFacts& facts);

} // namespace ppp::core
