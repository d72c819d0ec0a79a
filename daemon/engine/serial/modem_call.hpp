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

/// Ends a call: by DTR where the line has one and the carrier then goes, else by commands.
class CallEnd {
public:
    /// `lines`: whether the modem lines mean anything. done() once, from the loop, within kHangUp.
    CallEnd(sys::EventLoop& loop, int fd, bool lines, std::vector<std::string> strings, HangUp::Call call,
            std::function<void()> done);
    CallEnd(const CallEnd&) = delete;
    CallEnd& operator=(const CallEnd&) = delete;

private:
    void lookAtCarrier();
    void command();
    void readable();
    void follow();

    sys::EventLoop& loop_;
    int fd_;
    HangUp machine_;
    LineOutput output_;
    std::function<void()> done_;
    int looks_ = 0;
    std::unique_ptr<sys::EventSource> source_, timer_;
};

} // namespace ppp::engine
