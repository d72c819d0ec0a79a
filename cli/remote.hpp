// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl -H: the system bus of another machine, over ssh(1).
#pragma once

#include <string>

#include "cli/failure.hpp"

namespace ppp::cli {

/// The D-Bus address (D-Bus specification, "Executed Subprocesses on Unix") that reaches the system bus of
/// `where` ([USER@]HOST[:PORT]): ssh runs systemd-stdio-bridge(1) there, as for systemctl -H. Nothing is
/// started yet. Throws Failure{Usage} for what names no host.
std::string remoteBusAddress(const std::string& where);

/// From now on the system bus of this process is that of `where`, whoever connects to it, and whenever.
/// Throws Failure: as remoteBusAddress; where there is no ssh.
void goTo(const std::string& where);

/// The `where` of goTo(); empty: this machine.
std::string whereWeAre();

/// A failure as it is to be said: of another machine with that machine's name, and with hints that work from
/// here. Without goTo(): as it is.
Failure saidFromHere(const Failure& failure);

} // namespace ppp::cli
