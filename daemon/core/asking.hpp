// SPDX-License-Identifier: LGPL-2.1-or-later
// What a connection remembers of asking people for secrets. None of it outlives the daemon.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/cause.hpp"
#include "core/locked_secret.hpp"
#include "core/pending.hpp"
#include "core/retry.hpp"

namespace ppp::core {

/// A secret that was not good enough, and what for.
struct Refusal {
    std::string key; ///< "password", "tunnel-secret"
    Cause cause;
    /// While somebody is asked in the place of this wait: what follows where nobody answers.
    std::optional<RetryDecision> otherwise;
};

struct Asking {
    std::string caller;   ///< of the last up(): whose agent comes first
    bool allowed = true;  ///< unless that up() forbade it
    bool inVain = false;  ///< nobody answered: not asked again until up(), a success or another agent
    bool lacks = false;   ///< the connection failed for want of an answer that nobody refused to give
    bool proved = false;  ///< what people gave was good once
    std::string why = {}; ///< why nobody answered
    std::map<std::string, LockedSecret, std::less<>> answers; ///< until down()
    std::optional<Refusal> refused;
    std::unique_ptr<Pending> question; ///< somebody is being asked

    /// There are others now.
    void forgetSecrets() {
        answers.clear();
        refused.reset();
        inVain = lacks = proved = false;
        why.clear();
    }
};

} // namespace ppp::core
