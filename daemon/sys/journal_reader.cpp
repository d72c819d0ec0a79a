// SPDX-License-Identifier: LGPL-2.1-or-later
// sd-journal, from the newest entry backwards.
#include "sys/journal_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/limits.hpp"
#include "core/log_line.hpp"
#include "core/text.hpp"
#include "sys/journal.hpp"

namespace ppp::sys {

namespace {

using core::text::cat;

constexpr int kEntriesATurn = 50;
constexpr std::int64_t kMicrosATurn = 5'000;
constexpr std::int64_t kSlack = 1'000'000;      // µs; pppd may log before its start is noted
constexpr std::int64_t kClockStep = 1'000'000;  // µs
constexpr std::uint64_t kMostLate = 60'000'000; // µs that journald may leave a line unread
constexpr std::size_t kFieldSize = 4096;        // bytes of a field that are unpacked
constexpr std::string_view kEngine = "pppd";

std::int64_t micros(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1'000;
}

struct CloseJournal {
    void operator()(sd_journal* journal) const { sd_journal_close(journal); }
};
using Journal = std::unique_ptr<sd_journal, CloseJournal>;

std::optional<std::string_view> field(sd_journal* journal, const char* name) {
    const void* data = nullptr;
    std::size_t size = 0;
    if (sd_journal_get_data(journal, name, &data, &size) < 0) {
        return std::nullopt;
    }
    const std::string_view all(static_cast<const char*>(data), size);
    return all.substr(std::min(all.size(), std::strlen(name) + 1)); // NAME=
}

template <typename Number> Number number(std::optional<std::string_view> digits, Number otherwise) {
    Number value = otherwise;
    if (digits) {
        std::from_chars(digits->data(), digits->data() + digits->size(), value);
    }
    return value;
}

void require(int result) {
    if (result < 0) {
        throw std::system_error(-result, std::generic_category());
    }
}

void match(sd_journal* journal, const std::string& what) {
    require(sd_journal_add_match(journal, what.data(), what.size()));
}

/// What both kinds of lines have in common; these fields come from journald and cannot be forged.
void matchTrusted(sd_journal* journal) {
    sd_id128_t boot{};
    require(sd_id128_get_boot(&boot));
    std::array<char, SD_ID128_STRING_MAX> words{};
    match(journal, cat("_BOOT_ID=", sd_id128_to_string(boot, words.data())));
    match(journal, cat("_UID=", geteuid()));
}

} // namespace

class JournalReader::Reading final : public core::Pending {
public:
    Reading(JournalReader& owner, core::LogQuestion question,
            std::function<void(std::vector<core::LogLine>, const std::string&)> done)
        : owner_(owner), question_(std::move(question)), done_(std::move(done)),
          next_(owner.loop_.defer([this] { step(); })) {
        ++owner_.open_;
    }
    ~Reading() override { --owner_.open_; }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

private:
    void step() {
        std::string error;
        bool over = false;
        try {
            if (journal_) {
                over = slice();
            } else {
                open();
            }
        } catch (const std::system_error& e) {
            lines_.clear();
            error = cat("the journal cannot be read: ", e.code().message());
            over = true;
        }
        if (over) {
            finish(error);
        } else {
            next_->arm();
        }
    }

    void open() {
        sd_journal* opened = nullptr;
        require(owner_.folder_.empty() ? sd_journal_open(&opened, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM)
                                       : sd_journal_open_directory(&opened, owner_.folder_.c_str(), 0));
        journal_.reset(opened);
        require(sd_journal_set_data_threshold(opened, kFieldSize));
        matchTrusted(opened);
        match(opened, cat("SYSLOG_IDENTIFIER=", SystemJournal::kIdentifier));
        match(opened, "PPP_CONNECTION=" + question_.connection);
        if (!question_.engines.empty()) {
            require(sd_journal_add_disjunction(opened));
            matchTrusted(opened);
            match(opened, cat("SYSLOG_IDENTIFIER=", kEngine));
            for (const core::EngineRun& engine : question_.engines) {
                match(opened, cat("_PID=", engine.pid));
            }
        }
        require(sd_journal_seek_tail(opened));
    }

    /// True once there is nothing more to read.
    bool slice() {
        const std::int64_t until = micros(CLOCK_MONOTONIC) + kMicrosATurn;
        for (int n = 0; n < kEntriesATurn && micros(CLOCK_MONOTONIC) < until; ++n) {
            if (lines_.size() >= question_.lines) {
                return true;
            }
            const int moved = sd_journal_previous(journal_.get());
            require(moved);
            if (moved == 0) {
                return true;
            }
            take();
        }
        return false;
    }

    void take() {
        std::uint64_t read = 0;
        std::uint64_t sinceBoot = 0;
        if (sd_journal_get_realtime_usec(journal_.get(), &read) < 0 ||
            sd_journal_get_monotonic_usec(journal_.get(), &sinceBoot, nullptr) < 0 || !belongs(sinceBoot)) {
            return;
        }
        // An entry's own times are those of its reading, and journald reads syslog's socket and ours in
        // turns: what pppd said before us may come behind. When it was sent is only known by the wall clock,
        // which may have been set since.
        const std::uint64_t sent = number(field(journal_.get(), "_SOURCE_REALTIME_TIMESTAMP"), read);
        const std::uint64_t late =
            sent <= read && read - sent <= std::min(kMostLate, sinceBoot) ? read - sent : 0;
        const std::uint32_t priority = std::min(number(field(journal_.get(), "PRIORITY"), 6U), 7U);
        if (const auto text = field(journal_.get(), "MESSAGE")) {
            lines_.emplace_back(order(read, sinceBoot) - static_cast<std::int64_t>(late),
                                core::LogLine{read - late, priority, core::logLine(*text)});
        }
    }

    /// The wall clock as if it had never been set. journald looks at the two clocks one after the other, so
    /// the difference between them trembles; only a large one is a step.
    std::int64_t order(std::uint64_t wall, std::uint64_t sinceBoot) {
        const std::int64_t apart = static_cast<std::int64_t>(wall) - static_cast<std::int64_t>(sinceBoot);
        if (!apart_ || std::abs(apart - *apart_) > kClockStep) {
            apart_ = apart;
        }
        return static_cast<std::int64_t>(wall) - *apart_;
    }

    /// The journal has CLOCK_MONOTONIC, which stands still in a suspend; so an engine's start comes out as
    /// early as it was or earlier, never later.
    bool belongs(std::uint64_t logged) {
        if (field(journal_.get(), "SYSLOG_IDENTIFIER") != kEngine) {
            return true;
        }
        const std::int64_t asleep = micros(CLOCK_BOOTTIME) - micros(CLOCK_MONOTONIC);
        const std::uint32_t pid = number(field(journal_.get(), "_PID"), 0U);
        return std::any_of(question_.engines.begin(), question_.engines.end(), [&](const auto& engine) {
            return engine.pid == pid &&
                   static_cast<std::int64_t>(logged) >= engine.started.sinceBoot.count() - asleep - kSlack;
        });
    }

    /// We are gone afterwards.
    void finish(const std::string& error) {
        journal_.reset();
        std::reverse(lines_.begin(), lines_.end());
        std::stable_sort(lines_.begin(), lines_.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        std::vector<core::LogLine> lines;
        lines.reserve(lines_.size());
        for (auto& line : lines_) {
            lines.push_back(std::move(line.second));
        }
        const auto done = std::move(done_);
        done(lines, error);
    }

    JournalReader& owner_;
    const core::LogQuestion question_;
    std::function<void(std::vector<core::LogLine>, const std::string&)> done_;
    Journal journal_;
    std::vector<std::pair<std::int64_t, core::LogLine>> lines_; // newest first, with their order()
    std::optional<std::int64_t> apart_;                         // µs, wall clock less time since boot
    std::unique_ptr<EventSource> next_;
};

std::unique_ptr<core::Pending>
JournalReader::read(const core::LogQuestion& question,
                    std::function<void(std::vector<core::LogLine>, const std::string& error)> done) {
    if (open_ >= core::limits::kLogReaders) {
        throw core::Error(core::ErrorCode::Busy,
                          cat(core::limits::kLogReaders, " logs are being read already; try again"));
    }
    return std::make_unique<Reading>(*this, question, std::move(done));
}

} // namespace ppp::sys
