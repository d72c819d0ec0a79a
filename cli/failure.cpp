// SPDX-License-Identifier: LGPL-2.1-or-later
// The table from D-Bus error names to exit codes and advice.
#include "cli/failure.hpp"

#include <algorithm>
#include <array>

#include "cli/rights.hpp"
#include "dbus/names.hpp"

namespace ppp::cli {

namespace {

constexpr const char* kStatusHint = "See: systemctl status ppp-manager.service";

struct Known {
    std::string_view name;
    ExitCode code;
    std::string_view text; ///< empty: the error's own
    std::string_view hint;
};

// Names: D-Bus specification, "Errors"; sd-bus-protocol.h; systemd's activation answers through the bus.
constexpr std::array kKnown{
    Known{"org.freedesktop.DBus.Error.AccessDenied", ExitCode::NotAuthorized, "", ""},
    Known{"org.freedesktop.DBus.Error.AuthFailed", ExitCode::NotAuthorized, "", ""},
    Known{"org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", ExitCode::NotAuthorized, "", ""},
    Known{"org.freedesktop.DBus.Error.ServiceUnknown", ExitCode::Unreachable, kNotRunning, kStartHint},
    Known{"org.freedesktop.DBus.Error.NameHasNoOwner", ExitCode::Unreachable, kNotRunning, kStartHint},
    Known{"org.freedesktop.DBus.Error.TimedOut", ExitCode::Unreachable, "ppp-managerd did not start in time",
          kStatusHint},
    Known{"org.freedesktop.DBus.Error.Disconnected", ExitCode::Unreachable, "the system bus went away", ""},
    Known{"org.freedesktop.DBus.Error.Timeout", ExitCode::TimedOut, "ppp-managerd did not answer in time",
          kStatusHint},
    Known{"System.Error.ETIMEDOUT", ExitCode::TimedOut, "ppp-managerd did not answer in time", kStatusHint},
    Known{"org.freedesktop.DBus.Error.UnknownObject", ExitCode::NoSuchConnection, "the connection is gone",
          "See what there is: pppctl list"},
    Known{"org.freedesktop.DBus.Error.UnknownMethod", ExitCode::Failed,
          "the running ppp-managerd does not know this call",
          "Is it older than pppctl? Restart it: systemctl restart ppp-manager.service"},
};

bool startsWith(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

/// sd-bus answers a call itself when its time is over, with the name that the bus uses for a service that
/// went away.
bool isLocalTimeout(const sdbus::Error& error) {
    return error.getMessage().find("timed out") != std::string::npos;
}

/// sdbus-c++ names what libsystemd could not do after the errno.
bool isLostBus(const std::string& name) {
    constexpr std::array<std::string_view, 5> lost{"System.Error.ENOTCONN", "System.Error.ECONNRESET",
                                                   "System.Error.EPIPE", "System.Error.ECONNREFUSED",
                                                   "System.Error.ECONNABORTED"};
    return std::find(lost.begin(), lost.end(), name) != lost.end();
}

Failure explainContract(const std::string& word, const sdbus::Error& error) {
    const std::string text = error.getMessage().empty() ? word : error.getMessage();
    if (word == "NoSuchConnection" || word == "InvalidName") {
        return {word == "InvalidName" ? ExitCode::Failed : ExitCode::NoSuchConnection, text,
                word == "InvalidName"
                    ? "A name has 1 to 64 of A-Z a-z 0-9 . _ - and does not start with a dot."
                    : "See what there is: pppctl list"};
    }
    if (word == "NotAuthorized") {
        return {ExitCode::NotAuthorized, text, rightsHint(text, membership())};
    }
    if (word == "Busy") {
        return {ExitCode::Failed, text, "Try again in a moment."};
    }
    if (word == "Timeout") {
        return {ExitCode::TimedOut, text};
    }
    if (word == "NotSupported") {
        return {ExitCode::Failed, "this version of ppp-managerd cannot do that yet: " + text};
    }
    return {ExitCode::Failed, text};
}

} // namespace

std::string contractWord(const sdbus::Error& error) {
    const std::string& name = error.getName();
    return startsWith(name, names::kErrorPrefix) ? name.substr(std::string_view(names::kErrorPrefix).size())
                                                 : std::string{};
}

Failure explain(const sdbus::Error& error) {
    if (const std::string word = contractWord(error); !word.empty()) {
        return explainContract(word, error);
    }
    const std::string& name = error.getName();
    if (name == "org.freedesktop.DBus.Error.NoReply") {
        return isLocalTimeout(error)
                   ? Failure(ExitCode::TimedOut, "ppp-managerd did not answer in time", kStatusHint)
                   : Failure(ExitCode::Unreachable, "ppp-managerd went away before it answered", kStatusHint);
    }
    const auto* known =
        std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& row) { return row.name == name; });
    if (known != kKnown.end() && known->code == ExitCode::NotAuthorized) {
        return {known->code, error.getMessage(), rightsHint(error.getMessage(), membership())};
    }
    if (known != kKnown.end()) {
        return {known->code, known->text.empty() ? error.getMessage() : std::string(known->text),
                std::string(known->hint)};
    }
    if (startsWith(name, "org.freedesktop.systemd1.") ||
        startsWith(name, "org.freedesktop.DBus.Error.Spawn.")) {
        return {ExitCode::Unreachable, "ppp-managerd could not be started: " + error.getMessage(),
                kStartHint};
    }
    if (isLostBus(name)) {
        return {ExitCode::Unreachable, "the system bus went away: " + error.getMessage()};
    }
    return {ExitCode::Failed, error.getMessage().empty() ? name : error.getMessage()};
}

} // namespace ppp::cli
