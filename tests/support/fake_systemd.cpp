// SPDX-License-Identifier: LGPL-2.1-or-later
// Stands in for the service manager: one unit, one job, transient services, which it runs, and transient
// timers, which are there. Settings:
// "job" (none, restart, stop ...: the unit's running job); "result" (that of a service, where it is not what
// its end says); "slow" (so often a service that has ended is still told to be deactivating); "GetUnit",
// "ListUnitsByPatterns" and "StartTransientUnit" as FakeControl knows them; "stop" (a timer, which then
// goes); "elapse" (when all timers run out next); "timers" (none: what is asked for does not start). Calls:
// "StartTransientUnit NAME MODE KEY=VALUE...", "GetUnit NAME", "StopUnit NAME MODE", "UnrefUnit NAME".
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>

#include <sys/wait.h>
#include <unistd.h>

#include "fake_control.hpp"
#include "org_freedesktop_systemd1_job_adaptor.hpp"
#include "org_freedesktop_systemd1_manager_adaptor.hpp"
#include "org_freedesktop_systemd1_service_adaptor.hpp"
#include "org_freedesktop_systemd1_timer_adaptor.hpp"
#include "org_freedesktop_systemd1_unit_adaptor.hpp"

namespace {

namespace systemd1 = org::freedesktop::systemd1;
using ppp::test::FakeControl;
using Property = sdbus::Struct<std::string, sdbus::Variant>;
using AuxUnit = sdbus::Struct<std::string, std::vector<Property>>;
using DeviceRule = sdbus::Struct<std::string, std::string>; // and a timer's calendar
using JobRef = sdbus::Struct<uint32_t, sdbus::ObjectPath>;
using Row = sdbus::Struct<std::string, std::string, std::string, std::string, std::string, std::string,
                          sdbus::ObjectPath, uint32_t, std::string, sdbus::ObjectPath>;
using Exec = sdbus::Struct<std::string, std::vector<std::string>, std::vector<std::string>>;

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
    } else if (value.containsValueOfType<std::vector<Exec>>()) {
        for (const auto& exec : value.get<std::vector<Exec>>()) {
            for (const auto& word : exec.get<1>()) {
                out += (out.empty() ? "" : ",") + word;
            }
        }
    } else if (value.containsValueOfType<sdbus::UnixFd>()) {
        out = "fd";
    }
    return out.empty() ? "?" : out;
}

// As sd_bus_path_encode(3).
std::string pathOf(const std::string& unit) {
    constexpr const char* hex = "0123456789abcdef";
    std::string out = "/org/freedesktop/systemd1/unit/";
    for (const char c : unit) {
        const auto byte = static_cast<unsigned char>(c);
        out += std::isalnum(byte) != 0 ? std::string(1, c) : std::string{'_', hex[byte >> 4], hex[byte & 15]};
    }
    return out;
}

// A transient service, running. Its end is waited for when it is asked for.
class Service final : public sdbus::AdaptorInterfaces<systemd1::Service_adaptor, systemd1::Unit_adaptor> {
public:
    Service(sdbus::IConnection& bus, FakeControl& control, const std::string& path,
            const std::vector<Property>& properties)
        : AdaptorInterfaces(bus, sdbus::ObjectPath{path}), control_(control) {
        std::map<std::string, sdbus::Variant> wanted;
        for (const auto& property : properties) {
            wanted.emplace(property.get<0>(), property.get<1>());
        }
        start(wanted);
        registerAdaptor();
    }
    virtual ~Service() { unregisterAdaptor(); }
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

private:
    void start(std::map<std::string, sdbus::Variant>& wanted) {
        const auto exec = wanted["ExecStartEx"].get<std::vector<Exec>>().at(0);
        const auto environment = wanted["Environment"].get<std::vector<std::string>>();
        const auto in = wanted["StandardInputFileDescriptor"].get<sdbus::UnixFd>();
        const auto out = wanted["StandardOutputFileDescriptor"].get<sdbus::UnixFd>();
        const auto words = wanted["StandardErrorFileDescriptor"].get<sdbus::UnixFd>();
        pid_ = fork();
        if (pid_ != 0) {
            return;
        }
        dup2(in.get(), STDIN_FILENO);
        dup2(out.get(), STDOUT_FILENO);
        dup2(words.get(), STDERR_FILENO);
        closefrom(STDERR_FILENO + 1);
        for (const auto& one : environment) {
            putenv(strdup(one.c_str()));
        }
        std::vector<char*> argv;
        for (const auto& word : exec.get<1>()) {
            argv.push_back(strdup(word.c_str()));
        }
        argv.push_back(nullptr);
        execv(exec.get<0>().c_str(), argv.data());
        _exit(203);
    }
    void wait() {
        if (!ended_) {
            waitid(P_PID, static_cast<id_t>(pid_), &info_, WEXITED);
            ended_ = true;
        }
    }
    JobRef Job() override { return JobRef{0U, sdbus::ObjectPath{"/"}}; }
    std::string ActiveState() override {
        wait();
        const auto slow = control_.setting("slow");
        const int left = slow == "ok" ? 0 : std::stoi(slow);
        return asked_++ < left ? "deactivating" : "inactive";
    }
    std::string Result() override {
        wait();
        const auto result = control_.setting("result");
        return result != "ok" ? result : info_.si_status == 0 ? "success" : "exit-code";
    }
    int32_t ExecMainCode() override {
        wait();
        return info_.si_code;
    }
    int32_t ExecMainStatus() override {
        wait();
        return info_.si_status;
    }

    FakeControl& control_;
    pid_t pid_ = -1;
    bool ended_ = false;
    int asked_ = 0;
    siginfo_t info_{};
};

class Timer final : public sdbus::AdaptorInterfaces<systemd1::Timer_adaptor> {
public:
    Timer(sdbus::IConnection& bus, FakeControl& control, const std::string& path, std::string description)
        : AdaptorInterfaces(bus, sdbus::ObjectPath{path}), control_(control),
          description_(std::move(description)) {
        registerAdaptor();
    }
    virtual ~Timer() { unregisterAdaptor(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    const std::string& description() const { return description_; }
    void tell() {
        getObject().emitPropertiesChangedSignal(
            ppp::bus::InterfaceName{"org.freedesktop.systemd1.Timer"},
            std::vector<ppp::bus::PropertyName>{ppp::bus::PropertyName{"NextElapseUSecRealtime"}});
    }

private:
    uint64_t NextElapseUSecRealtime() override {
        const auto setting = control_.setting("elapse");
        return setting == "ok" ? 0 : std::stoull(setting);
    }

    FakeControl& control_;
    std::string description_;
};

class Manager final : public sdbus::AdaptorInterfaces<systemd1::Manager_adaptor> {
public:
    Manager(sdbus::IConnection& bus, FakeControl& control)
        : AdaptorInterfaces(bus, sdbus::ObjectPath{"/org/freedesktop/systemd1"}), bus_(bus),
          control_(control) {
        registerAdaptor();
        control_.onSet([this](const std::string& key, const std::string& value) {
            if (key == "stop") {
                stopTimer(value);
            } else if (key == "elapse") {
                for (const auto& [name, timer] : timers_) {
                    timer->tell();
                }
            }
        });
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
        if (control_.setting("StartTransientUnit") == "ok" && name.ends_with(".service")) {
            services_[name] = std::make_unique<Service>(bus_, control_, pathOf(name), properties);
        }
        if (control_.setting("StartTransientUnit") == "ok" && name.ends_with(".timer")) {
            if (timers_.contains(name)) {
                result.returnError(
                    ppp::bus::makeError("org.freedesktop.systemd1.UnitExists", name + " is there"));
                return;
            }
            if (control_.setting("timers") != "none") {
                timers_[name] =
                    std::make_unique<Timer>(bus_, control_, pathOf(name), textOf(properties.at(0).get<1>()));
            }
        }
        answer("StartTransientUnit", kJobPath, std::move(result));
    }
    void ListUnitsByPatterns(sdbus::Result<std::vector<Row>>&& result, std::vector<std::string>,
                             std::vector<std::string> patterns) override {
        control_.record("ListUnitsByPatterns " + patterns.at(0));
        const auto kept = ppp::test::keep(std::move(result));
        control_.handle(
            "ListUnitsByPatterns",
            [this, kept] {
                std::vector<Row> rows;
                for (const auto& [name, timer] : timers_) {
                    rows.emplace_back(name, timer->description(), std::string("loaded"),
                                      std::string("active"), std::string("waiting"), std::string(),
                                      sdbus::ObjectPath{pathOf(name)}, uint32_t{0}, std::string(),
                                      sdbus::ObjectPath{"/"});
                }
                kept->returnResults(rows);
            },
            [kept](const sdbus::Error& error) { kept->returnError(error); });
    }
    void Subscribe() override { control_.record("Subscribe"); }
    void stopTimer(const std::string& name) {
        if (const auto found = timers_.find(name); found != timers_.end()) {
            found->second->tell();
            timers_.erase(found);
        }
    }
    sdbus::ObjectPath StopUnit(const std::string& name, const std::string& mode) override {
        control_.record("StopUnit " + name + " " + mode);
        stopTimer(name);
        return sdbus::ObjectPath{kJobPath};
    }
    void UnrefUnit(const std::string& name) override {
        control_.record("UnrefUnit " + name);
        services_.erase(name);
    }
    void answer(const std::string& method, const char* path, sdbus::Result<sdbus::ObjectPath>&& result) {
        const auto kept = ppp::test::keep(std::move(result));
        control_.handle(
            method, [kept, path] { kept->returnResults(sdbus::ObjectPath{path}); },
            [kept](const sdbus::Error& error) { kept->returnError(error); });
    }

    sdbus::IConnection& bus_;
    FakeControl& control_;
    std::map<std::string, std::unique_ptr<Service>> services_;
    std::map<std::string, std::unique_ptr<Timer>> timers_;
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
    std::string ActiveState() override { return "active"; }
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
