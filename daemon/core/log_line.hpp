// SPDX-License-Identifier: LGPL-2.1-or-later
// A line of the journal, which pppd may have from its peer, as GetLog shows it.
#pragma once

#include <string>
#include <string_view>

namespace ppp::core {

/// Harmless (text::harmless), and at most limits::kLogLine bytes when it is.
std::string logLine(std::string_view raw);

} // namespace ppp::core
