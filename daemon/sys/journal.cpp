// SPDX-License-Identifier: LGPL-2.1-or-later
// Lines to journald or to stderr.
#include "sys/journal.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include <sys/uio.h>
#include <unistd.h>

#define SD_JOURNAL_SUPPRESS_LOCATION // every line would carry this file's name
#include <systemd/sd-journal.h>

#include "core/text.hpp"

namespace ppp::sys {
namespace {

constexpr std::size_t kTextMax = 4096; // bytes of one message
constexpr const char* kJournalSocket = "/run/systemd/journal/socket";

using core::Severity;
using Target = SystemJournal::Target;

struct LevelWord {
    Severity level;
    std::string_view word;
};
constexpr std::array kLevels{
    LevelWord{Severity::Error, "err"},     LevelWord{Severity::Warning, "warning"},
    LevelWord{Severity::Notice, "notice"}, LevelWord{Severity::Info, "info"},
    LevelWord{Severity::Debug, "debug"},
};
constexpr std::array<std::string_view, 4> kGraver{"emerg", "alert", "crit", "error"};

struct TargetWord {
    Target target;
    std::string_view word;
};
constexpr std::array kTargets{
    TargetWord{Target::Journal, "journal"},
    TargetWord{Target::Console, "console"},
    TargetWord{Target::Null, "null"},
};

bool validField(std::string_view field) {
    const auto end = field.find('=');
    const auto name = field.substr(0, end);
    return end != std::string_view::npos && !name.empty() && name.size() <= 64 && name.front() != '_' &&
           !(name.front() >= '0' && name.front() <= '9') && std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
           });
}

void toJournal(const std::vector<std::string>& lines) {
    std::vector<iovec> parts;
    parts.reserve(lines.size());
    for (const auto& line : lines) {
        // iovec has no const form; sd_journal_sendv(3) only reads.
        parts.push_back({const_cast<char*>(line.data()), line.size()});
    }
    sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
}

} // namespace

SystemJournal::SystemJournal() : target_(autoTarget()) {}

SystemJournal::Target SystemJournal::autoTarget() {
    return ::access(kJournalSocket, W_OK) == 0 ? Target::Journal : Target::Console;
}

void SystemJournal::log(Severity severity, const std::string& connection, const std::string& text,
                        const std::vector<std::string>& fields) {
    if (severity > level_ || target_ == Target::Null) {
        return;
    }
    const std::string message = (connection.empty() ? text : connection + ": " + text).substr(0, kTextMax);
    if (target_ == Target::Console) {
        std::fprintf(stderr, "%s: %s\n", std::string(wire(severity)).c_str(),
                     core::text::harmless(message, kTextMax).c_str());
        return;
    }
    std::vector<std::string> lines{"MESSAGE=" + message,
                                   "PRIORITY=" + std::to_string(static_cast<int>(severity)),
                                   std::string("SYSLOG_IDENTIFIER=") + kIdentifier};
    if (!connection.empty()) {
        lines.push_back("PPP_CONNECTION=" + connection);
    }
    std::copy_if(fields.begin(), fields.end(), std::back_inserter(lines), validField);
    toJournal(lines);
}

std::string_view SystemJournal::wire(Severity level) {
    const auto* found =
        std::find_if(kLevels.begin(), kLevels.end(), [&](auto& row) { return row.level == level; });
    return found->word;
}

std::string_view SystemJournal::wire(Target target) {
    const auto* found =
        std::find_if(kTargets.begin(), kTargets.end(), [&](auto& row) { return row.target == target; });
    return found->word;
}

bool SystemJournal::parse(std::string_view word, Severity& level) {
    const auto* found =
        std::find_if(kLevels.begin(), kLevels.end(), [&](auto& row) { return row.word == word; });
    const bool graver = std::find(kGraver.begin(), kGraver.end(), word) != kGraver.end();
    if (found == kLevels.end() && !graver) {
        return false;
    }
    level = graver ? Severity::Error : found->level;
    return true;
}

bool SystemJournal::parse(std::string_view word, Target& target) {
    const auto* found =
        std::find_if(kTargets.begin(), kTargets.end(), [&](auto& row) { return row.word == word; });
    if (found == kTargets.end() && word != "auto") {
        return false;
    }
    target = word == "auto" ? autoTarget() : found->target;
    return true;
}

} // namespace ppp::sys
