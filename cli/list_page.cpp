// SPDX-License-Identifier: LGPL-2.1-or-later
// Columns by what is missed least.
#include "cli/list_page.hpp"

#include <algorithm>
#include <array>
#include <bitset>

#include "cli/format.hpp"
#include "cli/output.hpp"
#include "cli/table.hpp"
#include "core/reason.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

using Rows = std::vector<std::vector<Cell>>;

enum Column : std::size_t { kName, kType, kState, kInterface, kAddress, kRemark, kColumns };

constexpr std::size_t kRemarkLeast = 24; // columns that make a reason worth reading
constexpr std::size_t kNameLeast = 12;
constexpr std::size_t kAddressLeast = 16; // any IPv4 address
constexpr std::size_t kBetween = 2;

/// The last column: how long it has been up, or why it is not and what comes next.
std::string remark(const Snapshot& link, std::uint64_t now) {
    const std::string state = link.text("State");
    if (state == "up") {
        return since(link.number("ConnectedAt"), now);
    }
    if (link.text("Phase") == "demand") {
        return "dialled when there is traffic";
    }
    if (state == "connecting" || state == "disconnecting") {
        return clean(link.text("Phase"));
    }
    const std::string reason = link.text("Reason");
    if (state == "down" && reason == "user-request") {
        return {};
    }
    std::string words = link.text("ReasonText");
    words.resize(std::min(words.find('\n'), words.size()));
    if (words.empty()) {
        words = core::sentence(core::reasonFromWire(reason).value_or(core::Reason::None));
    }
    std::string out = clean(words.empty() ? reason : words);
    if (const auto next = link.number("NextAttempt"); state == "waiting" && next != 0) {
        out = "again " + until(next, now) + (out.empty() ? "" : ": " + out);
    }
    return out;
}

std::string ownAddress(const Snapshot& link) {
    const std::string both = addresses(link);
    return both.substr(0, both.find(" → "));
}

std::vector<std::size_t> widths(const Rows& rows) {
    std::vector<std::size_t> out(kColumns, 0);
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < kColumns; ++i) {
            out[i] = std::max(out[i], columns(row[i].text));
        }
    }
    return out;
}

Rows rowsOf(const std::vector<Snapshot>& links, bool peers, const Look& look, std::uint64_t now) {
    Rows rows(1);
    for (const char* head : {"NAME", "TYPE", "STATE", "INTERFACE", "ADDRESS", "SINCE/REASON"}) {
        rows.front().push_back({head, Colour::Dim});
    }
    for (const auto& link : links) {
        const std::string state = link.text("State");
        rows.push_back({{clean(link.text("Name"))},
                        {clean(link.text("Type"))},
                        {clean(state), colourOf(state)},
                        {clean(link.text("Interface"))},
                        {peers ? addresses(link) : ownAddress(link)},
                        {remark(link, now)}});
        for (auto& cell : rows.back()) {
            cell.text = shown(cell.text, look);
        }
    }
    return rows;
}

/// The columns before the last one, with their gaps.
std::size_t taken(const std::vector<std::size_t>& sizes, const std::bitset<kColumns>& shownColumns) {
    std::size_t out = 0;
    for (std::size_t i = 0; i < kRemark; ++i) {
        out += shownColumns[i] ? sizes[i] + kBetween : 0;
    }
    return out;
}

} // namespace

std::vector<std::string> listPage(const std::vector<Snapshot>& links, const Look& look, std::uint64_t now) {
    Rows rows = rowsOf(links, true, look, now);
    std::bitset<kColumns> chosen;
    chosen.set();
    const std::size_t last = std::min(widths(rows)[kRemark], kRemarkLeast);
    const auto fits = [&] { return look.width == 0 || taken(widths(rows), chosen) + last <= look.width; };
    if (!fits()) {
        rows = rowsOf(links, false, look, now);
    }
    if (!fits()) {
        for (auto& row : rows) {
            row[kAddress].text = fit(row[kAddress].text, kAddressLeast, ellipsis(look));
        }
    }
    for (const Column column : {kType, kInterface, kAddress}) {
        if (!fits()) {
            chosen.reset(column);
        }
    }
    if (!fits()) {
        const std::size_t others = taken(widths(rows), chosen) - widths(rows)[kName] + last;
        const std::size_t room = std::max(look.width - std::min(look.width, others), kNameLeast);
        for (auto& row : rows) {
            row[kName].text = fit(row[kName].text, room, ellipsis(look));
        }
    }
    Rows cut;
    for (const auto& row : rows) {
        cut.emplace_back();
        for (std::size_t i = 0; i < kColumns; ++i) {
            if (chosen[i]) {
                cut.back().push_back(row[i]);
            }
        }
    }
    return layOut(std::move(cut), look);
}

} // namespace ppp::cli
