// SPDX-License-Identifier: LGPL-2.1-or-later
// The steps of a serial link, in their order.
#include "engine/serial/serial_program.hpp"

#include <chrono>
#include <csignal>
#include <system_error>

#include <sys/epoll.h>

#include "core/text.hpp"
#include "sys/pidfd.hpp"

namespace ppp::engine {
namespace {

using core::Reason;
using core::Severity;
using core::text::cat;

constexpr auto kPredecessorPatience = std::chrono::seconds(8); // pppd's own for a silent peer is 6 s

} // namespace

void SerialProgram::begin() {
    host_->phase(PPPM_PHASE_OPENING);
    if (const auto fault = Tty::resolve(serial().device, node_)) {
        fail(*fault);
        return;
    }
    const auto lock = lock_.acquire(host_->task().locks, node_);
    if (lock.got != sys::LineLock::Got::Held) {
        const bool busy = lock.got == sys::LineLock::Got::Busy;
        fail({busy ? Reason::DeviceBusy : Reason::EngineFailed,
              busy ? cat(node_, " is locked by ", lock.words) : lock.words});
        return;
    }
    const auto left = loadLineRecord(host_->task().state, node_);
    if (!left || !awaitPredecessor(*left)) {
        takeLine();
    }
}

bool SerialProgram::awaitPredecessor(const LineRecord& left) {
    if (left.pppd == 0 || left.pppdStarted == 0) {
        return false;
    }
    predecessor_ = sys::pidfd::open(static_cast<pid_t>(left.pppd));
    if (!predecessor_ || startOf(left.pppd) != left.pppdStarted) {
        return false;
    }
    host_->log(Severity::Notice, cat("waiting for pppd ", left.pppd, " of a killed engine to hang up"));
    predecessorSource_ = loop_.io(predecessor_.get(), EPOLLIN, [this](std::uint32_t) {
        patience_.reset();
        predecessorSource_.reset();
        takeLine();
    });
    patience_ =
        loop_.after(kPredecessorPatience, [this] { sys::pidfd::signal(predecessor_.get(), SIGKILL); });
    return true;
}

void SerialProgram::takeLine() {
    auto fault = tty_.open(node_, loadLineRecord(host_->task().state, node_));
    if (!fault) {
        saveLineRecord(host_->task().state, node_, tty_.record());
        fault = tty_.prepare(serial());
    }
    if (fault) {
        fail(*fault);
        return;
    }
    saveLineRecord(host_->task().state, node_, tty_.record());
    if (dials()) { // its carrier comes with the call
        talk();
        return;
    }
    const auto carrier = tty_.carrier();
    hasCarrier_ = serial().modemLines && carrier.has_value();
    if (hasCarrier_ && !*carrier) {
        awaitCarrier();
    } else {
        carrierThere();
    }
}

void SerialProgram::carrierThere() {
    if (serial().dial && !serial().dial->login.empty()) {
        talk();
    } else {
        lineReady();
    }
}

void SerialProgram::talk() {
    host_->phase(PPPM_PHASE_DIALING);
    tty_.claim(true);
    DialogueOrder order;
    order.dial = *serial().dial;
    order.password = core::Secret(host_->password().value_or(""));
    order.pinStored = host_->task().pinStored;
    ModemCall::Owner owner;
    owner.pinWanted = [this] { host_->askPin(); };
    owner.pinResult = [this](const wish::PinResult& result) { // again to each daemon: one may die over it
        host_->sayStanding(
            Report(PPPM_PIN_RESULT)
                .number(PPPM_T_VERDICT, result.accepted ? PPPM_VERDICT_ACCEPTED : PPPM_VERDICT_REFUSED)
                .text(PPPM_T_TEXT, result.text));
    };
    owner.connected = [this](const std::string& line) {
        called_ = HangUp::Call::Open;
        host_->sayStanding(Report(PPPM_MODEM).text(PPPM_T_TEXT, line));
    };
    owner.done = [this](const Outcome& outcome) { talked(outcome); };
    owner.lost = [this](int error) { lineLost(error); };
    call_ = std::make_unique<ModemCall>(loop_, tty_.fd(), std::move(order), std::move(owner));
}

void SerialProgram::talked(const Outcome& outcome) {
    if (call_->dialling()) {
        called_ = HangUp::Call::Dialling;
    }
    call_.reset();
    if (outcome.reason != Reason::None) {
        host_->fail(outcome.reason, outcome.text);
        close();
        return;
    }
    if (dials()) { // a modem need not show its carrier: then nobody looks at it
        hasCarrier_ = serial().modemLines && tty_.carrier().value_or(false);
    }
    lineReady();
}

void SerialProgram::lineLost(int error) {
    call_.reset();
    called_.reset();
    const bool gone = tty_.vanished();
    fail({gone ? Reason::DeviceMissing : Reason::ModemNoCarrier,
          gone ? cat(serial().device, " is gone") : std::generic_category().message(error)});
}

void SerialProgram::pinGiven(std::optional<std::string_view> pin) {
    if (call_) {
        call_->pin(pin);
    }
}

void SerialProgram::close() {
    const auto leave = [this] {
        callEnd_.reset();
        giveBack();
        host_->finish();
    };
    if (!called_ || (spoiled_ && tty_.prepare(serial()))) { // it hung up: there is nothing to talk to
        leave();
        return;
    }
    tty_.claim(true);
    callEnd_ = std::make_unique<CallEnd>(loop_, tty_.fd(),
                                         serial().modemLines ? ModemWires::of(tty_.fd()) : std::nullopt,
                                         serial().hangup, *called_, leave);
}

void SerialProgram::awaitCarrier() {
    host_->phase(PPPM_PHASE_CARRIER);
    tty_.lookAtModemLines(); // else the open that waits for it would not
    try {
        carrierWait_ = std::make_unique<CarrierWait>(loop_, node_, [this](int error) {
            carrierWait_.reset();
            if (error != 0) {
                fail({tty_.vanished() ? Reason::DeviceMissing : Reason::EngineFailed,
                      cat("waiting for the carrier of ", node_, ": ",
                          std::generic_category().message(error))});
            } else {
                carrierThere();
            }
        });
    } catch (const std::system_error& error) {
        fail({Reason::EngineFailed, cat("cannot wait for the carrier: ", error.code().message())});
    }
}

void SerialProgram::lineReady() {
    tty_.claim(false);
    host_->startPppd();
    LineRecord record = tty_.record();
    record.pppd = host_->pppdPid();
    record.pppdStarted = startOf(record.pppd);
    saveLineRecord(host_->task().state, node_, record);
}

bool SerialProgram::pppdSaid(Bytes datagram) {
    if (kindOf(datagram) != PPPM_PHASE) {
        return false;
    }
    const auto phase = numberOf(datagram, PPPM_T_PHASE);
    if (phase == PPPM_PHASE_ESTABLISH && hasCarrier_ && !host_->stopping()) {
        tty_.lookAtModemLines();
        if (!tty_.carrier().value_or(true)) { // it went while nobody looked
            host_->fail(Reason::PeerTerminated,
                        cat("the other end hung up: the carrier of ", serial().device, " is gone"));
            host_->endPppd();
        }
    }
    return phase == PPPM_PHASE_SERIALCONN; // pppd only opens what is open
}

void SerialProgram::pppdEnded(const PppdEnd&) {
    if (!host_->stopping() && tty_.vanished()) {
        host_->fail(Reason::DeviceMissing, cat(serial().device, " is gone"));
        called_.reset();
    }
    spoiled_ = true;
    close();
}

void SerialProgram::stop() {
    carrierWait_.reset();
    predecessorSource_.reset();
    patience_.reset();
    if (callEnd_) {
        return; // on its way already
    }
    if (call_ && call_->dialling()) {
        called_ = HangUp::Call::Dialling;
    }
    call_.reset();
    close();
}

void SerialProgram::fail(const LineFault& fault) {
    host_->fail(fault.reason, fault.words, fault.passing);
    giveBack();
    host_->finish();
}

void SerialProgram::giveBack() {
    if (tty_.held() && tty_.giveBack()) { // else the next engine of the line has to
        removeLineRecord(host_->task().state, node_);
    }
    lock_.release();
}

} // namespace ppp::engine
