// SPDX-License-Identifier: LGPL-2.1-or-later
// The same call of many connections, side by side.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/client.hpp"
#include "cli/dial.hpp"

namespace ppp::cli {

/// Calls `method` (Up, Down, Redial) of each, no more at once than the daemon takes of one caller, and tells
/// each outcome as it comes; `told` may throw. Returns when all have answered.
void callAll(
    Client& client, const std::vector<DialTarget>& targets, const std::string& method,
    const Dictionary& options,
    const std::function<void(const DialTarget& target, const std::optional<sdbus::Error>& error)>& told);

} // namespace ppp::cli
