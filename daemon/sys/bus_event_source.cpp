// SPDX-License-Identifier: LGPL-2.1-or-later
// sdbus-c++ poll data to event sources, re-read before every turn.
#include "sys/bus_event_source.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sys/epoll.h>

namespace ppp::sys {
namespace {

// A flood from one client must not keep engines and timers waiting; what is left makes the poll data say "at
// once".
constexpr int kMessagesPerTurn = 32;

// What sd_id128_get_machine(3) says of a machine without a usable id, as sd-bus names it.
constexpr std::array<std::string_view, 4> kNoMachineId{"System.Error.ENOMEDIUM", "System.Error.ENOPKG",
                                                       "System.Error.EUCLEAN",
                                                       "org.freedesktop.DBus.Error.FileNotFound"};

// libsystemd answers org.freedesktop.DBus.Peer.GetMachineId itself. Where it cannot, anybody's call is an
// error of ours to go on, though the connection is as well as before.
bool isOfOneCall(const sdbus::Error& error) {
    return std::ranges::find(kNoMachineId, std::string_view(error.getName())) != kNoMachineId.end();
}

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
        if (!isOfOneCall(e)) {
            lost(e.what());
        }
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
