// SPDX-License-Identifier: LGPL-2.1-or-later
// Loose facts with a name, as they appear in an a{sv} on the bus.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>

namespace ppp::core {

using Detail = std::variant<std::string, std::uint32_t, std::uint64_t, bool>;
using Details = std::map<std::string, Detail>;

} // namespace ppp::core
