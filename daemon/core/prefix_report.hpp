// SPDX-License-Identifier: LGPL-2.1-or-later
// What dhcpcd says of delegated prefixes, as the text of a small file: written by ppp-manager-dhcp6, the
// program that dhcpcd runs at each event, read by the daemon. Pure; what the DHCPv6 server said is not to be
// trusted.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"

namespace ppp::core {

struct DelegatedPrefix {
    std::string text; ///< "2001:db8::/56", nothing set behind the prefix
    BootTime until;   ///< valid up to then
    bool operator==(const DelegatedPrefix&) const = default;
};

inline constexpr std::size_t kMostPrefixes = 16;
inline constexpr std::size_t kLongestReport = 4096; ///< bytes

/// Of the environment of one event (dhcpcd-run-hooks(8)); `variable` gives nothing for one that is not set.
/// Nothing where the event is none of DHCPv6's. The first line is the session, the others "PREFIX
/// MICROSECONDS".
std::optional<std::string>
prefixReport(const std::function<std::optional<std::string>(const std::string& name)>& variable,
             BootTime now);

/// The name of the variable by which the program knows the session.
inline constexpr const char* kSessionVariable = "ppp_manager_session";
/// And the file that it writes.
inline constexpr const char* kReportVariable = "ppp_manager_report";

/// What is broken, double, not global or of another session is left out; never throws.
std::vector<DelegatedPrefix> prefixesOf(std::string_view report, std::string_view session);

} // namespace ppp::core
