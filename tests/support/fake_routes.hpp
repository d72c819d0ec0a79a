// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's choice among routes, as far as a fake network needs it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/route.hpp"

namespace ppp::test {

/// The host route, else the default route with the lowest metric.
inline std::optional<core::Route> bestRoute(const std::vector<core::Route>& table, int family,
                                            const std::string& address) {
    std::optional<core::Route> best;
    for (const core::Route& route : table) {
        if (route.family != family || (!route.isDefault() && route.destination != address)) {
            continue;
        }
        const bool better = !best || (best->isDefault() && !route.isDefault()) ||
                            (best->isDefault() == route.isDefault() && route.metric < best->metric);
        best = better ? std::optional(route) : best;
    }
    return best;
}

} // namespace ppp::test
