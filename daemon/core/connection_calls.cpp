// SPDX-License-Identifier: LGPL-2.1-or-later
// What people ask of a connection: the rows of the intent table.
#include "core/connection.hpp"

#include <utility>

#include "core/text.hpp"

namespace ppp::core {

namespace {

Error failed(Reason reason, const std::string& text) {
    return {ErrorCode::Failed, text::cat(wire(reason), ": ", text)};
}

} // namespace

void Connection::setProfile(const std::string& json, const std::string& unreadable) {
    const bool same = !profileBroken_ && json == profileText_ && unreadable.empty();
    profileText_ = json;
    if (same) {
        keepRedialTimer();
        return;
    }
    ParsedProfile parsed;
    if (unreadable.empty()) {
        parsed = parseProfile(json);
        profileFaults_ = describe(parsed.faults);
    } else {
        profileFaults_ = unreadable;
    }
    const bool hadBroken = reason_ == Reason::ProfileInvalid;
    profileBroken_ = !parsed.profile;
    if (!profileBroken_ || !profileInUse()) {
        profile_ = std::move(parsed.profile);
    }
    keepRedialTimer();
    compareProfiles();
    if (!profileBroken_ && (asking_.question || phase_ == Phase::Queued)) {
        giveBackLine(false); // there may be another one
        if (asking_.question) {
            askAnew(); // another user, another password
        }
    }
    if (profileBroken_) {
        breakProfile();
    } else if (standsBy() && stale_) { // there is no session to be spared
        renew("the profile was changed");
    } else if (state_ == State::Waiting && !retryTimer_ && !asleep_ && !standsBy()) {
        dial(Event::Proceed); // what it waits for may be of the earlier one
    } else if (state_ == State::Failed && (hadBroken || wanted_)) {
        reason_ = Reason::None;
        reasonText_.clear();
        wanted_ = wanted_ || (std::exchange(unasked_, false) && profile_->autoconnect);
        if (wanted_) {
            dial(Event::Proceed);
        } else {
            advance(Event::SettledDown);
        }
    }
    if (begun_ && state_ == State::Down) {
        save(); // that it stays down may be another thing than what autoconnect says now
    }
    changed();
}

/// Whether something runs, or is about to, that goes by the profile it was started with.
bool Connection::profileInUse() const {
    return engine_ || state_ == State::Connecting || state_ == State::Disconnecting;
}

/// Whether the stored profile was made invalid under what runs, and is still there.
bool Connection::spoilt() const {
    return profileBroken_ && profileInUse() && !leaving_;
}

void Connection::breakProfile() {
    log(Severity::Error,
        text::cat("the profile is not valid, the connection ",
                  profileInUse() ? "cannot be dialled again" : "stays out of use", ":\n", profileFaults_));
    if (standsBy() || (state_ == State::Connecting && !engine_)) {
        stop(Reason::ProfileInvalid, profileFaults_);
    } else if (!profileInUse() && begun_) { // else begin() looks first what still runs
        retryTimer_.reset();
        nextAttempt_ = {};
        giveUp({Reason::ProfileInvalid, profileFaults_, RetryClass::Fault});
    }
}

void Connection::requireStays() const {
    if (leaving_) {
        throw Error(ErrorCode::NoSuchConnection, text::cat(name_, " is being removed"));
    }
}

void Connection::requireDialable() const {
    requireStays();
    if (profileBroken_) {
        throw Error(ErrorCode::InvalidProfile, profileFaults_);
    }
}

void Connection::up(const UpOptions& options, Done done) {
    requireDialable();
    if (closing_) {
        throw Error(ErrorCode::Busy, "the service is stopping");
    }
    if (state_ == State::Up) {
        wanted_ = true;
        save();
        changed();
        throw Error(ErrorCode::AlreadyUp, text::cat(name_, " is up already"));
    }
    const bool again = std::exchange(wanted_, true);
    const std::string before = asking_.caller;
    upAskedBy(options);
    const bool another = asking_.caller != before;
    dialNow_ = dialNow_ || (again && state_ != State::Connecting);
    if (options.wait) {
        attempts_.add(ports_.clock, options.timeout, std::move(done));
        done = {};
    }
    if (state_ == State::Down || state_ == State::Failed) {
        redialBy_.clear();
    }
    if (state_ == State::Down || state_ == State::Waiting || state_ == State::Failed) {
        retry_.authRefusals = 0;
        retry_.inARow = 0;
    }
    if (standsBy()) {
        dialAtOnce("dialled on request");
    }
    switch (state_) {
    case State::Down:
    case State::Waiting:
    case State::Failed:
        dial(Event::UpRequested);
        break;
    case State::Disconnecting:
        after_ = After::Dial;
        save();
        changed();
        break;
    case State::Connecting:
    case State::Up:
        save();
        changed();
        if (asking_.question && another && host_.hasAgent(asking_.caller)) {
            askAnew(); // who wants the link now is there now
        }
        break;
    }
    if (done) {
        done(std::nullopt);
    }
}

void Connection::down(bool wait, Done done) {
    wanted_ = unasked_ = false;
    dialNow_ = false;
    redialBy_.clear();
    lastDns_.clear();
    asking_ = {};
    after_ = After::Decide;
    const std::string text = "taken down on request";
    attempts_.answer(failed(Reason::UserRequest, text));
    switch (standsBy() ? State::Up : state_) { // it has an engine, too
    case State::Down:
        save();
        break;
    case State::Waiting:
    case State::Failed:
        retryTimer_.reset();
        deviceWatch_.reset();
        nextAttempt_ = {};
        giveBackLine(false);
        reason_ = Reason::UserRequest;
        reasonText_ = text;
        attempt_ = 0;
        setPhase(Phase::None);
        advance(Event::DownRequested);
        break;
    case State::Connecting:
    case State::Up:
    case State::Disconnecting:
        if (wait) {
            stops_.add(ports_.clock, Duration(0), std::move(done));
            stop(Reason::UserRequest, text);
            return;
        }
        stop(Reason::UserRequest, text);
        break;
    }
    changed();
    done(std::nullopt);
}

void Connection::redial(const RedialOptions& options, Done done) {
    const bool goesDown = state_ == State::Disconnecting && !wanted_; // and stays so, whatever a timer says
    if (state_ == State::Down || state_ == State::Failed || closing_ || goesDown) {
        throw Error(ErrorCode::NotUp, text::cat(name_, " is not up; \"up\" starts it"));
    }
    requireDialable();
    wanted_ = true;
    const std::string origin = options.origin.empty() ? "a caller" : options.origin;
    note("redial", {{"origin", origin}});
    tell(Severity::Notice, text::cat("redial asked for by ", origin), Reason::None,
         {text::cat("PPP_AFTER_USEC=", (ports_.clock.now() - stateSince_.at).count()),
          text::cat("PPP_ORIGIN=", origin)});
    if (state_ != State::Connecting && !standsBy()) {
        redialBy_ = origin;
    }
    if (options.wait) {
        attempts_.add(ports_.clock, Duration(0), std::move(done));
        done = {};
    }
    dialNow_ = dialNow_ || state_ != State::Connecting;
    if (standsBy()) {
        dialAtOnce("redial");
    } else if (state_ == State::Waiting) {
        dial(Event::RedialRequested);
    } else if (state_ == State::Up) {
        after_ = After::Dial;
        stop(Reason::UserRequest, "redial");
    } else if (state_ == State::Disconnecting) {
        after_ = After::Dial;
    }
    if (done) {
        done(std::nullopt);
    }
}

void Connection::shutdown(Done done) {
    closing_ = true;
    keepRedialTimer();
    disarm(); // its place in the queue of dials, too
    retryTimer_.reset();
    deviceWatch_.reset();
    attempts_.answer(failed(Reason::Shutdown, "the service is stopping"));
    if (!engine_ && handover_.idle()) {
        giveBackLine(false); // what is kept between attempts
        save();
        done(std::nullopt);
        return;
    }
    stops_.add(ports_.clock, Duration(0), std::move(done));
    stop(Reason::Shutdown, "the service is stopping");
}

void Connection::handOver() {
    asking_.question.reset();
    sessionCounted(); // should the session end while no daemon lives
    story_.flush();
    save();
    if (engine_) {
        engine_->release();
    }
}

void Connection::secretsChanged(const Secrets* changed) {
    retry_.authRefusals = 0;
    retry_.inARow = 0;
    retry_.passwordWorked.reset();
    if (forgetAnswers(changed) && asking_.question) {
        askAnew();
        return;
    }
    if (standsBy()) { // its engine has the old ones
        renew("the secrets were changed");
        return;
    }
    renewDue_ = engine_ && !seen_.called; // as soon as it stands by, if it ever does
    const bool waitsForIt = reason_ == Reason::AuthFailed || reason_ == Reason::PeerAuthFailed ||
                            reason_ == Reason::SecretsMissing;
    if (wanted_ && waitsForIt && (state_ == State::Waiting || state_ == State::Failed)) {
        dial(Event::Proceed);
    }
}

void Connection::measureEcho(EchoDone done) {
    if (state_ != State::Up || !engine_) {
        done(std::nullopt);
        return;
    }
    echo_.ask(ports_.clock, *engine_, std::move(done));
}

void Connection::setDebug(bool on) {
    if (on == debug_) {
        return;
    }
    debug_ = on;
    save();
    if (engine_) {
        engine_->setDebug(on || (profile_ && profile_->ppp.debug));
    }
    log(Severity::Notice, text::cat("pppd's packet log is switched ", on ? "on" : "off"));
    changed();
}

void Connection::answerAttempt(const Cause& cause) {
    attempts_.answer(failed(cause.reason, cause.text));
}

void Connection::linkChanged(const Link& link) {
    if (link.index == interfaceIndex()) {
        ownLinkChanged(link);
    } else if (profile_ && handover_.concerns(link) && holdsNetwork() && !handover_.routesApplied()) {
        handover_.apply(linkProfile(), presentFacts());
        onHandover();
    } else if (profile_ && linkProfile().ipv4.proxyArp && state_ == State::Up) {
        handover_.neighboursMoved();
        changed();
    }
    if (!profile_ || !linkProfile().pppoe || link.name != linkProfile().pppoe->interface) {
        return;
    }
    const bool came = link.carrier && !carrier_;
    carrier_ = link.carrier;
    const bool ready = lineStatus(linkProfile(), ports_) == LineStatus::Ready;
    if (standsBy()) {
        checkDemandLine();
    } else if (state_ == State::Connecting && phase_ == Phase::Carrier && ready) {
        continueDial();
    } else if (state_ == State::Waiting) {
        const bool cut = phase_ == Phase::Device || (ready && (came || phase_ == Phase::Carrier));
        if (cut) {
            dial(Event::Proceed);
        }
    }
}

void Connection::linkGone(const std::string& link) {
    if (profile_ && linkProfile().ipv4.proxyArp && state_ == State::Up) {
        handover_.neighboursMoved();
        changed();
    }
    if (profile_ && device(linkProfile()) == link) {
        carrier_ = false;
        if (standsBy()) {
            checkDemandLine();
        } else if (state_ == State::Waiting && phase_ == Phase::Carrier) {
            setPhase(Phase::Device);
            reason_ = Reason::DeviceMissing;
            reasonText_ = text::cat("the interface ", link, " is gone");
            changed();
        }
    }
}

/// Waits for a tty to come: also told by its disappearance, and by changes that mean nothing.
void Connection::awaitDevice() {
    deviceWatch_ = ports_.devices.watch(device(*profile_), [this] {
        if (state_ == State::Waiting && phase_ == Phase::Device && !asleep_ && profile_ &&
            lineStatus(*profile_, ports_) == LineStatus::Ready) {
            dial(Event::Proceed);
        }
    });
}

void Connection::resolverChanged() {
    if (state_ == State::Up || state_ == State::Connecting || standsBy()) {
        handover_.pushDnsAgain();
    }
}

void Connection::firewallChanged() {
    handover_.putZoneAgain();
    changed();
}

void Connection::engineChanged() {
    const bool wantedIt = reason_ == Reason::EngineMissing || reason_ == Reason::EngineFailed ||
                          reason_ == Reason::KernelSupportMissing;
    if (wanted_ && state_ == State::Failed && wantedIt) {
        dial(Event::Proceed);
    }
}

} // namespace ppp::core
