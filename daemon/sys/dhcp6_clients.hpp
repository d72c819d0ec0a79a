// SPDX-License-Identifier: LGPL-2.1-or-later
// A dhcpcd for each session that wants a prefix: systemd runs it, a file says what it got.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "core/ports.hpp"
#include "core/ports_prefix.hpp"
#include "dbus/sdbus_compat.hpp"
#include "sys/dhcp6_unit.hpp"
#include "sys/event_loop.hpp"
#include "sys/folder_watch.hpp"
#include "sys/netlink_socket.hpp"

namespace ppp::sys {

class Dhcp6Clients final : public core::PrefixClients {
public:
    /// `folder`: below the runtime folder; made when it is first needed, and removed when nothing is in it.
    /// `systemd`: whether there is one. Loop, bus and journal outlive this.
    Dhcp6Clients(EventLoop& loop, sdbus::IConnection& bus, core::Journal& journal, std::string folder,
                 dhcp6::Site site, bool systemd);
    ~Dhcp6Clients() override;
    Dhcp6Clients(const Dhcp6Clients&) = delete;
    Dhcp6Clients& operator=(const Dhcp6Clients&) = delete;

    std::unique_ptr<core::PrefixClient> run(const Session& session, std::function<void()> changed) override;
    void end(const Session& session) override;
    bool guard(const std::string& prefix, std::string& error) override;
    void unguard(const std::string& prefix) override;

    /// Once, when every link that outlived an earlier life is taken up: what that life has left of others
    /// goes.
    void forgetOthers();

private:
    class Client;
    /// done(error, again): empty where it runs; else ask again this much later.
    using Started = std::function<void(const std::string& error, std::chrono::seconds again)>;
    void start(const Session& session, const Started& done);
    /// `ending`: the end of the client before it, by number; 0: none was told to end.
    void started(const std::string& connection, std::uint64_t ending, const bus::CallError& error,
                 const Started& done);
    struct End {
        std::string unit;
        std::uint64_t number = 0;
    };
    std::string folderOf(const std::string& connection) const;
    void removeFolder(const std::string& connection);

    EventLoop& loop_;
    core::Journal& journal_;
    std::string folder_;
    dhcp6::Site site_;
    std::unique_ptr<sdbus::IProxy> systemd_; // null: there is none
    NetlinkClient kernel_;
    FolderWatch reports_;
    std::set<std::string> running_;    ///< connections that a client was asked for
    std::map<std::string, End> ended_; ///< by connection: the last, until another client runs
    std::uint64_t lastEnd_ = 0;
    std::set<std::string> guarded_; ///< prefixes
};

} // namespace ppp::sys
