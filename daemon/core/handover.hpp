// SPDX-License-Identifier: LGPL-2.1-or-later
// Hands one link over to the machine and takes it back: joins the parts, each of which is a file of its own
// (handover_*.cpp), in their order.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/address_text.hpp"
#include "core/handover_dns.hpp"
#include "core/handover_ip6.hpp"
#include "core/handover_routes.hpp"
#include "core/ports.hpp"

namespace ppp::core {

class Handover {
public:
    /// `changed` is called from the loop when something that was under way has come about.
    Handover(std::string connection, const Ports& ports, RouteHost& host, std::function<void()> changed);
    Handover(const Handover&) = delete;
    Handover& operator=(const Handover&) = delete;

    /// Brings the machine to what profile and facts ask for; again after any change. What is in force already
    /// is left alone.
    void apply(const Profile& profile, const LinkFacts& facts);
    /// Takes everything back, in the opposite order. changed() follows where something had to be waited for;
    /// at most 5 s.
    void withdraw();
    /// No longer waits for answers that did not come.
    void abandon();
    /// All parts are put in force once more: others have interfered.
    void reapply();
    /// Pushes the DNS settings again, to a resolver that has forgotten them.
    void pushDnsAgain() { dns_.reapply(); }

    bool applied() const;
    bool routesApplied() const { return routes_.applied(); }
    /// Nothing is in force and nothing under way.
    bool idle() const;
    std::vector<std::string> dnsServers() const { return dns_.servers(); }
    /// How far IPv6 goes; null while it is not known.
    const Ip6Reach* reach6() const { return ip6_.reach(); }
    /// What did not work, for a person; empty: all did.
    std::string trouble() const;

private:
    struct Asked {
        Profile profile;
        LinkFacts facts;
    };
    void partChanged();

    std::function<void()> changed_;
    std::optional<Asked> waiting_; ///< what the parts after one that is not open are to be told
    HandoverIp6 ip6_;
    HandoverRoutes routes_;
    HandoverDns dns_;
    const std::vector<HandoverPart*> parts_; ///< in the order in which they are applied
};

} // namespace ppp::core
