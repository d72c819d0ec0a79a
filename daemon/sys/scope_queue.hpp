// SPDX-License-Identifier: LGPL-2.1-or-later
// A scope unit for each engine (systemd.scope(5)). A hundred engines at once are more than a busy systemd
// answers in time, so that few are asked for at a time, and those it did not answer are asked for again: an
// engine that stayed in our own control group would end with us.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "dbus/sdbus_compat.hpp"
#include "sys/event_loop.hpp"

namespace ppp::sys {

class ScopeQueue {
public:
    /// Whether the process is still in our own control group.
    using Ours = std::function<bool(std::uint32_t pid)>;

    /// All outlive this object. `ownUnit`: the unit that this process runs in.
    ScopeQueue(EventLoop& loop, sdbus::IProxy& manager, core::Journal& journal, std::string ownUnit,
               Ours ours);
    ~ScopeQueue();
    ScopeQueue(const ScopeQueue&) = delete;
    ScopeQueue& operator=(const ScopeQueue&) = delete;

    /// See UnitManager::moveToScope(). `done`, where it is not empty, comes after kPatience at the latest.
    void move(const std::string& name, const std::string& connection, std::uint32_t pid,
              std::function<void()> done);

    static constexpr auto kPatience = std::chrono::seconds(10);
    static constexpr auto kPause = std::chrono::seconds(5); ///< before it is asked for again
    static constexpr int kAtOnce = 4;
    static constexpr int kTries = 24;

private:
    struct Order {
        std::string name, connection;
        std::uint32_t pid = 0;
        std::function<void()> done;
        std::unique_ptr<EventSource> patience; ///< while `done` is due
        int tries = 0;

        void tell();
    };
    using Kept = std::unique_ptr<Order>;

    void pump();
    void ask(Kept order);
    void answered(Kept order, const bus::CallError& error);
    void failed(Kept order, const std::string& why);
    void again(Kept order, const std::string& why);
    void awaitScope(Kept order, int questions);
    std::vector<std::uint32_t> family(const Order& order) const;
    Kept take(std::uint64_t key);

    EventLoop& loop_;
    sdbus::IProxy& manager_;
    core::Journal& journal_;
    const std::string ownUnit_;
    const Ours ours_;
    std::uint64_t lastKey_ = 0;
    std::map<std::uint64_t, Kept> asked_; ///< systemd has yet to answer
    std::deque<Kept> waiting_;            ///< not asked for yet
    std::deque<Kept> late_;               ///< to be asked for again
    std::unique_ptr<EventSource> pause_;
    int underWay_ = 0;
};

} // namespace ppp::sys
