// SPDX-License-Identifier: LGPL-2.1-or-later
// Our table in the kernel's packet filter: nf_tables by libnftables.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/ports_filter.hpp"
#include "sys/event_loop.hpp"
#include "sys/filter_watch.hpp"

namespace ppp::sys {

/// The table is "inet ppp-manager". Nothing is asked of the kernel, and none of its modules loaded, before
/// the first write.
class PacketFilter final : public core::PacketFilter {
public:
    explicit PacketFilter(EventLoop& loop) : loop_(loop) {}

    bool write(const std::vector<core::MssClamp>& clamps, std::string& error) override;
    void onInterference(std::function<void()> interfered) override { interfered_ = std::move(interfered); }

    static constexpr const char* kTable = "ppp-manager";

private:
    void writeAgain();

    EventLoop& loop_;
    std::function<void()> interfered_ = [] {};
    std::vector<core::MssClamp> written_;
    std::unique_ptr<FilterWatch> watch_; ///< while there is a table
};

/// The commands that make the table, or remove it where there are no clamps; nft(8). Pure. Interfaces are
/// named by their numbers, which need no quoting and outlive a change of name.
std::string filterCommands(const std::vector<core::MssClamp>& clamps);

} // namespace ppp::sys
