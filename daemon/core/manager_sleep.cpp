// SPDX-License-Identifier: LGPL-2.1-or-later
// What concerns all connections at once and comes from the machine's own life: sleep, and a clock that is
// set.
#include "core/manager.hpp"

#include <utility>

namespace ppp::core {

namespace {
constexpr Duration kSleepLimit = std::chrono::seconds(4); // logind waits 5 s (InhibitDelayMaxSec) for all
}

void Manager::prepareSleep(std::function<void()> ready) {
    ports_.journal.log(Severity::Notice, "", "the machine goes to sleep: links hang up");
    asleep_ = true;
    const auto all = connections();
    const std::uint64_t mine = ++sleeps_;
    sleepLeft_ = all.size() + 1;
    sleepReady_ = std::move(ready);
    sleepLimit_ = ports_.clock.at(ports_.clock.now() + kSleepLimit, [this] {
        ports_.journal.log(Severity::Warning, "", "some links have not hung up in time for the sleep");
        sleepPrepared();
    });
    const Done each = [this, mine](const auto&) {
        if (mine == sleeps_ && --sleepLeft_ == 0) {
            sleepPrepared();
        }
    };
    for (Connection* connection : all) {
        connection->sleep(each);
    }
    each(std::nullopt);
}

void Manager::sleepPrepared() {
    ++sleeps_;
    sleepLimit_.reset();
    if (auto ready = std::exchange(sleepReady_, nullptr)) {
        ready();
    }
}

void Manager::resumed() {
    if (!asleep_) {
        return;
    }
    ports_.journal.log(Severity::Notice, "", "the machine is awake: links are dialled");
    asleep_ = false;
    ++sleeps_;
    sleepReady_ = nullptr;
    sleepLimit_.reset();
    for (Connection* connection : connections()) {
        connection->wake();
    }
}

void Manager::clockStepped() {
    for (Connection* connection : connections()) {
        connection->clockStepped();
    }
}

} // namespace ppp::core
