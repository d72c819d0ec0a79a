// SPDX-License-Identifier: LGPL-2.1-or-later
// Asks who answers on a wire: PADI out, PADO in (RFC 2516 §5.1, §5.2). Never opens a session.
#pragma once

#include "core/services.hpp"
#include "sys/event_loop.hpp"

namespace ppp::sys {

/// Searches on different (or the same) interfaces go side by side, at most kAtOnce. Only answers to a PADI of
/// the very search count, told by a random Host-Uniq; each concentrator (address and name) is reported once,
/// with the round trip of the PADI it answered. All errors come through `done`: see packet_socket.hpp, and a
/// link that goes down meanwhile.
class PppoeFinder final : public core::ConcentratorFinder {
public:
    static constexpr std::size_t kAtOnce = 16;

    /// The loop must outlive the finder, the finder its searches.
    explicit PppoeFinder(EventLoop& loop) : loop_(loop) {}

    std::unique_ptr<core::Pending>
    find(const std::string& interface, core::Duration howLong,
         std::function<void(std::vector<core::Concentrator>, const std::string& error)> done) override;

private:
    EventLoop& loop_;
    std::size_t running_ = 0;
};

} // namespace ppp::sys
