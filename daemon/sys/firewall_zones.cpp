// SPDX-License-Identifier: LGPL-2.1-or-later
// Calls to firewalld, each with a deadline of its own.
#include "sys/firewall_zones.hpp"

#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include "core/limits.hpp"
#include "core/text.hpp"
#include "sys/name_owner.hpp"
#include "sys/netlink_build.hpp"

namespace ppp::sys {
namespace {

using core::text::cat;

constexpr const char* kService = "org.fedoraproject.FirewallD1";
constexpr const char* kPath = "/org/fedoraproject/FirewallD1";
constexpr const char* kZones = "org.fedoraproject.FirewallD1.zone";
constexpr const char* kReloadRule = "type='signal',sender='org.fedoraproject.FirewallD1',"
                                    "path='/org/fedoraproject/FirewallD1',"
                                    "interface='org.fedoraproject.FirewallD1',member='Reloaded'";
constexpr auto kForEver = std::chrono::hours(24 * 365 * 10); // calls have deadlines of ours
constexpr const char* kNotRunning = "firewalld does not run";
constexpr const char* kNoAnswer = "firewalld does not answer";
constexpr const char* kWentAway = "firewalld went away";

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
    owners_ = followOwner(bus, kService, [this](const std::string& owner) {
        loop_.guarded([&] {
            ownerIs(owner);
            changed();
        });
    });
    reloads_ = bus::addMatch(bus, kReloadRule, [this](auto&&) { loop_.guarded([&] { changed(); }); });
    ownerIs(ownerNow(bus, kService));
}

FirewallZones::~FirewallZones() {
    for (auto& [id, call] : sent_) {
        call.pending.cancel();
    }
}

void FirewallZones::ownerIs(const std::string& owner) {
    auto orphans = std::exchange(sent_, {});
    const auto unsent = std::exchange(waiting_, {});
    current_ = 0;
    wasLate_ = false;
    for (auto& [id, call] : orphans) {
        call.pending.cancel();
    }
    firewall_ =
        owner.empty() ? nullptr : sdbus::createProxy(bus_, bus::ServiceName{owner}, sdbus::ObjectPath{kPath});
    for (auto& [id, call] : orphans) {
        if (call.done) {
            call.done(kWentAway, {});
        }
    }
    for (const Call& call : unsent) {
        call.done(kWentAway, {});
    }
}

void FirewallZones::ask(Call call) {
    if (firewall_ == nullptr) {
        loop_.post([done = std::move(call.done)] { done(kNotRunning, {}); });
        return;
    }
    waiting_.push_back(std::move(call));
    sendNext();
}

void FirewallZones::sendNext() {
    while (current_ == 0 && !waiting_.empty()) {
        Call next = std::move(waiting_.front());
        waiting_.pop_front();
        send(std::move(next));
    }
}

void FirewallZones::send(Call call) try {
    const std::uint64_t id = ++lastCall_;
    Sent& one = sent_[id];
    one.done = std::move(call.done);
    one.deadline = loop_.after(deadline_, [this, id] { late(id); });
    current_ = id;
    auto request = firewall_->callMethodAsync(call.method);
    request.onInterface(kZones).withTimeout(kForEver);
    for (const std::string& word : call.words) {
        request.withArguments(word);
    }
    one.pending = request.uponReplyInvoke(
        [this, id, nothing = std::move(call.nothing)](bus::CallError error, const std::string& value) {
            std::string words;
            if (bus::failed(error)) {
                const std::string raw = error->getMessage();
                const bool fine = !nothing.empty() && raw.starts_with(nothing);
                words = fine ? "" : cat("firewalld: ", core::text::harmless(raw, core::limits::kPeerText));
            }
            loop_.guarded([&] { replied(id, words, value); });
        });
} catch (const sdbus::Error& e) {
    const auto found = sent_.find(std::exchange(current_, 0));
    Answer failed = std::move(found->second.done);
    sent_.erase(found);
    loop_.post([failed = std::move(failed), text = cat("cannot ask firewalld: ", e.getMessage())] {
        failed(text, {});
    });
}

void FirewallZones::replied(std::uint64_t id, const std::string& error, const std::string& value) {
    const auto found = sent_.find(id);
    if (found == sent_.end()) {
        return;
    }
    const Answer done = std::move(found->second.done);
    found->second.pending = {}; // to cancel it now would destroy the callback that we are in
    sent_.erase(sent_.begin(), std::next(found)); // those before it will have no answer any more
    wasLate_ = wasLate_ || !done;
    current_ = id == current_ ? 0 : current_;
    if (done) {
        done(error, value);
    }
    sendNext();
    if (sent_.empty() && std::exchange(wasLate_, false)) {
        changed();
    }
}

void FirewallZones::late(std::uint64_t id) {
    current_ = 0;
    const Answer done = std::exchange(sent_.at(id).done, nullptr);
    const auto behind = std::exchange(waiting_, {});
    done(kNoAnswer, {});
    for (const Call& call : behind) {
        call.done(kNoAnswer, {});
    }
}

void FirewallZones::bind(const std::string& interface, const std::string& zone, Done done) {
    ask({"changeZoneOfInterface",
         {zone, interface},
         "",
         [done = std::move(done)](const std::string& error, const std::string&) { done(error); }});
}

void FirewallZones::unbind(const std::string& interface, const std::string& zone, Done done) {
    ask({"removeInterface",
         {zone, interface},
         "UNKNOWN_INTERFACE",
         [done = std::move(done)](const std::string& error, const std::string&) { done(error); }});
}

void FirewallZones::zoneOf(const std::string& interface, Answer done) {
    ask({"getZoneOfInterface", {interface}, "", std::move(done)});
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
