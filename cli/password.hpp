// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a password comes from: a person at the terminal, or standard input. Never from the command line.
#pragma once

#include <optional>
#include <string>

#include <termios.h>

#include "cli/variant.hpp"
#include "core/secret.hpp"

namespace ppp::cli {

/// The flags of a verb that takes a password.
struct PasswordFlags {
    bool fromStdin = false; ///< --password-stdin
    bool none = false;      ///< --no-password
};

/// Asks at /dev/tty without echo; the terminal is given back as it was, also on Ctrl-C and while stopped by
/// Ctrl-Z. Nothing where there is no terminal. Throws std::system_error.
std::optional<core::Secret> askPassword(const std::string& prompt);

/// A question at /dev/tty that does not hold up whoever asks it: poll fd(), then take the answer. While one
/// is open the terminal does not echo, and Ctrl-Z and Ctrl-\ do nothing: they would leave it like that.
class PasswordPrompt {
public:
    PasswordPrompt();
    ~PasswordPrompt(); ///< as callOff()
    PasswordPrompt(const PasswordPrompt&) = delete;
    PasswordPrompt& operator=(const PasswordPrompt&) = delete;

    bool possible() const { return tty_ >= 0; } ///< there is a terminal
    int fd() const { return tty_; }
    bool open() const { return open_; }
    /// Throws std::system_error.
    void ask(const std::string& prompt);
    /// Once fd() is readable: the line, and the terminal as it was; nothing at its end (Ctrl-D).
    std::optional<core::Secret> answer();
    /// The terminal as it was; what was typed is thrown away.
    void callOff();

private:
    void restore();

    int tty_ = -1;
    bool open_ = false;
    termios before_{}; ///< its settings
};

/// All of standard input, less one newline at its end. Throws Failure{Usage} beyond
/// core::limits::kSecretSize.
core::Secret readPassword(int fd);

/// As obtainPassword, of another secret: `key` as on the bus, `what` for a person ("PIN").
struct SecretKind {
    const char* key;
    const char* what;
};
std::optional<core::Secret> obtainSecret(const SecretKind& kind, const PasswordFlags& flags,
                                         const std::string& prompt);

/// What a verb should store under "password"; nothing with --no-password. Throws Failure{Usage}: no terminal
/// to ask at and no flag that says what else to do, an empty password, bytes that no password can have.
std::optional<core::Secret> obtainPassword(const PasswordFlags& flags, const std::string& prompt);

/// a{sv} for the bus: text as s, other bytes as ay.
Dictionary secretsForBus(const core::Secret& secret, const char* key = "password");

} // namespace ppp::cli
