// SPDX-License-Identifier: LGPL-2.1-or-later
// What a link is dialled on: looks for the tty, or finds the Ethernet interface, sets it up, raises its MTU,
// makes a VLAN or own-MAC link on it, and undoes that.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/ports.hpp"
#include "core/profile.hpp"

namespace ppp::core {

/// What the line changed on the machine; kept in the connection's record.
struct LineState {
    std::string device;      ///< what pppd dials on
    std::string madeLink;    ///< made last: undone first
    std::string madeParent;  ///< a made link below it
    std::string raisedLink;  ///< set up by us
    std::string widenedLink; ///< its MTU was raised by us, from `narrowMtu` to `wideMtu` bytes
    std::uint32_t narrowMtu = 0, wideMtu = 0;
};

enum class LineStatus {
    Ready,
    Missing,
    NoCarrier,
    Refused,
    Unrecorded ///< nothing was changed, because nobody could have undone it
};

/// Makes the device ready; for PPPoE with more than 1492 bytes its MTU is raised (RFC 4638) where it can be:
/// what comes of it is what the peer grants. `remember` records the state; where it cannot (false), an
/// interface is not set up, while a link that we make carries a mark of ours and needs no record to be found
/// again. On anything but Ready `error` says why in a sentence.
LineStatus prepareLine(const Profile& profile, const Ports& ports, LineState& line,
                       const std::function<bool()>& remember, std::string& error);

/// Undoes what is recorded, but for made links that `shared` says another connection dials on; the kernel's
/// words on what could not be undone, else empty.
std::string undoLine(LineState& line, Network& network,
                     const std::function<bool(const std::string& link)>& shared);

/// Ready, Missing or NoCarrier, as the kernel shows the profile's device now; changes nothing.
LineStatus lineStatus(const Profile& profile, const Ports& ports);

} // namespace ppp::core
