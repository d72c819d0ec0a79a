// SPDX-License-Identifier: LGPL-2.1-or-later
// Dialogue and hang-up on a line: descriptors and timers for the machines that have none.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/serial/dialogue.hpp"
#include "engine/serial/hang_up.hpp"
#include "sys/event_loop.hpp"

namespace ppp::engine {

/// What is to be sent over a line that may take it slowly; wiped.
class LineOutput {
public:
    LineOutput(sys::EventLoop& loop, int fd) : loop_(loop), fd_(fd) {}
    ~LineOutput();
    LineOutput(const LineOutput&) = delete;
    LineOutput& operator=(const LineOutput&) = delete;
    void send(std::string_view bytes);

private:
    void flush();
    void wipe(); ///< what waits may be a secret
    sys::EventLoop& loop_;
    int fd_;
    std::vector<char> waiting_;
    std::unique_ptr<sys::EventSource> source_;
};

class ModemCall {
public:
    /// What comes of it, from the loop; `done` may destroy the call.
    struct Owner {
        std::function<void()> pinWanted; ///< answered by pin()
        std::function<void(const wish::PinResult&)> pinResult;
        std::function<void(const std::string&)> connected;
        std::function<void(const Outcome&)> done;
        std::function<void(int error)> lost; ///< the line hung up, or cannot be read; instead of done
    };
    /// `fd`: raw, nonblocking, open for longer than this. Begins at once.
    ModemCall(sys::EventLoop& loop, int fd, DialogueOrder order, Owner owner);
    ModemCall(const ModemCall&) = delete;
    ModemCall& operator=(const ModemCall&) = delete;

    void pin(std::optional<std::string_view> pin);
    bool dialling() const { return dialogue_.dialling(); }

private:
    void readable();
    void follow();

    sys::EventLoop& loop_;
    int fd_;
    Owner owner_;
    Dialogue dialogue_;
    LineOutput output_;
    std::unique_ptr<sys::EventSource> source_, timer_;
};

/// The wires beside the data, of a line that has them.
struct ModemWires {
    std::function<bool()> carrier;
    std::function<void(bool up)> dtr;
    /// Nothing where the line has none (a pseudo terminal).
    static std::optional<ModemWires> of(int fd);
};

/// Ends a call. By DTR where the modem shows the carrier and it then goes. A carrier that is not shown says
/// nothing: the call may be on its way, or the modem does not show any; then, and where the carrier stays,
/// commands do it, and DTR is dropped behind them.
class CallEnd {
public:
    /// `wires`: none where they mean nothing. done() once, from the loop, within kHangUp and half a second.
    CallEnd(sys::EventLoop& loop, int fd, std::optional<ModemWires> wires, std::vector<std::string> strings,
            HangUp::Call call, std::function<void()> done);
    CallEnd(const CallEnd&) = delete;
    CallEnd& operator=(const CallEnd&) = delete;

private:
    void lookAtCarrier();
    void command();
    void readable();
    void follow();
    void finish();

    sys::EventLoop& loop_;
    int fd_;
    std::optional<ModemWires> wires_;
    HangUp machine_;
    LineOutput output_;
    std::function<void()> done_;
    int looks_ = 0;
    std::unique_ptr<sys::EventSource> source_, timer_;
};

} // namespace ppp::engine
