// SPDX-License-Identifier: LGPL-2.1-or-later
// Cut twice: what is looked at, and what comes of it, which may be longer.
#include "core/log_line.hpp"

#include "core/limits.hpp"
#include "core/text.hpp"

namespace ppp::core {

std::string logLine(std::string_view raw) {
    std::string out = text::harmless(raw, limits::kLogLine);
    if (out.size() > limits::kLogLine) {
        out.resize(text::utf8Prefix(std::string_view(out).substr(0, limits::kLogLine)));
    }
    return out;
}

} // namespace ppp::core
