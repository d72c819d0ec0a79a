// SPDX-License-Identifier: LGPL-2.1-or-later
// Hands routes and DNS of one link over to the machine and takes them back; knows at any time what is in
// force.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "core/record.hpp"
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

class Handover {
public:
    /// `changed` is called from the loop when something that was under way has come about.
    Handover(std::string connection, const Ports& ports, RouteHost& host, std::function<void()> changed);

    /// Brings the machine to what profile and facts ask for; again after any change. What is in force already
    /// is left alone.
    void apply(const Profile& profile, const LinkFacts& facts);
    /// Takes everything back. changed() follows where something had to be waited for; at most 5 s.
    void withdraw();
    /// No longer waits for answers that did not come.
    void abandon();
    /// What is claimed is claimed once more, whole, and DNS pushed again: others have interfered.
    void reapply();
    /// Pushes the DNS settings again, to a resolver that has forgotten them.
    void pushDnsAgain();

    bool routesApplied() const { return routesApplied_; }
    bool dnsApplied() const { return dnsApplied_; }
    /// Nothing is in force and nothing under way.
    bool idle() const { return !claimed_ && !dns_ && pending_ == 0; }
    std::vector<std::string> dnsServers() const;
    /// What did not work, for a person; empty: all did.
    std::string trouble() const;

private:
    void pushDns(const DnsPlan& plan);

    const std::string connection_;
    const Ports& ports_;
    RouteHost& host_;
    std::function<void()> changed_;
    std::optional<RouteClaim> claimed_;
    std::optional<DnsPlan> dns_;
    bool routesApplied_ = false;
    bool dnsApplied_ = false;
    int pending_ = 0;
    std::uint64_t epoch_ = 0;      ///< raised by abandon(): answers of an older one do not count
    std::uint64_t generation_ = 0; ///< answers to older questions are of no interest
    std::string routeTrouble_, dnsTrouble_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0); ///< callbacks hold it weakly: they may outlive us
};

/// What the resolver is to be told: pure.
std::optional<DnsPlan> planDns(const Profile& profile, const LinkFacts& facts);
RouteClaim claimFor(const std::string& connection, const Profile& profile, const LinkFacts& facts);
/// Textual addresses of raw ones.
std::string showAddress(const std::array<std::uint8_t, 4>& address);
/// fe80:: with this interface identifier (RFC 4291 section 2.5.6).
std::string showLinkLocal(const std::array<std::uint8_t, 8>& identifier);
std::string showMac(const MacAddress& mac);

} // namespace ppp::core
