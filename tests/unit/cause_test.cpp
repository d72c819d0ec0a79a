// SPDX-License-Identifier: LGPL-2.1-or-later
// Causes from what was seen, whatever exit code pppd made of it.
#include "core/cause.hpp"

#include <gtest/gtest.h>

#include "plugin/message.h"

namespace {

using namespace ppp::core;

struct Story {
    Sightings seen;
    Story& phase(std::uint32_t number) {
        see(seen, engine::PhaseChange{number});
        return *this;
    }
    Story& session() {
        see(seen, engine::Discovery{{}, "ac"});
        see(seen, engine::Session{7, {}, "ac"});
        return *this;
    }
    Story& lcp() {
        see(seen, engine::LcpUp{1492, 1492});
        return *this;
    }
    Story& auth(std::uint32_t verdict, const std::string& text = {}) {
        see(seen, engine::Auth{0xc223, verdict, text, 5});
        return *this;
    }
    Cause end(std::uint32_t status) {
        see(seen, engine::Exit{status});
        return judge(seen, EngineEnd{static_cast<int>(status), {}}, LinkType::Pppoe);
    }
};

TEST(Cause, OneWrongPasswordThreeExitCodes) {
    for (const std::uint32_t status : {19U, 16U, 8U}) {
        Story story;
        story.session().lcp().auth(PPPM_VERDICT_STARTED).auth(PPPM_VERDICT_REFUSED, "E=691 wrong");
        const Cause cause = story.end(status);
        EXPECT_EQ(cause.reason, Reason::AuthFailed) << status;
        EXPECT_NE(cause.text.find("E=691 wrong"), std::string::npos) << cause.text;
    }
}

TEST(Cause, AnEndDuringTheWaitForTrafficIsNoFailedCall) {
    const auto waiting = [] {
        Story story;
        story.phase(PPPM_PHASE_DORMANT);
        see(story.seen, engine::DemandReady{"ppp0", 7, {}, {}, 1492});
        return story;
    };
    EXPECT_TRUE(waiting().seen.dormant());
    const Cause ended = waiting().end(5);
    EXPECT_EQ(ended.reason, Reason::EngineFailed);
    EXPECT_EQ(ended.retry, RetryClass::Discovery) << "nothing is wrong with the profile";
    EXPECT_EQ(waiting().phase(PPPM_PHASE_SERIALCONN).end(5).reason, Reason::DiscoveryTimeout);
    EXPECT_EQ(waiting().session().lcp().end(12).reason, Reason::IdleTimeout);
    EXPECT_FALSE(waiting().lcp().seen.dormant()) << "also where the phases before were lost";
}

TEST(Cause, HangUpInsteadOfAVerdictIsARefusalToo) {
    Story story;
    story.session().lcp().auth(PPPM_VERDICT_STARTED);
    see(story.seen, engine::LcpTerminated{"no such user"});
    const Cause cause = story.end(16);
    EXPECT_EQ(cause.reason, Reason::AuthFailed);
    EXPECT_NE(cause.text.find("no such user"), std::string::npos);
}

TEST(Cause, ATunnelThatIsClosedOverAPasswordIsARefusalToo) {
    const auto during = [](Reason reason, std::uint32_t verdict) {
        Story story;
        story.session().lcp().auth(PPPM_VERDICT_STARTED).auth(verdict);
        see(story.seen, engine::Failure{reason, "the tunnel server ended the call"});
        return story.end(5);
    };
    const Cause closed = during(Reason::PeerTerminated, PPPM_VERDICT_STARTED);
    EXPECT_EQ(closed.reason, Reason::AuthFailed);
    EXPECT_NE(closed.text.find("ended the call"), std::string::npos) << closed.text;
    EXPECT_EQ(during(Reason::TunnelTimeout, PPPM_VERDICT_STARTED).reason, Reason::TunnelTimeout) << "lost";
    EXPECT_EQ(during(Reason::PeerTerminated, PPPM_VERDICT_ACCEPTED).reason, Reason::PeerTerminated);
}

TEST(Cause, HangUpAfterAcceptedIsNotARefusal) {
    Story story;
    story.session().lcp().auth(PPPM_VERDICT_STARTED).auth(PPPM_VERDICT_ACCEPTED).phase(PPPM_PHASE_NETWORK);
    EXPECT_EQ(story.end(16).reason, Reason::PeerTerminated);
}

TEST(Cause, NoAnswer) {
    Story story;
    EXPECT_EQ(story.end(8).reason, Reason::DiscoveryTimeout);
}

TEST(Cause, ErrorTagsNameTheCause) {
    Story service;
    see(service.seen, engine::DiscoveryError{0x0201, {}, "no gold here"});
    const Cause cause = service.end(8);
    EXPECT_EQ(cause.reason, Reason::ServiceRejected);
    EXPECT_NE(cause.text.find("no gold here"), std::string::npos);
    Story system;
    see(system.seen, engine::DiscoveryError{0x0202, {}, "full"});
    EXPECT_EQ(system.end(8).reason, Reason::AccessConcentratorError);
    Story other;
    see(other.seen, engine::DiscoveryError{0x0203, {}, ""});
    EXPECT_EQ(other.end(8).reason, Reason::AccessConcentratorError);
}

TEST(Cause, AnotherConcentratorForgivesTheFirst) {
    Story story;
    see(story.seen, engine::DiscoveryError{0x0201, {}, "not me"});
    story.session();
    EXPECT_EQ(story.end(10).reason, Reason::LcpTimeout);
}

TEST(Cause, PeersOwnWordsAreHarmless) {
    Story story;
    story.session().lcp().auth(PPPM_VERDICT_ACCEPTED).phase(PPPM_PHASE_NETWORK);
    see(story.seen, engine::LcpTerminated{"bye\x1b[31m\xff"});
    const Cause cause = story.end(16);
    EXPECT_EQ(cause.reason, Reason::PeerTerminated);
    EXPECT_EQ(cause.text.find('\x1b'), std::string::npos);
    EXPECT_NE(cause.text.find("bye"), std::string::npos);
}

TEST(Cause, ExitCodesWhereNothingElseIsKnown) {
    const std::pair<std::uint32_t, Reason> rows[] = {
        {2, Reason::EngineFailed}, {4, Reason::KernelSupportMissing},
        {6, Reason::DeviceBusy},   {7, Reason::DeviceMissing},
        {12, Reason::IdleTimeout}, {13, Reason::SessionLimit},
        {15, Reason::EchoTimeout}, {17, Reason::Loopback}};
    for (const auto& [status, reason] : rows) {
        Story story;
        story.session().lcp().auth(PPPM_VERDICT_ACCEPTED).phase(PPPM_PHASE_NETWORK);
        EXPECT_EQ(story.end(status).reason, reason) << status;
    }
}

TEST(Cause, AKilledEngineIsTriedAgain) {
    Story story;
    story.session();
    const Cause cause = judge(story.seen, EngineEnd{{}, 9}, LinkType::Pppoe);
    EXPECT_EQ(cause.reason, Reason::EngineFailed);
    EXPECT_EQ(cause.retry, RetryClass::Discovery);
}

TEST(Cause, WhatWeStoppedItForWins) {
    Story story;
    story.session().lcp();
    story.seen.stop = StopCause{Reason::UserRequest, "asked"};
    EXPECT_EQ(story.end(5).reason, Reason::UserRequest);
}

TEST(Cause, ARefusalBeatsOurOwnImpatience) {
    Story story;
    story.session().lcp().auth(PPPM_VERDICT_REFUSED, "no");
    story.seen.stop = StopCause{Reason::PhaseTimeout, "slow"};
    EXPECT_EQ(story.end(5).reason, Reason::AuthFailed);
}

TEST(Cause, LcpSilence) {
    Story story;
    story.session();
    EXPECT_EQ(story.end(10).reason, Reason::LcpTimeout);
}

TEST(Cause, NoNetworkProtocol) {
    Story story;
    story.session().lcp().auth(PPPM_VERDICT_ACCEPTED).phase(PPPM_PHASE_NETWORK);
    EXPECT_EQ(story.end(10).reason, Reason::NegotiationFailed);
}

TEST(Cause, AnEngineProgramsOwnFailureOutlivesItsExit) {
    Story busy;
    see(busy.seen, engine::Failure{Reason::ModemBusy, "BUSY\x1b[31m"});
    see(busy.seen, engine::Failure{Reason::ModemNoCarrier, "NO CARRIER"});
    const Cause cause = busy.end(8);
    EXPECT_EQ(cause.reason, Reason::ModemBusy) << "the first one counts";
    EXPECT_EQ(cause.retry, RetryClass::Modem);
    EXPECT_NE(cause.text.find("\"BUSY"), std::string::npos) << cause.text;
    EXPECT_EQ(cause.text.find('\x1b'), std::string::npos);

    Story pulled; // while up: pppd sees no more than a hang-up
    pulled.session().lcp().auth(PPPM_VERDICT_STARTED);
    see(pulled.seen, engine::Failure{Reason::DeviceMissing, "/dev/ttyUSB0 is gone"});
    const Cause gone = pulled.end(16);
    EXPECT_EQ(gone.reason, Reason::DeviceMissing);
    EXPECT_EQ(gone.text, "the device does not exist: /dev/ttyUSB0 is gone") << "our words are not quoted";
}

TEST(Cause, AFailureBeatsOurImpatienceButNeitherARefusalNorARequest) {
    Story late;
    late.seen.stop = StopCause{Reason::PhaseTimeout, "slow"};
    see(late.seen, engine::Failure{Reason::TunnelRefused, "2/4"});
    EXPECT_EQ(late.end(1).reason, Reason::TunnelRefused);

    Story refused; // then the server takes the call down
    refused.session().lcp().auth(PPPM_VERDICT_REFUSED, "no");
    see(refused.seen, engine::Failure{Reason::TunnelRefused, "1/1"});
    EXPECT_EQ(refused.end(16).reason, Reason::AuthFailed);

    Story asked;
    asked.seen.stop = StopCause{Reason::UserRequest, "asked"};
    see(asked.seen, engine::Failure{Reason::ModemTimeout, ""});
    EXPECT_EQ(asked.end(5).reason, Reason::UserRequest);
}

} // namespace
