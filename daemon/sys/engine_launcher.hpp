// SPDX-License-Identifier: LGPL-2.1-or-later
// The core's port to engines: starts them, and finds those that outlived an earlier life of the daemon.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "sys/engine_keeper.hpp"
#include "sys/engine_paths.hpp"
#include "sys/engine_process.hpp"
#include "sys/event_loop.hpp"

namespace ppp::sys {

class EngineLauncher final : public core::Engines {
public:
    /// Asks that the process be moved to a control group of its own; failure is for whoever does it to log.
    /// done, where it is not empty: it is there, or will not be; once, from this call or the loop.
    using MoveToScope =
        std::function<void(const std::string& connection, std::uint32_t pid, std::function<void()> done)>;

    /// Everything referred to outlives the launcher, and the launcher all its engines. Drops incomplete sets
    /// that an earlier life left in the store: such an engine is ending by itself, since its lifeline was the
    /// last thing to be stored.
    EngineLauncher(EventLoop& loop, EnginePaths paths, FdKeeper& store, MoveToScope moveToScope,
                   core::Journal& journal);
    /// Waits for engines that were killed and are not gone yet.
    ~EngineLauncher() override = default;

    /// One engine a connection: EngineUnavailable{Failed} where the last one's handle is still there and it
    /// has not ended. A survivor nobody adopted is killed first. The order's secrets go to the engine when it
    /// asks, and are wiped then.
    std::unique_ptr<core::Engine> launch(core::EngineOrder order, core::EngineListener& listener) override;
    /// nullptr where there is none. The survivor may have ended meanwhile: what it still had to say and its
    /// end are then delivered in the first turns of the loop. Its secrets are in it; it does not ask again.
    std::unique_ptr<core::Engine> adopt(const std::string& connection,
                                        core::EngineListener& listener) override;

    /// Sorted.
    std::vector<std::string> leftBehind() const override;
    void drop(const std::string& connection) override;
    void tidyAfter(std::uint32_t pid) override;

private:
    EngineHandles spawn(const core::EngineOrder& order) const;
    void sweepIncomplete();
    EngineHandles takeStored(const std::string& connection);
    void removeStored(const std::string& connection);
    void killSurvivor(const std::string& connection);

    EnginePaths paths_;
    MoveToScope moveToScope_;
    EngineRoom room_;
};

} // namespace ppp::sys
