// SPDX-License-Identifier: LGPL-2.1-or-later
// The one loop of the daemon: sd-event in C++ clothes. Sources are owned by whoever asked for them; a
// callback may destroy its own source. An exception that leaves a callback is a bug: it is reported and ends
// the loop with EXIT_FAILURE.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <systemd/sd-event.h>

#include "sys/unique_fd.hpp"

namespace ppp::sys {

/// What is ready in the same turn runs in this order, lowest first. The last words of an engine are so read
/// before its end is judged, and what all of them changed is announced once, at the end.
namespace priority {
inline constexpr int kEngine = -10;
inline constexpr int kNormal = 0; ///< D-Bus, children, signals, netlink, posted work
inline constexpr int kTimer = 10;
inline constexpr int kFlush = 20;
} // namespace priority

class EventLoop;

/// One event source. Destroying it switches it off at once: its callback does not come any more. Must not
/// outlive its loop.
class EventSource {
public:
    ~EventSource();
    EventSource(const EventSource&) = delete;
    EventSource& operator=(const EventSource&) = delete;

    /// Fires no more until re-armed; cheap.
    void off();
    /// I/O and signal sources: on again. Deferred ones: fires once more, in the next turn at the earliest.
    void arm();
    /// Timers only: (re-)arms for this absolute time of the timer's clock, µs; a time in the past fires in
    /// the next turn.
    void armAt(std::uint64_t usec);
    /// I/O only: other epoll(7) events; 0 leaves EPOLLERR and EPOLLHUP.
    void setEvents(std::uint32_t events);
    /// Called before every turn in which the loop polls (sd_event_source_set_prepare(3)); may change any
    /// source, and destroy none.
    void onPrepare(std::function<void()> prepare);

private:
    friend class EventLoop;
    enum class Kind { Io, Timer, Signal, Child, Defer };
    union Fact {
        std::uint32_t events;
        const siginfo_t* child;
    };
    EventSource(EventLoop& loop, Kind kind) : loop_(loop), kind_(kind) {}
    void fire(const Fact& fact) noexcept;
    void prepareNow() noexcept;

    EventLoop& loop_;
    Kind kind_;
    sd_event_source* source_ = nullptr;
    std::function<void(const Fact&)> callback_;
    std::function<void()> prepare_;
    bool* gone_ = nullptr; // set while the callback runs; told when we are destroyed inside it

    friend struct EventTrampolines;
};

/// Throws std::system_error where the kernel or libsystemd refuses a source.
class EventLoop {
public:
    /// Blocks SIGCHLD in this thread: sd_event_add_child_pidfd(3) demands it. Children must be started with
    /// an empty mask.
    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    sd_event* get() { return event_; }

    /// Runs until exit(); the code given there. Throws std::system_error where the loop itself fails.
    int run();
    /// Ends run() after the current callback; the first code that is not 0 wins.
    void exit(int code);
    /// One turn, at most `timeoutUsec` µs of waiting (UINT64_MAX: for ever); false once the loop has been
    /// told to exit. For tests and start-up.
    bool turn(std::uint64_t timeoutUsec);

    /// Level-triggered epoll(7) events of a descriptor that the caller keeps open for longer than the source
    /// lives.
    std::unique_ptr<EventSource> io(int fd, std::uint32_t events, std::function<void(std::uint32_t)> callback,
                                    int priority = priority::kNormal);
    /// One-shot, at an absolute time in µs (CLOCK_BOOTTIME counts suspend, and does not wake the machine from
    /// it).
    std::unique_ptr<EventSource> timerBoot(std::uint64_t usec, std::function<void()> callback,
                                           int priority = priority::kTimer);
    /// One-shot, at an absolute time of CLOCK_MONOTONIC in µs.
    std::unique_ptr<EventSource> timerMonotonic(std::uint64_t usec, std::function<void()> callback,
                                                int priority = priority::kTimer);
    /// One-shot, this long from now on CLOCK_MONOTONIC: for patience with a peer, which a suspend should not
    /// use up.
    std::unique_ptr<EventSource> after(std::chrono::microseconds delay, std::function<void()> callback,
                                       int priority = priority::kTimer);
    /// Blocks the signal in this thread and takes it through the loop. One source a signal.
    std::unique_ptr<EventSource> signal(int signo, std::function<void()> callback);
    /// The end of a child of ours (si_code, si_status as in waitid(2)); fires once, the loop reaps the child
    /// after the callback. The caller keeps the pidfd. A source destroyed earlier leaves the child unreaped:
    /// waitid(P_PIDFD) is then the caller's.
    std::unique_ptr<EventSource> child(int pidfd, std::function<void(const siginfo_t&)> callback,
                                       int priority = priority::kNormal);
    /// Fires once, from the next turn on; arm() makes it fire again. With armed = false it waits for the
    /// first arm().
    std::unique_ptr<EventSource> defer(std::function<void()> callback, int priority = priority::kFlush,
                                       bool armed = true);
    /// Runs the callback once from the loop; nothing to own, nothing to call off. In the order posted. What
    /// is still posted when the loop is destroyed is dropped.
    void post(std::function<void()> callback);

    /// Feeds the service manager's watchdog from a timer if it asked for that (sd_watchdog_enabled(3)), twice
    /// in its time; true where it did. The socket is opened here, once: a process that has run out of
    /// descriptors is no process that hangs (sd_event_set_watchdog(3) opens one for each word, and ends the
    /// loop where it cannot).
    bool watchdog();

    /// Runs it with the same net below it as every callback of the loop has: an exception is reported and
    /// ends the loop. For handlers that C code calls through other libraries, sdbus-c++ 1.x above all.
    template <typename Callable> void guarded(Callable&& callable) noexcept {
        try {
            callable();
        } catch (const std::exception& e) {
            fault(e.what());
        } catch (...) {
            fault("unknown exception");
        }
    }

    /// Where faults are reported (default: stderr). Called with what the escaped exception said, before the
    /// loop ends.
    void onFault(std::function<void(const std::string&)> report) { report_ = std::move(report); }

private:
    friend class EventSource;
    void fault(const char* what) noexcept;
    std::unique_ptr<EventSource> timer(clockid_t clock, std::uint64_t usec, std::function<void()> callback,
                                       int priority);
    void runPosted();
    void feedWatchdog();

    sd_event* event_ = nullptr;
    int exitCode_ = 0;
    std::function<void(const std::string&)> report_;
    std::vector<std::function<void()>> posted_;
    std::unique_ptr<EventSource> postSource_;
    UniqueFd watchdogSocket_;
    std::uint64_t watchdogEvery_ = 0; // µs
    std::unique_ptr<EventSource> watchdogTimer_;
};

} // namespace ppp::sys
