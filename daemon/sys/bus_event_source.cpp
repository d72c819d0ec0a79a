// SPDX-License-Identifier: LGPL-2.1-or-later
// sdbus-c++ poll data to event sources, re-read before every turn.
#include "sys/bus_event_source.hpp"

#include <cstdlib>
#include <string>

#include <sys/epoll.h>

namespace ppp::sys {
namespace {

// A flood from one client must not keep engines and timers waiting; what is left makes the poll data say "at
// once".
constexpr int kMessagesPerTurn = 32;

static_assert(EPOLLIN == 0x001 && EPOLLOUT == 0x004, "poll(2) and epoll(7) agree on these");

} // namespace

BusEventSource::BusEventSource(EventLoop& loop, sdbus::IConnection& bus, core::Journal& journal)
    : loop_(loop), bus_(bus), journal_(journal) {
    const bus::PollData data = bus::pollData(bus_);
    const auto step = [this] { process(); };
    timer_ = loop_.timerMonotonic(0, step, priority::kNormal);
    timer_->off();
    if (data.wakeFd >= 0) {
        wake_ = loop_.io(data.wakeFd, EPOLLIN, [step](std::uint32_t) { step(); });
    }
    io_ = loop_.io(data.fd, 0, [step](std::uint32_t) { step(); });
    io_->onPrepare([this] { prepare(); });
}

// A call may have drained the socket into the library's queue, after which polling the socket sees nothing:
// the deadline, then 0, is what brings us back.
void BusEventSource::prepare() {
    if (lost_) {
        return;
    }
    try {
        const bus::PollData data = bus::pollData(bus_);
        io_->setEvents(static_cast<std::uint32_t>(data.events));
        if (data.deadline) {
            timer_->armAt(*data.deadline);
        } else {
            timer_->off();
        }
    } catch (const sdbus::Error& e) {
        lost(e.what());
    }
}

void BusEventSource::process() {
    if (lost_) {
        return;
    }
    try {
        for (int i = 0; i < kMessagesPerTurn && bus::processOne(bus_); ++i) {
        }
    } catch (const sdbus::Error& e) {
        lost(e.what());
    }
}

void BusEventSource::lost(const char* what) {
    lost_ = true;
    io_->off();
    timer_->off();
    wake_.reset();
    journal_.log(core::Severity::Error, {}, std::string("lost the system bus: ") + what);
    loop_.exit(EXIT_FAILURE);
}

} // namespace ppp::sys
