// SPDX-License-Identifier: LGPL-2.1-or-later
// StartTransientUnit (org.freedesktop.systemd1(5)), and what the kernel says has come of it.
#include "sys/scope_queue.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <utility>

#include "core/text.hpp"
#include "sys/pidfd.hpp"

namespace ppp::sys {
namespace {

constexpr const char* kManager = "org.freedesktop.systemd1.Manager";
constexpr std::chrono::milliseconds kFirstLook{2}, kLastLook{250};
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

bool contains(const std::vector<std::uint32_t>& pids, std::uint32_t pid) {
    return std::find(pids.begin(), pids.end(), pid) != pids.end();
}

} // namespace

void ScopeQueue::Order::tell() {
    patience.reset();
    if (auto due = std::exchange(done, nullptr)) {
        due();
    }
}

ScopeQueue::ScopeQueue(EventLoop& loop, sdbus::IProxy& manager, core::Journal& journal, std::string ownUnit,
                       Ours ours, Times times)
    : loop_(loop), manager_(manager), journal_(journal), ownUnit_(std::move(ownUnit)), ours_(std::move(ours)),
      times_(times) {}

ScopeQueue::~ScopeQueue() = default;

void ScopeQueue::move(const std::string& name, const std::string& connection, std::uint32_t pid,
                      std::function<void()> done) {
    const Place order = orders_.emplace(orders_.end());
    order->name = name;
    order->connection = connection;
    order->pid = pid;
    order->process = pidfd::open(static_cast<pid_t>(pid));
    if (done) {
        order->done = std::move(done);
        order->patience = loop_.after(times_.patience, [order] { order->tell(); });
    }
    pump();
}

void ScopeQueue::wait(Place order) {
    order->state = State::Waiting;
    orders_.splice(orders_.end(), orders_, order);
    pump();
}

void ScopeQueue::pump() {
    const auto in = [](State state) { return [state](const Order& order) { return order.state == state; }; };
    while (std::count_if(orders_.begin(), orders_.end(), in(State::Asked)) < kAtOnce) {
        const Place next = std::find_if(orders_.begin(), orders_.end(), in(State::Waiting));
        if (next == orders_.end()) {
            return;
        }
        next->asked = left(*next);
        if (next->asked.empty()) {
            end(next);
        } else if (next->tries == kTries) {
            refused(next, next->why);
        } else {
            ask(next);
        }
    }
}

// The engine, and what it has begun, as far as they are in our control group; the engine comes first. What it
// begins in its scope is born there, so that nothing can be added once it has moved. The numbers mean these
// processes only where the engine has not ended, which is why that is asked last. proc(5), children.
std::vector<std::uint32_t> ScopeQueue::left(const Order& order) const {
    std::vector<std::uint32_t> found;
    if (ours_(order.pid)) {
        found.push_back(order.pid);
    }
    std::ifstream children(core::text::cat("/proc/", order.pid, "/task/", order.pid, "/children"));
    for (std::uint32_t child = 0; children >> child;) {
        if (ours_(child)) {
            found.push_back(child);
        }
    }
    const bool ended = pidfd::process(order.process.get()) == 0U;
    return ended ? std::vector<std::uint32_t>() : found;
}

// What has stayed behind gets a scope of its own: the engine's is there, and takes no more processes.
void ScopeQueue::ask(Place order) {
    order->state = State::Asked;
    ++order->tries;
    const std::uint32_t first = order->asked.front();
    const std::string name = first == order->pid ? order->name : core::text::cat(order->name, "-", first);
    try {
        manager_.callMethodAsync("StartTransientUnit")
            .onInterface(kManager)
            .withTimeout(times_.patience)
            .withArguments(name + ".scope", std::string("fail"),
                           propertiesOf(order->connection, order->asked, ownUnit_), std::vector<AuxUnit>{})
            .uponReplyInvoke([this, order](bus::CallError error, const sdbus::ObjectPath&) {
                loop_.guarded([&] { answered(order, error); });
            });
    } catch (const sdbus::Error& e) {
        late(order, e.getMessage());
    }
}

// One that is refused with a process that has ended meanwhile is not refused for good.
void ScopeQueue::answered(Place order, const bus::CallError& error) {
    const auto still = left(*order);
    const bool allThere = std::all_of(order->asked.begin(), order->asked.end(),
                                      [&](std::uint32_t pid) { return contains(still, pid); });
    order->settling = {};
    if (!bus::failed(error)) {
        look(order);
    } else if (isThereAlready(error->getName())) {
        order->asked.resize(1); // what has begun since it was asked for is not in it
        look(order);
    } else if (isPassing(error->getName()) || !allThere) {
        late(order, error->getMessage());
    } else {
        refused(order, error->getMessage());
    }
    pump();
}

// The answer told that there is a job. Where the processes are, the kernel knows, and a busy systemd need not
// be asked.
void ScopeQueue::look(Place order) {
    order->state = State::Settling;
    const auto still = left(*order);
    const auto stays = [&](std::uint32_t pid) { return contains(still, pid); };
    if (!contains(still, order->pid)) {
        order->tell();
    }
    if (still.empty()) {
        end(order);
    } else if (std::none_of(order->asked.begin(), order->asked.end(), stays)) {
        wait(order);
    } else if (order->settling >= times_.patience) {
        late(order, "it was not started");
    } else {
        const auto pause = std::clamp(order->settling, kFirstLook, kLastLook);
        order->settling += pause;
        order->timer = loop_.after(pause, [this, order] { look(order); });
    }
}

// What waits for the scope goes on without it: the link has its own deadlines.
void ScopeQueue::late(Place order, const std::string& why) {
    order->state = State::Late;
    order->why = why;
    order->timer = loop_.after(times_.pause, [this, order] { wait(order); });
    order->tell();
}

void ScopeQueue::refused(Place order, const std::string& why) {
    const char* who = order->asked.front() == order->pid ? "the engine" : "a program of the engine";
    journal_.log(core::Severity::Warning, order->connection,
                 core::text::cat(who, " got no scope of its own: ", why));
    end(order);
}

void ScopeQueue::end(Place order) {
    std::list<Order> ended;
    ended.splice(ended.end(), orders_, order);
    order->tell();
}

} // namespace ppp::sys
