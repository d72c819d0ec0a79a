// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl status and list: the page of every state in every look, as it is kept in tests/unit/pages.
#include "cli/status_page.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "cli/list_page.hpp"
#include "cli/terminal.hpp"
#include "pages.hpp"

namespace ppp::cli {
namespace {

class StatusPage : public ::testing::Test {
protected:
    StatusPage() { setenv("TZ", "UTC", 1); }

    static Render page(Snapshot link, std::optional<Dictionary> statistics) {
        return [link = std::move(link), statistics = std::move(statistics)](const Look& look) {
            return statusPage(link, statistics, look, kNow);
        };
    }
    static bool says(const std::vector<std::string>& page, const std::string& part) {
        return std::any_of(page.begin(), page.end(),
                           [&](const std::string& line) { return line.find(part) != std::string::npos; });
    }
};

TEST_F(StatusPage, Up) {
    expectPage("up", page(upLink(), counted(true)));
}

TEST_F(StatusPage, UpWithTrouble) {
    Snapshot link = upLink();
    link.properties["NeedsRedial"] = sdbus::Variant{true};
    link.properties["DefaultRoute"] = sdbus::Variant{false};
    link.properties["Metered"] = sdbus::Variant{true};
    link.properties["Details"] = sdbus::Variant{
        Dictionary{{"trouble", words("DNS: systemd-resolved does not answer; TCP segments are not "
                                     "held to the size of the link: no nf_tables")},
                   {"ipv6", words("refused by the peer")},
                   {"debug", sdbus::Variant{true}}}};
    Dictionary statistics = counted(true);
    statistics.erase("echo-rtt-us");
    expectPage("up-trouble", page(std::move(link), std::move(statistics)));
}

TEST_F(StatusPage, Waiting) {
    expectPage("waiting", page(waitingLink(), counted(false)));
}

TEST_F(StatusPage, WaitingForTrafficTheCarrierAndADevice) {
    expectPage(
        "waiting-demand",
        page(linkWith("isp", "waiting",
                      {{"Phase", words("demand")},
                       {"Interface", words("ppp0")},
                       {"Reason", words("idle-timeout")},
                       {"Details", sdbus::Variant{Dictionary{{"until-dialled", words("10.64.64.64")}}}}}),
             std::nullopt));
    expectPage("waiting-carrier", page(linkWith("isp", "waiting",
                                                {{"Phase", words("carrier")},
                                                 {"Reason", words("no-carrier")},
                                                 {"ReasonText", words("eth0 has no carrier")}}),
                                       std::nullopt));
}

TEST_F(StatusPage, Connecting) {
    expectPage("connecting", page(linkWith("isp", "connecting",
                                           {{"Phase", words("auth")},
                                            {"Attempt", sdbus::Variant{std::uint32_t{3}}},
                                            {"EnginePid", sdbus::Variant{std::uint32_t{4711}}}}),
                                  std::nullopt));
}

TEST_F(StatusPage, Disconnecting) {
    expectPage("disconnecting",
               page(linkWith("isp", "disconnecting",
                             {{"Phase", words("running")}, {"Reason", words("echo-timeout")}}),
                    std::nullopt));
}

TEST_F(StatusPage, Failed) {
    expectPage("failed", page(failedLink(), std::nullopt));
}

TEST_F(StatusPage, Down) {
    expectPage("down", page(linkWith("isp", "down", {{"Reason", words("user-request")}}), counted(false)));
}

TEST_F(StatusPage, WhatAPeerSaysIsHarmlessAndAnUnknownPhaseIsShown) {
    const Snapshot link = linkWith("isp", "connecting", {{"Phase", words("\033[2Jsinging")}});
    const auto made = statusPage(link, std::nullopt, {80, false, true}, kNow);
    EXPECT_EQ(made.front().find('\033'), std::string::npos);
    EXPECT_TRUE(says(made, "singing"));
    for (const char* phase : {"device", "carrier", "queued", "secrets", "dialing", "discovery", "tunnel",
                              "lcp", "auth", "network", "applying"}) {
        EXPECT_NE(phaseWords(phase), phase) << "a phase of the contract without words";
    }
}

TEST_F(StatusPage, AWidthOfAFewColumnsIsNoAccident) {
    for (std::size_t width = 1; width < 40; ++width) {
        EXPECT_FALSE(statusPage(upLink(), counted(true), {width, true, true}, kNow).empty());
        EXPECT_EQ(listPage({upLink(), waitingLink()}, {width, true, false}, kNow).size(), 3U);
    }
}

TEST_F(StatusPage, List) {
    Snapshot six = linkWith(
        "office-with-a-long-name", "up",
        {{"Interface", words("ppp1")},
         {"Type", words("l2tp")},
         {"Addresses6", sdbus::Variant{std::vector<std::string>{"2001:db8:1234:5678:b0c4:11ff:fe00:17/64"}}},
         {"PeerAddress6", words("fe80::1")},
         {"ConnectedAt", sdbus::Variant{kNow - 90 * kSecond}}});
    Snapshot waiting = waitingLink();
    waiting.properties["Name"] = words("lab");
    const std::vector<Snapshot> links{failedLink(),
                                      upLink(),
                                      std::move(waiting),
                                      linkWith("mobile", "connecting", {{"Phase", words("dialing")}}),
                                      std::move(six),
                                      linkWith("old", "down", {{"Reason", words("user-request")}}),
                                      linkWith("rare", "waiting", {{"Phase", words("demand")}})};
    expectPage("list", [&](const Look& look) { return listPage(links, look, kNow); });
    expectPage("list-plain", [&](const Look& look) { return listPage({upLink()}, look, kNow); });
}

} // namespace
} // namespace ppp::cli
