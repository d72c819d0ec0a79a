// SPDX-License-Identifier: LGPL-2.1-or-later
// man(7) as groff_man(7) describes it; nothing beyond that.
#include "roff.hpp"

#include "core/text.hpp"

namespace ppp::pages {

using core::text::cat;

std::string roff(std::string_view text) {
    std::string out;
    bool start = true;
    for (const char c : text) {
        if (start && (c == '.' || c == '\'')) {
            out += R"(\&)";
        }
        start = c == '\n';
        if (c == '\\') {
            out += R"(\e)";
        } else if (c == '-') {
            out += R"(\-)";
        } else {
            out += c;
        }
    }
    return out;
}

std::string bold(std::string_view word) {
    return cat(R"(\fB)", roff(word), R"(\fR)");
}

std::string italic(std::string_view word) {
    return cat(R"(\fI)", roff(word), R"(\fR)");
}

std::string entry(std::string_view tag, std::string_view text) {
    return cat(".TP\n", tag, "\n", roff(text), "\n");
}

std::string indented(std::string_view block) {
    return cat(".RS\n", block, ".RE\n");
}

} // namespace ppp::pages
