// SPDX-License-Identifier: LGPL-2.1-or-later
// The test's end of a stand-in: starts the program and steers it over test.Control.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "child_process.hpp"
#include "dbus/sdbus_compat.hpp"

namespace ppp::test {

class Fake {
public:
    /// `program`: its path; `name`: as in test.fake.NAME. Comes back when it has its names. Needs a
    /// PrivateBus.
    Fake(const std::string& program, const std::string& name);

    void set(const std::string& key, const std::string& value);
    std::vector<std::string> calls();
    /// Asks until `count` calls have come, then all of them. Throws where they do not come in time.
    std::vector<std::string> waitCalls(std::size_t count);
    void forget() { command("Forget"); }
    void resume() { command("Resume"); }
    void release() { command("Release"); }
    void acquire() { command("Acquire"); }
    /// SIGKILL, reaped.
    void kill();
    ChildProcess& process() { return process_; }

private:
    void command(const char* method);

    ChildProcess process_;
    std::unique_ptr<sdbus::IConnection> bus_;
    std::unique_ptr<sdbus::IProxy> control_;
};

} // namespace ppp::test
