// SPDX-License-Identifier: LGPL-2.1-or-later
// The script of a fake pppd: what it can say, and how a line is split into words.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

/// The program run as PATH reads PATH.d/NAME.script, where NAME follows `ipparam` on its command line, else
/// PATH.d/default.script: link the program into a folder of the test's own. HELLO is sent before the first
/// line, but not where PATH.d/NAME.early exists: then it ends as if no plugin had been loaded. At the start
/// it leaves in PATH.d what it was born with: NAME.argv and NAME.environ (a line each), NAME.fds (inherited
/// descriptors), NAME.status
/// (/proc/self/status), and a line with its pid more in NAME.runs.
///
/// A line is one command; words are split at blanks, "…" keeps blanks and knows \" \\ \n and \xNN; # starts a
/// comment.
///
///   wait-secrets                     asks for the secrets and waits for them; exit code 2 without an answer
///   ask-secrets                      asks, and never reads the answer
///   phase NAME                       as in message.h, lower case (discovery = serialconn)
///   login PROTO PASSWORD ["text"]    phase authenticate; accepted with that password, else refused with the
///   text and exit 19 auth PROTO started|ok|refused ["text"]       PROTO: pap, chap, eap
///   peer-auth PROTO started|ok|refused ["name"]       what comes of the peer's own proof · discovery MAC
///   "name" · session ID MAC "name" · discovery-error TAG ["text" [MAC]] lcp [MRU [PEER-MRU]] ·
///   lcp-terminated
///   ["text"] · protocol-rejected NUMBER ip4 IFACE LOCAL PEER [DNS …] [mtu N] [index N] · ip4-down ip6 IFACE
///   LOCAL PEER [MTU [INDEX]] · ip6-down          link-local addresses wait MS · wait-for FILE · touch FILE
///   FILE in PATH.d sleep-until-term                 the line holds until SIGTERM ignore-term from here on
///   exit N                           ends as pppd does from the present phase, EXIT N and exit code N
///   vanish N · crash [SIGNAL]        ends without a word
///   complain TEXT                    a line to stderr, as pppd does of its options
///   on-term FILE                     from here on SIGTERM touches FILE first
///   record-secret FILE               the password as it arrived, 0600
///   spam N · garbage · close-socket
///   take FILE                        waits for FILE in PATH.d and removes it
///   demand IFACE LOCAL PEER FILE     where the option `demand` was given: waits for traffic, which is FILE
///   hold IFACE                       asks whether it may set addresses and waits for the answer
///   echo N                           answers to echoes from here on: a round trip of N µs (12300 before), 0:
///   none
///
/// While a line waits, and after wait-secrets, it hears what the daemon asks: it answers echoes and leaves a
/// line in PATH.d/NAME.echoes for each; NAME.debug has a line, on or off, for each word about the packet log.
///
/// SIGTERM at any point ends it as pppd 2.4.9: before the secrets are there it is killed; up to discovery
/// exit code 8; then 5, by way of TERMINATE, the addresses, ESTABLISH, DISCONNECT and DEAD. The end of the
/// script is `exit 0`.
namespace fake_pppd {

using Words = std::vector<std::string>;

inline std::string unescape(const std::string& line, std::size_t& at) {
    std::string out;
    for (++at; at < line.size() && line[at] != '"'; ++at) {
        if (line[at] != '\\' || at + 1 >= line.size()) {
            out.push_back(line[at]);
        } else if (line[++at] == 'x' && at + 2 < line.size()) {
            out.push_back(static_cast<char>(std::stoul(line.substr(at + 1, 2), nullptr, 16)));
            at += 2;
        } else {
            out.push_back(line[at] == 'n' ? '\n' : line[at]);
        }
    }
    ++at;
    return out;
}

inline Words split(const std::string& line) {
    Words words;
    for (std::size_t at = 0; at < line.size();) {
        if (line[at] == ' ' || line[at] == '\t') {
            ++at;
        } else if (line[at] == '#') {
            break;
        } else if (line[at] == '"') {
            words.push_back(unescape(line, at));
        } else {
            const auto end = std::min(line.find_first_of(" \t", at), line.size());
            words.push_back(line.substr(at, end - at));
            at = end;
        }
    }
    return words;
}

inline std::string word(const Words& words, std::size_t index, const char* otherwise = nullptr) {
    if (index < words.size()) {
        return words[index];
    }
    if (otherwise == nullptr) {
        throw std::runtime_error(words[0] + ": too few words");
    }
    return otherwise;
}

} // namespace fake_pppd
