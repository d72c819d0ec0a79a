// SPDX-License-Identifier: LGPL-2.1-or-later
// Bytes from and to the modem, one at a time where the next one may be pppd's.
#include "engine/serial/modem_call.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace ppp::engine {

namespace {

// The kernel tells of a carrier that goes only to who waits in an ioctl that blocks.
constexpr auto kLookAgain = std::chrono::milliseconds(20);
constexpr int kLooks = 25;

core::BootTime bootTime() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return {std::chrono::seconds(now.tv_sec) +
            std::chrono::duration_cast<core::Duration>(std::chrono::nanoseconds(now.tv_nsec))};
}

std::uint64_t usec(core::BootTime time) {
    return static_cast<std::uint64_t>(time.sinceBoot.count());
}

/// 1: a byte; 0: none now; -1: the line is lost, errno says why.
int readByte(int fd, char& byte) {
    const ssize_t got = read(fd, &byte, 1);
    if (got == 1) {
        return 1;
    }
    if (got == 0) {
        errno = EIO; // hung up
        return -1;
    }
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

} // namespace

LineOutput::~LineOutput() {
    wipe();
}

void LineOutput::wipe() {
    if (!waiting_.empty()) {
        explicit_bzero(waiting_.data(), waiting_.size());
    }
}

void LineOutput::send(std::string_view bytes) {
    std::vector<char> all;
    all.reserve(waiting_.size() + bytes.size()); // one that grows would leave a copy behind
    all.insert(all.end(), waiting_.begin(), waiting_.end());
    all.insert(all.end(), bytes.begin(), bytes.end());
    wipe();
    waiting_.swap(all);
    flush();
}

void LineOutput::flush() {
    const ssize_t sent = write(fd_, waiting_.data(), waiting_.size());
    const std::size_t gone = sent > 0 ? static_cast<std::size_t>(sent) : 0;
    const bool lost = sent < 0 && errno != EAGAIN && errno != EINTR; // reading tells it, too
    if (lost || gone == waiting_.size()) {
        wipe();
        waiting_.clear();
        source_.reset();
        return;
    }
    std::memmove(waiting_.data(), waiting_.data() + gone, waiting_.size() - gone);
    explicit_bzero(waiting_.data() + waiting_.size() - gone, gone);
    waiting_.resize(waiting_.size() - gone);
    if (!source_) {
        source_ = loop_.after(kLookAgain, [this] {
            source_.reset();
            flush();
        });
    }
}

ModemCall::ModemCall(sys::EventLoop& loop, int fd, DialogueOrder order, Owner owner)
    : loop_(loop), fd_(fd), owner_(std::move(owner)), dialogue_(std::move(order)), output_(loop, fd) {
    timer_ = loop_.timerBoot(usec(bootTime()), [this] { // from the loop: there may be an outcome at once
        dialogue_.start(bootTime());
        source_ = loop_.io(fd_, EPOLLIN, [this](std::uint32_t) { readable(); });
        follow();
    });
}

void ModemCall::pin(std::optional<std::string_view> pin) {
    dialogue_.pin(pin ? std::optional(core::Secret(*pin)) : std::nullopt, {}, bootTime());
    follow();
}

void ModemCall::readable() {
    char byte = 0;
    int got = 0;
    while (!dialogue_.outcome() && (got = readByte(fd_, byte)) > 0) {
        dialogue_.received(byte, bootTime());
    }
    if (got < 0 && !dialogue_.outcome()) {
        const int error = errno;
        source_.reset();
        timer_.reset();
        const auto lost = owner_.lost;
        lost(error);
        return;
    }
    follow();
}

void ModemCall::follow() {
    for (Wish& wish : dialogue_.takeWishes()) {
        if (const auto* send = std::get_if<wish::Send>(&wish)) {
            output_.send(send->bytes.view());
        } else if (std::holds_alternative<wish::Pin>(wish)) {
            owner_.pinWanted();
        } else if (const auto* result = std::get_if<wish::PinResult>(&wish)) {
            owner_.pinResult(*result);
        } else if (const auto* connected = std::get_if<wish::Connected>(&wish)) {
            owner_.connected(connected->text);
        }
    }
    if (!dialogue_.outcome()) {
        timer_ = loop_.timerBoot(usec(dialogue_.deadline()), [this] {
            dialogue_.passed(bootTime());
            follow();
        });
        return;
    }
    source_.reset();
    timer_.reset();
    const auto done = owner_.done;
    const Outcome outcome = *dialogue_.outcome();
    done(outcome);
}

std::optional<ModemWires> ModemWires::of(int fd) {
    int state = 0;
    if (ioctl(fd, TIOCMGET, &state) < 0) {
        return std::nullopt;
    }
    return ModemWires{[fd] {
                          int now = 0;
                          return ioctl(fd, TIOCMGET, &now) == 0 && (now & TIOCM_CAR) != 0;
                      },
                      [fd](bool up) {
                          int line = TIOCM_DTR;
                          ioctl(fd, up ? TIOCMBIS : TIOCMBIC, &line);
                      }};
}

CallEnd::CallEnd(sys::EventLoop& loop, int fd, std::optional<ModemWires> wires,
                 std::vector<std::string> strings, HangUp::Call call, std::function<void()> done)
    : loop_(loop), fd_(fd), wires_(std::move(wires)), machine_(std::move(strings), call), output_(loop, fd),
      done_(std::move(done)) {
    if (wires_ && wires_->carrier()) {
        wires_->dtr(false);
        timer_ = loop_.after(kLookAgain, [this] { lookAtCarrier(); });
    } else {
        timer_ = loop_.after(std::chrono::microseconds(0), [this] { command(); });
    }
}

void CallEnd::lookAtCarrier() {
    if (!wires_->carrier()) {
        finish();
    } else if (++looks_ < kLooks) {
        timer_ = loop_.after(kLookAgain, [this] { lookAtCarrier(); });
    } else { // DTR is not heeded, or the carrier is always on: then commands have to do it
        wires_->dtr(true);
        command();
    }
}

void CallEnd::command() {
    machine_.start(bootTime());
    source_ = loop_.io(fd_, EPOLLIN, [this](std::uint32_t) { readable(); });
    follow();
}

void CallEnd::readable() {
    char byte = 0;
    int got = 0;
    while (!machine_.done() && (got = readByte(fd_, byte)) > 0) {
        machine_.received(byte, bootTime());
    }
    if (got < 0) {
        finish();
        return;
    }
    follow();
}

void CallEnd::follow() {
    if (const std::string bytes = machine_.takeOutput(); !bytes.empty()) {
        output_.send(bytes);
    }
    if (!machine_.done()) {
        timer_ = loop_.timerBoot(usec(machine_.deadline()), [this] {
            machine_.passed(bootTime());
            follow();
        });
        return;
    }
    finish();
}

void CallEnd::finish() {
    source_.reset();
    timer_.reset();
    if (wires_) {
        wires_->dtr(false);
    }
    const auto done = done_;
    done();
}

} // namespace ppp::engine
