// SPDX-License-Identifier: LGPL-2.1-or-later
// What the concentrator is told to be: the command line as values.
#pragma once

#include "control.hpp"
#include "pppoe_frame.hpp"

#include <string>

namespace ppp::lab {

// Unproven: MS-CHAPv2 by somebody who has no passwords: takes any answer, with a proof that is none (RFC
// 2759, 5).
enum class Auth { None, Pap, Chap, Unproven };
enum class Ignored { Nothing, Padi, Padr, Ppp };
enum class AfterReject { Terminate, Padt, Nothing };

// One access concentrator on the wire.
struct Concentrating {
    std::string name;
    std::optional<Mac> mac; // none: the interface's own for the first, made up for the others
    Milliseconds delay{0};  // added to each of its PADO
};

struct Script {
    std::string interface;
    std::vector<Concentrating> concentrators;
    std::vector<std::string> services; // empty: any

    bool named = false;          // a PADI for any service stays unanswered
    std::optional<Mac> customer; // the only one that is answered
    Bytes hostUniq;              // of the only PADI and PADR that are answered; empty: any

    bool largePayload = false;     // grants what is asked for, RFC 4638
    bool payloadOfferOnly = false; // in PADO, and not in PADS
    std::uint16_t mru = 0;         // what LCP asks for; 0: 1492, or what was granted

    Ignored ignored = Ignored::Nothing;
    std::optional<TagType> error; // answered in errorIn instead of a session
    PppoeCode errorIn = PppoeCode::Pads;
    std::string text; // of the error tag, of a rejection, of a Terminate-Request
    Milliseconds padoDelay{0};
    Milliseconds padsDelay{0};

    Milliseconds lcpDelay{2}; // from PADS to the first Configure-Request; what comes earlier is dropped
    Milliseconds restart{3000};
    Auth auth = Auth::Chap;
    std::string user;
    std::string password;
    bool rejects = false;      // every password is wrong
    bool losesVerdict = false; // the first one of a session is not sent, although the session goes on
    AfterReject afterReject = AfterReject::Terminate;
    std::uint32_t local = 0; // addresses in host order
    std::uint32_t pool = 0;
    std::vector<std::uint32_t> dns;
    std::uint32_t thenPool = 0; // after a renegotiation; 0: as before
    std::vector<std::uint32_t> thenDns;
    bool ipv6 = true;
    std::optional<Milliseconds> terminateAfter; // counted from IPCP opened
    std::optional<Milliseconds> padtAfter;
    std::optional<Milliseconds> muteAfter;
    std::optional<std::uint32_t> rude; // the seed of its bad manners
};

// Throws std::invalid_argument with a sentence for the person at the terminal. --help is answered by usage().
Script parseCommandLine(int count, char** arguments);
const char* usage();

} // namespace ppp::lab
