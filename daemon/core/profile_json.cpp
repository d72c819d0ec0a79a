// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads a profile's JSON: one pass looks for what a document tree no longer shows, the second builds the
// tree.
#include "core/profile_json.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "core/limits.hpp"
#include "core/text.hpp"

namespace ppp::core {
namespace {

using nlohmann::json;

std::string place(std::string_view bytes, std::size_t offset) {
    const std::string_view before = bytes.substr(0, offset);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t start = before.rfind('\n') + 1; // npos + 1 is 0
    return text::cat("line ", line, ", column ", before.size() - start + 1);
}

std::string shortened(std::string_view words) {
    for (const std::string_view lead : {std::string_view("] "), std::string_view("column ")}) {
        if (const std::size_t at = words.find(lead); at != std::string_view::npos) {
            words.remove_prefix(at + lead.size());
        }
    }
    if (const std::size_t at = words.find(": "); at < 8) {
        words.remove_prefix(at + 2);
    }
    return text::harmless(words, 256);
}

/// The parser's words without its name, its number, its idea of the place, and what it had read: that might
/// be a secret.
std::string parserWords(std::string words) {
    if (const std::size_t read = words.find("; last read: "); read != std::string::npos) {
        const std::size_t expected = words.rfind("; expected ");
        words.erase(read,
                    expected == std::string::npos || expected < read ? std::string::npos : expected - read);
    }
    return shortened(words);
}

class Scanner final : public nlohmann::json_sax<json> {
public:
    Scanner(std::string_view bytes, Faults& faults) : bytes_(bytes), faults_(faults) {}

    bool null() override { return value(); }
    bool boolean(bool) override { return value(); }
    bool number_integer(number_integer_t) override { return value(); }
    bool number_unsigned(number_unsigned_t) override { return value(); }
    bool number_float(number_float_t, const string_t&) override { return value(); }
    bool string(string_t&) override { return value(); }
    bool binary(binary_t&) override { return value(); }
    bool start_object(std::size_t) override { return enter(true); }
    bool start_array(std::size_t) override { return enter(false); }
    bool end_object() override { return leave(); }
    bool end_array() override { return leave(); }

    bool key(string_t& name) override {
        Level& level = levels_.back();
        level.member = memberPointer(level.pointer, name);
        if (!level.keys.insert(name).second) {
            faults_.add(level.member, "stands twice in the same object; expected once");
        }
        return true;
    }

    bool parse_error(std::size_t position, const std::string&, const json::exception& error) override {
        faults_.add("", text::cat("not JSON: ", place(bytes_, position > 0 ? position - 1 : 0), ": ",
                                  parserWords(error.what())));
        return false;
    }

private:
    struct Level {
        bool object;
        std::string pointer;  ///< of the object or list itself
        std::string member{}; ///< of the member whose value comes next
        std::size_t index = 0;
        std::set<std::string> keys{};
    };

    std::string nextPointer() const {
        if (levels_.empty()) {
            return {};
        }
        const Level& level = levels_.back();
        return level.object ? level.member : itemPointer(level.pointer, level.index);
    }

    bool value() {
        if (!levels_.empty()) {
            ++levels_.back().index;
        }
        return true;
    }

    bool enter(bool object) {
        if (levels_.size() == limits::kJsonDepth) {
            faults_.add("", text::cat("nested too deep; expected at most ", limits::kJsonDepth, " levels"));
            return false;
        }
        std::string pointer = nextPointer();
        value();
        levels_.push_back({object, std::move(pointer)});
        return true;
    }

    bool leave() {
        levels_.pop_back();
        return true;
    }

    std::string_view bytes_;
    Faults& faults_;
    std::vector<Level> levels_;
};

} // namespace

std::optional<json> readJson(std::string_view bytes, Faults& faults) {
    if (bytes.size() > limits::kProfileSize) {
        faults.add("", text::cat(bytes.size(), " bytes long; expected at most ", limits::kProfileSize));
        return std::nullopt;
    }
    if (const std::size_t good = text::utf8Prefix(bytes); good < bytes.size()) {
        faults.add("", text::cat("not UTF-8 text: ", place(bytes, good), "; expected UTF-8"));
        return std::nullopt;
    }
    if (const std::size_t nul = bytes.find('\0'); nul != std::string_view::npos) {
        faults.add("", text::cat("holds a NUL byte: ", place(bytes, nul), "; expected JSON text"));
        return std::nullopt;
    }
    Scanner scanner(bytes, faults);
    if (!json::sax_parse(bytes, &scanner, json::input_format_t::json, true, true)) {
        return std::nullopt;
    }
    json document = json::parse(bytes, nullptr, false, true);
    if (document.is_discarded()) {
        faults.add("", "not JSON");
        return std::nullopt;
    }
    return document;
}

} // namespace ppp::core
