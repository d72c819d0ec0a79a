// SPDX-License-Identifier: LGPL-2.1-or-later
// Sends back the PPPoE sessions that are confirmed after their engine has gone.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/pending.hpp"
#include "sys/event_loop.hpp"
#include "sys/packet_socket.hpp"

namespace ppp::sys {

/// Answers every PADS with this Host-Uniq on this interface by a PADT (RFC 2516 §5.5), for `howLong` or until
/// it is destroyed or the interface goes away. Reads nothing but discovery frames to the interface's own
/// address, and wakes for nothing else. `complain` gets a sentence where it cannot listen or answer. The loop
/// must outlive it.
class LateSessions final : public core::Pending {
public:
    LateSessions(EventLoop& loop, const std::string& interface, std::vector<std::uint8_t> hostUniq,
                 core::Duration howLong, std::function<void(const std::string&)> complain);

private:
    void read();
    void refuse(const core::pppoe::Frame& frame);
    void end();

    std::vector<std::uint8_t> hostUniq_;
    std::function<void(const std::string&)> complain_;
    PacketSocket socket_;
    std::unique_ptr<EventSource> readable_, timer_;
};

} // namespace ppp::sys
