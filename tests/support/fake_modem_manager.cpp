// SPDX-License-Identifier: LGPL-2.1-or-later
// Stands in for ModemManager: one modem with the ports ttyUSB2 and wwan0.
#include <cstdlib>
#include <string>
#include <vector>

#include "fake_control.hpp"
#include "org_freedesktop_modemmanager1_modem_adaptor.hpp"

namespace {

constexpr const char* kRoot = "/org/freedesktop/ModemManager1";

class Root final : public sdbus::AdaptorInterfaces<sdbus::ObjectManager_adaptor> {
public:
    explicit Root(sdbus::IConnection& bus) : AdaptorInterfaces(bus, sdbus::ObjectPath{kRoot}) {
        registerAdaptor();
    }
    virtual ~Root() { unregisterAdaptor(); }
    Root(const Root&) = delete;
    Root& operator=(const Root&) = delete;
};

class Modem final : public sdbus::AdaptorInterfaces<org::freedesktop::ModemManager1::Modem_adaptor,
                                                    sdbus::ManagedObject_adaptor> {
public:
    explicit Modem(sdbus::IConnection& bus)
        : AdaptorInterfaces(bus, sdbus::ObjectPath{std::string(kRoot) + "/Modem/0"}) {
        registerAdaptor();
    }
    virtual ~Modem() { unregisterAdaptor(); }
    Modem(const Modem&) = delete;
    Modem& operator=(const Modem&) = delete;

private:
    std::string Manufacturer() override { return "Lab"; }
    std::string Model() override { return "LTE\n7"; }
    std::vector<sdbus::Struct<std::string, std::uint32_t>> Ports() override {
        return {{"ttyUSB2", 3U}, {"wwan0", 2U}};
    }
};

} // namespace

int main() {
    const auto bus = sdbus::createSystemBusConnection();
    const Root root(*bus);
    const Modem modem(*bus);
    const ppp::test::FakeControl control(*bus, "modem_manager", "org.freedesktop.ModemManager1");
    bus->enterEventLoop();
    return EXIT_FAILURE;
}
