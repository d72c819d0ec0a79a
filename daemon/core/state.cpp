// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of transitions, and the words for states, phases and events.
#include "core/state.hpp"

#include <algorithm>

namespace ppp::core {

namespace {

struct Row {
    State from;
    Event event;
    State to;
};

using enum State;

constexpr std::array kTable{
    Row{Down, Event::UpRequested, Connecting},
    Row{Down, Event::DownRequested, Down},
    Row{Down, Event::Proceed, Connecting},
    Row{Down, Event::GiveUp, Failed},
    Row{Down, Event::SettledWaiting, Waiting},

    Row{Waiting, Event::UpRequested, Connecting},
    Row{Waiting, Event::DownRequested, Down},
    Row{Waiting, Event::RedialRequested, Connecting},
    Row{Waiting, Event::Proceed, Connecting},
    Row{Waiting, Event::SettledWaiting, Waiting},
    Row{Waiting, Event::SettledDown, Down},
    Row{Waiting, Event::Stop, Disconnecting}, // from here: of an engine that waits for traffic
    Row{Waiting, Event::Ended, Disconnecting},
    Row{Waiting, Event::GiveUp, Failed},

    Row{Connecting, Event::UpRequested, Connecting},
    Row{Connecting, Event::DownRequested, Disconnecting},
    Row{Connecting, Event::RedialRequested, Connecting},
    Row{Connecting, Event::Completed, Up},
    Row{Connecting, Event::Stop, Disconnecting},
    Row{Connecting, Event::Ended, Disconnecting},
    Row{Connecting, Event::SettledWaiting, Waiting},
    Row{Connecting, Event::SettledDown, Down},
    Row{Connecting, Event::GiveUp, Failed},

    Row{Up, Event::DownRequested, Disconnecting},
    Row{Up, Event::RedialRequested, Disconnecting},
    Row{Up, Event::Stop, Disconnecting},
    Row{Up, Event::Ended, Disconnecting},

    Row{Disconnecting, Event::UpRequested, Disconnecting},
    Row{Disconnecting, Event::DownRequested, Disconnecting},
    Row{Disconnecting, Event::RedialRequested, Disconnecting},
    Row{Disconnecting, Event::Stop, Disconnecting},
    Row{Disconnecting, Event::Ended, Disconnecting},
    Row{Disconnecting, Event::SettledDown, Down},
    Row{Disconnecting, Event::SettledWaiting, Waiting},
    Row{Disconnecting, Event::SettledFailed, Failed},
    Row{Disconnecting, Event::SettledDial, Connecting},

    Row{Failed, Event::UpRequested, Connecting},
    Row{Failed, Event::DownRequested, Down},
    Row{Failed, Event::Proceed, Connecting},
    Row{Failed, Event::SettledDown, Down},
    Row{Failed, Event::SettledWaiting, Waiting},
    Row{Failed, Event::GiveUp, Failed},
};

constexpr std::array kPhases{Phase::None,      Phase::Device,   Phase::Carrier,       Phase::Backoff,
                             Phase::Demand,    Phase::Queued,   Phase::GatherSecrets, Phase::Dialing,
                             Phase::Discovery, Phase::Tunnel,   Phase::Lcp,           Phase::Auth,
                             Phase::Network,   Phase::Applying, Phase::Running};

} // namespace

std::optional<State> next(State from, Event event) {
    const auto* row = std::find_if(kTable.begin(), kTable.end(),
                                   [&](const Row& r) { return r.from == from && r.event == event; });
    if (row == kTable.end()) {
        return std::nullopt;
    }
    return row->to;
}

std::string_view wire(State state) {
    switch (state) {
    case Down:
        return "down";
    case Waiting:
        return "waiting";
    case Connecting:
        return "connecting";
    case Up:
        return "up";
    case Disconnecting:
        return "disconnecting";
    case Failed:
        return "failed";
    }
    return "";
}

std::string_view wire(Phase phase) {
    switch (phase) {
    case Phase::None:
        return "";
    case Phase::Device:
        return "device";
    case Phase::Carrier:
        return "carrier";
    case Phase::Backoff:
        return "backoff";
    case Phase::Demand:
        return "demand";
    case Phase::Queued:
        return "queued";
    case Phase::GatherSecrets:
        return "secrets";
    case Phase::Dialing:
        return "dialing";
    case Phase::Discovery:
        return "discovery";
    case Phase::Tunnel:
        return "tunnel";
    case Phase::Lcp:
        return "lcp";
    case Phase::Auth:
        return "auth";
    case Phase::Network:
        return "network";
    case Phase::Applying:
        return "applying";
    case Phase::Running:
        return "running";
    }
    return "";
}

std::string_view name(Event event) {
    switch (event) {
    case Event::UpRequested:
        return "up-requested";
    case Event::DownRequested:
        return "down-requested";
    case Event::RedialRequested:
        return "redial-requested";
    case Event::Proceed:
        return "proceed";
    case Event::Completed:
        return "completed";
    case Event::Stop:
        return "stop";
    case Event::Ended:
        return "ended";
    case Event::SettledDown:
        return "settled-down";
    case Event::SettledWaiting:
        return "settled-waiting";
    case Event::SettledFailed:
        return "settled-failed";
    case Event::SettledDial:
        return "settled-dial";
    case Event::GiveUp:
        return "give-up";
    }
    return "";
}

std::optional<State> stateFromWire(std::string_view word) {
    for (const State state : kStates) {
        if (wire(state) == word) {
            return state;
        }
    }
    return std::nullopt;
}

std::optional<Phase> phaseFromWire(std::string_view word) {
    for (const Phase phase : kPhases) {
        if (wire(phase) == word) {
            return phase;
        }
    }
    return std::nullopt;
}

} // namespace ppp::core
