// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of verbs.
#include "cli/command.hpp"

namespace ppp::cli {

const std::vector<Verb>& verbs() {
    static const std::vector<Verb> table{
        {"list", "All connections, a line each", true, makeList},
        {"status", "The page of one connection, or of all", true, makeStatus},
        {"up", "Bring connections up, and say what happens on the way", false, makeUp},
        {"down", "Take connections down", false, makeDown},
        {"redial", "Hang up and dial again: a new session, often a new address", false, makeRedial},
        {"schedule", "Redial every day at a time of day, or no longer", false, makeSchedule},
        {"wait-online", "Wait until connections are up, without dialling them", false, makeWaitOnline},
        {"explain", "What happened last, why, and what comes next", true, makeExplain},
        {"log", "What the journal has of a connection, pppd's lines included", true, makeLog},
        {"debug", "Whether pppd logs the packets of a connection, from now on", false, makeDebug},
        {"show", "The profile of a connection", true, makeShow},
        {"add", "Add a connection", false, makeAdd},
        {"edit", "Change the profile of a connection in your editor", false, makeEdit},
        {"import", "Bring a connection along from another program's files", true, makeImport},
        {"export", "Write a connection as the files of pppd alone", false, makeExport},
        {"remove", "Take a connection down and remove its profile and secrets", false, makeRemove},
        {"set-secret", "Store the password, the PIN or the tunnel secret of a connection", false,
         makeSetSecret},
        {"reload", "Read the profiles again; links that are up stay up", false, makeReload},
        {"monitor", "Say what happens, as it happens", true, makeMonitor},
        {"top", "How much goes over the links, live", true, makeTop},
        {"discover", "Who offers PPPoE on an Ethernet interface, or which ttys have a modem", true,
         makeDiscover},
    };
    return table;
}

} // namespace ppp::cli
