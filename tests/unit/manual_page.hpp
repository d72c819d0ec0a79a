// SPDX-License-Identifier: LGPL-2.1-or-later
// A manual page as a test looks at it: sections, subsections, tags of lists, and the text without its markup.
#pragma once

#include <sstream>
#include <string>
#include <vector>

namespace ppp::test {

/// A line of a page as a reader sees it, as far as our own pages go: fonts, hyphens, quotes and macros of
/// fonts.
inline std::string plain(std::string line) {
    for (const char* macro : {".B ", ".I ", ".BR ", ".IR ", ".BI ", ".SH ", ".SS "}) {
        if (line.rfind(macro, 0) == 0) {
            line.erase(0, std::string(macro).size());
        }
    }
    std::string out;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] != '\\') {
            out += line[at];
            continue;
        }
        const char what = at + 1 < line.size() ? line[++at] : '\\';
        if (what == 'f') {
            ++at;
        } else if (what == '(') {
            out += line.substr(at + 1, 2) == "dq" ? "\"" : "";
            at += 2;
        } else if (what != '&') {
            out += what == 'e' ? '\\' : what;
        }
    }
    return out;
}

/// A ".TP" and what follows up to the next one.
struct Tagged {
    std::string tag;    ///< plain
    bool value = false; ///< the tag has something in italics: a placeholder
    std::string text;   ///< plain, one line
};

/// A ".SH" or ".SS".
struct Part {
    std::string heading; ///< plain
    std::vector<Tagged> entries;
};

inline std::vector<Part> parts(const std::string& page) {
    std::vector<Part> out;
    std::istringstream lines(page);
    bool tag = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind(".SH ", 0) == 0 || line.rfind(".SS ", 0) == 0) {
            out.push_back({plain(line), {}});
        } else if (line == ".TP") {
            tag = true;
        } else if (tag) {
            out.back().entries.push_back({plain(line), line.find(R"(\fI)") != std::string::npos, {}});
            tag = false;
        } else if (!out.empty() && !out.back().entries.empty()) {
            std::string& text = out.back().entries.back().text;
            text += (text.empty() ? "" : " ") + plain(line);
        }
    }
    return out;
}

} // namespace ppp::test
