// SPDX-License-Identifier: LGPL-2.1-or-later
// Typed looks into variants.
#include "cli/variant.hpp"

#include "cli/json.hpp"

namespace ppp::cli {

namespace {

template <typename T> std::optional<std::uint64_t> natural(const sdbus::Variant& value) {
    const T found = value.get<T>();
    if constexpr (std::is_signed_v<T>) {
        if (found < 0) {
            return std::nullopt;
        }
    }
    return static_cast<std::uint64_t>(found);
}

template <typename T> T held(const Dictionary& values, const std::string& key, const char* signature) {
    const auto found = values.find(key);
    return found != values.end() && signatureOf(found->second) == signature ? found->second.get<T>() : T{};
}

} // namespace

std::string signatureOf(const sdbus::Variant& value) {
    if (value.isEmpty()) {
        return {};
    }
    std::string type{value.peekValueType()};
    return type;
}

std::optional<std::string> textOf(const sdbus::Variant& value) {
    const std::string type = signatureOf(value);
    if (type == "s") {
        return value.get<std::string>();
    }
    if (type == "o") {
        return std::string(value.get<sdbus::ObjectPath>());
    }
    if (type == "g") {
        return std::string(value.get<sdbus::Signature>());
    }
    return std::nullopt;
}

std::optional<std::uint64_t> numberOf(const sdbus::Variant& value) {
    const std::string type = signatureOf(value);
    switch (type.size() == 1 ? type.front() : '\0') {
    case 'y':
        return natural<std::uint8_t>(value);
    case 'n':
        return natural<std::int16_t>(value);
    case 'q':
        return natural<std::uint16_t>(value);
    case 'i':
        return natural<std::int32_t>(value);
    case 'u':
        return natural<std::uint32_t>(value);
    case 'x':
        return natural<std::int64_t>(value);
    case 't':
        return natural<std::uint64_t>(value);
    default:
        return std::nullopt;
    }
}

std::string text(const Dictionary& values, const std::string& key) {
    const auto found = values.find(key);
    return found != values.end() ? textOf(found->second).value_or("") : "";
}

std::uint64_t number(const Dictionary& values, const std::string& key) {
    const auto found = values.find(key);
    return found != values.end() ? numberOf(found->second).value_or(0) : 0;
}

bool flag(const Dictionary& values, const std::string& key) {
    return held<bool>(values, key, "b");
}

std::vector<std::string> texts(const Dictionary& values, const std::string& key) {
    return held<std::vector<std::string>>(values, key, "as");
}

Dictionary dictionary(const Dictionary& values, const std::string& key) {
    return held<Dictionary>(values, key, "a{sv}");
}

std::string describe(const Dictionary& values) {
    std::string out;
    for (const auto& [key, value] : values) {
        const auto words = textOf(value);
        out += (out.empty() ? "" : ", ") + key + " " + (words ? *words : toJson(value).dump());
    }
    return out;
}

} // namespace ppp::cli
