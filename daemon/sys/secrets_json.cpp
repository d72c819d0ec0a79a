// SPDX-License-Identifier: LGPL-2.1-or-later
// Secrets as JSON. The JSON library works on memory that is wiped when it is given back.
#include "sys/secrets_json.hpp"

#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/limits.hpp"
#include "core/text.hpp"
#include "sys/base64.hpp"
#include "sys/file_io.hpp"

namespace ppp::sys {

namespace {

constexpr std::string_view kBase64 = "-base64";

[[noreturn]] void refuse(const std::string& text) {
    throw core::Error(core::ErrorCode::Failed, text);
}

template <typename T> struct WipingAllocator {
    using value_type = T;
    WipingAllocator() = default;
    template <typename U> WipingAllocator(const WipingAllocator<U>&) {}
    T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
    void deallocate(T* memory, std::size_t count) {
        explicit_bzero(static_cast<void*>(memory), count * sizeof(T));
        std::allocator<T>().deallocate(memory, count);
    }
    bool operator==(const WipingAllocator&) const = default;
};

using Text = std::basic_string<char, std::char_traits<char>, WipingAllocator<char>>;
using Json = nlohmann::basic_json<std::map, std::vector, Text, bool, std::int64_t, std::uint64_t, double,
                                  WipingAllocator>;

/// Nothing where it is no JSON, or a key is there twice: a tree would let the last win without a word.
Json parse(std::string_view json) {
    std::set<Text> keys;
    bool twice = false;
    const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
        if (event == Json::parse_event_t::key && depth == 1)
            twice = !keys.insert(parsed.get_ref<const Text&>()).second || twice;
        return true;
    };
    Json tree = Json::parse(json.begin(), json.end(), watch, false); // its exceptions would quote the text
    if (tree.is_discarded())
        refuse("not valid JSON");
    if (twice)
        refuse("a key is there twice");
    return tree;
}

core::Secret decoded(std::string_view key, const std::string& shown, std::string_view value) {
    auto bytes = base64::decode(value);
    if (!bytes)
        refuse("the value of \"" + shown + "\" is not base64");
    const std::string_view view(bytes->data(), bytes->size());
    try {
        core::checkSecret(key, view);
    } catch (...) {
        file_io::wipe(*bytes);
        throw;
    }
    core::Secret secret(view);
    file_io::wipe(*bytes);
    return secret;
}

void take(core::Secrets& secrets, std::string_view key, const Json& value) {
    const std::string shown = core::text::harmless(key, core::limits::kNameLength);
    if (!value.is_string())
        refuse("the value of \"" + shown + "\" is not a text");
    const Text& held = value.get_ref<const Text&>();
    const std::string_view text(held.data(), held.size());
    const bool encoded = key.ends_with(kBase64);
    if (encoded)
        key.remove_suffix(kBase64.size());
    else
        core::checkSecret(key, text);
    if (!secrets.emplace(key, encoded ? decoded(key, shown, text) : core::Secret(text)).second)
        refuse("\"" + std::string(key) + "\" is there as text and as base64");
}

void append(std::vector<char>& out, std::string_view bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

} // namespace

core::Secrets secretsFromJson(std::string_view json) {
    const Json tree = parse(json);
    if (!tree.is_object())
        refuse("expected an object");
    core::Secrets secrets;
    for (const auto& [key, value] : tree.items())
        try {
            take(secrets, {key.data(), key.size()}, value);
        } catch (const core::Error& e) {
            refuse(e.what());
        }
    return secrets;
}

std::vector<char> secretsToJson(const core::Secrets& secrets) {
    std::size_t room = 16;
    for (const auto& [key, secret] : secrets)
        room += key.size() + kBase64.size() + 6 * secret.view().size() + 16;
    std::vector<char> out;
    out.reserve(room); // a vector that grows would leave copies behind
    append(out, "{");
    for (const auto& [key, secret] : secrets) {
        append(out, out.size() == 1 ? "\n  \"" : ",\n  \"");
        append(out, key);
        if (core::text::isUtf8(secret.view())) {
            append(out, "\": ");
            const Text text = Json(Text(secret.view())).dump();
            append(out, text);
        } else {
            append(out, kBase64);
            append(out, "\": \"");
            auto text = base64::encode(secret.view());
            append(out, {text.data(), text.size()});
            file_io::wipe(text);
            append(out, "\"");
        }
    }
    append(out, "\n}\n");
    return out;
}

} // namespace ppp::sys
