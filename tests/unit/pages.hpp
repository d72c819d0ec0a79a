// SPDX-License-Identifier: LGPL-2.1-or-later
// Links in every state for what shows them, and pages kept in files (tests/unit/pages). A file holds a page
// for each look; PPP_WRITE_PAGES=1 in the environment writes them anew, to be read before they are committed.
#pragma once

#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "cli/client.hpp"
#include "cli/look.hpp"

namespace ppp::cli {

constexpr std::uint64_t kSecond = 1'000'000;
constexpr std::uint64_t kNow = 1'763'700'000 * kSecond; // 2025-11-21 04:40:00 UTC

inline sdbus::Variant words(const std::string& text) {
    return sdbus::Variant{text};
}

using Changes = std::vector<std::pair<std::string, sdbus::Variant>>;

inline Snapshot linkWith(const std::string& name, const std::string& state, const Changes& changes) {
    Snapshot out{"/org/ppp/Connection/" + name,
                 {{"Name", words(name)},
                  {"Type", words("pppoe")},
                  {"State", words(state)},
                  {"Device", words("eth0")},
                  {"StateSince", sdbus::Variant{kNow - 5 * kSecond}},
                  {"Wanted", sdbus::Variant{state != "down"}}}};
    for (const auto& [key, value] : changes) {
        out.properties.insert_or_assign(key, value);
    }
    return out;
}

inline Snapshot upLink() {
    return linkWith(
        "isp", "up",
        {{"Phase", words("running")},
         {"Interface", words("ppp0")},
         {"LocalAddress", words("10.64.0.100")},
         {"PeerAddress", words("10.64.0.1")},
         {"LocalAddress6", words("fe80::b0c4:11ff:fe00:17")},
         {"PeerAddress6", words("fe80::1")},
         {"Addresses6", sdbus::Variant{std::vector<std::string>{"2001:db8:1234:5678:b0c4:11ff:fe00:17/64"}}},
         {"DelegatedPrefixes", sdbus::Variant{std::vector<std::string>{"2001:db8:1200::/56"}}},
         {"DnsServers", sdbus::Variant{std::vector<std::string>{"10.64.0.53", "10.64.0.54"}}},
         {"Mtu", sdbus::Variant{std::uint32_t{1492}}},
         {"ConnectedAt", sdbus::Variant{kNow - 7500 * kSecond}},
         {"AutoConnect", sdbus::Variant{true}},
         {"DefaultRoute", sdbus::Variant{true}},
         {"EnginePid", sdbus::Variant{std::uint32_t{4711}}},
         {"Details", sdbus::Variant{Dictionary{{"access-concentrator", words("Zürich-é1")},
                                               {"peer-mac", words("02:00:00:00:00:01")},
                                               {"session-id", sdbus::Variant{std::uint32_t{21}}},
                                               {"auth-protocol", words("CHAP")},
                                               {"colour", words("blue")}}}}});
}

inline Snapshot waitingLink() {
    return linkWith("isp", "waiting",
                    {{"Phase", words("backoff")},
                     {"Reason", words("auth-failed")},
                     {"ReasonText", words("the peer said: E=691 R=0 “account locked, call 0800 123”")},
                     {"Attempt", sdbus::Variant{std::uint32_t{2}}},
                     {"AutoConnect", sdbus::Variant{true}},
                     {"NextAttempt", sdbus::Variant{kNow + 83 * kSecond}}});
}

inline Snapshot failedLink() {
    return linkWith(
        "broken", "failed",
        {{"Type", words("")},
         {"Device", words("")},
         {"Reason", words("profile-invalid")},
         {"ReasonText", words("/pppoe/interface: is missing\n/mtuu: unknown key; is /ppp/mtu meant?")}});
}

inline Dictionary counted(bool up) {
    Dictionary out{{"rx-bytes", sdbus::Variant{std::uint64_t{1'234'567'890}}},
                   {"rx-packets", sdbus::Variant{std::uint64_t{890'123}}},
                   {"rx-errors", sdbus::Variant{std::uint64_t{3}}},
                   {"tx-bytes", sdbus::Variant{std::uint64_t{98'765'432}}},
                   {"tx-packets", sdbus::Variant{std::uint64_t{123'456}}},
                   {"sessions", sdbus::Variant{std::uint64_t{3}}},
                   {"attempts", sdbus::Variant{std::uint64_t{5}}},
                   {"failures", sdbus::Variant{std::uint64_t{1}}},
                   {"total-up-us", sdbus::Variant{90'000 * kSecond}},
                   {"total-rx-bytes", sdbus::Variant{std::uint64_t{5'000'000'000}}},
                   {"total-tx-bytes", sdbus::Variant{std::uint64_t{700'000'000}}},
                   {"session-ended", sdbus::Variant{up ? 0 : kNow - 600 * kSecond}},
                   {"session-up-us", sdbus::Variant{7200 * kSecond}},
                   {"session-rx-bytes", sdbus::Variant{std::uint64_t{2'000'000}}},
                   {"session-tx-bytes", sdbus::Variant{std::uint64_t{300'000}}},
                   {"session-reason", words("echo-timeout")}};
    if (up) {
        out.emplace("echo-rtt-us", sdbus::Variant{std::uint64_t{12'345}});
    }
    return out;
}

using Render = std::function<std::vector<std::string>(const Look& look)>;

/// Every look that is kept: 40 to 120 columns and no limit, UTF-8 and ASCII, and one in colour (\e is ESC).
inline std::string everyLook(const Render& render) {
    std::string out;
    const auto add = [&](const std::string& head, const Look& look) {
        out += "==== " + head + "\n";
        for (const auto& line : render(look)) {
            EXPECT_TRUE(look.width == 0 || look.colours || columns(line) <= look.width)
                << head << ": " << line;
            for (const char c : line) {
                EXPECT_TRUE(look.utf8 || static_cast<unsigned char>(c) < 0x80) << head << ": " << line;
                out += c == '\033' ? std::string("\\e") : std::string(1, c);
            }
            out += '\n';
        }
    };
    for (const std::size_t width : {40, 60, 80, 120, 0}) {
        const std::string head = width == 0 ? "no limit" : std::to_string(width) + " columns";
        add(head + ", UTF-8", {width, false, true});
        add(head + ", ASCII", {width, false, false});
    }
    add("80 columns, UTF-8, colours", {80, true, true});
    return out;
}

/// Compares with tests/unit/pages/NAME.txt.
inline void expectPage(const std::string& name, const Render& render) {
    const std::string path = std::string(PPP_TEST_PAGES) + "/" + name + ".txt";
    const std::string made = everyLook(render);
    if (std::getenv("PPP_WRITE_PAGES") != nullptr) {
        std::ofstream(path) << made;
    }
    std::ostringstream kept;
    kept << std::ifstream(path).rdbuf();
    EXPECT_EQ(made, kept.str()) << path;
}

} // namespace ppp::cli
