// SPDX-License-Identifier: LGPL-2.1-or-later
// One connection, everything that a person wants to know about it; what is not there is left out.
#include "cli/status_page.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "cli/format.hpp"
#include "cli/output.hpp"
#include "cli/table.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

std::string pair(const std::string& local, const std::string& peer) {
    return clean(local) + (local.empty() || peer.empty() ? "" : " → " + clean(peer));
}

std::string title(const Snapshot& link, bool colours) {
    const std::string state = link.text("State");
    std::string out = paint(clean(link.text("Name")), Colour::Bold, colours) + "  ";
    if (const std::string type = clean(link.text("Type")); !type.empty()) {
        out += type + "  ";
    }
    out += paint(clean(state), colourOf(state), colours);
    if (const std::string phase = clean(link.text("Phase")); !phase.empty() && state != "up") {
        out += ", " + phase;
    }
    const std::string time = since(link.number(state == "up" ? "ConnectedAt" : "StateSince"));
    return out + (time.empty() ? "" : ", since " + time);
}

void addInterface(Rows& rows, const Snapshot& link) {
    const std::string interface = clean(link.text("Interface"));
    const std::string device = clean(link.text("Device"));
    if (interface.empty()) {
        rows.emplace_back("Device", device);
        return;
    }
    rows.emplace_back("Interface", interface + (device.empty() ? "" : " over " + device));
}

void addAddresses(Rows& rows, const Snapshot& link) {
    rows.emplace_back("Address", pair(link.text("LocalAddress"), link.text("PeerAddress")));
    rows.emplace_back("IPv6", join(link.texts("Addresses6")));
    rows.emplace_back("IPv6 link-local", pair(link.text("LocalAddress6"), link.text("PeerAddress6")));
    rows.emplace_back("IPv6 delegated", join(link.texts("DelegatedPrefixes")));
    rows.emplace_back("DNS", join(link.texts("DnsServers"), " "));
    if (const auto mtu = link.number("Mtu"); mtu != 0) {
        rows.emplace_back("MTU", std::to_string(mtu));
    }
    if (link.text("State") == "up") {
        rows.emplace_back("Default route", link.flag("DefaultRoute") ? "yes" : "no");
    }
}

/// A broken profile has a line a fault.
void addFailure(Rows& rows, const Snapshot& link, const std::string& label) {
    const std::string words = link.text("ReasonText");
    const std::string_view all = words;
    const auto first = all.substr(0, all.find('\n'));
    const std::string reason = clean(link.text("Reason"));
    rows.emplace_back(label, reason + (reason.empty() || first.empty() ? "" : ": ") + clean(first));
    for (auto end = first.size(); end < all.size();) {
        const auto next = std::min(all.find('\n', end + 1), all.size());
        rows.emplace_back("", clean(all.substr(end + 1, next - end - 1)));
        end = next;
    }
}

void addIntent(Rows& rows, const Snapshot& link) {
    std::string wanted = link.flag("Wanted") ? "yes" : "no";
    wanted += link.flag("AutoConnect") ? ", and at every boot" : "";
    rows.emplace_back("Wanted", wanted);
    if (link.flag("NeedsRedial")) {
        rows.emplace_back("Profile",
                          "changed since; takes effect with: pppctl redial " + clean(link.text("Name")));
    }
    if (link.flag("Metered")) {
        rows.emplace_back("Metered", "yes");
    }
    const std::string state = link.text("State");
    addFailure(rows, link, state == "up" || state == "down" ? "Last failure" : "Reason");
    if (state == "up") {
        return;
    }
    if (const auto attempt = link.number("Attempt"); attempt != 0) {
        rows.emplace_back("Attempts", std::to_string(attempt));
    }
    if (const auto next = link.number("NextAttempt"); next != 0) {
        rows.emplace_back("Next attempt", until(next));
    }
}

void addDetails(Rows& rows, const Snapshot& link) {
    Dictionary details = dictionary(link.properties, "Details");
    const bool debug = flag(details, "debug");
    details.erase("debug");
    if (const std::string at = clean(text(details, "redial-at")); !at.empty()) {
        const auto next = number(details, "next-redial");
        rows.emplace_back("Redial",
                          "every day at " + at +
                              (next == 0 ? "" : ", the next one at " + localTime(next).substr(0, 19)));
    }
    details.erase("redial-at");
    details.erase("next-redial");
    rows.emplace_back("Session", clean(describe(details)));
    if (debug) {
        rows.emplace_back("Packet log", "on; off with: pppctl debug " + clean(link.text("Name")) + " off");
    }
}

std::string traffic(const Dictionary& statistics, const std::string& way) {
    const auto errors = number(statistics, way + "-errors");
    return amount(number(statistics, way + "-bytes")) + " in " +
           std::to_string(number(statistics, way + "-packets")) + " packets" +
           (errors == 0 ? "" : ", " + std::to_string(errors) + " errors");
}

void addStatistics(Rows& rows, const Dictionary& statistics, bool up) {
    if (up) {
        rows.emplace_back("Received", traffic(statistics, "rx"));
        rows.emplace_back("Sent", traffic(statistics, "tx"));
    }
    if (const auto echo = number(statistics, "echo-rtt-us"); echo != 0) {
        rows.emplace_back("Round trip", milliseconds(echo));
    }
    if (const auto ended = number(statistics, "session-ended"); ended != 0 && !up) {
        rows.emplace_back("Last session",
                          core::text::duration(static_cast<long long>(number(statistics, "session-up-us"))) +
                              " until " + shortTime(ended, realtimeNow()) + ", " +
                              amount(number(statistics, "session-rx-bytes")) + " received, " +
                              amount(number(statistics, "session-tx-bytes")) + " sent, " +
                              clean(text(statistics, "session-reason")));
    }
    if (number(statistics, "attempts") != 0) {
        rows.emplace_back(
            "History", std::to_string(number(statistics, "sessions")) + " sessions, " +
                           std::to_string(number(statistics, "attempts")) + " attempts, " +
                           std::to_string(number(statistics, "failures")) + " failures, up for " +
                           core::text::duration(static_cast<long long>(number(statistics, "total-up-us"))));
        rows.emplace_back("In all", amount(number(statistics, "total-rx-bytes")) + " received, " +
                                        amount(number(statistics, "total-tx-bytes")) + " sent");
    }
}

} // namespace

std::vector<std::string> statusPage(const Snapshot& link, const std::optional<Dictionary>& statistics,
                                    bool colours) {
    Rows rows;
    addInterface(rows, link);
    addAddresses(rows, link);
    addIntent(rows, link);
    rows.emplace_back("Trouble", clean(text(dictionary(link.properties, "Details"), "trouble")));
    addDetails(rows, link);
    if (const auto pid = link.number("EnginePid"); pid != 0) {
        rows.emplace_back("Engine", "pppd, process " + std::to_string(pid));
    }
    if (statistics) {
        addStatistics(rows, *statistics, link.text("State") == "up");
    }

    std::vector<std::vector<Cell>> cells;
    for (const auto& [label, value] : rows) {
        if (!value.empty()) {
            cells.push_back({{"  " + label, Colour::Dim}, {value, Colour::None}});
        }
    }
    std::vector<std::string> out{title(link, colours)};
    for (auto& line : layOut(cells, 0, colours)) {
        out.push_back(std::move(line));
    }
    return out;
}

} // namespace ppp::cli
