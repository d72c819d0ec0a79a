// SPDX-License-Identifier: LGPL-2.1-or-later
// What a connection (and the routing) must remember over a restart of the daemon, as JSON text of the runtime
// folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/advertised_dns.hpp"
#include "core/cause.hpp"
#include "core/clock.hpp"
#include "core/engine_event.hpp"
#include "core/line.hpp"
#include "core/reason.hpp"
#include "core/retry.hpp"
#include "core/route_plan.hpp"
#include "core/server_pin.hpp"
#include "core/state.hpp"

namespace ppp::core {

/// The facts of the present engine that the bus shows and undo needs.
struct LinkFacts {
    std::optional<engine::Ip4Up> ip4;
    std::optional<engine::Ip6Up> ip6;
    std::optional<engine::DemandReady> demand; ///< until the addresses of the first call are there
    std::optional<engine::Session> session;
    std::optional<engine::Server> server; ///< of a tunnel
    std::optional<engine::Tunnel> tunnel;
    std::optional<ServerPin> pin; ///< in the kernel, or about to be
    std::uint32_t authProtocol = 0, chapDigest = 0;
    bool ip4Refused = false, ip6Refused = false;
    bool routed6 = false;  ///< IPv6 goes beyond the peer: an advertised router, a global address, a prefix
    BootTime router6Until; ///< a router has advertised itself up to then; zero: none has
    std::vector<std::string> addresses6, prefixes6; ///< global and delegated ones, with prefix length
    std::vector<AdvertisedServer> servers6;         ///< of names, as routers advertise them
    std::uint32_t enginePid = 0;                    ///< not recorded
    std::uint32_t pppdPid = 0;                      ///< what pppd calls itself
    std::string peerName;                           ///< as the peer has proved it; harmless
    std::string modem;                              ///< what it said last, harmless: "CONNECT 115200"
};

struct ConnectionRecord {
    bool wanted = false;
    State state = State::Down;
    Phase phase = Phase::None;
    Reason reason = Reason::None;
    std::string reasonText;
    std::uint32_t attempt = 0;
    Moment stateSince, connectedAt, nextAttempt;
    RetryMemory retry;
    LinkFacts facts;
    Sightings seen;
    bool engine = false;     ///< an engine ran (or was about to) when this was written
    std::string device;      ///< what it was dialled on
    std::string madeLink;    ///< VLAN or own-MAC link that we made; empty: none
    std::string madeParent;  ///< a second made link below it
    std::string raisedLink;  ///< link that we set up (IFF_UP)
    std::string widenedLink; ///< link whose MTU we raised, and from and to what
    std::uint32_t narrowMtu = 0, wideMtu = 0;
    std::string profile;  ///< the text that the engine was started with; empty: none, or not known
    bool dialNow = false; ///< the next engine dials without waiting for traffic
    std::string redialBy; ///< who asked for the redial that goes on; empty: none does
    bool ask = true;      ///< people may be asked for secrets
    bool lacks = false;   ///< the connection failed for want of an answer that nobody refused to give
    bool debug = false;   ///< the packet log was switched on for this connection
    std::vector<std::array<std::uint8_t, 4>> lastDns; ///< of an on-demand link: the peer's servers
};

/// What was done to the line, as it is recorded.
LineState lineOf(const ConnectionRecord& record);
std::string toJson(const ConnectionRecord& record);
/// Nothing where the text is not a record of this version; never throws.
std::optional<ConnectionRecord> recordFromJson(std::string_view text);

std::string toJson(const std::vector<Displaced>& displaced);
/// Broken entries are left out; never throws.
std::vector<Displaced> displacedFromJson(std::string_view text);

} // namespace ppp::core
