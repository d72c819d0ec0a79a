// SPDX-License-Identifier: LGPL-2.1-or-later
// Sections of wvdial.conf, for its own importer and for Red Hat's ifcfg files that name one.
#pragma once

#include <string_view>
#include <vector>

#include "cli/import/settings.hpp"

namespace ppp::cli::importing::wvdial {

/// How wvdial reads its files.
Settings read(std::string_view text, const std::string& path);

/// The settings that count for [Dialer `name`], as wvdial looks them up: its own, those of the sections that
/// it inherits from, those of [Dialer Defaults]. At most kIncludeDepth of them; a circle is followed once.
std::vector<const Setting*> effective(const Settings& settings, std::string_view name);

/// Takes them all: /type, /serial, /auth, the password.
void take(Work& work, const std::vector<const Setting*>& settings);

/// NAME of "Dialer NAME"; empty for another section.
std::string_view nameOf(std::string_view section);

/// The PIN of AT+CPIN=1234 or AT+CPIN="1234"; empty for any other command.
std::string_view pinOf(std::string_view command);

} // namespace ppp::cli::importing::wvdial
