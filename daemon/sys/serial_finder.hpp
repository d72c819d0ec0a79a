// SPDX-License-Identifier: LGPL-2.1-or-later
// The machine's ttys: which of them a modem answers on, and who has the others.
#pragma once

#include "core/services.hpp"
#include "dbus/sdbus_compat.hpp"
#include "sys/event_loop.hpp"
#include "sys/serial_ports.hpp"

namespace ppp::sys {

/// Who has a tty is told by our own connections, by its UUCP lock, by ModemManager (asked over the bus where
/// it runs, never started; silence of 2 s counts as none), by exclusive use, and by whose terminal it is:
/// what is typed into a console or a login would be taken for something. Of a program that does none of these
/// the kernel tells only by a look into every process, which the service's capabilities do not allow.
class SerialFinder final : public core::SerialFinder {
public:
    static constexpr std::size_t kAtOnce = 4;

    /// Loop and bus must outlive the finder, the finder its searches.
    SerialFinder(EventLoop& loop, sdbus::IConnection& bus, SerialPaths paths = {})
        : loop_(loop), bus_(bus), paths_(std::move(paths)) {}

    std::unique_ptr<core::Pending>
    find(const std::vector<core::NamedPort>& named, core::Duration howLong,
         std::function<void(std::vector<core::SerialPort>, const std::string& error)> done) override;

private:
    EventLoop& loop_;
    sdbus::IConnection& bus_;
    SerialPaths paths_;
    std::size_t running_ = 0;
};

} // namespace ppp::sys
