// SPDX-License-Identifier: LGPL-2.1-or-later
// The core's port to hooks: our program ppp-manager-hooks, started outside the sandbox, one run an event.
#pragma once

#include <functional>
#include <string>

#include "core/ports_hooks.hpp"
#include "sys/outside_command.hpp"

namespace ppp::sys {

class HookRunner final : public core::Hooks {
public:
    /// `program`: ppp-manager-hooks; `configuration`, `runtime`: the daemon's folders; below the second one
    /// the numbers of orders are kept (folder "hooks", made here). The commands outlive this.
    HookRunner(OutsideCommands& commands, std::string program, std::string configuration,
               const std::string& runtime);

    /// What the unit hides from us (/etc/ppp) may hold anything.
    bool any(const std::string& folder) override;
    void run(const core::HookOrder& order, std::function<void(const core::HookReport&)> done) override;
    void forget(const std::string& connection) override;

private:
    OutsideCommands& commands_;
    std::string program_, configuration_, numbers_;
};

} // namespace ppp::sys
