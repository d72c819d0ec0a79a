// SPDX-License-Identifier: LGPL-2.1-or-later
// Every option of pppd that there is in 2.4.9 to 2.5.x, and where a profile has it: pure data.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ppp::core::pppd {

enum class Argument { None, Number, CodeSizes, Mask, Filter };

enum class Use { Any, Serial, Compression };

/// An option that may be passed on by /ppp/extra-options. Numbers: least to most; CodeSizes: "n" or "n,n",
/// each 0 or least to most. All of them are known to pppd 2.4.9 and to 2.5.x.
struct Allowed {
    std::string_view name;
    Argument argument = Argument::None;
    std::uint32_t least = 0, most = 0;
    Use use = Use::Any; ///< where it has an effect at all
};

/// An option that is refused there, and why: a pointer into the profile stands for "use that key".
struct Refused {
    std::string_view name;
    std::string_view instead;
};

std::span<const Allowed> allowed();
std::span<const Refused> refused();
/// Families of options that share a beginning; a name in refused() comes first.
std::span<const Refused> refusedStarts();

const Allowed* findAllowed(std::string_view option);
/// By name, by its beginning, or by its form (addresses, a speed).
const Refused* findRefused(std::string_view option);
/// "-vj", "+ipv6": another spelling of an option with a long name.
bool shortForm(std::string_view option);

} // namespace ppp::core::pppd
