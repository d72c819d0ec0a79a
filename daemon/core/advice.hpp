// SPDX-License-Identifier: LGPL-2.1-or-later
// For each failure reason what it usually means and what a person can do about it.
#pragma once

#include <string_view>

#include "core/reason.hpp"

namespace ppp::core {

struct Advice {
    std::string_view meaning; ///< goes on "This usually means that "; empty: none
    std::string_view remedy;  ///< goes on "What helps: ", NAME stands for the connection's; empty: none
};

Advice advice(Reason reason);
/// The same where the reason's text is known: a tunnel has a secret of its own.
Advice advice(Reason reason, std::string_view text);

/// Whether this failure is about the tunnel secret, and not about the password.
bool meansTunnelSecret(Reason reason, std::string_view text);

} // namespace ppp::core
