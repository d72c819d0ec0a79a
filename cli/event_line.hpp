// SPDX-License-Identifier: LGPL-2.1-or-later
// One event of the timeline as a line, for monitor and explain.
#pragma once

#include <cstdint>
#include <string>

#include "cli/look.hpp"
#include "cli/terminal.hpp"
#include "cli/variant.hpp"

namespace ppp::cli {

struct Happening {
    std::uint64_t time = 0; ///< µs, CLOCK_REALTIME
    std::string connection; ///< empty: the daemon itself
    std::string what;
    Dictionary details;
};

/// What happened, harmless: "connecting → up, ppp0 10.64.0.100 → 10.64.0.1, 0.412 s".
std::string eventSentence(const std::string& what, const Dictionary& details);

/// Good news are green, failures red, what is about a state is bold.
Colour eventColour(const std::string& what, const Dictionary& details);

} // namespace ppp::cli
