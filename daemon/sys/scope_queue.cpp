// SPDX-License-Identifier: LGPL-2.1-or-later
// StartTransientUnit and GetUnitByPID (org.freedesktop.systemd1(5)).
#include "sys/scope_queue.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <utility>

namespace ppp::sys {
namespace {

constexpr const char* kManager = "org.freedesktop.systemd1.Manager";
constexpr auto kQuestionPatience = std::chrono::seconds(2);
constexpr int kQuestions = 50; // each is a turn of systemd's own loop, in which it may come to the job
constexpr std::uint64_t kStopUsec = 15'000'000;

using DeviceRule = sdbus::Struct<std::string, std::string>;
using Property = sdbus::Struct<std::string, sdbus::Variant>;
using AuxUnit = sdbus::Struct<std::string, std::vector<Property>>;

template <typename Value> Property property(const char* name, Value value) {
    return Property{std::string(name), sdbus::Variant{std::move(value)}};
}

// The device policy is per control group, so the scope needs the same as the daemon's own unit. Started
// before the daemon in systemd's order, the scope is stopped after it: at shutdown the daemon hangs up in
// order first.
std::vector<Property> propertiesOf(const std::string& connection, std::vector<std::uint32_t> pids,
                                   const std::string& ownUnit) {
    using Strings = std::vector<std::string>;
    std::vector<DeviceRule> devices;
    for (const char* device : {"/dev/ppp", "char-tty*", "char-rfcomm", "char-pts"}) {
        devices.emplace_back(std::string(device), std::string("rw"));
    }
    return {
        property("Description", "PPP connection " + connection),
        property("PIDs", std::move(pids)),
        property("After", Strings{"network.target", "dbus.service", "systemd-resolved.service"}),
        property("Before", Strings{ownUnit}),
        property("CollectMode", std::string("inactive-or-failed")),
        property("KillMode", std::string("control-group")),
        property("SendSIGHUP", false),
        property("TimeoutStopUSec", kStopUsec),
        property("DevicePolicy", std::string("closed")),
        property("DeviceAllow", std::move(devices)),
    };
}

/// It is not systemd that refused: the question, or its answer, was lost on the way or came too late.
bool isPassing(std::string_view name) {
    constexpr std::array<std::string_view, 6> kNames{"NoReply",      "Timeout",        "TimedOut",
                                                     "Disconnected", "ServiceUnknown", "NameHasNoOwner"};
    const auto dot = name.rfind('.');
    return std::find(kNames.begin(), kNames.end(), name.substr(dot + 1)) != kNames.end();
}

/// A question that was answered too late was answered well.
bool isThereAlready(std::string_view name) {
    return name == "org.freedesktop.systemd1.UnitExists";
}

} // namespace

void ScopeQueue::Order::tell() {
    patience.reset();
    if (auto due = std::exchange(done, nullptr)) {
        due();
    }
}

ScopeQueue::ScopeQueue(EventLoop& loop, sdbus::IProxy& manager, core::Journal& journal, std::string ownUnit,
                       Ours ours)
    : loop_(loop), manager_(manager), journal_(journal), ownUnit_(std::move(ownUnit)),
      ours_(std::move(ours)) {}

ScopeQueue::~ScopeQueue() = default;

void ScopeQueue::move(const std::string& name, const std::string& connection, std::uint32_t pid,
                      std::function<void()> done) {
    auto order = std::make_unique<Order>(Order{name, connection, pid, std::move(done), nullptr, 0});
    if (order->done) {
        order->patience = loop_.after(kPatience, [raw = order.get()] { raw->tell(); });
    }
    if (underWay_ < kAtOnce) {
        ask(std::move(order));
    } else {
        waiting_.push_back(std::move(order));
    }
}

// An engine that has ended while it waited needs none, and its number may be somebody else's by now.
void ScopeQueue::pump() {
    while (underWay_ < kAtOnce && !waiting_.empty()) {
        Kept order = std::move(waiting_.front());
        waiting_.pop_front();
        if (ours_(order->pid)) {
            ask(std::move(order));
        } else {
            order->tell();
        }
    }
}

// A program that dials for pppd may have begun, and that is to come with it. proc(5), children.
std::vector<std::uint32_t> ScopeQueue::family(const Order& order) const {
    std::vector<std::uint32_t> pids{order.pid};
    const std::string pid = std::to_string(order.pid);
    std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
    std::uint32_t child = 0;
    while (order.tries > 1 && children >> child) {
        pids.push_back(child);
    }
    return pids;
}

void ScopeQueue::ask(Kept order) {
    ++underWay_;
    ++order->tries;
    const std::uint64_t key = ++lastKey_;
    const Order& asked = *order;
    asked_.emplace(key, std::move(order));
    try {
        manager_.callMethodAsync("StartTransientUnit")
            .onInterface(kManager)
            .withTimeout(kPatience)
            .withArguments(asked.name, std::string("fail"),
                           propertiesOf(asked.connection, family(asked), ownUnit_), std::vector<AuxUnit>{})
            .uponReplyInvoke([this, key](bus::CallError error, const sdbus::ObjectPath&) {
                loop_.guarded([&] { answered(take(key), error); });
            });
    } catch (const sdbus::Error& e) {
        --underWay_;
        again(take(key), e.getMessage());
    }
}

ScopeQueue::Kept ScopeQueue::take(std::uint64_t key) {
    return std::move(asked_.extract(key).mapped());
}

void ScopeQueue::answered(Kept order, const bus::CallError& error) {
    --underWay_;
    if (!bus::failed(error) || isThereAlready(error->getName())) {
        awaitScope(std::move(order), kQuestions);
    } else if (isPassing(error->getName())) {
        again(std::move(order), error->getMessage());
    } else {
        failed(std::move(order), error->getMessage());
    }
    pump();
}

void ScopeQueue::failed(Kept order, const std::string& why) {
    journal_.log(core::Severity::Warning, order->connection, "the engine got no scope of its own: " + why);
    order->tell();
}

// What waits for the scope goes on without it: the link has its own deadlines.
void ScopeQueue::again(Kept order, const std::string& why) {
    order->tell();
    if (!ours_(order->pid) || order->tries == kTries) {
        failed(std::move(order), why);
        return;
    }
    late_.push_back(std::move(order));
    if (pause_) {
        return;
    }
    pause_ = loop_.after(kPause, [this] {
        pause_.reset();
        for (Kept& late : std::exchange(late_, {})) {
            waiting_.push_back(std::move(late));
        }
        pump();
    });
}

void ScopeQueue::awaitScope(Kept order, int questions) {
    if (questions == 0 || !order->done) {
        order->tell();
        return;
    }
    const std::uint64_t key = ++lastKey_;
    const std::uint32_t pid = order->pid;
    asked_.emplace(key, std::move(order));
    try {
        manager_.callMethodAsync("GetUnitByPID")
            .onInterface(kManager)
            .withTimeout(kQuestionPatience)
            .withArguments(pid)
            .uponReplyInvoke([this, key, questions](bus::CallError error, const sdbus::ObjectPath& unit) {
                loop_.guarded([&] {
                    Kept found = take(key);
                    if (bus::failed(error) || std::string(unit).ends_with("_2escope")) {
                        found->tell();
                    } else {
                        awaitScope(std::move(found), questions - 1);
                    }
                });
            });
    } catch (const sdbus::Error&) { // the bus has gone: nobody is left to ask
        take(key)->tell();
    }
}

} // namespace ppp::sys
