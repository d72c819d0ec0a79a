// SPDX-License-Identifier: LGPL-2.1-or-later
// What no single key can say: which section goes with which type, and values that make no sense together.
#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

#include "core/profile_faults.hpp"

namespace ppp::core {

/// The section of the type is there and those of other types are not. Nothing is said where the type itself
/// is at fault.
void checkSections(const nlohmann::json& document, Faults& faults);

/// Rules between the values of a profile whose keys are right one by one. A value that would silently do
/// nothing is a fault.
void checkTogether(const Profile& profile, Faults& faults);

} // namespace ppp::core
