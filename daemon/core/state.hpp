// SPDX-License-Identifier: LGPL-2.1-or-later
// States, phases and events of a connection, and the one table of transitions.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace ppp::core {

enum class State {
    Down,          ///< nothing runs, nothing is wanted
    Waiting,       ///< wanted; waits for a timer, a device, a carrier, the end of a sleep
    Connecting,    ///< an engine runs (or is about to), the link is not complete
    Up,            ///< all facts hold, see design.md "When a link is up"
    Disconnecting, ///< the engine is being stopped, what was applied is being undone
    Failed,        ///< wanted, but given up: needs a person, a package or a new profile
};

enum class Phase {
    None,
    Device,
    Carrier,
    Backoff,
    Demand,
    Queued, ///< waits for its turn among many that dial
    GatherSecrets,
    Dialing,
    Discovery,
    Tunnel,
    Lcp,
    Auth,
    Network,
    Applying,
    Running,
};

/// What can happen to a connection. Requests come from people, the rest from the link.
enum class Event {
    UpRequested,
    DownRequested,
    RedialRequested,
    Proceed,     ///< what was waited for has come: the timer, the device, the carrier, a changed profile or
                 ///< secret
    Completed,   ///< all facts of "up" hold
    Stop,        ///< the attempt or the link is given up: deadline, refusal, shutdown, suspend
    Ended,       ///< engine gone before anything was to be undone
    SettledDown, ///< engine gone and all undone; the link is to stay down
    SettledWaiting, ///< … and is to be tried again later
    SettledFailed,  ///< … and is given up
    SettledDial,    ///< … and is to be dialled at once
    GiveUp,         ///< cannot be tried at all: profile, engine, kernel, secrets
};

inline constexpr std::array kStates{State::Down, State::Waiting,       State::Connecting,
                                    State::Up,   State::Disconnecting, State::Failed};
inline constexpr std::array kEvents{Event::UpRequested,   Event::DownRequested, Event::RedialRequested,
                                    Event::Proceed,       Event::Completed,     Event::Stop,
                                    Event::Ended,         Event::SettledDown,   Event::SettledWaiting,
                                    Event::SettledFailed, Event::SettledDial,   Event::GiveUp};

/// The state that follows; nothing where the table has no such pair (the event is then ignored and logged).
std::optional<State> next(State from, Event event);

std::string_view wire(State state);
std::string_view wire(Phase phase);
std::string_view name(Event event);
std::optional<State> stateFromWire(std::string_view word);
std::optional<Phase> phaseFromWire(std::string_view word);

} // namespace ppp::core
