// SPDX-License-Identifier: LGPL-2.1-or-later
// What hooks are told of a link: arguments and environment, as pppd(8), SCRIPTS, and Debian's /etc/ppp/ip-up
// have them for /etc/ppp/*.d, and a small table of our own for the dispatcher. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ports_hooks.hpp"
#include "core/profile.hpp"
#include "core/record.hpp"
#include "core/route.hpp"

namespace ppp::core {

namespace hooks {

inline constexpr const char* kPreUp4 = "/etc/ppp/ip-pre-up.d";
inline constexpr const char* kUp4 = "/etc/ppp/ip-up.d";
inline constexpr const char* kDown4 = "/etc/ppp/ip-down.d";
inline constexpr const char* kUp6 = "/etc/ppp/ipv6-up.d";
inline constexpr const char* kDown6 = "/etc/ppp/ipv6-down.d";
inline constexpr const char* kDispatcher = "/etc/ppp-manager/dispatcher.d";

} // namespace hooks

/// What was told of something that came, and is to be told again when it goes.
struct HookDebt {
    std::vector<std::string> arguments, environment;
    std::uint32_t interface = 0; ///< its index
    std::string key;             ///< the same key: nothing has changed
    BootTime since;
    std::uint64_t sent = 0, received = 0; ///< bytes that had gone through the interface by then
    bool prepared = false;                ///< the hooks before the routes were ordered
    bool up = false;                      ///< the hooks after everything were
    bool operator==(const HookDebt&) const = default;
};

/// Of /etc/ppp/*.d; facts.ip4, facts.ip6 are there. `since`, `sent` and
/// `received` are left to the caller.
HookDebt debtOfIp4(const std::string& connection, const Profile& profile, const LinkFacts& facts);
HookDebt debtOfIp6(const std::string& connection, const Profile& profile, const LinkFacts& facts);
/// Of the dispatcher; facts.ip4 or facts.ip6 is there. The key is all that is told.
HookDebt debtOfLink(const std::string& connection, const Profile& profile, const LinkFacts& facts);

/// pppd's variables for what has ended: CONNECT_TIME (s), BYTES_SENT, BYTES_RCVD.
std::vector<std::string> endVariables(const HookDebt& debt, BootTime now,
                                      const std::optional<LinkCounters>& counters);
/// Arguments and environment of a dispatcher's event; `previous`: what was told last, for a change.
void tellDispatcher(HookOrder& order, const HookDebt& debt, const std::string& event,
                    const HookDebt* previous = nullptr);

/// NAME=value with a value that is harmless, at most 255 bytes of it.
std::string variable(const std::string& name, const std::string& value);

} // namespace ppp::core
