// SPDX-License-Identifier: LGPL-2.1-or-later
// Observes the core and gathers property changes to one signal per object and turn of the loop.
#include "service/bus_service.hpp"

#include <utility>

namespace ppp::service {

BusService::BusService(sdbus::IConnection& bus, core::Manager& manager, core::Authority& authority,
                       core::ConcentratorFinder& finder, core::SerialFinder& serials, core::LogReader& logs,
                       core::Clock& clock,
                       std::function<std::map<std::string, std::uint64_t>(const std::string&)> counters)
    : bus_(bus),
      gate_(authority), context_{manager, finder, serials, logs, clock, gate_, std::move(counters), {}, 0},
      root_(bus), manager_(bus, context_) {
    for (core::Connection* connection : manager.connections()) {
        objects_.emplace(connection->name(), std::make_unique<ConnectionObject>(bus_, context_, *connection));
    }
    manager_.flush();
    manager.observe(this);
}

BusService::~BusService() {
    context_.manager.observe(nullptr);
}

ConnectionObject* BusService::object(const core::Connection& connection) {
    const auto found = objects_.find(connection.name());
    return found == objects_.end() ? nullptr : found->second.get();
}

void BusService::connectionAdded(core::Connection& connection) {
    auto& slot = objects_[connection.name()];
    slot = std::make_unique<ConnectionObject>(bus_, context_, connection);
    slot->announce();
    manager_.emitConnectionAdded(sdbus::ObjectPath{names::connectionPath(connection.name())});
    managerChanged();
}

void BusService::connectionRemoved(const std::string& name) {
    const auto found = objects_.find(name);
    if (found == objects_.end()) {
        return;
    }
    found->second->flush();
    found->second->retract();
    manager_.emitConnectionRemoved(sdbus::ObjectPath{names::connectionPath(name)});
    dying_.push_back(std::move(found->second));
    objects_.erase(found);
    changed_.erase(name);
    managerChanged();
}

void BusService::connectionChanged(core::Connection& connection) {
    changed_.insert(connection.name());
    flushLater();
}

void BusService::connectionStateChanged(core::Connection& connection, core::State now, core::State old,
                                        core::Reason reason, const core::Details& details) {
    if (ConnectionObject* shown = object(connection)) {
        shown->stateChanged(now, old, reason, details);
    }
}

void BusService::connectionEvent(core::Connection& connection, const core::TimelineEntry& entry) {
    if (ConnectionObject* shown = object(connection)) {
        shown->event(entry);
    }
}

void BusService::managerChanged() {
    managerChanged_ = true;
    flushLater();
}

void BusService::flushLater() {
    if (!flush_) {
        flush_ = context_.clock.at(context_.clock.now(), [this] { flush(); });
    }
}

void BusService::flush() {
    flush_.reset();
    dying_.clear();
    if (std::exchange(managerChanged_, false)) {
        manager_.flush();
    }
    for (const std::string& name : std::exchange(changed_, {})) {
        const auto found = objects_.find(name);
        if (found != objects_.end()) {
            found->second->flush();
        }
    }
}

} // namespace ppp::service
