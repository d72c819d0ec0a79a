// SPDX-License-Identifier: LGPL-2.1-or-later
// From D-Bus values to JSON.
#include "cli/json.hpp"

namespace ppp::cli {

namespace {

std::string hex(const std::vector<std::uint8_t>& bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const auto byte : bytes) {
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

template <typename T> nlohmann::json list(const sdbus::Variant& value) {
    auto out = nlohmann::json::array();
    for (const auto& item : value.get<std::vector<T>>()) {
        if constexpr (std::is_same_v<T, Dictionary> || std::is_same_v<T, sdbus::Variant>) {
            out.push_back(toJson(item));
        } else {
            out.push_back(std::string(item));
        }
    }
    return out;
}

} // namespace

std::string kebab(std::string_view property) {
    std::string out;
    for (const char c : property) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (upper && !out.empty()) {
            out += '-';
        }
        out += upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

nlohmann::json toJson(const sdbus::Variant& value) {
    if (const auto words = textOf(value)) {
        return *words;
    }
    if (const auto count = numberOf(value)) {
        return *count;
    }
    const std::string type = signatureOf(value);
    if (type == "b") {
        return value.get<bool>();
    }
    if (type == "n") {
        return value.get<std::int16_t>();
    }
    if (type == "i") {
        return value.get<std::int32_t>();
    }
    if (type == "x") {
        return value.get<std::int64_t>();
    }
    if (type == "d") {
        return value.get<double>();
    }
    if (type == "ay") {
        return hex(value.get<std::vector<std::uint8_t>>());
    }
    if (type == "as") {
        return list<std::string>(value);
    }
    if (type == "ao") {
        return list<sdbus::ObjectPath>(value);
    }
    if (type == "av") {
        return list<sdbus::Variant>(value);
    }
    if (type == "a{sv}") {
        return toJson(value.get<Dictionary>());
    }
    if (type == "aa{sv}") {
        return list<Dictionary>(value);
    }
    return nullptr;
}

nlohmann::json toJson(const Dictionary& values) {
    auto out = nlohmann::json::object();
    for (const auto& [key, value] : values) {
        out[kebab(key)] = toJson(value);
    }
    return out;
}

} // namespace ppp::cli
