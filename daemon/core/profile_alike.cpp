// SPDX-License-Identifier: LGPL-2.1-or-later
// Two profiles as JSON values, without what does not matter to the link.
#include "core/profile_alike.hpp"

#include <nlohmann/json.hpp>

namespace ppp::core {

namespace {

nlohmann::json ofTheLink(std::string_view text) {
    nlohmann::json out = nlohmann::json::parse(text, nullptr, false, true);
    if (out.is_object()) {
        out.erase("redial-at");
        out.erase("autoconnect");
    }
    return out;
}

} // namespace

bool dialsAlike(std::string_view one, std::string_view other) {
    if (one == other) {
        return true;
    }
    const nlohmann::json left = ofTheLink(one);
    const nlohmann::json right = ofTheLink(other);
    return left.is_object() && left == right;
}

} // namespace ppp::core
