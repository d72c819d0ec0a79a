// SPDX-License-Identifier: LGPL-2.1-or-later
// The flags of `pppctl add` and the places in a profile that they stand for.
#include "cli/profile_flags.hpp"

#include <nlohmann/json.hpp>

#include "cli/failure.hpp"

namespace ppp::cli {

namespace {

using Json = nlohmann::ordered_json;

template <typename T> void put(Json& profile, const char* pointer, const std::optional<T>& value) {
    if (value) {
        profile[Json::json_pointer(pointer)] = *value;
    }
}

void put(Json& profile, const char* pointer, const std::string& value) {
    if (!value.empty()) {
        profile[Json::json_pointer(pointer)] = value;
    }
}

/// 3GPP TS 27.007, section 10.1.1. A quote would end the name inside the command.
std::string dialContext(const std::string& apn) {
    if (apn.find('"') != std::string::npos) {
        throw Failure(ExitCode::Usage, "an APN has no quotes");
    }
    return "AT+CGDCONT=1,\"IP\",\"" + apn + "\"";
}

} // namespace

void applySetting(Json& profile, const std::string& setting) {
    const auto equals = setting.find('=');
    if (setting.empty() || setting.front() != '/' || equals == std::string::npos) {
        throw Failure(ExitCode::Usage, "--set takes /json/pointer=value, not '" + setting + "'",
                      "For example: --set /ppp/lcp-echo-interval=5");
    }
    const std::string value = setting.substr(equals + 1);
    auto parsed = Json::parse(value, nullptr, false);
    try {
        profile[Json::json_pointer(setting.substr(0, equals))] =
            parsed.is_discarded() ? Json(value) : std::move(parsed);
    } catch (const Json::exception&) {
        throw Failure(ExitCode::Usage, "--set cannot put anything at '" + setting.substr(0, equals) + "'");
    }
}

std::string profileFrom(const ProfileFlags& flags) {
    Json profile;
    put(profile, "/type", flags.type);
    if (flags.autoconnect) {
        profile["autoconnect"] = true;
    }
    put(profile, "/priority", flags.priority);
    put(profile, "/pppoe/interface", flags.interface);
    put(profile, "/pppoe/vlan", flags.vlan);
    put(profile, "/pppoe/service", flags.service);
    put(profile, "/pppoe/access-concentrator", flags.accessConcentrator);
    put(profile, "/pppoe/access-concentrator-mac", flags.accessConcentratorMac);
    put(profile, "/serial/device", flags.device);
    put(profile, "/serial/dial/number", flags.number);
    if (!flags.apn.empty()) {
        profile["serial"]["dial"]["init"] = {"ATZ", dialContext(flags.apn)};
    }
    put(profile, "/l2tp/server", flags.server);
    put(profile, "/auth/user", flags.user);
    put(profile, "/ppp/mtu", flags.mtu);
    put(profile, "/ppp/mru", flags.mru);
    put(profile, "/ipv4/metric", flags.metric);
    if (flags.noDefaultRoute) {
        profile["ipv4"]["default-route"] = "never";
        profile["ipv6"]["default-route"] = "never";
    }
    if (flags.noIpv6) {
        profile["ipv6"]["enabled"] = false;
    } else {
        put(profile, "/ipv6/metric", flags.metric);
    }
    if (!flags.dns.empty()) {
        profile["dns"]["mode"] = "static";
        profile["dns"]["servers"] = flags.dns;
    }
    for (const auto& setting : flags.settings) {
        applySetting(profile, setting);
    }
    return profile.dump(2) + "\n";
}

} // namespace ppp::cli
