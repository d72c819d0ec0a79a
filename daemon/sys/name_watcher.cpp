// SPDX-License-Identifier: LGPL-2.1-or-later
// NameOwnerChanged of single names, subscribed and unsubscribed without blocking.
#include "sys/name_watcher.hpp"

#include <utility>

namespace ppp::sys {
namespace {

constexpr const char* kBus = "org.freedesktop.DBus";
constexpr const char* kBusPath = "/org/freedesktop/DBus";
constexpr const char* kRule = "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
                              "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg2=''";

std::string ruleFor(const std::string& name) {
    return std::string(kRule) + ",arg0='" + name + "'";
}

} // namespace

class NameWatcher::Watch final : public core::Pending {
public:
    Watch(NameWatcher& watcher, std::string name, std::uint64_t id)
        : watcher_(watcher), name_(std::move(name)), id_(id) {}
    ~Watch() override { watcher_.forget(name_, id_); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

private:
    NameWatcher& watcher_;
    std::string name_;
    std::uint64_t id_;
};

// The library can add a match only by a blocking call. So the general rule is added once, for its local half
// that calls us, and at once taken off the bus again, else every client that leaves would wake us; each watch
// then subscribes its one name.
NameWatcher::NameWatcher(EventLoop& loop, sdbus::IConnection& bus)
    : loop_(loop), driver_(sdbus::createProxy(bus, bus::ServiceName{kBus}, sdbus::ObjectPath{kBusPath})) {
    slot_ = bus::addMatch(bus, kRule, [this](auto&& message) {
        std::string name;
        std::string before;
        std::string after;
        message >> name >> before >> after;
        loop_.guarded([&] { vanished(name); });
    });
    driver_->callMethodAsync("RemoveMatch")
        .onInterface(kBus)
        .withArguments(std::string(kRule))
        .uponReplyInvoke([](bus::CallError) {});
}

NameWatcher::~NameWatcher() = default;

std::unique_ptr<core::Pending> NameWatcher::watch(const std::string& uniqueName, std::function<void()> gone) {
    const std::uint64_t id = ++lastId_;
    Watches& watches = watches_[uniqueName];
    if (watches.empty()) {
        subscribe(uniqueName);
    }
    watches.emplace(id, std::move(gone));
    return std::make_unique<Watch>(*this, uniqueName, id);
}

// It may have left before the subscription reached the bus; the bus answers in order.
void NameWatcher::subscribe(const std::string& name) {
    driver_->callMethodAsync("AddMatch")
        .onInterface(kBus)
        .withArguments(ruleFor(name))
        .uponReplyInvoke([](bus::CallError) {});
    driver_->callMethodAsync("NameHasOwner")
        .onInterface(kBus)
        .withArguments(name)
        .uponReplyInvoke([this, name](bus::CallError error, bool hasOwner) {
            if (!bus::failed(error) && !hasOwner) {
                loop_.guarded([&] { vanished(name); });
            }
        });
}

void NameWatcher::unsubscribe(const std::string& name) {
    driver_->callMethodAsync("RemoveMatch")
        .onInterface(kBus)
        .withArguments(ruleFor(name))
        .uponReplyInvoke([](bus::CallError) {});
}

void NameWatcher::vanished(const std::string& name) {
    for (auto found = watches_.find(name); found != watches_.end(); found = watches_.find(name)) {
        Watches& watches = found->second;
        const auto gone = std::move(watches.begin()->second);
        watches.erase(watches.begin());
        if (watches.empty()) {
            watches_.erase(found);
            unsubscribe(name);
        }
        gone();
    }
}

void NameWatcher::forget(const std::string& name, std::uint64_t id) {
    const auto found = watches_.find(name);
    if (found == watches_.end() || found->second.erase(id) == 0 || !found->second.empty()) {
        return;
    }
    watches_.erase(found);
    loop_.guarded([&] { unsubscribe(name); });
}

} // namespace ppp::sys
