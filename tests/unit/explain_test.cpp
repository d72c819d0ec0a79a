// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl explain: three sentences for every state and every reason.
#include "cli/explain.hpp"

#include <gtest/gtest.h>

#include "cli/format.hpp"
#include "core/advice.hpp"
#include "core/reason.hpp"

namespace ppp::cli {
namespace {

using core::Reason;

constexpr std::uint64_t kSecond = 1'000'000;
constexpr std::uint64_t kNow = 1'763'700'000 * kSecond;

std::vector<Reason> everyReason() {
    std::vector<Reason> out;
    for (auto n = static_cast<int>(Reason::None) + 1; n <= static_cast<int>(Reason::Shutdown); ++n) {
        out.push_back(static_cast<Reason>(n));
    }
    return out;
}

sdbus::Variant words(const std::string& text) {
    return sdbus::Variant{text};
}

Snapshot link(const std::string& state, const std::string& phase = {}, const std::string& reason = {},
              const std::string& text = {}) {
    return {"/org/ppp/Connection/isp",
            {{"Name", words("isp")},
             {"State", words(state)},
             {"Phase", words(phase)},
             {"Reason", words(reason)},
             {"ReasonText", words(text)},
             {"Device", words("eth0")},
             {"Interface", words(state == "up" || phase == "demand" ? "ppp0" : "")},
             {"LocalAddress", words(state == "up" ? "10.64.0.100" : "")},
             {"StateSince", sdbus::Variant{kNow - 5 * kSecond}},
             {"ConnectedAt", sdbus::Variant{state == "up" ? kNow - 300 * kSecond : 0}},
             {"NextAttempt", sdbus::Variant{phase == "backoff" ? kNow + 12 * kSecond : 0}},
             {"Attempt", sdbus::Variant{std::uint32_t{2}}}}};
}

StoryEvent dialled(std::uint64_t ago) {
    return {kNow - ago * kSecond, "state", {{"new", words("connecting")}}};
}
StoryEvent failed(std::uint64_t ago, const std::string& reason, const std::string& text) {
    return {
        kNow - ago * kSecond,
        "failure",
        {{"reason", words(reason)}, {"text", words(text)}, {"attempt", sdbus::Variant{std::uint32_t{2}}}}};
}
StoryEvent ended(std::uint64_t ago, const std::string& reason, const std::string& text) {
    return {kNow - ago * kSecond,
            "session",
            {{"reason", words(reason)}, {"text", words(text)}, {"up-us", sdbus::Variant{90 * kSecond}}}};
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

void expectSentences(const Explanation& told, const std::string& where) {
    for (const std::string& one : {told.last, told.why, told.next}) {
        ASSERT_GT(one.size(), 10U) << where;
        EXPECT_EQ(one.back(), '.') << where << ": " << one;
        for (const char* flaw : {"..", ": .", "; .", ",.", "NAME", "  ", "\n", ": ;", "that ;"}) {
            EXPECT_FALSE(has(one, flaw)) << where << ": " << one;
        }
    }
}

TEST(Explain, EveryReasonHasAMeaning) {
    for (const Reason reason : everyReason()) {
        const core::Advice advice = core::advice(reason);
        EXPECT_FALSE(advice.meaning.empty()) << core::wire(reason);
        EXPECT_FALSE(advice.meaning.ends_with(".")) << core::wire(reason);
        EXPECT_FALSE(advice.remedy.ends_with(".")) << core::wire(reason);
    }
}

TEST(Explain, EveryReasonInEveryState) {
    for (const Reason reason : everyReason()) {
        const std::string word(core::wire(reason));
        const std::string text(core::sentence(reason));
        const std::vector<StoryEvent> story{dialled(20), ended(10, word, text), failed(10, word, text)};
        for (const char* state : {"up", "connecting", "waiting", "failed", "disconnecting", "down"}) {
            const auto told = tellStory(
                link(state, state == std::string("waiting") ? "backoff" : "", word, text), story, kNow);
            expectSentences(told, word + " " + state);
            if (state == std::string("failed")) {
                EXPECT_TRUE(has(told.last, text)) << told.last;
                EXPECT_TRUE(has(told.why, std::string(core::advice(reason).meaning))) << told.why;
            }
            expectSentences(tellStory(link(state, "", word), {}, kNow), word + " without a story " + state);
        }
        for (const auto& demand : {story, {}}) {
            expectSentences(tellStory(link("waiting", "demand", word, text), demand, kNow), word + " demand");
        }
    }
}

TEST(Explain, TheTunnelsSecretIsNotThePassword) {
    for (const char* word : {"auth-failed", "secrets-missing"}) {
        const std::string text = "the tunnel server has another tunnel secret";
        const auto told =
            tellStory(link("failed", "", word, text), {dialled(20), failed(10, word, text)}, kNow);
        expectSentences(told, word);
        EXPECT_TRUE(has(told.why, "pppctl set-secret isp --tunnel-secret")) << told.why;
        EXPECT_FALSE(has(told.why, "user name")) << told.why;
        EXPECT_TRUE(has(told.next, "until the tunnel's secret is stored: pppctl set-secret isp "
                                   "--tunnel-secret."))
            << told.next;
        const auto up = tellStory(link("up", "running"), {failed(10, word, text), dialled(5)}, kNow);
        EXPECT_TRUE(has(up.why, "--tunnel-secret")) << up.why;
    }
}

TEST(Explain, AKernelWithoutTunnels) {
    EXPECT_TRUE(has(std::string(core::advice(Reason::KernelSupportMissing).remedy), "l2tp_ppp"));
}

TEST(Explain, Demand) {
    const auto fresh = tellStory(link("waiting", "demand"), {}, kNow);
    EXPECT_TRUE(has(fresh.last, "isp waits for traffic since ")) << fresh.last;
    EXPECT_TRUE(has(fresh.next, "as soon as something is sent by way of ppp0")) << fresh.next;
    const std::string idle(core::sentence(Reason::IdleTimeout));
    const auto hungUp = tellStory(link("waiting", "demand", "idle-timeout", idle),
                                  {dialled(100), ended(10, "idle-timeout", idle)}, kNow);
    EXPECT_TRUE(has(hungUp.last, "isp was hung up at ")) << hungUp.last;
    EXPECT_TRUE(has(hungUp.last, idle)) << hungUp.last;
    const auto failing = tellStory(link("waiting", "demand", "discovery-timeout", "nobody answered"),
                                   {dialled(100), failed(10, "discovery-timeout", "nobody answered")}, kNow);
    EXPECT_TRUE(has(failing.last, "failed at ")) << failing.last;
    EXPECT_TRUE(has(failing.next, "ppp0")) << failing.next;
}

TEST(Explain, Up) {
    const auto quiet = tellStory(link("up", "running"), {dialled(301)}, kNow);
    EXPECT_TRUE(has(quiet.last, "isp has been up since ")) << quiet.last;
    EXPECT_TRUE(has(quiet.last, "on ppp0 (10.64.0.100)")) << quiet.last;
    EXPECT_EQ(quiet.why, "Nothing has gone wrong with it so far.");

    const std::vector<StoryEvent> losses{
        dialled(900),
        ended(800, "peer-terminated", "the peer ended the link: \"bye\""),
        failed(800, "peer-terminated", "the peer ended the link: \"bye\""),
        dialled(700),
        ended(600, "user-request", "taken down on request"),
        dialled(500),
        ended(400, "echo-timeout", "the peer stopped answering echo requests"),
        failed(400, "echo-timeout", "the peer stopped answering echo requests"),
        dialled(301)};
    const auto told = tellStory(link("up", "running"), losses, kNow);
    EXPECT_TRUE(has(told.why, "it was lost twice")) << told.why;
    EXPECT_TRUE(has(told.why, "the peer stopped answering echo requests; this usually means that the line"))
        << told.why;

    const auto late = tellStory(link("up", "running"),
                                {dialled(900), failed(890, "auth-failed", "no"), dialled(301)}, kNow);
    EXPECT_TRUE(has(late.why, "failed to come up once")) << late.why;
}

TEST(Explain, ARedialIsNoLoss) {
    const std::string silent = "no answer to 3 echo requests";
    const auto up =
        tellStory(link("up"),
                  {dialled(9000), ended(8000, "echo-timeout", silent), failed(8000, "echo-timeout", silent),
                   dialled(7990), ended(400, "user-request", "redial"), dialled(399)},
                  kNow);
    EXPECT_TRUE(has(up.why, silent)) << up.why;
    EXPECT_FALSE(has(up.why, "redial")) << up.why;
    const auto down = tellStory(link("down", "", "user-request", "taken down on request"),
                                {dialled(9000), ended(8000, "user-request", "redial"), dialled(7999),
                                 failed(7000, "discovery-timeout", "nobody answered")},
                                kNow);
    EXPECT_FALSE(has(down.last, "after it had been up")) << down.last;
    const auto asleep = tellStory(link("waiting", "", "suspend", "the machine sleeps"),
                                  {dialled(9000), failed(8000, "echo-timeout", silent), dialled(7990),
                                   ended(400, "suspend", "the machine sleeps")},
                                  kNow);
    EXPECT_TRUE(has(asleep.last, "the machine sleeps")) << asleep.last;
}

TEST(Explain, UpByAProfileThatIsNoLongerValid) {
    Snapshot spoilt = link("up");
    spoilt.properties["NeedsRedial"] = sdbus::Variant{true};
    spoilt.properties["Details"] = sdbus::Variant{
        Dictionary{{"profile-faults", sdbus::Variant{std::string("/mtuu: unknown key\n/x: y")}}}};
    const auto told = tellStory(spoilt, {dialled(10)}, kNow);
    EXPECT_TRUE(has(told.next, "not valid: /mtuu: unknown key. Should the link be lost")) << told.next;
    EXPECT_TRUE(has(told.next, "then: pppctl reload.")) << told.next;
    EXPECT_FALSE(has(told.next, "pppctl redial")) << told.next;
}

TEST(Explain, Waiting) {
    const std::vector<StoryEvent> story{
        dialled(10), failed(5, "auth-failed", "the server refused user name or password: \"Access denied\"")};
    const auto told = tellStory(link("waiting", "backoff", "auth-failed", "…"), story, kNow);
    EXPECT_TRUE(has(told.last, "Attempt 2 to dial isp failed at ")) << told.last;
    EXPECT_TRUE(has(told.last, "\"Access denied\".")) << told.last;
    EXPECT_TRUE(has(told.why, "pppctl set-secret isp")) << told.why;
    EXPECT_TRUE(has(told.next, "The next attempt is at ")) << told.next;
    EXPECT_TRUE(has(told.next, "pppctl up isp makes it at once")) << told.next;

    const auto cable = tellStory(link("waiting", "carrier", "no-carrier", "eth0 has lost its carrier"),
                                 {dialled(100), ended(5, "no-carrier", "eth0 has lost its carrier"),
                                  failed(5, "no-carrier", "eth0 has lost its carrier")},
                                 kNow);
    EXPECT_TRUE(has(cable.last, "isp was lost at ")) << cable.last;
    EXPECT_TRUE(has(cable.last, "after it had been up for 1 min 30 s: eth0 has lost its carrier."))
        << cable.last;
    EXPECT_TRUE(has(cable.next, "waits for the carrier of eth0")) << cable.next;

    const auto device = tellStory(link("waiting", "device", "device-missing"), {dialled(5)}, kNow);
    EXPECT_TRUE(has(device.next, "waits for eth0 to appear")) << device.next;
}

TEST(Explain, Failed) {
    const auto auth = tellStory(link("failed", "", "auth-failed", "no"), {dialled(9)}, kNow);
    EXPECT_TRUE(has(auth.last, "isp was given up at ")) << auth.last;
    EXPECT_TRUE(has(auth.last, "after 2 attempts: no.")) << auth.last;
    EXPECT_TRUE(has(auth.next, "until a password is stored: pppctl set-secret isp.")) << auth.next;
    const auto profile = tellStory(
        link("failed", "", "profile-invalid", "/pppoe/interface: is missing\n/mtuu: unknown key\n/x: y"), {},
        kNow);
    EXPECT_TRUE(has(profile.last, "/pppoe/interface: is missing (and 2 more, see pppctl status isp)."))
        << profile.last;
    EXPECT_TRUE(has(profile.next, "pppctl reload.")) << profile.next;
    EXPECT_TRUE(has(tellStory(link("failed", "", "engine-missing"), {}, kNow).next, "pppctl up isp."));
}

TEST(Explain, Down) {
    const auto never = tellStory(link("down"), {}, kNow);
    EXPECT_TRUE(has(never.last, "has not been dialled since the machine booted")) << never.last;
    EXPECT_TRUE(has(never.next, "pppctl up isp")) << never.next;
    const auto byHand = tellStory(link("down", "", "user-request", "taken down on request"),
                                  {dialled(100), ended(5, "user-request", "taken down on request")}, kNow);
    EXPECT_TRUE(has(byHand.last, "isp was taken down on request at ")) << byHand.last;
    EXPECT_TRUE(has(byHand.last, "after it had been up for 1 min 30 s.")) << byHand.last;
    EXPECT_TRUE(has(byHand.why, "Nothing went wrong")) << byHand.why;
}

TEST(Explain, DownBeforeThisDaemonStarted) {
    const auto told = tellStory(link("down"),
                                {dialled(100),
                                 ended(50, "user-request", "taken down on request"),
                                 {kNow - 50 * kSecond,
                                  "state",
                                  {{"new", words("down")},
                                   {"reason", words("user-request")},
                                   {"reason-text", words("taken down on request")}}}},
                                kNow);
    EXPECT_TRUE(has(told.last, "isp was taken down on request at ")) << told.last;
    EXPECT_TRUE(has(told.last, shortTime(kNow - 50 * kSecond, kNow))) << told.last;
    EXPECT_TRUE(has(told.why, "Nothing went wrong")) << told.why;
}

TEST(Explain, ConnectingTellsOfTheAttemptBefore) {
    const auto told = tellStory(link("connecting", "auth", "auth-failed", "no"),
                                {dialled(60), failed(50, "lcp-timeout", "silence"), dialled(5)}, kNow);
    EXPECT_TRUE(has(told.last, "attempt 2, now in phase auth.")) << told.last;
    EXPECT_TRUE(has(told.why, "The attempt before failed: silence; this usually means")) << told.why;
}

TEST(Explain, ALineWithoutACarrierMayBeACableWithoutTheWire) {
    auto cable = link("connecting", "carrier");
    cable.properties["Type"] = words("serial");
    const auto told = tellStory(cable, {dialled(5)}, kNow);
    EXPECT_EQ(told.next, "It waits for the carrier (DCD) of eth0; a cable without that wire needs "
                         "/serial/modem-lines false.");
    cable.properties["Type"] = words("pppoe"); // a port that was set up a moment ago
    EXPECT_FALSE(has(tellStory(cable, {dialled(5)}, kNow).next, "DCD"));
}

TEST(Explain, AHostileTextStaysHarmless) {
    const auto told = tellStory(link("waiting", "backoff", "auth-failed", "x"),
                                {dialled(9), failed(5, "auth-failed", "\033[2Jgone\n\nboth")}, kNow);
    EXPECT_FALSE(has(told.last, "\033")) << told.last;
    EXPECT_FALSE(has(told.last, "both")) << told.last;
}

TEST(Explain, AnotherDayIsNamed) {
    EXPECT_EQ(shortTime(kNow, kNow).size(), 8U);
    EXPECT_EQ(shortTime(kNow - 48 * 3600 * kSecond, kNow).size(), 19U);
}

} // namespace
} // namespace ppp::cli
