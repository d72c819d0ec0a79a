// SPDX-License-Identifier: LGPL-2.1-or-later
// A scanner that knows only as much of JSON as it takes to find places in it.
#include "cli/edit/pointer_lines.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "core/limits.hpp"
#include "core/profile_faults.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

constexpr std::size_t kShownPointer = 256; // bytes, as core::Faults keeps of one

std::string shown(const std::string& pointer) {
    return core::text::harmless(pointer, kShownPointer);
}

} // namespace

class PointerScanner {
public:
    PointerScanner(std::string_view json, PointerLines& out) : json_(json), out_(out) {}

    void scan() {
        skip();
        out_.lines_.emplace("", line_);
        value({}, 0);
    }

private:
    char now() const { return at_ < json_.size() ? json_[at_] : '\0'; }
    bool startsWith(std::string_view what) const { return json_.substr(at_, what.size()) == what; }

    void advance(std::size_t count) {
        const std::size_t end = std::min(at_ + count, json_.size());
        line_ += static_cast<std::size_t>(std::count(json_.data() + at_, json_.data() + end, '\n'));
        at_ = end;
    }

    void advanceBehind(std::string_view what) {
        const std::size_t found = json_.find(what, at_);
        advance(found == std::string_view::npos ? json_.size() : found + what.size() - at_);
    }

    /// White space and comments.
    void skip() {
        while (at_ < json_.size()) {
            if (startsWith("//")) {
                advanceBehind("\n");
            } else if (startsWith("/*")) {
                advance(2);
                advanceBehind("*/");
            } else if (std::string_view(" \t\r\n").find(now()) != std::string_view::npos) {
                advance(1);
            } else {
                return;
            }
        }
    }

    bool take(char c) {
        skip();
        if (now() != c || at_ >= json_.size()) {
            return false;
        }
        advance(1);
        return true;
    }

    /// The token with its quotes; empty where it has no end.
    std::string_view quoted() {
        std::size_t end = at_ + 1;
        while (end < json_.size() && json_[end] != '"') {
            end += json_[end] == '\\' ? 2 : 1;
        }
        if (end >= json_.size()) {
            return {};
        }
        const auto token = json_.substr(at_, end + 1 - at_);
        advance(token.size());
        return token;
    }

    void note(const std::string& pointer) { out_.lines_[shown(pointer)] = line_; }

    /// False where it cannot be read on.
    bool value(const std::string& pointer, std::size_t depth) {
        skip();
        if (depth > core::limits::kJsonDepth || at_ >= json_.size()) {
            return false;
        }
        if (now() == '{' || now() == '[') {
            const bool object = now() == '{';
            advance(1);
            return object ? members(pointer, depth) : items(pointer, depth);
        }
        if (now() == '"') {
            return !quoted().empty();
        }
        const std::size_t end = std::min(json_.find_first_of(",]} \t\r\n/", at_), json_.size());
        const bool any = end > at_;
        advance(end - at_);
        return any;
    }

    bool members(const std::string& pointer, std::size_t depth) {
        if (take('}')) {
            return true;
        }
        do {
            skip();
            const std::size_t line = line_;
            const auto token = now() == '"' ? quoted() : std::string_view{};
            const auto key = nlohmann::json::parse(token, nullptr, false);
            if (!key.is_string()) {
                return false;
            }
            const std::string member = core::memberPointer(pointer, key.get_ref<const std::string&>());
            out_.lines_[shown(member)] = line;
            if (!take(':') || !value(member, depth + 1)) {
                return false;
            }
        } while (take(','));
        return take('}');
    }

    bool items(const std::string& pointer, std::size_t depth) {
        if (take(']')) {
            return true;
        }
        std::size_t index = 0;
        do {
            skip();
            const std::string item = core::itemPointer(pointer, index++);
            note(item);
            if (!value(item, depth + 1)) {
                return false;
            }
        } while (take(','));
        return take(']');
    }

    std::string_view json_;
    PointerLines& out_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

PointerLines::PointerLines(std::string_view json) {
    PointerScanner(json, *this).scan();
}

std::size_t PointerLines::lineOf(std::string_view pointer) const {
    while (true) {
        const auto found = lines_.find(pointer);
        if (found != lines_.end()) {
            return found->second;
        }
        const auto slash = pointer.rfind('/');
        pointer = pointer.substr(0, slash == std::string_view::npos ? 0 : slash);
        if (pointer.empty()) {
            const auto whole = lines_.find(pointer);
            return whole != lines_.end() ? whole->second : 1;
        }
    }
}

namespace {

/// "line 3, column 7" of a text that is no JSON at all.
std::size_t saidLine(std::string_view text) {
    constexpr std::string_view word = "line ";
    const auto at = text.find(word);
    std::size_t line = 0;
    if (at != std::string_view::npos && text.find(", column ", at) != std::string_view::npos) {
        std::from_chars(text.data() + at + word.size(), text.data() + text.size(), line);
    }
    return line;
}

} // namespace

PlacedFault placed(std::string_view fault, std::string_view json, const PointerLines& lines) {
    PlacedFault out;
    if (fault.empty() || fault.front() != '/') {
        out.text = fault;
        const std::size_t line = saidLine(fault);
        const auto last = static_cast<std::size_t>(std::count(json.begin(), json.end(), '\n')) + 1;
        out.line = std::min(line, last);
        return out;
    }
    // A key may hold ": " itself; where it does, the pointer that is known is meant.
    std::size_t split = fault.find(": ");
    for (auto at = split; at != std::string_view::npos; at = fault.find(": ", at + 1)) {
        if (lines.knows(fault.substr(0, at))) {
            split = at;
            break;
        }
    }
    out.pointer = fault.substr(0, split);
    out.text = split == std::string_view::npos ? std::string_view{} : fault.substr(split + 2);
    out.line = lines.lineOf(out.pointer);
    return out;
}

} // namespace ppp::cli
