// SPDX-License-Identifier: LGPL-2.1-or-later
// The page that `pppctl status` shows of one connection.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/client.hpp"

namespace ppp::cli {

/// Lines without line ends. statistics: nothing where the daemon does not tell.
std::vector<std::string> statusPage(const Snapshot& link, const std::optional<Dictionary>& statistics,
                                    bool colours);

} // namespace ppp::cli
