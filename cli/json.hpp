// SPDX-License-Identifier: LGPL-2.1-or-later
// What --json prints: property names in kebab-case, numbers as numbers, bytes (ay) as hexadecimal digits.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/variant.hpp"

namespace ppp::cli {

/// "LocalAddress6" becomes "local-address6".
std::string kebab(std::string_view property);

/// A type that the contract does not use becomes null.
nlohmann::json toJson(const sdbus::Variant& value);
/// Keys become kebab-case.
nlohmann::json toJson(const Dictionary& values);

} // namespace ppp::cli
