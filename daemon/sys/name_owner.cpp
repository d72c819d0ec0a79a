// SPDX-License-Identifier: LGPL-2.1-or-later
// NameOwnerChanged and GetNameOwner of the D-Bus specification ("Message Bus Messages").
#include "sys/name_owner.hpp"

#include <utility>

namespace ppp::sys {
namespace {

constexpr const char* kBus = "org.freedesktop.DBus";
constexpr const char* kBusPath = "/org/freedesktop/DBus";
constexpr const char* kRule = "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
                              "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='";

} // namespace

sdbus::Slot followOwner(sdbus::IConnection& bus, const std::string& name,
                        std::function<void(const std::string& owner)> changed) {
    return bus::addMatch(bus, kRule + name + "'", [changed = std::move(changed)](auto&& message) {
        std::string changedName;
        std::string before;
        std::string after;
        message >> changedName >> before >> after;
        changed(after);
    });
}

std::string ownerNow(sdbus::IConnection& bus, const std::string& name) {
    const auto driver = sdbus::createProxy(bus, bus::ServiceName{kBus}, sdbus::ObjectPath{kBusPath});
    std::string owner;
    try {
        driver->callMethod("GetNameOwner").onInterface(kBus).withArguments(name).storeResultsTo(owner);
    } catch (const sdbus::Error&) {
        owner.clear();
    }
    return owner;
}

} // namespace ppp::sys
