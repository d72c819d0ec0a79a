// SPDX-License-Identifier: LGPL-2.1-or-later
// One hook as a process.
#pragma once

#include <chrono>
#include <string>

#include "core/ports_hooks.hpp"

namespace ppp::hooks {

/// Runs it to its end with the order's arguments and environment, standard input empty, in a session of its
/// own: what went wrong with it, with the end of what it said; empty: it ended with status 0. After the
/// order's limit for one, or at `until`, it and what it has started gets SIGTERM, two seconds later SIGKILL.
/// What it has started and left running is let be. Throws std::system_error where it cannot be run.
std::string runHook(const std::string& path, const core::HookOrder& order,
                    std::chrono::steady_clock::time_point until);

} // namespace ppp::hooks
