// SPDX-License-Identifier: LGPL-2.1-or-later
// Who owns a well-known name of the bus, for those that follow one service for their whole life.
#pragma once

#include <functional>
#include <string>

#include "dbus/sdbus_compat.hpp"

namespace ppp::sys {

/// Calls `changed` with the unique name of the new owner, empty where the name has none any more, as long as
/// the slot lives. It is called from within the bus's dispatching: guard what may throw. Blocks (AddMatch):
/// for start-up.
sdbus::Slot followOwner(sdbus::IConnection& bus, const std::string& name,
                        std::function<void(const std::string& owner)> changed);
/// The owner now; empty: none, or the bus does not say. Never starts the service. Blocks: for start-up.
std::string ownerNow(sdbus::IConnection& bus, const std::string& name);

} // namespace ppp::sys
