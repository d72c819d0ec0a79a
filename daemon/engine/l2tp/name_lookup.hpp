// SPDX-License-Identifier: LGPL-2.1-or-later
// Looks the server's name up without holding up the program: getaddrinfo(3) blocks, so a second process of
// the same program does it, and dies with it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/l2tp/kernel_tunnel.hpp"
#include "sys/engine_spawn.hpp"
#include "sys/event_loop.hpp"

namespace ppp::l2tp {

class NameLookup {
public:
    struct Answer {
        std::vector<ServerAddress> addresses; ///< in the order in which they are to be tried
        std::string error;                    ///< the resolver's words where there are none
    };
    static constexpr std::size_t kAddresses = 8; ///< more are not tried
    static constexpr auto kPatience = std::chrono::seconds(20);

    /// `done` comes once, from the loop; an address that is written down needs no lookup. Throws
    /// std::system_error.
    NameLookup(sys::EventLoop& loop, const std::string& server, std::uint16_t port,
               std::function<void(Answer)> done);
    ~NameLookup();
    NameLookup(const NameLookup&) = delete;
    NameLookup& operator=(const NameLookup&) = delete;

    /// Whether the program was started for this: then what main() is to return.
    static bool isLookup(int argc, char** argv);
    static int run(char** argv);

private:
    void readable();
    void answer(Answer found);

    std::function<void(Answer)> done_;
    sys::EngineHandles handles_;
    std::unique_ptr<sys::EventSource> socketSource_, endSource_, timer_;
};

} // namespace ppp::l2tp
