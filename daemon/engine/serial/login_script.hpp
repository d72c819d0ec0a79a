// SPDX-License-Identifier: LGPL-2.1-or-later
// The login before PPP: waits for a text, sends a text, in turn. No I/O; time is handed in.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/reason.hpp"
#include "core/secret.hpp"

namespace ppp::engine {

/// How a dialogue ended. Texts are harmless and bounded, and hold no secret.
struct Outcome {
    core::Reason reason = core::Reason::None; ///< None: the line is ready for PPP
    /// Else the words of modem or peer; of AuthFailed, ModemError, ModemTimeout and SecretsMissing a sentence
    /// of our own, with their words quoted in it.
    std::string text;
};

/// Each pair waits for its first text anywhere in what comes (parity bits taken off), at most `timeout`, and
/// then sends the second and a CR; an empty first text does not wait, an empty second one sends nothing.
/// "$password" in what is sent stands for the password.
///
/// The peer's own frames end the script as done, wherever it stands: 7E FF 7D 23 or 7E FF 03 (RFC 1662, 3.1).
///
/// A refusal counts once the password was sent: one of a list of phrases ("login incorrect", "access denied"
/// ...; any case) before the text that is waited for. Banners say such things, too, but before. Where the
/// password was the last thing sent, the script lingers for kLinger to hear a refusal, and ends sooner at the
/// first flag byte (7E); it is silence that costs this time.
class LoginScript {
public:
    using Pairs = std::vector<std::pair<std::string, std::string>>;

    LoginScript(Pairs pairs, core::Secret password, core::Duration timeout);

    /// Begins; sends what needs no waiting for.
    void start(core::BootTime now);
    void received(char byte, core::BootTime now);
    void passed(core::BootTime now); ///< the deadline did

    const std::optional<Outcome>& outcome() const { return outcome_; }
    core::BootTime deadline() const { return deadline_; }
    std::vector<core::Secret> takeOutput() { return std::exchange(output_, {}); }

private:
    void advance(core::BootTime now);
    void send(const std::string& text);
    void end(core::Reason reason, std::string text = {});
    bool frameBegins(char byte);
    bool refused();
    std::string shown(std::string_view line) const;

    Pairs pairs_;
    std::vector<std::string> expected_; ///< of each pair, without parity bits
    core::Secret password_;
    core::Duration timeout_;
    core::BootTime deadline_;
    std::size_t at_ = 0; ///< the pair whose text is waited for; all: lingering
    bool passwordSent_ = false;
    std::string heard_; ///< since the last text that was waited for
    std::string flags_; ///< how much of a frame's beginning was seen last
    std::vector<core::Secret> output_;
    std::optional<Outcome> outcome_;
};

} // namespace ppp::engine
