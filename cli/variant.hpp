// SPDX-License-Identifier: LGPL-2.1-or-later
// Values as they come over the bus: read leniently, because more may be added to the contract at any time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dbus/sdbus_compat.hpp"

namespace ppp::cli {

using Dictionary = std::map<std::string, sdbus::Variant>;

std::string signatureOf(const sdbus::Variant& value);
/// s, o, g; nothing for any other type.
std::optional<std::string> textOf(const sdbus::Variant& value);
/// Any integer type; nothing for any other type and for negative ones.
std::optional<std::uint64_t> numberOf(const sdbus::Variant& value);

/// What `key` holds, or an empty value where it is absent or of another type.
std::string text(const Dictionary& values, const std::string& key);
std::uint64_t number(const Dictionary& values, const std::string& key);
bool flag(const Dictionary& values, const std::string& key);
std::vector<std::string> texts(const Dictionary& values, const std::string& key);
Dictionary dictionary(const Dictionary& values, const std::string& key);
/// a{sv} details for a person: "key value" pairs with commas between.
std::string describe(const Dictionary& values);

} // namespace ppp::cli
