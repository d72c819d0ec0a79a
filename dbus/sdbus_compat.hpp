// SPDX-License-Identifier: LGPL-2.1-or-later
// Everything in which sdbus-c++ 1.x (Debian 12) and 2.x (Debian 13) differ for us, and nothing else.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sdbus-c++/sdbus-c++.h>

#if __has_include(<sdbus-c++/VTableItems.h>)
#define PPP_SDBUS_2 1
#endif

namespace ppp::bus {

#ifdef PPP_SDBUS_2

using CallError = std::optional<sdbus::Error>;
using ServiceName = sdbus::ServiceName;
using InterfaceName = sdbus::InterfaceName;
using PropertyName = sdbus::PropertyName;
using MemberName = sdbus::MemberName;
using ErrorName = sdbus::Error::Name;

inline sdbus::Error makeError(const std::string& name, const std::string& text) {
    return sdbus::Error(sdbus::Error::Name{name}, text);
}
inline bool processOne(sdbus::IConnection& bus) {
    return bus.processPendingEvent();
}
inline void activate(sdbus::IProxy&) {}

#else

using CallError = const sdbus::Error*;
using ServiceName = std::string;
using InterfaceName = std::string;
using PropertyName = std::string;
using MemberName = std::string;
using ErrorName = std::string;

inline sdbus::Error makeError(const std::string& name, const std::string& text) {
    return {name, text};
}
inline bool processOne(sdbus::IConnection& bus) {
    return bus.processPendingRequest();
}
inline void activate(sdbus::IProxy& proxy) {
    proxy.finishRegistration();
}

#endif

/// Whether an asynchronous call came back with an error.
inline bool failed(const CallError& error) {
    return static_cast<bool>(error);
}

/// What a loop has to poll for the bus connection.
struct PollData {
    int fd = -1;
    short events = 0;
    std::optional<std::uint64_t> deadline; ///< CLOCK_MONOTONIC µs; 0 = at once; nothing = none
    int wakeFd = -1;                       ///< a second descriptor to poll for input; -1: none
};

inline PollData pollData(sdbus::IConnection& bus) {
    const auto data = bus.getEventLoopPollData();
    PollData out;
    out.fd = data.fd;
    out.events = data.events;
#ifdef PPP_SDBUS_2
    if (data.timeout != std::chrono::microseconds::max()) {
        out.deadline = static_cast<std::uint64_t>(data.timeout.count());
    }
    out.wakeFd = data.eventFd;
#else
    if (data.timeout_usec != UINT64_MAX) {
        out.deadline = data.timeout_usec;
    }
#endif
    return out;
}

/// The unique name of whoever sent the message that is being handled; call it first in a handler.
inline std::string senderOf(const sdbus::IObject& object) {
#ifdef PPP_SDBUS_2
    const char* sender = object.getCurrentlyProcessedMessage().getSender();
    return sender != nullptr ? sender : "";
#else
    const auto* message = object.getCurrentlyProcessedMessage();
    return message != nullptr ? message->getSender() : std::string{};
#endif
}

/// Watches signals by a match rule as long as the slot lives. The callback takes a message by `auto&&`.
template <typename Callback>
sdbus::Slot addMatch(sdbus::IConnection& bus, const std::string& rule, Callback callback) {
#ifdef PPP_SDBUS_2
    return bus.addMatch(rule, std::move(callback), sdbus::return_slot);
#else
    return bus.addMatch(rule, std::move(callback));
#endif
}

} // namespace ppp::bus
