// SPDX-License-Identifier: LGPL-2.1-or-later
// Checks the options that a profile passes on.
#include "core/extra_options.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "core/pppd_options.hpp"
#include "core/profile_rules.hpp"
#include "core/text.hpp"

namespace ppp::core {
namespace {

using pppd::Allowed;
using pppd::Argument;
using pppd::Refused;
using pppd::Use;

std::optional<std::uint32_t> decimal(std::string_view digits) {
    std::uint32_t value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = read.ec == std::errc{} && read.ptr == digits.data() + digits.size();
    const bool octal = digits.size() > 1 && digits.front() == '0'; // pppd would read it as such
    return whole && !octal ? std::optional(value) : std::nullopt;
}

bool codeSizes(std::string_view word, const Allowed& option) {
    const auto fits = [&](std::string_view digits) {
        const auto size = decimal(digits);
        return size && (*size == 0 || (*size >= option.least && *size <= option.most));
    };
    const std::size_t comma = word.find(',');
    return fits(word.substr(0, comma)) && (comma == std::string_view::npos || fits(word.substr(comma + 1)));
}

bool fitting(const Allowed& option, const std::string& word) {
    switch (option.argument) {
    case Argument::None:
        return true;
    case Argument::Number: {
        const auto value = decimal(word);
        return value && *value >= option.least && *value <= option.most;
    }
    case Argument::CodeSizes:
        return codeSizes(word, option);
    case Argument::Mask:
        return rules::kIp4Mask.holds(word);
    case Argument::Filter:
        return true;
    }
    return false;
}

std::string expected(const Allowed& option) {
    switch (option.argument) {
    case Argument::None:
        break;
    case Argument::Number:
        return text::cat("a number from ", option.least, " to ", option.most);
    case Argument::CodeSizes:
        return text::cat("one or two code sizes, each 0 or ", option.least, " to ", option.most,
                         ", such as \"", option.most, ',', option.most, '"');
    case Argument::Mask:
        return std::string(rules::kIp4Mask.expected);
    case Argument::Filter:
        return "a filter as in pcap-filter(7)";
    }
    return {};
}

/// Goes over the words option by option. What follows an option that is refused or unknown may be its
/// argument, even a password: it is passed over, never shown.
class Walk {
public:
    Walk(const Profile& profile, Faults& faults)
        : profile_(profile), words_(profile.ppp.extraOptions), faults_(faults) {}

    void run() {
        bool skipping = false;
        for (std::size_t at = 0; at < words_.size(); ++at) {
            const Allowed* const option = pppd::findAllowed(words_[at]);
            if (option != nullptr) {
                skipping = false;
                at += allowed(*option, at);
            } else if (!skipping || known(words_[at])) {
                skipping = true;
                add(at, refused(words_[at]));
            }
        }
    }

private:
    static bool known(std::string_view word) {
        const std::string_view option = word.substr(0, word.find(' '));
        return std::any_of(pppd::refused().begin(), pppd::refused().end(),
                           [&](const Refused& row) { return row.name == option; }) ||
               pppd::findAllowed(option) != nullptr;
    }

    void add(std::size_t at, std::string what) {
        faults_.add(itemPointer("/ppp/extra-options", at), std::move(what));
    }

    /// How many arguments it has taken.
    std::size_t allowed(const Allowed& option, std::size_t at) {
        checkUse(option, at);
        if (option.argument == Argument::None) {
            return 0;
        }
        if (at + 1 == words_.size()) {
            add(at, text::cat('"', option.name, "\" is without its argument; expected ", expected(option),
                              " as the next item"));
            return 0;
        }
        if (!fitting(option, words_[at + 1])) {
            add(at + 1, text::cat(inQuotes(words_[at + 1]), " is not valid for \"", option.name,
                                  "\"; expected ", expected(option)));
        }
        return 1;
    }

    void checkUse(const Allowed& option, std::size_t at) {
        const PppSection& ppp = profile_.ppp;
        if (option.use == Use::Serial && profile_.type != LinkType::Serial) {
            add(at, text::cat('"', option.name, "\" is for serial lines; expected none of it with type \"",
                              wire(profile_.type), '"'));
        } else if (option.use == Use::Compression && ppp.compression != option.name &&
                   !(ppp.compression == "bsd" && option.name == "bsdcomp")) {
            add(at, text::cat('"', option.name, "\" only tunes it; expected /ppp/compression to turn it on"));
        } else if (option.name == "noccp" && (ppp.mppe != "off" || ppp.compression != "off")) {
            add(at, "\"noccp\" contradicts /ppp/mppe or /ppp/compression; expected one or the other");
        }
    }

    static std::string refused(std::string_view word) {
        if (const std::size_t blank = word.find(' '); blank != std::string_view::npos) {
            const std::string_view option = word.substr(0, blank);
            if (pppd::findAllowed(option) != nullptr) {
                return text::cat("\"", option, " ...\" is two arguments; expected one an item: \"", option,
                                 R"(", "...")");
            }
            word = option;
        }
        if (const Refused* const row = pppd::findRefused(word)) {
            const std::string_view lead = row->instead.starts_with('/') ? "; expected " : ": ";
            const std::string_view end = row->instead.starts_with('/') ? " instead" : "";
            return text::cat(inQuotes(word), " may not be passed on", lead, row->instead, end);
        }
        if (pppd::shortForm(word)) {
            return inQuotes(word) + " is a short form; expected the long form of the option";
        }
        return unknown(word);
    }

    static std::string unknown(std::string_view word) {
        std::vector<std::string_view> names;
        names.reserve(pppd::allowed().size() + pppd::refused().size());
        for (const Allowed& row : pppd::allowed()) {
            names.push_back(row.name);
        }
        for (const Refused& row : pppd::refused()) {
            names.push_back(row.name);
        }
        const auto near = text::nearest(word, names);
        return text::cat(inQuotes(word), " is no option that may be passed on; ",
                         near ? text::cat("did you mean \"", *near, "\"?")
                              : "expected one that tunes PPP, see pppd(8)");
    }

    const Profile& profile_;
    const std::vector<std::string>& words_;
    Faults& faults_;
};

} // namespace

void checkExtraOptions(const Profile& profile, Faults& faults) {
    Walk(profile, faults).run();
}

} // namespace ppp::core
