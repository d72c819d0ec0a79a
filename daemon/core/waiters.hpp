// SPDX-License-Identifier: LGPL-2.1-or-later
// Callers that wait for an outcome, each with an own time limit.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <utility>

#include "core/clock.hpp"
#include "core/error.hpp"

namespace ppp::core {

/// The answer to a call: nothing on success, else the error. Called exactly once, unless the daemon ends
/// first.
using Done = std::function<void(const std::optional<Error>& error)>;

class Waiters {
public:
    /// limit 0: none. At its end the caller is answered with Timeout; what it waited for goes on.
    void add(Clock& clock, Duration limit, Done done) {
        auto& one = waiting_.emplace_back();
        one.done = std::move(done);
        if (limit > Duration(0)) {
            const std::uint64_t id = one.id = ++lastId_;
            one.timer = clock.at(clock.now() + limit, [this, id] { expire(id); });
        }
    }
    bool empty() const { return waiting_.empty(); }
    /// Answers all. Callers that come in meanwhile wait for the next outcome.
    void answer(const std::optional<Error>& error) {
        std::list<One> now;
        now.swap(waiting_);
        for (One& one : now) {
            one.timer.reset();
            one.done(error);
        }
    }

private:
    struct One {
        std::uint64_t id = 0;
        Done done;
        std::unique_ptr<Timer> timer;
    };
    void expire(std::uint64_t id) {
        for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
            if (it->id == id) {
                std::list<One> now;
                now.splice(now.begin(), waiting_, it);
                now.front().done(
                    Error(ErrorCode::Timeout, "no outcome within the time given; the attempt goes on"));
                return;
            }
        }
    }

    std::list<One> waiting_;
    std::uint64_t lastId_ = 0;
};

} // namespace ppp::core
