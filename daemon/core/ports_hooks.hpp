// SPDX-License-Identifier: LGPL-2.1-or-later
// The port to the machine's hooks: programs in folders that are run when a link comes, changes or goes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/clock.hpp"

namespace ppp::core {

/// All hooks of one folder, for one event.
struct HookOrder {
    std::string connection;
    std::uint64_t number = 0; ///< rises with every order of a connection, over the lives of the daemon
    std::string folder;       ///< absolute
    std::vector<std::string> arguments;
    std::vector<std::string> environment; ///< NAME=value, and nothing else; no secrets
    Duration each{0};                     ///< that one hook may take
    Duration all{0};                      ///< and all of them
    bool operator==(const HookOrder&) const = default;
};

struct HookFailure {
    std::string hook; ///< its path, harmless
    std::string text; ///< what went wrong, for a person, harmless
    bool operator==(const HookFailure&) const = default;
};

struct HookReport {
    std::uint32_t ran = 0; ///< that were started
    std::vector<HookFailure> failures;
};

class Hooks {
public:
    virtual ~Hooks() = default;
    /// False: there is certainly nothing to run in this folder.
    virtual bool any(const std::string& folder) = 0;
    /// Runs the hooks one after the other, outside the daemon's sandbox, as run-parts(8) orders and names
    /// them; only what root owns and nobody else can write. An order of a number that was begun before, in
    /// whichever life, is waited for and not run again. It goes on when the daemon ends. done comes once,
    /// from the loop, at the latest shortly after order.all.
    virtual void run(const HookOrder& order, std::function<void(const HookReport& report)> done) = 0;
    /// No order of this connection is outstanding: what is kept of its numbers can go.
    virtual void forget(const std::string& connection) = 0;
};

} // namespace ppp::core
