// SPDX-License-Identifier: LGPL-2.1-or-later
// Layout: what must be there first, then as many more columns as fit, the curves get the rest.
#include "cli/top/top_page.hpp"

#include <algorithm>
#include <array>
#include <clocale>

#include "cli/format.hpp"
#include "cli/terminal.hpp"

namespace ppp::cli {

namespace {

constexpr std::size_t kColumnGap = 2;
constexpr std::size_t kLongestName = 24;
constexpr std::size_t kRate = 10;  // "999.9 kB/s"
constexpr std::size_t kTrip = 10;  // "ROUND TRIP"
constexpr std::size_t kAmount = 8; // "999.9 MB"
constexpr std::size_t kLeastCurve = 8;
constexpr std::size_t kMostCurve = 60;
constexpr std::size_t kHeadings = 3;  // lines above the links
constexpr std::uint64_t kFull = 1000; // bytes per second that fill a curve at least

struct Columns {
    std::size_t name = 4, state = 5, interface = 0; ///< 0: not shown
    std::size_t curve = 0;
    bool trip = false, amounts = false;
};

std::string padded(const std::string& text, std::size_t width) {
    const std::size_t used = columns(text);
    return used >= width ? text : text + std::string(width - used, ' ');
}

std::string rightAligned(const std::string& text, std::size_t width) {
    const std::size_t used = columns(text);
    return used >= width ? text : std::string(width - used, ' ') + text;
}

/// fit(), in ASCII where need be.
std::string cut(const std::string& text, std::size_t width, bool unicode) {
    if (unicode || columns(text) <= width) {
        return fit(text, width);
    }
    std::string out = fit(text, width);
    return out.substr(0, out.size() - std::string_view("…").size()) + "~";
}

Columns planned(const TopFrame& frame, const TopLook& look) {
    Columns out;
    std::size_t interface = std::string_view("INTERFACE").size();
    for (const auto& line : frame.lines) {
        out.name = std::max(out.name, std::min(columns(line.name), kLongestName));
        out.state = std::max(out.state, columns(line.state));
        interface = std::max(interface, columns(line.interface));
    }
    std::size_t used = out.name + kColumnGap + out.state + 2 * (kColumnGap + kRate);
    const auto take = [&](std::size_t more) {
        const bool fits = used + more <= look.width;
        used += fits ? more : 0;
        return fits;
    };
    if (!take(2 * (1 + kLeastCurve))) {
        return out;
    }
    out.curve = kLeastCurve;
    out.interface = take(kColumnGap + interface) ? interface : 0;
    out.trip = take(kColumnGap + kTrip);
    out.amounts = take(2 * (kColumnGap + kAmount));
    out.curve = std::min(kMostCurve, kLeastCurve + (look.width > used ? (look.width - used) / 2 : 0));
    return out;
}

std::string headings(const Columns& plan) {
    const std::string gap(kColumnGap, ' ');
    const std::string curve(plan.curve == 0 ? 0 : plan.curve + 1, ' ');
    std::string out = padded("NAME", plan.name) + gap + padded("STATE", plan.state);
    out += plan.interface == 0 ? "" : gap + padded("INTERFACE", plan.interface);
    out += gap + rightAligned("RECEIVED", kRate) + curve + gap + rightAligned("SENT", kRate) + curve;
    out += plan.trip ? gap + rightAligned("ROUND TRIP", kTrip) : "";
    out += plan.amounts ? gap + rightAligned("IN ALL", kAmount) + gap + rightAligned("OUT", kAmount) : "";
    return out;
}

std::string curveOf(const TopLine& line, std::uint64_t Rate::*way, std::size_t width, bool unicode) {
    std::vector<std::optional<std::uint64_t>> values;
    for (const auto& rate : line.history) {
        values.push_back(rate ? std::optional((*rate).*way) : std::nullopt);
    }
    return sparkline(values, width, unicode);
}

std::string row(const TopLine& line, const Columns& plan, const TopLook& look) {
    const std::string gap(kColumnGap, ' ');
    const std::string start = padded(cut(line.name, plan.name, look.unicode), plan.name) + gap;
    std::string rest = plan.interface == 0 ? "" : gap + padded(line.interface, plan.interface);
    if (!line.counted) {
        rest += gap + line.remark;
    } else {
        for (const auto way : {&Rate::rx, &Rate::tx}) {
            rest += gap + rightAligned(line.rate ? amount((*line.rate).*way) + "/s" : "-", kRate);
            rest += plan.curve == 0 ? "" : " " + curveOf(line, way, plan.curve, look.unicode);
        }
        rest += plan.trip ? gap + rightAligned(line.echo == 0 ? "-" : milliseconds(line.echo), kTrip) : "";
        rest += plan.amounts ? gap + rightAligned(amount(line.rx), kAmount) + gap +
                                   rightAligned(amount(line.tx), kAmount)
                             : "";
    }
    const std::size_t used = plan.name + kColumnGap + plan.state;
    if (used >= look.width) {
        return cut(start + line.state, look.width, look.unicode);
    }
    return start + paint(padded(line.state, plan.state), colourOf(line.state), look.colours) +
           (rest.empty() ? "" : cut(rest, look.width - used, look.unicode));
}

std::string summary(const TopFrame& frame) {
    std::uint64_t up = 0;
    Rate all;
    for (const auto& line : frame.lines) {
        up += line.state == "up" ? 1 : 0;
        all.rx += line.rate ? line.rate->rx : 0;
        all.tx += line.rate ? line.rate->tx : 0;
    }
    return frame.time + "  " + std::to_string(up) + " of " + std::to_string(frame.lines.size()) + " up, " +
           amount(all.rx) + "/s received, " + amount(all.tx) + "/s sent";
}

} // namespace

std::string sparkline(const std::vector<std::optional<std::uint64_t>>& values, std::size_t width,
                      bool unicode) {
    constexpr std::array<const char*, 8> blocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    constexpr std::array<const char*, 8> ascii{"_", ".", ":", "-", "=", "+", "*", "#"};
    const std::size_t from = values.size() > width ? values.size() - width : 0;
    std::uint64_t full = kFull;
    for (std::size_t i = from; i < values.size(); ++i) {
        full = std::max(full, values[i].value_or(0));
    }
    std::string out(width - (values.size() - from), ' ');
    for (std::size_t i = from; i < values.size(); ++i) {
        if (!values[i]) {
            out += ' ';
            continue;
        }
        const double part = static_cast<double>(*values[i]) / static_cast<double>(full);
        const auto level = std::min<std::size_t>(static_cast<std::size_t>(part * 7.0 + 0.5), 7);
        out += unicode ? blocks[level] : ascii[level];
    }
    return out;
}

std::size_t topRoom(std::size_t height) {
    return height > kHeadings + 1 ? height - kHeadings - 1 : 1; // the last line is for the keys
}

std::vector<std::string> topPage(const TopFrame& frame, const TopLook& look) {
    const Columns plan = planned(frame, look);
    const std::size_t room = topRoom(look.height);
    const std::size_t count = frame.lines.size();
    const std::size_t first = std::min(look.first, count > room ? count - room : 0);
    const std::size_t shown = std::min(room, count - first);
    std::vector<std::string> out;
    if (look.height > kHeadings + 1) {
        const std::string top = frame.trouble.empty() ? summary(frame) : frame.time + "  " + frame.trouble;
        out.push_back(paint(cut(top, look.width, look.unicode),
                            frame.trouble.empty() ? Colour::Bold : Colour::Red, look.colours));
        out.emplace_back();
        out.push_back(paint(cut(headings(plan), look.width, look.unicode), Colour::Dim, look.colours));
    }
    for (std::size_t i = first; i < first + shown; ++i) {
        out.push_back(row(frame.lines[i], plan, look));
    }
    if (look.height > kHeadings + 1) {
        std::string keys = "q quits";
        if (count > shown) {
            keys += ", arrow keys scroll: links " + std::to_string(first + 1) + " to " +
                    std::to_string(first + shown) + " of " + std::to_string(count);
        }
        out.push_back(paint(cut(keys, look.width, look.unicode), Colour::Dim, look.colours));
    }
    return out;
}

} // namespace ppp::cli
