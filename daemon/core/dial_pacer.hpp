// SPDX-License-Identifier: LGPL-2.1-or-later
// Who may start an engine now: many connections at once must not starve each other of the processor, or their
// peers see only half-dead clients (a hundred engines started together on one core: half of them time out).
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>

#include "core/clock.hpp"

namespace ppp::core {

class DialPacer;

/// A place among those that dial, or in the queue for one. Destroying it gives it up.
class DialTurn {
public:
    ~DialTurn();
    DialTurn(const DialTurn&) = delete;
    DialTurn& operator=(const DialTurn&) = delete;

    bool granted() const { return granted_; }
    /// The peer has the word: unless it comes to more, the place is given on after `patience`, while the
    /// dial goes on. A silent peer must not hold up those whose peers answer.
    void holdFor(Duration patience);

private:
    friend class DialPacer;
    DialTurn(DialPacer& pacer, std::function<void()> go) : pacer_(pacer), go_(std::move(go)) {}

    DialPacer& pacer_;
    std::function<void()> go_;
    bool granted_ = false;
    bool counts_ = false; ///< takes a place now
    BootTime until_;
};

class DialPacer {
public:
    /// Dials that may be in their busy part at the same time. Each is a few hundred milliseconds of
    /// processor at the worst, and retransmissions are 3 s apart.
    static constexpr std::size_t kPlaces = 8;
    /// A place is given on after this long in any case.
    static constexpr Duration kLongest = std::chrono::seconds(5);

    /// `clock` outlives the pacer, the pacer all turns.
    explicit DialPacer(Clock& clock) : clock_(clock) {}

    /// Granted at once where a place is free and nobody waits; `go` is called then never. Else `go` comes
    /// once, from the loop, in the order of asking, and not at all once the turn is gone.
    std::unique_ptr<DialTurn> ask(std::function<void()> go);
    std::size_t waiting() const { return queue_.size(); }

private:
    friend class DialTurn;
    void grant(DialTurn& turn);
    void leave(DialTurn& turn);
    void expire();
    void next();
    void arm();

    Clock& clock_;
    std::list<DialTurn*> queue_;  ///< not granted
    std::list<DialTurn*> places_; ///< granted and counted
    std::unique_ptr<Timer> timer_;
};

} // namespace ppp::core
