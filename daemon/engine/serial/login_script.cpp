// SPDX-License-Identifier: LGPL-2.1-or-later
// Expect and send.
#include "engine/serial/login_script.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/dial_times.hpp"
#include "core/text.hpp"

namespace ppp::engine {

namespace {

using core::text::cat;
namespace times = core::dial_times;

constexpr std::string_view kPassword = "$password";
constexpr std::size_t kHeard = 1024; // bytes that are kept: more than any text that can be waited for
constexpr std::size_t kShown = 200;  // bytes of a peer's line in a text
constexpr char kFlag = 0x7e;
constexpr std::array<std::string_view, 2> kFrames{"\x7e\xff\x7d\x23", "\x7e\xff\x03"};
constexpr std::array<std::string_view, 14> kRefusals{
    "login incorrect",     "incorrect login",    "login failed",       "login invalid",
    "invalid login",       "access denied",      "access violation",   "permission denied",
    "invalid password",    "incorrect password", "password incorrect", "bad password",
    "authentication fail", "authorization fail"};

char plain(char byte) {
    return static_cast<char>(static_cast<unsigned char>(byte) & 0x7f);
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

std::string lineAround(const std::string& text, std::size_t at) {
    const std::size_t before = text.find_last_of("\r\n", at);
    const std::size_t first = before == std::string::npos ? 0 : before + 1;
    const std::size_t last = std::min(text.find_first_of("\r\n", at), text.size());
    return text.substr(first, last - first);
}

} // namespace

LoginScript::LoginScript(Pairs pairs, core::Secret password, core::Duration timeout)
    : pairs_(std::move(pairs)), password_(std::move(password)), timeout_(timeout) {
    for (const auto& pair : pairs_) {
        std::string text = pair.first; // as it is heard
        std::transform(text.begin(), text.end(), text.begin(), plain);
        expected_.push_back(std::move(text));
    }
}

void LoginScript::start(core::BootTime now) {
    deadline_ = now + timeout_;
    advance(now);
}

void LoginScript::received(char byte, core::BootTime now) {
    if (outcome_) {
        return;
    }
    if (frameBegins(byte) || (at_ == pairs_.size() && byte == kFlag)) {
        return end(core::Reason::None);
    }
    if (heard_.size() == kHeard) {
        heard_.erase(0, kHeard / 2);
    }
    heard_ += plain(byte);
    if (!refused()) {
        advance(now);
    }
}

void LoginScript::passed(core::BootTime now) {
    if (outcome_ || now < deadline_) {
        return;
    }
    if (at_ == pairs_.size()) {
        return end(core::Reason::None);
    }
    end(core::Reason::ModemTimeout,
        cat("the peer did not say \"", core::text::harmless(pairs_[at_].first, kShown), "\" within ",
            core::text::duration(timeout_.count()), " (step ", at_ + 1, " of ", pairs_.size(),
            " of the login)"));
}

/// As far as what was heard allows.
void LoginScript::advance(core::BootTime now) {
    while (!outcome_ && at_ < pairs_.size()) {
        const std::string& expected = expected_[at_];
        const std::string& answer = pairs_[at_].second;
        const std::size_t found = heard_.find(expected);
        if (found == std::string::npos) {
            return;
        }
        heard_.erase(0, found + expected.size());
        send(answer);
        ++at_;
        deadline_ = now + timeout_;
        if (at_ == pairs_.size() && answer.find(kPassword) != std::string::npos) {
            deadline_ = now + times::kLinger;
            return;
        }
    }
    if (!outcome_ && (pairs_.empty() || pairs_.back().second.find(kPassword) == std::string::npos)) {
        end(core::Reason::None);
    }
}

void LoginScript::send(const std::string& text) {
    if (text.empty()) {
        return;
    }
    std::vector<char> bytes;
    bytes.reserve(text.size() + (text.size() / kPassword.size() + 1) * password_.view().size() + 1);
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t found = std::min(rest.find(kPassword), rest.size());
        bytes.insert(bytes.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(found));
        rest.remove_prefix(found);
        if (!rest.empty()) {
            bytes.insert(bytes.end(), password_.view().begin(), password_.view().end());
            rest.remove_prefix(kPassword.size());
            passwordSent_ = true;
        }
    }
    bytes.push_back('\r');
    output_.emplace_back(std::string_view(bytes.data(), bytes.size()));
    explicit_bzero(bytes.data(), bytes.size());
}

void LoginScript::end(core::Reason reason, std::string text) {
    outcome_ = Outcome{reason, std::move(text)};
}

bool LoginScript::frameBegins(char byte) {
    flags_ += byte;
    const auto goesOn = [this](std::string_view frame) { return frame.starts_with(flags_); };
    while (!flags_.empty() && std::none_of(kFrames.begin(), kFrames.end(), goesOn)) {
        flags_.erase(0, 1);
    }
    return std::find(kFrames.begin(), kFrames.end(), flags_) != kFrames.end();
}

/// Looks at whole lines only: a text that is waited for and comes in front of a refusal has been found by
/// then.
bool LoginScript::refused() {
    if (!passwordSent_ || (heard_.back() != '\r' && heard_.back() != '\n')) {
        return false;
    }
    const std::string low = lower(heard_);
    for (const std::string_view phrase : kRefusals) {
        const std::size_t found = low.find(phrase);
        if (found != std::string::npos) {
            end(core::Reason::AuthFailed,
                cat("the login was refused: \"", shown(lineAround(heard_, found)), "\""));
            return true;
        }
    }
    return false;
}

/// A peer may echo the password.
std::string LoginScript::shown(std::string_view line) const {
    const std::string_view secret = password_.view();
    const auto same = [](char heard, char said) { return heard == plain(said); };
    std::string out;
    while (!secret.empty() && !line.empty()) {
        const auto found = std::search(line.begin(), line.end(), secret.begin(), secret.end(), same);
        out.append(line.begin(), found);
        if (found == line.end()) {
            line = {};
            break;
        }
        out += kPassword;
        line.remove_prefix(static_cast<std::size_t>(found - line.begin()) + secret.size());
    }
    return core::text::harmless(out.append(line), kShown);
}

} // namespace ppp::engine
