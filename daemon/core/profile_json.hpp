// SPDX-License-Identifier: LGPL-2.1-or-later
// From the bytes of a profile to a JSON document, strictly: what JSON leaves open (duplicate keys, depth) is
// a fault here.
#pragma once

#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/profile_faults.hpp"

namespace ppp::core {

/// The document; nothing where it cannot be read at all: too long, not UTF-8, broken syntax (line and column
/// are named), nested deeper than limits::kJsonDepth. Duplicate keys are added to `faults` too, all of them.
/// // and /* */ comments are skipped.
std::optional<nlohmann::json> readJson(std::string_view bytes, Faults& faults);

} // namespace ppp::core
