// SPDX-License-Identifier: LGPL-2.1-or-later
// At once: the kernel answers while it is asked.
#include "core/handover_routes.hpp"

namespace ppp::core {

RouteClaim claimFor(const std::string& connection, const Profile& profile, const LinkFacts& facts) {
    RouteClaim claim;
    claim.connection = connection;
    claim.interface = facts.ip4 ? facts.ip4->index : 0;
    claim.priority = profile.priority;
    claim.defaultRoute = profile.ipv4.defaultRoute;
    claim.metric = profile.ipv4.metric;
    claim.table = profile.ipv4.table;
    claim.routes = profile.ipv4.routes;
    return claim;
}

void HandoverRoutes::apply(const Profile& profile, const LinkFacts& facts) {
    trouble_.clear();
    if (!facts.ip4) {
        if (claimed_) {
            host_.withdrawRoutes(connection_);
            claimed_.reset();
        }
        applied_ = true;
        return;
    }
    claimed_ = claimFor(connection_, profile, facts);
    std::string error;
    applied_ = host_.claimRoutes(*claimed_, error);
    trouble_ = error;
}

void HandoverRoutes::reapply() {
    if (claimed_) {
        std::string error;
        applied_ = host_.claimRoutes(*claimed_, error);
        trouble_ = applied_ ? "" : error;
    }
}

void HandoverRoutes::withdraw() {
    if (claimed_) {
        host_.withdrawRoutes(connection_);
        claimed_.reset();
    }
    applied_ = false;
    trouble_.clear();
}

} // namespace ppp::core
