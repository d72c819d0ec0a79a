// SPDX-License-Identifier: LGPL-2.1-or-later
// The core's port to device nodes: stat(2), and inotify on the folder below which one is to come.
#pragma once

#include "core/ports.hpp"
#include "sys/event_loop.hpp"

namespace ppp::sys {

class DeviceNodes final : public core::Devices {
public:
    /// Both outlive this.
    DeviceNodes(EventLoop& loop, core::Journal& journal) : loop_(loop), journal_(journal) {}
    bool present(const std::string& path) const override;
    std::unique_ptr<Watch> watch(const std::string& path, std::function<void()> changed) override;

private:
    EventLoop& loop_;
    core::Journal& journal_;
};

} // namespace ppp::sys
