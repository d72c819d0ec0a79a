// SPDX-License-Identifier: LGPL-2.1-or-later
// Values to JSON and back; of what the runner says nothing is believed that does not parse.
#include "core/hook_order.hpp"

#include <stdexcept>

#include <nlohmann/json.hpp>

#include "core/notes.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

using nlohmann::json;

constexpr std::size_t kHookName = 256; // bytes
constexpr std::size_t kHookText = 512; // bytes
constexpr std::size_t kFailures = 32;  // of one report

std::string oneLine(const json& j) {
    return j.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

void take(HookReport& report, bool& complete, const json& line) {
    if (!line.is_object()) {
        return;
    }
    if (line.contains("ran") && line["ran"].is_number_unsigned()) {
        report.ran = line["ran"];
        complete = true;
    }
    const bool failure = line.contains("hook") && line["hook"].is_string() && line.contains("text") &&
                         line["text"].is_string();
    if (failure && report.failures.size() < kFailures) {
        report.failures.push_back({text::harmless(line["hook"].get<std::string>(), kHookName),
                                   text::harmless(line["text"].get<std::string>(), kHookText)});
    }
}

} // namespace

json toValue(const HookOrder& order) {
    return {{"connection", order.connection},   {"number", order.number},
            {"folder", order.folder},           {"arguments", order.arguments},
            {"environment", order.environment}, {"each-us", order.each.count()},
            {"all-us", order.all.count()}};
}

HookOrder hookOrderFrom(const json& value) {
    HookOrder order;
    order.connection = value.at("connection");
    order.number = value.at("number");
    order.folder = value.at("folder");
    order.arguments = value.at("arguments").get<std::vector<std::string>>();
    order.environment = value.at("environment").get<std::vector<std::string>>();
    order.each = Duration(value.at("each-us").get<std::int64_t>());
    order.all = Duration(value.at("all-us").get<std::int64_t>());
    if (!order.folder.starts_with('/')) {
        throw std::invalid_argument("a folder is an absolute path");
    }
    return order;
}

std::string failureLine(const HookFailure& failure) {
    return oneLine(
        {{"hook", failure.hook.substr(0, kHookName)}, {"text", failure.text.substr(0, kHookText)}});
}

std::string endLine(std::uint32_t ran) {
    return oneLine({{"ran", ran}});
}

HookReport hookReportFrom(std::string_view said, bool& complete) {
    HookReport report;
    complete = false;
    while (!said.empty()) {
        const auto end = std::min(said.find('\n'), said.size());
        take(report, complete, parseNotes(said.substr(0, end), true));
        said.remove_prefix(std::min(end + 1, said.size()));
    }
    return report;
}

} // namespace ppp::core
