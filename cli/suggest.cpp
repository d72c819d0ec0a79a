// SPDX-License-Identifier: LGPL-2.1-or-later
// Near words, and words of other tools.
#include "cli/suggest.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"

namespace ppp::cli {

namespace {

struct Synonym {
    std::string_view other, ours;
};

// nmcli, wvdial, systemctl, ifupdown, poff and the habits of their users.
constexpr std::array kSynonyms{Synonym{"start", "up"},        Synonym{"connect", "up"},
                               Synonym{"dial", "up"},         Synonym{"activate", "up"},
                               Synonym{"on", "up"},           Synonym{"stop", "down"},
                               Synonym{"disconnect", "down"}, Synonym{"hangup", "down"},
                               Synonym{"deactivate", "down"}, Synonym{"off", "down"},
                               Synonym{"restart", "redial"},  Synonym{"reconnect", "redial"},
                               Synonym{"delete", "remove"},   Synonym{"rm", "remove"},
                               Synonym{"del", "remove"},      Synonym{"ls", "list"},
                               Synonym{"info", "status"},     Synonym{"cat", "show"},
                               Synonym{"logs", "log"},        Synonym{"journal", "log"},
                               Synonym{"why", "explain"},     Synonym{"scan", "discover"},
                               Synonym{"create", "add"},      Synonym{"new", "add"},
                               Synonym{"watch", "monitor"},   Synonym{"password", "set-secret"}};

constexpr std::size_t kNamesShown = 8;

std::string lower(std::string_view word) {
    std::string out(word);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

bool isOne(std::string_view word, std::span<const std::string_view> known) {
    return std::find(known.begin(), known.end(), word) != known.end();
}

} // namespace

std::optional<std::string> nearWord(std::string_view word, std::span<const std::string_view> known) {
    const std::string wanted = lower(word);
    const auto same = std::find_if(known.begin(), known.end(),
                                   [&](std::string_view candidate) { return lower(candidate) == wanted; });
    if (same != known.end()) {
        return std::string(*same);
    }
    if (const auto near = core::text::nearest(word, known)) {
        return std::string(*near);
    }
    std::optional<std::string> begins;
    for (const std::string_view candidate : known) {
        if (wanted.size() >= 2 && lower(candidate).rfind(wanted, 0) == 0) {
            if (begins) {
                return std::nullopt;
            }
            begins = candidate;
        }
    }
    return begins;
}

std::string verbHint(std::string_view word, std::string_view next, std::span<const std::string_view> known) {
    const std::string wanted = lower(word);
    for (const auto& [other, ours] : kSynonyms) {
        if (other == wanted && isOne(ours, known)) {
            return core::text::cat("Did you mean '", ours, "'?");
        }
    }
    if (!next.empty() && isOne(next, known)) {
        return core::text::cat("Did you mean 'pppctl ", next, " ", word, "'?");
    }
    if (const auto near = nearWord(word, known)) {
        return "Did you mean '" + *near + "'?";
    }
    return "See what there is: pppctl --help";
}

std::string connectionHint(std::string_view name, std::span<const std::string_view> known) {
    if (known.empty()) {
        return kAddHint;
    }
    if (const auto near = nearWord(name, known)) {
        return "Did you mean '" + *near + "'? See what there is: pppctl list";
    }
    if (known.size() > kNamesShown) {
        return "See what there is: pppctl list";
    }
    std::string names;
    for (const std::string_view one : known) {
        names += core::text::cat(names.empty() ? "" : ", ", one);
    }
    return "There is: " + names;
}

} // namespace ppp::cli
