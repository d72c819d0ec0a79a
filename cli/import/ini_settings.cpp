// SPDX-License-Identifier: LGPL-2.1-or-later
// One line at a time.
#include "cli/import/ini_settings.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace ppp::cli::importing {
namespace {

constexpr std::size_t kLongestName = 128; // bytes of a section's or a setting's name

std::string_view trimLeft(std::string_view text) {
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t\v\f")));
    return text;
}

/// See IniDialect::braces.
core::Secret unwrapped(std::string_view text) {
    if (text.size() > 1 && text.front() == '{' && text.back() == '}') {
        return core::Secret(text.substr(1, text.size() - 2));
    }
    if (text.size() > 1 && text.front() == '"' && text.back() == '"') {
        text = text.substr(1, text.size() - 2);
    }
    Scratch out(text.size());
    for (const char c : text) {
        if (c != '\\') {
            out.add(c);
        }
    }
    return core::Secret(out.view());
}

class IniReader {
public:
    IniReader(std::string_view text, const std::string& path, const IniDialect& dialect)
        : text_(text), path_(path), dialect_(dialect) {}

    Settings run() {
        while (!text_.empty()) {
            const auto end = text_.find('\n');
            ++line_;
            if (out_.settings.size() == kSettings) {
                bad("…", core::text::cat("more than ", kSettings, " settings; expected fewer"));
                break;
            }
            line(text_.substr(0, end));
            text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
        }
        return std::move(out_);
    }

private:
    void bad(std::string what, std::string why) {
        out_.bad.push_back({{path_, line_}, std::move(what), std::move(why)});
    }

    void line(std::string_view text) {
        text = trimLeft(text);
        if (text.empty() || dialect_.comments.find(text.front()) != std::string_view::npos) {
            return;
        }
        if (dialect_.commentsBehind) {
            text = text.substr(0, text.find(dialect_.comments.front()));
        }
        if (text.front() == '[') {
            header(text);
        } else {
            setting(text);
        }
    }

    void header(std::string_view text) {
        const auto close = text.rfind(']');
        const std::string_view name =
            close == std::string_view::npos ? std::string_view() : trim(text.substr(1, close - 1));
        if (name.empty() || name.size() > kLongestName || !trim(text.substr(close + 1)).empty()) {
            bad("[…", "is no section's name; expected [NAME]");
            section_.clear();
            inSection_ = false;
            return;
        }
        section_ = name;
        inSection_ = true;
        out_.sections.push_back({section_, line_});
    }

    void setting(std::string_view text) {
        const auto equals = text.find('=');
        const std::string_view name = trim(text.substr(0, equals));
        const bool bare = equals == std::string_view::npos;
        if (name.empty() || name.size() > kLongestName || (bare && !dialect_.bareNames)) {
            bad("…", "is not understood; expected NAME = value");
            return;
        }
        if (!inSection_) {
            bad(core::text::cat(name, "=…"), "stands outside of any section; expected [NAME] above it");
            return;
        }
        Setting setting;
        setting.place = {path_, line_};
        setting.section = section_;
        setting.name = name;
        const std::string_view value = bare ? std::string_view() : text.substr(equals + 1);
        const std::string_view said = dialect_.keepTrailing ? trimLeft(value) : trim(value);
        setting.value = dialect_.braces ? unwrapped(said) : core::Secret(said);
        out_.settings.push_back(std::move(setting));
    }

    std::string_view text_;
    const std::string& path_;
    const IniDialect& dialect_;
    unsigned line_ = 0;
    std::string section_;
    bool inSection_ = false;
    Settings out_;
};

} // namespace

Settings readIni(std::string_view text, const std::string& path, const IniDialect& dialect) {
    return IniReader(text, path, dialect).run();
}

} // namespace ppp::cli::importing
