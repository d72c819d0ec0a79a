// SPDX-License-Identifier: LGPL-2.1-or-later
// Sentences and their parts.
#include "cli/format.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

#include "cli/output.hpp"
#include "core/text.hpp"

namespace ppp::cli {

std::uint64_t realtimeNow() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

std::string seconds(std::uint64_t microseconds) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.3f s", static_cast<double>(microseconds) / 1e6);
    return text.data();
}

std::string milliseconds(std::uint64_t microseconds) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.1f ms", static_cast<double>(microseconds) / 1e3);
    return text.data();
}

std::string since(std::uint64_t realtime) {
    return since(realtime, realtimeNow());
}

std::string since(std::uint64_t realtime, std::uint64_t now) {
    if (realtime == 0) {
        return {};
    }
    return core::text::duration(now > realtime ? static_cast<long long>(now - realtime) : 0);
}

std::string until(std::uint64_t realtime) {
    return until(realtime, realtimeNow());
}

std::string until(std::uint64_t realtime, std::uint64_t now) {
    if (realtime <= now) {
        return "now";
    }
    constexpr std::uint64_t second = 1'000'000;
    const std::uint64_t rounded = (realtime - now + second / 2) / second * second;
    return "in " + core::text::duration(static_cast<long long>(rounded));
}

std::string localTime(std::uint64_t realtime) {
    const auto whole = static_cast<std::time_t>(realtime / 1'000'000);
    std::tm parts{};
    localtime_r(&whole, &parts);
    std::array<char, 40> text{};
    const std::size_t used = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts);
    std::snprintf(text.data() + used, text.size() - used, ".%03u",
                  static_cast<unsigned>(realtime / 1000 % 1000));
    return text.data();
}

std::string shortTime(std::uint64_t realtime, std::uint64_t now) {
    constexpr std::size_t date = 11; // "2025-11-21 02:50:11"
    constexpr std::size_t time = 8;
    const std::string whole = localTime(realtime);
    const bool today = whole.compare(0, date, localTime(now), 0, date) == 0;
    return today ? whole.substr(date, time) : whole.substr(0, date + time);
}

std::string amount(std::uint64_t bytes) {
    constexpr std::array<const char*, 6> units{"B", "kB", "MB", "GB", "TB", "PB"};
    if (bytes < 1000) {
        return std::to_string(bytes) + " B";
    }
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 999.95 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.1f %s", value, units[unit]);
    return text.data();
}

std::string join(const std::vector<std::string>& parts, const std::string& between) {
    std::string out;
    for (const auto& part : parts) {
        out += (out.empty() ? "" : between) + clean(part);
    }
    return out;
}

Colour colourOf(const std::string& state) {
    if (state == "up") {
        return Colour::Green;
    }
    if (state == "failed") {
        return Colour::Red;
    }
    return state == "down" ? Colour::None : Colour::Yellow;
}

std::string addresses(const Snapshot& link) {
    std::string local = link.text("LocalAddress");
    std::string peer = link.text("PeerAddress");
    if (local.empty()) {
        const auto global = link.texts("Addresses6");
        local = global.empty() ? link.text("LocalAddress6") : global.front();
        peer = link.text("PeerAddress6");
    }
    return clean(local) + (local.empty() || peer.empty() ? "" : " → " + clean(peer));
}

std::string linkSummary(const Snapshot& link) {
    std::string out = clean(link.text("Interface"));
    if (const std::string pair = addresses(link); !pair.empty()) {
        out += " " + pair;
    }
    if (const auto servers = link.texts("DnsServers"); !servers.empty()) {
        out += ", DNS " + join(servers, " ");
    }
    if (const auto mtu = link.number("Mtu"); mtu != 0) {
        out += ", MTU " + std::to_string(mtu);
    }
    return out;
}

std::string carrierWait(const Snapshot& link) {
    if (link.text("State") != "connecting" || link.text("Phase") != "carrier" ||
        link.text("Type") != "serial") {
        return {};
    }
    return "It waits for the carrier (DCD) of " + clean(link.text("Device")) +
           "; a cable without that wire needs /serial/modem-lines false";
}

std::string failureText(const Snapshot& link) {
    const std::string reason = clean(link.text("Reason"));
    const std::string words = clean(link.text("ReasonText"));
    return reason + (reason.empty() || words.empty() ? "" : ": ") + words;
}

} // namespace ppp::cli
