// SPDX-License-Identifier: LGPL-2.1-or-later
// Puts manager and connections on the bus and keeps what it shows in step with what they are.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "service/manager_object.hpp"

namespace ppp::service {

class BusService final : private core::ManagerObserver {
public:
    /// All objects are complete on the bus when this returns; the caller requests the bus name after that.
    BusService(sdbus::IConnection& bus, core::Manager& manager, core::Authority& authority,
               core::ConcentratorFinder& finder, core::SerialFinder& serials, core::LogReader& logs,
               core::Clock& clock,
               std::function<std::map<std::string, std::uint64_t>(const std::string&)> counters);
    ~BusService() override;
    BusService(const BusService&) = delete;
    BusService& operator=(const BusService&) = delete;

private:
    void connectionAdded(core::Connection& connection) override;
    void connectionRemoved(const std::string& name) override;
    void connectionChanged(core::Connection& connection) override;
    void connectionStateChanged(core::Connection& connection, core::State now, core::State old,
                                core::Reason reason, const core::Details& details) override;
    void connectionEvent(core::Connection& connection, const core::TimelineEntry& entry) override;
    void managerChanged() override;

    void flushLater();
    void flush();
    ConnectionObject* object(const core::Connection& connection);

    sdbus::IConnection& bus_;
    Gate gate_;
    ServiceContext context_;
    RootObject root_;
    ManagerObject manager_;
    std::map<std::string, std::unique_ptr<ConnectionObject>> objects_;
    std::vector<std::unique_ptr<ConnectionObject>> dying_; ///< may be handling a call right now
    std::set<std::string> changed_;
    bool managerChanged_ = false;
    std::unique_ptr<core::Timer> flush_;
};

} // namespace ppp::service
