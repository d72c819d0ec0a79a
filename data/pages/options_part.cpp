// SPDX-License-Identifier: LGPL-2.1-or-later
// The options of pppd(8) and where a profile has them: a part of ppp-manager-profile(5), and a page in
// Markdown.
#include "parts.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include "core/pppd_options.hpp"
#include "core/text.hpp"
#include "roff.hpp"

namespace ppp::pages {
namespace {

using namespace core::pppd;
using core::text::cat;

/// How a page writes what stands for itself.
using Code = std::string (*)(std::string_view word);

std::string code(std::string_view word) {
    return cat('`', word, '`');
}

std::string argumentOf(const Allowed& option) {
    switch (option.argument) {
    case core::pppd::Argument::None:
        return "";
    case core::pppd::Argument::Number:
        return cat(option.least, " to ", option.most);
    case core::pppd::Argument::CodeSizes:
        return cat("one or two code sizes, each 0 or ", option.least, " to ", option.most);
    case core::pppd::Argument::Mask:
        return "a netmask";
    case core::pppd::Argument::Filter:
        return "a filter as in pcap-filter(7)";
    }
    return "";
}

std::string useOf(const Allowed& option, Code code) {
    switch (option.use) {
    case Use::Any:
        return "";
    case Use::Serial:
        return "serial lines only";
    case Use::Compression:
        return cat("with ", code("ppp.compression"));
    }
    return "";
}

/// "/ipv4/local and /ipv4/peer" becomes "`ipv4.local` and `ipv4.peer`".
std::string keys(std::string_view pointers, Code code) {
    std::string out;
    while (!pointers.empty()) {
        const std::size_t end = std::min(pointers.find(" and "), pointers.size());
        std::string key(pointers.substr(1, end - 1));
        std::replace(key.begin(), key.end(), '/', '.');
        out += cat(out.empty() ? "" : " and ", code(key));
        pointers.remove_prefix(std::min(end + 5, pointers.size()));
    }
    return out;
}

bool isKey(const Refused& row) {
    return row.instead.starts_with('/');
}

/// Options by what stands behind them.
std::map<std::string, std::string> grouped(bool wantKeys, Code code) {
    std::map<std::string, std::string> out;
    const auto add = [&](std::string_view name, const Refused& row) {
        if (isKey(row) == wantKeys) {
            std::string& names = out[wantKeys ? keys(row.instead, code) : std::string(row.instead)];
            names += cat(names.empty() ? "" : ", ", code(name));
        }
    };
    for (const Refused& row : refused()) {
        add(row.name, row);
    }
    for (const Refused& row : refusedStarts()) {
        add(cat(row.name, "…"), row);
    }
    add("LOCAL:REMOTE", *findRefused("10.0.0.1:10.0.0.2"));
    add("SPEED", *findRefused("115200"));
    return out;
}

std::string table(std::string_view first, std::string_view second,
                  const std::map<std::string, std::string>& rows) {
    std::string out = cat("| ", first, " | ", second, " |\n|---|---|\n");
    for (const auto& [left, right] : rows) {
        out += cat("| ", left, " | ", right, " |\n");
    }
    return out;
}

} // namespace

std::string pppdOptionsPart() {
    std::string out = ".SS Options with a key of their own\n";
    for (const auto& [key, options] : grouped(true, bold)) {
        out += cat(".TP\n", key, "\n", options, "\n");
    }
    out += cat(".SS Options that ppp.extra\\-options passes on\n",
               roff("One string an argument: [\"lcp-max-configure\", \"30\"]. They tune the negotiation of "
                    "this link and "
                    "nothing else."),
               "\n");
    for (const Allowed& option : allowed()) {
        const std::string argument = argumentOf(option);
        const std::string use = useOf(option, bold);
        out += cat(".TP\n", bold(option.name), "\n",
                   argument.empty() ? std::string("no argument") : roff(argument), use.empty() ? "" : "; ",
                   use, "\n");
    }
    out += ".SS Options that are not offered, on purpose\n";
    for (const auto& [why, options] : grouped(false, bold)) {
        std::string words = roff(why);
        words.erase(std::remove(words.begin(), words.end(), '`'), words.end());
        out += cat(".TP\n", words, "\n", options, "\n");
    }
    return out;
}

std::string pppdOptionsMarkdown() {
    std::string out =
        "# The options of pppd, and where a profile has them\n\n"
        "Every option of pppd 2.4.9 to 2.5.2 and of its plugins for PPPoE and L2TP stands in one of three "
        "tables. Short forms\n(`-vj`, `+ipv6`, …) are other spellings of the long ones. This page is made "
        "from "
        "`daemon/core/pppd_options.cpp` by the\nprogram `make_page`; a test compares the two, and "
        "the "
        "tables with the pppd that is installed.\n\n## With a key of its own\n\n";
    out += table("key", "options of pppd", grouped(true, code));
    out += "\n## Passed on by `ppp.extra-options`\n\nOne string an argument: `[\"lcp-max-configure\", "
           "\"30\"]`. They tune "
           "the negotiation of this link and nothing else.\n\n| option | argument | |\n|---|---|---|\n";
    for (const Allowed& option : allowed()) {
        out += cat("| ", code(option.name), " | ", argumentOf(option), " | ", useOf(option, code), " |\n");
    }
    out += "\n## Not offered, on purpose\n\n";
    out += table("why", "options of pppd", grouped(false, code));
    return out;
}

} // namespace ppp::pages
