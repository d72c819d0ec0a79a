// SPDX-License-Identifier: LGPL-2.1-or-later
// What the engine reports, and how "up" is computed from it.
#include "core/connection.hpp"

#include <utility>

#include "core/dial_times.hpp"
#include "core/limits.hpp"
#include "core/text.hpp"
#include "plugin/message.h"

namespace ppp::core {

namespace {

using std::chrono::seconds;

constexpr Duration kRefusalGrace = seconds(1); // another concentrator may still offer what this one refuses
constexpr Duration kHangUpGrace = seconds(3);  // after a refused password the peer hangs up by itself
constexpr Duration kEndLimit = seconds(20);    // pppd's leave-taking: twice lcp-restart, of 3 s mostly
constexpr Duration kLastWords = std::chrono::milliseconds(250);
constexpr const char* kNoEnd = "the engine did not end by itself";
// With the processor free these are a hundred times what is needed.
constexpr Duration kDiscoveryTurn = seconds(1);
constexpr Duration kSessionTurn = seconds(3);
constexpr std::uint32_t kIpcp = 0x8021;
constexpr std::uint32_t kIpv6cp = 0x8057;

/// How long a phase may take; 0: for ever.
Duration limitOf(Phase phase, const Profile& profile) {
    switch (phase) {
    case Phase::Discovery:
        return profile.pppoe ? profile.pppoe->discoveryTimeout : seconds(60);
    case Phase::Device: // nothing there waits: an engine that stays in it is stuck
        return seconds(20);
    case Phase::Dialing: // the engine has its own limit
        return profile.serial && profile.serial->dial
                   ? dial_times::longest(*profile.serial->dial) + seconds(20)
                   : seconds(20);
    case Phase::Tunnel: // the engine has limits of its own for the name, each address and the call
        return seconds(180);
    case Phase::Lcp: // pppd's own: lcp-max-configure 10 times lcp-restart
        return seconds(10) * std::max(1U, profile.ppp.restartLcp) + seconds(5);
    case Phase::Auth: // pppd's chap-timeout is 60 s, but no server that works takes longer
        return seconds(45);
    case Phase::Network:
        return seconds(10) * std::max(1U, profile.ppp.restartIpcp) + seconds(5);
    case Phase::Applying:
        return seconds(15);
    case Phase::None:
    case Phase::Carrier:
    case Phase::Backoff:
    case Phase::Demand:
    case Phase::Queued:
    case Phase::GatherSecrets:
    case Phase::Running:
        break;
    }
    return Duration(0);
}

/// Whether the link ends by that. In the midst of a negotiation a Terminate-Request only starts it anew
/// (RFC 1661, 4.1: RTR).
bool saysEnd(const EngineEvent& event, Phase phase) {
    return (std::holds_alternative<engine::LcpTerminated>(event) && phase != Phase::Lcp) ||
           std::holds_alternative<engine::LcpClosed>(event) || std::holds_alternative<engine::Failure>(event);
}

Phase whileChannelConnects(const Profile& profile) {
    if (profile.type == LinkType::Pppoe) {
        return Phase::Discovery;
    }
    return profile.type == LinkType::L2tp ? Phase::Tunnel : Phase::Dialing;
}

} // namespace

void Connection::armDeadline(Phase phase) {
    const bool runs = engine_ || phase == Phase::Dialing;
    const Duration limit = profile_ && runs ? limitOf(phase, linkProfile()) : Duration(0);
    if (limit > Duration(0) && deadline_ && phase <= farthest_) {
        return; // a step back buys no time: else a peer that starts anew for ever would never be given up
    }
    farthest_ = phase;
    deadline_.reset();
    if (limit > Duration(0)) {
        deadline_ = ports_.clock.at(ports_.clock.now() + limit, [this, phase] { deadlinePassed(phase); });
    }
}

void Connection::deadlinePassed(Phase phase) {
    deadline_.reset();
    if (phase == Phase::Discovery) {
        const bool refused = seen_.refusal.has_value();
        const std::string silence = seen_.offered ? "a concentrator answered, but gave no session"
                                                  : std::string(sentence(Reason::DiscoveryTimeout));
        stop(refused ? seen_.refusal->reason : Reason::DiscoveryTimeout,
             refused ? seen_.refusal->text : silence);
        return;
    }
    if (phase == Phase::Lcp) {
        stop(Reason::LcpTimeout, std::string(sentence(Reason::LcpTimeout)));
        return;
    }
    const std::string trouble = handover_.trouble();
    stop(Reason::PhaseTimeout,
         text::cat("phase ", wire(phase), " took too long", trouble.empty() ? "" : text::cat(": ", trouble)));
}

void Connection::engineReported(const EngineEvent& event) {
    const bool dormant = seen_.dormant();
    see(seen_, event);
    noteForHooks(event);
    if (dormant && seen_.called) {
        trafficCame();
    }
    if (takenInAnyState(event)) {
        return;
    }
    if (state_ == State::Disconnecting) {
        reportedOnTheWayOut(event);
        return;
    }
    if (const auto* phase = std::get_if<engine::PhaseChange>(&event)) {
        onPhase(phase->phase);
    } else if (saysEnd(event, phase_)) {
        linkEnds();
    } else if (const auto* auth = std::get_if<engine::Auth>(&event)) {
        onAuth(*auth);
    } else if (const auto* session = std::get_if<engine::Session>(&event)) {
        facts_.session = *session;
        holdTurn(kSessionTurn);
        save();
        changed();
    } else if (std::holds_alternative<engine::PinWanted>(event)) {
        onPinWanted();
    } else if (const auto* modem = std::get_if<engine::Modem>(&event)) {
        facts_.modem = text::harmless(modem->message, limits::kPeerText);
        changed();
    } else if (const auto* server = std::get_if<engine::Server>(&event)) {
        onServer(*server);
    } else if (const auto* tunnel = std::get_if<engine::Tunnel>(&event)) {
        facts_.tunnel = *tunnel;
        holdTurn(kSessionTurn);
        save();
        changed();
    } else if (const auto* ready = std::get_if<engine::DemandReady>(&event)) {
        onDemandReady(*ready);
    } else if (const auto* wanted = std::get_if<engine::ReadyWanted>(&event)) {
        onReadyWanted(*wanted);
    } else if (std::holds_alternative<engine::DiscoveryError>(event)) {
        if (!grace_ && phase_ == Phase::Discovery) {
            grace_ = ports_.clock.at(ports_.clock.now() + kRefusalGrace, [this] {
                if (phase_ == Phase::Discovery && seen_.refusal) {
                    const StopCause refusal = *seen_.refusal;
                    stop(refusal.reason, refusal.text);
                }
            });
        }
    } else {
        onFamilyReport(event);
    }
}

/// What it says then matters only for the verdict ...
void Connection::reportedOnTheWayOut(const EngineEvent& event) {
    if (const auto* session = std::get_if<engine::Session>(&event)) {
        facts_.session = *session; // ... but a session has to be ended
        save();
    } else if (engine_ && std::holds_alternative<engine::Discovery>(event)) {
        refuseLateSession(engine_->pid()); // ... and one that it still asks for is not wanted
    }
}

bool Connection::takenInAnyState(const EngineEvent& event) {
    if (const auto* echo = std::get_if<engine::EchoReply>(&event)) {
        echo_.answer(Duration(echo->microseconds));
    } else if (const auto* result = std::get_if<engine::PinResult>(&event)) {
        onPinResult(*result);
    } else if (std::holds_alternative<engine::Damaged>(event)) {
        changed();
    } else {
        return false;
    }
    return true;
}

void Connection::onFamilyReport(const EngineEvent& event) {
    if (const auto* up4 = std::get_if<engine::Ip4Up>(&event)) {
        facts_.ip4 = *up4;
        facts_.demand.reset();
        lastDns_ = profile_ && linkProfile().onDemand ? up4->dns : decltype(lastDns_){};
    } else if (const auto* up6 = std::get_if<engine::Ip6Up>(&event)) {
        facts_.ip6 = *up6;
    } else if (std::holds_alternative<engine::Ip4Down>(event)) {
        facts_.ip4.reset();
    } else if (std::holds_alternative<engine::Ip6Down>(event)) {
        facts_.ip6.reset();
        facts_.routed6 = false;
        facts_.router6Until = {};
        facts_.addresses6.clear();
        facts_.prefixes6.clear();
        facts_.servers6.clear();
    } else if (const auto* rejected = std::get_if<engine::ProtocolRejected>(&event)) {
        facts_.ip4Refused = facts_.ip4Refused || rejected->protocol == kIpcp;
        facts_.ip6Refused = facts_.ip6Refused || rejected->protocol == kIpv6cp;
    } else {
        return;
    }
    onFamilies();
}

/// Whether traffic is, or may be, led to the link by now.
bool Connection::attached() const {
    return engine_ && (state_ == State::Up || (state_ == State::Connecting && !handover_.idle()));
}

/// pppd has said that the link ends, or its peer has. It takes leave of a silent peer for 6 s, in which
/// nothing is carried any more: what leads traffic here goes at once. The engine is left alone with it, since
/// what it says at its end tells why, which a signal would hide.
void Connection::linkEnds() {
    if (!attached()) {
        return;
    }
    const Cause cause = verdict();
    reason_ = cause.reason;
    reasonText_ = cause.text;
    advance(Event::Ended);
    awaitEnd();
}

void Connection::awaitEnd() {
    disarm();
    setPhase(Phase::None);
    handover_.rest(); // its interface has its addresses until it ends
    deadline_ = ports_.clock.at(ports_.clock.now() + kEndLimit, [this] {
        const bool known = reason_ != Reason::None;
        stop(known ? reason_ : Reason::PhaseTimeout, known ? reasonText_ : kNoEnd);
    });
    changed();
}

void Connection::onPhase(std::uint32_t phase) {
    if (phase == PPPM_PHASE_TERMINATE && !ending_) {
        ending_ = true;
        deadline_ =
            ports_.clock.at(ports_.clock.now() + kEndLimit, [this] { stop(Reason::PhaseTimeout, kNoEnd); });
    }
    const bool ends =
        phase == PPPM_PHASE_TERMINATE || phase == PPPM_PHASE_DISCONNECT || phase == PPPM_PHASE_DEAD;
    if (ends && attached()) { // mostly its word to the peer or its end is here before
        grace_ = ports_.clock.at(ports_.clock.now() + kLastWords, [this] { linkEnds(); });
    }
    if (ends || ending_ || seen_.terminated || seen_.authRefused) {
        return; // pppd passes through ESTABLISH once more on its way down
    }
    switch (phase) {
    case PPPM_PHASE_SERIALCONN:
        setPhase(profile_ ? whileChannelConnects(linkProfile()) : Phase::Dialing);
        holdTurn(kDiscoveryTurn);
        break;
    case PPPM_PHASE_OPENING:
        setPhase(Phase::Device);
        break;
    case PPPM_PHASE_CARRIER:
        setPhase(Phase::Carrier);
        holdTurn(kDiscoveryTurn);
        break;
    case PPPM_PHASE_DIALING:
        setPhase(Phase::Dialing);
        holdTurn(kDiscoveryTurn);
        break;
    case PPPM_PHASE_LOOKUP:
    case PPPM_PHASE_TUNNEL:
        setPhase(Phase::Tunnel);
        holdTurn(kDiscoveryTurn);
        break;
    case PPPM_PHASE_ESTABLISH:
        setPhase(Phase::Lcp);
        break;
    case PPPM_PHASE_AUTHENTICATE:
        setPhase(Phase::Auth);
        break;
    case PPPM_PHASE_NETWORK: // both sides have proved what the other asked for
        retry_.authRefusals = 0;
        setPhase(Phase::Network);
        break;
    default:
        break;
    }
}

void Connection::holdTurn(Duration patience) {
    if (turn_) {
        turn_->holdFor(patience);
    }
}

void Connection::onAuth(const engine::Auth& auth) {
    if (auth.verdict == PPPM_VERDICT_DECLINED) {
        return;
    }
    facts_.authProtocol = auth.protocol;
    facts_.chapDigest = auth.digest;
    if (auth.verdict == PPPM_VERDICT_ACCEPTED) {
        retry_.passwordWorked = ports_.clock.now();
        secretsProved();
    } else if (auth.verdict == PPPM_VERDICT_REFUSED && state_ == State::Connecting) {
        deadline_ = ports_.clock.at(ports_.clock.now() + kHangUpGrace, [this] {
            stop(Reason::AuthFailed,
                 text::cat("the server refused user name or password: \"", seen_.authMessage, "\""));
        });
    }
    changed();
}

void Connection::onFamilies() {
    save();
    const LinkFacts present = presentFacts();
    if (present.ip4 || present.ip6) {
        if (state_ == State::Connecting) {
            setPhase(Phase::Applying);
        }
        handover_.apply(linkProfile(), present);
    } else {
        handover_.rest(); // they may come again, by the same interface
    }
    onHandover();
}

/// The engine has asked early: mostly the answer is there by the time it needs it.
void Connection::onReadyWanted(const engine::ReadyWanted& wanted) {
    readyWanted_ = true;
    handover_.prepare(linkProfile(), wanted.interface, wanted.index);
    answerReady();
}

void Connection::answerReady() {
    if (readyWanted_ && engine_ && handover_.prepared()) {
        readyWanted_ = false;
        engine_->goOn();
    }
}

void Connection::onHandover() {
    answerReady();
    if (!engine_ && (state_ == State::Disconnecting || ladder_)) {
        settle();
        return;
    }
    takeReach();
    if (state_ == State::Connecting || state_ == State::Up) {
        checkComplete();
    }
    changed();
}

void Connection::checkComplete() {
    if (!engine_ || interfaceIndex() == 0 || !handover_.applied()) {
        return;
    }
    if (seen_.dormant()) {
        standBy();
        return;
    }
    if (!facts_.ip4 && !facts_.ip6) {
        return;
    }
    if (state_ == State::Up) {
        setPhase(Phase::Running); // after the peer renegotiated in place
        sessionMoved();
        return;
    }
    const bool four = facts_.ip4 || !linkProfile().ipv4.enabled || facts_.ip4Refused;
    const bool six = facts_.ip6 || !linkProfile().ipv6.enabled || facts_.ip6Refused;
    if ((four && six) || familyWaited_) {
        becomeUp();
        return;
    }
    if (!familyWait_) {
        deadline_.reset(); // what is waited for now has a limit of its own
        familyWait_ = ports_.clock.at(ports_.clock.now() + linkProfile().ipv6.wait, [this] {
            familyWait_.reset();
            familyWaited_ = true;
            checkComplete();
        });
    }
}

void Connection::becomeUp() {
    secretsProved();
    turn_.reset();
    familyWait_.reset();
    deadline_.reset();
    connectedAt_ = Moment::now(ports_.clock);
    seen_.wasUp = true;
    if (std::exchange(facts_.demand, {})) { // the peer gave no IPv4 address: what stood for it goes
        handover_.apply(linkProfile(), facts_);
    }
    reason_ = Reason::None;
    reasonText_.clear();
    const SessionFacts before = story_.statistics().session;
    const std::string redialBy = std::exchange(redialBy_, {});
    sessionBegan();
    setPhase(Phase::Running);
    advance(Event::Completed);
    attempt_ = 0;
    tellRedialled(redialBy, before);
    if (const std::string all = trouble(); !all.empty()) {
        log(Severity::Warning, all);
    }
    armSessionLimit();
    attempts_.answer(std::nullopt);
    changed();
}

} // namespace ppp::core
