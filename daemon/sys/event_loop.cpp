// SPDX-License-Identifier: LGPL-2.1-or-later
// sd-event: creation, trampolines from C, posted work.
#include "sys/event_loop.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>

namespace ppp::sys {
namespace {

// libsystemd takes 0 for "250 ms"; timers here are few and each has somebody waiting for it.
constexpr std::uint64_t kAccuracy = 1;

void check(int result, const char* what) {
    if (result < 0) {
        throw std::system_error(-result, std::generic_category(), what);
    }
}

void block(int signo) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signo);
    check(-pthread_sigmask(SIG_BLOCK, &set, nullptr), "pthread_sigmask");
}

/// Connected to sd_notify(3)'s address: a path, or a name in the abstract namespace behind an @.
UniqueFd notifySocket(std::string_view where) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::size_t size = std::min(where.size(), sizeof address.sun_path - 1);
    std::copy_n(where.begin(), size, address.sun_path);
    const bool abstract = where.starts_with('@');
    if (abstract) {
        address.sun_path[0] = '\0';
    }
    UniqueFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size + (abstract ? 0 : 1));
    // connect(2) takes all addresses as this one type.
    if (!fd || connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), length) < 0) {
        throw std::system_error(errno, std::generic_category(), "the service manager's socket");
    }
    return fd;
}

} // namespace

// noexcept all over: an exception that got past fire() would unwind through C frames; a crash with a stack is
// better.
struct EventTrampolines {
    static EventSource* of(void* userdata) { return static_cast<EventSource*>(userdata); }
    static int run(void* userdata, const EventSource::Fact& fact) noexcept {
        if (userdata != nullptr) {
            of(userdata)->fire(fact);
        }
        return 0;
    }
    static int io(sd_event_source*, int, std::uint32_t revents, void* userdata) noexcept {
        EventSource::Fact fact;
        fact.events = revents;
        return run(userdata, fact);
    }
    static int time(sd_event_source*, std::uint64_t, void* userdata) noexcept { return plain(userdata); }
    static int signal(sd_event_source*, const signalfd_siginfo*, void* userdata) noexcept {
        return plain(userdata);
    }
    static int child(sd_event_source*, const siginfo_t* info, void* userdata) noexcept {
        EventSource::Fact fact;
        fact.child = info;
        return run(userdata, fact);
    }
    static int defer(sd_event_source*, void* userdata) noexcept { return plain(userdata); }
    static int prepare(sd_event_source*, void* userdata) noexcept {
        if (userdata != nullptr) {
            of(userdata)->prepareNow();
        }
        return 0;
    }

private:
    static int plain(void* userdata) noexcept {
        EventSource::Fact fact;
        fact.events = 0;
        return run(userdata, fact);
    }
};

EventSource::~EventSource() {
    if (gone_ != nullptr) {
        *gone_ = true;
    }
    if (source_ != nullptr) {
        sd_event_source_set_enabled(source_, SD_EVENT_OFF);
        sd_event_source_set_userdata(source_, nullptr);
        sd_event_source_unref(source_);
    }
}

// The callback is moved to the stack while it runs, so that it lives on when it destroys the source it
// belongs to.
void EventSource::fire(const Fact& fact) noexcept {
    bool gone = false;
    gone_ = &gone;
    EventLoop& loop = loop_;
    auto callback = std::exchange(callback_, nullptr);
    loop.guarded([&] { callback(fact); });
    if (!gone) {
        gone_ = nullptr;
        callback_ = std::move(callback);
    }
}

void EventSource::prepareNow() noexcept {
    loop_.guarded(prepare_);
}

void EventSource::off() {
    check(sd_event_source_set_enabled(source_, SD_EVENT_OFF), "sd_event_source_set_enabled");
}

void EventSource::arm() {
    const bool lasting = kind_ == Kind::Io || kind_ == Kind::Signal;
    check(sd_event_source_set_enabled(source_, lasting ? SD_EVENT_ON : SD_EVENT_ONESHOT),
          "sd_event_source_set_enabled");
}

void EventSource::armAt(std::uint64_t usec) {
    check(sd_event_source_set_time(source_, usec), "sd_event_source_set_time");
    check(sd_event_source_set_enabled(source_, SD_EVENT_ONESHOT), "sd_event_source_set_enabled");
}

void EventSource::setEvents(std::uint32_t events) {
    check(sd_event_source_set_io_events(source_, events), "sd_event_source_set_io_events");
}

void EventSource::onPrepare(std::function<void()> prepare) {
    prepare_ = std::move(prepare);
    check(sd_event_source_set_prepare(source_, prepare_ ? EventTrampolines::prepare : nullptr),
          "sd_event_source_set_prepare");
}

EventLoop::EventLoop() {
    block(SIGCHLD);
    check(sd_event_new(&event_), "sd_event_new");
    postSource_ = defer([this] { runPosted(); }, priority::kNormal, false);
}

EventLoop::~EventLoop() {
    postSource_.reset();
    watchdogTimer_.reset();
    posted_.clear();
    sd_event_unref(event_);
}

int EventLoop::run() {
    const int code = sd_event_loop(event_);
    check(code, "sd_event_loop");
    return exitCode_;
}

void EventLoop::exit(int code) {
    if (exitCode_ == 0) {
        exitCode_ = code;
    }
    sd_event_exit(event_, exitCode_);
}

bool EventLoop::turn(std::uint64_t timeoutUsec) {
    if (sd_event_get_state(event_) == SD_EVENT_FINISHED) {
        return false;
    }
    check(sd_event_run(event_, timeoutUsec), "sd_event_run");
    int code = 0;
    return sd_event_get_exit_code(event_, &code) < 0;
}

std::unique_ptr<EventSource> EventLoop::io(int fd, std::uint32_t events,
                                           std::function<void(std::uint32_t)> callback, int priority) {
    std::unique_ptr<EventSource> source(new EventSource(*this, EventSource::Kind::Io));
    source->callback_ = [callback = std::move(callback)](const EventSource::Fact& f) { callback(f.events); };
    check(sd_event_add_io(event_, &source->source_, fd, events, EventTrampolines::io, source.get()),
          "sd_event_add_io");
    check(sd_event_source_set_priority(source->source_, priority), "sd_event_source_set_priority");
    return source;
}

std::unique_ptr<EventSource> EventLoop::timer(clockid_t clock, std::uint64_t usec,
                                              std::function<void()> callback, int priority) {
    std::unique_ptr<EventSource> source(new EventSource(*this, EventSource::Kind::Timer));
    source->callback_ = [callback = std::move(callback)](const EventSource::Fact&) { callback(); };
    check(sd_event_add_time(event_, &source->source_, clock, usec, kAccuracy, EventTrampolines::time,
                            source.get()),
          "sd_event_add_time");
    check(sd_event_source_set_priority(source->source_, priority), "sd_event_source_set_priority");
    return source;
}

std::unique_ptr<EventSource> EventLoop::timerBoot(std::uint64_t usec, std::function<void()> callback,
                                                  int priority) {
    return timer(CLOCK_BOOTTIME, usec, std::move(callback), priority);
}

std::unique_ptr<EventSource> EventLoop::timerMonotonic(std::uint64_t usec, std::function<void()> callback,
                                                       int priority) {
    return timer(CLOCK_MONOTONIC, usec, std::move(callback), priority);
}

std::unique_ptr<EventSource> EventLoop::after(std::chrono::microseconds delay, std::function<void()> callback,
                                              int priority) {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const auto due = std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec) + delay;
    const auto usec = std::chrono::duration_cast<std::chrono::microseconds>(due).count();
    return timer(CLOCK_MONOTONIC, static_cast<std::uint64_t>(usec), std::move(callback), priority);
}

std::unique_ptr<EventSource> EventLoop::signal(int signo, std::function<void()> callback) {
    block(signo);
    std::unique_ptr<EventSource> source(new EventSource(*this, EventSource::Kind::Signal));
    source->callback_ = [callback = std::move(callback)](const EventSource::Fact&) { callback(); };
    check(sd_event_add_signal(event_, &source->source_, signo, EventTrampolines::signal, source.get()),
          "sd_event_add_signal");
    return source;
}

std::unique_ptr<EventSource> EventLoop::child(int pidfd, std::function<void(const siginfo_t&)> callback,
                                              int priority) {
    std::unique_ptr<EventSource> source(new EventSource(*this, EventSource::Kind::Child));
    source->callback_ = [callback = std::move(callback)](const EventSource::Fact& f) { callback(*f.child); };
    check(sd_event_add_child_pidfd(event_, &source->source_, pidfd, WEXITED, EventTrampolines::child,
                                   source.get()),
          "sd_event_add_child_pidfd");
    check(sd_event_source_set_priority(source->source_, priority), "sd_event_source_set_priority");
    return source;
}

std::unique_ptr<EventSource> EventLoop::defer(std::function<void()> callback, int priority, bool armed) {
    std::unique_ptr<EventSource> source(new EventSource(*this, EventSource::Kind::Defer));
    source->callback_ = [callback = std::move(callback)](const EventSource::Fact&) { callback(); };
    check(sd_event_add_defer(event_, &source->source_, EventTrampolines::defer, source.get()),
          "sd_event_add_defer");
    check(sd_event_source_set_priority(source->source_, priority), "sd_event_source_set_priority");
    if (!armed) {
        source->off();
    }
    return source;
}

void EventLoop::post(std::function<void()> callback) {
    posted_.push_back(std::move(callback));
    postSource_->arm();
}

// What a callback posts runs in the next turn, so that a chain of posts cannot starve the other sources. One
// that throws ends the loop; the rest behind it is dropped with it.
void EventLoop::runPosted() {
    for (auto& callback : std::exchange(posted_, {})) {
        callback();
    }
}

bool EventLoop::watchdog() {
    std::uint64_t limit = 0;
    const char* where = std::getenv("NOTIFY_SOCKET");
    if (sd_watchdog_enabled(0, &limit) <= 0 || where == nullptr) {
        return false;
    }
    watchdogSocket_ = notifySocket(where);
    watchdogEvery_ = limit / 2;
    watchdogTimer_ = timerMonotonic(
        0, [this] { feedWatchdog(); }, priority::kNormal);
    return true;
}

void EventLoop::feedWatchdog() {
    constexpr std::string_view kAlive = "WATCHDOG=1";
    // Where it cannot be said now, it is said next time, or the manager draws its conclusion.
    send(watchdogSocket_.get(), kAlive.data(), kAlive.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    std::uint64_t now = 0;
    sd_event_now(event_, CLOCK_MONOTONIC, &now);
    watchdogTimer_->armAt(now + watchdogEvery_);
}

void EventLoop::fault(const char* what) noexcept {
    try {
        if (report_) {
            report_(what);
        } else {
            std::fprintf(stderr, "ppp-managerd: fault in an event handler: %s\n", what);
        }
    } catch (const std::exception& e) {
        std::fprintf(stderr, "ppp-managerd: fault while reporting a fault: %s\n", e.what());
    }
    exit(EXIT_FAILURE);
}

} // namespace ppp::sys
