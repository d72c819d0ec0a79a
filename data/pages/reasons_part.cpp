// SPDX-License-Identifier: LGPL-2.1-or-later
// The reasons of failures as a part of ppp-managerd(8) and of the journal's catalog: what core's tables say,
// for those who look there.
#include "parts.hpp"

#include <array>
#include <sstream>
#include <vector>

#include "core/advice.hpp"
#include "core/messages.hpp"
#include "core/reason.hpp"
#include "core/text.hpp"
#include "roff.hpp"

namespace ppp::pages {

namespace {

using core::Reason;
using core::RetryClass;
using core::text::cat;

constexpr std::size_t kCatalogWidth = 100; // columns

std::vector<Reason> reasons() {
    std::vector<Reason> out;
    for (int i = static_cast<int>(Reason::None) + 1; i <= static_cast<int>(Reason::Shutdown); ++i) {
        out.push_back(static_cast<Reason>(i));
    }
    return out;
}

/// In the order in which a page has them.
constexpr std::array kClasses{RetryClass::Auth,  RetryClass::Discovery, RetryClass::Modem,  RetryClass::Event,
                              RetryClass::Fault, RetryClass::Lost,      RetryClass::Redial, RetryClass::None};

/// What the daemon does by itself.
std::string_view sequel(RetryClass retry) {
    switch (retry) {
    case RetryClass::None:
        return "It is not dialled again by itself because of this.";
    case RetryClass::Lost:
        return "It is dialled again at once, then in growing intervals (reconnect.lost in the profile).";
    case RetryClass::Discovery:
        return "It is dialled again in growing intervals (reconnect.discovery in the profile); a link that "
               "had been up "
               "for a while is dialled again at once (reconnect.lost).";
    case RetryClass::Auth:
        return "It is dialled again in long intervals (reconnect.auth in the profile) and given up after "
               "some refusals in a "
               "row (reconnect.auth-failures): many providers lock a line that tries too often.";
    case RetryClass::Modem:
        return "It is dialled again in growing intervals (reconnect.modem in the profile).";
    case RetryClass::Event:
        return "It is dialled again as soon as what it waits for is there.";
    case RetryClass::Fault:
        return "It is not dialled again until that has changed.";
    case RetryClass::Redial:
        return "It is dialled again at once.";
    }
    return "";
}

std::string replaced(std::string text, std::string_view from, std::string_view by) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + by.size())) {
        text.replace(at, from.size(), by);
    }
    return text;
}

std::string capital(std::string text) {
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    }
    return text;
}

/// Lines of at most kCatalogWidth columns.
std::string wrapped(const std::string& text) {
    std::string out;
    std::size_t used = 0;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const bool fits = used + 1 + word.size() <= kCatalogWidth;
        out += cat(out.empty() ? "" : fits ? " " : "\n", word);
        used = fits && used > 0 ? used + 1 + word.size() : word.size();
    }
    return out + "\n";
}

} // namespace

std::string reasonsPart() {
    std::string out;
    for (const RetryClass retry : kClasses) {
        std::string entries;
        for (const Reason reason : reasons()) {
            const core::Advice advice = core::advice(reason);
            std::string text = cat(capital(std::string(core::sentence(reason))), ".");
            text += advice.meaning.empty() ? "" : cat(" This usually means that ", advice.meaning, ".");
            text += advice.remedy.empty() ? "" : cat(" What helps: ", advice.remedy, ".");
            entries += core::retryClass(reason) == retry ? entry(bold(core::wire(reason)), text) : "";
        }
        out += entries.empty() ? "" : cat(".PP\n", roff(sequel(retry)), "\n", indented(entries));
    }
    return out;
}

std::string catalogPart() {
    std::string out;
    for (const Reason reason : reasons()) {
        const core::Advice advice = core::advice(reason);
        out += cat(
            out.empty() ? "" : "\n", "-- ", core::message::failure(reason),
            "\nSubject: Connection @PPP_CONNECTION@: ", core::sentence(reason),
            "\nDefined-By: ppp-manager\nDocumentation: man:ppp-managerd(8) man:ppp-manager-profile(5)\n\n");
        const std::string meaning =
            advice.meaning.empty() ? "" : cat("This usually means that ", advice.meaning, ". ");
        out += wrapped(cat(meaning, sequel(core::retryClass(reason))));
        if (!advice.remedy.empty()) {
            const std::string remedy = replaced(std::string(advice.remedy), "NAME", "@PPP_CONNECTION@");
            out += cat("\n", wrapped(cat("What helps: ", remedy, ".")));
        }
        out += "\nMore of it, and what comes next:\n\n    pppctl explain @PPP_CONNECTION@\n";
    }
    return out;
}

} // namespace ppp::pages
