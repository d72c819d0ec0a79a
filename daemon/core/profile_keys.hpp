// SPDX-License-Identifier: LGPL-2.1-or-later
// The one table of a profile's keys: where each stands, what it may hold, what it is when absent, where it
// goes. Reading, checking, suggesting and the test of the JSON Schema all work from it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/profile.hpp"
#include "core/profile_rules.hpp"

namespace ppp::core {

enum class KeyKind {
    Section,   ///< an object whose keys stand below it
    Sections,  ///< a list of such objects; the pointer of a key in one has '*' for the index
    Flag,      ///< true or false
    Integer,   ///< least to most
    Number,    ///< least to most, fractions allowed
    Time,      ///< seconds, or text such as "1h30m"; least to most seconds
    WholeTime, ///< the same in whole seconds, as pppd takes them
    Text,      ///< at most `longest` bytes, by `rule` where not empty
    Choice,    ///< one of `choices`
    Texts,     ///< a list of at most `most` texts, each not empty
    Choices,   ///< a list of words of `choices`
    Mask,      ///< 32 bits: an integer, or hex digits as text
    Codes,     ///< a list of bytes: integers, or hex digits as text
    Pairs,     ///< a list of at most `most` pairs of texts, which may be empty
};

/// A value that was read and checked, on its way into the Profile; which members count depends on the kind of
/// its key.
struct KeyValue {
    bool null = false;
    bool flag = false;
    double number = 0;
    std::size_t choice = 0;
    Duration time{0};
    std::string text;
    std::vector<std::string> texts;
    std::vector<std::uint8_t> codes;
    std::vector<std::pair<std::string, std::string>> pairs;
};

using KeyStore = void (*)(Profile& profile, const KeyValue& value);

struct Key {
    std::string_view pointer{}; ///< RFC 6901
    KeyKind kind = KeyKind::Section;
    KeyStore store = nullptr;
    std::string_view standard{}; ///< the default as JSON; empty: none
    bool nullable = false;
    bool required = false; ///< in its section
    bool empty = false;    ///< a required text may be empty
    double least = 0, most = 0;
    std::size_t longest = 0;
    std::span<const std::string_view> choices{};
    const TextRule* rule = nullptr;

    std::string_view parent() const { return pointer.substr(0, pointer.rfind('/')); }
    std::string_view name() const { return pointer.substr(pointer.rfind('/') + 1); }
};

std::span<const Key> profileKeys();
const Key* findKey(std::string_view pointer);
/// What the key takes, to complete "expected ...".
std::string expectation(const Key& key);

} // namespace ppp::core
