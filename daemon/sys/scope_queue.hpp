// SPDX-License-Identifier: LGPL-2.1-or-later
// A scope unit for each engine (systemd.scope(5)). A hundred engines at once are more than a busy systemd
// answers in time, so that few are asked for at a time, and those it did not answer are asked for again: an
// engine that stayed in our own control group would end with us, and so would what it had begun before it
// got its scope.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "dbus/sdbus_compat.hpp"
#include "sys/event_loop.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {

class ScopeQueue {
public:
    /// Whether the process is still in our own control group.
    using Ours = std::function<bool(std::uint32_t pid)>;

    /// What systemd is given; tests give it less.
    struct Times {
        std::chrono::milliseconds patience{10'000}; ///< for its answer, then for its job, and for `done`
        std::chrono::milliseconds pause{5'000};     ///< before it is asked again
    };

    /// All outlive this object. `ownUnit`: the unit that this process runs in.
    ScopeQueue(EventLoop& loop, sdbus::IProxy& manager, core::Journal& journal, std::string ownUnit,
               Ours ours, Times times);
    ~ScopeQueue();
    ScopeQueue(const ScopeQueue&) = delete;
    ScopeQueue& operator=(const ScopeQueue&) = delete;

    /// See UnitManager::moveToScope(). `pid` is a child of ours that is not reaped. `name`: of its scope,
    /// without ".scope". `done`, where it is not empty, comes after Times::patience at the latest.
    void move(const std::string& name, const std::string& connection, std::uint32_t pid,
              std::function<void()> done);

    static constexpr int kAtOnce = 4;
    static constexpr int kTries = 24;

private:
    /// What an order waits for. It ends where nothing of its engine is left in our control group, where
    /// systemd refuses, and where it would ask for more than kTries times.
    enum class State {
        Waiting,  ///< for its turn: fewer than kAtOnce are Asked. Then Asked, or its end.
        Asked,    ///< for systemd's answer, at most Times::patience. Then Settling, Late, or its end.
        Settling, ///< for systemd's job, as long again: till what was asked for has left our control group.
                  ///< Then its end, Waiting for the sake of what the engine had begun meanwhile, or Late.
        Late,     ///< Times::pause, and then Waiting.
    };
    struct Order {
        std::string name, connection;
        std::uint32_t pid = 0;
        UniqueFd process; ///< the engine's pidfd; empty where there was none to be had
        std::function<void()> done;
        State state = State::Waiting;
        int tries = 0;
        std::vector<std::uint32_t> asked;      ///< the processes, never none in Asked and Settling
        std::string why;                       ///< it came to be Late
        std::chrono::milliseconds settling{0}; ///< so long
        std::unique_ptr<EventSource> patience; ///< while `done` is due
        std::unique_ptr<EventSource> timer;    ///< of Settling and Late

        void tell();
    };
    using Place = std::list<Order>::iterator;

    void wait(Place order);
    void pump();
    void ask(Place order);
    void answered(Place order, const bus::CallError& error);
    void look(Place order);
    void late(Place order, const std::string& why);
    void refused(Place order, const std::string& why);
    void end(Place order);
    std::vector<std::uint32_t> left(const Order& order) const;

    EventLoop& loop_;
    sdbus::IProxy& manager_;
    core::Journal& journal_;
    const std::string ownUnit_;
    const Ours ours_;
    const Times times_;
    std::list<Order> orders_; ///< those that are Waiting: as their turns come
};

} // namespace ppp::sys
