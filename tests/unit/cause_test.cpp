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
    Story& auth(std::uint32_t verdict, const std::string& text = {}, std::uint32_t digest = 5) {
        see(seen, engine::Auth{0xc223, verdict, text, digest});
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

// RFC 2661, 5.7: the server ends the call (CDN) behind the last word of its PPP.
TEST(Cause, TheEndOfACallDoesNotHideThePeersOwnWords) {
    const auto ended = [](const std::string& words, bool up) {
        Story story;
        story.session().lcp().auth(PPPM_VERDICT_ACCEPTED).phase(PPPM_PHASE_NETWORK);
        story.seen.wasUp = up;
        see(story.seen, engine::LcpTerminated{words});
        see(story.seen, engine::Failure{Reason::PeerTerminated, "result 3"});
        see(story.seen, engine::Exit{16});
        return judge(story.seen, EngineEnd{16, {}}, LinkType::L2tp);
    };
    for (const bool up : {false, true}) {
        EXPECT_EQ(ended("Session-Timeout", up).reason, Reason::PeerTerminated);
        EXPECT_NE(ended("Session-Timeout", up).text.find("Session-Timeout"), std::string::npos);
        EXPECT_EQ(ended("", up).text, "result 3");
    }
}

TEST(Cause, HangUpAfterAcceptedIsNotARefusal) {
    Story story;
    story.session().lcp().auth(PPPM_VERDICT_STARTED).auth(PPPM_VERDICT_ACCEPTED).phase(PPPM_PHASE_NETWORK);
    EXPECT_EQ(story.end(16).reason, Reason::PeerTerminated);
}

// RFC 2759, 5: a Success carries the server's own proof, which pppd looks at after we have seen the frame.
TEST(Cause, ASuccessWithoutProofIsAFailureOfAuthentication) {
    const auto accepted = [](std::uint32_t digest) {
        Story story;
        story.session().lcp().auth(PPPM_VERDICT_STARTED, {}, digest);
        return story.auth(PPPM_VERDICT_ACCEPTED, "S=00", digest);
    };
    const Cause cause = accepted(0x81).end(19);
    EXPECT_EQ(cause.reason, Reason::AuthFailed);
    EXPECT_NE(cause.text.find("prove"), std::string::npos) << cause.text;
    EXPECT_NE(accepted(0x81).end(16).reason, Reason::AuthFailed) << "it hung up";
    EXPECT_NE(accepted(0x81).phase(PPPM_PHASE_NETWORK).end(16).reason, Reason::AuthFailed);
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

TEST(Cause, APeerThatEndsIpOrBeginsAnewIsNoFaultOfPppd) {
    Story story;
    story.session().lcp().auth(PPPM_VERDICT_ACCEPTED).phase(PPPM_PHASE_NETWORK);
    story.seen.wasUp = true;
    const Cause anew = Story(story).end(0);
    EXPECT_EQ(anew.reason, Reason::LcpTimeout);
    EXPECT_NE(anew.text.find("anew"), std::string::npos) << anew.text;
    Story rejects = story;
    see(rejects.seen, engine::ProtocolRejected{0x8057}); // IPV6CP
    EXPECT_EQ(Story(rejects).end(0).reason, Reason::LcpTimeout);
    see(rejects.seen, engine::ProtocolRejected{0xc021});
    const Cause rejected = rejects.end(0);
    EXPECT_EQ(rejected.reason, Reason::PeerTerminated);
    EXPECT_NE(rejected.text.find("rejected LCP"), std::string::npos) << rejected.text;
    see(story.seen, engine::LcpClosed{"No network protocols running"});
    const Cause ended = story.end(0);
    EXPECT_EQ(ended.reason, Reason::PeerTerminated);
    EXPECT_NE(ended.text.find("ended IP"), std::string::npos) << ended.text;
}

TEST(Cause, ATerminateRequestBeforeLcpOpenedSaysNothingOfTheEnd) {
    Story story;
    story.session();
    see(story.seen, engine::LcpTerminated{"of the link before"});
    const Sightings early = story.seen;
    story.phase(PPPM_PHASE_AUTHENTICATE);
    EXPECT_FALSE(story.seen.terminated) << "the phase is told ahead of LCP's sizes";
    story.seen = early;
    story.lcp().auth(PPPM_VERDICT_ACCEPTED).phase(PPPM_PHASE_NETWORK);
    story.seen.wasUp = true;
    const Cause cause = story.end(16);
    EXPECT_EQ(cause.reason, Reason::PeerTerminated);
    EXPECT_EQ(cause.text.find("of the link before"), std::string::npos) << cause.text;
}

TEST(Cause, AKilledEngineIsTriedAgain) {
    Story story;
    story.session();
    const Cause cause = judge(story.seen, EngineEnd{{}, 9}, LinkType::Pppoe);
    EXPECT_EQ(cause.reason, Reason::EngineFailed);
    EXPECT_EQ(cause.retry, RetryClass::Discovery);
}

/// pppd catches what would kill it and ends by 127 (its main.c, bad_signal()), the loader where a library is
/// missing.
TEST(Cause, ACrashIsNoSilentPeer) {
    for (int far = 0; far < 3; ++far) {
        Story story;
        if (far > 0) {
            story.session();
        }
        if (far > 1) {
            story.lcp().auth(PPPM_VERDICT_ACCEPTED).phase(PPPM_PHASE_NETWORK);
        }
        EngineEnd end{127, {}};
        for (const char* words : {"", "error while loading shared libraries: libcrypt.so.1"}) {
            end.words = words;
            const Cause cause = judge(story.seen, end, LinkType::Pppoe);
            EXPECT_EQ(cause.reason, Reason::EngineFailed) << far;
            EXPECT_EQ(cause.retry, RetryClass::Discovery) << far;
            EXPECT_NE(cause.text.find(*words == 0 ? "crashed" : words), std::string::npos) << cause.text;
        }
    }
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

TEST(Cause, AnEngineProgramsShortageIsTriedAgain) {
    for (const bool passing : {false, true}) {
        Story story;
        see(story.seen, engine::Failure{Reason::EngineFailed, "cannot start pppd: no memory", passing});
        const Cause cause = story.end(8);
        EXPECT_EQ(cause.reason, Reason::EngineFailed);
        EXPECT_EQ(cause.retry, passing ? RetryClass::Discovery : RetryClass::Fault);
        EXPECT_NE(cause.text.find("no memory"), std::string::npos) << cause.text;
    }
}

TEST(Cause, AnIdleLinkWasIdleWhoeverHungUpThen) {
    Story story;
    story.session().lcp().auth(PPPM_VERDICT_ACCEPTED);
    see(story.seen, engine::LcpClosed{"Link inactive"});
    see(story.seen, engine::Failure{Reason::PeerTerminated, "the tunnel server ended the call"});
    const Cause cause = story.end(8);
    EXPECT_EQ(cause.reason, Reason::IdleTimeout) << cause.text;
    EXPECT_EQ(cause.retry, RetryClass::None);
    Story told; // by the peer: no word of ours
    told.session().lcp().auth(PPPM_VERDICT_ACCEPTED);
    see(told.seen, engine::LcpTerminated{"Link inactive"});
    EXPECT_EQ(told.end(5).reason, Reason::PeerTerminated);
}

TEST(Cause, ALineThatDamagesFramesIsNamed) {
    const auto serial = [](Story story, std::uint32_t status) {
        see(story.seen, engine::Exit{status});
        return judge(story.seen, EngineEnd{static_cast<int>(status), {}}, LinkType::Serial);
    };
    Story network;
    network.lcp().phase(PPPM_PHASE_NETWORK);
    EXPECT_EQ(serial(network, 10).text.find("damaged"), std::string::npos);
    see(network.seen, engine::Damaged{4});
    EXPECT_EQ(serial(network, 10).reason, Reason::NegotiationFailed);
    EXPECT_NE(serial(network, 10).text.find("; 4 frames came in damaged: "), std::string::npos);
    network.seen.stop = StopCause{Reason::UserRequest, "asked"};
    EXPECT_EQ(serial(network, 5).text, "asked");

    EXPECT_NE(serial({}, 10).text.find("same speed"), std::string::npos) << "no frame came in at all";

    Story password; // it was never heard, so it was not refused
    password.lcp().auth(PPPM_VERDICT_STARTED);
    see(password.seen, engine::Damaged{1});
    see(password.seen, engine::LcpTerminated{"too slow"});
    EXPECT_EQ(serial(password, 16).reason, Reason::PeerTerminated);
    EXPECT_NE(serial(password, 16).text.find("; 1 frame came in damaged"), std::string::npos);
    EXPECT_EQ(password.end(16).reason, Reason::AuthFailed) << "PPPoE's frames are whole or do not come";

    Story week; // some noise in a long life explains nothing
    week.lcp().phase(PPPM_PHASE_NETWORK);
    week.seen.wasUp = true;
    see(week.seen, engine::Damaged{1});
    see(week.seen, engine::LcpTerminated{"bye"});
    EXPECT_EQ(serial(week, 16).text.find("damaged"), std::string::npos);
    EXPECT_NE(serial(week, 15).text.find("damaged"), std::string::npos) << "silence is another matter";
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

Story& proof(Story& story, std::uint32_t verdict, const std::string& name = {}) {
    see(story.seen, engine::PeerAuth{0xc223, verdict, name, 5});
    return story;
}

TEST(Cause, APeerThatDoesNotProveItselfIsNamedSo) {
    Story wrong;
    proof(wrong.session().lcp(), PPPM_VERDICT_STARTED);
    const Cause refused = proof(wrong, PPPM_VERDICT_REFUSED, "mallory\x1b").end(11);
    EXPECT_EQ(refused.reason, Reason::PeerAuthFailed);
    EXPECT_NE(refused.text.find("CHAP is wrong"), std::string::npos) << refused.text;
    EXPECT_NE(refused.text.find("mallory"), std::string::npos);
    EXPECT_EQ(refused.text.find('\x1b'), std::string::npos);

    Story stranger;
    EXPECT_NE(proof(stranger.session().lcp(), PPPM_VERDICT_STRANGER, "eve").end(11).text.find("remote-name"),
              std::string::npos);

    Story silent;
    const Cause nothing = proof(silent.session().lcp(), PPPM_VERDICT_STARTED).end(11);
    EXPECT_EQ(nothing.reason, Reason::PeerAuthFailed);
    EXPECT_NE(nothing.text.find("gave no answer"), std::string::npos) << nothing.text;

    Story unwilling;
    unwilling.session();
    see(unwilling.seen, engine::LcpClosed{"peer refused to authenticate"});
    const Cause none = unwilling.end(11);
    EXPECT_EQ(none.reason, Reason::PeerAuthFailed);
    EXPECT_NE(none.text.find("refuses to prove"), std::string::npos) << none.text;

    Story offended;
    proof(offended.session().lcp(), PPPM_VERDICT_STARTED);
    see(offended.seen, engine::LcpTerminated{"who are you to ask"});
    const Cause left = offended.end(16);
    EXPECT_EQ(left.reason, Reason::PeerAuthFailed);
    EXPECT_NE(left.text.find("who are you to ask"), std::string::npos) << left.text;
}

TEST(Cause, OurOwnRefusalBeatsThePeersProof) {
    Story both;
    proof(both.session().lcp(), PPPM_VERDICT_STARTED);
    EXPECT_EQ(both.auth(PPPM_VERDICT_REFUSED, "no").end(19).reason, Reason::AuthFailed);
    Story right;
    proof(right.session().lcp(), PPPM_VERDICT_ACCEPTED).phase(PPPM_PHASE_NETWORK);
    EXPECT_EQ(right.end(16).reason, Reason::PeerTerminated);
}

TEST(Cause, AServerThatWantsWhatTheProfileRulesOut) {
    Story story;
    story.session();
    see(story.seen, engine::Auth{0xc223, PPPM_VERDICT_DECLINED, {}, 5});
    see(story.seen, engine::Auth{0xc023, PPPM_VERDICT_DECLINED, {}, 0});
    see(story.seen, engine::Auth{0xc023, PPPM_VERDICT_DECLINED, {}, 0});
    story.lcp().phase(PPPM_PHASE_AUTHENTICATE).phase(PPPM_PHASE_NETWORK);
    see(story.seen, engine::LcpTerminated{"peer refused to authenticate"});
    Story poor = story;
    const Cause cause = story.end(16);
    EXPECT_EQ(cause.reason, Reason::AuthFailed);
    EXPECT_NE(cause.text.find("CHAP, PAP, which the profile rules out"), std::string::npos) << cause.text;
    EXPECT_NE(cause.text.find("peer refused to authenticate"), std::string::npos);
    poor.seen.noPassword = true;
    const Cause none = poor.end(16);
    EXPECT_EQ(none.reason, Reason::SecretsMissing);
    EXPECT_EQ(none.retry, RetryClass::Fault);
}

TEST(Cause, AWishThatWasTakenBackIsNoCause) {
    Story story;
    story.session();
    see(story.seen, engine::Auth{0xc227, PPPM_VERDICT_DECLINED, {}, 0});
    story.lcp().auth(PPPM_VERDICT_STARTED).auth(PPPM_VERDICT_ACCEPTED).phase(PPPM_PHASE_NETWORK);
    EXPECT_EQ(story.end(16).reason, Reason::PeerTerminated);
}

TEST(Cause, NoEncryptionNoLink) {
    const auto closed = [](std::uint32_t digest, const std::string& words) {
        Story story;
        story.session().lcp();
        see(story.seen, engine::Auth{0xc223, PPPM_VERDICT_ACCEPTED, {}, digest});
        story.phase(PPPM_PHASE_NETWORK);
        see(story.seen, engine::LcpClosed{words});
        see(story.seen, engine::LcpClosed{"later"});
        return story.end(10);
    };
    const Cause refused = closed(0x81, "MPPE required but peer refused");
    EXPECT_EQ(refused.reason, Reason::NegotiationFailed);
    EXPECT_NE(refused.text.find("no encryption (MPPE)"), std::string::npos) << refused.text;
    EXPECT_NE(closed(5, "MPPE required but not available").text.find("the server used CHAP"),
              std::string::npos);
    EXPECT_NE(closed(0x80, "MPPE required but not available").text.find("only with MS-CHAPv2"),
              std::string::npos);
    EXPECT_EQ(closed(0x81, "MPPE required but not available").reason, Reason::KernelSupportMissing);
    Story silent; // an encrypted link that ends for something else
    silent.session().lcp();
    silent.seen.wasUp = true;
    see(silent.seen, engine::LcpClosed{"MPPE disabled"});
    EXPECT_EQ(Story(silent).end(15).reason, Reason::EchoTimeout);
    EXPECT_EQ(silent.end(0).reason, Reason::NegotiationFailed);
    EXPECT_EQ(closed(0x81, "No network protocols running").text, sentence(Reason::NegotiationFailed));
}

} // namespace
