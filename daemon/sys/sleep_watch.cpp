// SPDX-License-Identifier: LGPL-2.1-or-later
// PrepareForSleep, PreparingForSleep and Inhibit of org.freedesktop.login1.Manager.
#include "sys/sleep_watch.hpp"

#include <chrono>
#include <utility>

#include "core/limits.hpp"
#include "core/text.hpp"
#include "sys/name_owner.hpp"

namespace ppp::sys {
namespace {

constexpr const char* kService = "org.freedesktop.login1";
constexpr const char* kPath = "/org/freedesktop/login1";
constexpr const char* kManager = "org.freedesktop.login1.Manager";
constexpr const char* kProperties = "org.freedesktop.DBus.Properties";
constexpr const char* kSignalRule =
    "type='signal',sender='org.freedesktop.login1',path='/org/freedesktop/login1',"
    "interface='org.freedesktop.login1.Manager',member='PrepareForSleep'";
constexpr auto kStartPatience =
    std::chrono::milliseconds(500); // a logind that hangs must not keep us from starting
constexpr auto kPatience = std::chrono::seconds(10);

} // namespace

SleepWatch::SleepWatch(EventLoop& loop, sdbus::IConnection& bus, core::Journal& journal)
    : loop_(loop), bus_(bus), journal_(journal) {
    ownerMatch_ = followOwner(bus_, kService, [this](const std::string& owner) {
        loop_.guarded([&] {
            ownerIs(owner);
            askState();
        });
    });
    // A signal that somebody else sends straight to us matches the rule, too; the sender is what counts.
    signalMatch_ = bus::addMatch(bus_, kSignalRule, [this](auto&& message) {
        const std::string sender = message.getSender();
        bool asleep = false;
        message >> asleep;
        loop_.guarded([&] {
            if (sender == owner_) {
                stateIs(asleep);
            }
        });
    });
    ownerIs(ownerNow(bus_, kService));
}

SleepWatch::~SleepWatch() {
    inhibiting_.cancel();
}

void SleepWatch::listen(Prepare prepare, std::function<void()> resumed) {
    prepare_ = std::move(prepare);
    resumed_ = std::move(resumed);
    if (askedAtStart()) {
        stateIs(true);
    } else {
        inhibit();
    }
}

bool SleepWatch::askedAtStart() {
    if (!logind_) {
        return false;
    }
    sdbus::Variant value;
    try {
        logind_->callMethod("Get")
            .onInterface(kProperties)
            .withTimeout(kStartPatience)
            .withArguments(std::string(kManager), std::string("PreparingForSleep"))
            .storeResultsTo(value);
    } catch (const sdbus::Error&) {
        return false;
    }
    return value.containsValueOfType<bool>() && value.get<bool>();
}

void SleepWatch::ownerIs(const std::string& owner) {
    inhibiting_.cancel();
    inhibiting_ = {};
    inhibitor_.reset();
    owner_ = owner;
    logind_ =
        owner.empty() ? nullptr : sdbus::createProxy(bus_, bus::ServiceName{owner}, sdbus::ObjectPath{kPath});
    if (logind_) {
        bus::activate(*logind_);
    }
}

void SleepWatch::askState() {
    if (!logind_) {
        stateIs(false);
        return;
    }
    inhibit();
    logind_->callMethodAsync("Get")
        .onInterface(kProperties)
        .withTimeout(kPatience)
        .withArguments(std::string(kManager), std::string("PreparingForSleep"))
        .uponReplyInvoke([this](bus::CallError error, const sdbus::Variant& value) {
            loop_.guarded([&] {
                const bool known = !bus::failed(error) && value.containsValueOfType<bool>();
                stateIs(known && value.get<bool>());
            });
        });
}

void SleepWatch::stateIs(bool asleep) {
    if (!prepare_ || asleep == asleep_) {
        return;
    }
    asleep_ = asleep;
    const std::uint64_t mine = ++sleeps_;
    if (asleep) {
        prepare_([this, mine] {
            if (mine == sleeps_) {
                inhibitor_.reset();
            }
        });
    } else {
        resumed_();
        inhibit();
    }
}

// Refused while a sleep is being prepared; asked for again after it.
void SleepWatch::inhibit() {
    if (!logind_) {
        return;
    }
    inhibiting_.cancel();
    inhibiting_ = logind_->callMethodAsync("Inhibit")
                      .onInterface(kManager)
                      .withTimeout(kPatience)
                      .withArguments(std::string("sleep"), std::string("ppp-manager"),
                                     std::string("PPP links hang up in order"), std::string("delay"))
                      .uponReplyInvoke([this](bus::CallError error, sdbus::UnixFd descriptor) {
                          inhibiting_ = {}; // cancelling it later would reach into a call that is over
                          loop_.guarded([&] {
                              if (!bus::failed(error)) {
                                  inhibitor_.reset(descriptor.release());
                                  return;
                              }
                              journal_.log(core::Severity::Warning, "",
                                           core::text::cat("systemd-logind does not delay a sleep for us: ",
                                                           core::text::harmless(error->getMessage(),
                                                                                core::limits::kPeerText)));
                          });
                      });
}

} // namespace ppp::sys
