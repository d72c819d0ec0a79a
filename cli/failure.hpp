// SPDX-License-Identifier: LGPL-2.1-or-later
// A verb that cannot go on: the sentence for a person, what to do next, and the exit code; and how answers of
// the bus and of the daemon become one.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "cli/exit_code.hpp"
#include "dbus/sdbus_compat.hpp"

namespace ppp::cli {

class Failure : public std::runtime_error {
public:
    /// text: one fault a line; hint: what to do next, may be empty. Both may hold bytes of a peer: Output
    /// makes them harmless.
    Failure(ExitCode code, const std::string& text, std::string hint = {})
        : std::runtime_error(text), hint_(std::move(hint)), code_(code) {}

    ExitCode code() const { return code_; }
    const std::string& hint() const { return hint_; }

private:
    std::string hint_;
    ExitCode code_;
};

/// The word of the contract in an error's name ("NotUp" of org.ppp.Error.NotUp); empty for an error of
/// anybody else.
std::string contractWord(const sdbus::Error& error);

/// Nobody owns the daemon's name, and nobody is to start it. A link may be up nevertheless: engines outlive a
/// daemon that crashed or is being restarted.
constexpr const char* kNotRunning =
    "ppp-managerd is not running; a link of it is up only if it crashed or is being restarted";
constexpr const char* kStartHint = "Start it: systemctl enable --now ppp-manager.service";

/// Every error of the bus, of the daemon and of sd-bus as an exit code and a sentence.
Failure explain(const sdbus::Error& error);

} // namespace ppp::cli
