// SPDX-License-Identifier: LGPL-2.1-or-later
// Who may do what: polkit, asked by the caller's bus name, never blocking; where polkit gives no verdict,
// root only.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/services.hpp"
#include "dbus/sdbus_compat.hpp"
#include "sys/event_loop.hpp"
#include "sys/name_watcher.hpp"

namespace ppp::sys {

/// org.freedesktop.PolicyKit1.Authority, CheckAuthorization, as its reference manual has it. A question is
/// called off at polkit (CancelCheckAuthorization: the password dialogue goes) when the Pending is destroyed,
/// when time is up, and when the caller leaves the bus. Where polkit is absent, answers with an error other
/// than Cancelled, or gives no answer within `machine`, the bus is asked for the caller's uid: root is
/// Allowed, others Denied, with the cause in `why`; only an interactive question of somebody else waits on,
/// for `person`, and only where polkit still answers a ping within `life`. `why` is empty where polkit
/// allowed.
class PolkitAuthority final : public core::Authority {
public:
    struct Patience {
        std::chrono::microseconds machine = std::chrono::seconds(10);
        std::chrono::microseconds life = std::chrono::seconds(10); ///< for a sign that it lives, after that
        std::chrono::microseconds person = std::chrono::seconds(120);
    };
    /// Loop, bus and watcher outlive this object; it outlives all questions.
    PolkitAuthority(EventLoop& loop, sdbus::IConnection& bus, NameWatcher& watcher);
    PolkitAuthority(EventLoop& loop, sdbus::IConnection& bus, NameWatcher& watcher, Patience patience);
    ~PolkitAuthority() override;
    PolkitAuthority(const PolkitAuthority&) = delete;
    PolkitAuthority& operator=(const PolkitAuthority&) = delete;

    std::unique_ptr<core::Pending> check(const std::string& sender, const std::string& action,
                                         const std::map<std::string, std::string>& details, bool interactive,
                                         std::function<void(Decision, const std::string& why)> done) override;

private:
    class Question;

    EventLoop& loop_;
    NameWatcher& watcher_;
    Patience patience_;
    std::unique_ptr<sdbus::IProxy> polkit_;
    std::unique_ptr<sdbus::IProxy> driver_;
    std::uint64_t lastId_ = 0;
};

} // namespace ppp::sys
