// SPDX-License-Identifier: LGPL-2.1-or-later
// Stories to JSON lines and back. Details keep their types: text, yes or no, {"u": 32 bit}, and 64 bit as
// plain numbers.
#include "core/story_lines.hpp"
#include "core/notes.hpp"

#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>

namespace ppp::core {

namespace {

using nlohmann::json;

struct ToJson {
    json operator()(std::uint32_t number) const { return {{"u", number}}; }
    template <typename Value> json operator()(const Value& value) const { return value; }
};

json toValue(const Details& details) {
    json out = json::object();
    for (const auto& [key, value] : details) {
        out[key] = std::visit(ToJson{}, value);
    }
    return out;
}

Details detailsFrom(const json& values) {
    Details out;
    for (const auto& [key, value] : values.items()) {
        if (value.is_string()) {
            out.emplace(key, value.get<std::string>());
        } else if (value.is_boolean()) {
            out.emplace(key, value.get<bool>());
        } else if (value.is_number_unsigned()) {
            out.emplace(key, value.get<std::uint64_t>());
        } else {
            const auto number = value.at("u").get<std::uint64_t>();
            out.emplace(key, static_cast<std::uint32_t>(
                                 std::min<std::uint64_t>(number, std::numeric_limits<std::uint32_t>::max())));
        }
    }
    return out;
}

json toValue(const Moment& moment) {
    return json::array({moment.at.sinceBoot.count(), moment.firstShown});
}

Moment momentFrom(const json& pair) {
    return {{Duration(pair.at(0).get<std::int64_t>())}, pair.at(1).get<std::uint64_t>()};
}

std::string line(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

TimelineEntry entryFrom(const json& j) {
    return {momentFrom(j.at("at")), j.at("what").get<std::string>(), detailsFrom(j.at("details"))};
}

Statistics statisticsFrom(const json& j) {
    Statistics out;
    out.sessions = j.at("sessions");
    out.attempts = j.at("attempts");
    out.failures = j.at("failures");
    out.totalUp = j.at("up");
    out.totalRx = j.at("rx");
    out.totalTx = j.at("tx");
    const json& last = j.at("session");
    out.session.started = momentFrom(last.at("started"));
    out.session.ended = momentFrom(last.at("ended"));
    out.session.upFor = Duration(last.at("up").get<std::int64_t>());
    out.session.interface = last.at("interface");
    out.session.rxBytes = last.at("rx");
    out.session.txBytes = last.at("tx");
    out.session.reason = last.at("reason");
    out.session.address = last.at("address");
    out.session.previousAddress = last.at("previous");
    return out;
}

void readLine(std::string_view text, StoryText& out) try {
    const json j = parseNotes(text);
    if (j.contains("what")) {
        out.entries.push_back(entryFrom(j));
    } else {
        out.statistics = statisticsFrom(j.at("statistics"));
    }
} catch (const json::exception&) {
    return; // it costs itself alone
}

} // namespace

std::string storyLine(const TimelineEntry& entry) {
    return line({{"at", toValue(entry.at)}, {"what", entry.what}, {"details", toValue(entry.details)}});
}

std::string storyLine(const Statistics& statistics) {
    const SessionFacts& last = statistics.session;
    return line({{"statistics",
                  {{"sessions", statistics.sessions},
                   {"attempts", statistics.attempts},
                   {"failures", statistics.failures},
                   {"up", statistics.totalUp},
                   {"rx", statistics.totalRx},
                   {"tx", statistics.totalTx},
                   {"session",
                    {{"started", toValue(last.started)},
                     {"ended", toValue(last.ended)},
                     {"up", last.upFor.count()},
                     {"interface", last.interface},
                     {"rx", last.rxBytes},
                     {"tx", last.txBytes},
                     {"reason", last.reason},
                     {"address", last.address},
                     {"previous", last.previousAddress}}}}}});
}

StoryText readStory(std::string_view text) {
    StoryText out;
    while (!text.empty()) {
        const auto end = text.find('\n');
        out.whole = end != std::string_view::npos;
        ++out.lines;
        if (out.whole) {
            readLine(text.substr(0, end), out);
        }
        text.remove_prefix(out.whole ? end + 1 : text.size());
    }
    return out;
}

} // namespace ppp::core
