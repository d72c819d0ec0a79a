// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading what a program of ours wrote for another one, or for its next life.
#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

namespace ppp::core {

/// JSON whose numbers are whole. One that is not is no number (null): a note that was altered may have one
/// that no integer can hold, and what nlohmann makes of it as an integer is undefined. Throws
/// nlohmann::json::parse_error; with `discard` a document that is none is a discarded value instead.
inline nlohmann::json parseNotes(std::string_view text, bool discard = false) {
    using nlohmann::json;
    const auto whole = [](int, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::value && parsed.is_number_float()) {
            parsed = nullptr;
        }
        return true;
    };
    return json::parse(text, whole, !discard);
}

} // namespace ppp::core
