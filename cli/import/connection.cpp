// SPDX-License-Identifier: LGPL-2.1-or-later
// One connection as an importer builds it: its profile by pointers, its secrets, its report; and the last
// judgement on the whole.
#include "cli/import/import.hpp"

#include <algorithm>
#include <charconv>

#include "core/error.hpp"
#include "core/profile.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t kWhat = 300; // bytes of an option that a report shows
constexpr std::size_t kWhy = 600;

Json::json_pointer at(std::string_view pointer) {
    return Json::json_pointer(std::string(pointer));
}

/// Text of a file may be any bytes; what is no UTF-8 could be neither shown nor sent.
void makeText(Json& value) {
    if (value.is_string() && !core::text::isUtf8(value.get_ref<const std::string&>())) {
        value = core::text::harmless(value.get_ref<const std::string&>(), 4096);
    }
    if (value.is_array()) { // importers put in no objects
        std::for_each(value.begin(), value.end(), makeText);
    }
}

} // namespace

std::string_view wire(Verdict verdict) {
    switch (verdict) {
    case Verdict::Taken:
        return "taken";
    case Verdict::Changed:
        return "changed";
    case Verdict::NotTaken:
        return "not-taken";
    case Verdict::Default:
        return "default";
    }
    return "not-taken";
}

void Connection::put(std::string_view pointer, Json value) {
    makeText(value);
    const auto place = importing::at(pointer);
    // A scalar on the way ("dns": "off") would make nlohmann throw; importers never put one there.
    profile[place] = std::move(value);
}

bool Connection::has(std::string_view pointer) const {
    return profile.contains(importing::at(pointer));
}

Json Connection::at(std::string_view pointer) const {
    return has(pointer) ? profile.at(importing::at(pointer)) : Json();
}

void Connection::append(std::string_view pointer, std::string_view value) {
    Json list = at(pointer);
    if (!list.is_array()) {
        list = Json::array();
    }
    const Json item = std::string(value);
    if (std::find(list.begin(), list.end(), item) == list.end()) {
        list.push_back(item);
    }
    put(pointer, std::move(list));
}

void Connection::drop(std::string_view pointer) {
    const auto place = importing::at(pointer);
    if (!profile.contains(place)) {
        return;
    }
    const auto parent = place.parent_pointer();
    profile[parent].erase(place.back());
    if (!parent.empty() && profile[parent].empty()) {
        profile[parent.parent_pointer()].erase(parent.back());
    }
}

void Connection::note(const Place& place, std::string_view what, Verdict verdict, std::string_view why) {
    if (report.size() > kEntries) {
        return;
    }
    if (report.size() == kEntries) {
        report.push_back({place, "…", Verdict::NotTaken, "there is more; a report ends after so many rows"});
        return;
    }
    report.push_back({place, core::text::harmless(what, kWhat), verdict, core::text::harmless(why, kWhy)});
}

void Connection::take(const Place& place, std::string_view what, std::string_view pointer, Json value) {
    put(pointer, std::move(value));
    note(place, what, Verdict::Taken, pointer);
}

void Connection::keep(std::string_view key, std::string_view bytes) {
    try {
        core::checkSecret(key, bytes);
        secrets.insert_or_assign(std::string(key), core::Secret(bytes));
    } catch (const core::Error& error) {
        troubles.push_back(core::text::cat("the ", key, " cannot be stored: ", error.what()));
    }
}

void judge(Result& result) {
    for (Connection& connection : result.connections) {
        const auto parsed =
            core::parseProfile(connection.profile.dump(2, ' ', false, Json::error_handler_t::replace));
        for (const core::Fault& fault : parsed.faults) {
            connection.troubles.push_back(
                core::text::cat(fault.pointer, fault.pointer.empty() ? "" : ": ", fault.text));
        }
    }
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n\v\f";
    const auto first = text.find_first_not_of(kBlank);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::optional<bool> truth(std::string_view word) {
    std::string low(trim(word).substr(0, 8));
    std::transform(low.begin(), low.end(), low.begin(),
                   [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    if (low == "yes" || low == "true" || low == "on" || low == "1" || low == "y") {
        return true;
    }
    if (low == "no" || low == "false" || low == "off" || low == "0" || low == "n") {
        return false;
    }
    return std::nullopt;
}

std::optional<long long> number(std::string_view word, long long least, long long most) {
    word = trim(word);
    long long value = 0;
    const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (fault != std::errc() || end != word.data() + word.size() || value < least || value > most) {
        return std::nullopt;
    }
    return value;
}

} // namespace ppp::cli::importing
