// SPDX-License-Identifier: LGPL-2.1-or-later
// From the flags of `pppctl add` to the JSON of a profile. Only what was said is written: the rest is the
// daemon's default.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace ppp::cli {

struct ProfileFlags {
    std::string type;
    std::string interface; ///< pppoe
    std::string device;    ///< serial
    std::string number;    ///< serial, through a modem
    std::string apn;       ///< serial, of a mobile network
    std::string server;    ///< l2tp
    std::string user;
    std::string service;
    std::string accessConcentrator;
    std::string accessConcentratorMac;
    std::optional<std::uint32_t> vlan, mtu, mru, metric;
    std::optional<std::int32_t> priority;
    std::vector<std::string> dns;
    std::vector<std::string> settings; ///< "/json/pointer=value"; the value is JSON, or else a string
    bool autoconnect = false;
    bool noDefaultRoute = false;
    bool noIpv6 = false;
};

/// The profile of flags in UTF-8, indented, with a newline at its end. Values are not judged: the daemon does
/// that. Throws Failure{Usage} for a setting that is no pointer and value, or that names a place inside a
/// value.
std::string profileFrom(const ProfileFlags& flags);

/// One setting, "/json/pointer=value", put into a profile. Throws as profileFrom() does.
void applySetting(nlohmann::ordered_json& profile, const std::string& setting);

} // namespace ppp::cli
