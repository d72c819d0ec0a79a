// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads files that a shell would source: assignments and nothing else. Nothing is executed or expanded.
#pragma once

#include <string>
#include <string_view>

#include "cli/import/settings.hpp"

namespace ppp::cli::importing {

/// Assignments as sh and bash take them (POSIX Shell Command Language 2.2, 2.3; bash(1), Arrays):
/// NAME=value, export NAME=value, NAME=(one two), several on a line with ';' between; '…', "…" and \ quote, a
/// quoted value may have line ends in it; # begins a comment. A value with an expansion ($NAME, ${…}, $(…),
/// `…`, ~) is a setting that is refused, with the words why; any other shell syntax is a bad line. `text` is
/// plainText(); the values are wiped with the settings. Linear in its length.
Settings readShell(std::string_view text, const std::string& path);

} // namespace ppp::cli::importing
