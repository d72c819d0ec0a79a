// SPDX-License-Identifier: LGPL-2.1-or-later
// Which verdicts on our proof the plugin reports, in a process that stands in for pppd.
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

extern "C" {
#include "plugin.h"
#include "plugin_pppd.h"
}

namespace {

struct Report {
    unsigned protocol = 0, verdict = 0;
    std::string text;
    bool operator==(const Report&) const = default;
};

Report building;
std::vector<Report> reports;

} // namespace

// The plugin's other files.
extern "C" {
void message_begin(struct message*, enum pppm_kind kind) {
    EXPECT_EQ(kind, PPPM_AUTH);
    building = {};
}
void message_u32(struct message*, enum pppm_tag tag, uint32_t value) {
    if (tag == PPPM_T_AUTH_PROTOCOL) {
        building.protocol = value;
    } else if (tag == PPPM_T_VERDICT) {
        building.verdict = value;
    }
}
void message_bytes(struct message*, enum pppm_tag, const void* data, size_t length) {
    building.text.assign(static_cast<const char*>(data), length);
}
void message_send(const struct message*, enum message_weight) {
    reports.push_back(building);
}
void test_input(int, uint8_t*, int) {}
}

namespace {

constexpr int kSerialConn = 2, kEstablish = 4, kAuthenticate = 5, kNetwork = 7, kTerminate = 9; // pppd's
constexpr unsigned kPap = 0xc023, kEap = 0xc227;
constexpr unsigned kStarted = PPPM_VERDICT_STARTED, kAccepted = PPPM_VERDICT_ACCEPTED,
                   kRefused = PPPM_VERDICT_REFUSED;

class AuthWatch : public testing::Test {
protected:
    void SetUp() override {
        auth_phase(kSerialConn);
        auth_phase(kEstablish);
    }
    static void opens(int eap, int chap, int pap) {
        test_agree(eap, chap, pap);
        auth_phase(kAuthenticate);
    }
    static void received(ppp_event event, std::uint8_t id = 1, const std::string& text = {}) {
        ppp_frame frame{};
        frame.event = event;
        frame.id = id;
        frame.text = reinterpret_cast<const std::uint8_t*>(text.data());
        frame.text_length = text.size();
        auth_frame(&frame);
    }
    // Since it was last asked for.
    static std::vector<unsigned> verdicts() {
        std::vector<unsigned> all;
        for (const Report& report : std::exchange(reports, {})) {
            all.push_back(report.verdict);
        }
        return all;
    }
    void TearDown() override { reports.clear(); }
};

using Verdicts = std::vector<unsigned>;

TEST_F(AuthWatch, PapsFirstVerdictCountsAndNoOther) {
    opens(0, 0, 1);
    EXPECT_EQ(verdicts(), (Verdicts{kStarted})) << "we speak first";
    received(PPP_EVENT_PAP_ACK, 1, "Login ok");
    EXPECT_EQ(reports, (std::vector<Report>{{kPap, kAccepted, "Login ok"}}));
    reports.clear();
    received(PPP_EVENT_PAP_NAK, 2); // to the request that was repeated with a new id
    auth_phase(kNetwork);
    received(PPP_EVENT_PAP_NAK, 2);
    EXPECT_EQ(verdicts(), Verdicts{});

    opens(0, 0, 1);
    received(PPP_EVENT_PAP_NAK, 1, "no");
    received(PPP_EVENT_PAP_ACK, 2);
    EXPECT_EQ(verdicts(), (Verdicts{kStarted, kRefused}));
}

TEST_F(AuthWatch, ChapsFirstVerdictCountsAndNoOther) {
    opens(0, 1, 0);
    received(PPP_EVENT_CHAP_CHALLENGE, 1);
    received(PPP_EVENT_CHAP_CHALLENGE, 1);
    received(PPP_EVENT_CHAP_CHALLENGE, 2);
    received(PPP_EVENT_CHAP_SUCCESS, 1);
    EXPECT_EQ(verdicts(), (Verdicts{kStarted, kAccepted}));
    received(PPP_EVENT_CHAP_FAILURE, 2);
    auth_phase(kNetwork);
    received(PPP_EVENT_CHAP_FAILURE, 2);
    EXPECT_EQ(verdicts(), Verdicts{});
}

TEST_F(AuthWatch, ANewChallengeAsksAnewAndALateOneDoesNot) {
    opens(0, 1, 0);
    received(PPP_EVENT_CHAP_CHALLENGE, 1);
    received(PPP_EVENT_CHAP_SUCCESS, 1);
    auth_phase(kNetwork);
    EXPECT_EQ(verdicts(), (Verdicts{kStarted, kAccepted}));
    received(PPP_EVENT_CHAP_CHALLENGE, 1);
    received(PPP_EVENT_CHAP_FAILURE, 1);
    EXPECT_EQ(verdicts(), Verdicts{}) << "the one that is judged came twice";
    received(PPP_EVENT_CHAP_CHALLENGE, 2);
    received(PPP_EVENT_CHAP_SUCCESS, 2);
    received(PPP_EVENT_CHAP_CHALLENGE, 3);
    received(PPP_EVENT_CHAP_FAILURE, 3);
    EXPECT_EQ(verdicts(), (Verdicts{kStarted, kAccepted, kStarted, kRefused}));
}

TEST_F(AuthWatch, AVerdictByAMethodThatWasNotAgreedOnIsNone) {
    for (const auto& [eap, chap, pap] : {std::tuple{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}}) {
        opens(eap, chap, pap);
        reports.clear();
        if (!pap) {
            received(PPP_EVENT_PAP_NAK);
        }
        if (!chap) {
            received(PPP_EVENT_CHAP_CHALLENGE);
            received(PPP_EVENT_CHAP_SUCCESS);
            received(PPP_EVENT_CHAP_FAILURE);
        }
        if (!eap) {
            received(PPP_EVENT_EAP_REQUEST);
            received(PPP_EVENT_EAP_NOTICE, 1, "hello");
            received(PPP_EVENT_EAP_FAILURE);
        }
        EXPECT_EQ(verdicts(), Verdicts{}) << eap << chap << pap;
    }
    opens(1, 1, 1); // pppd takes the first of them
    received(PPP_EVENT_CHAP_FAILURE);
    EXPECT_EQ(verdicts(), Verdicts{});
}

TEST_F(AuthWatch, BeforeLcpIsOpenThereIsNone) {
    received(PPP_EVENT_CHAP_CHALLENGE);
    received(PPP_EVENT_CHAP_FAILURE);
    received(PPP_EVENT_PAP_NAK);
    EXPECT_EQ(verdicts(), Verdicts{});
}

TEST_F(AuthWatch, OneThatPppdTakesWithoutHavingBeenAskedCounts) {
    opens(0, 1, 0);
    received(PPP_EVENT_CHAP_FAILURE);
    EXPECT_EQ(verdicts(), (Verdicts{kRefused}));
}

TEST_F(AuthWatch, ARefusalBehindTheTerminateRequestSaysWhy) {
    for (const int way : {0, 1}) {
        opens(0, way, !way);
        received(PPP_EVENT_CHAP_CHALLENGE);
        received(PPP_EVENT_LCP_TERMINATE);
        auth_phase(kEstablish);
        received(way ? PPP_EVENT_CHAP_FAILURE : PPP_EVENT_PAP_NAK, 1, "expired");
        EXPECT_EQ(verdicts(), (Verdicts{kStarted, kRefused}));
    }
    opens(0, 0, 1);
    auth_phase(kTerminate); // pppd has given up waiting
    auth_phase(kEstablish);
    received(PPP_EVENT_PAP_ACK);
    EXPECT_EQ(verdicts(), (Verdicts{kStarted})) << "no one goes on from there";
    received(PPP_EVENT_PAP_NAK);
    EXPECT_EQ(verdicts(), (Verdicts{kRefused}));

    opens(0, 0, 1);
    received(PPP_EVENT_PAP_ACK);
    received(PPP_EVENT_LCP_TERMINATE);
    auth_phase(kEstablish);
    received(PPP_EVENT_PAP_NAK);
    EXPECT_EQ(verdicts(), (Verdicts{kStarted, kAccepted})) << "it has had its verdict";
}

TEST_F(AuthWatch, LcpThatBeginsAnewVoidsTheQuestion) {
    opens(0, 0, 1);
    received(PPP_EVENT_LCP_REQUEST);
    auth_phase(kEstablish);
    received(PPP_EVENT_PAP_NAK);
    EXPECT_EQ(verdicts(), (Verdicts{kStarted}));
    opens(0, 0, 1);
    received(PPP_EVENT_PAP_ACK);
    EXPECT_EQ(verdicts(), (Verdicts{kStarted, kAccepted}));
}

TEST_F(AuthWatch, EapsFailureCountsBehindASuccessAsForPppd) {
    opens(1, 0, 0);
    received(PPP_EVENT_EAP_REQUEST, 1);
    received(PPP_EVENT_EAP_SUCCESS, 2);
    received(PPP_EVENT_EAP_SUCCESS, 2);
    EXPECT_EQ(verdicts(), (Verdicts{kStarted, kAccepted}));
    received(PPP_EVENT_EAP_FAILURE, 3);
    received(PPP_EVENT_EAP_FAILURE, 3);
    EXPECT_EQ(verdicts(), (Verdicts{kRefused}));

    opens(1, 0, 0);
    received(PPP_EVENT_EAP_NOTICE, 1, "expired");
    received(PPP_EVENT_EAP_FAILURE, 2);
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_EQ(reports[1], (Report{kEap, kRefused, "expired"}));
}

} // namespace
