// SPDX-License-Identifier: LGPL-2.1-or-later
// The packet filter without a kernel.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/ports_filter.hpp"

namespace ppp::test {

class FakeFilter final : public core::PacketFilter {
public:
    bool write(const std::vector<core::MssClamp>& clamps, std::string& error) override {
        ++writes;
        if (!refuse.empty()) {
            error = refuse;
            return false;
        }
        table = clamps;
        return true;
    }
    void onInterference(std::function<void()> interfered) override { interfered_ = std::move(interfered); }
    /// As `nft flush ruleset`.
    void flush() {
        table.clear();
        interfered_();
    }

    std::vector<core::MssClamp> table; ///< empty: there is none
    std::string refuse;                ///< what the kernel says to every write; empty: it does it
    int writes = 0;

private:
    std::function<void()> interfered_ = [] {};
};

} // namespace ppp::test
