// SPDX-License-Identifier: LGPL-2.1-or-later
// The times of redials as transient timer units of systemd: ppp-redial-at@NAME.timer starts the installed
// ppp-redial-at@NAME.service. They are found again by their names, and told apart by their descriptions, so
// nothing has to be recorded.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports.hpp"
#include "dbus/sdbus_compat.hpp"
#include "sys/event_loop.hpp"

namespace ppp::sys {

class RedialTimers final : public core::RedialTimers {
public:
    /// `systemd`: it is PID 1. Loop, bus and journal outlive this object.
    RedialTimers(EventLoop& loop, sdbus::IConnection& bus, core::Journal& journal, bool systemd);
    ~RedialTimers() override;
    RedialTimers(const RedialTimers&) = delete;
    RedialTimers& operator=(const RedialTimers&) = delete;

    /// Without systemd there is trouble, and nothing else. A timer that an administrator stops is not started
    /// again behind his back, but shown, until it is set the next time or by the next life of the daemon.
    void set(const std::string& connection, const std::string& at) override;
    std::uint64_t next(const std::string& connection) const override;
    std::string trouble(const std::string& connection) const override;
    void onChange(std::function<void(const std::string& connection)> changed) override {
        changed_ = std::move(changed);
    }

    /// systemd.unit(5): a name of a connection needs no escaping.
    static std::string unitName(std::string_view connection);

private:
    enum class Stage {
        Due,     ///< not started yet, as far as it is known
        Asked,   ///< systemd has not answered yet
        Started, ///< systemd has a job for it
        Running, ///< seen
        Stopped, ///< by somebody else
    };
    struct One {
        std::string at;
        Stage stage = Stage::Due;
        std::uint64_t next = 0;
        std::string trouble;
        unsigned rounds = 0;                               ///< in a row that led to nothing
        std::chrono::steady_clock::time_point restUntil{}; ///< after too many of them
        std::unique_ptr<sdbus::IProxy> unit;
    };
    /// org.freedesktop.systemd1(5), ListUnitsByPatterns.
    using Row = sdbus::Struct<std::string, std::string, std::string, std::string, std::string, std::string,
                              sdbus::ObjectPath, std::uint32_t, std::string, sdbus::ObjectPath>;

    void look();
    void compare(const std::vector<Row>& rows);
    void found(const std::string& connection, One& one, const Row& row);
    void missed(const std::string& connection, One& one);
    void start(const std::string& connection);
    void started(const std::string& connection, const bus::CallError& error);
    void stop(const std::string& connection);
    /// Another round soon; after too many in a row only later, with `why` as trouble.
    void goRound(const std::string& connection, One& one, const std::string& why);
    void askNext(const std::string& connection, One& one, const std::string& path);
    void refuse(const std::string& connection, const std::string& why);
    void again(std::chrono::milliseconds delay);
    void change(const std::string& connection, One& one, std::uint64_t next, const std::string& trouble);

    EventLoop& loop_;
    sdbus::IConnection& bus_;
    core::Journal& journal_;
    std::function<void(const std::string&)> changed_;
    std::map<std::string, One> wanted_; ///< by connection
    std::unique_ptr<sdbus::IProxy> systemd_;
    std::unique_ptr<EventSource> look_;  ///< gathers what comes in one turn
    std::unique_ptr<EventSource> again_; ///< after what did not work
    std::chrono::steady_clock::time_point againAt_;
    sdbus::Slot slot_;
};

} // namespace ppp::sys
