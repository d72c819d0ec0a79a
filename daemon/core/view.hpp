// SPDX-License-Identifier: LGPL-2.1-or-later
// A connection as the bus shows it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/details.hpp"

namespace ppp::core {

/// The properties of org.ppp.Connection; times in µs of CLOCK_REALTIME, 0 where none.
struct View {
    std::string name, type, state, phase, reason, reasonText;
    std::string interface;
    std::uint32_t interfaceIndex = 0;
    std::string localAddress, peerAddress, localAddress6, peerAddress6;
    std::vector<std::string> addresses6, delegatedPrefixes, dnsServers;
    std::uint32_t mtu = 0;
    std::string device;
    std::uint64_t connectedAt = 0, stateSince = 0, nextAttempt = 0;
    std::uint32_t attempt = 0;
    bool wanted = false, autoConnect = false, needsRedial = false, defaultRoute = false, metered = false;
    std::uint32_t enginePid = 0;
    Details details;
};

/// One session of a link, from up to its end.
struct SessionFacts {
    Moment started, ended;                  ///< ended: none while it lasts
    Duration upFor{0};                      ///< of one that has ended
    std::uint32_t interface = 0;            ///< index
    std::uint64_t rxBytes = 0, txBytes = 0; ///< of one that has ended, as far as they could be read
    std::string reason;                     ///< of its end: a word of the Reason table
    std::string address, previousAddress;   ///< our own (IPv4), and the one before it
};

/// Counters since the machine booted; they outlive the daemon.
struct Statistics {
    std::uint64_t sessions = 0, attempts = 0, failures = 0;
    std::uint64_t totalUp = 0;              ///< µs, ended sessions only
    std::uint64_t totalRx = 0, totalTx = 0; ///< bytes, ended sessions only
    SessionFacts session;                   ///< the present or the last one
};

} // namespace ppp::core
