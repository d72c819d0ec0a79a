// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables of result codes and of mobile equipment errors.
#include "core/modem_line.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/text.hpp"

namespace ppp::core {

namespace {

struct Word {
    std::string_view text;
    ModemResult result;
};

constexpr std::array kWhole{
    Word{"OK", ModemResult::Ok},
    Word{"RING", ModemResult::Ringing},
    Word{"RINGING", ModemResult::Ringing},
    Word{"NO CARRIER", ModemResult::CarrierLost},
    Word{"VOICE", ModemResult::CarrierLost}, // somebody lifted the receiver: there will be no carrier
    Word{"ERROR", ModemResult::Faulty},
    Word{"COMMAND NOT SUPPORT", ModemResult::Faulty},
    Word{"BLACKLISTED", ModemResult::Faulty}, // the number was tried too often
    Word{"NO DIALTONE", ModemResult::ToneMissing},
    Word{"NO DIAL TONE", ModemResult::ToneMissing},
    Word{"BUSY", ModemResult::Busy},
    Word{"NO ANSWER", ModemResult::Unanswered},
};

constexpr std::array kStart{
    Word{"CONNECT", ModemResult::Connected},  Word{"RING ", ModemResult::Ringing},
    Word{"DELAYED", ModemResult::Faulty},     Word{"+CME ERROR:", ModemResult::Faulty},
    Word{"+CMS ERROR:", ModemResult::Faulty}, Word{"NO CARRIER:", ModemResult::CarrierLost},
};

constexpr std::array kNumbers{ModemResult::Ok,          ModemResult::Connected, ModemResult::Ringing,
                              ModemResult::CarrierLost, ModemResult::Faulty,    ModemResult::Connected,
                              ModemResult::ToneMissing, ModemResult::Busy,      ModemResult::Unanswered};

struct Trouble {
    unsigned number;
    std::string_view words;
};

constexpr std::array kTroubles{
    Trouble{0, "phone failure"},
    Trouble{3, "operation not allowed"},
    Trouble{4, "operation not supported"},
    Trouble{cme::kSimMissing, "SIM not inserted"},
    Trouble{cme::kPinWanted, "SIM PIN required"},
    Trouble{cme::kPukWanted, "SIM PUK required"},
    Trouble{13, "SIM failure"},
    Trouble{cme::kSimBusy, "SIM busy"},
    Trouble{15, "SIM wrong"},
    Trouble{cme::kWrongPassword, "incorrect password"},
    Trouble{17, "SIM PIN2 required"},
    Trouble{18, "SIM PUK2 required"},
    Trouble{30, "no network service"},
    Trouble{31, "network timeout"},
    Trouble{32, "network not allowed - emergency calls only"},
};

std::optional<unsigned> number(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool sameWords(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

/// What stands behind "+CME ERROR:".
std::optional<std::string_view> cmeText(std::string_view line) {
    constexpr std::string_view kHead = "+CME ERROR:";
    if (!line.starts_with(kHead)) {
        return std::nullopt;
    }
    line.remove_prefix(kHead.size());
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    return line;
}

} // namespace

std::optional<std::string> ModemLines::take(char byte) {
    const char plain = static_cast<char>(static_cast<unsigned char>(byte) & 0x7f);
    if (plain != '\r' && plain != '\n') {
        const bool noise = plain <= ' ' || plain == 0x7f;
        if (line_.size() < kLongest && !(noise && line_.empty())) {
            line_ += plain;
        }
        return std::nullopt;
    }
    std::string line;
    line.swap(line_);
    line.erase(line.find_last_not_of(std::string_view(" \t\0", 3)) + 1);
    return line.empty() ? std::nullopt : std::optional(std::move(line));
}

std::optional<ModemResult> modemResult(std::string_view line) {
    const auto is = [line](const Word& word) { return word.text == line; };
    if (const auto* word = std::find_if(kWhole.begin(), kWhole.end(), is); word != kWhole.end()) {
        return word->result;
    }
    const auto starts = [line](const Word& word) { return line.starts_with(word.text); };
    if (const auto* word = std::find_if(kStart.begin(), kStart.end(), starts); word != kStart.end()) {
        return word->result;
    }
    const auto code = line.size() <= 3 ? number(line) : std::nullopt;
    if (!code) {
        return std::nullopt;
    }
    return *code < kNumbers.size() ? kNumbers[*code] : ModemResult::Connected;
}

std::optional<unsigned> cmeError(std::string_view line) {
    const auto text = cmeText(line);
    if (!text) {
        return std::nullopt;
    }
    if (const auto value = number(*text)) {
        return value;
    }
    const auto* known = std::find_if(kTroubles.begin(), kTroubles.end(),
                                     [&](const Trouble& t) { return sameWords(t.words, *text); });
    return known == kTroubles.end() ? std::nullopt : std::optional(known->number);
}

std::string explained(std::string_view line) {
    const auto text = cmeText(line);
    const std::string shown = text::harmless(line, ModemLines::kLongest);
    const auto value = text ? number(*text) : std::nullopt;
    if (!value) {
        return shown;
    }
    const auto* known = std::find_if(kTroubles.begin(), kTroubles.end(),
                                     [wanted = *value](const Trouble& t) { return t.number == wanted; });
    return known == kTroubles.end() ? shown : text::cat(shown, " (", known->words, ")");
}

} // namespace ppp::core
