// SPDX-License-Identifier: LGPL-2.1-or-later
// The common part of an engine program: stands between the daemon and pppd, and ends in order.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine_order.hpp"
#include "core/ports.hpp"
#include "core/reason.hpp"
#include "engine/host/daemon_line.hpp"
#include "engine/host/pppd_child.hpp"
#include "engine/host/vault.hpp"
#include "sys/event_loop.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::engine {

/// What one kind of engine does with its line or tunnel. All calls come from the loop. Whatever way it goes,
/// the program calls EngineHost::finish() in the end, once, with its line or tunnel given back.
class Program {
public:
    virtual ~Program() = default;
    /// The secrets are here: make the line or tunnel ready, then EngineHost::startPppd() or finish().
    virtual void begin() = 0;
    /// The end is wanted, and pppd does not run (yet or any more): finish() soon. Comes once at most.
    virtual void stop() = 0;
    /// pppd is gone, for whatever reason: give back line or tunnel, then finish().
    virtual void pppdEnded(const PppdEnd& end) = 0;
    /// A report of pppd's plugin, before it goes to the daemon; true keeps it here.
    virtual bool pppdSaid(Bytes datagram) {
        static_cast<void>(datagram);
        return false;
    }
    /// The answer to EngineHost::askPin(); nothing where there is none to be tried.
    virtual void pinGiven(std::optional<std::string_view> pin) { static_cast<void>(pin); }
    /// The daemon's answer to PPPM_SERVER, with its address.
    virtual void serverPinned(std::string_view address) { static_cast<void>(address); }
};

/// The descriptors that an engine program is born with.
struct HostFds {
    sys::UniqueFd socket;   ///< to the daemon
    sys::UniqueFd lifeline; ///< read end
};

class EngineHost {
public:
    /// Everything referred to outlives the host. Says HELLO and asks for the secrets.
    EngineHost(sys::EventLoop& loop, core::EngineTask task, HostFds fds, Program& program,
               core::Journal& journal);
    EngineHost(const EngineHost&) = delete;
    EngineHost& operator=(const EngineHost&) = delete;

    const core::EngineTask& task() const { return task_; }
    std::optional<std::string_view> password() const { return vault_.password(); }
    std::optional<std::string_view> tunnelSecret() const { return vault_.tunnelSecret(); }
    /// The end is wanted by the daemon: nothing new is to be begun.
    bool stopping() const { return stopping_; }

    void phase(pppm_phase phase); ///< stands until pppd runs
    void say(const Report& report) { daemon_.say(report.datagram()); }
    void sayStanding(const Report& report) { daemon_.sayStanding(report); }
    /// Why it will end; the first one counts. `words` are the modem's or peer's, raw, or our own where the
    /// reason is one that only we can find out (device-*, engine-*, kernel-support-missing).
    /// `passing`: the machine was only short of something, see meansShortage().
    void fail(core::Reason reason, std::string_view words, bool passing = false);
    /// Whether this errno tells of a want of memory, descriptors, processes or the like, and not of a fault
    /// that another try would meet again.
    static bool meansShortage(int error);
    void askPin();
    /// Once. `more` follows the task's arguments; `inherit` becomes descriptor kEngineExtraFd in pppd. Where
    /// pppd cannot be started pppdEnded() follows, from the loop.
    void startPppd(const std::vector<std::string>& more = {}, int inherit = -1);
    bool pppdRuns() const { return pppd_ != nullptr; }
    std::uint32_t pppdPid() const { return pppdPid_; } ///< 0: none was started
    /// Asks pppd to hang up; pppdEnded() follows in any case: a pppd that does not end is killed after 8 s.
    void endPppd();
    /// Kills it: there is nobody left whom it could tell, and it would wait 6 s for an answer. pppdEnded()
    /// follows.
    void dropPppd();
    /// Says EXIT and leaves the loop.
    void finish();

    int exitCode() const; ///< for the process: pppd's
    /// The signal that killed pppd: the process is to end by the same, which is what the daemon then sees.
    std::optional<int> killer() const { return end_ && !dropped_ ? end_->signal : std::nullopt; }

    void log(core::Severity severity, const std::string& text);

private:
    void heard(Bytes datagram);
    void stopWanted();
    void onPppdEnd(const PppdEnd& end);

    sys::EventLoop& loop_;
    core::EngineTask task_;
    Program& program_;
    core::Journal& journal_;
    Vault vault_;
    DaemonLine daemon_;
    sys::UniqueFd lifeline_;
    std::unique_ptr<PppdChild> pppd_, last_;
    std::uint32_t pppdPid_ = 0;
    std::optional<PppdEnd> end_;
    bool stopping_ = false, failed_ = false, finished_ = false, dropped_ = false;
    std::vector<std::vector<std::uint8_t>> early_; ///< the daemon's words to a pppd that is not there yet
    std::unique_ptr<sys::EventSource> lifelineSource_, termSource_, ladder_; // behind the lifeline
};

} // namespace ppp::engine
