// SPDX-License-Identifier: LGPL-2.1-or-later
// What happened, why, what comes next: one function a state; the meaning of a reason is core's table.
#include "cli/explain.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "cli/format.hpp"
#include "cli/output.hpp"
#include "core/advice.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

using core::Reason;
using core::text::cat;

/// What is told of: the connection, and what of its story the sentences need.
struct Told {
    const Snapshot& link;
    std::uint64_t now;
    std::string name;
    Reason reason = Reason::None;
    std::string words; ///< of the reason, first line
    const StoryEvent* failure = nullptr;
    const StoryEvent* session = nullptr; ///< the last one that ended
    const StoryEvent* loss = nullptr;    ///< the last one that was lost: others may have ended since
    bool failureEndedSession = false;
    bool sessionWasLast = false;          ///< nothing was dialled after `session`
    std::size_t failures = 0, losses = 0; ///< losses are failures, too
    const StoryEvent* down = nullptr;     ///< when it went down last
    bool everDialled = false;
    std::uint64_t since = 0; ///< the first event

    std::string when(std::uint64_t time) const { return shortTime(time, now); }
    std::string when(const std::string& property) const { return when(link.number(property)); }
};

std::string firstLine(const std::string& text) {
    const std::string line = clean(text.substr(0, text.find('\n')));
    return line.substr(0, line.find_last_not_of(". ") + 1);
}

bool wasLost(const StoryEvent& session) {
    const auto reason = core::reasonFromWire(text(session.details, "reason"));
    return reason != Reason::UserRequest && reason != Reason::Shutdown && reason != Reason::SessionLimit &&
           reason != Reason::IdleTimeout && reason != Reason::Suspend;
}

Told whatIsToTell(const Snapshot& link, const std::vector<StoryEvent>& story, std::uint64_t now) {
    Told told{.link = link, .now = now, .name = clean(link.text("Name")), .words = {}};
    told.reason = core::reasonFromWire(link.text("Reason")).value_or(Reason::None);
    told.words = firstLine(link.text("ReasonText"));
    if (told.words.empty()) {
        told.words = core::sentence(told.reason);
    }
    told.since = story.empty() ? 0 : story.front().time;
    for (const StoryEvent& event : story) {
        if (event.what == "session") {
            told.session = &event;
            if (wasLost(event)) {
                told.loss = &event;
                ++told.losses;
            }
            told.sessionWasLast = true;
        } else if (event.what == "failure") {
            told.failure = &event;
            ++told.failures;
            told.failureEndedSession = told.sessionWasLast;
        } else if (event.what == "state" && text(event.details, "new") == "connecting") {
            told.everDialled = true;
            told.sessionWasLast = false;
        } else if (event.what == "state" && text(event.details, "new") == "down") {
            told.down = &event;
        }
    }
    return told;
}

std::string times(std::size_t count) {
    return count == 1 ? "once" : count == 2 ? "twice" : std::to_string(count) + " times";
}

/// "this usually means that …; what helps: …", without a full stop.
std::string meaning(const Told& told, Reason reason, const std::string& words) {
    const core::Advice advice = core::advice(reason, words);
    std::string out;
    if (!advice.meaning.empty()) {
        out = cat("this usually means that ", advice.meaning);
    }
    std::string remedy(advice.remedy);
    for (auto at = remedy.find("NAME"); at != std::string::npos; at = remedy.find("NAME", at)) {
        remedy.replace(at, 4, told.name);
        at += told.name.size();
    }
    return remedy.empty() ? out : cat(out, "; what helps: ", remedy);
}

std::string capital(std::string words) {
    if (!words.empty() && words.front() >= 'a' && words.front() <= 'z') {
        words.front() = static_cast<char>(words.front() - 'a' + 'A');
    }
    return words;
}

std::string why(const Told& told, Reason reason, const std::string& words) {
    const std::string out = meaning(told, reason, words);
    return out.empty() ? "Nothing more is known about it." : capital(out) + ".";
}

Reason reasonOf(const StoryEvent& event) {
    return core::reasonFromWire(text(event.details, "reason")).value_or(Reason::None);
}

std::string meaning(const Told& told, const StoryEvent& event) {
    return meaning(told, reasonOf(event), text(event.details, "text"));
}

std::string attemptOf(const StoryEvent& failure) {
    const auto attempt = number(failure.details, "attempt");
    return attempt == 0 ? "An attempt" : cat("Attempt ", attempt);
}

std::string upFor(const StoryEvent& session) {
    return core::text::duration(static_cast<long long>(number(session.details, "up-us")));
}

std::string lastFailure(const Told& told) {
    if (told.failure == nullptr || reasonOf(*told.failure) != told.reason) { // a sleep is no failure
        return cat(told.name, " waits since ", told.when("StateSince"),
                   told.words.empty() ? "" : ": " + told.words, ".");
    }
    const std::string words = firstLine(text(told.failure->details, "text"));
    const std::string head = told.failureEndedSession
                                 ? cat(told.name, " was lost at ", told.when(told.failure->time),
                                       " after it had been up for ", upFor(*told.session))
                                 : cat(attemptOf(*told.failure), " to dial ", told.name, " failed at ",
                                       told.when(told.failure->time));
    return cat(head, ": ", words.empty() ? told.words : words, ".");
}

Explanation tellUp(const Told& told) {
    const auto connected = told.link.number("ConnectedAt");
    const std::string address = addresses(told.link);
    Explanation out;
    out.last =
        cat(told.name, " has been up since ", told.when(connected), ", for ", since(connected), ", on ",
            clean(told.link.text("Interface")), address.empty() ? "" : " (" + address + ")", ".");
    if (told.losses > 0) {
        out.why = cat("Since ", told.when(told.since), " it was lost ", times(told.losses),
                      ", the last time at ", told.when(told.loss->time), ": ",
                      firstLine(text(told.loss->details, "text")), "; ", meaning(told, *told.loss), ".");
    } else if (told.failures > 0) {
        out.why = cat("Before that, it failed to come up ", times(told.failures), ", the last time at ",
                      told.when(told.failure->time), ": ", firstLine(text(told.failure->details, "text")),
                      "; ", meaning(told, *told.failure), ".");
    } else {
        out.why = "Nothing has gone wrong with it so far.";
    }
    const std::string faults = firstLine(text(dictionary(told.link.properties, "Details"), "profile-faults"));
    if (!faults.empty()) {
        out.next = cat("The stored profile is not valid: ", faults,
                       ". Should the link be lost, it stays down; mend the profile, then: pppctl reload.");
    } else if (told.link.flag("NeedsRedial")) {
        out.next = cat("The profile was changed since; pppctl redial ", told.name, " makes that count.");
    } else {
        out.next = "Nothing is to be done; should it be lost, it is dialled again by itself.";
    }
    return out;
}

Explanation tellConnecting(const Told& told) {
    const std::string phase = clean(told.link.text("Phase"));
    const auto attempt = told.link.number("Attempt");
    Explanation out;
    out.last = cat(told.name, " is being dialled since ", told.when("StateSince"), ": attempt ", attempt,
                   phase.empty() ? "" : ", now in phase " + phase, ".");
    out.why = told.failure == nullptr || attempt < 2
                  ? "It is wanted up, and so far nothing speaks against it."
                  : cat("The attempt before failed: ", firstLine(text(told.failure->details, "text")), "; ",
                        meaning(told, *told.failure), ".");
    out.next = cat("Either it is up in a moment, or this attempt fails and the time of the next one is told; "
                   "pppctl monitor ",
                   told.name, " shows it.");
    if (const std::string wait = carrierWait(told.link); !wait.empty()) {
        out.next = wait + ".";
    }
    return out;
}

/// Of a link that waits for traffic: how its last call went, if there was one.
Explanation tellDemand(const Told& told) {
    const std::string interface = clean(told.link.text("Interface"));
    Explanation out;
    const bool failed = told.failure != nullptr && told.reason == reasonOf(*told.failure);
    if (failed) {
        out.last = lastFailure(told);
        out.why = why(told, told.reason, told.words);
    } else if (told.session != nullptr && reasonOf(*told.session) == told.reason) {
        out.last = cat(told.name, " was hung up at ", told.when(told.session->time),
                       " after it had been up for ", upFor(*told.session), ": ", told.words, ".");
        out.why = "Its profile says on-demand: it is up only while it is used.";
    } else {
        out.last = cat(told.name, " waits for traffic since ", told.when("StateSince"), ".");
        out.why = "Its profile says on-demand: it is dialled when it is used.";
    }
    out.next = cat("It is dialled as soon as something is sent by way of ", interface, "; pppctl up ",
                   told.name, " dials at once.");
    return out;
}

Explanation tellWaiting(const Told& told) {
    const std::string phase = told.link.text("Phase");
    if (phase == "demand") {
        return tellDemand(told);
    }
    const std::string device = clean(told.link.text("Device"));
    const auto next = told.link.number("NextAttempt");
    Explanation out{lastFailure(told), why(told, told.reason, told.words), {}};
    if (told.reason == Reason::Suspend) {
        out.next = "It is dialled again when the machine wakes up.";
    } else if (phase == "carrier") {
        out.next = cat("It waits for the carrier of ", device, " and is dialled as soon as that is there.");
    } else if (phase == "device") {
        out.next = cat("It waits for ", device, " to appear and is dialled as soon as it does.");
    } else if (next > told.now) {
        out.next = cat("The next attempt is at ", told.when(next), ", ", until(next), "; pppctl up ",
                       told.name, " makes it at once.");
    } else {
        out.next = "The next attempt is due now.";
    }
    return out;
}

Explanation tellFailed(const Told& told) {
    const std::string all = told.link.text("ReasonText");
    const auto more = std::count(all.begin(), all.end(), '\n');
    const auto attempt = told.link.number("Attempt");
    Explanation out;
    out.last = cat(told.name, " was given up at ", told.when("StateSince"),
                   attempt > 1 ? cat(" after ", attempt, " attempts") : "", ": ", told.words,
                   more > 0 ? cat(" (and ", more, " more, see pppctl status ", told.name, ")") : "", ".");
    out.why = why(told, told.reason, told.words);
    const char* until = "it is told so";
    const bool tunnel = core::meansTunnelSecret(told.reason, told.words);
    switch (told.reason) {
    case Reason::AuthFailed:
    case Reason::PeerAuthFailed:
    case Reason::SecretsMissing:
        until = tunnel ? "the tunnel's secret is stored" : "a password is stored";
        break;
    case Reason::ProfileInvalid:
        until = "the profile is corrected and read again";
        break;
    default:
        break;
    }
    const bool peer = told.reason == Reason::PeerAuthFailed;
    const bool secret = peer || told.reason == Reason::AuthFailed || told.reason == Reason::SecretsMissing;
    const bool profile = told.reason == Reason::ProfileInvalid;
    out.next =
        cat("It is not dialled again by itself until ", until, ": pppctl ",
            secret    ? "set-secret "
            : profile ? "reload"
                      : "up ",
            profile ? "" : told.name, peer ? " --peer-password" : "", tunnel ? " --tunnel-secret" : "", ".");
    return out;
}

Explanation tellDisconnecting(const Told& told) {
    return {cat(told.name, " is being hung up since ", told.when("StateSince"), ": ", told.words, "."),
            why(told, told.reason, told.words),
            told.link.flag("Wanted") ? "It is still wanted up, so it is dialled again after that."
                                     : cat("It stays down after that; pppctl up ", told.name, " dials it.")};
}

Explanation tellDown(const Told& told) {
    const bool boots = told.link.flag("AutoConnect");
    Explanation out;
    out.next = cat("It stays down until ", boots ? "the next boot or " : "", "pppctl up ", told.name, ".");
    if (!told.everDialled) {
        out.last = cat(told.name, " has not been dialled since the machine booted.");
        out.why = boots ? "Its profile says autoconnect, but it was added or put down after the boot."
                        : "Its profile does not say autoconnect, and nobody has asked for it.";
        return out;
    }
    // A daemon that started since knows of it from the story alone.
    const bool fromStory = told.reason == Reason::None && told.down != nullptr;
    const Reason reason = fromStory ? reasonOf(*told.down) : told.reason;
    const std::string words = fromStory ? firstLine(text(told.down->details, "reason-text")) : told.words;
    const bool asked = reason == Reason::UserRequest;
    out.last = cat(told.name, asked ? " was taken down on request at " : " has been down since ",
                   fromStory ? told.when(told.down->time) : told.when("StateSince"));
    if (told.session != nullptr && told.sessionWasLast && reasonOf(*told.session) == reason) {
        out.last += cat(", after it had been up for ", upFor(*told.session));
    }
    out.last += asked || words.empty() ? "." : cat(": ", words, ".");
    out.why = asked ? cat("Nothing went wrong: ", core::advice(Reason::UserRequest).meaning, ".")
                    : why(told, reason, words);
    return out;
}

} // namespace

Explanation tellStory(const Snapshot& link, const std::vector<StoryEvent>& story, std::uint64_t now) {
    const Told told = whatIsToTell(link, story, now);
    const std::string state = link.text("State");
    if (state == "up") {
        return tellUp(told);
    }
    if (state == "connecting") {
        return tellConnecting(told);
    }
    if (state == "waiting") {
        return tellWaiting(told);
    }
    if (state == "failed") {
        return tellFailed(told);
    }
    return state == "disconnecting" ? tellDisconnecting(told) : tellDown(told);
}

} // namespace ppp::cli
