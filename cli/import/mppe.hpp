// SPDX-License-Identifier: LGPL-2.1-or-later
// What several options and settings say together about MPPE, as one value of /ppp/mppe.
#pragma once

#include <string>

namespace ppp::cli::importing {

/// Collected in any order; the value is asked for once, at the end.
struct Mppe {
    bool any = false;                     ///< encryption is required, with keys of any length
    bool only40 = false, only128 = false; ///< required with keys of this length
    bool no40 = false, no128 = false;     ///< keys of this length are refused
    bool stateful = false;                ///< means nothing by itself

    bool required() const { return any || only40 || only128; }
    /// Required, and each length of key that would do is refused.
    bool contradiction() const { return required() && !with40() && !with128(); }
    /// A value that the profile's table has; "off" where nothing requires encryption. Never weaker than what
    /// is said: "any length" beside "128" is 128.
    std::string value() const {
        if (!required() || contradiction()) {
            return "off";
        }
        if (with40() && with128()) {
            return stateful ? "stateful" : "on";
        }
        return std::string(with40() ? "40" : "128") + (stateful ? "-stateful" : "");
    }

private:
    bool with40() const { return ((any && !only128) || only40) && !no40; }
    bool with128() const { return (any || only128) && !no128; }
};

} // namespace ppp::cli::importing
