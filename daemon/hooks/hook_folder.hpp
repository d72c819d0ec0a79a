// SPDX-License-Identifier: LGPL-2.1-or-later
// The hooks of one folder: which they are, and running them one after the other.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports_hooks.hpp"
#include "hooks/trusted_tree.hpp"

namespace ppp::hooks {

/// Whether run-parts(8) would take it: [A-Za-z0-9_-] alone.
bool isHookName(std::string_view name);

class HookFolder {
public:
    using Failed = std::function<void(const core::HookFailure&)>;
    HookFolder(const TrustedTree& tree, const core::HookOrder& order, Failed failed)
        : tree_(tree), order_(order), failed_(std::move(failed)) {}

    /// Runs them in the order of their names, each to its end or its limit; how many were started. What may
    /// not be run or does not end well is told; what is no hook (another name, a folder, not executable) is
    /// passed over in silence, as run-parts does. A folder that is not there is empty.
    std::uint32_t run();

    static constexpr std::size_t kHooks = 100; ///< of one folder

private:
    std::vector<std::string> names();
    bool runnable(const std::string& path);
    void fail(const std::string& path, const std::string& text) const;

    const TrustedTree& tree_;
    const core::HookOrder& order_;
    Failed failed_;
};

} // namespace ppp::hooks
