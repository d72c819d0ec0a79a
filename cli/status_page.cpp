// SPDX-License-Identifier: LGPL-2.1-or-later
// One connection, everything that a person wants to know about it: first how it is, then what it has, then
// what it has had. What is not there is left out.
#include "cli/status_page.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "cli/format.hpp"
#include "cli/output.hpp"
#include "core/advice.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

using core::text::cat;

constexpr std::size_t kIndent = 2;
constexpr std::size_t kLabel = 10; // the longest label
constexpr std::size_t kValueAt = kIndent + kLabel + 2;
constexpr std::size_t kStackedAt = 4; // of a value that finds no room beside its label

struct Row {
    std::string label, value;
    Colour colour = Colour::None;
};

/// What the rows are made of.
struct Page {
    const Snapshot& link;
    const std::optional<Dictionary>& statistics;
    std::uint64_t now;
    std::string state, name;
    bool up;
    std::vector<Row> rows;

    void add(std::string label, std::string value, Colour colour = Colour::None) {
        if (!value.empty()) {
            rows.push_back({std::move(label), std::move(value), colour});
        }
    }
    std::string word(const std::string& property) const { return clean(link.text(property)); }
    std::string when(std::uint64_t time) const { return shortTime(time, now); }
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kPhases{{
    {"device", "opens the device"},
    {"carrier", "waits for the carrier"},
    {"queued", "waits for its turn"},
    {"secrets", "fetches the password"},
    {"dialing", "dials"},
    {"discovery", "looks for the provider"},
    {"tunnel", "opens the tunnel"},
    {"lcp", "agrees on the link"},
    {"auth", "logs in"},
    {"network", "asks for addresses"},
    {"applying", "puts addresses, routes and DNS in force"},
}};

std::string pair(const std::string& local, const std::string& peer) {
    return clean(local) + (local.empty() || peer.empty() ? "" : " → " + clean(peer));
}

std::string_view symbolOf(const std::string& state) {
    return state == "up" ? "●" : state == "down" ? "○" : state == "failed" ? "×" : "↻";
}

/// How it goes on: "for 5 min 12 s, since 02:50:11".
std::string course(const Page& page) {
    const std::string phase = page.word("Phase");
    const auto start = page.link.number(page.up ? "ConnectedAt" : "StateSince");
    const std::string time =
        start == 0 ? "" : cat("for ", since(start, page.now), ", since ", page.when(start));
    if (page.state == "connecting") {
        return cat(time.empty() ? "" : "for " + since(start, page.now) + ": ", phaseWords(phase));
    }
    if (page.state != "waiting") {
        return time;
    }
    const std::string device = page.word("Device");
    if (phase == "demand") {
        return "for traffic";
    }
    if (const auto next = page.link.number("NextAttempt"); next != 0) {
        return cat("for the next attempt, ", until(next, page.now));
    }
    return phase == "carrier"  ? cat("for the carrier", device.empty() ? "" : " of " + device)
           : phase == "device" ? cat("for ", device.empty() ? "the device" : device)
           : phase.empty()     ? time
                               : "for " + phase;
}

/// "● isp  pppoe  up for 5 min", broken where the terminal ends.
std::vector<std::string> title(const Page& page, const Look& look) {
    struct Piece {
        std::string text;
        Colour colour;
        std::size_t gap; ///< blanks in front
    };
    const Colour colour = colourOf(page.state);
    std::vector<Piece> pieces{{std::string(symbolOf(page.state)), colour, 0}, {page.name, Colour::Bold, 1}};
    if (const std::string type = page.word("Type"); !type.empty()) {
        pieces.push_back({type, Colour::None, 2});
    }
    pieces.push_back({clean(page.state), colour, 2});
    const std::string rest = course(page);
    for (std::size_t at = 0; at < rest.size();) {
        const std::size_t end = std::min(rest.find(' ', at), rest.size());
        pieces.push_back({rest.substr(at, end - at), Colour::None, 1});
        at = end + 1;
    }
    std::vector<std::string> out{""};
    std::size_t used = 0;
    for (const auto& [piece, painted, gap] : pieces) {
        const std::string text = shown(piece, look);
        if (look.width != 0 && used > kIndent && used + gap + columns(text) > look.width) {
            out.emplace_back(kIndent, ' ');
            used = kIndent;
        } else {
            out.back() += std::string(gap, ' ');
            used += gap;
        }
        out.back() += paint(text, painted, look.colours);
        used += columns(text);
    }
    return out;
}

/// Why it is not up, or was not: a broken profile has a line a fault.
void addFailure(Page& page) {
    const std::string word = page.word("Reason");
    if (word.empty()) {
        return;
    }
    const bool now = page.state == "failed" || page.state == "waiting";
    const Colour colour = page.state == "failed" ? Colour::Red : now ? Colour::Yellow : Colour::None;
    const auto reason = core::reasonFromWire(word).value_or(core::Reason::None);
    std::string words = page.link.text("ReasonText");
    if (words.empty()) {
        words = core::sentence(reason);
    }
    std::string label = now ? "Reason" : "Last end";
    std::string_view rest = words;
    std::string first = word + (words.empty() ? "" : ": ");
    do {
        const auto end = std::min(rest.find('\n'), rest.size());
        page.add(std::exchange(label, ""), std::exchange(first, "") + clean(rest.substr(0, end)), colour);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    } while (!rest.empty());
    if (!now) {
        return;
    }
    std::string remedy(core::advice(reason, words).remedy);
    for (auto at = remedy.find("NAME"); at != std::string::npos; at = remedy.find("NAME", at)) {
        remedy.replace(at, 4, page.name);
        at += page.name.size();
    }
    page.add("What helps", remedy);
}

void addCourse(Page& page) {
    addFailure(page);
    const auto attempt = page.link.number("Attempt");
    if (const auto next = page.link.number("NextAttempt"); next != 0) {
        page.add("Next try", cat(page.when(next), ", attempt ", attempt + 1));
    } else if (!page.up && attempt > 1) {
        page.add("Attempts", std::to_string(attempt));
    }
    const Dictionary details = dictionary(page.link.properties, "Details");
    page.add("Trouble", clean(text(details, "trouble")), Colour::Yellow);
    if (page.link.flag("NeedsRedial") && text(details, "profile-faults").empty()) {
        page.add("Profile", cat("changed since; takes effect with: pppctl redial ", page.name),
                 Colour::Yellow);
    }
    if (const std::string at = clean(text(details, "redial-at")); !at.empty()) {
        const auto next = number(details, "next-redial");
        page.add("Redial",
                 cat("every day at ", at, next == 0 ? std::string() : cat(", next ", page.when(next))));
    }
}

void addPlace(Page& page) {
    const std::string interface = page.word("Interface");
    const std::string device = page.word("Device");
    const auto mtu = page.link.number("Mtu");
    if (interface.empty()) {
        page.add("Device", device);
    } else {
        page.add("Interface", cat(interface, device.empty() ? "" : " over " + device,
                                  mtu == 0 ? std::string() : cat(", MTU ", mtu)));
    }
    page.add("Address", pair(page.link.text("LocalAddress"), page.link.text("PeerAddress")));
    page.add("IPv6", join(page.link.texts("Addresses6")));
    page.add("Link-local", pair(page.link.text("LocalAddress6"), page.link.text("PeerAddress6")));
    page.add("Delegated", join(page.link.texts("DelegatedPrefixes")));
    const Dictionary details = dictionary(page.link.properties, "Details");
    for (const auto& [key, label] : {std::pair{"ipv4", "No IPv4"}, {"ipv6", "No IPv6"}}) {
        if (page.up) {
            page.add(label, clean(text(details, key)));
        }
    }
    page.add("Meanwhile", clean(text(details, "until-dialled")));
    page.add("DNS", join(page.link.texts("DnsServers")));
    if (page.up) {
        page.add("Route", page.link.flag("DefaultRoute") ? "the machine's default route"
                                                         : "not the machine's default route");
    }
}

std::string traffic(const Dictionary& statistics, const std::string& way) {
    const auto errors = number(statistics, way + "-errors");
    return cat(amount(number(statistics, way + "-bytes")), " in ", number(statistics, way + "-packets"),
               " packets", errors == 0 ? std::string() : cat(", ", errors, " errors"));
}

void addTraffic(Page& page) {
    if (!page.statistics || !page.up) {
        return;
    }
    page.add("Received", traffic(*page.statistics, "rx"));
    page.add("Sent", traffic(*page.statistics, "tx"));
    const auto echo = number(*page.statistics, "echo-rtt-us");
    page.add("Round trip",
             echo != 0 ? milliseconds(echo) + " to the peer and back, just now"
                       : "the peer does not answer echoes",
             echo != 0 ? Colour::None : Colour::Yellow);
}

/// Who is at the other end, as far as it told.
void addSession(Page& page) {
    Dictionary details = dictionary(page.link.properties, "Details");
    const auto take = [&details](const char* key) {
        const auto value = details.find(key);
        if (value == details.end()) {
            return std::string();
        }
        const auto words = textOf(value->second);
        std::string out = words ? clean(*words) : std::to_string(numberOf(value->second).value_or(0));
        details.erase(value);
        return out;
    };
    for (const char* told :
         {"trouble", "redial-at", "next-redial", "ipv4", "ipv6", "until-dialled", "profile-faults"}) {
        details.erase(told);
    }
    const bool debug = flag(details, "debug");
    details.erase("debug");
    std::string peer;
    const auto append = [&peer](const std::string& before, const std::string& value, const char* after = "") {
        if (!value.empty()) {
            peer += cat(peer.empty() ? "" : ", ", before, value, after);
        }
    };
    append("", take("access-concentrator"));
    append("", take("peer-mac"));
    append("", take("server-address"));
    append("", take("peer-host-name"));
    append("session ", take("session-id"));
    const std::string tunnel = take("tunnel-id");
    const std::string far = take("peer-tunnel-id");
    append("tunnel ", tunnel + (tunnel.empty() || far.empty() ? "" : "/") + far);
    append("login by ", take("auth-protocol"));
    append("payload of ", take("max-payload"), " bytes");
    page.add("Peer", peer);
    page.add("Modem", take("modem"));
    page.add("Details", clean(describe(details)));
    if (const auto pid = page.link.number("EnginePid"); pid != 0) {
        page.add("Engine", cat("pppd, process ", pid));
    }
    if (debug) {
        page.add("Packet log", cat("on; off with: pppctl debug ", page.name, " off"));
    }
}

void addIntent(Page& page) {
    const bool wanted = page.link.flag("Wanted");
    const bool boots = page.link.flag("AutoConnect");
    page.add("Wanted", cat(!wanted                  ? "no"
                           : page.state == "failed" ? "yes, but given up"
                                                    : "yes, kept up",
                           boots ? wanted ? ", also after a boot" : ", but dialled at every boot" : ""));
    if (page.link.flag("Metered")) {
        page.add("Metered", "yes");
    }
}

void addHistory(Page& page) {
    if (!page.statistics) {
        return;
    }
    const Dictionary& counted = *page.statistics;
    const auto upFor = [&](const char* key) {
        return core::text::duration(static_cast<long long>(number(counted, key)));
    };
    if (const auto ended = number(counted, "session-ended"); ended != 0 && !page.up) {
        page.add("Last time", cat("up for ", upFor("session-up-us"), " until ", page.when(ended), ", ",
                                  amount(number(counted, "session-rx-bytes")), " received, ",
                                  amount(number(counted, "session-tx-bytes")), " sent, ",
                                  clean(text(counted, "session-reason"))));
    }
    const auto plural = [](std::uint64_t count, const char* what) {
        return cat(count, " ", what, count == 1 ? "" : "s");
    };
    if (number(counted, "attempts") != 0) {
        page.add("History", cat(plural(number(counted, "sessions"), "session"), ", ",
                                plural(number(counted, "attempts"), "attempt"), ", ",
                                plural(number(counted, "failures"), "failure"), ", up for ",
                                upFor("total-up-us"), " since the machine booted"));
        page.add("In all", cat(amount(number(counted, "total-rx-bytes")), " received, ",
                               amount(number(counted, "total-tx-bytes")), " sent"));
    }
}

void print(const Row& row, const Look& look, std::vector<std::string>& out) {
    const std::string label = shown(row.label, look);
    const std::string value = shown(row.value, look);
    const std::size_t room = look.width == 0 ? 0 : look.width - std::min(look.width - 1, kValueAt);
    const bool stacked = room != 0 && longestWord(value) > room;
    const std::size_t at = stacked ? kStackedAt : kValueAt;
    const std::size_t left = stacked ? look.width - std::min(look.width - 1, at) : room;
    std::string head =
        label.empty() ? "" : std::string(kIndent, ' ') + paint(label, Colour::Dim, look.colours);
    std::size_t used = label.empty() ? 0 : kIndent + columns(label);
    if (stacked && !label.empty()) {
        out.push_back(std::exchange(head, ""));
        used = 0;
    }
    for (const auto& line : wrapped(value, left)) {
        out.push_back(std::exchange(head, "") + std::string(at - used, ' ') +
                      paint(line, row.colour, look.colours));
        used = 0;
    }
}

} // namespace

std::string phaseWords(const std::string& phase) {
    const auto* known =
        std::find_if(kPhases.begin(), kPhases.end(), [&](const auto& row) { return row.first == phase; });
    return known == kPhases.end() ? phase : cat(known->second, " (", phase, ")");
}

std::vector<std::string> statusPage(const Snapshot& link, const std::optional<Dictionary>& statistics,
                                    const Look& look, std::uint64_t now) {
    const std::string state = link.text("State");
    Page page{link, statistics, now, state, clean(link.text("Name")), state == "up", {}};
    addCourse(page);
    addPlace(page);
    addTraffic(page);
    addSession(page);
    addIntent(page);
    addHistory(page);
    std::vector<std::string> out = title(page, look);
    for (const auto& row : page.rows) {
        print(row, look, out);
    }
    return out;
}

} // namespace ppp::cli
