// SPDX-License-Identifier: LGPL-2.1-or-later
// The routes that a profile names itself, with which no link contends. Pure.
#pragma once

#include <optional>
#include <vector>

#include "core/route_plan.hpp"

namespace ppp::core {

/// A metric as the kernel takes it: IPv6 makes another one of 0.
std::uint32_t metricIn(int family, std::optional<std::uint32_t> metric);

/// The route of the kernel that is wished for; it may be a default route, too.
Route staticRoute(const RouteClaim& claim, const StaticRoute& wish);

/// Appends those of all links to the routes that are wanted.
void addStatic(const std::vector<RouteClaim>& claims, std::vector<Route>& wanted);

} // namespace ppp::core
