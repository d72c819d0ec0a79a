// SPDX-License-Identifier: LGPL-2.1-or-later
// What an earlier life of the daemon left: taken up, completed or undone.
#include <utility>

#include "core/manager.hpp"
#include "core/text.hpp"

namespace ppp::core {

void Manager::begin() {
    std::map<std::string, std::string> records;
    for (auto& [name, json] : ports_.records.loadAll()) {
        records.emplace(std::move(name), std::move(json));
    }
    routing_.hold();
    recoverShared(records);
    recoverHooks(records);
    for (const std::string& name : ports_.engines.leftBehind()) {
        if (connections_.find(name) == connections_.end()) {
            ports_.journal.log(Severity::Warning, name,
                               "an engine without a profile runs; it is told to hang up");
            ports_.engines.drop(name);
        }
    }
    for (const auto& [name, json] : records) { // what the first one settles must not undo what others hold
        if (const auto record = recordFromJson(json); record && record->facts.pin && find(name) != nullptr) {
            routing_.recoverPin(name, record->facts.pin->route);
        }
    }
    for (const auto& [name, connection] : connections_) {
        const auto record = records.find(name);
        connection->begin(record == records.end() ? std::nullopt : recordFromJson(record->second));
        if (asleep_) {
            connection->sleep([](const auto&) {});
        }
    }
    checkPins(); // now that all tunnels are known: none may be taken for a way to another's server
    undoStrangers(records);
    settleShared();
}

/// Takes the records of what the connections have in common out of all records.
void Manager::recoverShared(std::map<std::string, std::string>& records) {
    if (const auto routes = records.extract(Routing::kRecord)) {
        routing_.recover(routes.mapped());
    }
    if (records.erase(MovingAddress::kRecord) > 0) {
        moving_.recover();
    }
    if (records.erase(Clamping::kRecord) > 0) {
        clamping_.recover();
    }
    if (const auto zones = records.extract(Zones::kRecord)) {
        zones_.recover(zones.mapped());
    }
    if (const auto proxies = records.extract(ProxyArp::kRecord)) {
        proxies_.recover(proxies.mapped());
    }
}

/// What connections did that are no more.
void Manager::undoStrangers(const std::map<std::string, std::string>& records) {
    for (const auto& [name, json] : records) {
        if (connections_.find(name) == connections_.end()) {
            if (auto record = recordFromJson(json)) {
                LineState line = lineOf(*record);
                undoLine(line, ports_.network,
                         [this](const std::string& link) { return anyUses(link, nullptr); });
            }
            ports_.records.remove(name);
        }
    }
    removeOrphanLinks();
    removeStrangeStories();
}

/// Gives back what no connection has claimed again.
void Manager::settleShared() {
    const auto exists = [this](const std::string& name) { return find(name) != nullptr; };
    moving_.settle();
    clamping_.settle();
    zones_.settle(exists);
    proxies_.settle(exists);
    routing_.settle();
    announcePrimary();
}

/// Takes the records of hooks out of all records.
void Manager::recoverHooks(std::map<std::string, std::string>& records) {
    for (auto record = records.begin(); record != records.end();) {
        if (!record->first.starts_with(HookQueue::kRecord)) {
            ++record;
            continue;
        }
        const std::string name = record->first.substr(HookQueue::kRecord.size());
        if (Connection* connection = find(name)) {
            connection->recoverHooks(record->second);
        } else {
            auto hooks = std::make_unique<LinkHooks>(name, ports_);
            hooks->recover(record->second);
            hooks->end();
            if (hooks->quiet()) {
                ports_.records.remove(record->first);
            } else {
                keepHooks(std::move(hooks));
            }
        }
        record = records.erase(record);
    }
}

/// They have to hear of the end of what is gone.
void Manager::keepHooks(std::unique_ptr<LinkHooks> hooks) {
    strayHooks_.push_back(std::move(hooks));
}

/// A new connection goes on with what is due of an old one of its name: there is one book a name.
std::unique_ptr<LinkHooks> Manager::strayHooksOf(const std::string& name) {
    for (auto one = strayHooks_.begin(); one != strayHooks_.end(); ++one) {
        if ((*one)->connection() == name) {
            auto found = std::move(*one);
            strayHooks_.erase(one);
            return found;
        }
    }
    return nullptr;
}

/// What a daemon made and did not live to record.
void Manager::removeOrphanLinks() {
    for (const std::string& link : ports_.network.madeLinks()) {
        std::string error;
        if (!anyUses(link, nullptr) && !ports_.network.removeLink(link, error)) {
            ports_.journal.log(Severity::Warning, "",
                               text::cat("cannot remove the left-over link ", link, ": ", error));
        }
    }
}

/// A story whose connection was removed while no daemon lived is nobody's.
void Manager::removeStrangeStories() {
    try {
        for (const std::string& name : ports_.stories.names()) {
            if (connections_.find(name) == connections_.end()) {
                ports_.stories.remove(name);
            }
        }
    } catch (const std::exception& e) {
        ports_.journal.log(Severity::Warning, "", text::cat("cannot tidy the stories: ", e.what()));
    }
}

} // namespace ppp::core
