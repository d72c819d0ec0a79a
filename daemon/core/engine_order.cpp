// SPDX-License-Identifier: LGPL-2.1-or-later
// The section travels as it stands in a profile, so that one reader checks both.
#include "core/engine_order.hpp"

#include <chrono>

#include <nlohmann/json.hpp>

namespace ppp::core {
namespace {

using nlohmann::json;

double inSeconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

json toValue(const SerialSection& serial) {
    constexpr std::array kFlow{"rtscts", "xonxoff", "none"};
    json out = {{"device", serial.device},
                {"speed", serial.speed},
                {"flow-control", kFlow.at(static_cast<std::size_t>(serial.flowControl))},
                {"modem-lines", serial.modemLines},
                {"hangup", serial.hangup}};
    if (serial.dial) {
        json login = json::array();
        for (const auto& [expect, send] : serial.dial->login) {
            login.push_back(json::array({expect, send}));
        }
        out["dial"] = {{"number", serial.dial->number},
                       {"init", serial.dial->init},
                       {"login", login},
                       {"timeout", inSeconds(serial.dial->timeout)}};
    }
    return out;
}

json toValue(const L2tpSection& l2tp) {
    return {{"server", l2tp.server},
            {"port", l2tp.port},
            {"hostname", l2tp.hostname},
            {"hello-interval", inSeconds(l2tp.helloInterval)},
            {"require-ipsec", l2tp.requireIpsec}};
}

} // namespace

std::string toJson(const EngineTask& task) {
    json section = {{"type", std::string(wire(task.type))}};
    if (task.serial) {
        section["serial"] = toValue(*task.serial);
    }
    if (task.l2tp) {
        section["l2tp"] = toValue(*task.l2tp);
    }
    const json out = {{"connection", task.connection}, {"pppd", task.pppd},   {"arguments", task.arguments},
                      {"pid-files", task.pidFiles},    {"locks", task.locks}, {"state", task.state},
                      {"pin-stored", task.pinStored},  {"section", section}};
    return out.dump();
}

std::optional<EngineTask> engineTaskFromJson(std::string_view text) try {
    const json in = json::parse(text);
    const ParsedProfile parsed = parseProfile(in.at("section").dump());
    if (!parsed.profile) {
        return std::nullopt;
    }
    EngineTask task;
    in.at("connection").get_to(task.connection);
    in.at("pppd").get_to(task.pppd);
    in.at("arguments").get_to(task.arguments);
    in.at("pid-files").get_to(task.pidFiles);
    in.at("locks").get_to(task.locks);
    in.at("state").get_to(task.state);
    in.at("pin-stored").get_to(task.pinStored);
    task.type = parsed.profile->type;
    task.serial = parsed.profile->serial;
    task.l2tp = parsed.profile->l2tp;
    return task;
} catch (const std::exception&) {
    return std::nullopt;
}

} // namespace ppp::core
