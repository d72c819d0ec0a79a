// SPDX-License-Identifier: LGPL-2.1-or-later
// Router advertisements and solicitations on one interface, through a raw ICMPv6 socket.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/router_advert.hpp"
#include "sys/event_loop.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {

class RouterSocket {
public:
    /// `heard` is called from the loop for each valid advertisement; it may destroy this. Needs CAP_NET_RAW;
    /// never throws: see trouble().
    RouterSocket(EventLoop& loop, const std::string& interface, std::uint32_t index,
                 std::function<void(const core::RouterAdvert&)> heard);

    /// To all routers (ff02::2). False where it cannot be sent.
    bool solicit();
    /// Why nothing is heard; empty: it is open.
    const std::string& trouble() const { return trouble_; }

private:
    bool open(const std::string& interface);
    void readable();

    std::uint32_t index_;
    std::function<void(const core::RouterAdvert&)> heard_;
    std::string trouble_;
    UniqueFd fd_;
    std::unique_ptr<EventSource> source_; // behind the descriptor: goes first
};

} // namespace ppp::sys
