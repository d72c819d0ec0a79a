// SPDX-License-Identifier: LGPL-2.1-or-later
// Events and counters, first in memory, then appended to the store; a store that fails is told everything
// again later.
#include "core/story.hpp"

#include <utility>

#include "core/limits.hpp"
#include "core/story_lines.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

constexpr std::size_t kMostLines = 2 * limits::kTimelineEvents;
constexpr Duration kPause = std::chrono::seconds(10);

void shorten(Details& details) {
    for (auto& [key, value] : details) {
        if (auto* words = std::get_if<std::string>(&value);
            words != nullptr && words->size() > limits::kStoryText) {
            words->resize(text::utf8Prefix(std::string_view(*words).substr(0, limits::kStoryText)));
        }
    }
}

} // namespace

Story::Story(std::string name, const Ports& ports) : name_(std::move(name)), ports_(ports) {
    try {
        StoryText read = readStory(ports_.stories.load(name_));
        for (TimelineEntry& entry : read.entries) {
            timeline_.add(std::move(entry));
        }
        statistics_ = std::move(read.statistics);
        lines_ = read.lines;
        behind_ = !read.whole;
    } catch (const std::exception& e) {
        ports_.journal.log(Severity::Warning, name_, text::cat("the story cannot be read: ", e.what()));
    }
}

std::vector<EngineRun> Story::engines() const {
    std::vector<EngineRun> out;
    for (const TimelineEntry& entry : timeline_.last(0)) {
        const auto pid = entry.details.find("pid");
        const auto* number = pid == entry.details.end() ? nullptr : std::get_if<std::uint32_t>(&pid->second);
        if (entry.what == "engine" && number != nullptr && *number != 0) {
            out.push_back({*number, entry.at.at});
        }
    }
    if (out.size() > limits::kStoryEngines) {
        out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(limits::kStoryEngines));
    }
    return out;
}

const TimelineEntry& Story::note(std::string what, Details details) {
    shorten(details);
    const TimelineEntry& entry =
        timeline_.add({Moment::now(ports_.clock), std::move(what), std::move(details)});
    std::string lines = storyLine(entry);
    if (changed_) {
        lines += storyLine(statistics_);
    }
    write(lines, changed_ ? 2 : 1);
    return entry;
}

Statistics& Story::change() {
    changed_ = true;
    return statistics_;
}

void Story::flush() {
    nextTry_ = {};
    if (behind_) {
        rewrite();
    } else if (changed_) {
        write(storyLine(statistics_), 1);
    }
}

void Story::forget() {
    forgotten_ = true;
    try {
        ports_.stories.remove(name_);
    } catch (const std::exception& e) {
        ports_.journal.log(Severity::Warning, name_, text::cat("cannot remove the story: ", e.what()));
    }
}

void Story::write(const std::string& lines, std::size_t count) {
    if (behind_ || lines_ + count > kMostLines) {
        rewrite();
        return;
    }
    if (forgotten_) {
        return;
    }
    try {
        ports_.stories.append(name_, lines);
        lines_ += count;
        changed_ = false;
    } catch (const std::exception& e) {
        behind_ = true;
        nextTry_ = ports_.clock.now() + kPause;
        ports_.journal.log(Severity::Warning, name_,
                           text::cat("the story is not written until this works again: ", e.what()));
    }
}

/// The whole of it, which also heals a file that lacks something.
void Story::rewrite() {
    if (forgotten_ || ports_.clock.now() < nextTry_) {
        return;
    }
    const std::vector<TimelineEntry> entries = timeline_.last(0);
    std::string all = storyLine(statistics_);
    for (const TimelineEntry& entry : entries) {
        all += storyLine(entry);
    }
    try {
        ports_.stories.replace(name_, all);
        lines_ = entries.size() + 1;
        changed_ = false;
        behind_ = false;
        nextTry_ = {};
    } catch (const std::exception& e) {
        if (!std::exchange(behind_, true)) {
            ports_.journal.log(Severity::Warning, name_,
                               text::cat("the story is not written until this works again: ", e.what()));
        }
        nextTry_ = ports_.clock.now() + kPause;
    }
}

} // namespace ppp::core
