// SPDX-License-Identifier: LGPL-2.1-or-later
// The story of a link on disk, torn, old or altered: read, written and read again, and gone on with.
#include "core/story.hpp"
#include "core/limits.hpp"
#include "fuzz/shown_connection.hpp"

using namespace ppp;
using namespace ppp::fuzz;

namespace {

std::string written(const core::StoryText& story) {
    std::string out;
    for (const core::TimelineEntry& entry : story.entries) {
        out += core::storyLine(entry);
    }
    return out + core::storyLine(story.statistics);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(asText({data, size}));
    const core::StoryText story = core::readStory(text);
    require(story.entries.size() <= story.lines, "not more events than lines");
    const std::string once = written(story);
    const core::StoryText again = core::readStory(once);
    require(written(again) == once, "a story is read as it was written", once);
    require(again.whole && again.entries.size() == story.entries.size(), "no event is lost", once);

    test::Machine machine;
    machine.stories.stories["isp"] = text;
    const core::Ports ports = machine.ports();
    core::Story told("isp", ports);
    require(told.timeline().last(0).size() <= core::limits::kTimelineEvents, "a timeline is bounded");
    require(told.engines().size() <= core::limits::kStoryEngines, "the last engines are bounded");
    told.note("fuzz", {{"text", std::string(text)}, {"number", std::uint32_t{7}}});
    told.change().failures += 1;
    told.flush();
    // The next life finds what this one has seen.
    const core::Story next("isp", ports);
    const auto last = next.timeline().last(1);
    require(last.size() == 1 && last.front().what == "fuzz", "the last event is kept");
    require(next.statistics().failures == told.statistics().failures, "the counters are kept");
    return 0;
}
