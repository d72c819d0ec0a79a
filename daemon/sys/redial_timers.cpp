// SPDX-License-Identifier: LGPL-2.1-or-later
// systemd.timer(5) over org.freedesktop.systemd1(5).
#include "sys/redial_timers.hpp"

#include <limits>
#include <set>
#include <utility>

#include "core/text.hpp"

namespace ppp::sys {

namespace {

using core::text::cat;
using Property = sdbus::Struct<std::string, sdbus::Variant>;
using AuxUnit = sdbus::Struct<std::string, std::vector<Property>>;
using Calendar = sdbus::Struct<std::string, std::string>;

constexpr const char* kService = "org.freedesktop.systemd1";
constexpr const char* kPath = "/org/freedesktop/systemd1";
constexpr const char* kManager = "org.freedesktop.systemd1.Manager";
constexpr const char* kTimer = "org.freedesktop.systemd1.Timer";
constexpr const char* kProperties = "org.freedesktop.DBus.Properties";
constexpr const char* kUnknown = "org.freedesktop.systemd1.NoSuchUnit";
constexpr const char* kExists = "org.freedesktop.systemd1.UnitExists";
constexpr std::string_view kPrefix = "ppp-redial-at@";
constexpr std::string_view kSuffix = ".timer";
constexpr const char* kUnitPrefix = "/org/freedesktop/systemd1/unit/ppp_2dredial_2dat_40";
constexpr auto kPatience = std::chrono::seconds(10);
constexpr auto kSoon = std::chrono::milliseconds(250); // while systemd is at work on it
constexpr auto kLater = std::chrono::seconds(60);      // after a refusal
constexpr unsigned kRounds = 20;
// As of units/ppp-redial@.timer, which has the reasons.
constexpr std::uint64_t kRandomUsec = 15 * 60 * 1'000'000ULL;
constexpr std::uint64_t kAccuracyUsec = 1'000'000;

template <typename Value> Property property(const char* name, Value value) {
    return Property{std::string(name), sdbus::Variant{std::move(value)}};
}

/// What tells one setting from another.
std::string description(const std::string& connection, const std::string& at) {
    return cat("Redial of the PPP connection ", connection, " every day at ", at);
}

std::vector<Property> properties(const std::string& connection, const std::string& at) {
    return {
        property("Description", description(connection, at)),
        property("TimersCalendar",
                 std::vector<Calendar>{Calendar{std::string("OnCalendar"), cat("*-*-* ", at, ":00")}}),
        property("RandomizedDelayUSec", kRandomUsec),
        property("FixedRandomDelay", true),
        property("AccuracyUSec", kAccuracyUsec),
        property("Persistent", false),
        property("CollectMode", std::string("inactive-or-failed")),
    };
}

std::string connectionOf(const std::string& unit) {
    if (!unit.starts_with(kPrefix) || !unit.ends_with(kSuffix)) {
        return {};
    }
    return unit.substr(kPrefix.size(), unit.size() - kPrefix.size() - kSuffix.size());
}

} // namespace

std::string RedialTimers::unitName(std::string_view connection) {
    return cat(kPrefix, connection, kSuffix);
}

// The library can add a match only by a blocking call, so there is one for all timers of the machine, of
// which few change in a day. systemd tells of changes only where somebody has subscribed.
RedialTimers::RedialTimers(EventLoop& loop, sdbus::IConnection& bus, core::Journal& journal, bool systemd)
    : loop_(loop), bus_(bus), journal_(journal) {
    if (!systemd) {
        return;
    }
    systemd_ = sdbus::createProxy(bus_, bus::ServiceName{kService}, sdbus::ObjectPath{kPath});
    look_ = loop_.defer([this] { look(); });
    const std::string rule = cat("type='signal',sender='", kService, "',interface='", kProperties,
                                 "',member='PropertiesChanged',arg0='", kTimer, "'");
    slot_ = bus::addMatch(bus_, rule, [this](auto&& message) {
        if (std::string(message.getPath()).starts_with(kUnitPrefix)) {
            loop_.guarded([this] { look_->arm(); });
        }
    });
    try {
        systemd_->callMethodAsync("Subscribe")
            .onInterface(kManager)
            .withTimeout(kPatience)
            .uponReplyInvoke([](bus::CallError) {}); // then what is shown may be old; no more than that
    } catch (const sdbus::Error& e) {
        journal_.log(core::Severity::Warning, "", cat("cannot subscribe to systemd: ", e.getMessage()));
    }
}

RedialTimers::~RedialTimers() = default;

void RedialTimers::set(const std::string& connection, const std::string& at) {
    const auto known = wanted_.find(connection);
    if (at.empty()) {
        if (known != wanted_.end()) {
            wanted_.erase(known);
            stop(connection); // at once: the loop may be at its end
        }
        return;
    }
    One& one = wanted_[connection];
    if (one.at == at && one.stage != Stage::Stopped && one.trouble.empty()) {
        return;
    }
    one.at = at;
    one.stage = Stage::Due;
    one.next = 0;
    one.trouble.clear();
    one.rounds = 0;
    one.restUntil = {};
    if (!systemd_) {
        one.trouble = cat("redial-at: systemd does not run this machine, so nothing redials at ", at);
        return;
    }
    look_->arm();
}

std::uint64_t RedialTimers::next(const std::string& connection) const {
    const auto found = wanted_.find(connection);
    return found == wanted_.end() ? 0 : found->second.next;
}

std::string RedialTimers::trouble(const std::string& connection) const {
    const auto found = wanted_.find(connection);
    return found == wanted_.end() ? std::string() : found->second.trouble;
}

void RedialTimers::look() {
    try {
        systemd_->callMethodAsync("ListUnitsByPatterns")
            .onInterface(kManager)
            .withTimeout(kPatience)
            .withArguments(std::vector<std::string>{}, std::vector<std::string>{unitName("*")})
            .uponReplyInvoke([this](bus::CallError error, const std::vector<Row>& rows) {
                loop_.guarded([&] {
                    if (!bus::failed(error)) {
                        return compare(rows);
                    }
                    refuse("", error->getMessage());
                });
            });
    } catch (const sdbus::Error& e) {
        refuse("", e.getMessage());
    }
}

void RedialTimers::compare(const std::vector<Row>& rows) {
    std::set<std::string> there;
    const auto now = std::chrono::steady_clock::now();
    for (const Row& row : rows) {
        const std::string connection = connectionOf(row.get<0>());
        if (connection.empty() || row.get<2>() == "not-found") {
            continue;
        }
        const auto known = wanted_.find(connection);
        if (known == wanted_.end()) {
            stop(connection);
            continue;
        }
        there.insert(connection);
        if (known->second.restUntil <= now) {
            found(connection, known->second, row);
        }
    }
    for (auto& [connection, one] : wanted_) {
        if (one.restUntil > now) {
            again(std::chrono::ceil<std::chrono::milliseconds>(one.restUntil - now));
        } else if (!there.contains(connection)) {
            missed(connection, one);
        }
    }
}

void RedialTimers::found(const std::string& connection, One& one, const Row& row) {
    const std::string& state = row.get<3>();
    if (row.get<1>() != description(connection, one.at)) {
        one.stage = Stage::Due;
        stop(connection);
        goRound(connection, one, cat(unitName(connection), " is there as something else, and stays"));
    } else if (state == "active") {
        one.stage = Stage::Running;
        one.rounds = 0;
        askNext(connection, one, row.get<6>());
    } else { // on its way in or out
        goRound(connection, one, cat(unitName(connection), " is ", state, ", and stays so"));
    }
}

void RedialTimers::goRound(const std::string& connection, One& one, const std::string& why) {
    if (++one.rounds < kRounds) {
        again(kSoon);
        return;
    }
    one.rounds = 0;
    one.restUntil = std::chrono::steady_clock::now() + kLater;
    refuse(connection, why);
}

void RedialTimers::missed(const std::string& connection, One& one) {
    switch (one.stage) {
    case Stage::Due:
        start(connection);
        break;
    case Stage::Asked: // the list may be older than the timer
        break;
    case Stage::Started:
        refuse(connection, "systemd did not start it; is ppp-redial-at@.service installed?");
        break;
    case Stage::Running:
        one.stage = Stage::Stopped;
        change(connection, one, 0,
               cat("redial-at: ", unitName(connection),
                   " was stopped; \"pppctl reload\" or a restart of the service starts it again"));
        journal_.log(core::Severity::Warning, connection, one.trouble);
        break;
    case Stage::Stopped:
        break;
    }
}

void RedialTimers::start(const std::string& connection) {
    One& one = wanted_.at(connection);
    one.stage = Stage::Asked;
    try {
        systemd_->callMethodAsync("StartTransientUnit")
            .onInterface(kManager)
            .withTimeout(kPatience)
            .withArguments(unitName(connection), std::string("fail"), properties(connection, one.at),
                           std::vector<AuxUnit>{})
            .uponReplyInvoke([this, connection](bus::CallError error, const sdbus::ObjectPath&) {
                loop_.guarded([&] { started(connection, error); });
            });
    } catch (const sdbus::Error& e) {
        refuse(connection, e.getMessage());
    }
}

void RedialTimers::started(const std::string& connection, const bus::CallError& error) {
    const auto known = wanted_.find(connection);
    if (known == wanted_.end()) { // set and taken back while systemd was asked
        stop(connection);
    } else if (!bus::failed(error)) {
        One& one = known->second;
        one.stage = one.stage == Stage::Asked ? Stage::Started : one.stage;
        look_->arm();
    } else if (error->getName() == kExists) { // the one before it has not gone yet
        known->second.stage = Stage::Due;
        goRound(connection, known->second,
                cat("there is another ", unitName(connection), ", masked or a file; see: systemctl status ",
                    unitName(connection)));
    } else {
        refuse(connection, error->getMessage());
    }
}

void RedialTimers::stop(const std::string& connection) {
    if (!systemd_) {
        return;
    }
    try {
        systemd_->callMethodAsync("StopUnit")
            .onInterface(kManager)
            .withTimeout(kPatience)
            .withArguments(unitName(connection), std::string("replace"))
            .uponReplyInvoke([this, connection](bus::CallError error, const sdbus::ObjectPath&) {
                if (bus::failed(error) && error->getName() != kUnknown) { // gone is as good
                    journal_.log(core::Severity::Warning, connection,
                                 cat("cannot stop ", unitName(connection), ": ", error->getMessage()));
                }
            });
    } catch (const sdbus::Error& e) {
        journal_.log(core::Severity::Warning, connection,
                     cat("cannot stop ", unitName(connection), ": ", e.getMessage()));
    }
}

void RedialTimers::askNext(const std::string& connection, One& one, const std::string& path) {
    if (!one.unit) {
        one.unit = sdbus::createProxy(bus_, bus::ServiceName{kService}, sdbus::ObjectPath{path});
    }
    one.unit->callMethodAsync("Get")
        .onInterface(kProperties)
        .withTimeout(kPatience)
        .withArguments(std::string(kTimer), std::string("NextElapseUSecRealtime"))
        .uponReplyInvoke([this, connection](bus::CallError error, const sdbus::Variant& value) {
            loop_.guarded([&] {
                const auto known = wanted_.find(connection);
                if (known == wanted_.end() || known->second.stage != Stage::Running) {
                    return;
                }
                const bool told = !bus::failed(error) && value.containsValueOfType<std::uint64_t>();
                const std::uint64_t at = told ? value.get<std::uint64_t>() : 0;
                const bool none = at == std::numeric_limits<std::uint64_t>::max();
                change(connection, known->second, none ? 0 : at, "");
            });
        });
}

/// Of all where the connection is empty. Tried again by itself, but not often.
void RedialTimers::refuse(const std::string& connection, const std::string& why) {
    for (auto& [name, one] : wanted_) {
        if (!connection.empty() && name != connection) {
            continue;
        }
        one.stage = Stage::Due;
        const std::string words = cat("redial-at: there is no timer: ", core::text::harmless(why, 256));
        if (one.trouble != words) {
            journal_.log(core::Severity::Warning, name, words);
        }
        change(name, one, 0, words);
    }
    if (!wanted_.empty()) {
        again(kLater);
    }
}

void RedialTimers::again(std::chrono::milliseconds delay) {
    const auto when = std::chrono::steady_clock::now() + delay;
    if (again_ && againAt_ <= when) {
        return;
    }
    againAt_ = when;
    again_ = loop_.after(delay, [this] {
        again_.reset();
        look_->arm();
    });
}

void RedialTimers::change(const std::string& connection, One& one, std::uint64_t next,
                          const std::string& trouble) {
    const bool same = one.next == next && one.trouble == trouble;
    one.next = next;
    one.trouble = trouble;
    if (!same && changed_) {
        changed_(connection);
    }
}

} // namespace ppp::sys
