// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads an engine's reports with a bound on each turn and each second, hands over its secrets, and judges its
// end last.
#include "sys/engine_process.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <sys/epoll.h>
#include <sys/wait.h>

#include "core/engine_message.hpp"
#include "core/text.hpp"
#include "sys/error_words.hpp"
#include "sys/pid_files.hpp"
#include "sys/pidfd.hpp"

namespace ppp::sys {
namespace {

using core::Severity;
using core::text::cat;

constexpr int kPerTurn = 32; // the socket comes before all else in a turn: leave the others theirs
constexpr int kPerWindow = 512;
constexpr std::uint64_t kWindow = 1'000'000; // µs
constexpr int kLastWords = 4096;             // more than the socket's buffer holds

/// Knows whether the owner of `slot` was destroyed while this lived.
class DestructionWatch {
public:
    explicit DestructionWatch(bool*& slot) : slot_(slot) { slot_ = &gone_; }
    ~DestructionWatch() {
        if (!gone_) {
            slot_ = nullptr;
        }
    }
    DestructionWatch(const DestructionWatch&) = delete;
    DestructionWatch& operator=(const DestructionWatch&) = delete;
    bool gone() const { return gone_; }

private:
    bool*& slot_;
    bool gone_ = false;
};

core::EngineEnd endOf(const siginfo_t& info) {
    core::EngineEnd end;
    (info.si_code == CLD_EXITED ? end.code : end.signal) = info.si_status;
    return end;
}

} // namespace

EngineProcess::EngineProcess(EngineRoom& room, std::string connection, Kin kin, EngineHandles handles,
                             core::Secrets secrets, core::EngineListener& listener)
    : room_(room), connection_(std::move(connection)), kin_(kin), pidfd_(std::move(handles.pidfd)),
      socket_(std::move(handles.socket)), lifeline_(std::move(handles.lifeline)),
      words_(std::move(handles.words)), listener_(listener), pid_(pidfd::process(pidfd_.get()).value_or(0)),
      stored_(kin == Kin::Survivor) {
    if (kin == Kin::Child) {
        secrets_ = std::move(secrets);
    }
    room_.living.insert(connection_);
}

EngineProcess::~EngineProcess() {
    unhold();
    if (gone_ != nullptr) {
        *gone_ = true;
    }
    pauseTimer_.reset();
    socketSource_.reset();
    endSource_.reset();
    if (standing_ != Standing::Running) {
        return;
    }
    pidfd::signal(pidfd_.get(), SIGKILL);
    forget();
    if (kin_ == Kin::Child) {
        room_.reaper.kill(std::move(pidfd_));
    }
}

void EngineProcess::watch() {
    socketSource_ = room_.loop.io(
        socket_.fd(), EPOLLIN, [this](std::uint32_t) { readable(); }, priority::kEngine);
    if (kin_ == Kin::Child) {
        endSource_ = room_.loop.child(pidfd_.get(), [this](const siginfo_t& info) {
            core::EngineEnd end = endOf(info);
            end.words = readWords(words_);
            pidfd::reap(pidfd_.get(), false); // now, so that a listener finds no zombie
            ended(end);
        });
    } else {
        endSource_ = room_.loop.io(pidfd_.get(), EPOLLIN, [this](std::uint32_t) { ended({}); });
    }
}

void EngineProcess::readable() {
    if (drain(kPerTurn) != Flow::Gone) {
        pauseWhenFlooded();
    }
}

EngineProcess::Flow EngineProcess::drain(int most) {
    for (int i = 0; i < most; ++i) {
        const auto read = socket_.read();
        if (read.got == EngineSocket::Got::Closed) {
            socketSource_.reset(); // a hang-up stays readable for ever; the end is the pidfd's to tell
            return Flow::Dry;
        }
        if (read.got == EngineSocket::Got::Nothing) {
            return Flow::Dry;
        }
        ++windowCount_;
        if (deliver(read) == Flow::Gone) {
            return Flow::Gone;
        }
    }
    return Flow::More;
}

EngineProcess::Flow EngineProcess::deliver(const EngineSocket::Read& read) {
    if (!read.event) {
        complainOfMalformed(read.size);
        return Flow::More;
    }
    words_.reset();
    saidExit_ = saidExit_ || std::holds_alternative<core::engine::Exit>(*read.event);
    if (std::holds_alternative<core::engine::SecretsWanted>(*read.event)) {
        answerSecrets();
    }
    DestructionWatch watch(gone_);
    listener_.engineReported(*read.event);
    if (watch.gone()) {
        return Flow::Gone;
    }
    return standing_ == Standing::Running ? Flow::More : Flow::Dry;
}

// An engine that talks without end costs us kPerWindow reports a second, and nobody else anything.
void EngineProcess::pauseWhenFlooded() {
    std::uint64_t now = 0;
    sd_event_now(room_.loop.get(), CLOCK_MONOTONIC, &now);
    if (now - windowStart_ >= kWindow) {
        windowStart_ = now;
        windowCount_ = 0;
        return;
    }
    if (windowCount_ < kPerWindow || !socketSource_) {
        return;
    }
    socketSource_->off();
    pauseTimer_ = room_.loop.timerMonotonic(windowStart_ + kWindow, [this] {
        if (socketSource_) {
            socketSource_->arm();
        }
    });
}

std::uint64_t EngineProcess::holdSecrets() {
    hold_ = ++room_.lastHold;
    room_.held[hold_] = this;
    return hold_;
}

void EngineProcess::unhold() {
    room_.held.erase(std::exchange(hold_, 0));
}

void EngineProcess::releaseSecrets() {
    unhold();
    if (std::exchange(wanted_, false) && standing_ == Standing::Running) {
        answerSecrets();
    }
}

void EngineProcess::answerSecrets() {
    if (hold_ != 0) {
        wanted_ = true;
        return;
    }
    if (!secrets_) {
        log(Severity::Warning, "the engine asks for its secrets a second time; not answered");
        return;
    }
    const auto secret = [this](std::string_view key) {
        const auto found = secrets_->find(key);
        return found == secrets_->end() ? std::optional<std::string_view>() : found->second.view();
    };
    auto datagram = core::encodeSecrets(secret("password"), secret("tunnel-secret"), secret("peer-password"));
    const int error = socket_.send(datagram);
    explicit_bzero(datagram.data(), datagram.size());
    secrets_.reset();
    if (error == 0) {
        keep();
        if (debug_) {
            setDebug(*debug_);
        }
    } else if (error != EPIPE && error != ECONNRESET) { // else it is gone, which its end tells
        log(Severity::Error, cat("cannot hand the secrets to the engine: ", errorWords(error)));
    }
}

void EngineProcess::complainOfMalformed(std::size_t size) {
    if (malformed_++ == 0) {
        log(Severity::Warning, cat("a report of the engine cannot be read and is dropped (", size,
                                   " bytes); further ones are counted"));
    }
}

void EngineProcess::ended(const core::EngineEnd& end) {
    if (drain(kLastWords) == Flow::Gone || standing_ != Standing::Running) {
        return;
    }
    if (malformed_ > 1) {
        log(Severity::Warning, cat(malformed_, " reports of the engine could not be read"));
    }
    standing_ = Standing::Ended;
    unhold();
    pauseTimer_.reset();
    socketSource_.reset();
    endSource_.reset();
    if (!saidExit_) {
        room_.pidFiles.removeOf(pid_);
    }
    forget();
    listener_.engineEnded(end);
}

void EngineProcess::keep() {
    auto& store = room_.store;
    stored_ = store.push(connection_ + kStoredPidfd, pidfd_.get()) &&
              store.push(connection_ + kStoredSocket, socket_.fd()) &&
              store.push(connection_ + kStoredLifeline, lifeline_.get());
    if (!stored_) {
        log(Severity::Warning, "the engine cannot be stored; it will not outlive a restart of the service");
        removeStored();
    }
}

void EngineProcess::removeStored() {
    for (const char* kind : {kStoredLifeline, kStoredSocket, kStoredPidfd}) {
        room_.store.remove(connection_ + kind);
    }
}

// Only after the process is gone or has its SIGKILL: closing the lifeline of a running engine hangs it up.
void EngineProcess::forget() {
    room_.living.erase(connection_);
    secrets_.reset();
    lifeline_.reset();
    words_.reset();
    if (std::exchange(stored_, false)) {
        removeStored();
    }
}

void EngineProcess::terminate() {
    signal(SIGTERM, "SIGTERM");
}

void EngineProcess::kill() {
    signal(SIGKILL, "SIGKILL");
}

void EngineProcess::askAgain() {
    ask(core::encodeRepeat(), "how things stand");
}

void EngineProcess::measureEcho() {
    if (!secrets_) {
        ask(core::encodeEcho(), "for the round trip");
    }
}

void EngineProcess::setDebug(bool on) {
    if (secrets_) {
        debug_ = on;
    } else {
        ask(core::encodeDebug(on), "to switch its packet log");
    }
}

void EngineProcess::givePin(std::optional<std::string_view> pin) {
    auto datagram = core::encodePin(pin);
    ask(datagram, "to take its PIN");
    explicit_bzero(datagram.data(), datagram.size());
}

void EngineProcess::serverPinned(std::span<const std::uint8_t> address) {
    ask(core::encodePinned(address), "to go on to its server");
}

void EngineProcess::goOn() {
    ask(core::encodeReady(), "to set its addresses");
}

void EngineProcess::ask(std::span<const std::uint8_t> question, const char* what) {
    if (standing_ != Standing::Running) {
        return;
    }
    const int error = socket_.send(question);
    if (error != 0 && error != EPIPE && error != ECONNRESET) { // then it is gone, which its end tells
        log(Severity::Debug, cat("cannot ask the engine ", what, ": ", errorWords(error)));
    }
}

void EngineProcess::signal(int signo, const char* name) {
    if (standing_ != Standing::Running) {
        return;
    }
    const int error = pidfd::signal(pidfd_.get(), signo);
    if (error != 0) {
        log(Severity::Error, cat("cannot send ", name, " to the engine: ", errorWords(error)));
    }
}

void EngineProcess::release() {
    if (standing_ != Standing::Running) {
        return;
    }
    standing_ = Standing::Released;
    pauseTimer_.reset();
    socketSource_.reset();
    endSource_.reset();
    secrets_.reset();
    room_.living.erase(connection_);
}

void EngineProcess::log(Severity severity, const std::string& text) {
    room_.journal.log(severity, connection_, text);
}

} // namespace ppp::sys
