// SPDX-License-Identifier: LGPL-2.1-or-later
// The page, part by part.
#include "support/pppd_options_page.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include "core/pppd_options.hpp"
#include "core/text.hpp"

namespace ppp::test {
namespace {

using namespace core::pppd;
using core::text::cat;

std::string code(std::string_view word) {
    return cat('`', word, '`');
}

std::string argumentOf(const Allowed& option) {
    switch (option.argument) {
    case Argument::None:
        return "";
    case Argument::Number:
        return cat(option.least, " to ", option.most);
    case Argument::CodeSizes:
        return cat("one or two code sizes, each 0 or ", option.least, " to ", option.most);
    case Argument::Mask:
        return "a netmask";
    case Argument::Filter:
        return "a filter as in pcap-filter(7)";
    }
    return "";
}

std::string_view useOf(const Allowed& option) {
    switch (option.use) {
    case Use::Any:
        return "";
    case Use::Serial:
        return "serial lines only";
    case Use::Compression:
        return "with `ppp.compression`";
    }
    return "";
}

/// "/ipv4/local and /ipv4/peer" becomes "`ipv4.local` and `ipv4.peer`".
std::string keys(std::string_view pointers) {
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
std::map<std::string, std::string> grouped(bool wantKeys) {
    std::map<std::string, std::string> out;
    const auto add = [&](std::string_view name, const Refused& row) {
        if (isKey(row) == wantKeys) {
            std::string& names = out[wantKeys ? keys(row.instead) : std::string(row.instead)];
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

std::string pppdOptionsPage() {
    std::string out =
        "# The options of pppd, and where a profile has them\n\n"
        "Every option of pppd 2.4.9 to 2.5.2 and of its plugins for PPPoE and L2TP stands in one of three "
        "tables. Short forms\n(`-vj`, `+ipv6`, …) are other spellings of the long ones. This page is made "
        "from "
        "`daemon/core/pppd_options.cpp` by the\nprogram `pppd_options_page`; a test compares the two, and "
        "the "
        "tables with the pppd that is installed.\n\n## With a key of its own\n\n";
    out += table("key", "options of pppd", grouped(true));
    out += "\n## Passed on by `ppp.extra-options`\n\nOne string an argument: `[\"lcp-max-configure\", "
           "\"30\"]`. They tune "
           "the negotiation of this link and nothing else.\n\n| option | argument | |\n|---|---|---|\n";
    for (const Allowed& option : allowed()) {
        out += cat("| ", code(option.name), " | ", argumentOf(option), " | ", useOf(option), " |\n");
    }
    out += "\n## Not offered, on purpose\n\n";
    out += table("why", "options of pppd", grouped(false));
    return out;
}

} // namespace ppp::test
