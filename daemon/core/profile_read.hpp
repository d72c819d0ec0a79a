// SPDX-License-Identifier: LGPL-2.1-or-later
// From a JSON document to a Profile by the table of keys: types, ranges, words, unknown and missing keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/profile_faults.hpp"
#include "core/profile_keys.hpp"

namespace ppp::core {

/// Fills `profile` with what is right in `document` and adds all that is wrong to `faults`.
void readProfile(const nlohmann::json& document, Profile& profile, Faults& faults);

/// Reads one value as its key wants it. On a fault: false, and the fault is added with `pointer`.
bool readValue(const Key& key, const nlohmann::json& from, const std::string& pointer, KeyValue& value,
               Faults& faults);

/// Seconds, minutes, hours and days such as "90s", "1h30m", "1.5d": each unit at most once, the larger first.
/// Nothing for anything else, and for more than 1000 years.
std::optional<Duration> parseTime(std::string_view words);

} // namespace ppp::core
