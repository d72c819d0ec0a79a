// SPDX-License-Identifier: LGPL-2.1-or-later
// What pppctl tells the shell; the numbers are part of the contract.
#pragma once

#include <algorithm>

namespace ppp::cli {

enum class ExitCode : int {
    Done = 0,
    Failed = 1,
    Usage = 2,
    NoSuchConnection = 3,
    NotAuthorized = 4,
    LinkFailed = 5,
    TimedOut = 6,
    Unreachable = 7,   ///< bus or daemon
    Interrupted = 130, ///< 128 + SIGINT, as shells count
};

/// Of several outcomes the one to end with.
constexpr ExitCode worse(ExitCode left, ExitCode right) {
    return std::max(left, right);
}

} // namespace ppp::cli
