// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads single values of a profile: one function a kind of key.
#include "core/profile_read.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/text.hpp"

namespace ppp::core {
namespace {

using nlohmann::json;

/// A value in a fault's text: short values as they stand, others by their kind.
std::string shown(const json& value) {
    switch (value.type()) {
    case json::value_t::string:
        return inQuotes(value.get_ref<const std::string&>());
    case json::value_t::object:
        return "an object";
    case json::value_t::array:
        return "a list";
    default:
        return text::harmless(value.dump(), 64);
    }
}

/// Reads the value of one key; every fault goes to one place with one wording.
class ValueReader {
public:
    ValueReader(const Key& key, KeyValue& value, Faults& faults)
        : key_(key), value_(value), faults_(faults) {}

    bool read(const json& from, const std::string& pointer);

private:
    bool wrong(const std::string& pointer, std::string_view what) {
        faults_.add(pointer, text::cat(what, "; expected ", expectation(key_)));
        return false;
    }
    bool wrongType(const json& from, const std::string& pointer) {
        faults_.add(pointer, text::cat(shown(from), " is of the wrong type; expected ", expectation(key_),
                                       key_.nullable ? ", or null" : ""));
        return false;
    }

    bool number(const json& from, const std::string& pointer, bool whole);
    bool time(const json& from, const std::string& pointer);
    bool checkText(const std::string& words, const std::string& pointer, const TextRule& rule);
    bool text(const json& from, const std::string& pointer);
    bool choice(const json& from, const std::string& pointer, std::string& word);
    bool hex(const json& from, const std::string& pointer, std::uint32_t most, std::uint32_t& bits);
    bool pair(const json& from, const std::string& pointer);

    template <typename ReadItem> bool list(const json& from, const std::string& pointer, ReadItem readItem) {
        if (!from.is_array()) {
            return wrongType(from, pointer);
        }
        if (limitsItems() && static_cast<double>(from.size()) > key_.most) {
            return wrong(pointer, text::cat(from.size(), " items are too many"));
        }
        bool good = true;
        for (std::size_t i = 0; i < from.size(); ++i) {
            good = readItem(from[i], itemPointer(pointer, i)) && good;
        }
        return good;
    }
    bool limitsItems() const { return key_.kind == KeyKind::Texts || key_.kind == KeyKind::Pairs; }

    const Key& key_;
    KeyValue& value_;
    Faults& faults_;
};

bool ValueReader::number(const json& from, const std::string& pointer, bool whole) {
    if (!from.is_number()) {
        return wrongType(from, pointer);
    }
    const double read = from.get<double>();
    if (whole && std::trunc(read) != read) {
        return wrong(pointer, shown(from) + " is no whole number");
    }
    if (!(read >= key_.least && read <= key_.most)) {
        return wrong(pointer, shown(from) + " is out of range");
    }
    value_.number = read;
    return true;
}

bool ValueReader::time(const json& from, const std::string& pointer) {
    std::optional<Duration> read;
    if (from.is_string()) {
        read = parseTime(from.get_ref<const std::string&>());
        if (!read) {
            return wrong(pointer, shown(from) + " is no duration");
        }
    } else if (from.is_number()) {
        const double seconds = from.get<double>();
        if (!(seconds >= key_.least && seconds <= key_.most)) {
            return wrong(pointer, shown(from) + " is out of range");
        }
        read = Duration(std::llround(seconds * 1e6));
    } else {
        return wrongType(from, pointer);
    }
    const double seconds = std::chrono::duration<double>(*read).count();
    if (!(seconds >= key_.least && seconds <= key_.most)) {
        return wrong(pointer, shown(from) + " is out of range");
    }
    if (key_.kind == KeyKind::WholeTime && *read % std::chrono::seconds(1) != Duration(0)) {
        return wrong(pointer, shown(from) + " is no whole number of seconds");
    }
    value_.time = *read;
    return true;
}

bool ValueReader::checkText(const std::string& words, const std::string& pointer, const TextRule& rule) {
    if (words.size() > key_.longest) {
        faults_.add(pointer, text::cat(words.size(), " bytes long; expected at most ", key_.longest));
        return false;
    }
    if (text::hasControl(words)) {
        faults_.add(pointer, inQuotes(words) + " has a control character; expected text without");
        return false;
    }
    if (!words.empty() && !rule.holds(words)) {
        faults_.add(pointer, text::cat(inQuotes(words), " is not valid; expected ", rule.expected));
        return false;
    }
    return true;
}

bool ValueReader::text(const json& from, const std::string& pointer) {
    if (!from.is_string()) {
        return wrongType(from, pointer);
    }
    const auto& words = from.get_ref<const std::string&>();
    if (words.empty() && key_.required && !key_.empty) {
        return wrong(pointer, "is empty");
    }
    if (!checkText(words, pointer, *key_.rule)) {
        return false;
    }
    value_.text = words;
    return true;
}

bool ValueReader::choice(const json& from, const std::string& pointer, std::string& word) {
    if (!from.is_string()) {
        return wrongType(from, pointer);
    }
    const auto& words = from.get_ref<const std::string&>();
    const auto found = std::find(key_.choices.begin(), key_.choices.end(), words);
    if (found == key_.choices.end()) {
        std::string what = shown(from) + " is unknown; ";
        if (const auto near = text::nearest(words, key_.choices)) {
            what += text::cat("did you mean \"", *near, "\"? ");
        }
        faults_.add(pointer, text::cat(what, "expected ", alternatives(key_.choices)));
        return false;
    }
    value_.choice = static_cast<std::size_t>(found - key_.choices.begin());
    word = words;
    return true;
}

bool ValueReader::hex(const json& from, const std::string& pointer, std::uint32_t most, std::uint32_t& bits) {
    if (from.is_number_integer()) {
        const double read = from.get<double>();
        if (read < 0 || read > most) {
            return wrong(pointer, shown(from) + " is out of range");
        }
        bits = static_cast<std::uint32_t>(read);
        return true;
    }
    if (!from.is_string()) {
        return wrongType(from, pointer);
    }
    std::string_view digits = from.get_ref<const std::string&>();
    if (digits.starts_with("0x") || digits.starts_with("0X")) {
        digits.remove_prefix(2);
    }
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), bits, 16);
    const bool fits = digits.size() <= 8 && read.ptr == digits.data() + digits.size() && bits <= most;
    if (digits.empty() || read.ec != std::errc{} || !fits) {
        return wrong(pointer, shown(from) + " is not valid");
    }
    return true;
}

bool ValueReader::pair(const json& from, const std::string& pointer) {
    if (!from.is_array() || from.size() != 2 || !from[0].is_string() || !from[1].is_string()) {
        return wrong(pointer, "is no pair of texts");
    }
    auto& added = value_.pairs.emplace_back(from[0].get<std::string>(), from[1].get<std::string>());
    const bool first = checkText(added.first, itemPointer(pointer, 0), rules::kAnyText);
    return checkText(added.second, itemPointer(pointer, 1), rules::kAnyText) && first;
}

bool ValueReader::read(const json& from, const std::string& pointer) {
    value_ = {};
    if (from.is_null()) {
        value_.null = key_.nullable;
        return key_.nullable || wrong(pointer, "is null");
    }
    switch (key_.kind) {
    case KeyKind::Section:
        return from.is_object() || wrongType(from, pointer);
    case KeyKind::Sections:
        return from.is_array() || wrongType(from, pointer);
    case KeyKind::Flag:
        if (!from.is_boolean()) {
            return wrongType(from, pointer);
        }
        value_.flag = from.get<bool>();
        return true;
    case KeyKind::Integer:
        return number(from, pointer, true);
    case KeyKind::Number:
        return number(from, pointer, false);
    case KeyKind::Time:
    case KeyKind::WholeTime:
        return time(from, pointer);
    case KeyKind::Text:
        return text(from, pointer);
    case KeyKind::Choice:
        return choice(from, pointer, value_.text);
    case KeyKind::Texts:
        return list(from, pointer, [&](const json& item, const std::string& at) {
            if (!item.is_string() || item.get_ref<const std::string&>().empty()) {
                faults_.add(at, shown(item) + " is not valid; expected a text that is not empty");
                return false;
            }
            return checkText(value_.texts.emplace_back(item.get<std::string>()), at, *key_.rule);
        });
    case KeyKind::Choices:
        return list(from, pointer, [&](const json& item, const std::string& at) {
            return choice(item, at, value_.texts.emplace_back());
        });
    case KeyKind::Mask: {
        std::uint32_t bits = 0;
        const bool good = hex(from, pointer, std::numeric_limits<std::uint32_t>::max(), bits);
        value_.number = bits;
        return good;
    }
    case KeyKind::Codes:
        return list(from, pointer, [&](const json& item, const std::string& at) {
            std::uint32_t bits = 0;
            const bool good = hex(item, at, std::numeric_limits<std::uint8_t>::max(), bits);
            value_.codes.push_back(static_cast<std::uint8_t>(bits));
            return good;
        });
    case KeyKind::Pairs:
        return list(from, pointer, [&](const json& item, const std::string& at) { return pair(item, at); });
    }
    return false;
}

} // namespace

bool readValue(const Key& key, const json& from, const std::string& pointer, KeyValue& value,
               Faults& faults) {
    return ValueReader(key, value, faults).read(from, pointer);
}

std::optional<Duration> parseTime(std::string_view words) {
    struct Unit {
        char letter;
        double seconds;
    };
    constexpr std::array kUnits{Unit{'d', 86400}, Unit{'h', 3600}, Unit{'m', 60}, Unit{'s', 1}};
    constexpr std::string_view kNumber = "0123456789.";
    constexpr double kMost = 1000 * 365.0 * 86400;
    double sum = 0;
    std::size_t next = 0;
    if (words.empty()) {
        return std::nullopt;
    }
    while (!words.empty()) {
        const std::size_t digits = std::min(words.find_first_not_of(kNumber), words.size());
        double count = 0;
        const auto read =
            std::from_chars(words.data(), words.data() + digits, count, std::chars_format::fixed);
        const bool bare = digits == 0 || words.front() == '.' || words[digits - 1] == '.';
        if (bare || digits == words.size() || read.ec != std::errc{} || read.ptr != words.data() + digits) {
            return std::nullopt;
        }
        while (next < kUnits.size() && kUnits[next].letter != words[digits]) {
            ++next;
        }
        if (next == kUnits.size()) {
            return std::nullopt;
        }
        sum += count * kUnits[next].seconds;
        ++next;
        words.remove_prefix(digits + 1);
    }
    if (!(sum <= kMost)) {
        return std::nullopt;
    }
    return Duration(std::llround(sum * 1e6));
}

} // namespace ppp::core
