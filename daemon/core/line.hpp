// SPDX-License-Identifier: LGPL-2.1-or-later
// What a link is dialled on: finds the Ethernet interface, sets it up, makes a VLAN or own-MAC link on it,
// and undoes that.
#pragma once

#include <functional>
#include <string>

#include "core/ports.hpp"
#include "core/profile.hpp"

namespace ppp::core {

/// What the line changed on the machine; kept in the connection's record.
struct LineState {
    std::string device;     ///< what pppd dials on
    std::string madeLink;   ///< made last: undone first
    std::string madeParent; ///< a made link below it
    std::string raisedLink; ///< set up by us
};

enum class LineStatus { Ready, Missing, NoCarrier, Refused };

/// Makes the device ready. `remember` is called with the state to be recorded before each change of the
/// machine. On anything but Ready `error` says why in a sentence.
LineStatus prepareLine(const Profile& profile, Network& network, LineState& line,
                       const std::function<void()>& remember, std::string& error);

/// Undoes what is recorded, but for made links that `shared` says another connection dials on; the kernel's
/// words on what could not be undone, else empty.
std::string undoLine(LineState& line, Network& network,
                     const std::function<bool(const std::string& link)>& shared);

/// Ready, Missing or NoCarrier, as the kernel shows the profile's device now; changes nothing.
LineStatus lineStatus(const Profile& profile, const Network& network);

} // namespace ppp::core
