// SPDX-License-Identifier: LGPL-2.1-or-later
// The secrets of an attempt: from the store, from what people gave before, or from people who are asked now.
#include "core/connection.hpp"

#include <algorithm>
#include <utility>

#include "core/advice.hpp"
#include "core/profile_secrets.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

constexpr std::string_view kPassword = "password";
constexpr std::string_view kTunnelSecret = "tunnel-secret";

bool has(const Secrets& secrets, std::string_view key) {
    return secrets.find(key) != secrets.end();
}

/// Our own password is never what the peer has to prove: it could ask us for it first (RFC 1994, 2.3: not the
/// same secret in both directions).
std::string missingProof(std::string_view name, const Profile& profile, const Secrets& secrets) {
    if (profile.auth.require.empty() || has(secrets, "peer-password")) {
        return {};
    }
    return text::cat("nothing is stored that the peer could prove (auth.require); \"pppctl set-secret ", name,
                     " --peer-password\" stores it");
}

/// What is missing, and how to give it; empty: nothing.
std::string missingPassword(std::string_view name, const Profile& profile, const Secrets& secrets) {
    if (!needsPassword(profile) || has(secrets, kPassword)) {
        return {};
    }
    const std::string how = text::cat("\"pppctl set-secret ", name, "\" stores one");
    return profile.auth.user.empty()
               ? text::cat("the login sends $password and none is stored; ", how)
               : text::cat("no password is stored for user \"", profile.auth.user, "\"; ", how);
}

/// Which of the secrets that people are asked for this failure is about; empty: none of them.
std::string_view blamed(const Cause& cause, const Profile& profile) {
    if (profile.type == LinkType::L2tp && meansTunnelSecret(cause.reason, cause.text)) {
        return kTunnelSecret;
    }
    return cause.reason == Reason::AuthFailed ? kPassword : std::string_view();
}

} // namespace

Connection::Gathered Connection::gatherSecrets(Secrets& secrets, Cause& cause) {
    setPhase(Phase::GatherSecrets);
    try {
        secrets = ports_.profiles.loadSecrets(name_);
    } catch (const Error& e) { // Busy: of no fault of the file's, but for want of descriptors or memory
        const bool passing = e.code() == ErrorCode::Busy;
        cause = {passing ? Reason::EngineFailed : Reason::SecretsMissing, e.what(),
                 passing ? RetryClass::Discovery : RetryClass::Fault};
        return Gathered::Failed;
    } catch (const std::exception& e) {
        cause = {Reason::SecretsMissing, e.what(), RetryClass::Fault};
        return Gathered::Failed;
    }
    for (const auto& [key, secret] : asking_.answers) {
        secrets.insert_or_assign(key, secret.copy());
    }
    cause = {Reason::SecretsMissing, missingProof(name_, *profile_, secrets), RetryClass::Fault};
    if (!cause.text.empty()) { // nobody is asked for the rest in vain
        return Gathered::Failed;
    }
    cause.text = missingPassword(name_, *profile_, secrets);
    std::vector<std::string> keys;
    if (!cause.text.empty()) {
        keys.emplace_back(kPassword);
    }
    if (asking_.refused && std::find(keys.begin(), keys.end(), asking_.refused->key) == keys.end()) {
        keys.push_back(asking_.refused->key);
    }
    if (!keys.empty() && askFor(std::move(keys))) {
        return Gathered::Asking;
    }
    if (!cause.text.empty()) {
        asking_.lacks = asking_.allowed;
        cause.text += asking_.why.empty() ? "" : "; " + asking_.why;
        return Gathered::Failed;
    }
    if (profile_->auth.allowEmptyPassword && !has(secrets, kPassword)) {
        secrets.emplace(kPassword, Secret());
    }
    seen_.noPassword = !has(secrets, kPassword);
    return Gathered::All;
}

/// False where nobody is there to be asked.
bool Connection::askFor(std::vector<std::string> keys) {
    if (!asking_.allowed || asking_.inVain || !host_.someoneToAsk(asking_.caller)) {
        return false;
    }
    AgentQuestion question{name_, std::move(keys), profile_->auth.user, {}, {}};
    if (asking_.refused) {
        question.reason = wire(asking_.refused->cause.reason);
        question.text = asking_.refused->cause.text;
    }
    turn_.reset(); // others dial while somebody types
    save();
    asking_.question = host_.askSecrets(std::move(question), asking_.caller,
                                        [this](AgentOutcome outcome) { answered(std::move(outcome)); });
    changed();
    return true;
}

void Connection::answered(AgentOutcome outcome) {
    const auto over = std::move(asking_.question); // its callback is what runs
    if (outcome.secrets) {
        for (const auto& [key, secret] : *outcome.secrets) {
            asking_.answers.insert_or_assign(key, LockedSecret(secret.view()));
        }
        if (has(*outcome.secrets, kPassword)) {
            retry_.passwordWorked.reset(); // that was another one
        }
        asking_.proved = false;
        asking_.refused.reset();
        asking_.why.clear();
        continueDial();
        return;
    }
    asking_.inVain = true;
    asking_.why = std::move(outcome.why);
    const auto refused = std::exchange(asking_.refused, std::nullopt);
    const auto otherwise = refused ? refused->otherwise : std::nullopt;
    const bool retries = otherwise && otherwise->kind == RetryDecision::Kind::After;
    if (retries && gatherable(refused->key)) { // it may have been a stale session, and nobody is at home
        giveBackLine(wanted_ && !closing_);
        wait(refused->cause, *otherwise);
        return;
    }
    if (refused && (outcome.declined || otherwise)) {
        reason_ = refused->cause.reason;
        reasonText_ = text::cat(refused->cause.text, "; nobody gave another one: ", asking_.why);
        asking_.lacks = !outcome.declined;
        wait({reason_, reasonText_, RetryClass::Fault}, {RetryDecision::Kind::GiveUp, Duration(0)});
        return;
    }
    continueDial();
    if (asking_.lacks && outcome.declined) {
        asking_.lacks = false;
        save();
    }
}

/// Whether there is such a secret but for asking for it.
bool Connection::gatherable(std::string_view key) const {
    if (asking_.answers.find(key) != asking_.answers.end()) {
        return true;
    }
    try {
        return has(ports_.profiles.loadSecrets(name_), key);
    } catch (const std::exception&) {
        return false;
    }
}

/// After a failure that another secret could mend: asks at once who is there, in the place of the wait that
/// the policy has for it; new secrets cut any wait short, and the policy's count of refusals goes on. A
/// waited call goes on with it. False: nobody is asked.
bool Connection::askForBetter(const Cause& cause, const RetryDecision& decision, bool trusted) {
    const std::string_view key = profile_ ? blamed(cause, *profile_) : std::string_view();
    if (key.empty() || (key == kPassword && trusted)) {
        return false;
    }
    if (!asking_.proved) {
        asking_.answers.erase(std::string(key));
    }
    asking_.refused = Refusal{std::string(key), cause, std::nullopt};
    const bool missing = cause.reason == Reason::SecretsMissing; // and not refused for the last time
    const bool goesOn = decision.kind == RetryDecision::Kind::After || missing;
    if (!goesOn || asleep_ || !asking_.allowed || asking_.inVain || !profile_ ||
        !host_.someoneToAsk(asking_.caller)) {
        return false;
    }
    asking_.refused->otherwise = decision;
    note("failure",
         {{"reason", std::string(wire(cause.reason))}, {"text", cause.text}, {"attempt", attempt_}});
    dialNow_ = true;
    // A link that never carried anything has not left this state.
    dial(state_ == State::Connecting ? Event::UpRequested : Event::SettledDial);
    return true;
}

void Connection::upAskedBy(const UpOptions& options) {
    const bool joins = state_ == State::Connecting && asking_.allowed; // who dialled may be asked
    if (!joins || host_.hasAgent(options.caller) || !host_.hasAgent(asking_.caller)) {
        asking_.caller = options.caller; // else a script would send away the person who is asked
    }
    asking_.allowed = options.ask || joins;
    asking_.inVain = asking_.lacks = false;
    asking_.why.clear();
}

/// There are others now; false: of nothing that people are asked for.
bool Connection::forgetAnswers(const Secrets* changed) {
    if (changed == nullptr) {
        asking_.forgetSecrets();
        return true;
    }
    bool any = false;
    for (const std::string_view key : {kPassword, kTunnelSecret}) {
        if (!has(*changed, key)) {
            continue;
        }
        any = true;
        asking_.answers.erase(std::string(key));
        if (asking_.refused && asking_.refused->key == key) {
            asking_.refused.reset();
        }
    }
    if (any) {
        asking_.inVain = asking_.lacks = asking_.proved = false;
        asking_.why.clear();
    }
    return any;
}

/// What is asked for, or of whom, has changed.
void Connection::askAnew() {
    asking_.question.reset();
    continueDial();
}

void Connection::agentCame() {
    asking_.inVain = false;
    const bool waits = wanted_ && state_ == State::Failed && asking_.lacks && asking_.allowed;
    if (waits && !closing_ && !profileBroken_ && host_.someoneToAsk(asking_.caller)) {
        asking_.lacks = false;
        dial(Event::Proceed);
    }
}

void Connection::secretsProved() {
    asking_.proved = true;
    asking_.inVain = asking_.lacks = false;
    asking_.refused.reset();
}

} // namespace ppp::core
