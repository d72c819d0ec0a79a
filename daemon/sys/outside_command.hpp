// SPDX-License-Identifier: LGPL-2.1-or-later
// Runs programs of the machine (hooks, resolvconf) outside the daemon's sandbox: each in a transient service
// of its own; without systemd as PID 1 as a plain child, which then has no sandbox to leave.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dbus/sdbus_compat.hpp"
#include "sys/event_loop.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {

/// One run. Argument list and environment are for everybody to see (proc(5), systemctl show): no secrets;
/// these belong into `input`.
struct OutsideCommand {
    static constexpr std::size_t kWords = 4096;
    std::string name;                     ///< for the unit: ppp-manager-NAME-PID-NUMBER.service; any bytes
    std::vector<std::string> argv;        ///< the first is the program, an absolute path; UTF-8
    std::vector<std::string> environment; ///< NAME=value, UTF-8; added to PATH and what systemd gives
    std::string input;                    ///< all of its standard input
    std::chrono::microseconds limit;      ///< then SIGTERM, a second later SIGKILL, to all it has started
    bool leaves = false;       ///< what it has started may outlive it, and is not ended with it either
    std::size_t keep = kWords; ///< bytes of the end of what it says
    bool urgent = false;       ///< goes before those that are not and wait; for what others wait for
};

struct OutsideEnd {
    std::string error;       ///< empty: exit status 0; otherwise what happened, for a person
    std::optional<int> code; ///< exit status, where it had one; 203: could not be executed (systemd.exec(5))
    std::string words;       ///< the end of what it said on both outputs, at most `keep` bytes, raw
};

class OutsideCommands {
public:
    using Done = std::function<void(const OutsideEnd& end)>;
    /// So many run at once, and so many urgent ones beside them: each has up to four calls under way, and
    /// the bus lets a connection wait for 128 answers (dbus-daemon(1), max_replies_per_connection).
    static constexpr std::size_t kAtOnce = 16, kUrgentAtOnce = 8;
    /// Within this after its limit, which counts from its start, a command has answered, whatever systemd
    /// does.
    static constexpr std::chrono::seconds kGrace{3};

    /// `ownUnit` as UnitManager has it; empty: there is no systemd. Loop and bus outlive this object.
    OutsideCommands(EventLoop& loop, sdbus::IConnection& bus, const std::string& ownUnit);
    /// What still runs goes on to its end (without systemd: without a limit), what waits is never started;
    /// nobody is told.
    ~OutsideCommands();
    OutsideCommands(const OutsideCommands&) = delete;
    OutsideCommands& operator=(const OutsideCommands&) = delete;

    /// Starts it, where too many run after those asked for before. done comes once, from the loop, never from
    /// within this call; in a transient service not before all that the command has started is gone, since
    /// systemd ends these with it. Never throws for want of anything: that is an error for done.
    void run(OutsideCommand command, Done done);
    /// Nothing runs, nothing waits.
    bool idle() const { return jobs_.empty(); }

private:
    struct Job;
    struct Lane {
        std::size_t most, running = 0;
        std::deque<std::uint64_t> waiting{};
    };
    Lane& laneOf(const Job& job);
    void startNext(Lane& lane);
    void launch(std::uint64_t id, Job& job);
    void startUnit(std::uint64_t id, Job& job, const UniqueFd& input, const UniqueFd& output);
    void startChild(std::uint64_t id, Job& job, const UniqueFd& input, const UniqueFd& output);
    template <typename... Args> void tell(const char* method, const Args&... args);
    void heard(std::uint64_t id);
    void ask(std::uint64_t id);
    void askOne(std::uint64_t id, const char* interface, const char* property);
    void told(std::uint64_t id);
    void childEnded(std::uint64_t id, const siginfo_t& info);
    void childTooLong(std::uint64_t id, int signal);
    void finish(std::uint64_t id, const std::string& error, std::optional<int> code = {});
    Job* find(std::uint64_t id);

    EventLoop& loop_;
    sdbus::IConnection& bus_;
    std::unique_ptr<sdbus::IProxy> manager_; ///< null: there is no systemd
    std::unique_ptr<sdbus::IProxy> retired_; ///< of the last that ended: this may be inside a reply of its
    std::map<std::uint64_t, std::unique_ptr<Job>> jobs_;
    Lane ordinary_{kAtOnce}, urgent_{kUrgentAtOnce};
    std::uint64_t last_ = 0;
};

} // namespace ppp::sys
