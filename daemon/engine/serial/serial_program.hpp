// SPDX-License-Identifier: LGPL-2.1-or-later
// The life of a serial link's engine: lock, open, call or carrier, pppd, hang-up, give back.
#pragma once

#include <memory>
#include <string>

#include "engine/host/run.hpp"
#include "engine/serial/carrier_wait.hpp"
#include "engine/serial/modem_call.hpp"
#include "engine/serial/tty.hpp"
#include "sys/line_lock.hpp"

namespace ppp::engine {

/// pppd gets the device by name, `local` and no speed: it keeps the speed that is set, and neither drops DTR
/// nor waits a second for that. What it would do with modem lines is done here: the carrier is waited for
/// before it starts, and looked at once it has set the line up.
class SerialProgram final : public BoundProgram {
public:
    /// The loop outlives this.
    explicit SerialProgram(sys::EventLoop& loop) : loop_(loop) {}

    void bind(EngineHost& host) override { host_ = &host; }
    void begin() override;
    void stop() override;
    bool pppdSaid(Bytes datagram) override;
    void pppdEnded(const PppdEnd& end) override;
    void pinGiven(std::optional<std::string_view> pin) override;

private:
    const core::SerialSection& serial() const { return *host_->task().serial; }
    void takeLine();
    void awaitCarrier();
    void carrierThere();
    void talk();
    void talked(const Outcome& outcome);
    void lineLost(int error);
    /// Hangs up where there is a call, gives the line back, finishes.
    void close();
    bool dials() const { return serial().dial && !serial().dial->number.empty(); }
    void lineReady();
    void fail(const LineFault& fault);
    void giveBack();
    /// A pppd of an engine that was killed, which is on its way out: true where it has to be waited for.
    bool awaitPredecessor(const LineRecord& left);

    sys::EventLoop& loop_;
    EngineHost* host_ = nullptr;
    std::string node_;
    sys::LineLock lock_;
    Tty tty_;
    bool hasCarrier_ = false;
    std::optional<HangUp::Call> called_; ///< there is, or may be, a call
    bool spoiled_ = false;               ///< pppd had the line: it is not as we set it
    std::unique_ptr<ModemCall> call_;
    std::unique_ptr<CallEnd> callEnd_;
    sys::UniqueFd predecessor_;
    std::unique_ptr<sys::EventSource> predecessorSource_, patience_;
    std::unique_ptr<CarrierWait> carrierWait_;
};

} // namespace ppp::engine
