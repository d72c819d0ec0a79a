// SPDX-License-Identifier: LGPL-2.1-or-later
// pppd with our plugin as the child of an engine program: its socket, its lifeline, its end.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/host/report.hpp"
#include "engine/host/vault.hpp"
#include "sys/engine_spawn.hpp"
#include "sys/event_loop.hpp"

namespace ppp::engine {

/// How pppd ended.
struct PppdEnd {
    std::optional<std::uint32_t> status; ///< its last word, or its exit code; nothing where it was killed
    std::optional<int> signal;           ///< that killed it
    bool said = false;                   ///< its plugin had a last word
    std::string words;                   ///< its complaint where its plugin never spoke
};

class PppdChild {
public:
    /// The daemon's part towards the plugin, as calls; from the loop.
    struct Owner {
        std::function<void(Bytes)> said;           ///< all but HELLO, SECRETS_WANTED and EXIT
        std::function<void(const PppdEnd&)> ended; ///< once, when all it said has been handed over
    };
    /// The vault outlives this. `inherit`: a descriptor that pppd gets as number kEngineExtraFd, or -1.
    /// Throws std::system_error.
    PppdChild(sys::EventLoop& loop, const std::string& program, const std::vector<std::string>& arguments,
              int inherit, Vault& vault, Owner owner);
    /// Kills it where it lives; does not wait.
    ~PppdChild();
    PppdChild(const PppdChild&) = delete;
    PppdChild& operator=(const PppdChild&) = delete;

    std::uint32_t pid() const { return pid_; }
    /// A question of the daemon's, held until the plugin has its secrets: before it takes nothing else.
    void tell(Bytes datagram);
    void signal(int signo);

private:
    void drain(int most);
    void heard(Bytes datagram);
    void answerSecrets();
    void onEnd(const siginfo_t& info);

    Vault& vault_;
    Owner owner_;
    sys::EngineHandles handles_;
    std::uint32_t pid_;
    PppdEnd end_;
    bool spoke_ = false, ready_ = false, gone_ = false;
    std::vector<std::vector<std::uint8_t>> held_;
    std::unique_ptr<sys::EventSource> socketSource_, endSource_; // behind the handles: go first
};

} // namespace ppp::engine
