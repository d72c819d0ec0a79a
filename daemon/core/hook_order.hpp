// SPDX-License-Identifier: LGPL-2.1-or-later
// Orders and reports of hooks as JSON: in the record, and between the daemon and the program that runs them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/ports_hooks.hpp"

namespace ppp::core {

nlohmann::json toValue(const HookOrder& order);
/// Throws nlohmann::json::exception or std::invalid_argument where this is none.
HookOrder hookOrderFrom(const nlohmann::json& value);

/// What the runner says, a line each: a failure as it happens, and at its end how many it has run. The end of
/// it, some kilobytes, is enough to be understood.
std::string failureLine(const HookFailure& failure);
std::string endLine(std::uint32_t ran);
/// Nothing where the end is missing. Lines that are no such line are passed over.
HookReport hookReportFrom(std::string_view said, bool& complete);

} // namespace ppp::core
