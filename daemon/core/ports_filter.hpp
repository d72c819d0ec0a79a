// SPDX-License-Identifier: LGPL-2.1-or-later
// The port of the kernel's packet filter: one table of our own, as far as the core needs it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ppp::core {

/// TCP through this interface is to agree on segments that fit into packets of `mtu` bytes, both ways.
struct MssClamp {
    std::uint32_t interface = 0; ///< index
    std::uint32_t mtu = 0;       ///< bytes, headers of IP and TCP included
    bool operator==(const MssClamp&) const = default;
};

class PacketFilter {
public:
    virtual ~PacketFilter() = default;
    /// The table with these clamps, in the place of whatever it held, in one step; none: no table. It
    /// outlives the process. False with the kernel's words in `error`; then it is as it was. The kernel
    /// answers at once.
    virtual bool write(const std::vector<MssClamp>& clamps, std::string& error) = 0;
    /// Called from the loop, or within write(), when somebody else has changed or removed the table that was
    /// written last.
    virtual void onInterference(std::function<void()> interfered) = 0;
};

} // namespace ppp::core
