// SPDX-License-Identifier: LGPL-2.1-or-later
// Stands in for firewalld: knows the zones public (default), external and wan, and the interfaces in them,
// with its errors. A setting per method, as FakeControl knows them; setting "reload" sends the signal,
// setting "zone-of IFACE" puts that interface into a zone, as a permanent configuration does. Calls:
// "changeZoneOfInterface wan ppp0", "removeInterface wan ppp0", "getZoneOfInterface ppp0"; with " addressed"
// behind a change where the interface has an IPv4 address already.
#include <cstdlib>
#include <map>
#include <set>

#include <ifaddrs.h>
#include <sys/socket.h>

#include "fake_control.hpp"
#include "org_fedoraproject_firewalld1_adaptor.hpp"
#include "org_fedoraproject_firewalld1_zone_adaptor.hpp"

namespace {

using Adaptors = sdbus::AdaptorInterfaces<org::fedoraproject::FirewallD1::zone_adaptor,
                                          org::fedoraproject::FirewallD1_adaptor>;
using Answer = sdbus::Result<std::string>;

bool addressed(const std::string& interface) {
    ifaddrs* all = nullptr;
    if (getifaddrs(&all) != 0) {
        return false;
    }
    bool found = false;
    for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
        found = found || (one->ifa_addr != nullptr && one->ifa_addr->sa_family == AF_INET &&
                          interface == one->ifa_name);
    }
    freeifaddrs(all);
    return found;
}

class FakeFirewalld final : public Adaptors {
public:
    FakeFirewalld(sdbus::IConnection& bus, ppp::test::FakeControl& control)
        : AdaptorInterfaces(bus, sdbus::ObjectPath{"/org/fedoraproject/FirewallD1"}), control_(control) {
        registerAdaptor();
        control_.onSet([this](const std::string& key, const std::string& value) {
            const std::string lead = "zone-of ";
            if (key == "reload") {
                emitReloaded();
            } else if (key.rfind(lead, 0) == 0) {
                interfaces_[key.substr(lead.size())] = value;
            }
        });
    }
    virtual ~FakeFirewalld() { unregisterAdaptor(); }
    FakeFirewalld(const FakeFirewalld&) = delete;
    FakeFirewalld& operator=(const FakeFirewalld&) = delete;

private:
    static sdbus::Error exception(const std::string& text) {
        return ppp::bus::makeError("org.fedoraproject.FirewallD1.Exception", text);
    }
    void called(const std::string& method, const std::string& words, Answer&& result,
                std::function<void(Answer& result)> work) {
        control_.record(method + " " + words);
        const auto kept = ppp::test::keep(std::move(result));
        control_.handle(
            method, [kept, work = std::move(work)] { work(*kept); },
            [kept](const sdbus::Error& error) { kept->returnError(error); });
    }
    void changeZoneOfInterface(Answer&& result, std::string zone, std::string interface) override {
        called("changeZoneOfInterface", zone + " " + interface + (addressed(interface) ? " addressed" : ""),
               std::move(result), [this, zone, interface](Answer& answer) {
                   if (!zones_.contains(zone)) {
                       answer.returnError(exception("INVALID_ZONE: " + zone));
                       return;
                   }
                   interfaces_[interface] = zone;
                   answer.returnResults(zone);
               });
    }
    void removeInterface(Answer&& result, std::string zone, std::string interface) override {
        called("removeInterface", zone + " " + interface, std::move(result),
               [this, zone, interface](Answer& answer) {
                   const auto found = interfaces_.find(interface);
                   if (found == interfaces_.end() || found->second != zone) {
                       answer.returnError(
                           exception("UNKNOWN_INTERFACE: '" + interface + "' is not in any zone"));
                       return;
                   }
                   interfaces_.erase(found);
                   answer.returnResults(zone);
               });
    }
    void getZoneOfInterface(Answer&& result, std::string interface) override {
        called("getZoneOfInterface", interface, std::move(result), [this, interface](Answer& answer) {
            const auto found = interfaces_.find(interface);
            answer.returnResults(found == interfaces_.end() ? std::string() : found->second);
        });
    }

    ppp::test::FakeControl& control_;
    const std::set<std::string> zones_{"public", "external", "wan"};
    std::map<std::string, std::string> interfaces_;
};

} // namespace

int main() {
    const auto bus = sdbus::createSystemBusConnection();
    ppp::test::FakeControl control(*bus, "firewalld", "org.fedoraproject.FirewallD1");
    const FakeFirewalld firewalld(*bus, control);
    bus->enterEventLoop();
    return EXIT_FAILURE;
}
