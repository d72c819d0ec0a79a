// SPDX-License-Identifier: LGPL-2.1-or-later
// The engine's end of the socket to the daemon: never blocks, and keeps a bounded number of reports for a
// daemon that is slow or not there.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "engine/host/report.hpp"
#include "engine/host/vault.hpp"
#include "sys/event_loop.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::engine {

class DaemonLine {
public:
    /// Reports beyond those that the socket takes; the oldest go first. What still holds comes again with
    /// repeat().
    static constexpr std::size_t kQueue = 64;

    /// `heard` is called from the loop with each datagram of the daemon but SECRETS, which go into the vault;
    /// `secrets` when they are there. Both outlive this.
    DaemonLine(sys::EventLoop& loop, sys::UniqueFd socket, Vault& vault, std::function<void()> secrets,
               std::function<void(Bytes)> heard);

    void say(Bytes datagram);
    /// Says it, and again with each repeat() until another of its kind takes its place.
    void sayStanding(const Report& report);
    /// The standing report of this kind holds no more.
    void drop(pppm_kind kind) { standing_.erase(static_cast<std::uint8_t>(kind)); }
    void repeat();

private:
    void readable();
    void writable();
    /// False: the socket is full.
    bool trySend(Bytes datagram);

    sys::UniqueFd socket_;
    Vault& vault_;
    std::function<void()> secrets_;
    std::function<void(Bytes)> heard_;
    std::deque<std::vector<std::uint8_t>> queue_;
    std::map<std::uint8_t, std::vector<std::uint8_t>> standing_; ///< by kind
    std::unique_ptr<sys::EventSource> source_;                   // behind the socket: goes first
};

} // namespace ppp::engine
