// SPDX-License-Identifier: LGPL-2.1-or-later
// The dialogue with a modem, from the first AT to the line that is ready for PPP. No I/O; time is handed in.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/dial_times.hpp"
#include "core/modem_line.hpp"
#include "core/profile.hpp"
#include "core/secret.hpp"
#include "engine/serial/login_script.hpp"

namespace ppp::engine {

struct DialogueOrder {
    core::DialSection dial;
    core::Secret password; ///< what "$password" in the login stands for
    /// A PIN is stored: the modem is asked whether it wants one before anything else. Without, the PIN is
    /// only asked for where the modem's refusal of a command says that it wants it.
    bool pinStored = false;
};

/// What the dialogue wants of its owner.
namespace wish {
struct Send { ///< these bytes, now; they may hold a secret: not for a log
    core::Secret bytes;
};
struct Pin {}; ///< Dialogue::pin() is to be called
/// What the SIM thinks of the PIN, not what the modem says to the command: accepted once it is asked for no
/// more. None comes where neither is known.
struct PinResult {
    bool accepted;
    std::string text; ///< the modem's line, harmless
};
struct Connected {
    std::string text; ///< the modem's line, harmless: "CONNECT 115200"
};
} // namespace wish
using Wish = std::variant<wish::Send, wish::Pin, wish::PinResult, wish::Connected>;

/// With a number:
/// 1. AT until the modem answers OK: a modem may be asleep, find its speed by it, or have half a command in
///    its buffer. Where two got no answer, "+++" between guard times and ATH: it may still be in an old call.
/// 2. The PIN (3GPP TS 27.007, 8.3): AT+CPIN? → READY, or a modem that does not know the question: nothing is
///    sent. SIM PIN → wish::Pin, then AT+CPIN="…" once, then questions until the SIM is ready: one that wants
///    the PIN to the end has refused it. Anything else the SIM wants (PUK ...) is a fault for a person. What
///    is no 4 to 8 digits is not sent.
/// 3. The init strings in turn, each until OK. A refusal that says "SIM PIN required" leads to 2 once.
/// 4. ATD and the number (a number that begins with AT is sent as it is). Every result ends the dialogue;
///    RING and lines that are no result are passed over.
/// Without a number (a null-modem server) there is no modem: neither init strings nor PIN.
/// Then the login. The line that ended a CONNECT is read to its LF where that follows within 50 ms. The owner
/// hands bytes over one at a time and stops at outcome(): what follows is left for pppd. The bytes that told
/// that PPP begins (the first one behind a CONNECT line without an LF, the head of a frame in a login) are
/// gone, and with them the peer's first frame, which it sends again.
///
/// Echo on or off, result codes in words or numbers, any mixture of CR and LF, lines of any length: all the
/// same. Commands of an earlier call that are answered late are taken for answers to ours: that is why 1.
class Dialogue {
public:
    explicit Dialogue(DialogueOrder order);

    void start(core::BootTime now);
    void received(char byte, core::BootTime now);
    void passed(core::BootTime now); ///< the deadline did; too early is harmless
    /// The answer to wish::Pin. Without a PIN: `why` there is none to send.
    void pin(std::optional<core::Secret> pin, const std::string& why, core::BootTime now);

    const std::optional<Outcome>& outcome() const { return outcome_; }
    /// When to call passed() at the latest; of no meaning once there is an outcome.
    core::BootTime deadline() const;
    /// In order; to be looked at after each call.
    std::vector<Wish> takeWishes() { return std::exchange(wishes_, {}); }
    /// Whether a number was dialled and the result is not known: what is sent now aborts the call (V.250,
    /// 5.6.1).
    bool dialling() const {
        return step_ == Step::Dial && (!outcome_ || outcome_->reason == core::Reason::ModemTimeout);
    }

private:
    enum class Step {
        Probe,    ///< AT was sent
        Guard,    ///< silence before "+++"
        Escape,   ///< and after it
        OldCall,  ///< ATH was sent
        AskPin,   ///< AT+CPIN? was sent
        PausePin, ///< before it is asked again: the SIM is not ready
        AwaitPin, ///< for our owner
        EnterPin, ///< it was sent
        Init,
        Dial,
        Tail, ///< of the CONNECT line: an LF may come
        Login,
    };

    void go(Step step, core::Duration limit, core::BootTime now);
    void send(std::string_view text);
    void command(std::string_view text);
    void probe(core::BootTime now);
    void awake(core::BootTime now);
    void askPin(core::BootTime now);
    void initialise(core::BootTime now);
    void login(core::BootTime now);
    void followLogin();

    void onLine(const std::string& line, core::BootTime now);
    void onProbed(core::ModemResult result, core::BootTime now);
    void onPinState(const std::string& line, core::ModemResult result, core::BootTime now);
    void onPinUnsettled(const std::string& said, bool wanted, bool wrong, core::BootTime now);
    void askAgain(const std::string& said, core::BootTime now);
    void settlePin(bool accepted, const std::string& said);
    void onPinEntered(const std::string& line, core::ModemResult result, core::BootTime now);
    void onInit(const std::string& line, core::ModemResult result, core::BootTime now);
    void onDialled(const std::string& line, core::ModemResult result, core::BootTime now);
    bool turnsToPin(const std::string& line, core::BootTime now);
    void onSilence(core::BootTime now);
    void onUnanswered(core::BootTime now);

    void fail(core::Reason reason, std::string text);
    void failWith(core::Reason reason, const std::string& line);

    DialogueOrder order_;
    LoginScript login_;
    core::ModemLines lines_;
    Step step_ = Step::Probe;
    core::BootTime deadline_, pinBy_;
    int probes_ = 0;        ///< AT sent
    int unanswered_ = 0;    ///< of them
    bool awake_ = false;    ///< one was answered
    std::size_t init_ = 0;  ///< the init string whose OK is waited for
    bool pinAsked_ = false; ///< a refused command is no cause to ask again
    bool pinSent_ = false;  ///< once and never again
    bool pinTold_ = false;  ///< what became of it
    std::string pinState_;  ///< the last "+CPIN: …" since the question
    std::vector<Wish> wishes_;
    std::optional<Outcome> outcome_;
};

} // namespace ppp::engine
