// SPDX-License-Identifier: LGPL-2.1-or-later
// The JSON answer of verbs that do something, and of every verb that fails; data/doc/pppctl-json.md has its
// keys.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/failure.hpp"

namespace ppp::cli {

struct Snapshot;

/// "link-failed" for LinkFailed, and so on.
std::string_view kindOf(ExitCode code);

/// exit-code, kind, reason (of a link, else empty), text, hint.
nlohmann::json toJson(const Failure& failure);

/// What became of one connection: name, outcome, error, connection (its properties). link, failure: null
/// where there is none.
nlohmann::json resultOf(const std::string& name, std::string_view outcome, const Snapshot* link,
                        const Failure* failure = nullptr);

/// What is gathered while a verb runs.
struct Answer {
    nlohmann::json connections = nlohmann::json::array();
    nlohmann::json messages = nlohmann::json::array();   ///< words that would be on standard output
    nlohmann::json complaints = nlohmann::json::array(); ///< words that are on standard error
    nlohmann::json error;                                ///< of the verb as a whole
    bool printed = false;                                ///< the verb has JSON of its own

    nlohmann::json whole(std::string_view verb, ExitCode code) const;
};

} // namespace ppp::cli
