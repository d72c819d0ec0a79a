// SPDX-License-Identifier: LGPL-2.1-or-later
// A system bus of a test's own: a dbus-daemon on a socket in a fresh folder, gone with the object.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "child_process.hpp"

namespace ppp::test {

class PrivateBus {
public:
    /// Without policy files everybody may do everything. With them (paths; bus policies as packages install
    /// them) the rules are those of a system bus: nobody owns a name and nobody is called but by leave of
    /// these files, save for `open`, names that stand-ins own and that everybody may call. Sets
    /// DBUS_SYSTEM_BUS_ADDRESS of this process, and so of its children.
    explicit PrivateBus(const std::vector<std::string>& policies = {},
                        const std::vector<std::string>& open = {});
    ~PrivateBus();
    PrivateBus(const PrivateBus&) = delete;
    PrivateBus& operator=(const PrivateBus&) = delete;

    const std::string& address() const { return address_; }
    /// A folder that everybody may enter, removed with the bus.
    const std::string& folder() const { return folder_; }
    /// Kills the dbus-daemon.
    void stop();

private:
    std::string folder_;
    std::string address_;
    std::unique_ptr<ChildProcess> daemon_;
};

} // namespace ppp::test
