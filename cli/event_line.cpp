// SPDX-License-Identifier: LGPL-2.1-or-later
// A sentence for each kind of event; of a kind that is not known, what the daemon says of it.
#include "cli/event_line.hpp"

#include <string_view>

#include "cli/format.hpp"
#include "cli/output.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

/// " ppp0 10.64.0.100 → 10.64.0.1", as far as the event tells.
std::string linkOf(const Dictionary& details) {
    std::string out;
    for (const char* part : {"interface", "local", "peer"}) {
        if (const std::string word = text(details, part); !word.empty()) {
            out += (std::string_view(part) == "peer" ? " → " : " ") + word;
        }
    }
    return out;
}

std::string stateSentence(const Dictionary& details) {
    std::string out = text(details, "old") + " → " + text(details, "new");
    if (const std::string link = linkOf(details); !link.empty()) {
        out += "," + link;
    }
    if (const auto took = number(details, "took-us"); took != 0) {
        out += ", " + seconds(took);
    }
    if (const std::string reason = text(details, "reason"); !reason.empty()) {
        out += ", " + reason;
    }
    if (const auto next = number(details, "next-us"); next != 0) {
        out += ", next attempt in " + core::text::duration(static_cast<long long>(next));
    }
    return out;
}

std::string moved(const Dictionary& details) {
    const std::string before = text(details, "previous");
    return (before.empty() ? "" : before + " → ") + text(details, "local");
}

std::string sentence(const std::string& what, const Dictionary& details) {
    if (what == "state") {
        return stateSentence(details);
    }
    if (what == "phase") {
        const std::string previous = text(details, "previous");
        return text(details, "phase") +
               (previous.empty() ? "" : ", " + previous + " took " + seconds(number(details, "after-us")));
    }
    if (what == "failure") {
        const auto attempt = number(details, "attempt");
        return text(details, "reason") + ": " + text(details, "text") +
               (attempt == 0 ? "" : " (attempt " + std::to_string(attempt) + ")");
    }
    if (what == "session") {
        return text(details, "reason") + ", after " +
               core::text::duration(static_cast<long long>(number(details, "up-us"))) + ", " +
               amount(number(details, "rx-bytes")) + " received, " + amount(number(details, "tx-bytes")) +
               " sent";
    }
    if (what == "address") {
        return moved(details);
    }
    if (what == "engine") {
        return "pppd started, process " + std::to_string(number(details, "pid"));
    }
    if (what == "redial") {
        return "asked for by " + text(details, "origin");
    }
    if (what == "redialled") {
        return "by " + text(details, "origin") + ", " + moved(details) + ", without a link for " +
               seconds(number(details, "down-us"));
    }
    if (what == "hook") {
        return text(details, "hook") + ": " + text(details, "text");
    }
    if (what == "repaired") {
        return "somebody " + text(details, "what") + "; put right again";
    }
    return describe(details);
}

} // namespace

std::string eventSentence(const std::string& what, const Dictionary& details) {
    return clean(sentence(what, details));
}

Colour eventColour(const std::string& what, const Dictionary& details) {
    if (what == "failure" || what == "hook" || what == "daemon-stopped") {
        return Colour::Red;
    }
    if (what != "state") {
        return what == "phase" || what == "engine" ? Colour::Dim : Colour::Bold;
    }
    const std::string state = text(details, "new");
    return state == "down" ? Colour::Bold : colourOf(state);
}

} // namespace ppp::cli
