// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the members of the outermost object lie. That the text is valid as a whole is for the JSON parser to
// say; what is found here is its places.
#include "cli/schedule/jsonc.hpp"

#include <vector>

#include <nlohmann/json.hpp>

#include "core/text.hpp"

namespace ppp::cli {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";

struct Member {
    std::string key;
    std::size_t keyAt, valueAt, valueEnd;
};
struct Places {
    std::size_t open, close; ///< the braces
    std::vector<Member> members;
};

/// One pass over a text that a JSON parser has accepted, so that no place is asked for that is not there.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    Places scan() {
        skipTrivia();
        Places out{at_++, 0, {}};
        for (skipTrivia(); here() != '}'; skipTrivia()) {
            if (here() == ',') {
                ++at_;
                continue;
            }
            Member member{{}, at_, 0, 0};
            skipString();
            member.key = nlohmann::json::parse(text_.substr(member.keyAt, at_ - member.keyAt));
            skipTrivia();
            ++at_; // the colon
            skipTrivia();
            member.valueAt = at_;
            skipValue();
            member.valueEnd = at_;
            out.members.push_back(std::move(member));
        }
        out.close = at_;
        return out;
    }

private:
    char here() const { return text_.at(at_); }

    void skipTrivia() {
        while (at_ < text_.size()) {
            if (text_.substr(at_, 2) == "//") {
                at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
            } else if (text_.substr(at_, 2) == "/*") {
                at_ = text_.find("*/", at_ + 2) + 2;
            } else if (kBlanks.find(here()) != std::string_view::npos) {
                ++at_;
            } else {
                return;
            }
        }
    }

    void skipString() {
        for (++at_; here() != '"'; ++at_) {
            at_ += here() == '\\' ? 1 : 0;
        }
        ++at_;
    }

    void skipValue() {
        int depth = 0;
        do {
            const char c = here();
            if (c == '"') {
                skipString();
            } else if (c == '{' || c == '[') {
                ++depth;
                ++at_;
            } else if (c == '}' || c == ']') {
                --depth;
                ++at_;
            } else if (c == ',' || c == ':') {
                ++at_;
            } else {
                at_ = text_.find_first_of(" \t\r\n,:]}/", at_);
            }
            if (depth > 0) {
                skipTrivia();
            }
        } while (depth > 0);
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::optional<Places> placesOf(std::string_view text) try {
    if (!nlohmann::json::parse(text, nullptr, true, true).is_object()) {
        return std::nullopt;
    }
    const bool mark = text.starts_with("\xef\xbb\xbf"); // a byte order mark, which the parser skips
    Places out = Scanner(mark ? text.substr(3) : text).scan();
    if (mark) {
        out.open += 3;
        out.close += 3;
        for (Member& member : out.members) {
            member.keyAt += 3;
            member.valueAt += 3;
            member.valueEnd += 3;
        }
    }
    return out;
} catch (const std::exception&) {
    return std::nullopt;
}

/// The blanks between the start of its line and the key of a member.
std::string indentOf(std::string_view text, const Places& places) {
    if (places.members.empty()) {
        return "  ";
    }
    const std::size_t key = places.members.back().keyAt;
    const std::size_t line = text.substr(0, key).rfind('\n') + 1; // npos + 1 is 0
    const std::string_view blanks = text.substr(line, key - line);
    return blanks.find_first_not_of(kBlanks) == std::string_view::npos ? std::string(blanks) : "  ";
}

std::string insert(std::string_view text, const Places& places, std::string_view member) {
    using core::text::cat;
    const bool lines = text.substr(places.open, places.close - places.open).find('\n') != std::string::npos;
    const std::size_t after = places.members.empty() ? places.open + 1 : places.members.back().valueEnd;
    const std::string_view comma = places.members.empty() ? "" : ",";
    if (!lines) {
        return cat(text.substr(0, after), comma, places.members.empty() ? "" : " ", member,
                   text.substr(after));
    }
    // Behind the comments on the value before it, which belong to that.
    const std::string_view rest = text.substr(after, places.close - after);
    const std::size_t last = rest.find_last_not_of(kBlanks);
    const std::size_t end = after + (last == std::string_view::npos ? 0 : last + 1);
    return cat(text.substr(0, after), comma, text.substr(after, end - after), "\n", indentOf(text, places),
               member, text.substr(end));
}

} // namespace

std::optional<std::string> putMember(std::string_view text, std::string_view key, std::string_view value) {
    const auto places = placesOf(text);
    if (!places) {
        return std::nullopt;
    }
    const Member* found = nullptr;
    for (const Member& member : places->members) {
        if (member.key == key) {
            if (found != nullptr) {
                return std::nullopt;
            }
            found = &member;
        }
    }
    if (found != nullptr) {
        return core::text::cat(text.substr(0, found->valueAt), value, text.substr(found->valueEnd));
    }
    return insert(text, *places, core::text::cat("\"", key, "\": ", value));
}

std::optional<std::string> memberOf(std::string_view text, std::string_view key) {
    const auto places = placesOf(text);
    if (!places) {
        return std::nullopt;
    }
    std::string out;
    for (const Member& member : places->members) {
        if (member.key == key) {
            if (!out.empty()) {
                return std::nullopt;
            }
            out = text.substr(member.valueAt, member.valueEnd - member.valueAt);
        }
    }
    return out;
}

} // namespace ppp::cli
