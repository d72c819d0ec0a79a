// SPDX-License-Identifier: LGPL-2.1-or-later
// The daemon's log level and target at runtime, as `systemctl service-log-level` sets them.
#pragma once

#include <memory>

#include "dbus/sdbus_compat.hpp"
#include "sys/journal.hpp"

namespace ppp::sys {

/// org.freedesktop.LogControl1(5) at its fixed path, as long as this lives. Everybody may read; setting is
/// for root (CAP_SYS_ADMIN), which the bus library checks before we are called: a property cannot wait for
/// polkit's answer. A word that is not one of the interface's is answered with
/// org.freedesktop.DBus.Error.InvalidArgs.
class LogControl {
public:
    LogControl(sdbus::IConnection& bus, SystemJournal& journal);
    ~LogControl();
    LogControl(const LogControl&) = delete;
    LogControl& operator=(const LogControl&) = delete;

private:
    class Object;
    std::unique_ptr<Object> object_;
};

} // namespace ppp::sys
