// SPDX-License-Identifier: LGPL-2.1-or-later
// The option tables of an installed pppd or of a plugin of it, read out of the file: the manual page leaves
// options out, 2.4.9 cannot list them, and not everybody may run it.
#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace ppp::test {

/// The names in all tables of option_t (pppd/pppd.h, pppd/options.h) in the file, which need not be ours to
/// run. Throws std::runtime_error where the file cannot be read or is no position-independent 64-bit ELF
/// file.
std::set<std::string> pppdOptions(const std::filesystem::path& file);

} // namespace ppp::test
