// SPDX-License-Identifier: LGPL-2.1-or-later
// From the first question to the link that is up, or to what became of it.
#include "cli/wizard/wizard.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "cli/dial.hpp"
#include "cli/password.hpp"
#include "core/advice.hpp"
#include "core/profile_secrets.hpp"

namespace ppp::cli {

namespace {

constexpr std::chrono::seconds kLastWord{60}; // for the daemon to take a connection away
constexpr std::chrono::seconds kAdding{5};    // to hear whether an interrupted AddConnection was done

core::Profile checked(const ProfileFlags& flags) {
    auto parsed = core::parseProfile(profileFrom(flags));
    if (!parsed.profile) {
        throw Failure(ExitCode::Usage, core::describe(parsed.faults));
    }
    return std::move(*parsed.profile);
}

/// What was to be removed is removed already.
bool isGone(const sdbus::Error& error) {
    return contractWord(error) == "NoSuchConnection" ||
           error.getName() == "org.freedesktop.DBus.Error.UnknownObject";
}

} // namespace

ExitCode Wizard::run() {
    try {
        return guide();
    } catch (const Interrupted&) {
        output_.line("");
        takeBack();
        if (path_.empty()) {
            output_.complain("pppctl: stopped; nothing is stored");
        }
        return ExitCode::Interrupted;
    } catch (...) {
        takeBack();
        throw;
    }
}

ExitCode Wizard::guide() {
    if (!order_.name.empty() && !core::validName(order_.name)) {
        throw Failure(ExitCode::Failed, "'" + order_.name + "' cannot be a name",
                      "A name has 1 to 64 of A-Z a-z 0-9 . _ - and does not start with a dot.");
    }
    client_ = std::make_unique<Client>(Client::Start::Allowed);
    client_->allowForQuestions();
    const auto known = client_->manager().ListConnections();
    const bool taken = std::any_of(known.begin(), known.end(),
                                   [&](const auto& one) { return std::get<0>(one) == order_.name; });
    if (taken) {
        throw Failure(ExitCode::Failed, order_.name + " is there already",
                      "See it: pppctl show " + order_.name + "    Take it away: pppctl remove " +
                          order_.name);
    }
    dialog_ = std::make_unique<Dialog>(output_);
    flags_ = order_.flags;
    while (true) {
        askUsableLine();
        askAccount();
        store();
        if (order_.noTry) {
            return finish();
        }
        Next next = Next::Try;
        std::optional<Trouble> failed;
        while (next == Next::Try) {
            failed = trouble(attempt());
            if (!failed) {
                return finish();
            }
            next = askNext(*failed);
        }
        if (next == Next::Keep) {
            settled_ = true;
            output_.line(name_ + " is stored as it is, and down. Try it again with: pppctl up " + name_);
            return failed->code;
        }
        remove();
        if (next == Next::Remove) {
            return failed->code;
        }
        forgetLine();
    }
}

/// What a person types may be none that a profile takes: then it is asked for again. What the flags say stays
/// wrong.
void Wizard::askUsableLine() {
    std::string faults;
    while (true) {
        askLine();
        askDialling();
        try {
            checked(flags_);
            return;
        } catch (const Failure& failure) {
            if (faults == failure.what()) {
                throw;
            }
            faults = failure.what();
            output_.complain("That cannot be", failure);
            forgetLine();
        }
    }
}

void Wizard::forgetLine() {
    flags_.type.clear();
    flags_.interface.clear();
    flags_.accessConcentrator.clear();
    flags_.accessConcentratorMac.clear();
    flags_.vlan = order_.flags.vlan;
    flags_.device.clear();
    flags_.number = order_.flags.number;
    flags_.apn = order_.flags.apn;
    flags_.server.clear();
}

void Wizard::askDialling() {
    if (flags_.type != "serial") {
        return;
    }
    if (flags_.number.empty()) {
        flags_.number =
            byHand_
                ? dialog_->ask("Number that the modem dials, *99# on a mobile network (none: a plain cable)",
                               {}, true)
                : dialog_->ask("Number that the modem dials", "*99#");
    }
    if (flags_.apn.empty() && flags_.number.rfind("*99", 0) == 0) {
        flags_.apn = dialog_->ask("APN of the mobile network (none: the SIM's own)", {}, true);
    }
}

void Wizard::askUser() {
    if (flags_.type == "serial") {
        flags_.user = dialog_->ask("User name (none: the provider asks for none)", {}, true);
        return;
    }
    flags_.user = dialog_->ask("User name that the provider gave", {});
}

void Wizard::askAccount() {
    if (checked(flags_).auth.user.empty() && !order_.noPassword) {
        askUser();
    }
    const core::Profile profile = checked(flags_);
    if (order_.noPassword || !core::needsPassword(profile) || !password_.view().empty()) {
        return;
    }
    const std::string& user = profile.auth.user;
    password_ = dialog_->askSecret("Password" + (user.empty() ? "" : " of " + clean(user)), "password");
}

std::string Wizard::freeName() const {
    if (!order_.name.empty()) {
        return order_.name;
    }
    const std::string base = flags_.type == "l2tp"                               ? "vpn"
                             : flags_.type == "serial" && !flags_.number.empty() ? "mobile"
                             : flags_.type == "serial"                           ? "cable"
                                                                                 : "isp";
    const auto known = client_->manager().ListConnections();
    std::string name = base;
    for (int number = 2;
         std::any_of(known.begin(), known.end(), [&](const auto& one) { return std::get<0>(one) == name; });
         ++number) {
        name = base + std::to_string(number);
    }
    return name;
}

/// Ctrl-C does not tell whether the daemon has stored it already: that is waited for, so that it can be taken
/// back.
void Wizard::store() {
    name_ = freeName();
    struct Stored {
        bool there = false;
        std::optional<sdbus::Error> error;
        std::string path;
    } answer;
    client_->manager().callAdd(name_, profileFrom(flags_),
                               password_.view().empty() ? Dictionary{} : secretsForBus(password_),
                               [&answer](const std::optional<sdbus::Error>& error, const std::string& path) {
                                   answer = {true, error, path};
                               });
    std::optional<Clock::time_point> giveUp;
    while (!answer.there && (!giveUp || Clock::now() < *giveUp)) {
        if (client_->step(giveUp, giveUp ? -1 : dialog_->interruptFd()) == Client::Wake::Interrupt) {
            giveUp = Clock::now() + kAdding;
        }
    }
    path_ = answer.path;
    if (giveUp) {
        throw Interrupted{};
    }
    if (answer.error) {
        throw sdbus::Error(*answer.error);
    }
    output_.line("");
    output_.line("Stored as " + name_ + (order_.noTry ? "." : ", and now tried:"));
}

ExitCode Wizard::attempt() {
    DialOrder order{"Up", {}, std::nullopt, true};
    const ExitCode code = Dial(*client_, output_, {{name_, path_}}, std::move(order)).run();
    if (code == ExitCode::Interrupted) {
        throw Interrupted{};
    }
    return code;
}

/// Nothing where the link is up. Else it rests until the person has decided: a retry in between would be one
/// wrong password more.
std::optional<Wizard::Trouble> Wizard::trouble(ExitCode code) {
    if (code == ExitCode::Done) {
        return std::nullopt;
    }
    const Snapshot link = client_->snapshot(path_);
    Trouble out{code, link.text("Reason"), link.text("ReasonText")};
    call("Down", Dictionary{{"wait", sdbus::Variant{true}}});
    return out;
}

template <typename... Arguments> void Wizard::call(const std::string& method, const Arguments&... arguments) {
    std::optional<std::optional<sdbus::Error>> answer;
    const auto connection = client_->open(path_);
    connection->callAnswered(
        method, [&answer](const std::optional<sdbus::Error>& error) { answer = error; }, arguments...);
    while (!answer) {
        if (client_->step(std::nullopt, dialog_->interruptFd()) == Client::Wake::Interrupt) {
            throw Interrupted{};
        }
    }
    if (*answer) {
        throw sdbus::Error(**answer);
    }
}

Wizard::Next Wizard::askNext(const Trouble& trouble) {
    const auto reason = core::reasonFromWire(trouble.reason);
    const auto advice = reason ? core::advice(*reason, trouble.text) : core::Advice{};
    if (!advice.meaning.empty()) {
        output_.line("This usually means that " + std::string(advice.meaning) + ".");
    }
    const bool pin = trouble.text.find("--pin") != std::string::npos;
    const bool peer = reason == core::Reason::PeerAuthFailed;
    const bool tunnel = reason && core::meansTunnelSecret(*reason, trouble.text);
    const bool password = !pin && !peer && !tunnel &&
                          (reason == core::Reason::AuthFailed || reason == core::Reason::SecretsMissing);
    std::vector<Choice> choices;
    if (pin) {
        choices.push_back({"p", "enter the PIN of the SIM"});
    } else if (peer) {
        choices.push_back({"p", "enter what the peer has to prove"});
    } else if (tunnel) {
        choices.push_back({"p", "enter the secret of the tunnel"});
    } else if (password) {
        choices.push_back({"p", "enter the password again"});
        choices.push_back({"u", "enter user name and password again"});
    }
    choices.push_back({"t", "try once more as it is"});
    choices.push_back({"l", "take another line"});
    choices.push_back({"k", "keep it as it is"});
    choices.push_back({"r", "remove it"});
    output_.line("");
    const std::string next = dialog_->choose("What now?", choices, choices.front().key);
    if (next == "p" && !password) {
        renewSecret(pin    ? "pin"
                    : peer ? "peer-password"
                           : "tunnel-secret",
                    pin    ? "PIN"
                    : peer ? "Peer's password"
                           : "Tunnel secret");
    } else if (next == "p") {
        renewSecret("password", "Password" + (flags_.user.empty() ? "" : " of " + clean(flags_.user)));
    } else if (next == "u") {
        renewUser();
    }
    return next == "l" ? Next::Line : next == "k" ? Next::Keep : next == "r" ? Next::Remove : Next::Try;
}

void Wizard::renewSecret(const char* key, const std::string& question) {
    core::Secret secret = dialog_->askSecret(question, key);
    call("SetSecrets", secretsForBus(secret, key));
    if (std::string_view(key) == "password") {
        password_ = std::move(secret);
    }
}

void Wizard::renewUser() {
    flags_.user = dialog_->ask("User name", flags_.user);
    call("UpdateProfile", profileFrom(flags_));
    renewSecret("password", "Password of " + clean(flags_.user));
}

void Wizard::remove() {
    call("Remove");
    path_.clear();
    output_.line(name_ + " is removed again.");
}

ExitCode Wizard::finish() {
    settled_ = true;
    bool autoconnect = checked(flags_).autoconnect;
    if (!autoconnect && !order_.noAutoconnect && !order_.noTry) {
        autoconnect = dialog_->askYes("Bring it up at every boot and keep it up?", true);
        if (autoconnect) {
            flags_.autoconnect = true;
            call("UpdateProfile", profileFrom(flags_));
        }
    }
    tellNext(autoconnect);
    return ExitCode::Done;
}

void Wizard::tellNext(bool autoconnect) const {
    output_.line("");
    output_.line(autoconnect ? name_ + " comes up at every boot. What comes next:"
                             : name_ + " is dialled when somebody asks for it. What comes next:");
    if (order_.noTry) {
        output_.line("  bring it up    pppctl up " + name_);
    }
    output_.line("  look at it     pppctl status " + name_);
    output_.line("  take it down   pppctl down " + name_);
    output_.line("  what happened  pppctl explain " + name_ + ", pppctl log " + name_);
}

ExitCode runWizard(const Output& output, WizardOrder order) {
    return Wizard(output, std::move(order)).run();
}

/// Also on the way out of an error: what fails here is said, and no more.
void Wizard::takeBack() noexcept {
    if (path_.empty() || settled_) {
        if (!path_.empty()) {
            output_.complain("pppctl: stopped; " + name_ + " stays as it is");
        }
        return;
    }
    std::string why = "no answer from ppp-managerd";
    try {
        std::optional<std::optional<sdbus::Error>> answer;
        const auto connection = client_->open(path_);
        connection->callAnswered("Remove",
                                 [&answer](const std::optional<sdbus::Error>& error) { answer = error; });
        const auto until = Clock::now() + kLastWord;
        while (!answer && Clock::now() < until) {
            client_->step(until);
        }
        if (answer && (!*answer || isGone(**answer))) {
            output_.complain("pppctl: stopped; " + name_ + " is removed again");
            return;
        }
        if (answer) {
            why = (*answer)->getMessage();
        }
    } catch (const std::exception& error) {
        why = error.what();
    }
    output_.complain("pppctl: " + name_ + " is stored, and could not be taken back: " + clean(why));
    output_.complain("  Remove it: pppctl remove " + name_);
}

} // namespace ppp::cli
