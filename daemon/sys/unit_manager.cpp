// SPDX-License-Identifier: LGPL-2.1-or-later
// Calls to org.freedesktop.systemd1 and sd_notify.
#include "sys/unit_manager.hpp"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <utility>

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
constexpr auto kQuestionPatience = std::chrono::seconds(2);

using JobRef = sdbus::Struct<std::uint32_t, sdbus::ObjectPath>;

bool standsInUnitName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

std::string scopeStem(const std::string& connection, std::uint32_t pid) {
    return "ppp-manager-" + UnitManager::escaped(connection) + "-" + std::to_string(pid);
}

std::string firstLine(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

} // namespace

UnitManager::UnitManager(EventLoop& loop, sdbus::IConnection& bus, core::Journal& journal,
                         std::string ownUnit, ScopeQueue::Ours ours, ScopeQueue::Times times)
    : loop_(loop), bus_(bus), ownUnit_(std::move(ownUnit)) {
    if (!ownUnit_.empty()) {
        manager_ = sdbus::createProxy(bus_, bus::ServiceName{kService}, sdbus::ObjectPath{kPath});
        scopes_ = std::make_unique<ScopeQueue>(loop_, *manager_, journal, ownUnit_, std::move(ours), times);
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
    return scopeStem(connection, pid) + ".scope";
}

bool UnitManager::isIn(std::uint32_t pid, const std::string& unit) {
    char* found = nullptr;
    if (const int result = sd_pid_get_unit(static_cast<pid_t>(pid), &found); result < 0) {
        return result == -EMFILE || result == -ENFILE || result == -ENOMEM;
    }
    const bool same = unit == found;
    std::free(found);
    return same;
}

void UnitManager::moveToScope(const std::string& connection, std::uint32_t pid, std::function<void()> done) {
    if (scopes_) {
        scopes_->move(scopeStem(connection, pid), connection, pid, std::move(done));
    } else if (done) {
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
