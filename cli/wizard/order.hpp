// SPDX-License-Identifier: LGPL-2.1-or-later
// What `pppctl add` hands to the wizard.
#pragma once

#include <string>

#include "cli/output.hpp"
#include "cli/profile_flags.hpp"

namespace ppp::cli {

struct WizardOrder {
    std::string name;           ///< empty: "isp" or what else is free
    ProfileFlags flags;         ///< what is known already is not asked for
    bool noPassword = false;    ///< neither user name nor password are asked for
    bool noAutoconnect = false; ///< nobody is asked about it
    bool noTry = false;         ///< store and be done
};

/// There is a person to ask: standard input and output are terminals.
bool canAsk();

/// See Wizard::run().
ExitCode runWizard(const Output& output, WizardOrder order);

} // namespace ppp::cli
