// SPDX-License-Identifier: LGPL-2.1-or-later
// Those who wait for the round trip of one link: they share one echo.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/ports.hpp"

namespace ppp::core {

/// Nothing where none could be measured.
using EchoDone = std::function<void(std::optional<Duration> roundTrip)>;

class EchoWaiters {
public:
    /// Asks the engine, unless others wait already: then for the same answer. `done` comes once, not from
    /// within this call.
    void ask(Clock& clock, Engine& engine, EchoDone done) {
        waiting_.push_back(std::move(done));
        if (waiting_.size() > 1) {
            return;
        }
        limit_ = clock.at(clock.now() + (silent_ ? kSilentLimit : kLimit), [this] {
            silent_ = true;
            tell(std::nullopt);
        });
        engine.measureEcho();
    }
    void answer(Duration roundTrip) {
        silent_ = false;
        tell(roundTrip);
    }
    /// The link is another: no answer comes.
    void forget() {
        silent_ = false;
        tell(std::nullopt);
    }

private:
    static constexpr Duration kLimit = std::chrono::seconds(3);
    /// Of a link that did not answer the last time: many peers answer no echo at all.
    static constexpr Duration kSilentLimit = std::chrono::milliseconds(300);

    void tell(std::optional<Duration> roundTrip) {
        limit_.reset();
        const auto now = std::exchange(waiting_, {});
        for (const EchoDone& done : now) {
            done(roundTrip);
        }
    }

    std::vector<EchoDone> waiting_;
    std::unique_ptr<Timer> limit_;
    bool silent_ = false;
};

} // namespace ppp::core
