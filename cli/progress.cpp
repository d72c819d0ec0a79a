// SPDX-License-Identifier: LGPL-2.1-or-later
// Phases as they happen.
#include "cli/progress.hpp"

#include <algorithm>

#include "cli/format.hpp"

namespace ppp::cli {

Progress::Progress(const Output& output, const std::vector<std::string>& names)
    : output_(output), live_(isLiveTerminal() && !output.wantsJson()) {
    for (const auto& name : names) {
        trails_.push_back({name, {}, false});
    }
}

void Progress::phase(const std::string& name, std::uint64_t elapsed, const std::string& phase) {
    const std::string time = seconds(elapsed);
    if (output_.wantsJson()) {
        return;
    }
    if (!live_) {
        output_.line((trails_.size() > 1 ? name + ": " : "") + "  " + time + "  " + clean(phase));
        return;
    }
    const auto trail = std::find_if(trails_.begin(), trails_.end(),
                                    [&](const Trail& candidate) { return candidate.name == name; });
    if (trail != trails_.end()) {
        trail->phases.push_back(clean(phase) + " " + time.substr(0, time.size() - 2));
    }
}

std::string Progress::draw(const Trail& trail, std::size_t nameWidth, std::uint64_t elapsed) {
    std::string out = trail.name + std::string(nameWidth - trail.name.size(), ' ') + "  ";
    const std::string time = seconds(elapsed / 100'000 * 100'000);
    out += std::string(time.size() < 8 ? 8 - time.size() : 0, ' ') + time + "  ";
    const std::size_t width = terminalWidth();
    const std::size_t room = width > columns(out) + 4 ? width - columns(out) - 4 : 0;
    std::size_t first = trail.phases.size(); // the newest phases matter most
    for (std::size_t used = 0; first > 0; --first) {
        used += columns(trail.phases[first - 1]) + 3;
        if (used > room + 3 && first < trail.phases.size()) {
            break;
        }
    }
    std::string steps = first > 0 ? "…" : "";
    for (std::size_t i = first; i < trail.phases.size(); ++i) {
        steps += (steps.empty() ? "" : " › ") + trail.phases[i];
    }
    return out + steps;
}

void Progress::tick(std::uint64_t elapsed) {
    if (!live_) {
        return;
    }
    std::size_t longest = 0;
    for (const auto& trail : trails_) {
        longest = std::max(longest, trail.name.size());
    }
    const std::size_t height = terminalHeight();
    std::vector<std::string> drawn;
    std::size_t hidden = 0;
    for (const auto& trail : trails_) {
        if (trail.finished) {
            continue;
        }
        if (drawn.size() + 3 > height) { // what has scrolled off cannot be drawn again
            ++hidden;
            continue;
        }
        drawn.push_back(shown(draw(trail, longest, elapsed), output_.look()));
    }
    if (hidden > 0) {
        drawn.push_back("and " + std::to_string(hidden) + " more");
    }
    lines_.show(drawn);
}

void Progress::finish(const std::string& name) {
    stepAside();
    for (auto& trail : trails_) {
        trail.finished = trail.finished || trail.name == name;
    }
}

} // namespace ppp::cli
