// SPDX-License-Identifier: LGPL-2.1-or-later
// Stands in for the service manager: one unit, one job. Settings: "job" (none, restart, stop ...: the unit's
// running job); "GetUnit" and "StartTransientUnit" as FakeControl knows them. Calls: "StartTransientUnit NAME
// MODE KEY=VALUE...", "GetUnit NAME".
#include <cstdlib>

#include "fake_control.hpp"
#include "org_freedesktop_systemd1_job_adaptor.hpp"
#include "org_freedesktop_systemd1_manager_adaptor.hpp"
#include "org_freedesktop_systemd1_unit_adaptor.hpp"

namespace {

namespace systemd1 = org::freedesktop::systemd1;
using ppp::test::FakeControl;
using Property = sdbus::Struct<std::string, sdbus::Variant>;
using AuxUnit = sdbus::Struct<std::string, std::vector<Property>>;
using DeviceRule = sdbus::Struct<std::string, std::string>;
using JobRef = sdbus::Struct<uint32_t, sdbus::ObjectPath>;

constexpr const char* kUnitPath = "/org/freedesktop/systemd1/unit/own";
constexpr const char* kJobPath = "/org/freedesktop/systemd1/job/17";

std::string textOf(const sdbus::Variant& value) {
    std::string out;
    if (value.containsValueOfType<std::string>()) {
        out = value.get<std::string>();
    } else if (value.containsValueOfType<bool>()) {
        out = value.get<bool>() ? "true" : "false";
    } else if (value.containsValueOfType<uint64_t>()) {
        out = std::to_string(value.get<uint64_t>());
    } else if (value.containsValueOfType<std::vector<uint32_t>>()) {
        for (const auto number : value.get<std::vector<uint32_t>>()) {
            out += (out.empty() ? "" : ",") + std::to_string(number);
        }
    } else if (value.containsValueOfType<std::vector<std::string>>()) {
        for (const auto& word : value.get<std::vector<std::string>>()) {
            out += (out.empty() ? "" : ",") + word;
        }
    } else if (value.containsValueOfType<std::vector<DeviceRule>>()) {
        for (const auto& rule : value.get<std::vector<DeviceRule>>()) {
            out += (out.empty() ? "" : ",") + rule.get<0>() + ":" + rule.get<1>();
        }
    }
    return out.empty() ? "?" : out;
}

class Manager final : public sdbus::AdaptorInterfaces<systemd1::Manager_adaptor> {
public:
    Manager(sdbus::IConnection& bus, FakeControl& control)
        : AdaptorInterfaces(bus, sdbus::ObjectPath{"/org/freedesktop/systemd1"}), control_(control) {
        registerAdaptor();
    }
    virtual ~Manager() { unregisterAdaptor(); }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;

private:
    void GetUnit(sdbus::Result<sdbus::ObjectPath>&& result, std::string name) override {
        control_.record("GetUnit " + name);
        answer("GetUnit", kUnitPath, std::move(result));
    }
    void StartTransientUnit(sdbus::Result<sdbus::ObjectPath>&& result, std::string name, std::string mode,
                            std::vector<Property> properties, std::vector<AuxUnit>) override {
        std::string line = "StartTransientUnit " + name + " " + mode;
        for (const auto& property : properties) {
            line += " " + property.get<0>() + "=" + textOf(property.get<1>());
        }
        control_.record(line);
        answer("StartTransientUnit", kJobPath, std::move(result));
    }
    void answer(const std::string& method, const char* path, sdbus::Result<sdbus::ObjectPath>&& result) {
        const auto kept = ppp::test::keep(std::move(result));
        control_.handle(
            method, [kept, path] { kept->returnResults(sdbus::ObjectPath{path}); },
            [kept](const sdbus::Error& error) { kept->returnError(error); });
    }

    FakeControl& control_;
};

class Unit final : public sdbus::AdaptorInterfaces<systemd1::Unit_adaptor> {
public:
    Unit(sdbus::IConnection& bus, FakeControl& control)
        : AdaptorInterfaces(bus, sdbus::ObjectPath{kUnitPath}), control_(control) {
        registerAdaptor();
    }
    virtual ~Unit() { unregisterAdaptor(); }
    Unit(const Unit&) = delete;
    Unit& operator=(const Unit&) = delete;

private:
    JobRef Job() override {
        const std::string job = control_.setting("job");
        return job == "ok" || job == "none" ? JobRef{0U, sdbus::ObjectPath{"/"}}
                                            : JobRef{17U, sdbus::ObjectPath{kJobPath}};
    }
    FakeControl& control_;
};

class Job final : public sdbus::AdaptorInterfaces<systemd1::Job_adaptor> {
public:
    Job(sdbus::IConnection& bus, FakeControl& control)
        : AdaptorInterfaces(bus, sdbus::ObjectPath{kJobPath}), control_(control) {
        registerAdaptor();
    }
    virtual ~Job() { unregisterAdaptor(); }
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

private:
    std::string JobType() override { return control_.setting("job"); }
    FakeControl& control_;
};

} // namespace

int main() {
    const auto bus = sdbus::createSystemBusConnection();
    FakeControl control(*bus, "systemd", "org.freedesktop.systemd1");
    const Manager manager(*bus, control);
    const Unit unit(*bus, control);
    const Job job(*bus, control);
    bus->enterEventLoop();
    return EXIT_FAILURE;
}
