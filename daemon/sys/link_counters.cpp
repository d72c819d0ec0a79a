// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads /sys/class/net/IF/statistics: 64 bits wide with every pppd, unlike its own counters.
#include "sys/link_counters.hpp"

#include <array>
#include <fstream>
#include <utility>

namespace ppp::sys {

std::map<std::string, std::uint64_t> linkCounters(const std::string& interface) {
    constexpr std::array kFiles{std::pair{"rx-bytes", "rx_bytes"},     std::pair{"tx-bytes", "tx_bytes"},
                                std::pair{"rx-packets", "rx_packets"}, std::pair{"tx-packets", "tx_packets"},
                                std::pair{"rx-errors", "rx_errors"},   std::pair{"tx-errors", "tx_errors"}};
    std::map<std::string, std::uint64_t> out;
    for (const auto& [key, file] : kFiles) {
        std::ifstream in("/sys/class/net/" + interface + "/statistics/" + file);
        std::uint64_t value = 0;
        if (in >> value) {
            out.emplace(key, value);
        }
    }
    return out;
}

} // namespace ppp::sys
