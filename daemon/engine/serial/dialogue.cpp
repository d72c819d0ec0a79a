// SPDX-License-Identifier: LGPL-2.1-or-later
// The steps of the dialogue: what is sent, what the answers lead to.
#include "engine/serial/dialogue.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/pin_guard.hpp"
#include "core/text.hpp"

namespace ppp::engine {

namespace {

using core::ModemResult;
using core::Reason;
using core::text::cat;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace times = core::dial_times;

constexpr int kProbesBeforeEscape = 2;
constexpr int kProbes = 4;
constexpr core::Duration kPinPause = milliseconds(500);
constexpr core::Duration kLineFeed = milliseconds(50);
constexpr std::string_view kPinHead = "+CPIN:";
constexpr std::string_view kPinRefused = "the modem refused the PIN, which is not sent again";

std::string dialCommand(const std::string& number) {
    const bool whole =
        number.size() > 1 && (number[0] == 'A' || number[0] == 'a') && (number[1] == 'T' || number[1] == 't');
    return whole ? number : "ATD" + number;
}

std::string quoted(std::string_view lead, const std::string& line) {
    return cat(lead, ": \"", core::explained(line), "\"");
}

bool final(ModemResult result) {
    return result == ModemResult::Ok || result == ModemResult::Faulty;
}

} // namespace

Dialogue::Dialogue(DialogueOrder order)
    : order_(std::move(order)), login_(order_.dial.login, std::move(order_.password), order_.dial.timeout) {}

core::BootTime Dialogue::deadline() const {
    return step_ == Step::Login ? login_.deadline() : deadline_;
}

void Dialogue::start(core::BootTime now) {
    if (order_.dial.number.empty()) {
        login(now);
    } else {
        probe(now);
    }
}

void Dialogue::received(char byte, core::BootTime now) {
    if (outcome_) {
        return;
    }
    if (step_ == Step::Tail) {
        login(now);
        if (byte == '\n') {
            return;
        }
    }
    const auto line = lines_.take(byte);
    if (step_ == Step::Login) {
        if (!order_.dial.number.empty() && line && *line == "NO CARRIER") {
            return failWith(Reason::ModemNoCarrier, *line);
        }
        login_.received(byte, now);
        return followLogin();
    }
    if (line) {
        onLine(*line, now);
        if (step_ == Step::Tail && byte == '\n') {
            login(now);
        }
    }
}

void Dialogue::passed(core::BootTime now) {
    if (outcome_ || now < deadline()) {
        return;
    }
    if (step_ == Step::Login) {
        login_.passed(now);
        return followLogin();
    }
    onSilence(now);
}

void Dialogue::pin(std::optional<core::Secret> pin, const std::string& why, core::BootTime now) {
    if (outcome_ || step_ != Step::AwaitPin) {
        return;
    }
    if (!pin) {
        return fail(Reason::SecretsMissing, why.empty() ? "the SIM wants its PIN and none is stored" : why);
    }
    if (!core::plausiblePin(pin->view())) {
        return fail(Reason::SecretsMissing, "the stored PIN is not 4 to 8 digits; it was not sent");
    }
    constexpr std::string_view kHead = "AT+CPIN=\"";
    std::array<char, 32> bytes{};
    auto end = std::copy(kHead.begin(), kHead.end(), bytes.begin());
    end = std::copy(pin->view().begin(), pin->view().end(), end);
    *end++ = '"';
    *end++ = '\r';
    pinSent_ = true;
    send({bytes.data(), static_cast<std::size_t>(end - bytes.begin())});
    explicit_bzero(bytes.data(), bytes.size());
    go(Step::EnterPin, pinBy_ - now, now);
}

void Dialogue::go(Step step, core::Duration limit, core::BootTime now) {
    step_ = step;
    deadline_ = now + limit;
}

void Dialogue::send(std::string_view text) {
    wishes_.emplace_back(wish::Send{core::Secret(text)});
}

void Dialogue::command(std::string_view text) {
    send(cat(text, '\r'));
}

void Dialogue::probe(core::BootTime now) {
    ++probes_;
    ++unanswered_;
    command("AT");
    go(Step::Probe, times::kProbe, now);
}

void Dialogue::awake(core::BootTime now) {
    if (order_.pinStored) {
        askPin(now);
    } else {
        initialise(now);
    }
}

void Dialogue::askPin(core::BootTime now) {
    if (!pinAsked_) {
        pinBy_ = now + times::kPin;
    }
    pinAsked_ = true;
    pinState_.clear();
    command("AT+CPIN?");
    go(Step::AskPin, std::min(times::kCommand, pinBy_ - now), now);
}

/// The next of the init strings, or the call.
void Dialogue::initialise(core::BootTime now) {
    const auto& dial = order_.dial;
    if (init_ < dial.init.size()) {
        command(dial.init[init_]);
        return go(Step::Init, times::kCommand, now);
    }
    command(dialCommand(dial.number));
    go(Step::Dial, dial.timeout, now);
}

void Dialogue::login(core::BootTime now) {
    lines_.clear();
    step_ = Step::Login;
    login_.start(now);
    followLogin();
}

void Dialogue::followLogin() {
    for (core::Secret& bytes : login_.takeOutput()) {
        wishes_.emplace_back(wish::Send{std::move(bytes)});
    }
    if (login_.outcome()) {
        outcome_ = login_.outcome();
    }
}

void Dialogue::onLine(const std::string& line, core::BootTime now) {
    if (step_ == Step::AskPin && line.starts_with(kPinHead)) {
        const std::size_t word = line.find_first_not_of(' ', kPinHead.size());
        pinState_ = word == std::string::npos ? std::string() : line.substr(word);
        return;
    }
    const auto result = core::modemResult(line);
    if (!result) {
        return; // an echo, an unsolicited line, noise
    }
    switch (step_) {
    case Step::Probe:
        return onProbed(*result, now);
    case Step::OldCall:
        return probe(now);
    case Step::AskPin:
        return onPinState(line, *result, now);
    case Step::EnterPin:
        return onPinEntered(line, *result, now);
    case Step::Init:
        return onInit(line, *result, now);
    case Step::Dial:
        return onDialled(line, *result, now);
    case Step::Guard:
    case Step::Escape:
    case Step::PausePin:
    case Step::AwaitPin:
    case Step::Tail:
    case Step::Login:
        return;
    }
}

/// An ERROR is as good: half a command was in the modem's buffer. An answer that still may come would be
/// taken for the next command's.
void Dialogue::onProbed(ModemResult result, core::BootTime now) {
    if (!final(result)) {
        return;
    }
    awake_ = true;
    if (--unanswered_ <= 0) {
        return awake(now);
    }
    deadline_ = now + times::kProbe;
}

void Dialogue::onPinState(const std::string& line, ModemResult result, core::BootTime now) {
    if (!final(result)) {
        return;
    }
    const auto trouble = core::cmeError(line);
    const auto can = [&](unsigned number) { return trouble && *trouble == number; };
    const std::string said = pinState_.empty() ? line : cat(kPinHead, ' ', pinState_);
    if (pinState_ == "SIM PUK" || can(core::cme::kPukWanted)) {
        settlePin(false, said);
        return fail(Reason::SecretsMissing,
                    "the SIM is locked by wrong PINs and wants its PUK; unlock it in a telephone");
    }
    if (trouble && (*trouble == core::cme::kSimMissing || *trouble == 13 || *trouble == 15)) {
        return failWith(Reason::ModemError, line);
    }
    const bool wanted = pinState_ == "SIM PIN" || can(core::cme::kPinWanted);
    if (can(core::cme::kSimBusy)) {
        return askAgain(said, now);
    }
    if (pinSent_ && !pinTold_ && (wanted || pinState_.empty())) {
        return onPinUnsettled(said, wanted, can(core::cme::kWrongPassword), now);
    }
    if (wanted) {
        wishes_.emplace_back(wish::Pin{});
        return go(Step::AwaitPin, pinBy_ - now, now);
    }
    settlePin(true, said);
    // A second PIN is for other things than a call.
    const bool nothing = pinState_.empty() || pinState_ == "READY" || pinState_.ends_with('2');
    if (!nothing) {
        return fail(Reason::SecretsMissing, quoted("the modem wants another code than the SIM's PIN", said));
    }
    initialise(now);
}

/// After the PIN was sent: the SIM says that it still wants it, or nothing of use.
void Dialogue::onPinUnsettled(const std::string& said, bool wanted, bool wrong, core::BootTime now) {
    if (!wrong && now + kPinPause < pinBy_) {
        return go(Step::PausePin, kPinPause, now);
    }
    if (!wrong && !wanted) {
        return initialise(now); // the call shows what the SIM thinks
    }
    settlePin(false, said);
    fail(Reason::SecretsMissing,
         quoted(wrong ? kPinRefused : "the SIM wants its PIN still, which is not sent again", said));
}

void Dialogue::askAgain(const std::string& said, core::BootTime now) {
    if (now + kPinPause >= pinBy_) {
        return failWith(Reason::ModemError, said);
    }
    go(Step::PausePin, kPinPause, now);
}

/// Once, and only where a PIN was sent.
void Dialogue::settlePin(bool accepted, const std::string& said) {
    if (pinSent_ && !std::exchange(pinTold_, true)) {
        wishes_.emplace_back(wish::PinResult{accepted, core::explained(said)});
    }
}

void Dialogue::onPinEntered(const std::string& line, ModemResult result, core::BootTime now) {
    // Taken in, or a SIM that is busy just then: what it thinks of the PIN is for the next question.
    if (result == ModemResult::Ok || core::cmeError(line) == core::cme::kSimBusy) {
        return askPin(now);
    }
    if (result == ModemResult::Faulty) {
        settlePin(false, line);
        fail(Reason::SecretsMissing, quoted(kPinRefused, line));
    }
}

void Dialogue::onInit(const std::string& line, ModemResult result, core::BootTime now) {
    if (result == ModemResult::Ok) {
        ++init_;
        return initialise(now);
    }
    if (result == ModemResult::Faulty && !turnsToPin(line, now)) {
        fail(Reason::ModemError,
             quoted(cat("the modem refused init string ", init_ + 1, " of ", order_.dial.init.size()), line));
    }
}

bool Dialogue::turnsToPin(const std::string& line, core::BootTime now) {
    const auto trouble = core::cmeError(line);
    const bool pin = trouble && (*trouble == core::cme::kPinWanted || *trouble == core::cme::kPukWanted);
    if (!pin || pinAsked_) {
        return false;
    }
    init_ = 0;
    askPin(now);
    return true;
}

void Dialogue::onDialled(const std::string& line, ModemResult result, core::BootTime now) {
    switch (result) {
    case ModemResult::Ok: // of an earlier command
    case ModemResult::Ringing:
        return;
    case ModemResult::Connected:
        settlePin(true, line);
        wishes_.emplace_back(wish::Connected{core::text::harmless(line, core::ModemLines::kLongest)});
        return go(Step::Tail, kLineFeed, now);
    case ModemResult::Busy:
        return failWith(Reason::ModemBusy, line);
    case ModemResult::CarrierLost:
        return failWith(Reason::ModemNoCarrier, line);
    case ModemResult::ToneMissing:
        return failWith(Reason::ModemNoDialtone, line);
    case ModemResult::Unanswered:
        return failWith(Reason::ModemNoAnswer, line);
    case ModemResult::Faulty:
        if (!turnsToPin(line, now)) {
            failWith(Reason::ModemError, line);
        }
        return;
    }
}

void Dialogue::onSilence(core::BootTime now) {
    switch (step_) {
    case Step::Probe:
        if (awake_) {
            return awake(now); // the others were lost
        }
        if (probes_ == kProbes) {
            return fail(Reason::ModemTimeout, "the modem does not answer AT");
        }
        return probes_ == kProbesBeforeEscape ? go(Step::Guard, times::kGuard, now) : probe(now);
    case Step::Guard:
        send("+++");
        return go(Step::Escape, times::kGuard, now);
    case Step::Escape:
        command("ATH");
        return go(Step::OldCall, times::kProbe, now);
    case Step::OldCall:
        return probe(now);
    case Step::PausePin:
        return askPin(now);
    case Step::Tail:
        return login(now);
    case Step::AskPin:
    case Step::AwaitPin:
    case Step::EnterPin:
    case Step::Init:
    case Step::Dial:
    case Step::Login:
        return onUnanswered(now);
    }
}

void Dialogue::onUnanswered(core::BootTime now) {
    const auto& dial = order_.dial;
    const auto within = [](core::Duration limit) {
        return cat(" within ", core::text::duration(limit.count()));
    };
    if (step_ == Step::AskPin && !pinSent_) {
        return initialise(now); // a modem without a SIM need not know what is asked
    }
    if (step_ == Step::AwaitPin) {
        return fail(Reason::ModemTimeout, "the SIM wants its PIN, and the supervisor did not answer");
    }
    if (step_ == Step::Init) {
        return fail(Reason::ModemTimeout, cat("the modem did not answer init string ", init_ + 1, " of ",
                                              dial.init.size(), within(times::kCommand)));
    }
    if (step_ == Step::Dial) {
        return fail(Reason::ModemTimeout, cat("no connection", within(dial.timeout), " after dialling"));
    }
    fail(Reason::ModemTimeout, pinSent_ && step_ == Step::EnterPin
                                   ? "the modem did not answer the PIN, which is not sent again"
                                   : "the SIM is not ready");
}

void Dialogue::fail(Reason reason, std::string text) {
    outcome_ = Outcome{reason, std::move(text)};
}

/// What the words of a modem-error are of is said here: it may be a call, an init string or the SIM.
void Dialogue::failWith(Reason reason, const std::string& line) {
    fail(reason, reason == Reason::ModemError ? quoted(core::sentence(reason), line) : core::explained(line));
}

} // namespace ppp::engine
