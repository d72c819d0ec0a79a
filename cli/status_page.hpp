// SPDX-License-Identifier: LGPL-2.1-or-later
// The page that `pppctl status` shows of one connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/client.hpp"
#include "cli/look.hpp"

namespace ppp::cli {

/// Lines without line ends. statistics: nothing where the daemon does not tell. now: µs, CLOCK_REALTIME.
std::vector<std::string> statusPage(const Snapshot& link, const std::optional<Dictionary>& statistics,
                                    const Look& look, std::uint64_t now);

/// "asks for addresses (network)", of a link on its way; the bare word of a phase that is not known.
std::string phaseWords(const std::string& phase);

} // namespace ppp::cli
