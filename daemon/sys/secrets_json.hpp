// SPDX-License-Identifier: LGPL-2.1-or-later
// The text of a secrets file, both ways; every buffer that held a secret is wiped.
#pragma once

#include <string_view>
#include <vector>

#include "core/secret.hpp"

namespace ppp::sys {

/// Throws core::Error{Failed} with what is wrong (never with a piece of the text): not an object of known
/// keys with text values, a key twice, a bad secret.
core::Secrets secretsFromJson(std::string_view json);

/// The caller wipes the bytes.
std::vector<char> secretsToJson(const core::Secrets& secrets);

} // namespace ppp::sys
