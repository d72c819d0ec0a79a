// SPDX-License-Identifier: LGPL-2.1-or-later
// The table that `pppctl list` shows: a line a connection.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/client.hpp"
#include "cli/look.hpp"

namespace ppp::cli {

/// Lines without line ends. Where the terminal is too narrow, the peer's address goes first, then the type,
/// the interface and the address; then names and reasons are cut. now: µs, CLOCK_REALTIME.
std::vector<std::string> listPage(const std::vector<Snapshot>& links, const Look& look, std::uint64_t now);

} // namespace ppp::cli
