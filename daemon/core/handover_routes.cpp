// SPDX-License-Identifier: LGPL-2.1-or-later
// At once: the kernel answers while it is asked.
#include "core/handover_routes.hpp"

#include "core/address_text.hpp"

namespace ppp::core {

RouteClaim claimFor(const std::string& connection, const Profile& profile, const LinkFacts& facts,
                    std::optional<std::uint32_t> vrfTable) {
    RouteClaim claim;
    claim.connection = connection;
    claim.interface = facts.ip4 ? facts.ip4->index : facts.ip6 ? facts.ip6->index : 0;
    claim.priority = profile.priority;
    claim.ip4 = facts.ip4.has_value();
    claim.defaultRoute = profile.ipv4.defaultRoute;
    claim.metric = profile.ipv4.metric;
    claim.ip6 = facts.ip6.has_value();
    claim.routed6 = facts.routed6;
    claim.defaultRoute6 = profile.ipv6.defaultRoute;
    claim.metric6 = profile.ipv6.metric;
    claim.table = vrfTable ? vrfTable : profile.ipv4.table;
    claim.lookUp = !vrfTable && profile.ipv4.table;
    if (claim.lookUp && facts.ip4) {
        claim.sources = {showAddress(facts.ip4->local)};
    }
    claim.routes = profile.ipv4.routes;
    return claim;
}

void HandoverRoutes::apply(const Profile& profile, const LinkFacts& facts) {
    if (!facts.ip4 && !facts.ip6) {
        withdraw();
        applied_ = true;
        return;
    }
    claimed_ = claimFor(connection_, profile, facts, vrf_.table());
    reapply();
}

void HandoverRoutes::reapply() {
    if (claimed_) {
        std::string error;
        applied_ = host_.claimRoutes(*claimed_, error);
    }
}

void HandoverRoutes::withdraw() {
    if (claimed_) {
        host_.withdrawRoutes(connection_);
        claimed_.reset();
    }
    applied_ = false;
}

} // namespace ppp::core
