// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells when somebody else has touched one table of nf_tables, from the kernel's own notices.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sys/event_loop.hpp"
#include "sys/netlink_socket.hpp"

namespace ppp::sys {

/// The kernel sends the notices of a transaction before it acknowledges it (nf_tables_commit(),
/// net/netfilter/nf_tables_api.c), each with the port of the socket that asked: so ours are told from those
/// of others, whatever came between.
class FilterWatch {
public:
    struct Told {
        std::function<void()> touched; ///< somebody else changed the table, or removed it
        std::function<void()> lost;    ///< notices were dropped: it may not be what it was
    };
    /// Of the table of family inet with this name. Throws std::system_error.
    FilterWatch(EventLoop& loop, std::string table, Told told);

    /// To be called right after each transaction of ours that made the table anew: what happened before it no
    /// longer counts.
    void madeByUs();

private:
    void read();
    void take(const netlink::Message& message, bool made);
    bool ofTable(const netlink::Message& message) const;

    const std::string table_;
    Told told_;
    NetlinkSocket socket_;
    std::uint32_t ours_ = 0; ///< the port that made the table
    bool touched_ = false;
    std::unique_ptr<EventSource> readable_;
};

} // namespace ppp::sys
