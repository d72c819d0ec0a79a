// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl's end of the system bus: the connection, its loop, and the calls that every verb needs.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/failure.hpp"
#include "cli/proxies.hpp"

namespace ppp::cli {

using Clock = std::chrono::steady_clock;

/// All that one connection shows, as of one moment.
struct Snapshot {
    std::string path;
    Dictionary properties;

    std::string text(const std::string& property) const { return cli::text(properties, property); }
    std::uint64_t number(const std::string& property) const { return cli::number(properties, property); }
    bool flag(const std::string& property) const { return cli::flag(properties, property); }
    std::vector<std::string> texts(const std::string& property) const {
        return cli::texts(properties, property);
    }
};

/// The connection's name in an object path; empty where the path is none of a connection.
std::string nameOf(const std::string& path);

class Client {
public:
    enum class Start {
        Never,   ///< the daemon must be there already: looking at things starts nothing
        Awaited, ///< it need not be there yet; somebody else starts it
        Allowed, ///< bus activation may start it
    };
    enum class Wake { Bus, Deadline, Interrupt, Input };

    /// Connects to the system bus (DBUS_SYSTEM_BUS_ADDRESS). Throws Failure{Unreachable}, also where the
    /// daemon is not running and start is Never.
    explicit Client(Start start);

    sdbus::IConnection& bus() { return *bus_; }
    /// Whether the daemon is there now; asks without starting it.
    bool daemonRuns();
    /// Where calls go that only look: to the daemon that is there now, by its unique name, for a call to the
    /// name that it gives up while it stops would have the bus start it again. Where that is allowed, it is
    /// that name all the same. Throws sdbus::Error NameHasNoOwner.
    std::string whereToLook();
    ManagerProxy& manager() { return *manager_; }

    /// Calls wait up to 5 minutes from now on instead of sd-bus's 25 s: somebody may be asked for a password
    /// on the way.
    void allowForQuestions();

    /// All connections in one call, sorted by name. Throws sdbus::Error, as all that follow.
    std::vector<Snapshot> connections();
    Snapshot snapshot(const std::string& path);
    /// Throws Failure{NoSuchConnection}, which names the nearest name there is.
    std::string pathOf(const std::string& name);
    std::unique_ptr<ConnectionProxy> open(const std::string& path);

    /// Waits for one thing: something of the bus (handled when this returns), the deadline, or a readable
    /// interruptFd or inputFd (-1: none).
    Wake step(std::optional<Clock::time_point> deadline, int interruptFd = -1, int inputFd = -1);

private:
    Start start_;
    std::unique_ptr<sdbus::IConnection> bus_;
    std::unique_ptr<ManagerProxy> manager_;
};

} // namespace ppp::cli
