// SPDX-License-Identifier: LGPL-2.1-or-later
// Calls to org.freedesktop.systemd1 and sd_notify.
#include "sys/unit_manager.hpp"

#include <chrono>
#include <cstdlib>
#include <utility>
#include <vector>

#include <systemd/sd-daemon.h>
#include <systemd/sd-login.h>

namespace ppp::sys {
namespace {

constexpr const char* kService = "org.freedesktop.systemd1";
constexpr const char* kPath = "/org/freedesktop/systemd1";
constexpr const char* kManager = "org.freedesktop.systemd1.Manager";
constexpr const char* kUnit = "org.freedesktop.systemd1.Unit";
constexpr const char* kJob = "org.freedesktop.systemd1.Job";
constexpr const char* kProperties = "org.freedesktop.DBus.Properties";
constexpr auto kScopePatience = std::chrono::seconds(10);
constexpr auto kQuestionPatience = std::chrono::seconds(2);
constexpr int kScopeQuestions = 50; // each is a turn of systemd's own loop, in which it may come to the job
constexpr std::uint64_t kScopeStopUsec = 15'000'000;

using DeviceRule = sdbus::Struct<std::string, std::string>;
using Property = sdbus::Struct<std::string, sdbus::Variant>;
using AuxUnit = sdbus::Struct<std::string, std::vector<Property>>;
using JobRef = sdbus::Struct<std::uint32_t, sdbus::ObjectPath>;

template <typename Value> Property property(const char* name, Value value) {
    return Property{std::string(name), sdbus::Variant{std::move(value)}};
}

// The device policy is per control group, so the scope needs the same as the daemon's own unit. Started
// before the daemon in systemd's order, the scope is stopped after it: at shutdown the daemon hangs up in
// order first.
std::vector<Property> scopeProperties(const std::string& connection, std::uint32_t pid,
                                      const std::string& ownUnit) {
    using Strings = std::vector<std::string>;
    std::vector<DeviceRule> devices;
    for (const char* device : {"/dev/ppp", "char-tty*", "char-rfcomm", "char-pts"}) {
        devices.emplace_back(std::string(device), std::string("rw"));
    }
    return {
        property("Description", "PPP connection " + connection),
        property("PIDs", std::vector<std::uint32_t>{pid}),
        property("After", Strings{"network.target", "dbus.service", "systemd-resolved.service"}),
        property("Before", Strings{ownUnit}),
        property("CollectMode", std::string("inactive-or-failed")),
        property("KillMode", std::string("control-group")),
        property("SendSIGHUP", false),
        property("TimeoutStopUSec", kScopeStopUsec),
        property("DevicePolicy", std::string("closed")),
        property("DeviceAllow", std::move(devices)),
    };
}

bool standsInUnitName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

std::string firstLine(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

} // namespace

UnitManager::UnitManager(EventLoop& loop, sdbus::IConnection& bus, core::Journal& journal,
                         std::string ownUnit)
    : loop_(loop), bus_(bus), journal_(journal), ownUnit_(std::move(ownUnit)) {
    if (!ownUnit_.empty()) {
        manager_ = sdbus::createProxy(bus_, bus::ServiceName{kService}, sdbus::ObjectPath{kPath});
    }
}

UnitManager::~UnitManager() = default;

std::string UnitManager::ownUnitName() {
    char* unit = nullptr;
    if (sd_booted() <= 0 || sd_pid_get_unit(0, &unit) < 0) {
        return {};
    }
    std::string name(unit);
    std::free(unit);
    return name;
}

std::string UnitManager::escaped(const std::string& text) {
    constexpr const char* hex = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        if (standsInUnitName(c)) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += {'\\', 'x', hex[byte >> 4], hex[byte & 15]};
        }
    }
    return out;
}

std::string UnitManager::scopeName(const std::string& connection, std::uint32_t pid) {
    return "ppp-manager-" + escaped(connection) + "-" + std::to_string(pid) + ".scope";
}

void UnitManager::moveToScope(const std::string& connection, std::uint32_t pid, std::function<void()> done) {
    if (!manager_) {
        if (done) {
            done();
        }
        return;
    }
    const auto refused = [this, connection, done](const std::string& why) {
        journal_.log(core::Severity::Warning, connection, "the engine got no scope of its own: " + why);
        if (done) {
            done();
        }
    };
    try {
        manager_->callMethodAsync("StartTransientUnit")
            .onInterface(kManager)
            .withTimeout(kScopePatience)
            .withArguments(scopeName(connection, pid), std::string("fail"),
                           scopeProperties(connection, pid, ownUnit_), std::vector<AuxUnit>{})
            .uponReplyInvoke([this, refused, pid, done](bus::CallError error, const sdbus::ObjectPath&) {
                loop_.guarded([&] {
                    if (bus::failed(error)) {
                        refused(error->getMessage());
                    } else if (done) {
                        awaitScope(pid, kScopeQuestions, done);
                    }
                });
            });
    } catch (const sdbus::Error& e) {
        refused(e.getMessage());
    }
}

void UnitManager::awaitScope(std::uint32_t pid, int questions, std::function<void()> done) {
    if (questions == 0) {
        done();
        return;
    }
    try {
        manager_->callMethodAsync("GetUnitByPID")
            .onInterface(kManager)
            .withTimeout(kQuestionPatience)
            .withArguments(pid)
            .uponReplyInvoke(
                [this, pid, questions, done](bus::CallError error, const sdbus::ObjectPath& unit) {
                    loop_.guarded([&] {
                        if (bus::failed(error) || std::string(unit).ends_with("_2escope")) {
                            done();
                        } else {
                            awaitScope(pid, questions - 1, done);
                        }
                    });
                });
    } catch (const sdbus::Error&) { // the bus has gone: nobody is left to ask
        done();
    }
}

void UnitManager::stopIsRestart(std::function<void(bool)> done) {
    question_ = std::move(done);
    if (!manager_) {
        loop_.post([this] { answer(false); });
        return;
    }
    patience_ = loop_.after(kQuestionPatience, [this] { answer(false); });
    manager_->callMethodAsync("GetUnit")
        .onInterface(kManager)
        .withTimeout(kQuestionPatience)
        .withArguments(ownUnit_)
        .uponReplyInvoke([this](bus::CallError error, const sdbus::ObjectPath& unit) {
            loop_.guarded([&] { bus::failed(error) ? answer(false) : askJob(unit); });
        });
}

void UnitManager::askJob(const std::string& unitPath) {
    unit_ = sdbus::createProxy(bus_, bus::ServiceName{kService}, sdbus::ObjectPath{unitPath});
    unit_->callMethodAsync("Get")
        .onInterface(kProperties)
        .withTimeout(kQuestionPatience)
        .withArguments(std::string(kUnit), std::string("Job"))
        .uponReplyInvoke([this](bus::CallError error, const sdbus::Variant& value) {
            loop_.guarded([&] {
                if (bus::failed(error) || !value.containsValueOfType<JobRef>() ||
                    value.get<JobRef>().get<0>() == 0) {
                    answer(false);
                } else {
                    askJobType(value.get<JobRef>().get<1>());
                }
            });
        });
}

void UnitManager::askJobType(const std::string& jobPath) {
    job_ = sdbus::createProxy(bus_, bus::ServiceName{kService}, sdbus::ObjectPath{jobPath});
    job_->callMethodAsync("Get")
        .onInterface(kProperties)
        .withTimeout(kQuestionPatience)
        .withArguments(std::string(kJob), std::string("JobType"))
        .uponReplyInvoke([this](bus::CallError error, const sdbus::Variant& value) {
            loop_.guarded([&] {
                answer(!bus::failed(error) && value.containsValueOfType<std::string>() &&
                       value.get<std::string>() == "restart");
            });
        });
}

// The proxies stay until the next question: this may run inside a reply of theirs.
void UnitManager::answer(bool restart) {
    patience_.reset();
    if (auto done = std::exchange(question_, nullptr)) {
        done(restart);
    }
}

// A line break would start another assignment of the protocol.
void UnitManager::notifyReady(const std::string& status) {
    sd_notify(0, ("READY=1\nSTATUS=" + firstLine(status)).c_str());
}

void UnitManager::notifyStopping(const std::string& status) {
    sd_notify(0, ("STOPPING=1\nSTATUS=" + firstLine(status)).c_str());
}

void UnitManager::notifyStatus(const std::string& status) {
    sd_notify(0, ("STATUS=" + firstLine(status)).c_str());
}

} // namespace ppp::sys
