// SPDX-License-Identifier: LGPL-2.1-or-later
// Being told that something of the daemon may have changed, for verbs that wait for that.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/client.hpp"

namespace ppp::cli {

class Watch {
public:
    /// Listens to all connections, or to the one at `path`, and to the daemon's coming and going.
    explicit Watch(Client& client, const std::string& path = {});
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    /// Returns when something may have changed since the last call, or at the deadline.
    void wait(std::optional<Clock::time_point> deadline);
    /// Whether the connection has left the state up since it was asked last.
    bool hasLeftUp();

private:
    Client& client_;
    bool moved_ = false, left_ = false;
    std::vector<sdbus::Slot> matches_;
};

} // namespace ppp::cli
