// SPDX-License-Identifier: LGPL-2.1-or-later
// Calls to firewalld, each with a deadline of its own.
#include "sys/firewall_zones.hpp"

#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>
#include <utility>

#include "core/limits.hpp"
#include "core/text.hpp"
#include "sys/netlink_build.hpp"

namespace ppp::sys {
namespace {

using core::text::cat;

constexpr const char* kService = "org.fedoraproject.FirewallD1";
constexpr const char* kPath = "/org/fedoraproject/FirewallD1";
constexpr const char* kZones = "org.fedoraproject.FirewallD1.zone";
constexpr const char* kBus = "org.freedesktop.DBus";
constexpr const char* kBusPath = "/org/freedesktop/DBus";
constexpr const char* kOwnerRule = "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
                                   "interface='org.freedesktop.DBus',member='NameOwnerChanged',"
                                   "arg0='org.fedoraproject.FirewallD1'";
constexpr const char* kReloadRule = "type='signal',sender='org.fedoraproject.FirewallD1',"
                                    "path='/org/fedoraproject/FirewallD1',"
                                    "interface='org.fedoraproject.FirewallD1',member='Reloaded'";
constexpr auto kForEver = std::chrono::hours(24 * 365 * 10); // calls have deadlines of ours
constexpr const char* kNotRunning = "firewalld does not run";

std::optional<std::uint32_t> number(std::string_view text) {
    std::uint32_t value = 0;
    const int base = text.starts_with("0x") ? 16 : 10;
    if (base == 16) {
        text.remove_prefix(2);
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc{} && end == text.data() + text.size() && !text.empty() ? std::optional(value)
                                                                                     : std::nullopt;
}

} // namespace

FirewallZones::FirewallZones(EventLoop& loop, sdbus::IConnection& bus, std::vector<std::string> groups,
                             std::chrono::microseconds deadline)
    : loop_(loop), bus_(bus), groups_(std::move(groups)), deadline_(deadline) {
    owners_ = bus::addMatch(bus, kOwnerRule, [this](auto&& message) {
        std::string name;
        std::string before;
        std::string after;
        message >> name >> before >> after;
        loop_.guarded([&] {
            ownerIs(after);
            changed();
        });
    });
    reloads_ = bus::addMatch(bus, kReloadRule, [this](auto&&) { loop_.guarded([&] { changed(); }); });
    const auto driver = sdbus::createProxy(bus, bus::ServiceName{kBus}, sdbus::ObjectPath{kBusPath});
    std::string owner;
    try {
        driver->callMethod("GetNameOwner")
            .onInterface(kBus)
            .withArguments(std::string(kService))
            .storeResultsTo(owner);
    } catch (const sdbus::Error&) {
        owner.clear();
    }
    ownerIs(owner);
}

FirewallZones::~FirewallZones() {
    for (auto& [id, call] : calls_) {
        call.pending.cancel();
    }
}

void FirewallZones::ownerIs(const std::string& owner) {
    auto orphans = std::exchange(calls_, {});
    for (auto& [id, call] : orphans) {
        call.pending.cancel();
    }
    firewall_ =
        owner.empty() ? nullptr : sdbus::createProxy(bus_, bus::ServiceName{owner}, sdbus::ObjectPath{kPath});
    for (auto& [id, call] : orphans) {
        if (call.done) {
            call.done("firewalld went away", {});
        }
    }
}

/// firewalld's errors are all of one name; the first word of their text tells them apart. `meansDone`: the
/// one that says that there is nothing to be done.
template <typename... Args>
void FirewallZones::call(const char* method, const char* meansDone, Answer done, const Args&... args) try {
    if (firewall_ == nullptr) {
        loop_.post([done = std::move(done)] { done(kNotRunning, {}); });
        return;
    }
    const std::uint64_t id = ++lastCall_;
    Call& one = calls_[id];
    one.done = std::move(done);
    one.deadline = loop_.after(deadline_, [this, id] { late(id); });
    one.pending =
        firewall_->callMethodAsync(method)
            .onInterface(kZones)
            .withTimeout(kForEver)
            .withArguments(args...)
            .uponReplyInvoke(
                [this, id, nothing = std::string(meansDone)](bus::CallError error, const std::string& value) {
                    std::string words;
                    if (bus::failed(error)) {
                        const std::string raw = error->getMessage();
                        const bool fine = !nothing.empty() && raw.starts_with(nothing);
                        words = fine ? ""
                                     : cat("firewalld: ", core::text::harmless(raw, core::limits::kPeerText));
                    }
                    loop_.guarded([&] { replied(id, words, value); });
                });
} catch (const sdbus::Error& e) {
    const auto found = calls_.find(lastCall_);
    Answer failed = std::move(found->second.done);
    calls_.erase(found);
    loop_.post([failed = std::move(failed), text = cat("cannot ask firewalld: ", e.getMessage())] {
        failed(text, {});
    });
}

void FirewallZones::replied(std::uint64_t id, const std::string& error, const std::string& value) {
    const auto found = calls_.find(id);
    if (found == calls_.end()) {
        return;
    }
    const Answer done = std::move(found->second.done);
    found->second.pending = {}; // to cancel it now would destroy the callback that we are in
    calls_.erase(found);
    if (done) {
        done(error, value);
    } else {
        changed();
    }
}

void FirewallZones::late(std::uint64_t id) {
    const Answer done = std::exchange(calls_.at(id).done, nullptr);
    done("firewalld does not answer", {});
}

void FirewallZones::bind(const std::string& interface, const std::string& zone, Done done) {
    call(
        "changeZoneOfInterface", "",
        [done = std::move(done)](const std::string& error, const std::string&) { done(error); }, zone,
        interface);
}

void FirewallZones::unbind(const std::string& interface, const std::string& zone, Done done) {
    call(
        "removeInterface", "UNKNOWN_INTERFACE",
        [done = std::move(done)](const std::string& error, const std::string&) { done(error); }, zone,
        interface);
}

void FirewallZones::zoneOf(const std::string& interface, Answer done) {
    call("getZoneOfInterface", "", std::move(done), interface);
}

/// A line each: number, name; '#' starts a comment.
std::optional<std::uint32_t> FirewallZones::groupNumber(const std::string& name) {
    for (const std::string& file : groups_) {
        std::ifstream lines(file);
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line.substr(0, line.find('#')));
            std::string value;
            std::string word;
            if (words >> value >> word && word == name) {
                return number(value);
            }
        }
    }
    return number(name);
}

bool FirewallZones::setGroup(std::uint32_t interface, std::uint32_t group, std::string& error) {
    netlink::LinkChange change;
    change.group = group;
    const netlink::Verdict answer = client_.ask(netlink::setLink(interface, change));
    if (answer || answer.error == ENODEV) {
        return true;
    }
    error = answer.text;
    return false;
}

} // namespace ppp::sys
